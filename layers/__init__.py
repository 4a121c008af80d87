"""The knowledge: what exists, where it comes from, how it is fetched and read."""
