"""The printed children's map: drawn in millimetres, set on a page, ready for the printer."""
