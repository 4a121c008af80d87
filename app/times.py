"""Times: a district's coverage at every scenario of ``layers/times``, beside the figures that hold whenever."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from geo.openness import Open, OpenCard, When, score_open
from geo.standard import Need
from layers.hourfindings import hour_findings, told_rows
from layers.openstates import OpenPlaces, PlaceFacts, is_asked, open_places, read_facts, serving
from layers.quality import Finding
from layers.times import Scenario, scenarios

if TYPE_CHECKING:
    from app.results import Results


@dataclass(frozen=True, slots=True)
class TimeFigure:
    """One row of :meth:`geo.openness.OpenCard.table`, and when it holds."""

    scenario: str
    zone: int
    band: str
    need: str
    children: float
    met: float
    surely: float
    possibly: float
    assumed: float
    perhaps: float
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Times:
    """A district at every scenario.

    Attributes:
        scenarios: In order.
        facts: What is known of the hours of its places.
        places: Which are open, for each scenario.
        cards: Who reaches what, for each scenario.
        needed: Rows of the places that some need counts.
    """

    scenarios: tuple[Scenario, ...]
    facts: PlaceFacts
    places: tuple[OpenPlaces, ...]
    cards: tuple[OpenCard, ...]
    needed: tuple[int, ...]

    @cached_property
    def figures(self) -> tuple[TimeFigure, ...]:
        """The rows of all tables."""
        return tuple(
            TimeFigure(scenario=one.id, **{str(key): value for key, value in row.items()})
            for one, card in zip(self.scenarios, self.cards, strict=True)
            for row in card.table().to_dict("records")
        )

    @property
    def n_known(self) -> int:
        """Of how many needed places the source says at some scenario's moment whether they are open."""
        return len(told_rows(self.places) & set(self.needed))


def make_times(results: "Results") -> Times:
    """Score a district at every scenario.

    Raises:
        SettingsError: A file of ``layers/times``, a calendar or the usual hours have a fault.
    """
    country = results.district.settings.country
    middle = results.area.to_lonlat(results.area.polygon).centroid
    facts = read_facts(results.places.table)
    all_times = scenarios(country)
    places = tuple(open_places(facts, one, country=country, lon=middle.x, lat=middle.y) for one in all_times)
    needs = results.standard.rules.needs
    serves = {need.id: serving(need, facts.layer) for need in needs}
    whens = [_when(needs, serves, at) for at in places]
    cards = score_open(results.judge, results.homes, results.home_snap, whens, n_zones=len(results.zones))
    needed = np.any(list(serves.values()), axis=0) if serves else np.zeros(len(facts.layer), np.bool_)
    return Times(all_times, facts, places, cards, tuple(np.flatnonzero(needed).tolist()))


def check_hours(results: "Results") -> tuple[Finding, ...]:
    """Say of how many places the hours are known, and which cannot be read."""
    times = results.times
    labels = results.places.table["label"].tolist()
    return tuple(hour_findings(times.facts, labels, times.needed, times.places, results.recipes))


def _when(needs: tuple[Need, ...], serves: Mapping[str, np.ndarray], at: OpenPlaces) -> When:
    return {
        need.id: Open(*(serves[need.id] & rows for rows in (at.surely, at.usually, at.possibly)))
        for need in needs
        if is_asked(need, at.scenario)
    }


@dataclass(frozen=True, slots=True)
class Cell:
    """A need at one time, children of all its bands together; shares are absent (NaN) where no children live.

    Attributes:
        children, met: How many there are, and how many meet it.
        share, low, high: The estimate and its bounds, 0 to 1.
        assumed: Children who meet it only if places of unknown hours are open as usual; 0 for whenever.
    """

    children: float
    met: float
    share: float
    low: float
    high: float
    assumed: float


def cells(results: "Results", zone: int = -1) -> Mapping[str, tuple[Cell | None, ...]]:
    """Return for each need of the standard: the figure that holds whenever, then one for each scenario.

    Args:
        results: The district's results.
        zone: Row of a zone; -1 = the whole district.

    Returns:
        None stands for a need that is not asked for at that time.
    """
    found: dict[str, tuple[Cell | None, ...]] = {}
    standing = [row for row in results.figures if row.zone == zone]
    timed = [row for row in results.times.figures if row.zone == zone]
    for need in results.standard.rules.needs:
        whenever = [(row.children, row.met, row.surely, row.possibly, 0.0) for row in standing if row.need == need.id]
        made = [_cell(whenever)]
        for one in results.times.scenarios:
            rows = [row for row in timed if (row.scenario, row.need) == (one.id, need.id)]
            made.append(_cell([(row.children, row.met, row.surely, row.possibly, row.assumed) for row in rows]))
        found[need.id] = tuple(made)
    return found


def _cell(rows: list[tuple[float, float, float, float, float]]) -> Cell | None:
    """Add up the bands of a need."""
    if not rows:
        return None
    children, met, surely, possibly, assumed = np.sum(rows, axis=0).tolist()
    share, low, high = (n / children if children > 0.0 else np.nan for n in (met, surely, possibly))
    return Cell(children, met, share, low, high, assumed)
