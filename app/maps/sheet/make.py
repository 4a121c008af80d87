"""Makes the sheet of a district: with what its office wrote into ``tour.toml``, and the day."""

from datetime import date

from app.maps.sheet.asked import Asked
from app.maps.sheet.compose import Sheet, compose
from app.results import Results
from app.texts import Texts
from app.today import today
from app.tour.model import Tour
from layers.tour import read_tour


def make_sheet(results: Results, tour: Tour, asked: Asked, *, texts: Texts, day: date | None = None) -> Sheet:
    """Draw all sides of a sheet; see :func:`app.maps.sheet.compose.compose`.

    Args:
        results: Of the district.
        tour: What the map shows.
        asked: Paper, sides, theme and languages.
        texts: The reader's language.
        day: That stands on it; None takes today.
    """
    file = read_tour(results.district.folder)
    return compose(results, tour, file, asked, texts=texts, day=day or today())
