"""Says in plain words what happened to places between two editions."""

from collections import Counter
from collections.abc import Iterable

from app.editions.compare import Difference
from app.editions.places import Attribute, PlaceChange, Value, What
from app.editions.rules import edition_rules
from app.texts import Texts


def what_words(texts: Texts) -> dict[What, str]:
    """Return what can happen to a place."""
    _ = texts.gettext
    return {
        What.NEW: _("newly listed"),
        What.GONE: _("gone"),
        What.MERGED: _("merged"),
        What.KIND: _("another kind"),
        What.RENAMED: _("renamed"),
        What.MOVED: _("moved"),
        What.CHANGED: _("changed"),
        What.NEW_ID: _("drawn anew"),
        What.ON_SHEET: _("now on the sheet"),
        What.OFF_SHEET: _("no longer on the sheet"),
    }


def place_label(change: PlaceChange, texts: Texts) -> str:
    """Return what a place is called in the reader's language."""
    return change.label if texts.lang.startswith("zh") else change.label_en


def place_details(diff: Difference, change: PlaceChange, texts: Texts) -> list[str]:
    """Return what happened to a place, from what to what."""
    _ = texts.gettext
    found = []
    if change.into is not None:
        found.append(_("now part of {place}", place=change.into))
    if What.KIND in change.what:
        kinds = (layer_name(diff, layer, texts) for layer in (change.layer_before or "", change.layer))
        found.append(" → ".join(kinds))
    if What.RENAMED in change.what:
        found.append(" → ".join(name or _("without a name") for name in (change.name_before, change.name_after)))
    if What.MOVED in change.what:
        found.append(_("by {metres} m", metres=f"{change.moved_m or 0.0:,.0f}"))
    found += [attribute_text(attribute, texts) for attribute in change.attributes]
    if What.NEW_ID in change.what:
        found.append(f"{change.id_before} → {change.id_after}")
    return found


def attribute_text(attribute: Attribute, texts: Texts) -> str:
    """Return a column that changed, from what to what."""
    known = edition_rules().columns.get(attribute.key)
    name = known.to(texts.lang) if known else attribute.key
    values = (_value(value, texts) for value in (attribute.before, attribute.after))
    return f"{name}{texts.gettext(': ')}{' → '.join(values)}"


def _value(value: Value, texts: Texts) -> str:
    if value is None:
        return texts.gettext("unknown")
    if isinstance(value, bool):
        return texts.gettext("yes") if value else texts.gettext("no")
    return value if isinstance(value, str) else f"{value:,.0f}"


def layer_name(diff: Difference, layer: str, texts: Texts) -> str:
    """Return what a kind of place is called; its id where no edition knows it."""
    return diff.layer_names[layer].to(texts.lang) if layer in diff.layer_names else layer


def count_text(places: Iterable[PlaceChange], texts: Texts) -> str:
    """Return how many places are new, gone and so on; "no place changed" for none."""
    counts = Counter(what for change in places for what in change.what)
    words = what_words(texts)
    found = [texts.gettext("{n} {what}", n=counts[what], what=words[what]) for what in What if counts[what]]
    return texts.gettext(", ").join(found) or texts.gettext("no place changed")
