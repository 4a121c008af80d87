"""The sheet that lists which places of the office's lists are places of OpenStreetMap: no merge is silent."""

import json
import math
from collections.abc import Iterable

from app.results import Results
from app.tables.cells import Cell, Share
from app.texts import Texts


def match_header(texts: Texts) -> list[str]:
    """Return the titles of the columns."""
    _ = texts.gettext
    return [
        *(_("List"), _("Name in the list"), _("Name in OpenStreetMap"), _("Kind"), _("What was done")),
        *(_("Distance, m"), _("Likeness of the names"), _("Why"), _("Id"), _("Id in OpenStreetMap")),
    ]


def match_rows(results: Results, texts: Texts) -> Iterable[list[Cell]]:
    """Return a row a match, the doubtful ones first: they want somebody to look."""
    _ = texts.gettext
    matches = results.places.matches.sort_values("sure", kind="stable")
    done = {True: _("one place; merged"), False: _("perhaps one place; both stay: look at them")}
    for row in matches.to_dict("records"):
        recipe = results.recipes[row["layer"]]
        yield [
            row["source"],
            row["own"],
            row["osm"],
            recipe.name.to(texts.lang),
            done[bool(row["sure"])],
            round(row["distance_m"]),
            None if math.isnan(row["likeness"]) else Share(row["likeness"]),
            texts.gettext(row["reason"], **json.loads(row["values"])),
            row["place_id"],
            row["osm_id"],
        ]
