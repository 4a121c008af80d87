"""Tables: the figures as Excel workbook, GeoPackage and GeoParquet."""
