"""Audits of schools, their pages, and the answers on crossings, streets and areas."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
import shapely

from app.cli import main
from app.planner import Planner
from app.schoolways.answers import Ask, to_json
from app.schoolways.areas import choose_areas
from app.schoolways.audit import Auditor
from app.schoolways.crossings import CrossingsAsked, choose_crossings
from app.schoolways.pages import write_schools
from app.schoolways.streets import choose_streets
from app.schoolways.ways import DistrictWays
from app.texts import Texts
from geo.cuts import protecting
from geo.errors import InputError, UnknownIdError
from geo.reach import nearest
from geo.routes import Reason
from layers.schoolways import school_rules
from tests.hostile import hostile_results
from tests.sample import built_sample
from tests.town import lonlat
from tests.twosides import SCHOOL, ZEBRA, two_sides


@pytest.fixture(scope="module")
def cut_off(tmp_path_factory):
    """Half of the children live beyond a road without any protected crossing."""
    return two_sides(tmp_path_factory.mktemp("cut")).results


@pytest.fixture(scope="module")
def sample():
    return DistrictWays.of(Planner(built_sample()).results)


def audit(results, kind="primary_school"):
    ways = DistrictWays.of(results)
    return next(one for one in Auditor(ways).all() if one.kind == kind)


def test_the_audit_counts_who_is_cut_off(cut_off):
    """600 children are 6 to 11; half live at [N], 160 m away by lane a, which meets the road unprotected."""
    found = audit(cut_off)
    assert found.children == pytest.approx(600, rel=0.01)
    assert found.within == pytest.approx(300, rel=0.01)
    assert found.need_unprotected == pytest.approx(300, rel=0.01)
    assert found.share_unprotected == pytest.approx(0.5, rel=0.01)
    assert {reason: round(n) for reason, n in found.left_out.items()} == {Reason.CUT_OFF: 300}
    assert [(one.road, round(one.children)) for one in found.worst] == [("分界大道", 300)]
    # no crossing of the road is protected at all
    assert found.spacing.longest_m == np.inf
    assert found.spacing.kept is False
    assert found.venues is None


def test_a_zebra_changes_the_audit(tmp_path):
    """The zebra at lane a: 200 m to the west end of the road and 500 m to the east end; the rule allows 300."""
    found = audit(two_sides(tmp_path, a=ZEBRA).results)
    assert found.within == pytest.approx(600, rel=0.01)
    assert found.need_unprotected == 0.0
    assert found.left_out == {}
    assert found.worst == ()
    assert found.spacing.longest_m == pytest.approx(1000, rel=0.01)
    assert found.spacing.over_m == pytest.approx(700 - 300, rel=0.01)


def test_a_way_round_is_taken_where_it_is_short(tmp_path):
    """With the zebra at b, [N] walks 560 m instead of 160: 333 s more at 1.2 m/s, and 120 s is what one avoids for."""
    found = audit(two_sides(tmp_path, b=ZEBRA).results)
    assert found.within == pytest.approx(600, rel=0.01)
    assert found.need_unprotected == pytest.approx(300, rel=0.01)
    assert found.left_out == {}


def test_catchments_decide_who_goes_where(tmp_path):
    """A second school stands on the south side as well; the catchment sends everybody to the first."""
    planner = two_sides(tmp_path, a=ZEBRA, twin={**SCHOOL, "name": "第二小学"}, twin_at=(40.0, -50.0))
    nearest = {one.name: one.children for one in Auditor(DistrictWays.of(planner.results)).all()}
    assert nearest["第二小学"] > 0.0
    write_catchments(tmp_path, "路南小学")
    ways = DistrictWays.of(planner.results)
    given = {one.name: one for one in Auditor(ways).all() if one.kind == "primary_school"}
    assert given["路南小学"].children == pytest.approx(600, rel=0.01)
    assert given["第二小学"].children == 0.0
    assert given["路南小学"].by_catchment
    write_catchments(tmp_path, "没有这所")
    with pytest.raises(InputError, match="没有这所"):
        DistrictWays.of(planner.results)
    write_catchments(tmp_path, "路南小学", column="name")
    with pytest.raises(InputError, match="no column school"):
        DistrictWays.of(planner.results)


def write_catchments(folder, name, column="school"):
    corners = [lonlat(x, y) for x, y in ((-150, -150), (650, -150), (650, 150), (-150, 150), (-150, -150))]
    shape = {"type": "Feature", "properties": {column: name},
             "geometry": {"type": "Polygon", "coordinates": [corners]}}  # fmt: skip
    (folder / "catchments.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [shape]}))


def test_a_district_without_schools(tmp_path):
    results = two_sides(tmp_path, place=None).results
    ways = DistrictWays.of(results)
    assert Auditor(ways).all() == ()
    assert all(one.safe.routed == 0.0 for one in ways.bands)
    (index,) = write_schools(results, tmp_path / "schools", texts=Texts("en"), ways=ways)
    assert "holds no school of this kind" in index.read_text(encoding="utf-8")
    assert choose_crossings(results, ways=ways).chosen == ()
    assert choose_streets(results, ways=ways).chosen == ()
    assert choose_areas(results, ways=ways).chosen == ()


def test_a_school_without_an_entrance_on_a_street(tmp_path):
    """It stands 154 m from the end of the road, and nobody is led farther than 150 m: its page says so."""
    results = two_sides(tmp_path, twin={**SCHOOL, "name": "孤岛小学"}, twin_at=(640.0, -149.0), place=None).results
    (found,) = Auditor(DistrictWays.of(results)).all()
    assert (found.name, found.n_gates, found.children, found.share_unprotected) == ("孤岛小学", 0, 0.0, None)
    _index, page = write_schools(results, tmp_path / "schools", texts=Texts("en"))
    assert "No entrance of this school lies on a street" in page.read_text(encoding="utf-8")


def test_places_that_must_keep_away(sample):
    """The sample has no list of internet cafés: bookshops stand for them, within 400 m of the schools' ground."""
    venues = sample.rules.venues.model_copy(update={"layers": ["bookshop"], "within_m": 400.0})
    ways = replace(sample, rules=sample.rules.model_copy(update={"venues": venues}))
    table = sample.results.places.table
    shops = table.geometry[(table["layer"] == "bookshop").to_numpy()]
    audits = Auditor(ways).all()
    for one in audits:
        if one.kind == "kindergarten":
            assert one.venues is None
            continue
        away = np.sort(shops.distance(table.geometry.iloc[one.place]).to_numpy())
        assert [venue.distance_m for venue in one.venues] == pytest.approx(away[away <= 400.0].tolist(), abs=0.06)
    assert any(one.venues for one in audits)


# --- pages


class _Outline(HTMLParser):
    """Collects what a page holds: tags, links, texts."""

    def __init__(self):
        super().__init__()
        self.tags, self.links, self.sources = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for key, value in attrs if key == "href"]
        self.sources += [value for key, value in attrs if key in {"src", "xlink:href", "onload", "onerror"}]


def outline(path):
    found = _Outline()
    found.feed(path.read_text(encoding="utf-8"))
    return found


def test_every_school_has_a_page_and_every_link_leads_somewhere(sample, tmp_path):
    folder = tmp_path / "out" / "schools"
    written = write_schools(sample.results, folder, texts=Texts("zh-CN"), ways=sample)
    audits = Auditor(sample).all()
    assert len(written) == 1 + len(audits)
    assert len({path.name for path in written}) == len(written)
    index = outline(written[0])
    assert {path.name for path in written[1:]} <= set(index.links)
    for path in written:
        found = outline(path)
        assert "script" not in found.tags
        assert found.sources == []
        for link in found.links:
            assert link == "../index.html" or (folder / link).is_file(), link
    page = written[1].read_text(encoding="utf-8")
    assert "© OpenStreetMap" in page
    assert "viewBox" in page
    assert re.search(r"\d+米</text>", page), "a scale bar"
    assert "虚构" in page


def test_names_that_are_code_stay_text(tmp_path):
    results = hostile_results()
    written = write_schools(results, tmp_path, texts=Texts("en"))
    assert len(written) > 1
    for path in written:
        found = outline(path)
        assert "script" not in found.tags
        assert "img" not in found.tags
        assert found.sources == []
        assert path.parent == tmp_path


def test_one_school_by_its_name(sample, tmp_path):
    one = Auditor(sample).all()[0]
    index, *pages = write_schools(sample.results, tmp_path, texts=Texts("en"), school=one.name, ways=sample)
    assert index.name == "index.html"
    assert all(one.name in page.read_text(encoding="utf-8") for page in pages)
    with pytest.raises(UnknownIdError, match="no school is called 天外小学"):
        write_schools(sample.results, tmp_path, texts=Texts("en"), school="天外小学", ways=sample)
    with pytest.raises(UnknownIdError):
        write_schools(sample.results, tmp_path, texts=Texts("en"), school=" ", ways=sample)


def test_the_command(capsys):
    name = "映荷小学"
    main(["schools", str(built_sample()), "--school", name, "--lang", "en"])
    assert "schools written" in capsys.readouterr().out
    assert (built_sample() / "out" / "schools" / "index.html").is_file()


# --- answers


def test_ten_crossings_chosen_together_beat_the_ten_best_alone(sample):
    answer = choose_crossings(sample.results, ways=sample)
    assert len(answer.chosen) == 10
    assert answer.ten_best_min <= answer.saved_min <= answer.bound_min
    assert sum(need.saved_min * need.weight for need in answer.needs) == pytest.approx(answer.saved_min, abs=0.1)
    ranks = [one.rank for one in answer.candidates]
    assert ranks == sorted(ranks)
    assert [one.alone_min for one in answer.candidates] == sorted(
        (c.alone_min for c in answer.candidates), reverse=True
    )
    assert len({one.candidate.id for one in answer.chosen}) == 10
    for one in answer.chosen:
        assert one.runner_up is None or one.runner_up.id not in {c.candidate.id for c in answer.chosen}
    text = json.dumps(to_json(answer), ensure_ascii=False, allow_nan=False)
    assert json.loads(text)["head"]["target"] == "crosswalks"
    # the same question gives the same answer
    assert choose_crossings(sample.results, ways=sample) == answer


def test_demands_on_crossings(sample):
    results = sample.results
    first = choose_crossings(results, Ask(n=3), sample).chosen
    zone = str(results.zones["name"].iloc[0])
    again = choose_crossings(
        results,
        Ask(n=3, locked_out=(first[0].candidate.id,), locked_in=(first[2].candidate.id,), at_least={zone: 1}),
        sample,
    )
    ids = [one.candidate.id for one in again.chosen]
    assert first[0].candidate.id not in ids
    assert first[2].candidate.id in ids
    assert zone in {one.candidate.zone for one in again.chosen}
    with pytest.raises(InputError, match="no zone is called 天外街道"):
        choose_crossings(results, Ask(at_least={"天外街道": 1}), sample)
    with pytest.raises(InputError, match="has the id node/0-0"):
        choose_crossings(results, Ask(locked_in=("node/0-0",)), sample)
    with pytest.raises(InputError, match="has a weight"):
        choose_crossings(results, Ask(weights={"nothing": 1.0}), sample)
    with pytest.raises(InputError, match="0 or more"):
        choose_crossings(results, Ask(weights={"primary_school": -1.0}), sample)


def test_streets_by_the_children_on_them(sample):
    answer = choose_streets(sample.results, ways=sample)
    assert len(answer.chosen) == 2
    assert answer.chosen == answer.candidates[:2]
    km = [one.child_km for one in answer.candidates]
    assert km == sorted(km, reverse=True)
    assert sum(km) <= answer.total_km
    assert len({one.id for one in answer.candidates}) == len(answer.candidates)
    for one in answer.candidates:
        assert one.child_km <= one.peak * one.length_m / 1000.0 + 0.02
        assert one.unprotected <= one.crossings
        assert one.name or one.near
    out = choose_streets(sample.results, Ask(n=1, locked_out=(answer.chosen[0].id,)), sample)
    assert [one.id for one in out.chosen] == [answer.chosen[1].id]
    with pytest.raises(InputError, match="has the id way/0"):
        choose_streets(sample.results, Ask(locked_in=("way/0",)), sample)
    json.dumps(to_json(answer), allow_nan=False)


def test_areas_hold_walks_and_do_not_overlap(sample):
    answer = choose_areas(sample.results, ways=sample)
    assert len(answer.chosen) == 2
    shapes = [shapely.MultiPolygon([(p[0], p[1:]) for p in one.polygons_m]) for one in answer.chosen]
    assert shapely.intersection(*shapes).area == pytest.approx(0.0, abs=1.0)
    scores = [one.score for one in answer.candidates]
    assert scores == sorted(scores, reverse=True)
    assert sum(scores) <= answer.total_walks + sample.rules.areas.trouble * answer.total_trouble + 0.1
    assert all(one.trouble <= one.walks <= answer.total_walks for one in answer.candidates)
    locked = answer.candidates[-1].id
    again = choose_areas(sample.results, Ask(n=1, locked_in=(locked,)), sample)
    assert [one.id for one in again.chosen] == [locked]
    json.dumps(to_json(answer), allow_nan=False)


@pytest.mark.city
def test_fifty_crossings_of_a_city_equal_a_full_search(shared_data, tmp_path):
    """The ten best and forty drawn ones of Las Palmas, for every band and kind of school."""
    city = shared_data / "las_palmas"
    (tmp_path / "district.toml").write_text(
        f'name = "Las Palmas"\ncountry = "ES"\n[boundary]\nfile = "{city}/boundary.geojson"\n'
        f'[streets]\nfile = "{city}/streets.osm.pbf"\n',
        encoding="utf-8",
    )
    asked = CrossingsAsked.of(Planner(tmp_path).results)
    protector = asked.protector
    drawn = np.random.default_rng(6).choice(asked.order[10:], 40, replace=False)
    for c in [*asked.order[:10].tolist(), *drawn.tolist()]:
        mask = protector.candidates.mask([c], len(protector.topology.crossings))
        state = protector.protect(protector.base, [c])
        for k, question in enumerate(protector.questions):
            full = nearest(protecting(question.walk, mask), question.places, protector.homes).time_s[:, 0]
            full[full > question.limit_s] = np.inf
            np.testing.assert_array_equal(protector.times_s(state)[k], full)
            old = np.minimum(protector.times_s(protector.base)[k], question.limit_s)
            saved = (question.children * (old - np.minimum(full, question.limit_s))).sum()
            assert asked.alone.saved_s[k, c] == pytest.approx(saved, abs=1e-6)


def test_the_rules_can_be_read():
    rules = school_rules()
    assert rules.to_care().crossing_s
    assert rules.to_search().largest_bundle >= 2
