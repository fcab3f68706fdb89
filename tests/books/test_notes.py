"""Notes in a file: ours come and go, a person's stays to the byte, boxes lie where one can read them."""

import io
import re

import openpyxl
import pytest

from xlprocess.books.book import Ref
from xlprocess.books.boxes import Boxes, Geometry, new_drawing
from xlprocess.books.file import FileBook
from xlprocess.books.package import parse

MONEY = "收支情况"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
COMMENTS, DRAWING, SHEET = "xl/comments1.xml", "xl/drawings/vmlDrawing1.vml", "xl/worksheets/sheet1.xml"


@pytest.fixture
def ours(make):
    return make.note("错误 R101 收入合计 952.55，少 79.97", "　可能原因：漏计「上年结转」", "　处理：更正合计")


def noted(make, data, notes):
    book = FileBook.open(data, "x.xlsx")
    book.apply(make.changes(notes={(MONEY, ref): text for ref, text in notes.items()}))
    return book


def rich(data, make, ref):
    """The bytes of a note's <text>."""
    return re.search(rf'<comment ref="{ref}".*?(<text>.*?</text>)'.encode(), make.parts(data)[COMMENTS], re.DOTALL)[1]


def with_rich_note(make, text):
    """The simple workbook, the person's note being `text` in XML."""

    def change(name, body):
        return re.sub(r"<text>.*?</text>", lambda _: text, body, flags=re.DOTALL) if name == COMMENTS else body

    return make.repacked(make.simple(), change)


def test_a_new_note_has_our_author_and_a_hidden_box(make, ours):
    book = noted(make, make.written(lambda b: b.add_worksheet(MONEY).write(1, 1, 5)), {Ref(2, 2): ours})
    assert book.notes() == {(MONEY, Ref(2, 2)): ours}
    comment = openpyxl.load_workbook(io.BytesIO(book.to_bytes()))[MONEY]["B2"].comment
    assert (comment.author, comment.text) == ("绩效自评检查", ours)
    drawing = make.parts(book.to_bytes())[DRAWING].decode()
    assert "visibility:hidden" in drawing
    assert "<x:Row>1</x:Row><x:Column>1</x:Column>" in drawing


def test_all_parts_of_a_first_note_go_with_the_last(make, ours):
    data = make.written(lambda b: b.add_worksheet(MONEY).write(1, 1, 5))
    book = noted(make, data, {Ref(2, 2): ours, Ref(9, 9): ours})
    book.apply(make.changes(notes={(MONEY, Ref(2, 2)): None, (MONEY, Ref(5, 5)): None}))
    assert list(book.notes()) == [(MONEY, Ref(9, 9))]
    book.apply(make.changes(notes={(MONEY, Ref(9, 9)): None}))
    assert make.parts(book.to_bytes()) == make.parts(data)


RICH = {
    "plain": "<text><t>人写的</t></text>",
    "blank at its end": '<text><t xml:space="preserve">人写的 \n\n</t></text>',
    "runs": '<text><r><rPr><b/><sz val="9"/></rPr><t>张三:</t></r>'
    '<r><rPr><sz val="9"/></rPr><t xml:space="preserve">\n看</t></r></text>',
    "phonetic": '<text><r><t>漢字</t></r><rPh sb="0" eb="2"><t>かんじ</t></rPh><phoneticPr fontId="1"/></text>',
    "carriage returns": '<text><t xml:space="preserve">一_x000D_\n二_x000D_\n</t></text>',
    "empty": "<text><t></t></text>",
}  # fmt: skip


@pytest.mark.parametrize("how", RICH)
def test_a_persons_note_stands_above_ours_and_comes_back_to_the_byte(make, ours, how):
    data = with_rich_note(make, RICH[how])
    before = FileBook.open(data, "x").notes()[MONEY, Ref(2, 2)]
    book = noted(make, data, {Ref(2, 2): ours})
    assert book.notes()[MONEY, Ref(2, 2)] == f"{before}\n────\n{ours}"
    parts = make.parts(book.to_bytes())
    assert parts[DRAWING] == make.parts(data)[DRAWING]
    assert b"<author>\xe5\xbc\xa0\xe4\xb8\x89</author></authors>" in parts[COMMENTS]
    book.apply(make.changes(notes={(MONEY, Ref(2, 2)): make.note("警告 R205 别的")}))
    assert book.notes()[MONEY, Ref(2, 2)] == f"{before}\n────\n{make.note('警告 R205 别的')}"
    book.apply(make.changes(notes={(MONEY, Ref(2, 2)): None}))
    assert rich(book.to_bytes(), make, "B2") == RICH[how].encode()
    assert make.parts(book.to_bytes()) == make.parts(data)


def test_the_same_note_again_changes_no_byte(make, ours):
    book = noted(make, make.simple(), {Ref(2, 2): ours, Ref(4, 4): ours})
    once = book.to_bytes()
    book.apply(make.changes(notes={(MONEY, Ref(2, 2)): ours, (MONEY, Ref(4, 4)): ours}))
    assert book.to_bytes() == once


def test_what_a_person_typed_below_ours_stays_above_the_next_and_alone_at_last(make, ours):
    data = noted(make, make.simple(), {Ref(4, 4): ours}).to_bytes()
    typed = make.repacked(
        data, lambda n, t: t.replace("　处理：更正合计", "　处理：更正合计\n已问过财政局") if n == COMMENTS else t
    )
    book = noted(make, typed, {Ref(4, 4): make.note("警告 R2")})
    assert book.notes()[MONEY, Ref(4, 4)] == f"已问过财政局\n────\n{make.note('警告 R2')}"
    book.apply(make.changes(notes={(MONEY, Ref(4, 4)): None}))
    assert book.notes()[MONEY, Ref(4, 4)] == "已问过财政局"
    book.apply(make.changes(notes={(MONEY, Ref(4, 4)): None}))
    assert book.notes()[MONEY, Ref(4, 4)] == "已问过财政局"


def test_a_note_that_is_not_named_stays(make, ours):
    book = noted(make, make.simple(), {Ref(4, 4): ours})
    book.apply(make.changes(notes={(MONEY, Ref(9, 9)): ours}))
    assert set(book.notes()) == {(MONEY, Ref(2, 2)), (MONEY, Ref(4, 4)), (MONEY, Ref(9, 9))}


def test_taking_away_where_nothing_of_ours_is_changes_nothing(make):
    data = make.simple()
    book = noted(make, data, {Ref(2, 2): None, Ref(7, 7): None})
    book.apply(make.changes(notes={("O'Neil", Ref(1, 1)): None, ("没有这张表", Ref(1, 1)): None}))
    assert book.to_bytes() == data


def test_a_text_that_could_not_be_told_from_a_persons_is_refused_and_changes_nothing(make):
    data = make.simple()
    book = FileBook.open(data, "x")
    with pytest.raises(ValueError, match="begins with"):
        book.apply(make.changes(notes={(MONEY, Ref(2, 2)): "随便写的"}))
    assert book.to_bytes() == data


def test_our_box_grows_with_our_text_and_a_persons_never_does(make, ours):
    book = noted(make, make.simple(), {Ref(2, 2): ours, Ref(4, 4): make.note("提示 R101 x")})
    before = make.parts(book.to_bytes())[DRAWING].decode()
    book.apply(make.changes(notes={(MONEY, ref): make.note("错误 R101 " + "字" * 300) for ref in (Ref(2, 2), Ref(4, 4))}))
    after = make.parts(book.to_bytes())[DRAWING].decode()
    first, second = (re.findall(r"<x:Anchor>([^<]*)</x:Anchor>", text) for text in (before, after))
    assert first[0] == second[0]
    assert int(second[1].split(",")[6]) > int(first[1].split(",")[6])
    assert re.sub(r"<x:Anchor>[^<]*", "", before) == re.sub(r"<x:Anchor>[^<]*", "", after)


@pytest.mark.parametrize("dress", ["strict", "prefixed"])
def test_other_namespaces_and_prefixes(make, ours, dress):
    data = getattr(make, dress)(make.simple())
    book = noted(make, data, {Ref(2, 2): ours, Ref(4, 4): ours})
    assert book.notes()[MONEY, Ref(4, 4)] == ours
    book.apply(make.changes(notes={("O'Neil", Ref(1, 1)): ours}))
    assert book.notes()["O'Neil", Ref(1, 1)] == ours
    root = parse(make.parts(book.to_bytes())["xl/comments2.xml"])
    assert root.tag == parse(make.parts(data)[COMMENTS]).tag
    book.apply(make.changes(notes=dict.fromkeys(book.notes())))
    assert make.parts(book.to_bytes()) == make.parts(data)


def test_a_threaded_comment_is_reported_and_never_touched(make, ours):
    office = "http://schemas.microsoft.com/office"
    thread = "xl/threadedComments/t1.xml"
    parts = make.parts(make.simple())
    parts[thread] = (
        f'<ThreadedComments xmlns="{office}/spreadsheetml/2018/threadedcomments"><threadedComment ref="B2" '
        'dT="2024-01-01T00:00:00" personId="{1}" id="{2}"><text>谈话</text></threadedComment></ThreadedComments>'
    ).encode()
    for part, end, more in (
        (
            "[Content_Types].xml",
            b"</Types>",
            f'<Override PartName="/{thread}" ContentType="application/vnd.ms-excel"/>',
        ),
        (
            "xl/worksheets/_rels/sheet1.xml.rels",
            b"</Relationships>",
            f'<Relationship Id="rId9" Type="{office}/2017/10/relationships/threadedComment" Target="/{thread}"/>',
        ),
    ):
        parts[part] = parts[part].replace(end, more.encode() + end)
    data = make.packed(parts)
    book = noted(make, data, {Ref(2, 2): ours})
    assert book.threads() == {(MONEY, Ref(2, 2))}
    assert book.notes() == {}
    assert book.to_bytes() == data


# where the box goes


def sheet(inside):
    return parse(f'<worksheet xmlns="{MAIN}">{inside}</worksheet>'.encode())


def anchor(inside, ref, text="【绩效自评检查】"):
    """Left, top, right and bottom in pixels, and the anchor's eight numbers."""
    geometry = Geometry(sheet(inside))
    numbers = [int(n) for n in geometry.anchor(ref, text).split(",")]
    left, dx, top, dy, right, dx2, bottom, dy2 = numbers

    def across(column, pixels):
        return sum(geometry.column(c) for c in range(1, column + 1)) + pixels

    def down(row, pixels):
        return sum(geometry.row(r) for r in range(1, row + 1)) + pixels

    return (across(left, dx), down(top, dy), across(right, dx2), down(bottom, dy2)), numbers


def test_a_box_is_300_pixels_wide_whatever_the_columns_are():
    for inside in (
        "",
        '<cols><col min="1" max="9" width="3" customWidth="1"/></cols>',
        '<cols><col min="1" max="2" width="80" customWidth="1"/><col min="3" max="3" width="9" hidden="1"/></cols>',
        '<sheetFormatPr defaultColWidth="20" defaultRowHeight="40"/>',
    ):
        (left, top, right, bottom), _ = anchor(inside, Ref(5, 2))
        assert right - left == 300
        assert bottom - top == 62
        geometry = Geometry(sheet(inside))
        assert left == geometry.column(1) + geometry.column(2) + 15


def test_a_box_is_as_high_as_its_wrapped_lines():
    text = "【绩效自评检查】\n错误 R101 " + "字" * 100 + "\n　处理：x"
    (_, top, _, bottom), _ = anchor('<sheetData><row r="3" ht="60"/><row r="4" hidden="1"/></sheetData>', Ref(5, 2), text)
    assert bottom - top == (1 + 5 + 1) * 16 + 14


def test_a_box_stays_on_the_sheet():
    (left, top, _, _), _ = anchor("", Ref(1, 1))
    assert (left, top) == (64 + 15, 0)
    for ref in (Ref(1, 16384), Ref(1048576, 16384), Ref(1048576, 16382)):
        _, numbers = anchor("", ref)
        geometry = Geometry(sheet(""))
        assert min(numbers) >= 0
        assert numbers[4] <= 16383
        assert numbers[6] <= 1048575
        columns = numbers[4] - numbers[0]
        assert columns * 64 + numbers[5] - numbers[1] == 300
        assert (numbers[6] - numbers[2]) * geometry.row(1) + numbers[7] - numbers[3] == 62


def test_a_box_stays_where_a_form_hides_all_that_it_does_not_use():
    inside = (
        '<sheetFormatPr defaultRowHeight="15" zeroHeight="1"/>'
        '<cols><col min="1" max="6" width="20"/><col min="7" max="16384" width="9" hidden="1"/></cols>'
        "<sheetData>" + "".join(f'<row r="{r}"/>' for r in range(1, 21)) + "</sheetData>"
    )
    for ref in (Ref(3, 2), Ref(3, 6), Ref(20, 5), Ref(20, 6)):
        (left, top, right, bottom), numbers = anchor(inside, ref)
        assert right - left == 300
        assert bottom - top == 62
        assert numbers[4] <= 5
        assert numbers[6] <= 19


def test_a_box_lies_beside_all_that_is_merged_with_the_cell():
    (left, _, _, _), _ = anchor('<mergeCells count="1"><mergeCell ref="B2:E3"/></mergeCells>', Ref(2, 2))
    assert left == 64 * 5 + 15


# the drawing, which is not always XML

BUTTON = (
    '<v:shape id="_x0000_s{0}" type="#_x0000_t201"><v:textbox><b>Multi<br>\r\n Line</b></v:textbox>'
    '<x:ClientData ObjectType="Button"><x:Anchor>2, 14, 3, 6, 4, 3, 8, 0</x:Anchor></x:ClientData></v:shape>'
)
HEAD = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml"\r\n xmlns:o="urn:schemas-microsoft-com:office:office"\r\n'
    ' xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit">'
    '<o:idmap v:ext="edit" data="{0}"/></o:shapelayout>'
)


def test_a_drawing_that_is_no_xml_gains_and_loses_our_box_and_nothing_else():
    before = (HEAD.format("1") + BUTTON.format(1025) + "</xml>\r\n").encode()
    boxes = Boxes(before)
    boxes.add(Ref(3, 4), "0, 0, 0, 0, 1, 0, 1, 0")
    after = boxes.written()
    assert after.startswith(before[: before.rfind(b"</xml>")])
    assert after.endswith(b"</xml>\r\n")
    assert b'id="_x0000_s1026"' in after
    assert boxes.has(Ref(3, 4))
    boxes.remove(Ref(3, 4))
    assert boxes.written() == before
    assert not boxes.is_empty()


def test_the_id_of_a_box_is_unique_and_of_a_block_of_the_drawing():
    full = Boxes((HEAD.format("2") + BUTTON.format(3071) + "</xml>").encode())
    full.add(Ref(1, 1), "0")
    assert b'data="2,3"' in full.written()
    assert b"_x0000_s3073" in full.written()
    other = Boxes((HEAD.format("3,7") + BUTTON.format(1025) + BUTTON.format(4095) + "</xml>").encode())
    other.add(Ref(1, 1), "0")
    other.add(Ref(1, 2), "0")
    assert re.findall(rb'"_x0000_s(\d+)"', other.written()) == [b"1025", b"4095", b"7169", b"7170"]


def test_a_drawing_with_other_prefixes_or_none_of_ours():
    text = '<xml xmlns:a="urn:schemas-microsoft-com:vml"><a:rect id="_x0000_s1025"/></xml>'
    boxes = Boxes(text.encode())
    boxes.add(Ref(1, 1), "0")
    root = parse(boxes.written())
    assert root[-1].tag == "{urn:schemas-microsoft-com:vml}shape"
    boxes.remove(Ref(1, 1))
    assert boxes.written() == text.encode()
    empty = Boxes(b'<xml xmlns:v="urn:schemas-microsoft-com:vml"/>')
    empty.add(Ref(1, 1), "0")
    assert len(parse(empty.written())) == 2
    wide = Boxes((HEAD.format("1") + "</xml>").encode("utf-16"))
    wide.add(Ref(1, 1), "0")
    assert "_x0000_s1025" in wide.written().decode("utf-16")


def test_a_new_drawing_takes_a_block_that_no_other_drawing_has(make, ours):
    book = noted(make, make.simple(), {Ref(4, 4): ours})
    book.apply(make.changes(notes={("O'Neil", Ref(1, 1)): ours}))
    parts = make.parts(book.to_bytes())
    assert b'data="1"' in parts[DRAWING]
    assert b'data="2"' in parts["xl/drawings/vmlDrawing2.vml"]
    assert b"_x0000_s2049" in parts["xl/drawings/vmlDrawing2.vml"]
    assert Boxes(new_drawing(2)).is_empty()


def test_legacy_drawing_stands_before_controls_that_hide_in_alternatives(make, ours):
    alternatives = (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        '<mc:Choice Requires="x14"><controls/></mc:Choice></mc:AlternateContent>'
    )
    tail = f'<pageMargins left="1"/><legacyDrawingHF r:id="rId7"/>{alternatives}<extLst/>'
    book = FileBook.open(make.one_sheet('<row r="1"/>', tail=tail), "x")
    book.apply(make.changes(notes={("S", Ref(1, 1)): ours}))
    root = parse(make.parts(book.to_bytes())[SHEET])
    names = [child.tag.rpartition("}")[2] for child in root]
    assert names == ["sheetData", "pageMargins", "legacyDrawing", "legacyDrawingHF", "AlternateContent", "extLst"]
    book.apply(make.changes(notes={("S", Ref(1, 1)): None}))
    assert make.parts(book.to_bytes()) == make.parts(make.one_sheet('<row r="1"/>', tail=tail))
