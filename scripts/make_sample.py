"""Make the synthetic sample district 样例区 in layers/sample: streets, boundary, zones and the tables of a planner.

Everything is invented; the same bytes come out of every run. Usage: python scripts/make_sample.py
"""

from __future__ import annotations

import time
from pathlib import Path

from sample_town.build import build_town
from sample_town.doors import write_doors
from sample_town.osm_file import OsmFile
from sample_town.tables import write_tables
from sample_town.zones import write_zones

OUT = Path(__file__).resolve().parent.parent / "layers" / "sample"


def main() -> None:
    """Build the town and write all files."""
    start = time.perf_counter()
    OUT.mkdir(parents=True, exist_ok=True)
    city = build_town()
    write_zones(OUT, city)
    OsmFile(city.town).write(OUT / "streets.osm.gz")
    write_tables(OUT, city)
    write_doors(OUT / "layers" / "doors.geojson", city)
    buildings = sum("building" in way.tags for way in city.town.ways)
    size = (OUT / "streets.osm.gz").stat().st_size // 1024
    print(f"{buildings} buildings, {len(city.town.ways)} ways, {size} KB, {time.perf_counter() - start:.0f} s -> {OUT}")


if __name__ == "__main__":
    main()
