"""The children's map on the phone: one HTML file, the paper map's other face, that needs no network."""

from .page import write_children

__all__ = ["write_children"]
