"""Complete: how much of what there is OpenStreetMap knows, and how much the office's lists, by kind of place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from geo.estimates import Estimate, chapman
from layers.layer import Places
from layers.quality.rules import quality_rules
from layers.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Completeness:
    """What two sources know of one kind of place inside the boundary.

    See :func:`geo.estimates.chapman` for what the estimate rests on.

    Attributes:
        layer: The kind.
        n_own: Places of the office's lists.
        n_osm: Places of OpenStreetMap.
        n_both: Those that are surely in both.
        n_perhaps: Pairs that may be one place; they count twice until somebody looks.
        total: How many there are; None where a source has none.
        perhaps_total: The same if all of `n_perhaps` are one place each; None as above.
    """

    layer: str
    n_own: int
    n_osm: int
    n_both: int
    n_perhaps: int
    total: Estimate | None
    perhaps_total: Estimate | None

    @property
    def n_known(self) -> int:
        """Places that at least one source knows."""
        return self.n_own + self.n_osm - self.n_both

    @property
    def osm(self) -> Estimate | None:
        """Share of all that OpenStreetMap has, 0 to 1."""
        return _share(self.n_osm, self.total)

    @property
    def own(self) -> Estimate | None:
        """Share of all that the lists have, 0 to 1."""
        return _share(self.n_own, self.total)

    @property
    def known(self) -> Estimate | None:
        """Share of all that one source or the other has, 0 to 1."""
        return _share(self.n_known, self.total)


def _share(n: int, total: Estimate | None) -> Estimate | None:
    return None if total is None else Estimate(n / total.high, n / total.value, n / total.low)


def completeness(places: Places, recipes: Mapping[str, Recipe]) -> Iterator[Completeness]:
    """Yield what is known of each kind that an own list has.

    Args:
        places: Both sources, merged.
        recipes: The kinds.
    """
    level = quality_rules().complete.level
    table = places.table[places.table["inside"]]
    sure = places.matches["sure"].to_numpy(np.bool_)
    paired = set(places.matches["place_id"][sure])
    perhaps = set(places.matches["place_id"][~sure])
    place = table["place_id"].to_numpy(object)
    of_osm = table["osm"].notna().to_numpy()
    of_own = (table["source"] != "osm").to_numpy() | np.fromiter((key in paired for key in place), np.bool_, len(place))
    unsure = np.fromiter((key in perhaps for key in place), np.bool_, len(place))
    layers = table["layer"].to_numpy(object)
    for layer in recipes:
        here = layers == layer
        n_own, n_osm = int((here & of_own).sum()), int((here & of_osm).sum())
        n_both, n_perhaps = int((here & of_own & of_osm).sum()), int((here & unsure).sum())
        if n_own == 0:
            continue
        most = min(n_both + n_perhaps, n_own, n_osm)
        yield Completeness(
            layer=layer,
            n_own=n_own,
            n_osm=n_osm,
            n_both=n_both,
            n_perhaps=n_perhaps,
            total=chapman(n_own, n_osm, n_both, level=level),
            perhaps_total=chapman(n_own, n_osm, most, level=level),
        )
