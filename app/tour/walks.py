"""Walks: safe walks for families, each along a few sights that lie near each other.

Sights are joined over the streets of the most careful case: no big road is crossed but where a crossing protects, and
no gated compound is walked through. Sights grow into groups; those groups are taken that show most for the least
walking and lie far from each other, and no sight is on two walks. What makes a walk a good one stands in
``layers/walks.toml``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString

from app.results import Results
from app.texts import Texts
from app.tour.model import THEMES, Sight, TourWalk
from app.tour.walk_groups import Ground, Group, through_doors
from app.tour.walk_legs import Legs
from geo.paths import Path
from geo.snap import Snap
from geo.units import SECONDS_PER_MINUTE
from layers.toml import Text
from layers.walks import WalkRules, walk_rules

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class FoundWalks:
    """Walks, and why there is none.

    Attributes:
        walks: The best first; may be empty.
        note: Why it is empty, in the reader's language; empty where there are walks.
    """

    walks: tuple[TourWalk, ...]
    note: str


def plan_walks(
    sights: Sequence[Sight], results: Results, *, texts: Texts, rules: WalkRules | None = None
) -> tuple[TourWalk, ...]:
    """Find safe walks along numbered sights; see :func:`find_walks`, which says as well why there is none."""
    return find_walks(sights, results, texts=texts, rules=rules).walks


def find_walks(
    sights: Sequence[Sight], results: Results, *, texts: Texts, rules: WalkRules | None = None
) -> FoundWalks:
    """Find safe walks along numbered sights.

    Args:
        sights: That the map shows; those without a number take no part.
        results: Of the district.
        texts: For the note.
        rules: Of the walks; None takes those of ``layers/walks.toml``.

    Raises:
        InputError: The standard has no band for the rules' age.
    """
    rules = rules or walk_rules()
    numbered = [sight for sight in sights if sight.number > 0]
    if len(numbered) < rules.walk.stops[0]:
        note = texts.gettext("No walk: the map shows fewer than {n} sights.", n=rules.walk.stops[0])
        return FoundWalks((), note)
    planner = _WalkPlanner(numbered, results, rules)
    made = tuple(planner.plan())
    if made:
        return FoundWalks(made, "")
    return FoundWalks(
        (),
        texts.gettext(
            "No walk: no {n} sights of {themes} themes lie so that a child of {age} gets from one to the other "
            "in {minutes} minutes over protected crossings. Crossings may be missing from the map.",
            n=rules.walk.stops[0],
            themes=rules.walk.themes,
            age=rules.age,
            minutes=f"{rules.walk.leg_min:g}",
        ),
    )


@dataclass(frozen=True, slots=True)
class _Made:
    """A walk as it is on the streets: its sights in order, its first and last door, and its legs."""

    stops: tuple[int, ...]
    doors: tuple[int, ...]
    legs: tuple[Path, ...]


class _WalkPlanner:
    """Plans the walks of one map."""

    def __init__(self, sights: Sequence[Sight], results: Results, rules: WalkRules) -> None:
        self._sights, self._results, self._rules = sights, results, rules
        self._legs = Legs.between(sights, results, rules)
        self._ground = Ground(
            time_s=self._legs.of_sights(self._legs.time_s),
            felt_s=self._legs.of_sights(self._legs.felt_s),
            value=_values(sights, rules),
            theme=np.array([THEMES.index(sight.theme) for sight in sights]),
            layer=np.unique([sight.layer for sight in sights], return_inverse=True)[1],
            xy=np.array([(sight.x, sight.y) for sight in sights]),
            rules=rules,
        )
        self._stops = _points_of(results, rules.start.layers)
        self._refused: set[tuple[int, ...]] = set()

    def plan(self) -> Iterator[TourWalk]:
        """Yield the walks, the best first."""
        free = np.arange(len(self._sights))
        taken: list[Group] = []
        names: set[str] = set()
        while len(taken) < self._rules.walk.most:
            found = self._best(free, taken)
            if found is None:
                return
            group, made = found
            walk = self._told(made, id_=chr(ord("a") + len(taken)), names=names)
            names.add(walk.name.zh)
            yield walk
            taken.append(group)
            free = free[~np.isin(free, group.stops)]

    def _best(self, free: NDArray[np.intp], taken: list[Group]) -> tuple[Group, _Made] | None:
        """Return the best group that makes a walk on the streets; None when none is left."""
        groups = self._ground.groups(free)
        for group in sorted(groups, key=lambda g: (-g.points - self._near(g, taken), g.stops)):
            if group.stops not in self._refused:
                made = self._make(group)
                if made is not None:
                    return group, made
                self._refused.add(group.stops)
        return None

    def _near(self, group: Group, taken: list[Group]) -> float:
        """Return the points for lying near to walks that are there already."""
        middle = self._ground.middle(group.stops)
        apart_m = max(self._ground.spread_m, 1.0)
        near = [1.0 - float(np.hypot(*(middle - self._ground.middle(other.stops)))) / apart_m for other in taken]
        return self._rules.worth.near * max([0.0, *near])

    def _make(self, group: Group) -> _Made | None:
        """Walk a group; None where the walk is too short or long, or goes back and forth."""
        ptr = self._legs.ptr
        doors, felt_s = through_doors(self._legs.felt_s, [np.arange(ptr[stop], ptr[stop + 1]) for stop in group.stops])
        if not np.isfinite(felt_s):
            return None
        doors = self._from_the_start(doors)
        legs = [self._legs.path(one, other) for one, other in pairwise(doors)]
        paths = tuple(leg for leg in legs if leg is not None)
        shortest_min, longest_min = self._rules.walk.minutes
        minutes = sum(path.seconds for path in paths) / SECONDS_PER_MINUTE
        if len(paths) < len(legs) or not shortest_min <= minutes <= longest_min:
            return None
        if again_share(paths) > self._rules.detour.again:
            return None
        stops = tuple(int(np.searchsorted(ptr, door, side="right")) - 1 for door in doors)
        return _Made(stops, doors, paths)

    def _from_the_start(self, doors: tuple[int, ...]) -> tuple[int, ...]:
        """Turn a walk so that it starts at the end that is nearer to a stop; else at the better sight."""
        budget_s = self._rules.start.near_min * SECONDS_PER_MINUTE
        away_s = [self._legs.nearest_s(door, self._stops, budget_s=budget_s) for door in (doors[0], doors[-1])]
        first, last = (int(np.searchsorted(self._legs.ptr, door, side="right")) - 1 for door in (doors[0], doors[-1]))
        keys = [(away_s[0], -self._ground.value[first], first), (away_s[1], -self._ground.value[last], last)]
        return doors if keys[0] <= keys[1] else doors[::-1]

    def _told(self, made: _Made, *, id_: str, names: set[str]) -> TourWalk:
        """Return a walk as the map tells it."""
        seconds = sum(path.seconds for path in made.legs)
        return TourWalk(
            id=id_,
            name=self._name(made, names),
            sights=tuple(self._sights[stop].number for stop in made.stops),
            line=one_line(made.legs, simplify_m=self._rules.walk.simplify_m),
            length_m=sum(path.metres for path in made.legs),
            minutes=seconds / SECONDS_PER_MINUTE,
            age=self._rules.age,
            crossings=self._n_crossings(made.legs),
        )

    def _n_crossings(self, legs: Sequence[Path]) -> int:
        """Count the big roads that are crossed; two carriageways of one road are crossed once."""
        xy = self._results.topology.crossings.xy
        return sum(n_apart(xy[leg.crossings], same_m=self._rules.crossing.same_m) for leg in legs)

    def _name(self, made: _Made, names: set[str]) -> Text:
        """Call a walk after its greatest sight; where that name is taken, from its first to its last."""
        pattern = self._rules.name
        sights = [self._sights[stop] for stop in made.stops]
        greatest = max(sights, key=lambda sight: (sight.star, sight.points, -sight.number))
        name = _text(pattern.after, sight=greatest)
        return name if name.zh not in names else _text(pattern.between, start=sights[0], end=sights[-1])


def again_share(legs: Sequence[Path]) -> float:
    """Return how much of a walk runs over street that it walked before, 0 to 1; 0 for a walk of no length."""
    spans: dict[int, list[tuple[float, float]]] = {}
    for leg in legs:
        for edge, one, other in zip(leg.edge.tolist(), leg.from_m.tolist(), leg.to_m.tolist(), strict=True):
            spans.setdefault(edge, []).append((min(one, other), max(one, other)))
    walked_m = sum(high - low for parts in spans.values() for low, high in parts)
    once_m = sum(_union_m(parts) for parts in spans.values())
    return 1.0 - once_m / walked_m if walked_m > 0.0 else 0.0


def one_line(legs: Sequence[Path], *, simplify_m: float) -> LineString:
    """Join legs to one line, no farther than `simplify_m` from the streets."""
    corners = np.concatenate([shapely.get_coordinates(leg.line) for leg in legs])
    new = np.ones(len(corners), np.bool_)
    new[1:] = (corners[1:] != corners[:-1]).any(axis=1)
    corners = corners[new]
    line = LineString(corners if len(corners) > 1 else np.repeat(corners, 2, axis=0))
    simple: LineString = shapely.simplify(line, simplify_m, preserve_topology=False)
    return simple if len(simple.coords) > 1 else line


def n_apart(xy: Floats, *, same_m: float) -> int:
    """Count the points along a way, where those that follow each other within `same_m` are one.

    >>> n_apart(np.array([[0.0, 0.0], [12.0, 0.0], [90.0, 0.0]]), same_m=40.0)
    2
    """
    if len(xy) == 0:
        return 0
    return 1 + int((np.hypot(*np.diff(xy, axis=0).T) > same_m).sum())


def _union_m(spans: list[tuple[float, float]]) -> float:
    """Return the length that spans cover together."""
    covered, reached = 0.0, -np.inf
    for low, high in sorted(spans):
        covered += max(high - max(low, reached), 0.0)
        reached = max(reached, high)
    return covered


def _values(sights: Sequence[Sight], rules: WalkRules) -> Floats:
    """Return what each sight adds to a walk."""
    points = np.array([sight.points for sight in sights])
    most = max(float(points.max(initial=0.0)), 1e-9)
    star = np.array([sight.star for sight in sights])
    value: Floats = rules.worth.sight + rules.worth.points * np.maximum(points, 0.0) / most + rules.worth.star * star
    return value


def _points_of(results: Results, layers: Sequence[str]) -> Snap:
    """Return the places of some layers on the streets."""
    wanted = np.isin(results.layer_of_place.astype(str), list(layers))
    return results.entrances.of_places(wanted).snap


def _text(pattern: Text, **sights: Sight) -> Text:
    """Fill a pattern with the names of sights; where the source has no English name, with the other one."""
    zh = pattern.zh.format(**{key: _in_chinese(sight.name) for key, sight in sights.items()})
    en = pattern.en.format(**{key: sight.name_en or sight.name for key, sight in sights.items()})
    return Text.model_validate({"zh-CN": zh.strip(), "en": en})


def _in_chinese(name: str) -> str:
    """Part a name that begins or ends in Latin letters from the Chinese around it."""
    return f"{' ' * name[:1].isascii()}{name}{' ' * name[-1:].isascii()}"
