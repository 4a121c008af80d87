"""What Overpass is asked: streets, places and boundaries, complete, so that the edge of a piece cuts nothing."""

import json
import re
from dataclasses import dataclass

from layers.sources.asker import Query
from layers.sources.overpassrules import overpass_rules
from layers.sources.tiles import Tile

_RELATION = re.compile(r"relation/([1-9]\d{0,17})")
_COMPLETE = "(._;>;);\nout meta qt;"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a district needs of the map, besides its streets.

    Attributes:
        keys: Tag keys; a point, line or area with any of them is wanted.
        admin_level: Of the administrative boundaries that are its zones; None where they come from elsewhere.
    """

    keys: frozenset[str]
    admin_level: int | None


def tile_query(tile: Tile, wanted: Wanted) -> Query:
    """Ask for a piece.

    >>> print(tile_query(Tile(364500000, 1159500000, 500000), Wanted(frozenset({"leisure"}), None)).text)
    (
      way["highway"];
      node["leisure"];
      way["leisure"];
      rel["leisure"]["type"~"^(multipolygon|boundary)$"];
    );
    (._;>;);
    out meta qt;
    """
    areas = f'["type"~"^({"|".join(overpass_rules().query.area_types)})$"]'
    lines = ['way["highway"];']
    for key in sorted(wanted.keys):
        has = f"[{_quoted(key)}]"
        lines += [f"node{has};", f"way{has};", f"rel{has}{areas};"]
    if wanted.admin_level is not None:
        lines.append(f'rel["boundary"="administrative"]["admin_level"="{wanted.admin_level}"];')
    box = ",".join(f"{edge:.7f}" for edge in tile.bbox)
    return Query(str(tile), "\n".join(["(", *(f"  {line}" for line in lines), ");", _COMPLETE]), f"[bbox:{box}]")


def boundary_query(place: str) -> Query:
    """Ask for the administrative boundaries of a name, or for one by its number: ``relation/123``."""
    by_id = _RELATION.fullmatch(place)
    if by_id:
        return Query(place, f"rel({by_id[1]});\n{_COMPLETE}")
    names = overpass_rules().query.name_keys
    lines = [f'  rel["boundary"="administrative"][{_quoted(key)}={_quoted(place)}];' for key in names]
    return Query(place, "\n".join(["(", *lines, ");", _COMPLETE]))


def _quoted(text: str) -> str:
    """Write a text in Overpass' language, whose strings are those of JSON."""
    return json.dumps(text, ensure_ascii=False)
