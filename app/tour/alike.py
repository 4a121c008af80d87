"""Alike: places that a family takes for one, because they bear the same name side by side."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.tourrules import tour_rules

_WORDS = re.compile(r"\w+")


def find_doubles(
    ranked: Sequence[int],
    *,
    names: Sequence[str],
    layers: Sequence[str],
    own: Sequence[bool],
    shapes: NDArray[np.object_],
    around: NDArray[np.intp],
) -> Mapping[int, int]:
    """Find places that are another one drawn again.

    Args:
        ranked: Indices of the places that may be chosen, the best first; the better of two stays.
        names: Of each place; empty for none.
        layers: Kind of each place.
        own: Whether it stays a sight beside one of another kind with the same name.
        shapes: Metres.
        around: The named place around each nameless one; -1 = none.

    Returns:
        The better place of each that is dropped.
    """
    dropped: dict[int, int] = {}
    rank = {index: place for place, index in enumerate(ranked)}
    for pairs in (
        _same_names(ranked, names, shapes),
        _held_names(ranked, names, shapes),
        _same_around(ranked, layers, around),
    ):
        for one, other in pairs:
            better, worse = (one, other) if rank[one] < rank[other] else (other, one)
            if better in dropped or worse in dropped:
                continue
            if layers[one] == layers[other] or not (own[one] or own[other]):
                dropped[worse] = better
    return dropped


def plain_name(name: str) -> tuple[str, ...]:
    """Return the words of a name that tell it from others: without accents, case, order, brackets and fillers.

    >>> plain_name("Plaza de la Música") == plain_name("(PLAZA) Musica")
    True
    """
    letters = unicodedata.normalize("NFKD", name).casefold()
    words = _WORDS.findall("".join(c for c in letters if not unicodedata.combining(c)))
    fillers = tour_rules().names.fillers
    return tuple(sorted(word for word in words if word not in fillers) or sorted(words))


def _same_names(ranked: Sequence[int], names: Sequence[str], shapes: NDArray[np.object_]) -> Iterator[tuple[int, int]]:
    """Yield pairs of near places with the same name, each better one with all its followers first."""
    called: dict[tuple[str, ...], list[int]] = {}
    for index in ranked:
        if names[index]:
            called.setdefault(plain_name(names[index]), []).append(index)
    for alike in called.values():
        for place, index in enumerate(alike):
            others = np.array(alike[place + 1 :], np.intp)
            near = shapely.dwithin(shapes[index], shapes[others], tour_rules().near.same_name_m)
            yield from ((index, int(other)) for other in others[near])


def _held_names(ranked: Sequence[int], names: Sequence[str], shapes: NDArray[np.object_]) -> Iterator[tuple[int, int]]:
    """Yield pairs of places side by side where one name holds the other."""
    named = np.array([index for index in ranked if names[index]], np.intp)
    if len(named) == 0:
        return
    tree = shapely.STRtree(shapes[named])
    one, other = tree.query(shapes[named], predicate="dwithin", distance=tour_rules().near.contained_m)
    words = [plain_name(names[index]) for index in named]
    sets = [frozenset(word) for word in words]
    for a, b in sorted(zip(one.tolist(), other.tolist(), strict=True)):
        if a < b and (_holds(sets[a], sets[b]) or _holds(sets[b], sets[a])):
            yield int(named[a]), int(named[b])


def _holds(long: frozenset[str], short: frozenset[str]) -> bool:
    """Tell whether all words of a name are in another; Chinese names are one word, which may hold another."""
    if short <= long:
        return True
    return len(short) == 1 == len(long) and next(iter(short)) in next(iter(long))


def _same_around(ranked: Sequence[int], layers: Sequence[str], around: NDArray[np.intp]) -> Iterator[tuple[int, int]]:
    """Yield pairs of nameless places of one kind inside the same named one."""
    first: dict[tuple[str, int], int] = {}
    for index in ranked:
        if around[index] >= 0:
            key = (layers[index], int(around[index]))
            if key in first:
                yield first[key], index
            first.setdefault(key, index)
