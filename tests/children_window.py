"""A browser's window with a children's page: nothing moves, no network, and everything that it asks for is noted."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from playwright.sync_api import sync_playwright

NOON = datetime(2026, 11, 25, 12, 0)  # noqa: DTZ001  a Wednesday, on the phone's own clock


@contextmanager
def opened_browser(chromium) -> Iterator:
    """Open the browser."""
    with sync_playwright() as play:
        opened = play.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield opened
        opened.close()


class Window:
    """A page, and everything that it complained of or asked for."""

    def __init__(self, browser, path, *, width=390, height=844, hash_="", context=None, now=NOON, moves=False):
        self.context = context or browser.new_context(
            viewport={"width": width, "height": height},
            offline=True,
            reduced_motion="no-preference" if moves else "reduce",
            has_touch=width < 500,
        )
        self.page = self.context.new_page()
        self.asked, self.complaints = [], []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda m: m.type in {"error", "warning"} and self.complaints.append(m.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.complaints.append(dialog.message), dialog.dismiss()))
        self.page.clock.set_fixed_time(now)
        self.page.goto(path.as_uri() + hash_)
        self.page.wait_for_selector("body.ready", timeout=20_000)

    def do(self, script):
        return self.page.evaluate(f"() => {{ {script} }}")

    def text(self, selector):
        return self.page.locator(selector).first.inner_text()

    def close(self):
        assert self.do("return window.hacked === undefined")
        assert self.complaints == []
        assert [url for url in self.asked if not url.startswith(("file:", "data:"))] == []
        assert len([url for url in self.asked if url.startswith("file:")]) == 1
        self.context.close()
