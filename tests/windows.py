"""A real browser's windows for tests: no network, and everything that a page asks for or complains of is noted."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, sync_playwright


@contextmanager
def opened_browser(chromium: str) -> Iterator[Browser]:
    """Open the browser."""
    with sync_playwright() as play:
        opened = play.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield opened
        opened.close()


class PageWindow:
    """A page of ours, and everything that it complained of or asked for."""

    def __init__(self, context: BrowserContext, path: Path, *, hash_: str = "", now: datetime | None = None) -> None:
        self.context, self.page = context, context.new_page()
        self.asked, self.complaints = [], []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda m: m.type in {"error", "warning"} and self.complaints.append(m.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.complaints.append(dialog.message), dialog.dismiss()))
        if now is not None:
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
