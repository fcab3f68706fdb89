"""A workbook in a file as a book: what is read, and what one run changes in it."""

import datetime as dt
import io
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from lxml import etree

from xlprocess.books.book import Area, CellWrite, Formula, ListCell, Ref
from xlprocess.books.file import FileBook
from xlprocess.errors import Unreadable

MONEY, LIST = "收支情况", "检查结果"
WORKBOOK, STYLES = "xl/workbook.xml", "xl/styles.xml"


def opened(data):
    return FileBook.open(data, "x.xlsx")


# reading


def test_reads_values_formulas_and_merged_cells_where_they_stand(make):
    def build(book):
        sheet = book.add_worksheet(MONEY)
        sheet.write("C3", "文 本 ")
        sheet.write("D3", 952.55)
        sheet.write("C4", True)
        sheet.write_formula("D4", "=D3*2", None, 1905.1)
        sheet.write_datetime("E4", dt.datetime(2021, 3, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_formula("E5", '=IF(D3="","",D3)', None, "优")
        sheet.merge_range("B7:D8", "合并")
        sheet.write_blank("F9", None, book.add_format({"bold": True}))
        book.add_worksheet("空").hide()

    book = opened(make.written(build))
    sheet = book.sheet(MONEY)
    assert (sheet.name, sheet.top, sheet.left, sheet.hidden) == (MONEY, 3, 2, False)
    assert sheet.value(3, 3) == "文 本 "
    assert sheet.value(3, 4) == 952.55
    assert sheet.value(4, 3) is True
    assert sheet.value(4, 5) in (dt.date(2021, 3, 1), dt.datetime(2021, 3, 1))
    assert sheet.value(5, 5) == "优"
    assert sheet.value(9, 6) is None
    assert sheet.value(1, 1) is None
    assert sheet.formulas == {Ref(4, 4): Formula("D3*2", True), Ref(5, 5): Formula('IF(D3="","",D3)', True)}
    assert list(sheet.merged) == [(Ref(7, 2), Ref(8, 4))]
    empty = book.sheet("空")
    assert (empty.rows, empty.hidden, empty.value(1, 1)) == ([], True, None)
    with pytest.raises(KeyError):
        book.sheet("没有")


def test_an_error_reads_as_it_is_printed(make):
    body = '<row r="2"><c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c></row><row><c/><c t="e"><v>#N/A</v></c></row>'
    book = opened(make.one_sheet(body))
    assert book.sheet("S").rows == [["#DIV/0!"], ["#N/A"]]


def test_chart_sheets_are_left_out(make):
    def build(book):
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": f"='{MONEY}'!$A$1:$A$2"})
        book.add_chartsheet("图").set_chart(chart)
        book.add_worksheet(MONEY).write(0, 0, 1)

    book = opened(make.written(build))
    assert book.sheet_names() == [MONEY]
    assert book.sheet(MONEY).value(1, 1) == 1
    book.apply(make.changes(results=make.result_list()))
    assert book.sheet_names() == [MONEY, LIST]
    assert b'name="_xlnm._FilterDatabase" localSheetId="2" hidden="1"' in make.parts(book.to_bytes())[WORKBOOK]


def test_names_that_point_at_cells(make):
    def build(book):
        book.add_worksheet(MONEY)
        book.add_worksheet("a'b & <c>")
        book.define_name("cell", f"='{MONEY}'!$B$7")
        book.define_name("block", f"={MONEY}!$B$7:$AA$9")
        book.define_name("odd", "='a''b & <c>'!$A$1")
        book.define_name("constant", "=0.5")
        book.define_name("broken", "=#REF!$A$1")
        book.define_name("computed", f"=SUM('{MONEY}'!$A$1:$A$2)")
        book.define_name(f"'{MONEY}'!local", f"='{MONEY}'!$A$1")

    expected = {
        "cell": Area(MONEY, Ref(7, 2), Ref(7, 2)),
        "block": Area(MONEY, Ref(7, 2), Ref(9, 27)),
        "odd": Area("a'b & <c>", Ref(1, 1), Ref(1, 1)),
    }
    data = make.written(build)
    assert opened(data).names() == expected
    assert opened(make.prefixed(data)).names() == expected
    del expected["odd"]

    def plain(name, text):
        return text.replace("a'b &amp; &lt;c&gt;", "d").replace("a''b &amp; &lt;c&gt;", "没有") if name == WORKBOOK else text

    assert opened(make.repacked(data, plain)).names() == expected


@pytest.mark.parametrize("dress", ["strict", "prefixed"])
def test_reads_other_namespaces_and_prefixes(make, dress):
    book = opened(getattr(make, dress)(make.simple()))
    assert book.sheet_names() == [MONEY, "O'Neil"]
    assert book.sheet(MONEY).value(2, 2) == "文 本"
    assert book.sheet(MONEY).formulas == {Ref(4, 4): Formula("C3+1", True)}
    assert book.notes() == {(MONEY, Ref(2, 2)): "人写的"}
    assert set(book.names()) == {"total", "block"}


@pytest.mark.parametrize("target", ["worksheets\\sheet", "./worksheets/sheet", "/xl/worksheets/sheet", "x/../worksheets/sheet"])
def test_reads_sheets_whose_targets_are_written_otherwise(make, target):
    def change(name, text):
        return text.replace("worksheets/sheet", target) if name == "xl/_rels/workbook.xml.rels" else text

    assert opened(make.repacked(make.simple(), change)).sheet(MONEY).value(3, 3) == 5


def test_cells_that_show_a_percentage(make):
    formats = {
        "A1": "0%",
        "B1": "0.00%",
        "C1": "#,##0.0%;[Red]-0.0%",
        "D1": '0"%"',
        "E1": r"0\%",
        "F1": "General",
        "G1": "0_%",
    }

    def build(book):
        sheet = book.add_worksheet(MONEY)
        for cell, code in formats.items():
            sheet.write(cell, 0.5, book.add_format({"num_format": code}))

    data = make.written(build)
    refs = [Ref(1, k) for k in range(1, 9)]
    for dressed in (data, make.prefixed(data), make.strict(data)):
        assert opened(dressed).percent_cells(MONEY, refs) == {Ref(1, 1), Ref(1, 2), Ref(1, 3)}
    assert opened(make.one_sheet('<row r="1"><c r="A1" s="1"/></row>')).percent_cells("S", refs) == set()

    def unnumbered(name, text):
        if not name.endswith("sheet1.xml"):
            return text
        return text.replace('<c r="A1"', "<c").replace('<c r="B1"', "<c").replace('<c r="C1"', "<c")

    assert opened(make.repacked(data, unnumbered)).percent_cells(MONEY, refs) == {Ref(1, 1), Ref(1, 2), Ref(1, 3)}


@pytest.mark.parametrize("data", [b"", b"no zip", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_workbook_is_damaged(data):
    with pytest.raises(Unreadable, match=r"x\.xlsx") as error:
        opened(data)
    assert error.value.kind == "damaged"


def test_a_broken_sheet_is_damaged_when_it_is_read(make):
    data = make.repacked(make.simple(), lambda n, t: t[:-30] if n.endswith("sheet1.xml") else t)
    with pytest.raises(Unreadable):
        opened(data).apply(make.changes([CellWrite(MONEY, Ref(9, 9), 1)]))


# writing


def run(make, count=3, text="错误 R101 少 79.97"):
    return make.changes(
        [CellWrite(MONEY, Ref(4, 4), Decimal("12.5"), "C3*2.5"), CellWrite(MONEY, Ref(5, 1), "=文")],
        {(MONEY, Ref(2, 2)): make.note(text), (MONEY, Ref(4, 4)): make.note(text)},
        make.result_list(count=count),
        {"xlprocess": "1", "hash": "abc"},
    )


def test_one_run_is_read_back_by_others(make):
    book = opened(make.simple())
    book.apply(run(make))
    assert book.sheet(MONEY).value(4, 4) == 12.5
    assert book.sheet(MONEY).formulas[Ref(4, 4)] == Formula("C3*2.5", True)
    assert book.properties() == {"xlprocess": "1", "hash": "abc"}
    assert book.names()["检查结果_清单"] == Area(LIST, Ref(4, 1), Ref(6, 4))
    other = openpyxl.load_workbook(io.BytesIO(book.to_bytes()))
    assert other[MONEY]["D4"].value == "=C3*2.5"
    assert (other[MONEY]["A5"].value, other[MONEY]["A5"].data_type) == ("=文", "s")
    assert {p.name: p.value for p in other.custom_doc_props.props} == {"xlprocess": "1", "hash": "abc"}
    results = other[LIST]
    assert results["A1"].value == "检查结果"
    assert results["C4"].value == "=不是公式\n第二行"
    assert results["B4"].hyperlink.location == f"'{MONEY}'!B2"
    assert (results.freeze_panes, results.auto_filter.ref, str(results.merged_cells)) == ("A4", "A3:D6", "A1:D1")
    assert results["A3"].font.b
    assert results["A4"].fill.fgColor.rgb == "FFFBE3E1"
    assert not results["D4"].protection.locked
    assert results["C4"].protection.locked
    assert results["C4"].alignment.wrap_text
    assert [(results[c].alignment.horizontal, results[c].alignment.indent) for c in ("A3", "C4")] == [("center", 0), ("left", 1)]
    assert results.column_dimensions["D"].hidden
    assert results.row_dimensions[1].height == 28.5


def heights_of_list(data):
    """Of each row of the list that has one: its height, and whether it is fixed."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = [package.read(n) for n in package.namelist() if n.startswith("xl/worksheets/")]
    (part,) = [p for p in parts if "不是公式" in p.decode()]
    return {int(r.get("r")): (r.get("ht"), r.get("customHeight")) for r in etree.fromstring(part).iter("{*}row") if r.get("ht")}


def test_rows_of_the_list_are_as_high_as_their_texts_and_grow_with_what_is_typed(make):
    book = opened(make.simple())
    book.apply(run(make))
    assert heights_of_list(book.to_bytes()) == {1: ("28.5", "1"), **dict.fromkeys((4, 5, 6), ("33", None))}


@pytest.mark.parametrize(("font", "lines"), [("Calibri", 3), ("宋体", 2)])
def test_more_stands_in_a_line_where_columns_are_counted_in_a_chinese_font(make, font, lines):
    """34 digits are 17 Chinese characters of the list in the one, 19 in the other."""
    book = opened(make.written(lambda book: book.add_worksheet(MONEY), default_format_properties={"font_name": font}))
    results = make.result_list(target=MONEY, count=1)
    results.widths = [8, 16, 34, 30]
    results.rows[3][2] = ListCell("=不是公式" + "字" * 32, "text")
    book.apply(make.changes(results=results))
    assert heights_of_list(book.to_bytes())[4] == (f"{13.5 * lines + 6:.10g}", None)


def test_a_row_of_the_list_is_as_high_as_its_texts_and_can_grow(make):
    book = opened(make.simple())
    book.apply(make.changes(results=make.result_list()))
    text = make.parts(book.to_bytes())["xl/worksheets/sheet3.xml"].decode()
    assert '<row r="1" ht="28.5" customHeight="1">' in text
    assert '<row r="2"><c' in text
    assert '<row r="4" ht="33"><c' in text


def test_the_same_run_again_changes_no_byte(make):
    for data in (make.simple(), make.strict(make.simple()), make.prefixed(make.simple())):
        book = opened(data)
        book.apply(run(make))
        once = book.to_bytes()
        book.apply(run(make))
        assert book.to_bytes() == once
        again = opened(once)
        again.apply(run(make))
        assert again.to_bytes() == once


def test_another_run_replaces_the_list_and_adds_no_style_twice(make):
    book = opened(make.simple())
    book.apply(run(make, count=9))
    styles = make.parts(book.to_bytes())[STYLES]
    book.apply(run(make, count=2))
    assert make.parts(book.to_bytes())[STYLES] == styles
    assert book.names()["检查结果_清单"].last == Ref(5, 4)
    assert len(book.sheet(LIST).rows) == 5
    fresh = opened(make.simple())
    fresh.apply(run(make, count=2))
    assert make.parts(fresh.to_bytes()) == make.parts(book.to_bytes())


def test_all_that_we_added_goes_again_but_for_the_styles(make):
    for data in (make.simple(), make.strict(make.simple()), make.prefixed(make.simple())):
        book = opened(data)
        book.apply(make.changes([], dict(run(make).notes), make.result_list(), {"xlprocess": "1"}))
        book.apply(make.changes([], dict.fromkeys(run(make).notes), make.no_list, {"xlprocess": None}))
        after, before = make.parts(book.to_bytes()), make.parts(data)
        assert [name for name in before if after.get(name) != before[name]] == [STYLES]
        assert list(after) == list(before)


def test_a_sheet_that_a_person_put_something_on_is_emptied_but_stays(make):
    book = opened(make.simple())
    book.apply(make.changes(results=make.result_list()))
    book.apply(make.changes(notes={(LIST, Ref(1, 1)): make.note("提示 R101 x")}))
    book.apply(make.changes(results=make.no_list))
    assert LIST in book.sheet_names()
    assert book.sheet(LIST).rows == []


@pytest.mark.filterwarnings("ignore:.*xtension is not supported")
def test_a_list_that_came_with_the_workbook_keeps_all_that_is_not_the_list(make):
    def build(book):
        book.add_worksheet(MONEY).write(0, 0, 1)
        sheet = book.add_worksheet(LIST)
        for row in range(30):
            sheet.write(row, 0, row)
            sheet.write_formula(row, 1, "=1+1", None, 2)
        sheet.write_url("C5", "https://example.org/")
        sheet.autofilter("A1:B30")
        sheet.freeze_panes(9, 0)
        sheet.set_landscape()
        sheet.set_header("&C检查")
        sheet.protect("", {"autofilter": True})
        sheet.conditional_format("A1:A99", {"type": "data_bar", "data_bar_2010": True})
        sheet.data_validation("D1:D9", {"validate": "list", "source": ["一", "二"]})
        sheet.insert_image("F2", "x.png", {"image_data": io.BytesIO(make.png)})
        sheet.write_comment("A2", "人写的")
        sheet.set_zoom(80)
        book.define_name("检查结果_清单", f"={LIST}!$A$2:$B$30")
        book.define_name("别的", f"={MONEY}!$A$1")

    data = make.written(build)
    book = opened(data)
    book.apply(make.changes(results=make.result_list(target=MONEY)))
    before, after = make.parts(data), make.parts(book.to_bytes())
    sheet = "xl/worksheets/sheet2.xml"
    changed = {name for name in before if after.get(name) != before[name]}
    assert changed == {sheet, "xl/worksheets/_rels/sheet2.xml.rels", STYLES, WORKBOOK}
    assert b"example.org" not in after["xl/worksheets/_rels/sheet2.xml.rels"]
    for kept in (
        "pageSetup",
        "headerFooter",
        "sheetProtection",
        "conditionalFormatting",
        "dataValidations",
        "drawing",
        "extLst",
    ):
        old, new = ([etree.tostring(e) for e in etree.fromstring(p[sheet]).iterchildren(f"{{*}}{kept}")] for p in (before, after))
        assert old
        assert old == new
    assert book.notes() == {(LIST, Ref(2, 1)): "人写的"}
    assert book.sheet(LIST).formulas == {}
    assert book.names() == {
        "检查结果_清单": Area(LIST, Ref(4, 1), Ref(6, 4)),
        "别的": Area(MONEY, Ref(1, 1), Ref(1, 1)),
    }
    other = openpyxl.load_workbook(io.BytesIO(book.to_bytes()))[LIST]
    assert (other.auto_filter.ref, other.freeze_panes, other.sheet_view.zoomScale) == ("A3:D6", "A4", 80)
    book.apply(make.changes(results=make.no_list))
    assert book.sheet_names() == [MONEY, LIST]
    assert book.sheet(LIST).rows == []


def test_removing_the_list_moves_the_names_of_later_sheets_up(make):
    book = opened(make.simple())
    book.apply(make.changes(results=make.result_list()))

    def later(name, text):
        if name != WORKBOOK:
            return text
        view = '<workbookView activeTab="2" firstSheet="2"'
        text = text.replace('<sheet name="O\'Neil" sheetId="2" r:id="rId2"/>', "")
        text = text.replace("</sheets>", '<sheet name="O\'Neil" sheetId="2" r:id="rId2"/></sheets>')
        text = text.replace('localSheetId="2"', 'localSheetId="1"').replace("<workbookView", view, 1)
        return text.replace(
            "</definedNames>", "<definedName name=\"x\" localSheetId=\"2\">'O''Neil'!$A$1</definedName></definedNames>"
        )

    moved = opened(make.repacked(book.to_bytes(), later))
    assert moved.sheet_names() == [MONEY, LIST, "O'Neil"]
    moved.apply(make.changes(results=make.no_list))
    assert moved.sheet_names() == [MONEY, "O'Neil"]
    text = make.parts(moved.to_bytes())[WORKBOOK].decode()
    assert '<definedName name="x" localSheetId="1">' in text
    assert 'activeTab="1" firstSheet="1"' in text
    assert LIST not in text


@pytest.mark.parametrize(
    "styles",
    [
        None,
        "<styleSheet xmlns='{0}'/>",
        "<styleSheet xmlns='{0}'><numFmts count='0'/><cellXfs><xf/></cellXfs><dxfs count='0'/><extLst/></styleSheet>",
        "<x:styleSheet xmlns:x='{0}'><x:fonts count='1'><x:font/></x:fonts></x:styleSheet>",
    ],
)
def test_styles_that_are_missing_are_made(make, styles):
    parts = make.parts(make.one_sheet('<row r="1"><c r="A1"><v>1</v></c></row>'))
    if styles is not None:
        parts[STYLES] = styles.format("http://schemas.openxmlformats.org/spreadsheetml/2006/main").encode()
        for part, end, more in (
            (
                "xl/_rels/workbook.xml.rels",
                b"</Relationships>",
                b'<Relationship Id="s" Type="x/styles" Target="styles.xml"/>',
            ),
            ("[Content_Types].xml", b"</Types>", b'<Override PartName="/xl/styles.xml" ContentType="x"/>'),
        ):
            parts[part] = parts[part].replace(end, more + end)
    book = opened(make.packed(parts))
    book.apply(make.changes(results=make.result_list(target="S")))
    root = etree.fromstring(make.parts(book.to_bytes())[STYLES])
    names = [etree.QName(e).localname for e in root]
    assert [n for n in names if n in ("fonts", "fills", "borders", "cellXfs", "dxfs", "extLst")] == [
        *("fonts", "fills", "borders", "cellXfs"),
        *(n for n in ("dxfs", "extLst") if n in names),
    ]
    for section in root:
        if section.get("count"):
            assert int(section.get("count")) == len(section)
    fills = root.find("{*}fills")
    assert [f[0].get("patternType") for f in fills[:2]] == ["none", "gray125"]
    if styles is None:
        cell = openpyxl.load_workbook(io.BytesIO(book.to_bytes()))[LIST]["A4"]
        assert (cell.font.name, cell.fill.fgColor.rgb) == ("微软雅黑", "FFFBE3E1")


def test_properties_join_those_that_are_there_and_go_alone(make):
    def build(book):
        book.add_worksheet(MONEY)
        book.set_custom_property("编号", 7)
        book.set_custom_property("xlprocess", 3)

    data = make.written(build)
    book = opened(data)
    assert book.properties() == {"编号": "7", "xlprocess": "3"}
    book.apply(make.changes(properties={"xlprocess": "<一>", "hash": "x", "nothing": None}))
    assert book.properties() == {"编号": "7", "xlprocess": "<一>", "hash": "x"}
    text = make.parts(book.to_bytes())["docProps/custom.xml"].decode()
    assert 'pid="4" name="hash"><vt:lpwstr>x</vt:lpwstr>' in text
    book.apply(make.changes(properties={"xlprocess": "3", "hash": None}))
    assert book.properties() == {"编号": "7", "xlprocess": "3"}
    kept = make.parts(book.to_bytes())
    assert {n for n, b in make.parts(data).items() if kept[n] != b} == {"docProps/custom.xml"}


def test_the_hash_tells_a_change_but_not_the_property_that_holds_it(make):
    book = opened(make.simple())
    first = book.content_hash()
    book.apply(make.changes(properties={"hash": first}))
    assert book.content_hash() == first
    assert opened(make.packed(make.parts(book.to_bytes()))).content_hash() == first
    book.apply(make.changes([CellWrite(MONEY, Ref(9, 9), 1)]))
    assert book.content_hash() != first


def test_a_run_that_fails_leaves_the_book_as_it_was(make):
    book = opened(make.simple())
    with pytest.raises(KeyError):
        book.apply(make.changes([CellWrite(MONEY, Ref(1, 1), 1), CellWrite("没有", Ref(1, 1), 1)]))
    with pytest.raises(KeyError):
        book.apply(make.changes([], {("没有", Ref(1, 1)): make.note("提示 R101 x")}))
    assert book.to_bytes() == make.simple()


def test_a_workbook_made_now_and_the_same_made_then_differ_in_nothing_of_ours(make, monkeypatch):
    data = make.simple()
    book = opened(data)
    book.apply(run(make))
    monkeypatch.setattr("time.time", lambda: 2e9)
    later = opened(data)
    later.apply(run(make))
    assert later.to_bytes() == book.to_bytes()
