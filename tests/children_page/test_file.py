"""The children's page as a file: small, translated, with pictures that are fit to be sent on."""

import base64
import re
from io import BytesIO

import pytest

from app.maps.children import page as children
from app.maps.children import write_children
from app.maps.children.say import ruby, syllables
from app.texts import Texts, catalogue
from geo.errors import SettingsError
from tests.children_pages import children_page, made_tour, sample_results
from tests.hostile import BUILT_ON, data_of

MB = 1_000_000


def test_page_is_small_and_names_its_sources():
    text = children_page().read_text(encoding="utf-8")
    assert len(text.encode()) < 4 * MB
    assert "© OpenStreetMap contributors" in text
    assert "default-src 'none'" in text
    assert "manifest" not in text.split('id="tq-data"', maxsplit=1)[0].split("<script>", maxsplit=1)[0]


def test_every_text_of_the_scripts_is_translated():
    assert set(children.messages()) - set(catalogue("zh_CN")) == set()


def test_pinyin_has_a_syllable_for_every_letter():
    assert syllables("银行3号, 乐园") == "yín háng hào lè yuán"
    assert ruby("<乐>") == "&#60;<ruby>乐<rt>lè</rt></ruby>&#62;"
    for text, sounds in data_of(children_page().read_text(encoding="utf-8"))["say"].values():
        assert len(sounds.split()) == len(re.findall(r"[\u3400-\u9fff]", text))
        assert "-" not in sounds.split()


def test_a_theme_without_places_and_no_places_at_all_are_pages_too(tmp_path):
    results = sample_results()
    empty = made_tour(results, per_theme=0, n_more=0)
    write_children(empty, results, tmp_path / "a.html", texts=Texts("en"), built_on=BUILT_ON)
    assert data_of((tmp_path / "a.html").read_text(encoding="utf-8"))["sights"] == []


def test_pictures_are_shrunk_and_lose_what_the_camera_noted(tmp_path):
    image = pytest.importorskip("PIL.Image")
    exif = image.Exif()
    exif[0x010E] = "secret place"
    big = image.new("RGB", (2000, 1000), "#CA2B0D")
    big.save(tmp_path / "p.jpg", exif=exif)
    results = sample_results()
    write_children(
        made_tour(results, picture=tmp_path / "p.jpg"),
        results,
        tmp_path / "a.html",
        texts=Texts("zh-CN"),
        built_on=BUILT_ON,
    )
    told = data_of((tmp_path / "a.html").read_text(encoding="utf-8"))["sights"][0]["picture"]
    kind, data = told.split(",", maxsplit=1)
    assert kind == "data:image/jpeg;base64"
    raw = base64.b64decode(data)
    assert image.open(BytesIO(raw)).size == (720, 360)
    assert b"secret" not in raw


@pytest.mark.parametrize("content", [b"", b"no picture", None])
def test_a_broken_picture_is_named(tmp_path, content):
    path = tmp_path / "p.jpg"
    if content is not None:
        path.write_bytes(content)
    results = sample_results()
    tour = made_tour(results, picture=path)
    with pytest.raises(SettingsError, match=re.escape(tour.sights[0].name)):
        write_children(tour, results, tmp_path / "a.html", texts=Texts("zh-CN"), built_on=BUILT_ON)
    assert not (tmp_path / "a.html").exists()
