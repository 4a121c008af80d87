"""Why a figure changed: the parts sum exactly, and what did not change has no part."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.editions.compare import compare
from app.editions.mix import homes_for
from app.editions.rules import DATA, Part
from app.editions.shapley import shapley
from app.editions.why import explain
from app.editions.words import round_parts
from geo.errors import InputError
from tests.editions import again, changed, other_people, sample_edition, with_facts

PLAYERS = "abcd"
NUMBERS = st.floats(-1.0, 1.0, allow_nan=False)


@st.composite
def games(draw):
    """A figure for each subset of some players."""
    players = PLAYERS[: draw(st.integers(1, 4))]
    values = draw(st.lists(NUMBERS, min_size=2 ** len(players), max_size=2 ** len(players)))
    subsets = [frozenset(p for k, p in enumerate(players) if n >> k & 1) for n in range(2 ** len(players))]
    return players, {subset: np.array([value]) for subset, value in zip(subsets, values, strict=True)}


@given(games())
def test_shapley_parts_sum_to_the_change(game):
    players, value = game
    split = shapley(players, value.get)
    whole = value[frozenset(players)] - value[frozenset()]
    assert sum(split.parts.values()) == pytest.approx(whole, abs=1e-12)


@given(games())
def test_shapley_backwards_gives_the_negative(game):
    players, value = game
    there = shapley(players, value.get).parts
    back = shapley(players, lambda chosen: value[frozenset(players) - chosen]).parts
    for player in players:
        assert back[player] == pytest.approx(-there[player], abs=1e-12)


@given(games(), NUMBERS)
def test_shapley_of_a_lone_addition_is_what_it_adds(game, added):
    players, value = game
    # a player more, who adds the same to whatever it joins
    more = lambda chosen: value[chosen - {"x"}] + added * ("x" in chosen)  # noqa: E731
    with_it, without = shapley([*players, "x"], more), shapley(players, value.get)
    assert with_it.parts["x"] == pytest.approx(added, abs=1e-12)
    for player in players:
        assert with_it.parts[player] == pytest.approx(without.parts[player], abs=1e-12)


def test_orders_that_cannot_be_computed_do_not_count():
    # a before b cannot be computed: what is left is the order b, a
    value = {frozenset(): 0.0, frozenset("b"): 1.0, frozenset("ab"): 5.0}
    split = shapley("ab", lambda chosen: np.array([value[chosen]]) if chosen in value else None)
    assert (split.n_orders, split.n_all) == (1, 2)
    assert (split.parts["a"].tolist(), split.parts["b"].tolist()) == ([4.0], [1.0])


def test_no_order_gives_no_parts():
    split = shapley("ab", {frozenset(): np.zeros(1), frozenset("ab"): np.ones(1)}.get)
    assert (split.parts, split.n_orders) == ({}, 0)


@given(st.lists(st.floats(-99.0, 99.0), min_size=1, max_size=6), st.floats(0.0, 1000.0))
def test_printed_parts_sum_to_the_printed_change(parts, before):
    whole = int(np.floor(before + sum(parts) + 0.5)) - int(np.floor(before + 0.5))
    rounded = round_parts(parts, whole)
    assert sum(rounded) == whole
    assert all(abs(r - p) < 1.0 + 1e-9 for r, p in zip(rounded, parts, strict=True))
    assert all(r == 0 for r, p in zip(rounded, parts, strict=True) if p == 0.0)


def test_figures_are_counted_again_as_they_were_published():
    edition = sample_edition()
    assert again(edition).figures.equals(edition.figures)


def test_equal_editions_differ_in_nothing():
    diff = compare(sample_edition(), with_facts(sample_edition(), label="2024B"))
    assert diff.why.swapped == ()
    assert diff.places == ()
    assert len(diff.why.figures) == len(sample_edition().figures)
    assert {part for figure in diff.why.figures for part in figure.parts.values()} == {0.0}


@pytest.mark.parametrize("part", DATA)
def test_what_changed_alone_gets_all(part):
    why = explain(sample_edition(), changed(part))
    assert why.swapped == (part,)
    assert any(figure.change for figure in why.figures)
    for figure in why.figures:
        assert figure.parts[part] == figure.change
        assert not any(value for other, value in figure.parts.items() if other is not part)


def test_other_figures_of_equal_data_are_the_software():
    edition = sample_edition()
    older = with_facts(
        replace(edition, figures=edition.figures.assign(share=edition.figures["share"] * 0.5)), label="0"
    )
    for figure in explain(older, edition).figures:
        assert figure.parts[Part.SOFTWARE] == figure.change == figure.after / 2.0


def test_all_parts_together_sum_to_the_change_and_turn_with_it():
    before, after = sample_edition(), changed(*DATA)
    there, back = explain(before, after), explain(after, before)
    assert (there.n_orders, there.n_all) == (24, 24)
    assert set(there.swapped) == set(DATA)
    assert len({figure.zone for figure in there.figures}) == len(before.zone_names) + 1
    backwards = {(figure.zone, figure.band, figure.need): figure for figure in back.figures}
    for figure in there.figures:
        assert sum(figure.parts.values()) == pytest.approx(figure.change, abs=1e-12)
        other = backwards[figure.zone, figure.band, figure.need]
        for part, value in figure.parts.items():
            assert other.parts[part] == pytest.approx(-value, abs=1e-12)


def test_fewer_places_and_slower_children_raise_nothing():
    for part in (Part.PLACES, Part.STANDARD):
        assert max(figure.change for figure in explain(sample_edition(), changed(part)).figures) <= 0.0


def test_an_edition_that_cannot_be_counted_itself_is_refused():
    before, after = sample_edition(), changed(Part.PLACES)
    youngest = after.rules.kerbs.permits[:1]
    broken = replace(after.rules, kerbs=replace(after.rules.kerbs, permits=youngest))
    with pytest.raises(InputError, match="kerb rules"):
        explain(before, replace(after, rules=broken))


def test_bands_of_other_ages_come_from_the_census():
    """The band 6-8 becomes 6-9: its children are counted anew from the age groups, whoever they were before."""
    edition = sample_edition()
    standard = edition.rules.standard
    bands = tuple(
        replace(band, last_age=9) if band.id == "6-8" else replace(band, first_age=10) if band.id == "9-11" else band
        for band in standard.rules.bands
    )
    rules = replace(edition.rules, standard=replace(standard, rules=replace(standard.rules, bands=bands)))
    after = again(replace(edition, rules=rules, homes=homes_for(edition, bands)), label="2025A")
    why = explain(edition, after)
    assert why.swapped == (Part.STANDARD,)
    assert {figure.band for figure in why.figures} == {band.id for band in bands}
    six = next(figure for figure in why.figures if figure.band == "6-8" and figure.zone is None)
    # a census group that a band cuts is split evenly over its years
    groups = edition.facts.age_groups
    count = lambda first, last: sum(  # noqa: E731
        n * max(min(b, last) - max(a, first) + 1, 0) / (b - a + 1) for a, b, n in groups
    )
    assert six.children == pytest.approx((count(6, 8), count(6, 9)))


def test_bands_and_zones_of_one_edition_alone_are_listed():
    edition = sample_edition()
    standard = edition.rules.standard
    bands = tuple(replace(band, id="6-to-8") if band.id == "6-8" else band for band in standard.rules.bands)
    needs = tuple(
        replace(need, bands=tuple("6-to-8" if band == "6-8" else band for band in need.bands))
        for need in standard.rules.needs
    )
    names = {("6-to-8" if key == "6-8" else key): text for key, text in standard.band_names.items()}
    renamed = replace(standard, band_names=names, rules=replace(standard.rules, bands=bands, needs=needs))
    zones = edition.zones.assign(name=edition.zones["name"].where(edition.zones["zone"] != 0, "新区"))
    homes = homes_for(edition, bands)
    rules = replace(edition.rules, standard=renamed)
    after = again(replace(edition, zones=zones, homes=homes, rules=rules), label="2025A")
    diff = compare(edition, after)
    assert {key[1] for key in diff.why.only_before if key[0] is None} == {"6-8"}
    assert {key[1] for key in diff.why.only_after if key[0] is None} == {"6-to-8"}
    assert diff.zones_only_before == (edition.zone_names[0],)
    assert diff.zones_only_after == ("新区",)


def test_other_people_without_a_census_are_the_same_homes():
    edition = sample_edition()
    homes = replace(edition.homes, children=np.ones_like(edition.homes.children), are_children=False)
    before = again(with_facts(replace(edition, homes=homes), are_children=False, age_groups=None, census=None))
    after = again(other_people(before), label="2025A")
    assert explain(before, after).swapped == (Part.PEOPLE,)
