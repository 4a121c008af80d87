"""Overpass: streets and features downloaded through OSMnx, with cache, time limit, and mirrors that take over."""

import queue
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import geopandas as gpd
import networkx as nx
import osmnx as ox
import pandas as pd
import requests
import shapely
from osmnx._errors import InsufficientResponseError, ResponseStatusCodeError
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geo.errors import FetchError
from layers.sources.osm import NODE_TAGS, WAY_TAGS, osmnx_settings

T = TypeVar("T")

_STREETS_FILTER = '["highway"]["area"!~"yes"]'


@dataclass(frozen=True, slots=True)
class Overpass:
    """How to reach Overpass.

    Attributes:
        urls: Addresses of interpreters without their last part, the preferred one first.
        cache: Folder for answers; an answer is never asked for twice.
        timeout_s: How long one request may take.
        deadline_s: How long one address may take altogether, retries included, before the next is tried.
    """

    urls: tuple[str, ...]
    cache: Path
    timeout_s: float
    deadline_s: float


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
            with _settings(overpass, url):
                return _within(ask, overpass.deadline_s)
        except (requests.RequestException, ResponseStatusCodeError, TimeoutError) as error:
            reasons.append(f"{url}: {type(error).__name__} {error}".strip())
        except InsufficientResponseError as error:
            # a time-out on the server arrives as an empty answer: never take it for "there is nothing"
            reasons.append(f"{url}: empty answer, perhaps a time-out on the server ({error})")
    raise FetchError(
        "Overpass could not be reached or gave no answer ({reasons}). Check the network, name a mirror in "
        'TONGQUAN_OVERPASS_URLS, or use an extract file: [streets] file = "…"',
        reasons="; ".join(reasons),
    )


def _within(ask: Callable[[], T], deadline_s: float) -> T:
    """Run `ask` in a thread and give up after the deadline; OSMnx retries a busy server without end.

    Raises:
        TimeoutError: The deadline passed.
    """
    answer: queue.SimpleQueue[tuple[T | None, BaseException | None]] = queue.SimpleQueue()

    def run() -> None:
        try:
            answer.put((ask(), None))
        except BaseException as error:  # noqa: BLE001  it is raised again in the caller's thread
            answer.put((None, error))

    threading.Thread(target=run, daemon=True).start()
    try:
        result, error = answer.get(timeout=deadline_s)
    except queue.Empty:
        raise TimeoutError(f"no answer within {deadline_s:g} s") from None
    if error is not None:
        raise error
    return result  # type: ignore[return-value]  # no error: the result is there


@contextmanager
def _settings(overpass: Overpass, url: str) -> Iterator[None]:
    overpass.cache.mkdir(parents=True, exist_ok=True)
    with osmnx_settings(
        overpass_url=url.rstrip("/"),
        overpass_rate_limit=False,
        doh_url_template=None,
        requests_timeout=overpass.timeout_s,
        cache_folder=overpass.cache,
        use_cache=True,
        useful_tags_way=WAY_TAGS,
        useful_tags_node=NODE_TAGS,
    ):
        yield
