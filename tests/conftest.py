"""What tests need from outside the project: a browser, and real cities. Where one is absent its tests are skipped."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge", "chrome")


def find_browser() -> str | None:
    """Return a Chromium's path: the one that TONGQUAN_CHROMIUM names, else the first on PATH."""
    named = os.environ.get("TONGQUAN_CHROMIUM")
    return named or next(filter(None, map(shutil.which, BROWSERS)), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what opens pages when there is nothing to open them with."""
    if find_browser():
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason="no Chromium on PATH; name one in TONGQUAN_CHROMIUM"))


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of the browser; for tests marked `browser`."""
    path = find_browser()
    if path is None:
        pytest.skip("no Chromium on PATH; name one in TONGQUAN_CHROMIUM")
    return path


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator["Browser"]:
    """Return the browser, opened; not for modules that open one themselves, as there can be only one at a time."""
    from tests.windows import opened_browser  # noqa: PLC0415  most tests need none

    with opened_browser(chromium) as opened:
        yield opened


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real extracts, which lies beside the project and is no part of it."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no real data: {folder} is absent")
    return folder


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., object]]:
    """Return a function that starts a small Overpass on this machine; all are stopped in the end."""
    from tests.overpass_server import Server  # noqa: PLC0415  most tests need none

    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    started: list[Server] = []

    def start(*args: object, **options: object) -> Server:
        started.append(Server(*args, **options).start())
        return started[-1]

    yield start
    for server in started:
        server.stop()
