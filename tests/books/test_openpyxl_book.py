"""The book over a workbook that a program holds in openpyxl."""

import datetime as dt
import io
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.packaging.custom import BoolProperty, IntProperty, StringProperty
from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from xlprocess.books.book import Area, CellWrite, Changes, Formula, Link, ListCell, Ref, ResultList
from xlprocess.books.file import FileBook
from xlprocess.books.note_text import MARK, SEPARATOR, merge, persons_part
from xlprocess.books.openpyxl import OpenpyxlBook
from xlprocess.errors import Unreadable

OURS = f"{MARK}\n错误 R101 收入合计 952.55，各分项之和 1032.52，少 79.97\n　可能原因：合计未含上年结转\n　处理：更正合计"
OTHER = f"{MARK}\n警告 R101 实有人数多于编制"


@pytest.fixture
def workbook():
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "收支情况"
    sheet["B2"] = "收入合计"
    sheet["C2"] = 952.55
    sheet["D4"] = "=SUM(C2:C3)"
    sheet["C4"] = "—"
    sheet["C4"].comment = Comment("请核对", "张三")
    workbook.create_sheet("基本概况")
    return workbook


@pytest.fixture
def book(workbook):
    return OpenpyxlBook(workbook)


def changes(cells=(), notes=None, results=None, properties=None):
    return Changes(list(cells), notes or {}, results, properties or {})


def results(rows=None, **given):
    content = {
        "sheet": "检查结果",
        "rows": rows
        if rows is not None
        else [
            [ListCell("检查结果", "title"), ListCell(None, "title")],
            [ListCell("规则", "head"), ListCell("位置", "head")],
            [ListCell("R101", "error"), ListCell(Link("收支情况!C2", "收支情况", Ref(2, 3)), "link")],
            [ListCell("=说明", "input"), ListCell("", "muted")],
        ],
        "heights": [30.0, None, None, None],
        "widths": [12.0, 24.0],
        "merged": [(Ref(1, 1), Ref(1, 2))],
        "filter": (Ref(2, 1), Ref(4, 2)),
        "frozen_rows": 2,
        "hidden_columns": [2],
        "names": {"xlp.results": (Ref(3, 1), Ref(4, 2))},
    }
    return ResultList(**content | given)


def saved(workbook):
    """Every part but the one that holds the time of saving."""
    workbook.save(io.BytesIO())  # openpyxl settles some attributes when it saves
    out = io.BytesIO()
    workbook.save(out)
    with zipfile.ZipFile(out) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name != "docProps/core.xml"}


def note(book, sheet, ref):
    return book.notes().get((sheet, ref))


# reading


def test_reads_values_from_the_first_used_cell(book):
    sheet = book.sheet("收支情况")
    assert (sheet.top, sheet.left) == (2, 2)
    assert sheet.rows == [["收入合计", 952.55], [None, None], [None, "—"]]
    assert sheet.value(2, 3) == 952.55
    assert sheet.value(4, 4) is None


def test_reads_an_empty_sheet(book):
    sheet = book.sheet("基本概况")
    assert (sheet.top, sheet.left, sheet.rows, sheet.formulas, sheet.merged) == (1, 1, [], {}, [])


def test_a_formula_has_no_value(book):
    assert book.sheet("收支情况").formulas == {Ref(4, 4): Formula("SUM(C2:C3)", has_value=False)}


def test_reads_array_and_data_table_formulas(book, workbook):
    workbook["基本概况"]["A1"] = ArrayFormula("A1:A2", "=B1:B2*2")
    workbook["基本概况"]["C1"] = DataTableFormula("C1:C3", r1="A1")
    assert book.sheet("基本概况").formulas == {Ref(1, 1): Formula("B1:B2*2", False), Ref(1, 3): Formula("", False)}


def test_reads_values_of_a_workbook_loaded_without_formulas(tmp_path):
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as made:
        made.add_worksheet("表").write_formula("A1", "=1+2", None, 3)
    sheet = OpenpyxlBook(openpyxl.load_workbook(tmp_path / "a.xlsx", data_only=True)).sheet("表")
    assert (sheet.rows, sheet.formulas) == ([[3]], {})


def test_reads_every_kind_of_value(book, workbook):
    row = [
        "文字",
        3,
        2.5,
        True,
        dt.datetime(2022, 6, 30),
        dt.time(9),
        dt.timedelta(hours=1),
        Decimal("5.374"),
        "",
        "#REF!",
    ]
    for column, value in enumerate(row, start=1):
        workbook["基本概况"].cell(1, column).value = value
    workbook["基本概况"]["K1"] = CellRichText("a", TextBlock(InlineFont(b=True), "b"))
    read = book.sheet("基本概况").rows[0]
    assert read == [*row[:7], 5.374, None, "#REF!", "ab"]
    assert type(read[-1]) is str


def test_a_text_that_looks_like_a_formula_is_a_text(book, workbook):
    workbook["基本概况"]["A1"] = "=1+2"
    workbook["基本概况"]["A1"].data_type = "s"
    sheet = book.sheet("基本概况")
    assert (sheet.rows, sheet.formulas) == ([["=1+2"]], {})


def test_reading_creates_no_cells(book, workbook):
    workbook["基本概况"]["XFD1048576"] = 1
    assert book.sheet("基本概况").rows == [[1]]
    book.notes()
    assert len(workbook["基本概况"]._cells) == 1


def test_refuses_cells_that_lie_too_far_apart(workbook):
    workbook["基本概况"]["A1"] = workbook["基本概况"]["XFD1048576"] = 1
    with pytest.raises(Unreadable) as refused:
        OpenpyxlBook(workbook, "a.xlsx").sheet("基本概况")
    assert refused.value.kind == "over_limit"
    assert refused.value.message == (
        "无法处理 a.xlsx：工作表「基本概况」的内容相距太远，范围过大。请删除填报内容以外多余的单元格后再运行。"
    )


def test_reads_merged_hidden_and_sheet_names(book, workbook):
    workbook["基本概况"].merge_cells("C3:D4")
    workbook["基本概况"].merge_cells("A1:B1")
    workbook["基本概况"].sheet_state = "hidden"
    workbook.create_chartsheet("图")
    sheet = book.sheet("基本概况")
    assert sheet.merged == [(Ref(1, 1), Ref(1, 2)), (Ref(3, 3), Ref(4, 4))]
    assert sheet.hidden
    assert book.sheet_names() == ["收支情况", "基本概况"]


@pytest.mark.parametrize("name", ["没有", "图"])
def test_a_sheet_that_is_not_there_is_a_key_error(book, workbook, name):
    workbook.create_chartsheet("图")
    with pytest.raises(KeyError):
        book.sheet(name)


def test_reads_names_that_point_at_a_cell_or_block(book, workbook):
    for name, text in {
        "cell": "收支情况!$C$2",
        "block": "'收支情况'!$B$2:$C$4",
        "relative": "收支情况!C2",
        "broken": "#REF!",
        "gone": "别的表!$A$1",
        "external": "[1]收支情况!$A$1",
        "two": "收支情况!$A$1,收支情况!$B$2",
        "column": "收支情况!$A:$A",
        "formula": "SUM(收支情况!$A$1)",
        "number": "5",
        "off": "收支情况!$A$9999999",
    }.items():
        workbook.defined_names[name] = DefinedName(name, attr_text=text)
    workbook["收支情况"].defined_names["local"] = DefinedName("local", attr_text="收支情况!$A$1")
    assert book.names() == {
        "cell": Area("收支情况", Ref(2, 3), Ref(2, 3)),
        "block": Area("收支情况", Ref(2, 2), Ref(4, 3)),
        "relative": Area("收支情况", Ref(2, 3), Ref(2, 3)),
    }


def test_reads_properties_as_texts(book, workbook):
    for held in (StringProperty("a", "文"), IntProperty("b", 3), BoolProperty("c", True)):
        workbook.custom_doc_props.append(held)
    assert book.properties() == {"a": "文", "b": "3", "c": "true"}


def test_tells_percent_cells(book, workbook):
    sheet = workbook["基本概况"]
    for place, form in {"A1": "0.00%", "A2": "0.00", "A3": '0"%"', "A4": "0\\%", "A5": "[Red]0%"}.items():
        sheet[place].number_format = form
    refs = [Ref(row, 1) for row in range(1, 8)]
    assert book.percent_cells("基本概况", refs) == {Ref(1, 1), Ref(5, 1)}
    assert Ref(7, 1) not in sheet._cells


def test_tells_notes_from_threads(book, workbook):
    workbook["基本概况"]["A1"].comment = Comment("[Threaded comment]\n\nYour version of Excel…\n\nComment:\n    好", "x")
    workbook["基本概况"]["A2"].comment = Comment("[线程批注]\n\n你的 Excel 版本…", "x")
    workbook["基本概况"]["A3"].comment = Comment("别的语言", "tc={12345678-0000-0000-0000-000000000000}")
    assert book.notes() == {("收支情况", Ref(4, 3)): "请核对"}
    assert book.threads() == {("基本概况", Ref(row, 1)) for row in (1, 2, 3)}


# cells


@pytest.mark.parametrize(
    ("value", "stored", "kind"),
    [
        (Decimal("1032.52"), 1032.52, "n"),
        (Decimal("10.00"), 10, "n"),
        (35, 35, "n"),
        (None, None, "n"),
        ("=1+2", "=1+2", "s"),
        ("+86", "+86", "s"),
        ("-", "-", "s"),
        ("@x", "@x", "s"),
        ("#N/A", "#N/A", "s"),
        ("a\x07b", "ab", "s"),
        ("507001", "507001", "s"),
    ],
)
def test_writes_a_value_and_keeps_the_style(book, workbook, value, stored, kind):
    workbook["收支情况"]["C2"].font = Font(bold=True)
    workbook["收支情况"]["C2"].number_format = "0.00%"
    book.apply(changes([CellWrite("收支情况", Ref(2, 3), value)]))
    cell = workbook["收支情况"]["C2"]
    assert (cell.value, cell.data_type, cell.font.b, cell.number_format) == (stored, kind, True, "0.00%")


def test_a_text_that_looks_like_a_formula_survives_saving(book, workbook):
    book.apply(changes([CellWrite("收支情况", Ref(9, 1), "=1+2")]))
    out = io.BytesIO()
    workbook.save(out)
    again = OpenpyxlBook(openpyxl.load_workbook(out)).sheet("收支情况")
    assert again.value(9, 1) == "=1+2"
    assert Ref(9, 1) not in again.formulas


def test_writes_a_formula(book, workbook):
    book.apply(changes([CellWrite("收支情况", Ref(5, 4), Decimal("1032.52"), "C2+C3")]))
    assert (workbook["收支情况"]["D5"].value, workbook["收支情况"]["D5"].data_type) == ("=C2+C3", "f")
    assert book.sheet("收支情况").formulas[Ref(5, 4)] == Formula("C2+C3", has_value=False)


def test_writes_into_the_first_cell_of_a_merged_block(book, workbook):
    workbook["基本概况"].merge_cells("B2:C3")
    book.apply(changes([CellWrite("基本概况", Ref(3, 3), 1)], {("基本概况", Ref(2, 3)): OURS}))
    assert workbook["基本概况"]["B2"].value == 1
    assert workbook["基本概况"]["B2"].comment.text == OURS


def test_a_sheet_that_is_not_there_changes_nothing(book, workbook):
    before = saved(workbook)
    with pytest.raises(KeyError):
        book.apply(changes([CellWrite("收支情况", Ref(2, 3), 1), CellWrite("没有", Ref(1, 1), 1)]))
    with pytest.raises(KeyError):
        book.apply(changes([CellWrite("收支情况", Ref(2, 3), 1)], {("没有", Ref(1, 1)): OURS}))
    with pytest.raises(ValueError, match="a note of ours"):
        book.apply(changes([CellWrite("收支情况", Ref(2, 3), 1)], {("收支情况", Ref(1, 1)): "没有标记"}))
    assert saved(workbook) == before


# notes


def test_a_note_of_ours_comes_changes_and_goes(book, workbook):
    place = ("收支情况", Ref(2, 3))
    book.apply(changes(notes={place: OURS}))
    assert note(book, *place) == OURS
    assert workbook["收支情况"]["C2"].comment.author == "绩效自评检查"
    book.apply(changes(notes={place: OTHER}))
    assert note(book, *place) == OTHER
    book.apply(changes(notes={place: None}))
    assert workbook["收支情况"]["C2"].comment is None


def test_a_persons_note_stays_first_and_untouched(book, workbook):
    place = ("收支情况", Ref(4, 3))
    book.apply(changes(notes={place: OURS}))
    assert note(book, *place) == f"请核对\n{SEPARATOR}\n{OURS}"
    assert workbook["收支情况"]["C4"].comment.author == "张三"
    book.apply(changes(notes={place: None}))
    assert note(book, *place) == "请核对"


def test_what_a_person_writes_below_ours_moves_above_it(book, workbook):
    place = ("收支情况", Ref(2, 3))
    book.apply(changes(notes={place: OURS}))
    workbook["收支情况"]["C2"].comment.text += "\n已与财务核对"
    book.apply(changes(notes={place: OTHER}))
    assert note(book, *place) == f"已与财务核对\n{SEPARATOR}\n{OTHER}"


def test_a_cell_that_is_not_named_keeps_its_note(book):
    book.apply(changes(notes={("收支情况", Ref(2, 3)): OURS}))
    book.apply(changes())
    assert note(book, "收支情况", Ref(2, 3)) == OURS
    assert note(book, "收支情况", Ref(4, 3)) == "请核对"


def test_nothing_is_written_behind_a_thread(book, workbook):
    text = "[Threaded comment]\n\n…"
    workbook["基本概况"]["A1"].comment = Comment(text, "tc={1}")
    book.apply(changes(notes={("基本概况", Ref(1, 1)): OURS}))
    assert workbook["基本概况"]["A1"].comment.text == text


def test_taking_away_no_note_creates_no_cell(book, workbook):
    book.apply(changes(notes={("基本概况", Ref(5, 5)): None, ("没有", Ref(1, 1)): None}))
    assert not workbook["基本概况"]._cells


@pytest.mark.parametrize(
    ("existing", "ours", "merged"),
    [
        (None, None, None),
        (None, OURS, OURS),
        (OURS, None, None),
        (OURS, OTHER, OTHER),
        ("请核对", None, "请核对"),
        ("请核对", OURS, f"请核对\n{SEPARATOR}\n{OURS}"),
        (f"请核对\n{SEPARATOR}\n{OURS}", OTHER, f"请核对\n{SEPARATOR}\n{OTHER}"),
        (f"请核对\n{SEPARATOR}\n{OURS}", None, "请核对"),
        (f"{OURS}\n已核对", OTHER, f"已核对\n{SEPARATOR}\n{OTHER}"),
        (f"第一行\n{SEPARATOR}\n{OURS}\n第二行", None, "第一行\n第二行"),
        ("错误 R101 是我写的", OURS, f"错误 R101 是我写的\n{SEPARATOR}\n{OURS}"),
        (f"末尾空行\n\n{SEPARATOR}\n{OURS}", None, "末尾空行\n"),
        (f"张三:\n{SEPARATOR}", OURS, f"张三:\n{SEPARATOR}\n{SEPARATOR}\n{OURS}"),
    ],
)
def test_merges_the_text_of_a_note(existing, ours, merged):
    assert merge(existing, ours) == merged
    assert merge(merged, ours) == merged
    assert persons_part(merged) == persons_part(existing)


# the list and the properties


def test_writes_the_list(book, workbook):
    book.apply(changes(results=results()))
    sheet = workbook["检查结果"]
    assert workbook.sheetnames[-1] == "检查结果"
    assert [[c.value for c in row] for row in sheet["A2:B4"]] == [
        ["规则", "位置"],
        ["R101", "收支情况!C2"],
        ["=说明", None],
    ]
    assert (sheet["A4"].data_type, sheet["A4"].protection.locked, sheet["A4"].number_format) == ("s", False, "@")
    assert sheet["B3"].hyperlink.location == "'收支情况'!C2"
    assert (sheet["A2"].font.b, sheet["A2"].fill.fgColor.rgb) == (True, "FF2F5C8F")
    assert (sheet.row_dimensions[1].height, sheet.column_dimensions["A"].width) == (30.0, 12.0)
    assert (sheet.column_dimensions["A"].hidden, sheet.column_dimensions["B"].hidden) == (False, True)
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A3", "A2:B4")
    assert book.sheet("检查结果").merged == [(Ref(1, 1), Ref(1, 2))]
    assert book.names()["xlp.results"] == Area("检查结果", Ref(3, 1), Ref(4, 2))


def test_the_list_replaces_what_stood_there_and_keeps_a_persons_note(book, workbook):
    book.apply(changes(results=results()))
    sheet = workbook["检查结果"]
    sheet["H40"] = "旧"
    sheet["C9"].comment = Comment("人写的", "张三")
    sheet.print_title_rows = "1:2"
    book.apply(changes(results=results([[ListCell("没有发现问题", "text")]], merged=[], filter=None, heights=[], frozen_rows=0)))
    assert book.sheet("检查结果").rows == [["没有发现问题"]]
    assert (book.sheet("检查结果").merged, sheet.auto_filter.ref, sheet.freeze_panes) == ([], None, None)
    assert note(book, "检查结果", Ref(9, 3)) == "人写的"
    assert sheet.print_title_rows == "$1:$2"


def test_an_empty_list_takes_away_the_sheet_that_we_added(book, workbook):
    before = saved(workbook)
    book.apply(changes(results=results()))
    book.apply(changes(results=results([], merged=[], filter=None, names={}, heights=[], widths=[], hidden_columns=[])))
    after = saved(workbook)
    assert after | {"xl/styles.xml": before["xl/styles.xml"]} == before  # openpyxl forgets no style


def test_an_empty_list_only_empties_a_sheet_that_was_there(book, workbook):
    workbook.create_sheet("检查结果", 0)["A1"] = "旧"
    book.apply(changes(results=results([], merged=[], filter=None, names={}, heights=[], widths=[], hidden_columns=[])))
    assert workbook.sheetnames[0] == "检查结果"
    assert book.sheet("检查结果").rows == []


def test_sets_and_removes_properties(book, workbook):
    book.apply(changes(properties={"xlp.mark": "1", "xlp.other": "2"}))
    book.apply(changes(properties={"xlp.mark": "3", "xlp.other": None, "xlp.never": None}))
    assert book.properties() == {"xlp.mark": "3"}


def test_the_same_changes_twice_leave_the_workbook_equal(book, workbook):
    same = changes(
        [CellWrite("收支情况", Ref(2, 3), Decimal("1032.52")), CellWrite("收支情况", Ref(3, 4), Decimal(1), "C2-C3")],
        {("收支情况", Ref(2, 3)): OURS, ("收支情况", Ref(4, 3)): OTHER, ("收支情况", Ref(2, 2)): None},
        results(),
        {"xlp.mark": "1"},
    )
    book.apply(same)
    once = saved(workbook)
    book.apply(same)
    assert saved(workbook) == once


# the same as a file


def looks(cell):
    font, alignment = cell.font, cell.alignment
    return (
        (font.name, font.sz, bool(font.b), font.u, font.color.rgb, font.charset),
        (cell.fill.patternType, cell.fill.fgColor.rgb if cell.fill.patternType else None),
        (cell.border.left.style, cell.border.bottom.style, cell.border.left.color and cell.border.left.color.rgb),
        (alignment.horizontal, alignment.vertical, bool(alignment.wrap_text)),
        (cell.protection.locked, cell.number_format),
    )


def test_reads_and_changes_as_the_book_of_a_file_does(workbook):
    out = io.BytesIO()
    workbook.save(out)
    file = FileBook.open(out.getvalue(), "a.xlsx")
    memory = OpenpyxlBook(openpyxl.load_workbook(out))
    same = changes(
        [CellWrite("收支情况", Ref(2, 3), Decimal("1032.52")), CellWrite("收支情况", Ref(7, 4), Decimal(5), "C2-C3")],
        {("收支情况", Ref(2, 3)): OURS, ("收支情况", Ref(4, 3)): OTHER},
        results(),
        {"xlp.mark": "1"},
    )
    file.apply(same)
    memory.apply(same)
    assert memory.sheet_names() == file.sheet_names()
    assert memory.names() == file.names()
    assert memory.notes() == file.notes()
    assert memory.properties() == file.properties()
    for name in file.sheet_names():
        ours, theirs = memory.sheet(name), file.sheet(name)
        assert ours.merged == theirs.merged
        assert ours.formulas.keys() == theirs.formulas.keys()
        written = {Ref(r, c) for r in range(1, 12) for c in range(1, 8)} - ours.formulas.keys()
        assert all(ours.value(*ref) == theirs.value(*ref) for ref in written)
    look = openpyxl.load_workbook(io.BytesIO(file.to_bytes()))["检查结果"]
    for row in memory.workbook["检查结果"]["A1:B4"]:
        for cell in row:
            other = look[cell.coordinate]
            assert looks(cell) == looks(other), cell.coordinate
