"""Editions on disk: whole, small, never overwritten, and refused when they cannot be trusted."""

import json
import os
from dataclasses import replace

import pytest

from app.editions.cut import cut, last_tour, marks
from app.editions.freeze import check_label, unique_names
from app.editions.model import FORMAT
from app.editions.store import list_editions, read_edition, read_facts, write_edition
from app.editions.why import explain
from geo.errors import InputError, StoreError
from tests.editions import DAY, hand_made_tour, sample_edition, sample_results, with_facts


@pytest.fixture(scope="module")
def edition_folder(tmp_path_factory):
    results = sample_results()
    return cut(results, hand_made_tour(results), tmp_path_factory.mktemp("d"), label="2024A", built_on=DAY)


def test_what_is_read_is_what_was_frozen(edition_folder):
    frozen, read = sample_edition(), read_edition(edition_folder)
    assert edition_folder.parts[-2:] == ("editions", "2024A")
    assert read.tour == frozen.tour
    assert read.rules == frozen.rules
    assert read.figures.equals(frozen.figures)
    assert read.facts.model_copy(update={"files_sha256": {}}) == frozen.facts
    assert explain(frozen, read).swapped == ()


def test_an_edition_says_where_it_comes_from(edition_folder):
    facts, results = read_facts(edition_folder), sample_results()
    assert facts.inputs_sha256 == dict(results.input_hashes)
    assert (facts.built_on, facts.district, facts.synthetic) == (DAY, "样例区", True)
    assert facts.standard.id == results.standard.rules.id
    assert facts.osm_date == results.source.osm_date
    assert set(facts.files_sha256) == {path.name for path in edition_folder.iterdir()} - {"edition.json"}


def test_no_path_of_the_machine_is_frozen(edition_folder):
    for name in ("edition.json", "tour.json", "standard.json", "kerbs.json"):
        assert str(edition_folder.parent.parent) not in (edition_folder / name).read_text(encoding="utf-8")


def test_an_edition_is_never_overwritten(edition_folder):
    before = {path.name: path.read_bytes() for path in edition_folder.iterdir()}
    with pytest.raises(InputError, match="never overwritten"):
        write_edition(sample_edition(), edition_folder.parent)
    results = sample_results()
    with pytest.raises(InputError, match="never overwritten"):
        cut(results, hand_made_tour(results), edition_folder.parent.parent, label="2024A", built_on=DAY)
    assert {path.name: path.read_bytes() for path in edition_folder.iterdir()} == before


def test_equal_editions_are_equal_files(edition_folder, tmp_path):
    other = write_edition(sample_edition(), tmp_path)
    assert read_facts(other).files_sha256 == read_facts(edition_folder).files_sha256


@pytest.mark.parametrize("label", ["2024A", "a", "2024.1_b-c", "_x", "x" * 32])
def test_good_labels(label):
    assert check_label(label) == label


@pytest.mark.parametrize(
    "label", ["", "x" * 33, "..", ".x", "x.", "-x", "a/b", "a b", "第一版", "nul", "COM1.2024", "a\n"]
)
def test_labels_that_cannot_name_a_folder(label):
    with pytest.raises(InputError, match="--label"):
        check_label(label)


def test_a_newer_format_is_refused(tmp_path):
    folder = write_edition(sample_edition(), tmp_path)
    facts = json.loads((folder / "edition.json").read_text(encoding="utf-8"))
    # whatever else a later version writes
    (folder / "edition.json").write_text(json.dumps({"format": FORMAT + 1, "label": facts["label"], "new": 1}))
    with pytest.raises(InputError, match=f"format {FORMAT + 1}.*later"):
        read_edition(folder)
    assert list_editions(tmp_path) == ()


@pytest.mark.parametrize("name", ["tour.json", "homes.npz", "streets.json.gz"])
def test_a_damaged_file_is_named(tmp_path, name):
    folder = write_edition(sample_edition(), tmp_path)
    with (folder / name).open("r+b") as stream:
        stream.seek(-3, os.SEEK_END)
        stream.write(b"???")
    with pytest.raises(InputError, match=f"{name}.*SHA-256"):
        read_edition(folder)


def test_an_absent_file_is_named(tmp_path):
    folder = write_edition(sample_edition(), tmp_path)
    (folder / "zones.parquet").unlink()
    with pytest.raises(InputError, match="cannot be read"):
        read_edition(folder)


def test_an_unknown_edition_lists_the_known_ones(edition_folder):
    with pytest.raises(InputError, match="2024A"):
        read_edition(edition_folder.parent / "1999Z")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "x"}', '{"format": 1}', "\x00"])
def test_nonsense_is_no_edition(tmp_path, text):
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "edition.json").write_text(text)
    with pytest.raises(InputError, match="cannot be read"):
        read_facts(tmp_path / "x")


def test_what_cannot_be_written_leaves_nothing(tmp_path):
    broken = replace(sample_edition(), figures=None)
    with pytest.raises(AttributeError):
        write_edition(broken, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "editions").write_text("a file")
    with pytest.raises(StoreError):
        write_edition(sample_edition(), tmp_path / "editions")


def test_the_last_edition_gives_the_marks(tmp_path):
    assert last_tour(tmp_path) is None
    assert marks(None) == {}
    editions = tmp_path / "editions"
    write_edition(sample_edition(), editions)
    write_edition(with_facts(sample_edition(), label="2023B", built_on=DAY.replace(year=2023)), editions)
    label, tour = last_tour(tmp_path)
    assert label == "2024A"
    assert marks(tour) == marks(sample_edition()) == {sight.id: sight.name for sight in sample_edition().tour.sights}
    assert last_tour(tmp_path, but="2024A")[0] == "2023B"


def test_zones_of_one_name_stay_apart():
    assert unique_names(["东", "东", "东 (2)", "西"]) == ["东", "东 (2)", "东 (2) (2)", "西"]
