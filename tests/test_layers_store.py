"""Results on disk: computed again only when something changed, and never lost half-way."""

import errno
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import StoreError
from layers.store import Store, fingerprint, replacing
from tests.strategies import lawful

FULL = OSError(errno.ENOSPC, "No space left on device")
PLAIN = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)),
    max_leaves=8,
)
NAMED = st.dictionaries(st.text(max_size=4), PLAIN, max_size=5)


def read(folder: Path) -> str:
    return (folder / "a.txt").read_text(encoding="utf-8") + (folder / "b.txt").read_text(encoding="utf-8")


def write(text: str, folder: Path) -> None:
    (folder / "a.txt").write_text(text[0], encoding="utf-8")
    (folder / "b.txt").write_text(text[1:], encoding="utf-8")


def write_until_full(text: str, folder: Path) -> None:
    (folder / "a.txt").write_text(text[0], encoding="utf-8")
    raise FULL


def keep(folder: Path, text: str, depends_on: str, *, fresh: bool = False, writer=write) -> tuple[str, bool]:
    store = Store(folder, fresh=fresh)
    return store.cached("streets", {"on": depends_on}, build=lambda: text, read=read, write=writer)


def reordered(thing):
    if isinstance(thing, dict):
        return {key: reordered(value) for key, value in reversed(thing.items())}
    return [reordered(item) for item in thing] if isinstance(thing, list) else thing


@lawful
@given(NAMED)
def test_a_fingerprint_does_not_know_the_order_of_keys(depends_on: dict) -> None:
    assert fingerprint(depends_on) == fingerprint(reordered(depends_on))


@lawful
@given(NAMED, NAMED)
def test_what_differs_has_another_fingerprint(one: dict, other: dict) -> None:
    # JSON is the yardstick: to Python True == 1
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (fingerprint(one) == fingerprint(other)) == same


def test_what_did_not_change_is_read_and_what_did_is_computed(tmp_path: Path) -> None:
    assert keep(tmp_path, "old", "x") == ("old", True)
    assert keep(tmp_path, "new", "x") == ("old", False)
    assert keep(tmp_path, "new", "y") == ("new", True)
    assert keep(tmp_path, "newer", "y", fresh=True) == ("newer", True)


def test_only_one_result_of_a_stage_stays(tmp_path: Path) -> None:
    for depends_on in "xyz":
        keep(tmp_path, "text", depends_on)
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("depends_on", ["x", "y"], ids=["same inputs, fresh", "changed inputs"])
def test_a_full_disk_leaves_the_previous_result_whole(tmp_path: Path, depends_on: str) -> None:
    keep(tmp_path, "old", "x")
    with pytest.raises(StoreError, match="previous results are whole") as error:
        keep(tmp_path, "new", depends_on, fresh=True, writer=write_until_full)
    assert str(tmp_path) in str(error.value)
    assert keep(tmp_path, "unused", "x") == ("old", False)
    assert len(list(tmp_path.iterdir())) == 1  # nothing half-written is left behind


def test_an_interruption_leaves_the_previous_result_whole(tmp_path: Path) -> None:
    def interrupted(_text: str, _folder: Path) -> None:
        raise KeyboardInterrupt

    keep(tmp_path, "old", "x")
    with pytest.raises(KeyboardInterrupt):
        keep(tmp_path, "new", "x", fresh=True, writer=interrupted)
    assert keep(tmp_path, "unused", "x") == ("old", False)


def test_a_failure_while_the_new_result_takes_the_old_ones_place_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last step can fail as well: on Windows when another program has a file of the folder open."""
    keep(tmp_path, "old", "x")
    (target,) = tmp_path.iterdir()
    move = Path.rename

    def refused(self: Path, there: Path) -> Path:
        if Path(there) == target and self.name.startswith(".streets-"):
            monkeypatch.setattr(Path, "rename", move)
            raise PermissionError(errno.EACCES, "Access is denied")
        return move(self, there)

    monkeypatch.setattr(Path, "rename", refused)
    with pytest.raises(StoreError):
        keep(tmp_path, "new", "x", fresh=True)
    assert keep(tmp_path, "unused", "x") == ("old", False)


def test_a_file_is_replaced_only_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "out" / "map.html"
    with replacing(path) as half:
        half.write_text("old", encoding="utf-8")

    def write_half() -> None:
        with replacing(path) as half:
            half.write_text("ne", encoding="utf-8")
            raise FULL

    with pytest.raises(StoreError, match=r"map\.html.*No space left"):
        write_half()
    assert path.read_text(encoding="utf-8") == "old"
    assert [found.name for found in path.parent.iterdir()] == ["map.html"]


def test_a_file_that_another_program_holds_open_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"coverage\.xlsx.*Excel"), replacing(tmp_path / "coverage.xlsx"):
        raise PermissionError(errno.EACCES, "Permission denied")
