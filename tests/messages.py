"""Finds every message id in the code: what must be translated."""

import ast
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, nodes

from layers.faults import MESSAGES
from layers.recipe import Theme

ROOT = Path(__file__).parent.parent
# what an UnknownIdError may say is unknown: values of its field {kind}
KINDS = {
    "age band",
    "language",
    "layer",
    "need",
    "paper",
    "plan",
    "report",
    "set of kerb rules",
    "standard",
    "target",
    "theme",
    "time",
    "zone",
}
THEMES = {theme.value for theme in Theme}
ERRORS = {
    "CoordinateError",
    "ValueError",
    "FetchError",
    "InputError",
    "Note",
    "SettingsError",
    "StoreError",
    "UnknownIdError",
}


def message_ids() -> set[str]:
    """Return the ids in Python code, templates and command help."""
    found: set[str] = {*KINDS, *THEMES, *MESSAGES}
    for package in ("app", "geo", "layers"):
        for path in (ROOT / package).rglob("*.py"):
            found |= set(_in_python(ast.parse(path.read_text(encoding="utf-8"))))
        for path in (ROOT / package).rglob("*.j2"):
            tree = Environment(autoescape=True).parse(path.read_text(encoding="utf-8"))
            found |= set(_in_template(tree))
    return found


def _in_python(tree: ast.AST) -> Iterator[str]:
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name in {"_", "gettext"} | ERRORS and call.args:
            yield from _strings(call.args[0])
        if name == "Told" and len(call.args) > 1:
            yield from _strings(call.args[1])
        if name == "Finding" and len(call.args) > 2:
            yield from _strings(call.args[2])
        yield from (text for word in call.keywords if word.arg == "help" for text in _strings(word.value))


def _strings(node: ast.AST) -> Iterator[str]:
    """Yield the texts that an argument may be: one, or the two of a conditional."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _strings(node.body)
        yield from _strings(node.orelse)


def _in_template(tree: nodes.Node) -> Iterator[str]:
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "_" and isinstance(call.args[0], nodes.Const):
            yield call.args[0].value
