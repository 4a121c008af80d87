"""The quality of data in the reader's words: the same on the terminal, on pages, in workbooks and over HTTP."""

from app.results import Results
from app.texts import Texts
from geo.estimates import Estimate
from layers.quality.complete import Completeness
from layers.quality.finding import Finding, Level
from layers.quality.table import QualityTable, Survey
from layers.quality.zoning import REST, WHOLE

# a shape for each light, so that nobody needs to tell colours apart
SHAPES = {Level.GOOD: "●", Level.DOUBTFUL: "▲", Level.BAD: "✕"}


def light_word(level: Level, texts: Texts) -> str:
    """Return what a light says of an answer."""
    _ = texts.gettext
    return {Level.GOOD: _("usable"), Level.DOUBTFUL: _("doubtful"), Level.BAD: _("not to be trusted")}[level]


def light(level: Level, texts: Texts) -> str:
    """Return a light as shape and word."""
    return f"{SHAPES[level]} {light_word(level, texts)}"


def zone_name(table: QualityTable, zone: int, texts: Texts) -> str:
    """Return what a zone is called."""
    if zone == WHOLE:
        return texts.gettext("Whole district")
    return texts.gettext("In no zone") if zone == REST else table.zoning.name(zone)


def reasons_text(reasons: tuple[Finding, ...], texts: Texts) -> str:
    """Return reasons as one text."""
    return texts.gettext("; ").join(texts.finding(reason) for reason in reasons)


def unit_word(table: QualityTable, texts: Texts) -> str:
    """Return what the weights are."""
    return texts.gettext("Children") if table.are_children else texts.gettext("Homes (estimated)")


def survey_text(survey: Survey, results: Results, texts: Texts) -> tuple[str, str, str]:
    """Return where a survey is needed, for what, and what to do."""
    need = results.standard.need_names[survey.need].to(texts.lang) if survey.need else texts.gettext("All needs")
    return zone_name(results.quality, survey.zone, texts), need, survey.todo.to(texts.lang)


def complete_text(one: Completeness, results: Results, texts: Texts) -> str:
    """Return how complete the sources are of one kind of place, in a sentence."""
    name = results.recipes[one.layer].name.to(texts.lang)
    if one.osm is None or one.own is None or one.known is None:
        return texts.gettext(
            "{layer}: OpenStreetMap has none in the district, so it cannot tell how complete the office's {n} are.",
            layer=name,
            n=one.n_own,
        )
    text = texts.gettext(
        "{layer}: OpenStreetMap has about {osm} of them, the office's list about {own}, both together about {known}.",
        layer=name,
        osm=_share(one.osm, texts),
        own=_share(one.own, texts),
        known=_share(one.known, texts),
    )
    if one.n_perhaps:
        text += " " + texts.gettext(
            "{n} more pairs may be one place each; if they are, there are fewer in all and both sources are fuller.",
            n=one.n_perhaps,
        )
    return text


def _share(share: Estimate, texts: Texts) -> str:
    return texts.gettext(
        "{value} ({low}–{high})", value=f"{share.value:.0%}", low=f"{share.low:.0%}", high=f"{share.high:.0%}"
    )
