"""Finds what the changes of a scenario speak of: points in the district, and places by id or name."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches

import numpy as np
import shapely

from app.points import Floats, Points
from geo.errors import InputError, TongquanError, UnknownIdError
from layers.scenario import Add, Capacity, Close, Move, Scenario, ScenarioChange, scenario_rules

_ALIKE = 0.5  # how much the names of an error's candidates are like the wanted one, at least
_MAY_MEET = {frozenset({"move", "capacity"})}  # two changes of one place that do not contradict each other


class Sites(Points):
    """Finds places of one district, and its points.

    Args:
        results: The district.
    """

    def places(self, wanted: str) -> tuple[int, ...]:
        """Return the rows of a place: one, or those of a place that belongs to several layers.

        Raises:
            UnknownIdError: No place is called so, or several are; the message lists candidates.
        """
        table, most = self.results.places.table, scenario_rules().told.names
        by_id = np.flatnonzero((table["place_id"] == wanted).to_numpy())
        if len(by_id):
            return (int(by_id[0]),)
        names = ["name", "name_en", "label", "label_en"]
        rows = [int(row) for row in np.flatnonzero((table[names] == wanted).any(axis=1).to_numpy())]
        if not rows:
            known = [text for column in names for text in table[column] if isinstance(text, str)]
            near = [text for text in known if wanted in text]
            near += get_close_matches(wanted, sorted(set(known)), n=most, cutoff=_ALIKE)
            raise UnknownIdError(
                "no place is called {wanted}; names like it: {known}",
                wanted=wanted,
                known=", ".join(list(dict.fromkeys(near))[:most]) or "—",
            )
        things = {table["osm"].iloc[row] or table["place_id"].iloc[row] for row in rows}
        if len(things) > 1:
            raise UnknownIdError(
                "{n} places are called {wanted}; name one by its id: {known}",
                n=len(things),
                wanted=wanted,
                known=", ".join(self._candidate(row) for row in rows[:most]) + ("…" if len(rows) > most else ""),
            )
        return tuple(rows)

    def _candidate(self, row: int) -> str:
        lon, lat = self.lonlat(*self.middle(row))
        return f"{self.results.places.table['place_id'].iloc[row]} ({lon:.5f}, {lat:.5f})"

    def middle(self, row: int) -> tuple[float, float]:
        """Return a point of a place, metres."""
        point = shapely.point_on_surface(self.results.places.table.geometry.iloc[row])
        return float(point.x), float(point.y)

    def label(self, row: int) -> str:
        """Return what a place is called."""
        return str(self.results.places.table["label"].iloc[row])

    def check(self, scenario: Scenario) -> None:
        """Refuse changes that cannot all be meant.

        Raises:
            InputError: One place, crossing or street is changed twice, or one place is added twice.
        """
        seen: dict[object, ScenarioChange] = {}
        adds: list[tuple[Add, Floats]] = []
        for change in scenario.changes:
            with naming(scenario, change):
                if isinstance(change, Close | Move | Capacity):
                    for row in self.places(change.place):
                        self._once(seen, ("place", row), change, self.label(row))
                elif isinstance(change, Add):
                    self._new(adds, change)

    def _once(self, seen: dict[object, ScenarioChange], key: tuple[str, int], change: ScenarioChange, it: str) -> None:
        for kind in ("close", "move", "capacity"):
            other = seen.get((*key, kind))
            if other is not None and frozenset({kind, change.kind_id}) not in _MAY_MEET:
                raise InputError(
                    "{place} has two changes that contradict each other: [{one}] and [{other}]; keep one",
                    place=it,
                    one=kind,
                    other=change.kind_id,
                )
        seen[(*key, change.kind_id)] = change

    def _new(self, adds: list[tuple[Add, Floats]], change: Add) -> None:
        xy = self.xy(change.points, inside=True)
        for other, there in adds:
            near = np.hypot(*(there[:1] - xy[:1]).T)[0] < scenario_rules().near.twin_m
            if other.layer == change.layer and near:
                raise InputError("two new places of one kind ({layer}) stand on one spot; keep one", layer=change.layer)
        adds.append((change, xy))


@contextmanager
def naming(scenario: Scenario, change: ScenarioChange) -> Iterator[None]:
    """Say in which change of which scenario a fault lies."""
    try:
        yield
    except TongquanError as error:
        kind = type(error) if isinstance(error, InputError | UnknownIdError) else InputError
        raise kind(
            "{scenario}: [[{key}]] {what}: {reason}",
            scenario=scenario.id,
            key=change.kind_id,
            what=brief(change),
            reason=error,
        ) from error


def brief(change: ScenarioChange) -> str:
    """Return what tells a change from others, shortly."""
    if isinstance(change, Close | Move | Capacity):
        return change.place
    points = [f"{lon:.5f}, {lat:.5f}" for lon, lat in change.points]
    name = getattr(change, "name", "")
    return json.dumps(name, ensure_ascii=False) if name else (points[0] if points else "—")
