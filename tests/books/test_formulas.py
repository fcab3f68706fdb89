"""Formulas of a sheet: the quick look and the parser agree, shared formulas read as Excel shows them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.formula.translate import Translator, TranslatorError

from xlprocess.books.book import Formula, Ref
from xlprocess.books.extent import plain_look
from xlprocess.books.formulas import _OddError, _quick, _resolved, _thorough, cells, scan, translated
from xlprocess.books.package import namespace, parse

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def sheet(body, root=f'<worksheet xmlns="{MAIN}">', declaration='<?xml version="1.0" encoding="UTF-8"?>'):
    return f"{declaration}{root}<sheetData>{body}</sheetData></worksheet>".encode()


def values(data):
    """What stands in each cell, whatever its formula."""
    root = parse(data)
    return [(ref, cell.findtext(namespace(root) + "v")) for ref, cell in cells(root)]


def both(data):
    """What the quick look gives, after the parser has given the same."""
    thorough = _resolved(_thorough(data))
    assert _resolved(_quick(data)) == thorough
    return thorough


@pytest.mark.parametrize(
    ("cell", "text", "has_value"),
    [
        ('<c r="B7"><f>SUM(A1:A2)</f><v>3</v></c>', "SUM(A1:A2)", True),
        ('<c r="B7"><f>A1</f></c>', "A1", False),
        ('<c r="B7"><f>A1</f><v></v></c>', "A1", False),
        ('<c r="B7"><f>A1</f><v/></c>', "A1", False),
        ('<c r="B7" t="str"><f>A1</f><v></v></c>', "A1", True),
        ('<c r="B7" t="str"><f>A1</f><v/></c>', "A1", True),
        ('<c r="B7" s="4" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "1/0", True),
        ('<c r="B7"><f>IF(A1&lt;&gt;"&amp;&#x4E00;",1,2)</f><v>1</v></c>', 'IF(A1<>"&一",1,2)', True),
        ('<c r="B7"><f>IF(A1>2,1,2)</f><v>1</v></c>', "IF(A1>2,1,2)", True),
        ('<c r="B7">\n  <f ca="1">NOW()</f>\n  <v>1</v>\n</c>', "NOW()", True),
        ('<c r="B7"><f t="array" ref="B7:B9" aca="1">A1:A3*2</f><v>1</v></c>', "A1:A3*2", True),
        ('<c r="B7"><f t="dataTable" ref="B7:C9" dt2D="1" r1="A1" r2="A2"/><v>1</v></c>', "", True),
        ('<c r="B7"><f xml:space="preserve"> A1 </f><v xml:space="preserve"> </v></c>', " A1 ", True),
        ('<c r="B7"><f>A1&#13;\r\n+1</f><v>1</v></c>', "A1\r\n+1", True),
    ],
)
def test_reads_one_formula(cell, text, has_value):
    assert both(sheet(f'<row r="7"><c r="A7"/>{cell}</row>')) == {Ref(7, 2): Formula(text, has_value)}


def test_a_plain_cell_and_an_empty_formula_are_none():
    assert both(sheet('<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f></f><v>1</v></c><c r="C1"><f/></c></row>')) == {}
    assert scan(f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'.encode()) == {}
    assert scan(f'<worksheet xmlns="{MAIN}"/>'.encode()) == {}


def test_members_of_a_shared_formula_read_as_their_own():
    body = (
        '<row r="2"><c r="C2"><f t="shared" ref="C2:D3" si="0">A2+$A$1</f><v>1</v></c>'
        '<c r="D2"><f t="shared" si="0"/><v>1</v></c></row>'
        '<row r="3"><c r="C3"><f t="shared" si="0"></f></c><c r="D3"><f>7</f><v>7</v></c></row>'
    )
    assert both(sheet(body)) == {
        Ref(2, 3): Formula("A2+$A$1", True),
        Ref(2, 4): Formula("B2+$A$1", True),
        Ref(3, 3): Formula("A3+$A$1", False),
        Ref(3, 4): Formula("7", True),
    }


ODD = {
    "a comment": sheet('<row r="1"><!-- <c r="A1"><f>9</f></c> --><c r="A1"><f>1</f></c></row>'),
    "CDATA": sheet('<row r="1"><c r="A1"><f><![CDATA[1]]></f></c></row>'),
    "single quotes": sheet("<row r='1'><c r='A1'><f>1</f></c></row>"),
    "no reference": sheet("<row><c><f>1</f></c></row>"),
    "a > in an attribute": sheet('<row r="1"><c r="A1"><f bx="a>b">1</f></c></row>'),
    "an entity in an attribute": sheet('<row r="1"><c r="&#65;1"><f>1</f></c></row>'),
    "a prefix": sheet('<x:row r="1"><x:c r="A1"><x:f>1</x:f></x:c></x:row>').replace(
        b"<sheetData>", b'<x:sheetData xmlns:x="%s">' % MAIN.encode()
    ).replace(b"</sheetData>", b"</x:sheetData>"),
    "a prefix throughout": sheet('<row r="1"><c r="A1"><f>1</f></c></row>')
    .replace(b"</", b"</x:")
    .replace(b"<w", b"<x:w").replace(b"<s", b"<x:s").replace(b"<r", b"<x:r").replace(b"<c", b"<x:c")
    .replace(b"<f", b"<x:f").replace(b"xmlns=", b"xmlns:x="),
    "UTF-16": sheet('<row r="1"><c r="A1"><f>1</f></c></row>', declaration='<?xml version="1.0" encoding="UTF-16"?>')
    .decode().encode("utf-16"),
    "a value before its formula": sheet('<row r="1"><c r="A1"><v>2</v><f>1</f></c></row>'),
}  # fmt: skip


@pytest.mark.parametrize("how", ODD)
def test_what_the_quick_look_might_misread_is_parsed(how):
    with pytest.raises(_OddError):
        _quick(ODD[how])
    formulas = scan(ODD[how])
    assert {ref: f.text for ref, f in formulas.items()} == {Ref(1, 1): "1"}


_value = st.sampled_from(["", "<v>1</v>", "<v></v>", "<v/>", "<v> </v>", '<v xml:space="preserve">a b</v>'])
_formula = st.builds(
    "<f{}>{}</f>".format,
    st.sampled_from(["", ' t="shared" si="0"', ' t="shared" ref="A1:C9" si="0"', ' t="array" ref="A1"', ' ca="1"', " "]),
    st.sampled_from(
        [
            "",
            "A1",
            "A$1+$B2",
            "A1&lt;&quot;x&quot;",
            "'甲 乙'!A1",
            "IF(A1>1,&#10;2)",
            "A1&amp;lt;&#38;&#x26;gt;&amp;#49;&apos;",
        ]
    ),
) | st.sampled_from(["", "<f/>", '<f t="shared" si="0"/>', "<f />", "<is><t>a</t></is>", "<fx/>"])


_cells = st.lists(st.tuples(_formula, _value, st.sampled_from(["", ' t="str"', ' s="1"'])), max_size=4)


@given(
    st.lists(st.tuples(st.integers(1, 9), _cells), max_size=4),
    st.sampled_from(["", "\n  ", "<!-- x -->"]),
)
@settings(max_examples=300, deadline=None)
def test_the_quick_look_and_the_parser_agree(rows, between):
    body = "".join(
        f'<row r="{number}">'
        + between.join(f'<c r="{"ABCD"[k]}{number}"{t}>{f}{between}{v}</c>' for k, (f, v, t) in enumerate(cells))
        + "</row>"
        for number, cells in sorted(dict(rows).items())
    )
    data = sheet(body)
    wanted = _resolved(_thorough(data))
    assert scan(data) == wanted
    plain = plain_look(data)
    if plain is not None:
        assert scan(data, plain.formulas) == wanted
        assert values(plain.values) == values(data)


@pytest.mark.parametrize(
    ("text", "to", "there"),
    [
        ("A1+$A$1+A$1+$A1", Ref(3, 3), "C3+$A$1+C$1+$A3"),
        ("SUM(A1:B2,收支情况!A1,'甲 A1'!A1)", Ref(2, 1), "SUM(A2:B3,收支情况!A2,'甲 A1'!A2)"),
        ('"A1"&A1&"say ""A1"""', Ref(2, 2), '"A1"&B2&"say ""A1"""'),
        ("SUM(A:A,$B:C,1:1,$2:3)", Ref(2, 2), "SUM(B:B,$B:D,2:2,$2:4)"),
        ("LOG10(A1)+表[金额 A1]+[1]Sheet1!A1", Ref(2, 1), "LOG10(A2)+表[金额 A1]+[1]Sheet1!A2"),
        ("SUM(Q1:Q4!A1)+TAX2021+total_1+1E5+XFE1", Ref(2, 1), "SUM(Q1:Q4!A2)+TAX2022+total_1+1E5+XFE1"),
        ("A1", Ref(1, 1), "A1"),
    ],
)
def test_a_formula_moves(text, to, there):
    assert translated(text, Ref(1, 1), to) == there


def test_what_leaves_the_sheet_is_no_reference_any_more():
    assert translated("B2+SUM(A:B)+SUM(1:2)", Ref(3, 3), Ref(1, 1)) == "#REF!+SUM(#REF!)+SUM(#REF!)"


_dollar = st.sampled_from(["", "$"])
_cell = st.builds("{}{}{}{}".format, _dollar, st.sampled_from(["A", "Z", "AA", "XFD", "d"]), _dollar, st.integers(5, 1048570))
_NO_CELLS = (
    *('"A1"', "1.5E+3", "TRUE", "表1[列A1]", "my.name1", "LOG10(A5)", "$A:$B", "5:7", "#N/A"),
    "_xlfn.XLOOKUP(A5,B5,C5)",
)
_term = (
    _cell
    | st.builds("{}:{}".format, _cell, _cell)
    | st.builds("{}!{}".format, st.sampled_from(["收支情况", "'a ''b'' A1'", "Sheet1", "'A1'"]), _cell)
    | st.sampled_from(_NO_CELLS)
)


@given(
    st.lists(_term, min_size=1, max_size=4),
    st.sampled_from(["+", ",", "&", "<>"]),
    st.integers(-3, 4),
    st.integers(0, 2),
)
@settings(deadline=None)
def test_moves_as_openpyxl_does(terms, between, down, right):
    text = f"SUM({between.join(terms)})"
    origin, to = Ref(10, 3), Ref(10 + down, 3 + right)
    try:
        expected = Translator(f"={text}", origin=str(origin)).translate_formula(str(to))[1:]
    except TranslatorError:
        return  # leaves the sheet
    mine = translated(text, origin, to)
    if "#REF!" not in mine:  # openpyxl goes on beyond XFD
        assert mine.upper() == expected.upper()
