"""Faults that pydantic finds, in our words: so that they can be translated, and name the key and the value."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from geo.errors import InputError, Several

_SHOWN = 80  # letters of a wrong value that are shown
_PASSWORD = re.compile(r"(?<=://)\S*@|(?<=password=)\S+")  # whoever writes one into a file has it in no message

_MESSAGES: Mapping[str, str] = {
    "extra_forbidden": "[{key}] unknown key",
    "missing": "[{key}] is missing",
    "value_error": "[{key}] {reason} (given: {given})",
    "string_type": "[{key}] a text in quotes is needed (given: {given})",
    "string_too_short": "[{key}] must not be empty",
    "string_pattern_mismatch": "[{key}] has letters that do not belong there (given: {given})",
    "too_short": "[{key}] must not be empty",
    "bool_type": "[{key}] true or false is needed (given: {given})",
    "list_type": "[{key}] a list is needed (given: {given})",
    "dict_type": "[{key}] a table is needed (given: {given})",
    "model_type": "[{key}] a table is needed (given: {given})",
    "enum": "[{key}] must be one of {expected} (given: {given})",
    "literal_error": "[{key}] must be one of {expected} (given: {given})",
    "greater_than": "[{key}] must be greater than {gt} (given: {given})",
    "greater_than_equal": "[{key}] must be at least {ge} (given: {given})",
    "less_than": "[{key}] must be less than {lt} (given: {given})",
    "less_than_equal": "[{key}] must be at most {le} (given: {given})",
}
_NUMBER = "[{key}] a number is needed (given: {given})"
_WHOLE_TABLE = "[{key}] {reason}"  # what is wrong with a table as a whole: its keys are no news
_WHOLE_FILE = "{reason}"
_OTHER = "[{key}] cannot be used (given: {given})"
MESSAGES = frozenset({*_MESSAGES.values(), _NUMBER, _WHOLE_TABLE, _WHOLE_FILE, _OTHER})  # for the translators


def faults_of(errors: Iterable[Mapping[str, Any]]) -> Several:
    """Tell pydantic's errors in our words.

    Args:
        errors: From ``ValidationError.errors()``.
    """
    return Several(_fault(error) for error in errors)


def _fault(error: Mapping[str, Any]) -> InputError:
    kind = str(error["type"])
    message = _NUMBER if kind.startswith(("int_", "float_", "finite_")) else _MESSAGES.get(kind, _OTHER)
    if kind == "value_error" and isinstance(error.get("input"), Mapping):
        message = _WHOLE_TABLE
    context = error.get("ctx") or {}
    values = {key: context[key] for key in ("expected", "gt", "ge", "lt", "le") if key in context}
    # our own validators speak in message ids
    values["reason"] = str(context.get("error", ""))
    values = {name: str(value).replace(" or ", ", ") if name == "expected" else value for name, value in values.items()}
    key = ".".join(str(part) for part in error["loc"] if part not in {"query", "[key]"})
    if not key and message == _WHOLE_TABLE:
        message = _WHOLE_FILE
    return InputError(message, key=key, given=_given(error.get("input")), **values)


def _given(value: object) -> str:
    try:
        return _PASSWORD.sub("…", repr(value))[:_SHOWN]
    except RecursionError:  # tables in tables in tables
        return "…"
