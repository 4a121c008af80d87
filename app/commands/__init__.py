"""Commands: one file for each group of verbs; ``app.cli`` puts them together."""
