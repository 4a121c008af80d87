"""The imprint: who is responsible, from when, from what, and how the map may be used."""

from datetime import date

from app.models import ATTRIBUTION
from app.results import Results
from app.texts import Texts
from app.tour.model import Tour
from layers.tour import TourFile

_DATE_LENGTH = len("2026-11-24")


def imprint_lines(results: Results, tour: Tour, file: TourFile, *, texts: Texts, day: date) -> list[str]:
    """Return the small print of a sheet.

    Args:
        results: Of the district.
        tour: For the edition.
        file: Of the office; where it gives no map number, a place for it stays free.
        texts: The reader's language.
        day: Of the edition.
    """
    _ = texts.gettext
    settings = results.district.settings
    publisher = file.publisher or settings.publisher
    first = [
        _("Edition {label}", label=tour.label) if tour.label else "",
        day.isoformat(),
        _("Published by {name}", name=publisher) if publisher else "",
        _("Telephone {number}", number=file.telephone) if file.telephone else "",
        _("Map approval number: {number}", number=file.map_number or "＿＿＿＿＿＿＿＿"),
    ]
    data = (results.source.osm_date or "")[:_DATE_LENGTH]
    second = [
        ATTRIBUTION,
        _("Map data of {date}", date=data) if data else _("Map data of unknown date"),
        _("Minutes at the walking speed of a six-year-old; big roads are crossed where it is safe."),
        _("Opening hours change: ask before you set out."),
        _("Invented sample data: no real place.") if settings.synthetic else "",
    ]
    return ["  ·  ".join(part for part in first if part), "  ·  ".join(part for part in second if part)]
