"""Ornaments of the printed map: drawn here, from our own geometry, in millimetres, the same every time."""
