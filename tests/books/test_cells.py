"""Cells in a file: a value comes into its place, what stands around it stays."""

from decimal import Decimal

import pytest

from xlprocess.books.book import CellWrite, Ref
from xlprocess.books.cells import number_text
from xlprocess.books.file import FileBook

SHEET = "xl/worksheets/sheet1.xml"


def written(make, body, *writes, head="", tail="", **more):
    """The sheet's XML between the tags of `worksheet`, and the book, after writes to the sheet `S`."""
    book = FileBook.open(make.one_sheet(body, head, tail, **more), "x")
    book.apply(make.changes([CellWrite("S", *write) for write in writes]))
    text = make.parts(book.to_bytes())[SHEET].decode()
    return text[text.index(">", text.index("<worksheet")) + 1 : text.index("</worksheet>")], book


def data(make, body, *writes, **more):
    text, _ = written(make, body, *writes, **more)
    return text.removeprefix("<sheetData>").removesuffix("</sheetData>")


A1 = Ref(1, 1)
ROW = '<row r="1"><c r="A1" s="3"><v>1</v></c><c r="C1"/></row><row r="4"/>'


@pytest.mark.parametrize(
    ("value", "formula", "cell"),
    [
        (Decimal("12.50"), None, '<c r="A1" s="3"><v>12.5</v></c>'),
        (7, None, '<c r="A1" s="3"><v>7</v></c>'),
        ("文本", None, '<c r="A1" s="3" t="inlineStr"><is><t>文本</t></is></c>'),
        ("=1+1", None, '<c r="A1" s="3" t="inlineStr"><is><t>=1+1</t></is></c>'),
        (" a\nb", None, '<c r="A1" s="3" t="inlineStr"><is><t xml:space="preserve"> a\nb</t></is></c>'),
        ("\x07_x0041_", None, '<c r="A1" s="3" t="inlineStr"><is><t>_x0007__x005F_x0041_</t></is></c>'),
        (Decimal(3), "B1*3", '<c r="A1" s="3"><f>B1*3</f><v>3</v></c>'),
        ("优", 'IF(B1&gt;"",1)', '<c r="A1" s="3" t="str"><f>IF(B1&amp;gt;"",1)</f><v>优</v></c>'),
        (None, 'IF(B1="","",B1)', '<c r="A1" s="3" t="str"><f>IF(B1="","",B1)</f><v/></c>'),
        ("", 'IF(B1="","",B1)', '<c r="A1" s="3" t="str"><f>IF(B1="","",B1)</f><v/></c>'),
        (None, None, '<c r="A1" s="3"/>'),
    ],
)
def test_writes_a_cell_and_keeps_its_style(make, value, formula, cell):
    assert data(make, ROW, (A1, value, formula)) == ROW.replace('<c r="A1" s="3"><v>1</v></c>', cell)


@pytest.mark.parametrize(
    ("ref", "there"),
    [
        (Ref(1, 2), ROW.replace('<c r="C1"/>', '<c r="B1"><v>9</v></c><c r="C1"/>')),
        (Ref(1, 4), ROW.replace('<c r="C1"/>', '<c r="C1"/><c r="D1"><v>9</v></c>')),
        (Ref(3, 2), ROW.replace('<row r="4"/>', '<row r="3"><c r="B3"><v>9</v></c></row><row r="4"/>')),
        (Ref(4, 28), ROW.replace('<row r="4"/>', '<row r="4"><c r="AB4"><v>9</v></c></row>')),
        (Ref(5, 1), ROW + '<row r="5"><c r="A5"><v>9</v></c></row>'),
    ],
)
def test_a_cell_that_is_not_there_is_made_in_its_place(make, ref, there):
    assert data(make, ROW, (ref, 9)) == there


def test_rows_and_cells_without_numbers_are_counted(make):
    body = '<row><c><v>1</v></c><c><v>2</v></c></row><row r="5"><c r="C5"/><c/></row><row><c/></row>'
    assert data(make, body, (Ref(1, 2), 9), (Ref(5, 4), 8), (Ref(6, 1), 7), (Ref(6, 2), 6), (Ref(2, 1), 5)) == (
        '<row><c><v>1</v></c><c><v>9</v></c></row><row r="2"><c r="A2"><v>5</v></c></row>'
        '<row r="5"><c r="C5"/><c><v>8</v></c></row><row><c><v>7</v></c><c r="B6"><v>6</v></c></row>'
    )


def test_a_new_cell_looks_as_its_row_or_column_does(make):
    head = '<cols><col min="2" max="3" width="9" style="5"/></cols>'
    body = '<row r="1" s="7" customFormat="1"/><row r="2" s="7"/>'
    assert data(make, body, (Ref(1, 2), 1), (Ref(2, 2), 1), (Ref(3, 3), 1), (Ref(3, 4), 1), head=head)[len(head) :] == (
        "<sheetData>"
        '<row r="1" s="7" customFormat="1"><c r="B1" s="7"><v>1</v></c></row>'
        '<row r="2" s="7"><c r="B2" s="5"><v>1</v></c></row>'
        '<row r="3"><c r="C3" s="5"><v>1</v></c><c r="D3"><v>1</v></c></row>'
    )


def test_dimension_and_spans_grow(make):
    head = '<dimension ref="B2:C3"/>'
    body = '<row r="2" spans="2:3"><c r="B2"/></row><row r="3" spans="1:2 5:6"/>'
    text, _ = written(make, body, (Ref(2, 5), 1), (Ref(3, 6), 1), (Ref(3, 3), 1), (Ref(9, 1), 1), head=head)
    assert text.startswith('<dimension ref="A2:F9"/>')
    assert '<row r="2" spans="2:5">' in text
    assert '<row r="3" spans="1:6">' in text
    assert written(make, "", (Ref(4, 3), 1), head='<dimension ref="A1"/>')[0].startswith('<dimension ref="C4"/>')


SAME = [
    ('<c r="A1"><v>29.870000000000001</v></c>', Decimal("29.87"), None),
    ('<c r="A1" t="n"><v>5</v></c>', 5, None),
    ('<c r="A1" t="inlineStr"><is><r><t>文</t></r><r><t>本</t></r></is></c>', "文本", None),
    ('<c r="A1" t="s"><v>1</v></c>', "共用", None),
    ('<c r="A1" t="str"><v>x</v></c>', "x", None),
    ('<c r="A1"><f ca="1">B1</f><v>2.0</v></c>', 2, "B1"),
    ('<c r="A1" t="str"><f>B1</f><v></v></c>', None, "B1"),
    ('<c r="A1" t="str"><f>B1</f><v>a_x000D_b</v></c>', "a\rb", "B1"),
    ('<c r="A1" cm="1"><f t="array" ref="A1">B1:B1</f><v>2</v></c>', 2, "B1:B1"),
    ('<c r="A1" s="3"/>', None, None),
    ('<c r="A1" s="3"/>', "", None),
    ("", None, None),
]


@pytest.mark.parametrize(("cell", "value", "formula"), SAME)
def test_a_cell_that_says_so_already_changes_no_byte(make, cell, value, formula):
    strings = {
        "xl/sharedStrings.xml": '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        "<si><t>x</t></si><si><r><t>共</t></r><r><t>用</t></r><rPh sb='0' eb='1'><t>gong</t></rPh></si></sst>"
    }
    parts = make.parts(make.one_sheet(f'<row r="1">{cell}</row >', **strings))
    rels = "xl/_rels/workbook.xml.rels"
    parts[rels] = parts[rels].replace(
        b"</Relationships>",
        b'<Relationship Id="rId2" Type="urn:x/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
    )
    before = make.packed(parts)
    book = FileBook.open(before, "x")
    book.apply(make.changes([CellWrite("S", A1, value, formula)]))
    assert book.to_bytes() == before


def test_a_new_value_of_the_same_formula_leaves_the_formula_and_calculation_alone(make):
    body = '<row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="0" ca="1">B1</f><v>2</v></c></row>'
    text, book = written(make, body, (A1, 3, "B1"))
    assert text == f"<sheetData>{body.replace('<v>2</v>', '<v>3</v>')}</sheetData>"
    assert b"calcPr" not in make.parts(book.to_bytes())["xl/workbook.xml"]


def test_a_formula_that_comes_or_goes_makes_excel_calculate_and_drops_the_chain(make):
    body = '<row r="1"><c r="A1"><f>B1</f><v>2</v></c></row>'
    parts = make.parts(make.one_sheet(body, **{"xl/calcChain.xml": "<calcChain/>"}))
    rels, types = "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
    plain = dict(parts)
    parts[rels] = parts[rels].replace(
        b"</Relationships>",
        b'<Relationship Id="rId2" Type="urn:x/relationships/calcChain" Target="calcChain.xml"/></Relationships>',
    )
    parts[types] = parts[types].replace(b"</Types>", b'<Override PartName="/xl/calcChain.xml" ContentType="x"/></Types>')
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"</workbook>", b"<definedNames/><oleSize/></workbook>")
    book = FileBook.open(make.packed(parts), "x")
    book.apply(make.changes([CellWrite("S", A1, 2)]))
    after = make.parts(book.to_bytes())
    assert "xl/calcChain.xml" not in after
    assert after[rels] == plain[rels]
    assert after[types] == plain[types]
    assert b'<definedNames/><calcPr fullCalcOnLoad="1"/><oleSize/>' in after["xl/workbook.xml"]


SHARED = (
    '<row r="1"><c r="A1"><f t="shared" ref="A1:A3" si="4">B1*2</f><v>1</v></c></row>'
    '<row r="2"><c r="A2"><f t="shared" si="4"/><v>2</v></c></row>'
    '<row r="3"><c r="A3"><f t="shared" si="4"/><v>3</v></c></row>'
)


def formulas(book):
    return {str(ref): f.text for ref, f in book.sheet("S").formulas.items()}


def test_a_shared_formula_is_handed_over_when_its_first_cell_is_written(make):
    text, book = written(make, SHARED, (A1, 9))
    assert '<c r="A2"><f t="shared" si="4" ref="A2:A3">B2*2</f><v>2</v></c>' in text
    assert '<c r="A3"><f t="shared" si="4"/><v>3</v></c>' in text
    assert formulas(book) == {"A2": "B2*2", "A3": "B3*2"}
    _, book = written(make, SHARED, (A1, 9), (Ref(2, 1), 9))
    assert formulas(book) == {"A3": "B3*2"}
    _, book = written(make, SHARED, (Ref(2, 1), 9), (A1, 1, "C1"), (Ref(3, 1), 1, "C3"))
    assert formulas(book) == {"A1": "C1", "A3": "C3"}


def test_a_shared_formula_whose_next_cell_is_no_corner_is_spelled_out(make):
    body = (
        '<row r="1"><c r="B1"><f t="shared" ref="B1:C2" si="0">D1</f></c><c r="C1"><f t="shared" si="0"/></c></row>'
        '<row r="2"><c r="B2"><f t="shared" si="0"/></c></row>'
    )
    text, book = written(make, body, (Ref(1, 2), 9))
    assert "shared" not in text
    assert formulas(book) == {"C1": "E1", "B2": "D2"}


def test_a_member_of_a_shared_formula_leaves_the_others_alone(make):
    text, book = written(make, SHARED, (Ref(2, 1), 9))
    assert text == "<sheetData>" + SHARED.replace('<f t="shared" si="4"/><v>2</v>', "<v>9</v>") + "</sheetData>"
    assert formulas(book) == {"A1": "B1*2", "A3": "B3*2"}


@pytest.mark.parametrize("kind", ["array", "dataTable"])
def test_nothing_is_written_into_an_array_formula(make, kind):
    body = f'<row r="1"><c r="A1"><f t="{kind}" ref="A1:B2">C1:D2</f><v>1</v></c><c r="B1"><v>2</v></c></row>'
    before = make.one_sheet(body)
    for ref in (A1, Ref(2, 2)):
        book = FileBook.open(before, "x")
        with pytest.raises(ValueError, match="A1:B2"):
            book.apply(make.changes([CellWrite("S", Ref(9, 9), 1), CellWrite("S", ref, 1)]))
        assert book.to_bytes() == before
    assert '<c r="C1"><v>1</v></c>' in data(make, body, (Ref(1, 3), 1))


def test_an_array_formula_of_one_cell_can_be_replaced(make):
    body = '<row r="1"><c r="A1" cm="1"><f t="array" ref="A1">SUM(C1:D2*1)</f><v>1</v></c></row>'
    assert data(make, body, (A1, 2, "C1")) == '<row r="1"><c r="A1"><f>C1</f><v>2</v></c></row>'


def test_numbers_are_written_without_exponents():
    assert [number_text(Decimal(t)) for t in ("1E+3", "0.10", "-0", "-0.000", "123456789.123456", "1E-7")] == [
        *("1000", "0.1", "0", "0", "123456789.123456", "0.0000001")
    ]
    for text in ("NaN", "Infinity"):
        with pytest.raises(ValueError, match="no number"):
            number_text(Decimal(text))
