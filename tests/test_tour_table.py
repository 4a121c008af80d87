"""The table of the choice: it explains, holds no formula, and what is written into it holds."""

from functools import cache

import openpyxl
import pytest

from app.planner import Planner
from app.texts import Texts
from app.tour.choose import choose_tour
from app.tour.columns import Column, titles
from app.tour.table import take_choice, write_choice
from geo.errors import InputError, TongquanError
from layers.tour import TourFile, read_tour
from tests.hostile import NAMES, hostile_results
from tests.sample import fresh_copy

ZH = Texts("zh-CN")


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return Planner(fresh_copy(tmp_path_factory.mktemp("tour") / "sample")).results


@pytest.fixture
def district(results):
    """Give the district without a ``tour.toml``."""
    file = TourFile(results.district.folder).file
    file.unlink(missing_ok=True)
    yield results
    file.unlink(missing_ok=True)


def choose(results, texts=ZH):
    return choose_tour(results, read_tour(results.district.folder), texts=texts)


def written(results, path, texts=ZH):
    write_choice(choose(results, texts), results, path, texts=texts)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    names = {name: column for column, name in titles(texts).items()}
    where = {names[cell.value]: cell.column for cell in sheet[1]}
    row_of = {sheet.cell(row, where[Column.ID]).value: row for row in range(2, sheet.max_row + 1)}
    return book, sheet, where, row_of


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_titles_tell_the_columns_apart(lang):
    names = titles(Texts(lang))
    assert len(set(names.values())) == len(names) == len(Column)


def test_the_table_explains_every_place(district, tmp_path):
    tour = choose(district)
    book, sheet, where, row_of = written(district, tmp_path / "choice.xlsx")
    numbers = {key: sheet.cell(row, where[Column.NUMBER]).value for key, row in row_of.items()}
    assert {key: n for key, n in numbers.items() if n is not None} == {sight.id: sight.number for sight in tour.sights}
    for key, row in row_of.items():
        assert isinstance(sheet.cell(row, where[Column.POINTS]).value, int | float)
        assert sheet.cell(row, where[Column.WHY]).value or sheet.cell(row, where[Column.WHY_NOT]).value
        assert (sheet.cell(row, where[Column.WHY_NOT]).value is None) == (numbers[key] is not None)
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref
    assert len(book.worksheets) == 2


def test_a_wish_written_into_the_table_holds(district, tmp_path):
    tour = choose(district)
    taken, added = tour.sights[0], tour.more[-1]
    book, sheet, where, row_of = written(district, tmp_path / "choice.xlsx")
    sheet.cell(row_of[taken.id], where[Column.WISH]).value = "不选"
    row = row_of[added.id]
    cells = {
        Column.WISH: "must",
        Column.TEXT_ZH: '=1+1 "好玩"',
        Column.AGES_OWN: "3–8岁",
        Column.FREE_OWN: "是",
        Column.OPENING_OWN: "周二至周日 9:00-17:00",
    }
    for column, value in cells.items():
        sheet.cell(row, where[column]).value = value
        sheet.cell(row, where[column]).data_type = "s"
    book.save(tmp_path / "edited.xlsx")
    take_choice(tmp_path / "edited.xlsx", district)
    made = choose(district)
    assert taken.id not in {sight.id for sight in made.sights}
    sight = next(sight for sight in made.sights if sight.id == added.id)
    assert (sight.text.zh, sight.ages, sight.free, sight.wish) == ('=1+1 "好玩"', (3, 8), True, "must")
    assert sight.opening.week[0] == ()
    # and the next table shows it, so that feeding that one back changes nothing
    before = read_tour(district.district.folder).file.read_text(encoding="utf-8")
    written(district, tmp_path / "again.xlsx", Texts("en"))
    take_choice(tmp_path / "again.xlsx", district)
    assert read_tour(district.district.folder).file.read_text(encoding="utf-8") == before


def test_a_cleared_wish_is_taken_back_and_names_stay_names(district, tmp_path):
    folder = district.district.folder
    (folder / "tour.toml").write_text('must = ["小鹿动物园", "映荷公园"]  # 点名\nlabel = "甲"\n', encoding="utf-8")
    book, sheet, where, row_of = written(district, tmp_path / "choice.xlsx")
    key = next(sight.id for sight in choose(district).sights if sight.name == "映荷公园")
    sheet.cell(row_of[key], where[Column.WISH]).value = None
    book.save(tmp_path / "edited.xlsx")
    take_choice(tmp_path / "edited.xlsx", district)
    file = read_tour(folder)
    assert (file.must, file.label) == (("小鹿动物园",), "甲")


def test_an_unchanged_table_writes_no_file(district, tmp_path):
    written(district, tmp_path / "choice.xlsx")
    assert not take_choice(tmp_path / "choice.xlsx", district).exists()


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        (Column.ID, "park/way/0", "no place of the district"),
        (Column.WISH, "maybe", "must or never"),
        (Column.AGES_OWN, "old", "two ages"),
        (Column.AGES_OWN, "9-3", "two ages"),
        (Column.FREE_OWN, "sometimes", "yes or no"),
        (Column.OPENING_OWN, "whenever", "opening hours"),
        (Column.TEXT_EN, "only English", "Chinese"),
    ],
)
def test_a_wrong_cell_is_refused_with_row_and_column(district, tmp_path, column, value, said):
    book, sheet, where, _ = written(district, tmp_path / "choice.xlsx")
    sheet.cell(5, where[column]).value = value
    book.save(tmp_path / "edited.xlsx")
    with pytest.raises(InputError, match=rf"row 5, column .*{said}"):
        take_choice(tmp_path / "edited.xlsx", district)
    assert not (district.district.folder / "tour.toml").exists()


def test_a_table_of_another_kind_is_refused(district, tmp_path):
    path = tmp_path / "other.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["名称", "电话"])
    book.save(path)
    with pytest.raises(InputError, match="has no column"):
        take_choice(path, district)
    path.write_bytes(b"PK no workbook")
    with pytest.raises(InputError, match="Excel workbook"):
        take_choice(path, district)
    with pytest.raises(InputError, match="no such file"):
        take_choice(tmp_path / "absent.xlsx", district)


def test_a_column_twice_is_refused(district, tmp_path):
    book, sheet, where, _ = written(district, tmp_path / "choice.xlsx")
    sheet.cell(1, where[Column.NAME]).value = titles(ZH)[Column.WISH]
    book.save(tmp_path / "edited.xlsx")
    with pytest.raises(InputError, match="twice"):
        take_choice(tmp_path / "edited.xlsx", district)


@cache
def hostile_table(path):
    results = hostile_results()
    write_choice(choose(results), results, path, texts=ZH)
    return openpyxl.load_workbook(path)


def test_hostile_names_stay_texts(tmp_path):
    book = hostile_table(tmp_path / "choice.xlsx")
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert all(cell.hyperlink is None for cell in cells)
    assert set(NAMES[:2]) <= {cell.value for cell in cells}


def test_a_table_that_cannot_be_written_says_so(district, tmp_path):
    (tmp_path / "choice.xlsx").mkdir()
    with pytest.raises(TongquanError, match="cannot be written"):
        written(district, tmp_path / "choice.xlsx")
