"""Walks between sights: short, safe, of several kinds, each sight once; and a reason where there is none."""

from dataclasses import replace
from itertools import pairwise, permutations, product
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from app.planner import Planner
from app.results import Results
from app.texts import Texts
from app.tour.model import THEMES, Sight, TourWalk
from app.tour.walk_groups import shortest, through_doors
from app.tour.walk_legs import safe_walk
from app.tour.walks import again_share, find_walks, n_apart, one_line, plan_walks
from geo.errors import SettingsError
from geo.kerb_rules import Grade
from geo.paths import find_paths
from geo.units import SECONDS_PER_MINUTE
from layers.recipe import Theme
from layers.toml import read_toml
from layers.walks import RULES_FILE, WalkRules, walk_rules
from tests import hostile, town
from tests.sample import built_sample
from tests.strategies import lawful
from tests.twosides import ZEBRA, two_sides

EN = Texts("en")
RULES = walk_rules()
N_SIGHTS = 64


def sights_of(results: Results, rows: list[int], *, name: str | None = None) -> list[Sight]:
    """Return places as numbered sights; the first is a must-see."""
    table = results.places.table
    made = []
    for number, row in enumerate(rows, start=1):
        place = table.iloc[row]
        point = place.geometry.representative_point()
        made.append(
            Sight(
                id=place.place_id, place=row, number=number, theme=Theme(place.theme), layer=place.layer,
                icon=place.layer, name=name or place.label, name_en=None, pinyin="", x=point.x, y=point.y, zone=-1,
                ages=(0, 17), star=number == 1, opening=None, free=None, step_free=None, indoor=None, reach=0.0,
                text=None, picture=None, is_new=False, points=1.0, why=(), wish="",
            )
        )  # fmt: skip
    return made


@pytest.fixture(scope="module")
def results() -> Results:
    return Planner(built_sample()).results


@pytest.fixture(scope="module")
def sights(results: Results) -> list[Sight]:
    table = results.places.table
    wanted = table["inside"] & table["attached"] & table["theme"].isin([theme.value for theme in THEMES])
    step = max(int(wanted.sum()) // N_SIGHTS, 1)
    return sights_of(results, np.flatnonzero(wanted)[::step][:N_SIGHTS].tolist())


@pytest.fixture(scope="module")
def walks(results: Results, sights: list[Sight]) -> tuple[TourWalk, ...]:
    return plan_walks(sights, results, texts=EN)


def test_the_sample_has_walks_that_keep_the_rules(sights: list[Sight], walks: tuple[TourWalk, ...]) -> None:
    assert 3 <= len(walks) <= RULES.walk.most
    assert [walk.id for walk in walks] == list("abcdef")[: len(walks)]
    least, most = RULES.walk.stops
    of = {sight.number: sight for sight in sights}
    for walk in walks:
        assert least <= len(walk.sights) <= most
        assert len({of[number].theme for number in walk.sights}) >= RULES.walk.themes
        assert RULES.walk.minutes[0] <= walk.minutes <= RULES.walk.minutes[1]
        assert walk.age == RULES.age
    seen = [number for walk in walks for number in walk.sights]
    assert len(seen) == len(set(seen))
    assert len({walk.name.zh for walk in walks}) == len(walks)


def test_the_line_is_as_long_as_is_told(results: Results, walks: tuple[TourWalk, ...]) -> None:
    """The globe and the map's plane differ by up to 0.5 %; and corners cut by `simplify_m` shorten the line."""
    assert results.network.crs.is_projected
    for walk in walks:
        assert walk.line.length <= walk.length_m * 1.005
        assert walk.line.length >= walk.length_m * 0.9
        assert walk.minutes == pytest.approx(walk.length_m / pace(results, walk.age) / SECONDS_PER_MINUTE, rel=0.01)


def test_the_line_runs_along_the_streets(results: Results, walks: tuple[TourWalk, ...]) -> None:
    streets = shapely.union_all(results.network.edge_lines)
    connector_m = float(results.entrances.snap.connector_m[results.entrances.snap.attached].max())
    for walk in walks:
        away_m = shapely.distance(shapely.points(shapely.get_coordinates(walk.line)), streets)
        assert away_m.max() <= connector_m + RULES.walk.simplify_m


def pace(results: Results, age: int) -> float:
    return results.standard.rules.band_of_age(age).speed_mps


def test_walks_use_no_crossing_that_does_not_protect(results: Results) -> None:
    walk = safe_walk(results, RULES)
    crossings = results.topology.crossings
    open_ = np.isfinite(crossings.delay_s(walk.walker))
    assert (open_ == (crossings.grade == Grade.MAPPED)).all()
    assert open_.any()
    assert not open_.all()


def test_the_same_walks_every_time(results: Results, sights: list[Sight], walks: tuple[TourWalk, ...]) -> None:
    assert plan_walks(sights, results, texts=EN) == walks


def test_sights_without_a_number_take_no_part(results: Results, sights: list[Sight]) -> None:
    found = find_walks([replace(sight, number=0) for sight in sights], results, texts=EN)
    assert found.walks == ()
    assert "fewer than 3" in found.note


# --- a library south of a main road, a playground north of it: 50 + 50 m over the road by a, 200 m east ------------

LIBRARY = {"amenity": "library", "name": "路南图书馆"}
PLAYGROUND = {"leisure": "playground", "name": "路北乐园"}
WAY_M = 300.0


def two(rules: WalkRules, **changed: object) -> WalkRules:
    """Return rules for walks of two stops."""
    walk = rules.walk.model_copy(update={"stops": (2, 2), "minutes": (0.0, 45.0)})
    return rules.model_copy(update={"walk": walk, **changed})


def joined(folder: Path, *, zebra: bool, rules: WalkRules, name: str | None = None):
    planner = two_sides(folder, a=ZEBRA if zebra else None, place=LIBRARY, twin=PLAYGROUND, twin_at=(300.0, 50.0))
    table = planner.results.places.table
    rows = [int(np.flatnonzero(table["layer"] == layer)[0]) for layer in ("library", "playground")]
    return find_walks(sights_of(planner.results, rows, name=name), planner.results, texts=EN, rules=rules)


@pytest.fixture(scope="module")
def with_zebra(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("walks") / "with"


def test_over_the_zebra_and_no_farther(with_zebra: Path) -> None:
    (walk,) = joined(with_zebra, zebra=True, rules=two(RULES)).walks
    assert walk.length_m == pytest.approx(WAY_M, abs=town.CLOSE_M)
    assert walk.crossings == 1
    assert set(walk.sights) == {1, 2}
    # after its must-see; the source has no English name
    assert (walk.name.zh, walk.name.en) == ("路南图书馆小步行", "路南图书馆 walk")


@pytest.mark.parametrize("age", [3, 6, 9, 12])
def test_minutes_are_those_of_the_child(with_zebra: Path, age: int) -> None:
    (walk,) = joined(with_zebra, zebra=True, rules=two(RULES, age=age)).walks
    speed = {3: 0.88, 6: 1.2, 9: 1.23, 12: 1.28}[age]  # of layers/standards
    assert walk.minutes == pytest.approx(WAY_M / speed / SECONDS_PER_MINUTE, rel=0.002)


def test_without_a_zebra_there_is_no_walk_and_a_reason(tmp_path: Path) -> None:
    found = joined(tmp_path / "without", zebra=False, rules=two(RULES))
    assert found.walks == ()
    assert "protected crossings" in found.note


@pytest.mark.parametrize("name", hostile.NAMES)
def test_names_written_by_strangers_stay_what_they_are(with_zebra: Path, name: str) -> None:
    (walk,) = joined(with_zebra, zebra=True, rules=two(RULES), name=name).walks
    assert name.strip() in walk.name.zh
    assert walk.name.en == f"{name} walk"


# --- orders and doors -----------------------------------------------------------------------------------------------


@st.composite
def tables(draw: st.DrawFn) -> tuple[np.ndarray, list[np.ndarray]]:
    """Draw two to five stops with one to three doors each, and the walks between doors; some are missing."""
    n_doors = draw(st.lists(st.integers(1, 3), min_size=2, max_size=5))
    rows = np.split(np.arange(sum(n_doors)), np.cumsum(n_doors)[:-1])
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    table = rng.integers(0, 50, (sum(n_doors), sum(n_doors))).astype(np.float64)
    table[rng.random(table.shape) < draw(st.sampled_from([0.0, 0.4]))] = np.inf
    return np.minimum(table, table.T), rows


@lawful
@given(tables())
def test_the_walk_through_doors_is_the_shortest_of_all(drawn: tuple[np.ndarray, list[np.ndarray]]) -> None:
    table, rows = drawn
    every = [doors for order in permutations(range(len(rows))) for doors in product(*(rows[i].tolist() for i in order))]
    least = min(sum(table[a, b] for a, b in pairwise(doors)) for doors in every)
    doors, length = through_doors(table, rows)
    assert length == least
    if np.isfinite(least):
        assert doors in every
        assert sum(table[a, b] for a, b in pairwise(doors)) == least


@lawful
@given(tables())
def test_the_shortest_order_is_that_of_stops_with_one_door(drawn: tuple[np.ndarray, list[np.ndarray]]) -> None:
    table, rows = drawn
    firsts = np.array([row[0] for row in rows])
    legs = table[np.ix_(firsts, firsts)]
    order, length = shortest(legs)
    assert length == through_doors(legs, [np.array([i]) for i in range(len(legs))])[1]
    assert sorted(order) == list(range(len(legs)))


# --- lines -----------------------------------------------------------------------------------------------------------


def test_there_and_back_is_half_again() -> None:
    there, back = (
        find_paths(town.walk(), town.snap(start), town.snap(end), budget_s=20_000.0)[0]
        for start, end in (((0, 50), (0, 200)), ((0, 200), (0, 50)))
    )
    assert there is not None
    assert back is not None
    assert again_share([there]) == 0.0
    assert again_share([there, back]) == pytest.approx(0.5)
    assert one_line([there, back], simplify_m=0.0).length == pytest.approx(2 * there.line.length)


def test_two_carriageways_are_one_road() -> None:
    xy = np.array([[0.0, 0.0], [12.0, 0.0], [90.0, 0.0]])
    assert n_apart(xy, same_m=40.0) == 2
    assert n_apart(xy, same_m=5.0) == 3
    assert n_apart(xy[:0], same_m=40.0) == 0


@pytest.mark.parametrize(
    ("right", "wrong", "place"),
    [
        ("stops = [3, 6]", "stops = [6, 3]", "stops"),
        ("stops = [3, 6]", "stops = [3, 9]", "stops"),
        ("minutes = [8, 45]", "minutes = [45, 45]", "minutes"),
        ('trust = ["mapped"]', 'trust = ["none"]', "trust"),
        ("mapped = 20", "mapped = -1", "mapped"),
        ("most = 6 ", "mots = 6 ", "mots"),
    ],
)
def test_rules_with_a_fault_are_refused_with_file_and_key(tmp_path: Path, right: str, wrong: str, place: str) -> None:
    text = RULES_FILE.read_text(encoding="utf-8")
    assert right in text
    path = tmp_path / "my_walks.toml"
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(SettingsError, match=r"my_walks\.toml") as error:
        read_toml(path, WalkRules)
    assert place in str(error.value).split("my_walks.toml", 1)[1]
