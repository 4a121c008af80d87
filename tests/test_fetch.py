"""A district without a file of its own: fetched, built, fetched again; from a small Overpass on this machine."""

import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal

from app.cli import main
from app.planner import Planner
from app.settings import Settings
from geo.errors import FetchError, InputError
from layers.build import SourceInfo, Stages
from layers.district import read_district
from layers.downloadfindings import download_findings
from layers.fetch import Mode
from layers.sources import osm
from tests import hostile, town
from tests.overpass_server import OsmFile, Reply, asked, from_file, in_turn, with_tiles

BOX = shapely.box(*town.box(-200, -200, 850, 550).bounds)


def district(folder: Path, streets: str = "overpass = true", *, box: shapely.Polygon = BOX, extra: str = "") -> Path:
    """Write a district's folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "boundary.geojson").write_text(shapely.to_geojson(box), encoding="utf-8")
    text = f'name = "方圆镇"\n[boundary]\nfile = "boundary.geojson"\n[streets]\n{streets}\n{extra}\n'
    (folder / "district.toml").write_text(text, encoding="utf-8")
    return folder


def stages(folder: Path, *servers: object, **changes: object) -> Stages:
    return Stages(read_district(folder), overpass=asked(folder / "cache" / "overpass", *servers, **changes))


def settings(*urls: str) -> Settings:
    return Settings(overpass_urls=urls, overpass_timeout_s=5.0, overpass_deadline_s=1.0)


def assert_same(one: Stages, other: Stages) -> None:
    """The same streets, in whatever order, the same places, homes and zones."""
    for network in (one.network, other.network):
        assert len(network.edge_len_m) > 0
    lengths = [np.sort(each.network.edge_len_m) for each in (one, other)]
    np.testing.assert_array_equal(*lengths)
    ids = [np.sort(each.network.raw.osm_id) for each in (one, other)]
    np.testing.assert_array_equal(*ids)
    assert_geodataframe_equal(one.features, other.features)
    assert_geodataframe_equal(one.places.table, other.places.table, check_dtype=False)
    assert_geodataframe_equal(one.places.entrances, other.places.entrances, check_dtype=False)
    assert_geodataframe_equal(one.zones, other.zones, check_dtype=False)
    np.testing.assert_array_equal(one.homes.xy, other.homes.xy)


def test_a_download_is_as_good_as_a_file(serve, tmp_path: Path) -> None:
    server = serve(from_file(OsmFile(town.TOWN)))
    fetched = stages(district(tmp_path / "fetched"), server, rules=with_tiles(0.005, 0.005))
    # the file says what it covers, which is less than a walk's reach; a download covers all of that
    text = town.TOWN.read_text(encoding="utf-8")
    (tmp_path / "town.osm").write_text(text.replace("<bounds", "<!-- bounds").replace('630"/>', '630"/> -->', 1))
    read = stages(district(tmp_path / "read", 'file = "../town.osm"'))
    assert_same(fetched, read)
    assert fetched.source.name == "Overpass"
    assert fetched.source.osm_date == fetched.source.newest_date == "2023-02-21T03:31:14Z"


def test_a_real_place_is_the_same_in_pieces_and_whole(serve, tmp_path: Path, shared_data: Path) -> None:
    """Ways and areas that lie in several pieces are there once and whole."""
    source = shared_data / "beijing_zhongguancun" / "map.osm"
    whole = tmp_path / "map.osm"
    lines = source.read_text(encoding="utf-8").splitlines(keepends=True)
    whole.write_text("".join(line for line in lines if "<bounds" not in line), encoding="utf-8")
    box = shapely.box(116.313, 39.995, 116.328, 40.008)
    server = serve(from_file(OsmFile(source)))
    fetched = stages(district(tmp_path / "fetched", box=box), server, rules=with_tiles(0.01, 0.01))
    read = stages(district(tmp_path / "read", 'file = "../map.osm"', box=box))
    assert_same(fetched, read)
    assert fetched.source.n_cut_ways == 0
    assert len(server.queries) > 9


def test_zones_come_with_the_map(serve, tmp_path: Path) -> None:
    """Boundaries are asked for whole, although only a corner of them lies in the district."""
    square = [(115.96, 36.44), (116.06, 36.44), (116.06, 36.54), (115.96, 36.54)]
    nodes = "".join(f'<node id="{n}" version="1" lon="{x}" lat="{y}"/>' for n, (x, y) in enumerate(square, start=9001))
    refs = "".join(f'<nd ref="{n}"/>' for n in (9001, 9002, 9003, 9004, 9001))
    tags = {"type": "boundary", "boundary": "administrative", "admin_level": "8", "name": "古楼街道"}
    told = "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
    others = (
        f'<way id="9009" version="1">{refs}</way>'
        '<relation id="9010" version="1"><member type="way" ref="9009" role="outer"/>'
        f"{told}</relation>"
    )
    path = tmp_path / "zoned.osm"
    text = town.TOWN.read_text(encoding="utf-8")
    first_way = text.index("<way")
    path.write_text(text[:first_way] + nodes + text[first_way:].replace("</osm>", f"{others}</osm>"), encoding="utf-8")
    server = serve(from_file(OsmFile(path)))
    found = stages(district(tmp_path / "d"), server)
    assert found.zones["name"].tolist() == ["古楼街道"]
    assert found.zones.area.iloc[0] == pytest.approx(found.area.polygon.area, rel=1e-6)


def test_a_boundary_by_name_needs_no_file(serve, tmp_path: Path) -> None:
    """The whole district comes from Overpass: its boundary, streets and places."""
    west, south, east, north = BOX.bounds
    corners = [(west, south), (east, south), (east, north), (west, north)]
    nodes = [{"type": "node", "id": 9001 + n, "lon": x, "lat": y} for n, (x, y) in enumerate(corners)]
    way = {"type": "way", "id": 9009, "nodes": [9001, 9002, 9003, 9004, 9001]}
    tags = {"type": "boundary", "boundary": "administrative", "name": "方圆区", "admin_level": "6"}
    members = [{"type": "way", "ref": 9009, "role": "outer"}]
    relation = {"type": "relation", "id": 9010, "members": members, "tags": tags}
    the_town = OsmFile(town.TOWN)

    def reply(query: str, n: int) -> Reply:
        by_name = Reply(200, json.dumps({"elements": [*nodes, way, relation]}))
        return by_name if '"name"="方圆区"' in query else from_file(the_town)(query, n)

    folder = district(tmp_path / "d")
    text = (folder / "district.toml").read_text(encoding="utf-8")
    (folder / "district.toml").write_text(
        text.replace('file = "boundary.geojson"', 'place = "方圆区"'), encoding="utf-8"
    )
    found = stages(folder, serve(reply))
    assert found.area.to_lonlat(found.area.polygon).bounds == pytest.approx(BOX.bounds, abs=1e-6)
    assert found.network.edge_len_m.sum() == pytest.approx(2500, abs=town.CLOSE_M)


def test_choosing_other_layers_needs_no_other_download(serve, tmp_path: Path) -> None:
    server = serve(from_file(OsmFile(town.TOWN)))
    folder = district(tmp_path / "d")
    assert stages(folder, server).download.n_asked > 0
    text = (folder / "district.toml").read_text(encoding="utf-8")
    (folder / "district.toml").write_text(f'layers = ["park"]\n{text}', encoding="utf-8")
    assert stages(folder, server).download.n_asked == 0


def test_a_renewed_map_is_built_anew(serve, tmp_path: Path) -> None:
    server = serve(from_file(OsmFile(town.TOWN)))
    folder = district(tmp_path / "d")
    before = len(stages(folder, server).places.table)
    changed = tmp_path / "changed.osm"
    text = town.TOWN.read_text(encoding="utf-8")
    changed.write_text(text.replace('v="playground"', 'v="was_a_playground"'), encoding="utf-8")
    server.reply = from_file(OsmFile(changed))
    assert len(stages(folder, server).places.table) == before
    stages(folder, server).fetch(Mode.RENEW)
    assert len(stages(folder, server).places.table) == before - 1


def test_names_that_attack_are_only_names(serve, tmp_path: Path) -> None:
    server = serve(from_file(OsmFile(hostile.OSM)))
    folder = district(tmp_path / "d", box=shapely.box(115.999, 35.999, 116.011, 36.007))
    fetched = {tags.get("name") for tags in stages(folder, server).features["tags"]}
    there = osm.read_features(hostile.OSM, ["amenity", "leisure"]).cx[115.999:116.011, 35.999:36.007]
    known = {tags["name"] for tags in there["tags"] if "name" in tags}
    assert known
    assert known <= fetched


def test_a_check_tells_how_old_the_map_is() -> None:
    box = (115.9, 36.4, 116.0, 36.5)

    def told(oldest: str, newest: str | None) -> list[tuple[str, str]]:
        found = download_findings(SourceInfo("Overpass", oldest, box, 0, newest))
        return [(finding.id, finding.message.format_map(finding.values)) for finding in found]

    one_day = told("2026-01-01T23:00:00Z", "2026-01-02T03:00:00Z")
    days = told("2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z")
    assert [name for name, _ in one_day] == ["download"]
    assert "2026-01-01" in one_day[0][1]
    assert [name for name, _ in days] == ["download_mixed"]
    assert "2026-01-01 to 2026-03-01" in days[0][1]
    assert told("2026-01-01T00:00:00Z", None) == []


# the faces


def test_the_planner_says_where_it_stands(serve, tmp_path: Path) -> None:
    server, told = serve(from_file(OsmFile(town.TOWN))), []
    planner = Planner(
        district(tmp_path / "d"),
        settings=settings(server.url),
        report=lambda step, seconds, _computed: told.append((step, seconds)),
    )
    download = planner.fetch()
    steps = [step for step, seconds in told if seconds is not None and "/" in step]
    assert [step.split(" · ")[:2] for step in steps] == [
        [f"Overpass {n + 1}/{download.n_asked}", server.name] for n in range(download.n_asked)
    ]
    assert all(step.endswith("MB") for step in steps)


def test_all_mirrors_dead_is_an_error_with_its_own_code(
    serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    servers = [serve(in_turn(Reply(504, "busy"))) for _ in range(2)]
    urls = [f"http://me:s3cret@{server.name}/api" for server in servers]
    monkeypatch.setenv("TONGQUAN_OVERPASS_URLS", json.dumps(urls))
    monkeypatch.setenv("TONGQUAN_OVERPASS_DEADLINE_S", "0.5")
    folder = district(tmp_path / "d")
    for lang, words in (("zh-CN", "没有得到答复"), ("en", "gave no answer")):
        with pytest.raises(SystemExit) as stopped:
            main(["fetch", str(folder), "--lang", lang])
        assert stopped.value.code == FetchError.exit_code == 4
        said = capsys.readouterr().err
        assert words in said
        assert servers[0].name in said
        assert "s3cret" not in said
    assert sum(len(server.queries) for server in servers) <= 4


def test_a_district_with_a_file_has_nothing_to_fetch(tmp_path: Path) -> None:
    (tmp_path / "town.osm").write_bytes(town.TOWN.read_bytes())
    planner = Planner(district(tmp_path, 'file = "town.osm"'), settings=settings())
    with pytest.raises(InputError, match=r"district\.toml.*overpass = true"):
        planner.fetch()


def test_the_command_tells_the_date_and_what_comes_next(
    serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    server = serve(from_file(OsmFile(town.TOWN)))
    monkeypatch.setenv("TONGQUAN_OVERPASS_URLS", f"http://me:s3cret@{server.name}/api")
    folder = district(tmp_path / "d")
    for arguments, n_asked in (([], 2), ([], 0), (["--fresh"], 2)):
        main(["fetch", str(folder), "--lang", "en", *arguments])
        said = " ".join(capsys.readouterr().out.split())
        assert f"Map of 2023-02-21: 2 pieces, {n_asked} of them fetched now" in said
        assert "tongquan build" in said
    main(["fetch", str(folder), "--quiet"])
    assert capsys.readouterr().out == ""
    assert all(b"s3cret" not in path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_days_that_differ_are_told(
    serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    osm_file = OsmFile(town.TOWN)

    def reply(query: str, n: int) -> Reply:
        body = {"elements": osm_file.ask(query), "osm3s": {"timestamp_osm_base": f"2026-01-0{1 + 3 * n}T00:00:00Z"}}
        return Reply(200, json.dumps(body))

    monkeypatch.setenv("TONGQUAN_OVERPASS_URLS", serve(reply).url)
    main(["fetch", str(district(tmp_path / "d")), "--lang", "en"])
    said = " ".join(capsys.readouterr().out.split())
    assert "of different days, 2026-01-01 to 2026-01-04" in said
    assert "--fresh" in said
