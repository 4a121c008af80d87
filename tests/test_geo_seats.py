"""Seats: counted by hand, equal to the plain formula, and no seat is lost or counted twice."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import InputError
from geo.kernels.within import Pairs
from geo.seats import seats_per_child
from tests.strategies import lawful


def as_pairs(reach: np.ndarray) -> Pairs:
    """Return pairs from a table of who reaches what, shape (points, places)."""
    point, place = np.nonzero(reach)
    indptr = np.concatenate([[0], np.cumsum(np.bincount(point, minlength=len(reach)))])
    return Pairs(
        indptr, place.astype(np.int32), np.zeros(len(place), np.uint16), 1.0, np.zeros(reach.shape[1], np.int64)
    )


@st.composite
def districts(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw who reaches what, children at points, and seats of places; nobody and no seat are common."""
    n_points, n_places = draw(st.integers(0, 12)), draw(st.integers(0, 6))
    flags = draw(st.lists(st.booleans(), min_size=n_points * n_places, max_size=n_points * n_places))
    amounts = st.one_of(st.just(0.0), st.floats(0.01, 1000.0))
    people = draw(st.lists(amounts, min_size=n_points, max_size=n_points))
    seats = draw(st.lists(amounts, min_size=n_places, max_size=n_places))
    return np.array(flags, dtype=bool).reshape(n_points, n_places), np.array(people), np.array(seats)


def test_a_district_that_can_be_counted() -> None:
    """School A: 30 seats for 20 + 5 + 0 children. School B: 10 for 5. School C: 8 where no child lives."""
    reach = np.array([[1, 0, 0], [1, 1, 0], [0, 0, 0], [1, 0, 1], [0, 0, 1]])
    found = seats_per_child(as_pairs(reach), [20, 5, 7, 0, 0], [30, 10, 8])
    assert found.demand.tolist() == [25.0, 5.0, 0.0]
    np.testing.assert_array_equal(found.of_place, [30 / 25, 10 / 5, np.nan])
    # the third point reaches nothing; a child at the fourth would share A; nobody shares C, so the fifth has no figure
    np.testing.assert_array_equal(found.of_point, [30 / 25, 30 / 25 + 10 / 5, np.nan, 30 / 25, np.nan])


def test_no_seats_are_a_result_and_not_absent() -> None:
    found = seats_per_child(as_pairs(np.array([[1]])), [4], [0])
    assert found.of_place.tolist() == [0.0]
    assert found.of_point.tolist() == [0.0]


@lawful
@given(districts())
def test_it_equals_the_plain_formula(district: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    reach, people, seats = district
    found = seats_per_child(as_pairs(reach), people, seats)
    for j in range(len(seats)):
        reaching = sum(people[i] for i in range(len(people)) if reach[i, j])
        np.testing.assert_allclose(found.of_place[j], seats[j] / reaching if reaching else np.nan, rtol=1e-12)
    for i in range(len(people)):
        shared = [j for j in range(len(seats)) if reach[i, j] and not np.isnan(found.of_place[j])]
        np.testing.assert_allclose(
            found.of_point[i], sum(found.of_place[j] for j in shared) if shared else np.nan, rtol=1e-12
        )


@lawful
@given(districts())
def test_no_seat_is_lost_or_counted_twice(district: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    reach, people, seats = district
    found = seats_per_child(as_pairs(reach), people, seats)
    taken = np.where(people > 0.0, people * found.of_point, 0.0)
    offered = seats[found.demand > 0.0].sum()
    np.testing.assert_allclose(np.nansum(taken), offered, rtol=1e-9)
    # who lives where no place is reached has no figure, and takes nothing
    assert (~np.isnan(found.of_point[(people > 0.0) & reach.any(axis=1)])).all()


@lawful
@given(districts(), st.floats(0.1, 10.0))
def test_more_children_everywhere_means_fewer_seats_each(
    district: tuple[np.ndarray, np.ndarray, np.ndarray], times: float
) -> None:
    reach, people, seats = district
    before, after = (seats_per_child(as_pairs(reach), demand, seats) for demand in (people, people * times))
    np.testing.assert_allclose(after.of_point * times, before.of_point, rtol=1e-9)


@pytest.mark.parametrize(
    ("people", "seats", "message"),
    [
        ([-1.0], [1.0], "finite demand"),
        ([np.nan], [1.0], "finite demand"),
        ([1.0, 1.0], [1.0], "finite demand"),
        ([1.0], [np.inf], "finite capacity"),
        ([1.0], [-2.0], "finite capacity"),
        ([1.0], [], "finite capacity"),
    ],
)
def test_impossible_figures_are_refused(people: list[float], seats: list[float], message: str) -> None:
    with pytest.raises(InputError, match=message):
        seats_per_child(as_pairs(np.array([[1]])), people, seats)
