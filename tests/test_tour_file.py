"""``tour.toml``: what it says, what is refused, and how it is edited without losing its author's comments."""

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from geo.errors import SettingsError
from layers.recipe import Theme
from layers.tour import TourFile, read_tour
from layers.touredit import Edit, edit_tour
from layers.tourrules import tour_rules

FULL = """
label = "2026A"
sights = 40
phone = "https://example.org/children.html"
map_number = "审图号 GS(2026)1号"
telephone = "0635-0000000"
publisher = "样例区"
must = ["小鹿动物园"]
never = ["park/way/1"]

[[groups]]
id = "river"
name = { zh-CN = "沿河", en = "River" }
places = ["a", "b"]
at_most = 1

[place."小鹿动物园"]
text = { zh-CN = "看小鹿" }
name_en = "Deer Zoo"
picture = "deer.png"
ages = [3, 12]
free = false
opening = "周二至周日 9:00-17:00"
theme = "play"
star = true
"""


def district(folder, text, picture="deer.png"):
    if picture:
        Image.new("RGB", (64, 48), "#7a5").save(folder / picture)
    (folder / "tour.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_district_without_wishes_takes_the_rules_numbers(tmp_path):
    file = read_tour(tmp_path)
    assert file == TourFile(tmp_path)
    assert file.sights == tour_rules().sights


def test_every_key_is_read(tmp_path):
    file = read_tour(district(tmp_path, FULL))
    assert (file.label, file.sights, file.must, file.never) == ("2026A", 40, ("小鹿动物园",), ("park/way/1",))
    assert file.groups[0].places == ("a", "b")
    own = file.place["小鹿动物园"]
    assert (own.text.zh, own.text.en, own.name_en) == ("看小鹿", "看小鹿", "Deer Zoo")
    assert (own.picture, own.ages, own.free, own.theme, own.star) == (
        tmp_path / "deer.png",
        (3, 12),
        False,
        Theme.PLAY,
        True,
    )


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("sights = 40", "sights = 0", r"\[sights\]"),
        ("sights = 40", "sight = 40", r"\[sight\] unknown key"),
        ('"https://', '"javascript:', r"\[phone\]"),
        ("ages = [3, 12]", "ages = [12, 3]", "ages.*greater"),
        ("周二至周日", "某天", "opening.*Tu-Su"),
        ('theme = "play"', 'theme = "support"', "theme.*learn, tour, play or fit"),
        ("free = false", 'free = "no"', "free.*true or false"),
        ("at_most = 1", "at_most = -1", "at_most"),
        ('picture = "deer.png"', 'picture = "doe.png"', "doe.png.*no such file"),
        ('picture = "deer.png"', 'picture = "../deer.png"', "folder"),
        ('picture = "deer.png"', 'picture = "tour.toml"', "kinds"),
        (
            "[[groups]]",
            '[[groups]]\nid = "river"\nname = { zh-CN = "甲", en = "a" }\nplaces = []\nat_most = 1\n[[groups]]',
            "river.*twice",
        ),
    ],
)
def test_a_fault_names_file_and_key(tmp_path, was, now, said):
    assert was in FULL
    with pytest.raises(SettingsError, match=said) as error:
        read_tour(district(tmp_path, FULL.replace(was, now)))
    assert "tour.toml" in str(error.value)


def test_a_broken_picture_is_refused(tmp_path):
    district(tmp_path, FULL)
    whole = (tmp_path / "deer.png").read_bytes()
    for broken in (b"", b"<svg onload=alert(1)>", whole[: len(whole) // 2], b"GIF89a" + whole):
        (tmp_path / "deer.png").write_bytes(broken)
        with pytest.raises(SettingsError, match=r"deer\.png.*cannot be opened"):
            read_tour(tmp_path)


def test_a_picture_too_large_or_too_small_is_refused(tmp_path):
    district(tmp_path, FULL)
    Image.new("RGB", (64, 2)).save(tmp_path / "deer.png")
    with pytest.raises(SettingsError, match="64 × 2"):
        read_tour(tmp_path)
    (tmp_path / "deer.png").write_bytes(b"\x89PNG" + bytes(tour_rules().picture.most_kib * 1024))
    with pytest.raises(SettingsError, match="KiB"):
        read_tour(tmp_path)


COMMENTED = """# 我们的地图
label = "2026A"  # 每年一版

must = [  # 领导点名
  "小鹿动物园",
]
# 以下是各处
[place."a]b"]  # 湖边
name_en = "Lake"  # 英文组审过
free = true

[[groups]]  # 沿河
id = "river"
name = { zh-CN = "沿河", en = "River" }
places = ["x"]
at_most = 1
"""


def test_an_edit_keeps_comments_and_everything_else():
    edit = Edit(
        {"must": [("小鹿动物园", ""), ("park/way/2", "湖\n公园")], "never": [("park/way/3", "")]},
        {"a]b": {"name_en": "Lake", "ages": [3, 9]}, "c": {"text": {"zh-CN": '好"玩\\'}}},
        {"c": "丙"},
    )
    text = edit_tour(COMMENTED, edit)
    for comment in (
        "# 我们的地图",
        "# 每年一版",
        "# 以下是各处",
        "# 湖边",
        "# 英文组审过",
        "# 沿河",
        "# 湖 公园",
        "# 丙",
    ):
        assert comment in text
    made = tomllib.loads(text)
    assert made["must"] == ["小鹿动物园", "park/way/2"]
    assert made["never"] == ["park/way/3"]
    assert made["place"] == {"a]b": {"name_en": "Lake", "ages": [3, 9]}, "c": {"text": {"zh-CN": '好"玩\\'}}}
    assert made["groups"] == tomllib.loads(COMMENTED)["groups"]


def test_a_file_that_needs_no_change_is_not_touched():
    assert edit_tour(COMMENTED, Edit({"must": [("小鹿动物园", "")], "never": []}, {}, {})) == COMMENTED


KEYS = st.text(min_size=1, max_size=6)
PLACES = st.dictionaries(
    KEYS, st.fixed_dictionaries({}, optional={"free": st.booleans(), "name_en": st.text(max_size=6)}), max_size=3
)
LISTS = st.lists(st.tuples(KEYS, st.text(max_size=6)), max_size=3)
INLINE = 'must = ["x"]\nplace = { a = { free = true } }\n'
DEEP = '[place.a]\nfree = true\n[place.a.text]\nzh-CN = "甲"\n'


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["", COMMENTED, INLINE, DEEP, FULL]), LISTS, LISTS, PLACES)
def test_whatever_is_wished_stands_in_the_file_afterwards(text, must, never, places):
    # letters that no text file holds
    def clean(value):
        return "".join(c for c in value if not 0xD800 <= ord(c) <= 0xDFFF)

    must, never = ([(clean(key), clean(name)) for key, name in entries] for entries in (must, never))
    places = {
        clean(key): {k: clean(v) if isinstance(v, str) else v for k, v in own.items()} for key, own in places.items()
    }
    made = tomllib.loads(edit_tour(text, Edit({"must": must, "never": never}, places, {})))
    before = tomllib.loads(text)
    assert made.get("must", []) == [key for key, _ in must]
    assert made.get("never", []) == [key for key, _ in never]
    assert made.get("place", {}) == {key: own for key, own in {**before.get("place", {}), **places}.items() if own}
    assert made.get("groups") == before.get("groups")
