"""What sheet is wanted, and what all its parts look up."""

from dataclasses import dataclass
from datetime import date

from app.maps.content import district_name
from app.maps.placing.model import Box
from app.maps.sheet.mapframe import MapFrame, district_window
from app.maps.sheet.ornaments.lettering import Fonts
from app.maps.sheet.paper import paper
from app.maps.sheet.shown import xy_of
from app.maps.theme import MapTheme, map_theme
from app.results import Results
from app.texts import Texts
from app.tour.model import Tour
from geo.errors import look_up
from layers.tour import TourFile

LANGUAGES = ("zh-CN", "en", "both")


@dataclass(frozen=True, slots=True)
class Asked:
    """What sheet is wanted.

    Attributes:
        paper: ``A4`` to ``A0``.
        sides: 1 or 2.
        theme: Id of a map theme.
        lang: ``zh-CN``, ``en`` or ``both``.
    """

    paper: str = "A3"
    sides: int = 2
    theme: str = "pinwheel"
    lang: str = "zh-CN"


def check_asked(asked: Asked) -> None:
    """Refuse a sheet that cannot be made, before anything is computed.

    Raises:
        UnknownIdError: No such paper, theme or language of names.
    """
    paper(asked.paper, upright=False)
    map_theme(asked.theme)
    look_up(dict.fromkeys(LANGUAGES), asked.lang, "language")


@dataclass(frozen=True, slots=True)
class Setting:
    """What all parts of a sheet look up.

    Attributes:
        results: Of the district.
        tour: What the map shows.
        file: Of the office: publisher, telephone, map number, address.
        asked: Which sheet.
        texts: The reader's language.
        day: Of the edition.
        theme: How it looks.
        fonts: For lettering.
    """

    results: Results
    tour: Tour
    file: TourFile
    asked: Asked
    texts: Texts
    day: date
    theme: MapTheme
    fonts: Fonts

    @property
    def title(self) -> str:
        """What the sheet is called."""
        return self.texts.gettext("{district} for children", district=district_name(self.results, self.texts))

    @property
    def publisher(self) -> str:
        """Who gives it out."""
        return self.file.publisher or self.results.district.settings.publisher or "Tongquan"

    def window(self, box: Box) -> MapFrame:
        """Return the frame of the district, or of its urban part where that can be shown much larger."""
        return district_window(box, self.results.area.polygon.bounds, xy_of(self.tour.sights))
