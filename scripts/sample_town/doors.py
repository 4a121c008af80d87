"""The doors of public buildings, as an office draws them: the middle of the side that faces south."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from .frame import to_lonlat
from .plan import load

if TYPE_CHECKING:
    from pathlib import Path

    from .build import City


def write_doors(out: Path, city: City) -> None:
    """Write the doors that ``sites.toml`` asks for, in WGS-84."""
    rings = {way.tags.get("name"): way.xy for way in city.town.ways if "building" in way.tags}
    features = [_feature(name, *_south(rings[name])) for name in load("sites.toml")["doors"]["of"]]
    content = {"type": "FeatureCollection", "features": features}
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")


def _south(ring: np.ndarray) -> tuple[float, float]:
    """Return the middle of the southernmost side that is no short one."""
    sides = [(np.hypot(*(b - a)), (a + b) / 2) for a, b in pairwise(ring)]
    long = max(length for length, _ in sides) / 2
    return tuple(min((middle for length, middle in sides if length >= long), key=lambda xy: xy[1]))


def _feature(name: str, x: float, y: float) -> dict[str, Any]:
    point = {"type": "Point", "coordinates": list(to_lonlat(x, y))}
    return {"type": "Feature", "properties": {"名称": name, "入口": "正门", "note": "synthetic"}, "geometry": point}
