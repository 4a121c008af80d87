"""Tells the comparison of two editions in a few lines, and what to know before trusting it."""

from collections.abc import Sequence

from app.editions.compare import Difference
from app.editions.placewords import count_text, layer_name
from app.editions.rules import Part, edition_rules
from app.editions.words import largest, one_per_need, others_text, rose_and_fell, sentence, whole_district
from app.texts import Texts
from layers.toml import Text

_SAME = 1e-9  # parts that differ by rounding of floating-point numbers only


def district_name(diff: Difference, texts: Texts) -> str:
    """Return what the district is called in the reader's language."""
    facts = diff.after
    return facts.district if texts.lang.startswith("zh") else facts.district_en or facts.district


def notes(diff: Difference, texts: Texts) -> list[str]:
    """Return what the reader should know before trusting a comparison; empty when there is nothing."""
    _, why = texts.gettext, diff.why
    found = []
    if diff.before.are_children != diff.after.are_children:
        found.append(_("One edition counts children, the other estimated homes: shares are compared, numbers are not."))
    if diff.absent:
        names = texts.gettext(", ").join(layer_name(diff, layer, texts) for layer in diff.absent)
        found.append(
            _("One edition did not look for: {kinds}. Figures that rest on them changed for that.", kinds=names)
        )
    for keys, label in ((why.only_before, diff.before.label), (why.only_after, diff.after.label)):
        if keys:
            names = _several([_key_text(diff, key, texts) for key in keys], texts)
            found.append(
                _(
                    "{n} figures cannot be compared, only {label} has them: {names}",
                    n=len(keys),
                    label=label,
                    names=names,
                )
            )
    if not why.n_orders:
        found.append(_("The changes cannot be counted apart, so they stand together in one part."))
    elif why.n_orders < why.n_all:
        found.append(
            _(
                "Of {all} orders of swapping the data, {n} could be counted; the parts are their mean.",
                all=why.n_all,
                n=why.n_orders,
            )
        )
    if diff.before.software.engine == diff.after.software.engine and any(
        abs(figure.parts[Part.SOFTWARE]) > _SAME for figure in why.figures
    ):
        found.append(
            _("Both editions were cut by the same software, which has changed since; see the part of the software.")
        )
    return found


def _key_text(diff: Difference, key: tuple[str | None, str, str], texts: Texts) -> str:
    zone, band, need = key
    names: list[Text | None] = [diff.need_names.get(need), diff.band_names.get(band)]
    words = [name.to(texts.lang) if name else texts.gettext("All of them within reach") for name in names]
    return " ".join([*([zone] if zone else []), *words])


def _several(names: Sequence[str], texts: Texts) -> str:
    most = edition_rules().figure.terminal_lines
    return texts.gettext(", ").join(names[:most]) + (" …" if len(names) > most else "")


def summary(diff: Difference, texts: Texts) -> list[str]:
    """Return the comparison in a few lines, for a terminal or the top of a report."""
    _ = texts.gettext
    figures = whole_district(diff)
    n_rose, n_fell, n_same = rose_and_fell(figures)
    lines = [
        _(
            "{district}: edition {before} of {day} against {after} of {later}",
            district=district_name(diff, texts),
            before=diff.before.label,
            day=diff.before.built_on.isoformat(),
            after=diff.after.label,
            later=diff.after.built_on.isoformat(),
        ),
        _("Places: {counts}", counts=count_text(diff.places, texts)),
        _("Figures of the district: {rose} rose, {fell} fell, {same} unchanged", rose=n_rose, fell=n_fell, same=n_same),
    ]
    top = one_per_need(largest(figures))[: edition_rules().figure.terminal_lines]
    for figure, others in top:
        also = others_text(diff, others, texts)
        lines.append(sentence(diff, figure, texts) + (f"{_('. ')}{also}" if also else ""))
    return [*lines, *notes(diff, texts)]
