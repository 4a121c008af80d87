"""The interactive map, opened: of the sample, and of a district whose names try to be code."""

import pytest

from tests.hostile import hostile_page
from tests.map_window import MapWindow
from tests.sample import built_sample


@pytest.fixture
def opened(browser):
    page = MapWindow(browser, hostile_page())
    yield page
    page.close()


@pytest.fixture
def sample(browser):
    page = MapWindow(browser, built_sample() / "out" / "map.html")
    yield page
    page.close()
