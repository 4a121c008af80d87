"""Maps: the interactive page and, later, paper."""
