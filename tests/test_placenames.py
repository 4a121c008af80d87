"""Names of places: two spellings of one name are read as one, two names stay two."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypinyin import pinyin

from layers.namerules import name_rules
from layers.placenames import NameReader

PREFIXES = ["山东省", "聊城市", "东昌府区", "柳园街道"]
READER = NameReader(PREFIXES)

SAME = [
    ("第一小学", "一小"),
    ("第一小学", "第1小学"),
    ("第一小学", "第０１小学"),
    ("第二十三中学", "23中"),
    ("实验二小", "第二实验小学"),
    ("青云幼儿园", "青雲幼稚園"),
    ("青云小学", "青云小学校"),
    ("青云小学", "青 云·小学"),
    ("青云初级中学", "青云初中"),
    ("青云高级中学", "青云高中"),
    ("清溪大学附属小学", "清溪附小"),
    ("阳光花园幼儿园", "阳光花园的幼儿园"),
    ("山东省聊城市东昌府区青云小学", "青云小学"),
    ("聊城市第三中学", "聊城三中"),
    ("堂邑镇中心小学", "堂邑中心小学"),
    ("李庄村小学", "李庄小学"),
    ("ＡＢＣ幼儿园", "abc幼儿园"),
    ("二十里铺小学", "20里铺小学"),
    ("C.E.I.P. Las Canteras", "CEIP LAS CANTERAS"),
    ("Museo Néstor", "museo nestor"),
    ("Plaza del Obispo Codina", "Plaza Obispo Codina"),
    ("新纺街振兴路口(公交站)", "新纺街振兴路口公交站"),
]
DIFFERENT = [
    ("第一小学", "第二小学"),
    ("第一小学", "第十一小学"),
    ("青云小学", "青云中学"),
    ("青云初级中学", "青云高级中学"),
    ("三里庄小学", "五里庄小学"),
    ("实验小学", "第一实验小学"),
    ("实验小学", "中心小学"),
    ("八一小学", "第八十一小学"),
    ("花园小学", "小学"),
    ("大学路小学", "小学"),
    ("市民广场", "广场"),
]
BRANCHES = [
    ("青云小学", ""),
    ("青云小学（东校区）", "东"),
    ("青云小学东校", "东"),
    ("青云小学【西校区】", "西"),
    ("青云幼儿园分园", "分"),
    ("青云小学总校", "总"),
    ("青云小学（本部）", "总"),
    ("新世纪影城(人民广场店)", "人民广场"),
    ("新世纪影城人民广场店", "人民广场"),
    ("圆明园东门", "东门"),
    ("迎薰门", ""),
    ("青云小学（原城关小学）", ""),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_spellings_have_one_key(one, other):
    assert READER.read(one).key == READER.read(other).key


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_two_names_have_two_keys(one, other):
    assert READER.read(one).key != READER.read(other).key


@pytest.mark.parametrize(("name", "branch"), BRANCHES)
def test_a_branch_is_told(name, branch):
    assert READER.read(name).branch == branch


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("青云小学附属幼儿园", "kindergarten"),
        ("青云小学图书馆", "library"),
        ("柳园社区卫生服务中心", "health_centre"),
        ("柳园社区卫生服务站", "health_station"),
        ("清溪大学附属中学", "middle"),
        ("Parque Infantil Doramas", "playground"),
    ],
)
def test_the_kind_is_what_the_place_itself_is(name, kind):
    assert READER.read(name).kinds == {kind}


def test_what_only_says_its_kind_is_no_name():
    assert [READER.read(name).is_bare for name in ("公厕", "Parque infantil", "幼儿园")] == [True] * 3
    assert not READER.read("青云幼儿园").is_bare


def test_owner_and_town_are_told_apart():
    read = READER.read("聊城市东昌府区柳园街道青云小学")
    assert read.owner == (("city", "聊城"), ("district", "东昌府"))
    assert read.areas == ("柳园",)
    assert read.own == "青云"


def test_an_area_is_recognised_without_being_given():
    read = NameReader().read("江苏省苏州市吴中区木渎镇青云小学")
    assert read.owner == (("province", "江苏"), ("city", "苏州"), ("district", "吴中"))
    assert read.areas == ("木渎",)


@pytest.mark.parametrize("name", ["", None, "（）", "·", "   "])
def test_nothing_is_no_name(name):
    assert READER.read(name) is None


def test_traditional_and_simplified_characters_sound_alike():
    """Each pair of the table is one character in two forms, so it has a pronunciation in common."""
    rules = name_rules()
    pairs = zip(rules.traditional, rules.simplified, strict=True)
    wrong = [a + b for a, b in pairs if not set(pinyin(a, heteronym=True)[0]) & set(pinyin(b, heteronym=True)[0])]
    assert wrong == []


def test_no_traditional_character_stands_twice():
    assert len(set(name_rules().traditional)) == len(name_rules().traditional)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text(max_size=40))
def test_any_text_can_be_read(text):
    read = READER.read(text)
    assert read is None or READER.read(text) == read


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.integers(1, 99), st.sampled_from(["小学", "中学", "幼儿园"]))
def test_a_number_is_read_in_digits_and_in_chinese(number, kind):
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    chinese = (digits[tens] if tens > 1 else "") + ("十" if tens else "") + (digits[ones] if ones else "")
    names = [f"第{number}{kind}", f"第{number:03}{kind}", f"第{chinese}{kind}", f"{chinese}{kind}"]
    assert {READER.read(name).key for name in names} == {READER.read(names[0]).key}
    assert READER.read(names[0]).numbers == {number}
