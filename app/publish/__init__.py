"""Publishing: results as tables of a PostGIS database, for QGIS and whoever speaks SQL."""
