"""Columns: the table that explains the choice, and which of its columns a planner edits and feeds back."""

from collections.abc import Mapping
from enum import StrEnum

from app.texts import LANGUAGES, Texts


class Column(StrEnum):
    """A column of the first sheet, by its English title; the order of the sheet."""

    NUMBER = "Number on the map"
    NAME = "Name"
    KIND = "Kind"
    THEME = "Theme"
    ZONE = "Zone"
    WISH = "Wish"
    POINTS = "Points"
    WHY = "What the points are for"
    WHY_NOT = "Why it has no number"
    TEXT_ZH = "Own text (Chinese)"
    TEXT_EN = "Own text (English)"
    AGES_OWN = "Own ages"
    FREE_OWN = "Own: free"
    OPENING_OWN = "Own opening hours"
    STAR = "Must-see"
    NAME_EN = "Name in English"
    AGES = "Ages served"
    FREE = "Free of charge"
    OPENING = "Opening hours"
    INDOOR = "Indoors"
    STEP_FREE = "Step-free"
    REACH = "Within a walk"
    ID = "Place id"


# what a planner may change; all others only explain
EDITED = (Column.WISH, Column.TEXT_ZH, Column.TEXT_EN, Column.AGES_OWN, Column.FREE_OWN, Column.OPENING_OWN)
NEEDED = (*EDITED, Column.ID)


def titles(texts: Texts) -> Mapping[Column, str]:
    """Return all titles in the reader's language."""
    _ = texts.gettext
    return {
        Column.NUMBER: _("Number on the map"),
        Column.NAME: _("Name"),
        Column.KIND: _("Kind"),
        Column.THEME: _("Theme"),
        Column.ZONE: _("Zone"),
        Column.WISH: _("Wish"),
        Column.POINTS: _("Points"),
        Column.WHY: _("What the points are for"),
        Column.WHY_NOT: _("Why it has no number"),
        Column.TEXT_ZH: _("Own text (Chinese)"),
        Column.TEXT_EN: _("Own text (English)"),
        Column.AGES_OWN: _("Own ages"),
        Column.FREE_OWN: _("Own: free"),
        Column.OPENING_OWN: _("Own opening hours"),
        Column.STAR: _("Must-see"),
        Column.NAME_EN: _("Name in English"),
        Column.AGES: _("Ages served"),
        Column.FREE: _("Free of charge"),
        Column.OPENING: _("Opening hours"),
        Column.INDOOR: _("Indoors"),
        Column.STEP_FREE: _("Step-free"),
        Column.REACH: _("Within a walk"),
        Column.ID: _("Place id"),
    }


def known_titles() -> Mapping[str, Column]:
    """Return the columns by their titles in every language, so that a table can be read whoever wrote it."""
    return {name: column for lang in LANGUAGES for column, name in titles(Texts(lang)).items()}


def wish_words(texts: Texts) -> Mapping[str, str]:
    """Return the wishes by the words for them."""
    _ = texts.gettext
    return {_("must"): "must", _("never"): "never"}


def yes_words(texts: Texts) -> Mapping[str, bool]:
    """Return yes and no by the words for them."""
    _ = texts.gettext
    return {_("yes"): True, _("no"): False}
