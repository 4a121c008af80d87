"""People: where a district's children are counted, and in which homes they live.

``census`` the whole district, ``zonetable`` sub-districts, ``communities`` estates, ``rasters`` cells; ``place`` puts
them together.
"""

from layers.people.census import Census, read_census

__all__ = ["Census", "read_census"]
