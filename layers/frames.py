"""GeoDataFrames on disk as GeoParquet; tags travel as JSON text."""

import json
from pathlib import Path

import geopandas as gpd


def write_frame(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write a table; a ``tags`` column of dicts becomes text."""
    if "tags" in frame:
        frame = frame.assign(tags=[json.dumps(tags, ensure_ascii=False) for tags in frame["tags"]])
    frame.to_parquet(path, index=False)


def read_frame(path: Path) -> gpd.GeoDataFrame:
    """Read what :func:`write_frame` wrote."""
    frame = gpd.read_parquet(path)
    if "tags" in frame:
        frame["tags"] = [json.loads(tags) for tags in frame["tags"]]
    return frame
