"""Overpass: streets and features downloaded through OSMnx, with cache, time limit, and mirrors that take over."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import TypeVar

import geopandas as gpd
import networkx as nx
import osmnx as ox
import pandas as pd
import requests
import shapely
from osmnx._errors import InsufficientResponseError
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geo.errors import FetchError
from layers.sources.osm import NODE_TAGS, WAY_TAGS, osmnx_settings
from layers.sources.transport import NoAnswerError, Overpass, Transport

T = TypeVar("T")

_STREETS_FILTER = '["highway"]["area"!~"yes"]'


def fetch_streets(polygon: Polygon | MultiPolygon, overpass: Overpass) -> "nx.MultiDiGraph[int]":
    """Download every way with a ``highway`` tag as an unsimplified OSMnx graph.

    Args:
        polygon: Where, in degrees.
        overpass: How to reach the server.

    Raises:
        FetchError: No address answered, or the answer is empty or broken off.
    """

    def ask() -> "nx.MultiDiGraph[int]":
        graph: nx.MultiDiGraph[int] = ox.graph_from_polygon(
            polygon, custom_filter=_STREETS_FILTER, simplify=False, retain_all=True, truncate_by_edge=True
        )
        return graph

    return _from_any(ask, overpass)


def fetch_features(polygon: Polygon | MultiPolygon, keys: Collection[str], overpass: Overpass) -> gpd.GeoDataFrame:
    """Download everything that has one of some tag keys.

    Args:
        polygon: Where, in degrees.
        keys: Tag keys.
        overpass: How to reach the server.

    Returns:
        As :func:`layers.sources.osm.read_features`.

    Raises:
        FetchError: No address answered, or the answer is empty or broken off.
    """
    found = _from_any(lambda: ox.features_from_polygon(polygon, dict.fromkeys(sorted(keys), True)), overpass)
    tags = found.drop(columns="geometry")
    rows = [{k: str(v) for k, v in row.items() if isinstance(v, str)} for row in tags.to_dict("records")]
    ids = found.index.to_frame(index=False)
    features = gpd.GeoDataFrame(
        {
            "osm_type": ids.iloc[:, 0].to_numpy(),
            "osm_id": ids.iloc[:, 1].to_numpy(),
            "tags": pd.Series(rows, dtype=object),
        },
        geometry=shapely.make_valid(found.geometry.to_numpy()),
        crs=found.crs,
    )
    return features.sort_values(["osm_type", "osm_id"], kind="stable", ignore_index=True)


def fetch_boundary(place: str, overpass: Overpass) -> BaseGeometry:
    """Look a place's boundary up by name (Nominatim through OSMnx), in degrees.

    Raises:
        FetchError: The service cannot be reached or knows no such place.
    """
    found = _from_any(lambda: ox.geocode_to_gdf(place), overpass)
    boundary: BaseGeometry = found.geometry.iloc[0]
    return boundary


def _from_any(ask: Callable[[], T], overpass: Overpass) -> T:
    """Ask one address after the other, each within the deadline."""
    reasons = []
    for url in overpass.urls:
        try:
            with _through(Transport(overpass, url)):
                return ask()
        except (requests.RequestException, NoAnswerError) as error:
            reasons.append(f"{url}: {type(error).__name__} {error}".strip())
        except InsufficientResponseError as error:
            # an empty answer is never taken for "there is nothing": on a whole district it means a fault
            reasons.append(f"{url}: empty answer ({error})")
    raise FetchError(
        "Overpass could not be reached or gave no answer ({reasons}). Check the network, name a mirror in "
        'TONGQUAN_OVERPASS_URLS, or use an extract file: [streets] file = "…"',
        reasons="; ".join(reasons),
    )


@contextmanager
def _through(transport: "Transport") -> Iterator[None]:
    """Let OSMnx ask through our transport.

    Its own retries a busy server without end, takes an answer that the server broke off for a whole one, and asks a
    public resolver for addresses. It has no public seam, so its one function is replaced for the length of the call.
    """
    before = ox._overpass._overpass_request, ox._nominatim._nominatim_request  # noqa: SLF001
    with osmnx_settings(
        overpass_url=transport.url,
        overpass_rate_limit=False,
        doh_url_template=None,
        requests_timeout=transport.timeout_s,
        useful_tags_way=WAY_TAGS,
        useful_tags_node=NODE_TAGS,
    ):
        try:
            ox._overpass._overpass_request = transport.overpass  # noqa: SLF001
            ox._nominatim._nominatim_request = transport.nominatim  # noqa: SLF001
            yield
        finally:
            ox._overpass._overpass_request, ox._nominatim._nominatim_request = before  # noqa: SLF001
