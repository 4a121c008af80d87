"""How the rules of an edition stand in JSON: canonical, so that equal rules have equal digests."""

import json
from collections.abc import Mapping

from pydantic import TypeAdapter

from app.editions.model import Rules
from geo.kerb_rules import KerbRules
from layers.standard import StandardFile

_STANDARD = TypeAdapter(StandardFile)
_KERBS = TypeAdapter(KerbRules)


def rules_json(rules: Rules) -> tuple[str, str]:
    """Return the standard and the kerb rules as JSON; equal rules give equal text."""
    return (
        canonical(_STANDARD.dump_python(rules.standard, by_alias=True)),
        canonical(_KERBS.dump_python(rules.kerbs, by_alias=True)),
    )


def rules_from_json(standard: str, kerbs: str) -> Rules:
    """Return rules from what :func:`rules_json` made.

    Raises:
        ValueError: They do not fit.
    """
    return Rules(_STANDARD.validate_json(standard), _KERBS.validate_json(kerbs))


def canonical(value: object) -> str:
    """Return plain values as JSON text; sets are sorted, mappings keep their order.

    >>> canonical({"b": frozenset({"y", "x"}), "a": (1, None)})
    '{"b": ["x", "y"], "a": [1, null]}'
    """
    return json.dumps(_plain(value), ensure_ascii=False)


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((_plain(item) for item in value), key=str)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
