"""Sights: chosen candidates as the sheet and the phone show them, numbered by theme and pinyin."""

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from functools import cache

from app.tour.candidates import Candidate
from app.tour.model import THEMES, Sight
from layers.recipe import Recipe
from layers.tourrules import tour_rules

_HAN = "\u3400"  # Chinese letters begin there; Latin ones and digits lie before
_READ = "\u2e80"  # what the dictionary of pinyin reads lies after it


def number(
    chosen: Sequence[Candidate],
    *,
    stars: Collection[str],
    before: Mapping[str, str] | None,
    recipes: Mapping[str, Recipe],
) -> tuple[Sight, ...]:
    """Return the chosen places as sights with numbers from 1 on: by theme, within it by pinyin.

    Args:
        chosen: The places.
        stars: Ids of the must-sees.
        before: Ids and names of the edition before; None where there is none.
        recipes: The kinds.
    """
    keys = {one.id: pinyin_of(one.name) for one in chosen}
    order = sorted(chosen, key=lambda one: (THEMES.index(one.theme), sort_key(one.name, keys[one.id]), one.id))
    return tuple(
        _sight(one, n, star=one.id in stars, is_new=before is not None and one.id not in before, recipes=recipes)
        for n, one in enumerate(order, start=1)
    )


def unnumbered(
    others: Sequence[Candidate], *, before: Mapping[str, str] | None, recipes: Mapping[str, Recipe]
) -> tuple[Sight, ...]:
    """Return places that get a small mark as sights, in the order given."""
    return tuple(
        _sight(one, 0, star=False, is_new=before is not None and one.id not in before, recipes=recipes)
        for one in others
    )


def _sight(one: Candidate, n: int, *, star: bool, is_new: bool, recipes: Mapping[str, Recipe]) -> Sight:
    return Sight(
        id=one.id,
        place=one.row,
        number=n,
        theme=one.theme,
        layer=one.layer,
        icon=recipes[one.layer].icon,
        name=one.name,
        name_en=one.name_en,
        pinyin=pinyin_of(one.name),
        x=one.x,
        y=one.y,
        zone=one.zone,
        ages=one.ages,
        star=star,
        opening=one.opening,
        free=one.free,
        step_free=one.step_free,
        indoor=one.indoor,
        reach=one.reach,
        text=one.own.text,
        picture=one.own.picture,
        is_new=is_new,
        points=one.points,
        why=one.why,
        wish=one.wish,
    )


@cache
def teach_names() -> None:
    """Teach the dictionary the names of places that it gets wrong, once."""
    from pypinyin import load_phrases_dict  # noqa: PLC0415  a large dictionary, for Chinese names only

    phrases = tour_rules().pinyin.phrases
    load_phrases_dict({phrase: [[syllable] for syllable in said.split()] for phrase, said in phrases.items()})


@cache
def pinyin_of(name: str) -> str:
    """Return a name's pinyin without tones, lower case, syllables parted by spaces; other letters stay.

    >>> pinyin_of("重庆路公园"), pinyin_of("音乐厅")
    ('chong qing lu gong yuan', 'yin yue ting')
    """
    return " ".join(_read(name).casefold().split())


def _read(name: str) -> str:
    if max(name, default="") < _READ:
        return name
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415

    teach_names()
    return " ".join(lazy_pinyin(name, style=Style.NORMAL))


def sort_key(name: str, pinyin: str) -> tuple[int, str, str]:
    """Return what names are sorted by: digits, then Latin letters without accents, then Chinese by pinyin.

    >>> sorted(["中山公园", "Área 51", "3号公园", "Bosque"], key=lambda name: sort_key(name, pinyin_of(name)))
    ['3号公园', 'Área 51', 'Bosque', '中山公园']
    """
    first = next((letter for letter in name if letter.isalnum()), _HAN)
    group = 0 if first.isdigit() else 1 if first < _HAN else 2
    plain = "".join(c for c in unicodedata.normalize("NFKD", pinyin) if not unicodedata.combining(c))
    return group, plain.lstrip("“”\"'《》〈〉（）() "), name
