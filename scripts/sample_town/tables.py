"""The tables a planner would have: people by age and by zone, communities, reading rooms, internet cafés."""

from __future__ import annotations

import csv
import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np
import xlsxwriter
from shapely.geometry import Point

from .frame import dice, to_lonlat, wgs84_to_gcj02
from .plan import load
from .planted import dry
from .zones import zone_shapes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from .build import City

CREATED = dt.datetime(2026, 1, 1)  # noqa: DTZ001  (xlsx knows no zone; fixed, so that the bytes stay the same)
HOME_M2 = 128.0  # floor area of one home with its share of stairs
OCCUPIED = 0.62  # of the homes; new towns are never full
LISTED = 48  # the largest estates; a planner's list is never complete
BANDS = ("0-2岁", "3-5岁", "6-8岁", "9-11岁", "12-17岁")
PER_HOME = np.array([0.098, 0.129, 0.142, 0.137, 0.252])  # children per home, near the census's shape
HEAD = ("序号", "小区名称", "所属街道", "建成年份", "户数", *BANDS, "经度", "纬度")
ZONE_GROUPS = {"0-14岁": (0, 4), "15-59岁": (4, 13), "60岁及以上": (13, 19)}  # rows of the census
ZONE_NOISE = 0.05
NOTE = "合成数据（synthetic），非真实小区。经纬度坐标系：WGS-84。"
DRIFT_M = 9.0
HOURS = ("09:00-21:00", "08:30-17:30", "09:00-20:00", "全天", "周二至周日 09:00-18:00")
HOLIDAY = ("是", "是", "否", "是（缩短）", "")
CLEAR_M = 260.0


def write_tables(out: Path, city: City) -> None:
    """Write all five tables."""
    programme = load("sites.toml")
    people = _census(out / "census.csv", programme["census"])
    _zone_people(out / "zone_people.csv", people, city)
    _communities(out / "communities.xlsx", city)
    _reading_rooms(out / "reading_rooms.csv", programme, city)
    _cafes(out / "internet_cafes.csv", programme["internet_cafes"], city)


def _csv(path: Path, rows: Iterable[Iterable[Any]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, lineterminator="\r\n").writerows(rows)


def _census(path: Path, spec: dict[str, Any]) -> np.ndarray:
    """Spread the people over age and sex, with noise, to the exact total; return them, shape (sexes, groups)."""
    raw = np.array([spec["men"], spec["women"]], float)
    raw *= 1 + dice("census").normal(0, spec["noise"], raw.shape)
    exact = raw / raw.sum() * spec["people"]
    people = np.floor(exact).astype(int)
    order = np.argsort(-(exact - people), axis=None, kind="stable")
    people.flat[order[: spec["people"] - people.sum()]] += 1
    rows = [(g, int(m), int(w)) for g, m, w in zip(spec["groups"], *people, strict=True)]
    _csv(path, [("年龄组", "男", "女"), *rows])
    return people


def _zone_people(path: Path, people: np.ndarray, city: City) -> None:
    """Write the people of each zone as a census bulletin does: sexes and three age groups, each adding up."""
    zones = zone_shapes(city.ground, city.plan)
    floor = dict.fromkeys(zones, 0.0)
    for estate in city.estates:
        floor[min(zones, key=lambda n: zones[n].distance(Point(estate.at)))] += estate.floor_m2
    rng = dice("zone_people")
    cells = np.zeros((len(zones), 2, len(ZONE_GROUPS)), int)
    for k, (first, end) in enumerate(ZONE_GROUPS.values()):
        for sex in range(2):
            share = np.array(list(floor.values())) * (1 + rng.normal(0, ZONE_NOISE, len(zones)))
            exact = share / share.sum() * people[sex, first:end].sum()
            cells[:, sex, k] = np.floor(exact)
            order = np.argsort(-(exact - np.floor(exact)), kind="stable")
            cells[order[: people[sex, first:end].sum() - cells[:, sex, k].sum()], sex, k] += 1
    rows = [
        (name, int(of_zone.sum()), *map(int, of_zone.sum(axis=1)), *map(int, of_zone.sum(axis=0)))
        for name, of_zone in zip(zones, cells, strict=True)
    ]
    total = ("合计", *(sum(column) for column in list(zip(*rows, strict=True))[1:]))
    _csv(path, [("街道", "合计", "男", "女", *ZONE_GROUPS), *rows, total])


def _communities(path: Path, city: City) -> None:
    """Write the list of estates with their year, homes and children."""
    zones = zone_shapes(city.ground, city.plan)
    book = xlsxwriter.Workbook(str(path))
    book.set_properties({"title": "小区名录（合成数据）", "comments": "synthetic", "created": CREATED})
    sheet = book.add_worksheet("小区名录")
    bold = book.add_format({"bold": True, "bg_color": "#E8EEF4", "border": 1})
    sheet.write(0, 0, NOTE)
    sheet.write_row(1, 0, HEAD, bold)
    sheet.set_column(1, 2, 18)
    sheet.set_column(10, 11, 12)
    every = [e for e in city.estates if e.use != "village"]
    listed = sorted(every, key=lambda e: -e.floor_m2)[:LISTED]
    for i, estate in enumerate(sorted(listed, key=lambda e: (e.at[0], e.at[1])), 1):
        homes = round(estate.floor_m2 / HOME_M2 * OCCUPIED)
        rng = dice("children", estate.name)
        young = np.clip((estate.year - 1985) / 35, 0, 1) * np.array([0.5, 0.45, 0.3, 0.15, -0.1]) + np.array(
            [0.75, 0.8, 0.85, 0.95, 1.1]
        )
        children = np.round(homes * PER_HOME * young * rng.uniform(0.85, 1.15, len(BANDS))).astype(int)
        zone = min(zones, key=lambda n: zones[n].distance(Point(estate.at)))
        lon, lat = to_lonlat(*estate.at)
        sheet.write_row(i + 1, 0, [i, estate.name, zone, estate.year, homes, *map(int, children), lon, lat])
    sheet.freeze_panes(2, 2)
    book.close()


def _gcj(x: float, y: float) -> tuple[float, float]:
    return wgs84_to_gcj02(*to_lonlat(x, y))


def _reading_rooms(path: Path, programme: dict[str, Any], city: City) -> None:
    """Write reading rooms in GCJ-02: some that the map knows, a few metres off, and some that it does not."""
    rng = dice("reading")
    known = [(p["tags"]["name"], *dry(city.ground, p["at"])) for p in programme["poi"] if p.get("listed")]
    rows = []
    for name, x, y in [*known, *((r["name"], *r["at"]) for r in programme["reading"])]:
        dx, dy = rng.uniform(-DRIFT_M, DRIFT_M, 2)
        k = int(rng.integers(len(HOURS)))
        lon, lat = _gcj(x + dx, y + dy)
        rows.append(
            (
                name,
                f"样例区{name}（合成地址）",
                f"{lon:.6f}",
                f"{lat:.6f}",
                HOURS[k],
                HOLIDAY[int(rng.integers(5))],
                int(rng.integers(30, 260)),
            )
        )
    _csv(path, [("名称", "地址", "经度", "纬度", "开放时间", "假期开放", "面积"), *rows])


def _cafes(path: Path, spec: dict[str, Any], city: City) -> None:
    """Write internet cafés in GCJ-02: two near a school on purpose, the others clear of all schools."""
    schools = {p.name: p.shape for p in city.plots if p.use == "school"}
    rows = []
    for school, gap, name in spec["near_school"]:
        shape = schools[school]
        ring = shape.buffer(gap).exterior
        at = ring.interpolate(0.37, normalized=True)
        rows.append((name, at.x, at.y))
    for x, y, name in spec["others"]:
        at = Point(x, y)
        while min(s.distance(at) for s in schools.values()) < CLEAR_M:
            at = Point(at.x - 20, at.y + 10)
        rows.append((name, at.x, at.y))
    table = [(n, f"样例区{n}（合成地址）", *(f"{v:.6f}" for v in _gcj(x, y))) for n, x, y in rows]
    _csv(path, [("名称", "地址", "经度", "纬度"), *table])
