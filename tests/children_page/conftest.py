"""The children's page of the sample, opened."""

import pytest

from tests.children_pages import children_page
from tests.children_window import Window

SIZES = [(390, 844), (1280, 800)]


@pytest.fixture(params=SIZES, ids=["phone", "desk"])
def window(browser, request):
    page = Window(browser, children_page(), width=request.param[0], height=request.param[1])
    yield page
    page.close()


@pytest.fixture
def phone(browser):
    page = Window(browser, children_page())
    yield page
    page.close()
