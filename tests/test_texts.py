"""Every message speaks Chinese, and says the same as in English."""

import string

import pytest
from babel.messages.pofile import read_po

from app.texts import LOCALE_DIR, Texts, catalogue
from geo.errors import CoordinateError, InputError, UnknownIdError
from tests.messages import message_ids


def _fields(text):
    return sorted(
        (name, spec, conversion or "") for _, name, spec, conversion in string.Formatter().parse(text) if name
    )


def test_every_message_is_translated():
    assert sorted(message_ids() - set(catalogue("zh_CN"))) == []


def test_translations_keep_the_fields():
    wrong = [key for key, text in catalogue("zh_CN").items() if _fields(key) != _fields(text)]
    assert wrong == []


def test_an_error_speaks_the_readers_language():
    error = CoordinateError("lon={lon}, lat={lat}: not a number; give decimal degrees", lon="nan", lat=36.4)
    assert Texts("zh-CN").error(error) == "lon=nan, lat=36.4：不是数字；请给十进制度"
    assert Texts("en").error(error) == str(error)


def test_an_unknown_language_is_refused():
    with pytest.raises(UnknownIdError, match="zh-CN"):
        Texts("fr")


def test_a_key_that_looks_like_a_word_is_not_translated():
    assert Texts("zh-CN").gettext("gate") != "gate"
    assert Texts("zh-CN").error(InputError("[{key}] unknown key", key="gate")) == "[gate] 没有这个键"


def test_a_message_has_one_translation_wherever_it_stands():
    found = {}
    for path in sorted(LOCALE_DIR.glob("zh_CN/LC_MESSAGES/*.po")):
        for message in read_po(path.open("rb"), locale="zh_CN"):
            found.setdefault(message.id, set()).add(message.string)
    assert {id_: texts for id_, texts in found.items() if id_ and len(texts) > 1} == {}
