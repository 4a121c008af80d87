"""Titles of changes, in a few words."""

from app.results import Results
from app.scenarios.sites import Sites
from layers.note import Note
from layers.scenario import Add, Capacity, Close, Move, NewPath, OpenGate, Protect, ScenarioChange


def title_of(change: ScenarioChange, sites: Sites, results: Results) -> Note:  # noqa: PLR0911  one line each
    """Return what a change is, in a few words."""
    if isinstance(change, Add):
        kind = results.recipes[change.layer].name
        return (
            Note("New: {name} ({kind})", name=change.name, kind=kind) if change.name else Note("New: {kind}", kind=kind)
        )
    if isinstance(change, Close | Move | Capacity):
        place = sites.label(sites.places(change.place)[0])
        if isinstance(change, Close):
            return Note("Close: {place}", place=place)
        if isinstance(change, Move):
            return Note("Move: {place}", place=place)
        return Note("Seats of {place}", place=place)
    if isinstance(change, Protect):
        return Note("New crossing") if change.new else Note("Protect a crossing")
    if isinstance(change, OpenGate):
        return Note("Open a gate")
    if isinstance(change, NewPath):
        return _path_title(change)
    return Note("Close a street")


def _path_title(change: NewPath) -> Note:
    if change.kind == "bridge":
        return Note("Bridge: {name}", name=change.name) if change.name else Note("New bridge")
    return Note("Path: {name}", name=change.name) if change.name else Note("New path")
