r"""Why coverage figures changed between two editions: the parts of places, streets, people, standard and software.

Let F(A) and F(B) be a figure as it stands frozen in the editions, and f(A), f(B) the same figure counted *today* from
what A and B froze. Then::

    F(B) - F(A)  =  [ f(B) - f(A) ]  +  [ (F(B) - f(B)) + (f(A) - F(A)) ]
                      data               software

The second bracket is exactly what the software contributes: equal data, other code. It is 0 where both were cut by
today's software. The first bracket is split by Shapley values over those of the four frozen ingredients that differ
(:mod:`app.editions.shapley`), by counting all 2^k mixes (:mod:`app.editions.mix`). So the five parts sum exactly to the
change, up to rounding of floating-point numbers, and exchanging A and B turns every part into its negative.

*Where the border runs.* An edition freezes what a build prepared: places with entrances, homes, streets with what can
be walked. A later software that reads the same extract otherwise (another tag counts as a park) changes what is frozen,
and shows as places, streets or people. Software is everything from there to the figure.
"""

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.editions.forms import canonical, rules_json
from app.editions.mix import Counter, Key, Mix, has_band
from app.editions.model import Edition
from app.editions.rules import DATA, Part
from app.editions.shapley import shapley
from geo.errors import TongquanError
from geo.homes import spread
from layers.people import Census
from layers.people.sources import KEYS

Floats = NDArray[np.float64]
_KEY = ("zone", "band", "need")
_CHILDREN_DIGITS = 6  # of a home's children: sums over other bands differ by less
Report = Callable[[int, int], None]  # mixes counted, and all of them


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A figure that both editions have.

    Attributes:
        zone: Name, or None for the whole district.
        band, need: Ids; need "" stands for all needs together.
        before, after: Share of children who meet it, 0 to 1, as published.
        children: Children (or homes) it speaks of, in both editions.
        met: Those who meet it, in both editions.
        parts: What the change comes from; sums to ``after - before``. All parts but `TOGETHER` are present.
    """

    zone: str | None
    band: str
    need: str
    before: float
    after: float
    children: tuple[float, float]
    met: tuple[float, float]
    parts: Mapping[Part, float]

    @property
    def change(self) -> float:
        """By how much the share rose, -1 to 1."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Why:
    """Why figures changed.

    Attributes:
        figures: Of both editions, the district before its zones, in the order of the later edition.
        only_before, only_after: Figures that one edition has alone: other bands, needs or zones, or no children.
        swapped: Ingredients that differ.
        n_orders, n_all: Orders of swapping that could be counted, and all of them.
    """

    figures: tuple[FigureChange, ...]
    only_before: tuple[Key, ...]
    only_after: tuple[Key, ...]
    swapped: tuple[Part, ...]
    n_orders: int
    n_all: int


@dataclass(frozen=True, slots=True)
class _Published:
    share: float
    children: float
    met: float


def explain(before: Edition, after: Edition, *, report: Report | None = None) -> Why:
    """Split the change of every figure that both editions have.

    Args:
        before: The earlier edition.
        after: The later one.
        report: Told how many mixes are counted.

    Raises:
        TongquanError: An edition's own figures cannot be counted again.
    """
    published = _published(before), _published(after)
    both = [key for key in published[1] if key in published[0] and _comparable(key, before, after)]
    swapped = [part for part in DATA if _digest(before, part) != _digest(after, part)]
    counted = _count(before, after, swapped, report)
    # a mix without children in a zone has no share there
    for shares in counted.values():
        both = [key for key in both if math.isfinite(shares.get(key, math.nan))]
    values = {chosen: np.array([shares[key] for key in both], np.float64) for chosen, shares in counted.items()}
    split = shapley(swapped, values.get)
    parts = dict(split.parts)
    first, last = values[frozenset()], values[frozenset(swapped)]
    if not split.n_orders:
        parts = {Part.TOGETHER: last - first}
    frozen = [np.array([of[key].share for key in both]) for of in published]
    parts[Part.SOFTWARE] = (frozen[1] - last) + (first - frozen[0])
    shown = set(both)
    return Why(
        figures=tuple(_change(key, row, published, parts) for row, key in enumerate(both)),
        only_before=tuple(key for key in published[0] if key not in shown),
        only_after=tuple(key for key in published[1] if key not in shown),
        swapped=tuple(swapped),
        n_orders=split.n_orders,
        n_all=split.n_all,
    )


def _published(edition: Edition) -> dict[Key, _Published]:
    """Return the frozen figures, the district's first; those of nobody are left out."""
    names: list[str | None] = [*edition.zone_names, None]
    table = edition.figures.sort_values("zone", key=lambda zone: zone >= 0, kind="stable")
    keys = [(names[zone], band, need) for zone, band, need in zip(*(table[key] for key in _KEY), strict=True)]
    numbers = table[["share", "children", "met"]].to_numpy(np.float64).tolist()
    return {key: _Published(*row) for key, row in zip(keys, numbers, strict=True) if math.isfinite(row[0])}


def _comparable(key: Key, before: Edition, after: Edition) -> bool:
    """Tell whether people of both editions can be counted in both editions' band of a figure."""
    bands = [edition.rules.standard.rules.band(key[1]) for edition in (before, after)]
    return all(has_band(edition, band) for edition in (before, after) for band in bands)


def _count(
    before: Edition, after: Edition, swapped: Sequence[Part], report: Report | None
) -> dict[frozenset[Part], dict[Key, float]]:
    """Count every mix that can be combined. Neighbours share streets, rules and places."""
    counter, found = Counter(), dict[frozenset[Part], dict[Key, float]]()
    slowest_first = [part for part in (Part.STREETS, Part.STANDARD, Part.PLACES, Part.PEOPLE) if part in swapped]
    for number in range(2 ** len(slowest_first)):
        bits = format(number, f"0{len(slowest_first)}b") if slowest_first else ""
        chosen = frozenset(part for part, bit in zip(slowest_first, bits, strict=True) if bit == "1")
        try:
            found[chosen] = counter.shares(_mix(before, after, chosen))
        except TongquanError:
            if chosen in {frozenset(), frozenset(swapped)}:
                raise  # an edition that cannot be counted itself explains nothing
        if report:
            report(number + 1, 2 ** len(slowest_first))
    return found


def _mix(before: Edition, after: Edition, chosen: frozenset[Part]) -> Mix:
    def of(part: Part) -> Edition:
        return after if part in chosen else before

    return Mix(of(Part.PLACES), of(Part.STREETS), of(Part.PEOPLE), of(Part.STANDARD))


def _change(
    key: Key, row: int, published: tuple[Mapping[Key, _Published], ...], parts: Mapping[Part, Floats]
) -> FigureChange:
    old, new = (of[key] for of in published)
    wanted = [part for part in Part if part is not Part.TOGETHER or part in parts]
    return FigureChange(
        *key,
        before=old.share,
        after=new.share,
        children=(old.children, new.children),
        met=(old.met, new.met),
        parts={part: float(parts[part][row]) if part in parts else 0.0 for part in wanted},
    )


def _digest(edition: Edition, part: Part) -> str:
    """Return a digest of what counts of an ingredient: equal digests, equal figures."""
    sha = hashlib.sha256()
    for value in _content(edition, part):
        text = value if isinstance(value, np.ndarray) else np.frombuffer(canonical(value).encode(), np.uint8)
        sha.update(f"{text.dtype}{text.shape}".encode() + np.ascontiguousarray(text).tobytes())
    return sha.hexdigest()


def _content(edition: Edition, part: Part) -> list[object]:
    crs = edition.streets.crs.to_wkt()
    if part is Part.PLACES:
        of_place = edition.places.table["layer"].tolist()
        return [crs, of_place, edition.places.entrances["place"].to_numpy(np.int32), edition.places.entrance_xy]
    if part is Part.STREETS:
        raw = edition.streets
        arrays = [raw.xy, raw.seg_u, raw.seg_v, raw.seg_len_m, raw.seg_way, raw.seg_kind, raw.cut]
        return [crs, edition.facts.country, *arrays, raw.way_tags, raw.node_tags]
    if part is Part.PEOPLE:
        homes = edition.homes
        return [crs, edition.zone_names, edition.facts.age_groups, homes.xy, homes.zone, homes.weight, *_own(edition)]
    return list(rules_json(edition.rules))


def _own(edition: Edition) -> list[object]:
    """Return the children, where they do not follow from census and floor area: so bands alone are no other people.

    Where lists or rasters place them, it is all children of each home, which bands do not change, and the files.
    """
    homes, groups = edition.homes, edition.facts.age_groups
    if not homes.are_children:
        return [homes.children[:, 0]]
    if groups is not None:
        totals = Census(groups, "").in_bands(edition.rules.standard.rules.bands)
        if np.allclose(homes.children, spread(totals, homes.weight), rtol=1e-9, atol=0.0):
            return []
        if files := {key: sha for key, sha in edition.facts.inputs_sha256.items() if key.startswith(KEYS)}:
            return [homes.children.sum(axis=1).round(_CHILDREN_DIGITS), files]
    return [homes.children]
