"""What faces say of people: sources and their shares, communities, figures by sex, and a new district's settings."""

import json
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from app.newdistrict import NewDistrict, write_new_district
from app.planner import Planner
from app.texts import Texts
from geo.errors import InputError
from geo.sexes import table_by_sex
from layers.people.census import read_census
from layers.people.profile import in_bands
from layers.people.report import Counted
from tests import people
from tests.sample import SAMPLE, built_sample


def test_the_sample_keeps_its_census_by_age_and_sex_and_its_zones() -> None:
    results = Planner(built_sample()).results
    bands = results.standard.rules.bands
    whole = in_bands(read_census(SAMPLE / "census.csv").by_year(2), bands)
    assert results.homes.girls is not None
    np.testing.assert_allclose(results.homes.children.sum(axis=0), whole.sum(axis=1), rtol=1e-9)
    np.testing.assert_allclose(results.homes.girls.sum(axis=0), whole[:, 1], rtol=1e-9)
    assert results.people.n_children == pytest.approx(whole.sum(), rel=1e-9)


def test_every_community_of_the_sample_keeps_its_list() -> None:
    rows = Planner(built_sample()).results.people.communities
    sheet = openpyxl.load_workbook(SAMPLE / "communities.xlsx").worksheets[0]
    listed = {row[1]: sum(row[5:10]) for row in sheet.iter_rows(min_row=3, values_only=True)}
    assert {row.name: round(row.children, 6) for row in rows} == listed
    assert all(row.n_homes > 0 for row in rows)


def test_girls_and_boys_add_up_to_the_children_and_reach_what_their_homes_reach() -> None:
    card = Planner(built_sample()).results.scorecard
    both, table = table_by_sex(card), card.table()
    assert both is not None
    keys = ["zone", "band", "need"]
    joined = table.merge(both, on=keys, validate="one_to_one")
    assert len(joined) == len(table) == len(both)
    np.testing.assert_allclose(joined["girls"] + joined["boys"], joined["children"], rtol=1e-9)
    np.testing.assert_allclose(joined["girls_met"] + joined["boys_met"], joined["met"], rtol=1e-9, atol=1e-9)


def test_the_workbook_tells_sources_communities_and_sexes() -> None:
    book = openpyxl.load_workbook(built_sample() / "out" / "coverage.xlsx", read_only=True)
    _ = Texts().gettext
    ways = list(book[_("How people were counted")].iter_rows(min_row=2, values_only=True))
    assert sum(row[-1] for row in ways) == pytest.approx(1.0)
    assert sum(1 for _row in book[_("Communities")].iter_rows(min_row=2)) == 48
    assert book[_("By sex")].max_row > 100


def test_the_pages_and_findings_tell_how_children_were_counted() -> None:
    texts = Texts()
    page = (built_sample() / "out" / "index.html").read_text(encoding="utf-8")
    assert texts.gettext("How the children were counted") in page
    found = json.loads((built_sample() / "out" / "quality.json").read_text(encoding="utf-8"))
    assert "people_counted" in json.dumps(found)


def test_the_service_answers_by_sex() -> None:
    answer = Planner(built_sample()).scorecard()
    assert answer.by_sex is not None
    district = [one for one in answer.by_sex if one.zone is None and one.need is None]
    assert [one.band for one in district] == [band.id for band in Planner(built_sample()).results.standard.rules.bands]
    assert all(one.girls > 0.0 and one.boys > 0.0 for one in district)


def test_the_real_census_has_sexes(shared_data: Path) -> None:
    census = read_census(shared_data / "dongchangfu" / "census_2020.json")
    years = census.by_year(2)
    assert years[:15].sum() == pytest.approx(346_238)
    assert years[:15, 1].sum() == pytest.approx(6_078 + 41_847 + 53_803 + 50_311)
    assert census.girls is not None
    assert years.sum() == pytest.approx(census.n_people)


def test_init_writes_all_sources_of_people(tmp_path: Path) -> None:
    for age in (0, 1):
        people.raster(tmp_path / f"chn_t_{age}_2020.tif", np.ones((2, 2)))
    given = NewDistrict(
        name="区",
        osm=SAMPLE / "streets.osm.gz",
        boundary=SAMPLE / "boundary.geojson",
        place=None,
        zones=SAMPLE / "zones.geojson",
        zone_name="name",
        census=SAMPLE / "census.csv",
        standard="child15",
        zone_people=SAMPLE / "zone_people.csv",
        communities=SAMPLE / "communities.xlsx",
        communities_crs="WGS-84",
        rasters=(tmp_path / "chn_t_0_2020.tif", tmp_path / "chn_t_1_2020.tif"),
    )
    path = write_new_district(tmp_path / "d", given, texts=Texts())
    named = Planner(path.parent).results.district.inputs
    assert {"zone_people", "communities", "raster chn_t_0_2020.tif", "raster chn_t_1_2020.tif"} <= set(named)
    assert all(file.is_file() for file in named.values())


def test_init_asks_for_the_system_of_a_list_of_communities(tmp_path: Path) -> None:
    given = NewDistrict(
        "区",
        SAMPLE / "streets.osm.gz",
        None,
        None,
        None,
        None,
        None,
        "child15",
        communities=SAMPLE / "communities.xlsx",
    )
    with pytest.raises(InputError, match="communities-crs"):
        write_new_district(tmp_path / "d", given, texts=Texts())


def test_the_sample_counts_by_list_and_by_zone() -> None:
    results = Planner(built_sample()).results
    assert {part.counted for part in results.people.parts} == {Counted.COMMUNITIES, Counted.ZONES}
