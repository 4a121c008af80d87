"""Store: peopled homes on disk."""

import json
from pathlib import Path

import numpy as np

from geo.homes import Homes
from layers.people.place import Peopled
from layers.people.report import PeopleReport

_ARRAYS = ("xy", "kind", "zone", "weight", "children")
_HOMES, _REPORT = "homes.npz", "people.json"


def write_peopled(peopled: Peopled, folder: Path) -> None:
    """Write homes and how people came there."""
    homes = peopled.homes
    arrays = {name: getattr(homes, name) for name in _ARRAYS}
    if homes.girls is not None:
        arrays["girls"] = homes.girls
    np.savez(folder / _HOMES, allow_pickle=False, are_children=homes.are_children, **arrays)
    (folder / _REPORT).write_text(json.dumps(peopled.report.to_json(), ensure_ascii=False), encoding="utf-8")


def read_peopled(folder: Path) -> Peopled:
    """Read what :func:`write_peopled` wrote."""
    with np.load(folder / _HOMES, allow_pickle=False) as arrays:
        values = {name: arrays[name] for name in _ARRAYS}
        girls = arrays["girls"] if "girls" in arrays else None  # noqa: SIM401  an archive is no dict
        homes = Homes(**values, are_children=bool(arrays["are_children"]), girls=girls)
    return Peopled(homes, PeopleReport.from_json(json.loads((folder / _REPORT).read_text(encoding="utf-8"))))
