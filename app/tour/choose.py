"""Choose: which places one edition of the children's map shows."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from app.results import Results
from app.texts import Texts
from app.tour.candidates import MUST, NEVER, Candidate, Candidates, find_candidates
from app.tour.model import THEMES, Helpful, Sight, Tour
from app.tour.pick import Ballot, pick
from app.tour.sights import number, unnumbered
from layers.tour import TourFile
from layers.tourrules import KindRule, TourRules, tour_rules

_LISTED = 3  # examples in one note


def choose_tour(
    results: Results,
    file: TourFile,
    *,
    texts: Texts,
    before: Mapping[str, str] | None = None,
    label: str = "",
    label_before: str = "",
) -> Tour:
    """Choose the places of an edition.

    By points (``layers/tour.toml``), greedily: musts first and nevers out, then each theme's least share, each zone's
    fair share by its children, and the best of the rest, spread over the district. The same data and wishes always give
    the same tour. It has no walks yet.

    Args:
        results: The district's results.
        file: The office's wishes.
        texts: The reader's language, for notes and the names of nameless places.
        before: Ids and names of the sights of the edition before; None where there is none.
        label: Of this edition; empty takes the file's.
        label_before: Of the edition before.

    Raises:
        SettingsError: A wish names no place or several, or the same place twice.
    """
    rules = tour_rules()
    found = find_candidates(results, file, texts)
    chosen, others = split(found, file, results, rules)
    sights = number(chosen, stars=_stars(chosen, rules), before=before, recipes=results.recipes)
    shown = {sight.id for sight in sights}
    gone = () if before is None else tuple(name for key, name in before.items() if key not in shown)
    return Tour(
        label=label or file.label,
        before=label_before,
        sights=sights,
        more=unnumbered(others[: rules.more], before=before, recipes=results.recipes),
        walks=(),
        helpful=_helpful(results, rules),
        gone=gone,
        band=found.band,
        notes=tuple(_notes(results, file, found, sights, texts)),
    )


def split(
    found: Candidates, file: TourFile, results: Results, rules: TourRules
) -> tuple[list[Candidate], list[Candidate]]:
    """Return the candidates that get a number, in the order of choice, and all others that may be shown, best first."""
    standing = sorted((one for one in found.all if one.verdict is None), key=lambda one: (-one.points, one.id))
    order = pick(_ballot(standing, results, rules, found.band), file.sights, rules)
    chosen = [standing[index] for index in order]
    taken = set(order)
    return chosen, [one for index, one in enumerate(standing) if index not in taken]


def _ballot(standing: Sequence[Candidate], results: Results, rules: TourRules, band: str) -> Ballot:
    kinds = sorted({one.layer for one in standing})
    how = [rules.kind.get(kind, KindRule(weight=0.0)) for kind in kinds]
    bands = [each.id for each in results.standard.rules.bands]
    zone = results.homes.zone
    children = np.zeros(len(results.zones))
    np.add.at(children, zone[zone >= 0], results.homes.children[zone >= 0, bands.index(band)])
    return Ballot(
        points=np.array([one.points for one in standing], np.float64),
        must=np.array([one.wish == MUST for one in standing], np.bool_),
        kind=np.array([kinds.index(one.layer) for one in standing], np.intp),
        theme=np.array([THEMES.index(one.theme) for one in standing], np.intp),
        zone=np.array([one.zone for one in standing], np.intp),
        xy=np.array([(one.x, one.y) for one in standing], np.float64).reshape(-1, 2),
        kind_share=np.array([kind.at_most for kind in how], np.float64),
        kind_beside=np.array([kind.beside for kind in how], np.float64),
        theme_share=np.array([rules.theme_shares[theme] for theme in THEMES], np.float64),
        zone_children=children,
    )


def _stars(chosen: Sequence[Candidate], rules: TourRules) -> frozenset[str]:
    """Return the ids of the must-sees: those of the office, then the best."""
    wished = [one.id for one in chosen if one.own.star]
    n = round(rules.star.share * len(chosen)) - len(wished)
    free = [one for one in chosen if one.own.star is None and one.points >= rules.star.least_points]
    best = sorted(free, key=lambda one: (-one.points, one.id))
    return frozenset([*wished, *(one.id for one in best[: max(n, 0)])])


def _helpful(results: Results, rules: TourRules) -> tuple[Helpful, ...]:
    """Return what helps on the way, inside the district."""
    table = results.places.table
    rows = table[table["layer"].isin(rules.helpful.layers) & table["inside"]]
    at = rows.geometry.representative_point()
    return tuple(
        Helpful(layer, results.recipes[layer].icon, name if isinstance(name, str) else "", float(x), float(y))
        for layer, name, x, y in zip(rows["layer"], rows["name"], at.x, at.y, strict=True)
    )


def _notes(results: Results, file: TourFile, found: Candidates, sights: Sequence[Sight], texts: Texts) -> Iterator[str]:
    """Yield what the reader of the choice should know."""
    _ = texts.gettext
    musts = sum(sight.wish == MUST for sight in sights)
    if musts > file.sights:
        yield _(
            "{n} places must be shown, more than the {wanted} numbers: no other has one", n=musts, wanted=file.sights
        )
    elif len(sights) < file.sights:
        yield _(
            "Only {n} of {wanted} numbers are given: no other place is worth one", n=len(sights), wanted=file.sights
        )
    for theme in THEMES:
        if not any(sight.theme is theme for sight in sights):
            yield _("No place of the theme {theme} is shown", theme=_(theme.value))
    names = results.zones["name"].tolist() if len(results.zones) else []
    empty = [name for zone, name in enumerate(names) if not any(sight.zone == zone for sight in sights)]
    if empty:
        yield _("Zones without a numbered place: {zones}", zones=_(", ").join(empty))
    if found.unreadable:
        examples = _("; ").join(f"{name} ({text})" for name, text in found.unreadable[:_LISTED])
        yield _(
            "Opening hours that cannot be read: {n}, for example {examples}", n=len(found.unreadable), examples=examples
        )
    if not results.homes.are_children:
        yield _("No census: places are weighed by the homes within a walk, not by children")
    lost = [one.name for one in found.all if one.wish == NEVER and one.own != type(one.own)()]
    if lost:
        yield _("Places with words of their own that are never shown: {names}", names=_(", ").join(lost))
