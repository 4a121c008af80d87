"""A browser's window with a children's page, on which nothing moves."""

from datetime import datetime

from tests.windows import PageWindow

NOON = datetime(2026, 11, 25, 12, 0)  # noqa: DTZ001  a Wednesday, on the phone's own clock


class Window(PageWindow):
    """A children's page, at a phone's size unless another is asked for."""

    def __init__(self, browser, path, *, width=390, height=844, hash_="", context=None, now=NOON, moves=False):
        made = context or browser.new_context(
            viewport={"width": width, "height": height},
            offline=True,
            reduced_motion="no-preference" if moves else "reduce",
            has_touch=width < 500,
        )
        super().__init__(made, path, hash_=hash_, now=now)

    def rows(self):
        """Return the places of the list, in order."""
        return self.do("return [...document.querySelectorAll('#tq-list .place')].map(b => Number(b.dataset.row))")

    def sights(self):
        """Return what the page knows of its places."""
        return self.do("return tq.data.sights.map(({words, doors, ...s}) => s)")
