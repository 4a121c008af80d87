"""New places: the entrances of all places as they would be with some places added, moved, closed or enlarged."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Doors:
    """Where places are entered, before it is asked which street leads there.

    Attributes:
        xy: Entrances, metres, shape (d, 2).
        place: Row of the place of each, shape (d,).
        layer: Layer id of each place, shape (p,).
        seats: Seats of each place, shape (p,); NaN where nobody knows.

    >>> doors = Doors(np.zeros((1, 2)), np.zeros(1, np.int32), np.array(["park"], object), np.array([np.nan]))
    >>> more = doors.added("pool", np.array([[3.0, 4.0]]), None)
    >>> more.layer.tolist(), more.place.tolist(), more.closed(0).place.tolist()
    (['park', 'pool'], [0, 1], [1])
    """

    xy: Floats
    place: Ints
    layer: NDArray[np.object_]
    seats: Floats

    @property
    def n_places(self) -> int:
        """Number of places, closed ones included."""
        return len(self.layer)

    def added(self, layer: str, xy: Floats, seats: float | None) -> "Doors":
        """Return them with one more place, the last one.

        Args:
            layer: Its layer id.
            xy: Its entrances, metres, shape (k, 2).
            seats: None where nobody knows.
        """
        return Doors(
            np.concatenate([self.xy, xy]),
            np.append(self.place, np.full(len(xy), self.n_places, np.int32)).astype(np.int32),
            np.append(self.layer, layer),
            np.append(self.seats, np.nan if seats is None else seats),
        )

    def closed(self, place: int) -> "Doors":
        """Return them without the entrances of a place; its row stays."""
        kept = self.place != place
        return replace(self, xy=self.xy[kept], place=self.place[kept])

    def moved(self, place: int, xy: Floats) -> "Doors":
        """Return them with a place's entrances elsewhere, metres, shape (k, 2)."""
        rest = self.closed(place)
        mine = np.full(len(xy), place, np.int32)
        return replace(rest, xy=np.concatenate([rest.xy, xy]), place=np.append(rest.place, mine).astype(np.int32))

    def seated(self, place: int, seats: float) -> "Doors":
        """Return them with a place's seats told anew."""
        changed = self.seats.copy()
        changed[place] = seats
        return replace(self, seats=changed)
