"""Measures of the sheet that several parts keep to, millimetres on A3."""

MARGIN_MM = 7.0
HEAD_MM = 29.0
FOOT_MM = 13.0
ABOVE_INDEX_MM = 5.0
QR_MM = 22.0
