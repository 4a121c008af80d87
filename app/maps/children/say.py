"""Saying: Chinese texts with their pinyin, as ruby that the page can show or hide."""

import re

from markupsafe import Markup
from pypinyin import Style, lazy_pinyin

from app.maps.escape import html_text
from app.tour.sights import teach_names

# The page takes one syllable for each of these, so both must mean the same letters.
_UNKNOWN = "-"
_CHINESE = re.compile(r"[\u3400-\u9fff]+")


def syllables(text: str) -> str:
    """Return the pinyin of the Chinese letters of a text, tones marked, syllables parted by spaces.

    A letter whose sound nobody knows has ``-``.

    >>> syllables("3号 乐园"), syllables("Parque")
    ('hào lè yuán', '')
    """
    return " ".join(sound for run in _CHINESE.findall(text) for sound in _sounds(run))


def ruby(text: str) -> Markup:
    """Return a text as safe markup with ruby over its Chinese letters.

    >>> str(ruby("去!"))
    '<ruby>去<rt>qù</rt></ruby>!'
    """
    made, at = [], 0
    for run in _CHINESE.finditer(text):
        made.append(html_text(text[at : run.start()]))
        made += [
            Markup("<ruby>{}<rt>{}</rt></ruby>").format(letter, sound)
            for letter, sound in zip(run.group(), _sounds(run.group()), strict=True)
        ]
        at = run.end()
    return Markup("").join([*made, html_text(text[at:])])


def _sounds(run: str) -> list[str]:
    sounds = _read(run)
    if len(sounds) != len(run):  # a letter outside its dictionaries: then letter by letter, without the company
        sounds = [(_read(letter) or [_UNKNOWN])[0] for letter in run]
    return sounds


def _read(letters: str) -> list[str]:
    teach_names()
    # what it cannot read comes back as it was
    return [_UNKNOWN if _CHINESE.search(sound) else sound for sound in lazy_pinyin(letters, style=Style.TONE)]
