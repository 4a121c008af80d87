"""Escaping for everything that came from data: names are written by the public, and end in HTML, JSON and scripts.

Besides what HTML asks for, backtick, dollar, backslash and braces are written as references too: some template language
somewhere reads them. Data never stand inside a script; they travel as one JSON block that a script parses.
"""

import json
from collections.abc import Mapping

from markupsafe import Markup

_HTML: Mapping[int, str] = {ord(c): f"&#{ord(c)};" for c in "&<>\"'`$\\{}="}
_JSON: Mapping[int, str] = {ord(c): f"\\u{ord(c):04x}" for c in "<>&'`$\u2028\u2029"}
# A brace after a brace never stands between JSON's own signs, so these pairs are always inside a text.
_TEMPLATE_SIGNS = ("{{", "{%", "{#")


def html_text(value: object) -> Markup:
    r"""Return a value as text that is safe between tags and in quoted attributes; ready-made markup passes.

    >>> str(html_text("<b>`${1}`"))
    '&#60;b&#62;&#96;&#36;&#123;1&#125;&#96;'
    """
    return value if isinstance(value, Markup) else Markup(str(value).translate(_HTML))  # noqa: S704  escaped here


def json_block(value: object) -> Markup:
    r"""Return a value as JSON that cannot end its ``<script>`` block nor be taken for a template.

    Raises:
        ValueError: A number is not finite; JSON has no such number.

    >>> print(json_block({"name": "</script>{{7*7}}"}))
    {"name":"\u003c/script\u003e\u007b{7*7}}"}
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).translate(_JSON)
    for sign in _TEMPLATE_SIGNS:
        text = text.replace(sign, "\\u007b" + sign[1:])
    return Markup(text)  # noqa: S704  escaped here
