"""What every kind of book does alike: in a file, in memory, and open in an office program."""

import io
from decimal import Decimal

import excel_model
import openpyxl
import pytest
from live_office import LiveOffice, why_missing

from xlprocess.books.book import Area, CellWrite, Ref
from xlprocess.books.file import FileBook
from xlprocess.books.live import LiveBook
from xlprocess.books.note_text import MARK, SEPARATOR
from xlprocess.books.openpyxl import OpenpyxlBook
from xlprocess.desktop.excel import Excel
from xlprocess.pipeline import annotate_book, check_book, clear_book

KINDS = ("file", "openpyxl", "libreoffice", "excel")
MONEY, LIST = "收支情况", "检查结果"
OURS = f"{MARK}\n错误 R101 少 79.97。\u3000"
OTHER = f"{MARK}\n警告 R301 超编。\u3000"


@pytest.fixture(scope="module")
def office(missing):
    reason = why_missing()
    if reason is not None:
        missing(reason)
    running = LiveOffice()
    yield running
    running.stop()


@pytest.fixture(params=KINDS)
def opened(request):
    """Opens the bytes of a file as a book of each kind."""
    if request.param == "file":
        yield lambda data: FileBook.open(data, "x.xlsx")
    elif request.param == "openpyxl":
        yield lambda data: OpenpyxlBook(openpyxl.load_workbook(io.BytesIO(data)))
    elif request.param == "excel":
        yield in_excel
    else:
        office = request.getfixturevalue("office")
        yield office.live
        office.close_all()


def in_excel(data):
    """A stand-in for Excel, which calculates nothing."""
    book, _ = excel_model.opened(data)
    return LiveBook(book, Excel(book, excel_model.ComError), "x.xlsx")


@pytest.fixture
def simple(make, opened):
    return opened(make.simple())


def written(book, sheet, ref):
    """Value and formula of a cell; the value of a formula is the office program's business, and no file of openpyxl has it."""
    read = book.sheet(sheet)
    formula = read.formulas.get(ref)
    return read.value(*ref) if formula is None else f"={formula.text}"


def test_reads_the_same_cells(simple):
    sheet = simple.sheet(MONEY)
    assert [sheet.value(*at) for at in ((1, 1), (2, 2), (3, 3), (9, 9))] == ["单位", "文 本", 5, None]
    assert {ref: formula.text for ref, formula in sheet.formulas.items()} == {Ref(4, 4): "C3+1"}
    assert simple.sheet_names() == [MONEY, "O'Neil"]
    with pytest.raises(KeyError):
        simple.sheet("没有")


def test_reads_merged_blocks_hidden_sheets_and_empty_ones(make, opened):
    def build(book):
        sheet = book.add_worksheet(MONEY)
        sheet.merge_range("B2:D3", "合并")
        sheet.merge_range("A5:A6", "又一处")
        sheet.merge_range("B5:B6", "同样的")
        book.add_worksheet("空").hide()

    book = opened(make.written(build))
    assert sorted(book.sheet(MONEY).merged) == [(Ref(2, 2), Ref(3, 4)), (Ref(5, 1), Ref(6, 1)), (Ref(5, 2), Ref(6, 2))]
    empty = book.sheet("空")
    assert (empty.rows, list(empty.merged), empty.hidden, empty.value(1, 1)) == ([], [], True, None)


def test_reads_dates_percentages_and_texts_that_look_like_formulas(make, opened):
    import datetime as dt

    def build(book):
        sheet = book.add_worksheet(MONEY)
        sheet.write_datetime("A1", dt.datetime(2022, 6, 30), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write("B1", 0.95, book.add_format({"num_format": "0.00%"}))
        sheet.write("B2", 0.95)
        sheet.write("B3", 0.9, book.add_format({"num_format": "0%"}))
        sheet.write_string("C1", "=1+1")
        sheet.write_string("C2", "007")
        for row, code in enumerate(("000000", "000000_ ;@", "0", "0.00", "000-000"), 3):
            sheet.write(row - 1, 2, 12345, book.add_format({"num_format": code}))

    book = opened(make.written(build))
    sheet = book.sheet(MONEY)
    assert (sheet.value(1, 1).year, sheet.value(1, 1).month, sheet.value(1, 1).day) == (2022, 6, 30)
    assert (sheet.value(1, 3), sheet.value(2, 3), sheet.formulas) == ("=1+1", "007", {})
    assert book.percent_cells(MONEY, [Ref(1, 2), Ref(2, 2), Ref(3, 2), Ref(9, 9)]) == {Ref(1, 2), Ref(3, 2)}
    assert book.padded_cells(MONEY, [Ref(r, c) for r in (1, 2, 3, 4, 5, 6, 7, 9) for c in (2, 3)]) == {Ref(3, 3): 6, Ref(4, 3): 6}


def test_reads_names_and_notes(simple):
    assert simple.names() == {
        "total": Area(MONEY, Ref(2, 2), Ref(2, 2)),
        "block": Area("O'Neil", Ref(1, 1), Ref(3, 2)),
    }
    assert simple.notes() == {(MONEY, Ref(2, 2)): "人写的"}
    assert simple.threads() == set()


@pytest.mark.parametrize(
    ("value", "formula", "expected"),
    [
        (Decimal("1032.52"), None, 1032.52),
        (35, None, 35),
        ("=1+2", None, "=1+2"),
        ("507001", None, "507001"),
        ("+86", None, "+86"),
        (Decimal("12.5"), "C3*2.5", "=C3*2.5"),
        (None, 'IF(C3="","","有,;!")', '=IF(C3="","","有,;!")'),
        (Decimal(5), "SUM(C3:C4,'O''Neil'!$A$1)", "=SUM(C3:C4,'O''Neil'!$A$1)"),
    ],
)
def test_writes_a_value_or_a_formula(simple, make, value, formula, expected):
    simple.apply(make.changes([CellWrite(MONEY, Ref(7, 2), value, formula)]))
    assert written(simple, MONEY, Ref(7, 2)) == expected


def test_writes_formulas_that_follow_each_other_and_others_between_them(simple, make):
    wanted = {Ref(6, 5): "C3*6", Ref(7, 5): "C3*7", Ref(9, 5): "C3*9", Ref(7, 6): "C3*76", Ref(8, 5): None}
    simple.apply(make.changes([CellWrite(MONEY, ref, Decimal(1), text) for ref, text in wanted.items()]))
    assert {ref: written(simple, MONEY, ref) for ref in wanted} == {r: f"={t}" if t else 1 for r, t in wanted.items()}


def test_a_note_of_ours_comes_changes_and_goes(simple, make):
    place = (MONEY, Ref(4, 4))
    for text in (OURS, OTHER, None):
        simple.apply(make.changes(notes={place: text}))
        assert simple.notes().get(place) == text
    assert simple.notes() == {(MONEY, Ref(2, 2)): "人写的"}


def test_ours_stands_below_a_persons_note_and_leaves_it_as_it_was(simple, make):
    place = (MONEY, Ref(2, 2))
    simple.apply(make.changes(notes={place: OURS}))
    assert simple.notes()[place] == f"人写的\n{SEPARATOR}\n{OURS}"
    simple.apply(make.changes(notes={place: None}))
    assert simple.notes()[place] == "人写的"


def test_what_cannot_be_done_changes_nothing(simple, make):
    good = CellWrite(MONEY, Ref(3, 3), Decimal(9))
    for bad, error in (
        (make.changes([good, CellWrite("没有", Ref(1, 1), 1)]), KeyError),
        (make.changes([good], {("没有", Ref(1, 1)): OURS}), KeyError),
        (make.changes([good], {(MONEY, Ref(1, 1)): "没有标记"}), ValueError),
    ):
        with pytest.raises(error):
            simple.apply(bad)
    assert (simple.sheet(MONEY).value(3, 3), len(simple.notes())) == (5, 1)


def test_properties_come_change_and_go(simple, make):
    simple.apply(make.changes(properties={"xlprocess.a": "1", "乙": "二"}))
    simple.apply(make.changes(properties={"xlprocess.a": "2", "乙": None}))
    assert simple.properties() == {"xlprocess.a": "2"}


def test_the_list_comes_changes_and_goes(simple, make):
    simple.apply(make.changes(results=make.result_list(count=3)))
    sheet = simple.sheet(LIST)
    assert [sheet.value(1, 1), sheet.value(4, 1), sheet.value(4, 2), sheet.value(4, 3)] == [
        "检查结果",
        "错误",
        f"{MONEY}!B2",
        "=不是公式\n第二行",
    ]
    assert (sheet.formulas, list(sheet.merged)) == ({}, [(Ref(1, 1), Ref(1, 4))])
    assert simple.names()["检查结果_清单"] == Area(LIST, Ref(4, 1), Ref(6, 4))
    simple.apply(make.changes(results=make.result_list(count=1)))
    assert (simple.sheet(LIST).value(4, 1), simple.sheet(LIST).value(5, 1)) == ("错误", None)
    assert simple.names()["检查结果_清单"] == Area(LIST, Ref(4, 1), Ref(4, 4))
    simple.apply(make.changes(results=make.no_list))
    assert simple.sheet_names() == [MONEY, "O'Neil"]
    assert set(simple.names()) == {"total", "block"}


def test_a_run_finds_the_same_in_every_book_and_a_second_one_nothing_new(opened, sample):
    book = opened(sample)
    checked = check_book(book, "x.xlsx")
    alone = check_book(FileBook.open(sample, "x.xlsx"), "x.xlsx")
    assert [(f.rule, f.where, f.message) for f in checked.findings] == [(f.rule, f.where, f.message) for f in alone.findings]
    annotate_book(book, checked)
    notes = book.notes()
    assert all(text.startswith(MARK) for text in notes.values())
    assert set(notes) == {(f.where.sheet, f.where.ref) for f in alone.findings if f.where.ref}
    again = check_book(book, "x.xlsx")
    assert [(f.rule, f.message) for f in again.findings] == [(f.rule, f.message) for f in alone.findings]
    annotate_book(book, again)
    assert book.notes() == notes
    clear_book(book, "x.xlsx")
    assert book.notes() == {}
    assert book.sheet(LIST).value(2, 1) == "尚未检查。"
