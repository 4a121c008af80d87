"""Scenarios: what would change if a place, a crossing, a gate or a path were changed, and why not."""
