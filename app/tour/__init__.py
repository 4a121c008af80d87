"""The children's tour map: which places it shows, and the walks between them."""
