"""Editions: a built district frozen under a label, and why two of them differ."""
