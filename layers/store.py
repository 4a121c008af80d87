"""Store: results on disk that are computed again only when something they depend on has changed.

Everything is written under another name and renamed when it is whole, so an interruption or a full disk leaves the
previous results untouched.
"""

import glob
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TypeVar

from geo.errors import InputError, StoreError

T = TypeVar("T")

_KEY_LENGTH = 16
_CODE_ENDINGS = frozenset({".py", ".toml", ".po", ".svg", ".js", ".css", ".html", ".j2"})
_CODE_ROOT = Path(__file__).resolve().parent.parent


class Store:
    """Cached stages of one district.

    Args:
        folder: Where the stages lie; made when needed.
        fresh: Compute everything again.
    """

    def __init__(self, folder: Path, *, fresh: bool = False) -> None:
        self._folder = folder
        self._fresh = fresh

    def cached(
        self,
        stage: str,
        depends_on: Mapping[str, object],
        *,
        build: Callable[[], T],
        read: Callable[[Path], T],
        write: Callable[[T, Path], None],
    ) -> tuple[T, bool]:
        """Return a stage's result, from disk when nothing it depends on has changed.

        Args:
            stage: Its name; one result of each stage is kept.
            depends_on: Everything that decides the result, as plain values.
            build: Computes the result.
            read: Reads it from a folder.
            write: Writes it into a folder.

        Returns:
            The result, and whether it was computed now.

        Raises:
            StoreError: It could not be written; the previous one is whole.
        """
        target = self._folder / f"{stage}-{fingerprint(depends_on)}"
        if target.is_dir() and not self._fresh:
            try:
                return read(target), False
            except Exception:  # noqa: BLE001, S110  whatever a damaged file makes a reader raise: it is made anew
                pass
        result = build()
        with clear_write_errors(target):
            self._folder.mkdir(parents=True, exist_ok=True)
            half = Path(tempfile.mkdtemp(prefix=f".{stage}-", dir=self._folder))
            try:
                write(result, half)
                _replace_folder(half, target)
            finally:
                shutil.rmtree(half, ignore_errors=True)
        for other in [*self._folder.glob(f"{stage}-*"), *self._folder.glob(f".{stage}-*")]:
            if other != target:
                shutil.rmtree(other, ignore_errors=True)
        return result, True


def _replace_folder(new: Path, target: Path) -> None:
    """Move a folder to where another may stand, which comes back if that fails."""
    if not target.exists():
        new.rename(target)
        return
    aside = new.with_name(f"{new.name}.old")
    target.rename(aside)
    try:
        new.rename(target)
    except OSError:
        aside.rename(target)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def fingerprint(depends_on: Mapping[str, object]) -> str:
    """Return a short name of what a result depends on.

    >>> fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    True
    """
    text = json.dumps(depends_on, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:_KEY_LENGTH]


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal; of all its parts where a format has several.

    Raises:
        InputError: There is no such file.
    """
    if not path.is_file():
        raise InputError("{file}: no such file; correct its name in district.toml", file=path)
    with path.open("rb") as stream:
        own = hashlib.file_digest(stream, "sha256")
    if path.suffix.lower() == ".shp":
        for part in sorted(path.parent.glob(f"{glob.escape(path.stem)}.*")):
            own.update(part.read_bytes() if part != path else b"")
    return own.hexdigest()


def knowledge_digest() -> str:
    """Return a digest of the engine's and the layers' own files: when they change, stages are computed again."""
    return _digest("geo", "layers")


def code_digest() -> str:
    """Return a digest of all of the project's own files: when they change, outputs are written again."""
    return _digest("geo", "layers", "app")


@cache
def _digest(*packages: str) -> str:
    digest = hashlib.sha256()
    for package in packages:
        for path in sorted((_CODE_ROOT / package).rglob("*")):
            if path.is_file() and path.suffix in _CODE_ENDINGS:
                digest.update(path.relative_to(_CODE_ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path`, and rename it to `path` when the block succeeds.

    Raises:
        StoreError: It could not be written; what stood there before is whole.
    """
    if not path.name:
        raise StoreError("{file}: is no name of a file; give one", file=path)
    half = path.with_name(f".half-{os.getpid()}-{path.name}")
    with clear_write_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield half
            half.replace(path)
        finally:
            half.unlink(missing_ok=True)


@contextmanager
def clear_write_errors(path: Path) -> Iterator[None]:
    """Turn the system's write errors into a clear one.

    Raises:
        StoreError: Something could not be written.
    """
    try:
        yield
    except StoreError:
        raise
    except PermissionError as error:
        raise StoreError(
            "{file}: cannot be written; close it if another program (Excel?) has it open", file=path
        ) from error
    except OSError as error:
        raise StoreError(
            "{file}: cannot be written ({reason}); the previous results are whole",
            file=path,
            reason=error.strerror or error,
        ) from error
