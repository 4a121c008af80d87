"""entrances.csv: where every place is entered, and how that is known, for whoever corrects or surveys entrances."""

import csv
from pathlib import Path

from app.answers import label_column
from app.results import Results
from app.tables.frames import entrance_frame
from app.tables.plaincsv import csv_text
from app.texts import Texts
from geo.entrances import Origin
from layers.store import replacing

_DEGREE_DIGITS = 6  # about 0.1 m


def origin_words(texts: Texts) -> dict[str, str]:
    """Return how an entrance is known, in words."""
    _ = texts.gettext
    return {
        Origin.LISTED.value: _("listed or drawn by the office"),
        Origin.POINT.value: _("the place is a point"),
        Origin.MAPPED.value: _("a mapped gate"),
        Origin.CROSSED.value: _("derived: a path crosses the outline"),
        Origin.NEAREST.value: _("derived: the point of the outline nearest to a street"),
    }


def write_entrances(results: Results, path: Path, *, texts: Texts) -> None:
    """Write the entrances of the places in and around the district.

    Raises:
        StoreError: It cannot be written; what stood there before is whole.
    """
    _ = texts.gettext
    words, lang = origin_words(texts), texts.lang
    frame = entrance_frame(results)
    places = results.places.table.iloc[results.places.entrances["place"].to_numpy()]
    yes_no = {True: _("yes"), False: _("no")}
    columns = zip(
        frame["place"],
        places[label_column(texts)],
        places["layer"],
        frame["origin"],
        frame["attached"],
        frame.geometry.x.round(_DEGREE_DIGITS),
        frame.geometry.y.round(_DEGREE_DIGITS),
        strict=True,
    )
    with replacing(path) as half, half.open("w", encoding="utf-8-sig", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(
            [
                *(_("Name"), _("Kind"), _("How the entrance is known"), _("Reached by a street")),
                *(_("Longitude"), _("Latitude"), _("Id")),
            ]
        )
        out.writerows(
            [
                *(csv_text(name), results.recipes[layer].name.to(lang), words[origin], yes_no[bool(attached)]),
                *(lon, lat, csv_text(place)),
            ]
            for place, name, layer, origin, attached, lon, lat in columns
        )
