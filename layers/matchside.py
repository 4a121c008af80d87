"""One list of places as arrays, with an order of its rows that only their content decides."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

_DIGITS = 2  # of a metre: on one centimetre


@dataclass(frozen=True, slots=True)
class Side:
    """A list of places.

    Attributes:
        names: One a row; None for none.
        layers: Recipes.
        addresses: Without spaces; "" for those without a house number, which name no house.
        shapes: Geometry, metres; None where it says nothing.
        stacked: Rows of which so many of one layer have one and the same spot that it says nothing: a default.
        rank: A row's place in an order that only its content decides; rows alike in everything keep theirs.
    """

    names: list[str | None]
    layers: list[str]
    addresses: list[str]
    shapes: NDArray[np.object_]
    stacked: NDArray[np.int64]
    rank: NDArray[np.int64]

    @classmethod
    def of(cls, places: gpd.GeoDataFrame, n_stacked: int) -> "Side":
        """Take what matching needs of a table of places.

        Args:
            places: Names, layers and geometry.
            n_stacked: So many of one layer on one spot are stacked.
        """
        names = [text if isinstance(text, str) else None for text in places["name"].tolist()]
        layers = [str(layer) for layer in places["layer"].tolist()]
        given = places["address"] if "address" in places.columns else [None] * len(places)
        addresses = [_house(text) for text in given]
        shapes = np.array(places.geometry.array, dtype=object)
        rank = _rank(shapes, [text or "" for text in names], layers, addresses)
        stacked = _stacked(shapes, layers, n_stacked)
        shapes[stacked] = None
        return cls(names, layers, addresses, shapes, stacked, rank)

    def shown(self, row: int) -> str:
        """Return a row's name, or its layer where it has none."""
        return self.names[row] or self.layers[row]


def _house(address: object) -> str:
    text = "".join(address.split()).casefold() if isinstance(address, str) else ""
    return text if any(character.isdecimal() for character in text) else ""


def _stacked(shapes: NDArray[np.object_], layers: list[str], n_stacked: int) -> NDArray[np.int64]:
    spots = pd.DataFrame(shapely.bounds(shapes).reshape(-1, 4).round(_DIGITS)).assign(layer=layers)
    sizes = spots.groupby([*spots.columns], dropna=True)["layer"].transform("size")
    return np.flatnonzero(sizes.to_numpy() >= n_stacked)


def _rank(shapes: NDArray[np.object_], *texts: list[str]) -> NDArray[np.int64]:
    bounds = np.nan_to_num(shapely.bounds(shapes)).reshape(-1, 4)
    codes = [np.unique(np.array(column, dtype=object), return_inverse=True)[1] for column in texts]
    rank = np.empty(len(shapes), dtype=np.int64)
    rank[np.lexsort((*bounds.T, *reversed(codes)))] = np.arange(len(shapes))
    return rank
