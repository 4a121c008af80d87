"""Placing: where badges and names stand on paper so that nothing overlaps. Millimetres, y to the foot of the sheet."""
