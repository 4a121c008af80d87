"""Write the town as OSM XML 0.6, the same bytes every time."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

import numpy as np

from .frame import to_lonlat

if TYPE_CHECKING:
    from pathlib import Path

    from .town import Tags, Town

STAMP = "2026-01-01T00:00:00Z"
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    "<!-- synthetic: an invented district, no real place -->\n"
    '<osm version="0.6" generator="Tongquan make_sample (synthetic)">\n'
)
LABEL = {"note": "synthetic"}


class OsmFile:
    """Numbers nodes by their place, ways and relations by their order."""

    def __init__(self, town: Town) -> None:
        self.ids: dict[tuple[float, float], int] = {}
        self.tags: dict[int, Tags] = {}
        self.refs: list[list[int]] = []
        for way in town.ways:
            closed = bool((way.xy[0] == way.xy[-1]).all())
            self.refs.append(self._refs(way.xy, closed=closed))
        for spot in town.spots:
            node = self.node(*spot.xy)
            self.tags[node] = self.tags.get(node, {}) | spot.tags
        self.town = town

    def node(self, x: float, y: float) -> int:
        """Return the number of the node at a place, a new one if the place is new."""
        return self.ids.setdefault(to_lonlat(x, y), len(self.ids) + 1)

    def _refs(self, xy: np.ndarray, *, closed: bool) -> list[int]:
        refs = [self.node(x, y) for x, y in xy]
        refs = [r for i, r in enumerate(refs) if i == 0 or r != refs[i - 1]]
        if closed and refs[0] != refs[-1]:
            refs.append(refs[0])
        return refs

    def lines(self) -> list[str]:
        """Return the file, element by element."""
        lon, lat = (np.array(v) for v in zip(*self.ids, strict=True))
        out = [
            HEAD,
            (
                f'<bounds minlat="{lat.min():.6f}" minlon="{lon.min():.6f}" '
                f'maxlat="{lat.max():.6f}" maxlon="{lon.max():.6f}"/>\n'
            ),
        ]
        for (x, y), i in self.ids.items():
            place = f' lat="{y:.6f}" lon="{x:.6f}"'
            out.append(_element("node", i, place, _tags(self.tags.get(i, {}))))
        for i, (way, refs) in enumerate(zip(self.town.ways, self.refs, strict=True), 1):
            body = "".join(f'<nd ref="{r}"/>' for r in refs)
            out.append(_element("way", i, "", body + _tags(way.tags | LABEL)))
        for i, group in enumerate(self.town.groups, 1):
            body = "".join(f'<member type="way" ref="{w + 1}" role="{role}"/>' for w, role in group.members)
            out.append(_element("relation", i, "", body + _tags(group.tags | LABEL)))
        return [*out, "</osm>\n"]

    def write(self, path: Path) -> None:
        """Write the gzip file without a time or a name in its header."""
        with path.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as out:
            out.write("".join(self.lines()).encode())


def _tags(tags: Tags) -> str:
    full = tags | LABEL if tags else tags
    return "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in sorted(full.items()))


def _element(kind: str, number: int, place: str, body: str) -> str:
    head = f'<{kind} id="{number}" version="1" timestamp="{STAMP}"{place}'
    return f"{head}>{body}</{kind}>\n" if body else f"{head}/>\n"
