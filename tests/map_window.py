"""A browser's window with the interactive map."""

import json

from app.maps.web import write_map
from app.planner import Planner
from app.texts import Texts
from tests.hostile import BUILT_ON
from tests.windows import PageWindow


class MapWindow(PageWindow):
    """The interactive map, at a desk's size unless another is asked for."""

    def __init__(self, browser, path, *, width=1280, height=800, hash_=""):
        super().__init__(
            browser.new_context(viewport={"width": width, "height": height}, offline=True), path, hash_=hash_
        )

    def choose(self, name):
        self.page.locator("#tq-choice label", has_text=name).locator("input").check()

    def popup(self):
        # the popup before may still be fading out
        return self.page.locator(".popup").last.inner_text()

    def title(self):
        return self.page.locator(".popup h3").last.text_content()

    def drawn(self):
        """Return the map's ground as it is painted."""
        return self.do("return [...document.querySelectorAll('.ground canvas')].map(tile => tile.toDataURL()).join()")


def write_district(folder, *lines):
    """Write a district of these settings, and return its map."""
    folder.mkdir()
    (folder / "district.toml").write_text("\n".join(lines), encoding="utf-8")
    write_map(Planner(folder).results, folder / "map.html", texts=Texts("zh-CN"), built_on=BUILT_ON)
    return folder / "map.html"


def beijing_map(shared_data, folder):
    """Return the map of Zhongguancun, in `folder`."""
    extract = shared_data / "beijing_zhongguancun" / "map.osm"
    return write_district(folder, 'name = "中关村"', "[streets]", f"file = {json.dumps(str(extract))}")
