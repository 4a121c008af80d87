"""Answers of ways to school become reports whose numbers are theirs."""

from dataclasses import replace

import pytest

from app.planner import Planner
from app.reports.model import Table
from app.reports.resolve import resolve
from app.reports.sites import sites_report
from app.reports.ways import WaysDecisions
from app.schoolways.answers import (
    AreaCandidate,
    AreasAnswer,
    AreaStanding,
    ChosenCrossing,
    CrossingCandidate,
    CrossingsAnswer,
    Head,
    NeedAsked,
    Provenance,
    Said,
    Spot,
    StreetCandidate,
    StreetsAnswer,
    StreetStanding,
)
from app.texts import Texts
from tests.reports import DAY, HOSTILE
from tests.sample import built_sample

TEXTS = Texts("en")
PROVENANCE = Provenance("d", "s", None, "child15", None, "EPSG:32650", (), "©", synthetic=True)


@pytest.fixture(scope="module")
def results():
    return Planner(built_sample(), lang="en").results


@pytest.fixture(scope="module")
def make(results):
    return WaysDecisions(results.standard, TEXTS)


def _spot(results, row: int) -> Spot:
    x, y = results.homes.xy[row].tolist()
    return Spot(x, y, 115.9, 36.4)


def _head(target: str) -> Head:
    said = Said("Ask {n} of {n:d}.", (("n", 2),))
    return Head(target, said, "children", 2, (Said("Method."),), (Said("Doubt one."), Said("Two.")), PROVENANCE)


def _crossings(results) -> CrossingsAnswer:
    spots = [_spot(results, row) for row in (0, 50, 100)]
    found = tuple(
        CrossingCandidate(
            i,
            f"node/{i}-1",
            road,
            "primary",
            at,
            near,
            12.0,
            None,
            spot,
            "east",
            island=True,
            n_lines=2,
            alone_min=100.0 / i,
            reached=5.0,
            walking=30.0,
        )
        for i, (road, at, near, spot) in enumerate(
            zip(("Big road", "", HOSTILE[0]), ("Small lane", "", ""), ("", "A school", ""), spots, strict=True), start=1
        )
    )
    chosen = (
        ChosenCrossing(found[0], 90.0, 4.0, locked=False, runner_up=found[2], runner_up_costs_min=7.0, stays=0.7),
        ChosenCrossing(found[1], 40.0, 2.0, locked=True, runner_up=None, runner_up_costs_min=None),
    )
    need = NeedAsked("6-8", "primary_school", 1.0, 15.0, "A", "约定", "convention", 130.0, 6.0, 200.0, 9.0)
    return CrossingsAnswer(
        head=_head("crosswalks"),
        needs=(need,),
        candidates=found,
        n_candidates=3,
        n_useful=3,
        chosen=chosen,
        saved_min=130.0,
        reached=6.0,
        bound_min=200.0,
        bound_reached=9.0,
        ten_best_min=120.0,
        proven=False,
        exchanges=1,
        n_sets=3,
    )


def _table(report, id_: str) -> Table:
    return next(b for b in (*report.blocks, *report.annexes) if isinstance(b, Table) and b.id == id_)


def test_crossings(make, results):
    decision = make.crossings(_crossings(results))
    assert [key[0] for key in decision.keys] == ["2", "130", "6", "65.0%"]
    assert decision.question == "Ask 2 of 2."
    assert [site.name for site in decision.chosen] == [
        "Big road at Small lane, east side",
        "a road without a name, 12 m from A school",
    ]
    assert decision.ranked[2].name == HOSTILE[0]
    made = sites_report(results, decision, texts=TEXTS, day=DAY)
    assert [row[3] for row in _table(made, "chosen").rows] == [90.0, 40.0]
    assert [site.stays for site in decision.chosen] == [0.7, None]
    assert _table(made, "robust").rows[0][2:] == (0.7, HOSTILE[0], 7.0, "the calculation")
    assert "not proven" in decision.proof
    assert "is proven" in make.crossings(replace(_crossings(results), proven=True)).proof
    assert len(resolve(made, TEXTS).figures) == 3


def test_streets_and_areas(make, results):
    spot = _spot(results, 0)
    line = ((spot.x_m, spot.y_m), (spot.x_m + 300.0, spot.y_m))
    ring = (*line, (spot.x_m, spot.y_m + 200.0))
    street = StreetCandidate(
        1, "way/1", "Lane", "", "tertiary", None, spot, 300.0, 9.0, 25.0, 2, 1, 3.0, (), (line,), ()
    )
    area = AreaCandidate(1, "a", "School", ("School",), None, spot, 40.0, 10.0, 80.0, 0.03, 2, 1, ((ring,),), ())
    streets = make.streets(StreetsAnswer(_head("streets"), (street,), 7, (street,), 100.0))
    areas = make.areas(AreasAnswer(_head("travel_areas"), (area,), 7, (area,), 80.0, 40.0))
    assert streets.keys[1][0] == "25.0%"
    assert [key[0] for key in areas.keys] == ["1", "50.0%", "25.0%"]
    assert areas.chosen[0].area.area == pytest.approx(300.0 * 200.0 / 2.0)
    assert [streets.chosen[0].stays, streets.chosen[0].runner_up] == [None, ""]
    firm = make.streets(
        StreetsAnswer(
            _head("streets"),
            (street,),
            7,
            (street,),
            100.0,
            (StreetStanding(0.9, replace(street, name=HOSTILE[0]), 3.0),),
        )
    ).chosen[0]
    assert (firm.stays, firm.runner_up, firm.runner_up_cost) == (0.9, HOSTILE[0], 3.0)
    firm_area = make.areas(
        AreasAnswer(_head("travel_areas"), (area,), 7, (area,), 80.0, 40.0, (AreaStanding(0.8, None, None),))
    ).chosen[0]
    assert (firm_area.stays, firm_area.runner_up, firm_area.runner_up_cost) == (0.8, "", None)
    for decision in (streets, areas):
        report = sites_report(results, decision, texts=TEXTS, day=DAY)
        assert len(resolve(report, TEXTS).figures) == 2


def test_nothing_to_choose_is_an_answer(make, results):
    decision = make.streets(StreetsAnswer(_head("streets"), (), 0, (), 0.0))
    assert decision.keys[1][0] == "—"
    assert resolve(sites_report(results, decision, texts=TEXTS, day=DAY), TEXTS).figures == ()
