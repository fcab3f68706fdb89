"""Nothing of a user's workbook is lost: real workbooks from the world and made ones with all that Excel can hold.

The real ones are looked for in XLPROCESS_CORPUS, else beside the project in shared/corpus.
"""

import io
import os
import subprocess
import warnings
from decimal import Decimal
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from lxml import etree
from openxml_audit import OpenXmlValidator, ValidationSeverity

from xlprocess.books.book import CellWrite, Ref
from xlprocess.books.file import FileBook
from xlprocess.books.formulas import area

ROOT = Path(__file__).parents[2]
CORPUS = Path(os.environ.get("XLPROCESS_CORPUS") or ROOT.parent / "shared" / "corpus")
REAL = sorted(path.name for path in CORPUS.glob("*.xls[xm]"))
NO_CORPUS = pytest.mark.skip(reason=f"NOT CHECKED: no real workbooks in {CORPUS}; set XLPROCESS_CORPUS")
STYLES = "xl/styles.xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MICROSOFT = "http://schemas.microsoft.com/office"


# workbooks with all that Excel can hold


def drawn(make):
    """Picture, shape, chart, form button, sparkline, notes, x14 formats, validation, print settings, table, links."""

    def build(book):
        sheet = book.add_worksheet("收支情况")
        sheet.write_column("A1", [3, 1, 2, 5])
        sheet.write_formula("C1", "=SUM(A1:A4)", None, 11)
        sheet.write_array_formula("D1:D2", "{=A1:A2*2}", None, 6)
        sheet.insert_image("F2", "a.png", {"image_data": io.BytesIO(make.png)})
        sheet.insert_textbox("F9", "文本框")
        sheet.insert_button("H2", {"macro": "run", "caption": "运行检查"})
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "='收支情况'!$A$1:$A$4"})
        sheet.insert_chart("F15", chart)
        sheet.add_sparkline("E1", {"range": "'收支情况'!A1:A4"})
        sheet.conditional_format("A1:A4", {"type": "data_bar", "data_bar_2010": True})
        sheet.conditional_format("A1:A4", {"type": "icon_set", "icon_style": "3_arrows_gray"})
        sheet.data_validation("B1:B4", {"validate": "list", "source": "='别 的'!$A$1:$A$3"})
        sheet.write_comment("A2", "人写的", {"author": "张三", "x_scale": 2, "color": "green"})
        sheet.set_header("&L&G", {"image_left": "b.png", "image_data_left": io.BytesIO(make.png)})
        sheet.print_area("A1:D9")
        sheet.repeat_rows(0)
        sheet.protect("", {"format_cells": True})
        sheet.set_column("B:C", 30, book.add_format({"bg_color": "#FFEEDD"}))
        sheet.merge_range("A6:C6", "合并")
        other = book.add_worksheet("别 的")
        other.write_url("A1", "https://example.org/", string="外链")
        other.add_table("C1:D4", {"data": [["a", 1], ["b", 2]]})
        other.set_background(io.BytesIO(make.png))
        book.define_name("名称", "='收支情况'!$A$1")
        book.set_custom_property("编号", "7")

    return make.written(build)


def linked(make, data, source, more):
    """More parts, related from `source`: {part: (kind, content type, body)}."""
    parts = make.parts(data)
    folder, name = source.rsplit("/", 1)
    rels = f"{folder}/_rels/{name}.rels"
    start = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
    text = parts.get(rels, start.encode()).decode()
    types = parts["[Content_Types].xml"].decode()
    for number, (part, (kind, content_type, body)) in enumerate(more.items()):
        parts[part] = body
        relation = f'<Relationship Id="more{number}" Type="{kind}" Target="/{part}"/>'
        text = text.replace("</Relationships>", relation + "</Relationships>")
        types = types.replace("</Types>", f'<Override PartName="/{part}" ContentType="{content_type}"/></Types>')
    parts[rels], parts["[Content_Types].xml"] = text.encode(), types.encode()
    return make.packed(parts)


def extended(make):
    """What XlsxWriter does not make: slicer, threads, custom XML, printer settings, external link, macros."""
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    x14 = f'xmlns="{MICROSOFT}/spreadsheetml/2009/9/main"'
    slicer_cache = f'<slicerCacheDefinition {x14} name="切片器_a" sourceName="a"/>'
    book_parts = {
        "xl/vbaProject.bin": (
            f"{MICROSOFT}/2006/relationships/vbaProject",
            "application/vnd.ms-office.vbaProject",
            b"\0vba",
        ),
        "xl/persons/person.xml": (
            f"{MICROSOFT}/2017/10/relationships/person",
            "application/vnd.ms-excel.person+xml",
            f'<personList xmlns="{MICROSOFT}/spreadsheetml/2018/threadedcomments"/>'.encode(),
        ),
        "xl/slicerCaches/slicerCache1.xml": (
            f"{MICROSOFT}/2007/relationships/slicerCache",
            "application/vnd.ms-excel.slicerCache+xml",
            slicer_cache.encode(),
        ),
        "customXml/item1.xml": (f"{OFFICE}/customXml", "application/xml", "<机关>部门</机关>".encode()),
        "xl/externalLinks/externalLink1.xml": (
            f"{OFFICE}/externalLink",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml",
            f"<externalLink {main}/>".encode(),
        ),
    }
    thread = '<threadedComment ref="A2" dT="2024-01-01T00:00:00" personId="{0}" id="{1}"><text>x</text></threadedComment>'
    threads = f'<ThreadedComments xmlns="{MICROSOFT}/spreadsheetml/2018/threadedcomments">{thread}</ThreadedComments>'
    sheet_parts = {
        "xl/threadedComments/threadedComment1.xml": (
            f"{MICROSOFT}/2017/10/relationships/threadedComment",
            "application/vnd.ms-excel.threadedcomments+xml",
            threads.encode(),
        ),
        "xl/slicers/slicer1.xml": (
            f"{MICROSOFT}/2007/relationships/slicer",
            "application/vnd.ms-excel.slicer+xml",
            f'<slicers {x14}><slicer name="a" cache="切片器_a" rowHeight="241300"/></slicers>'.encode(),
        ),
        "xl/printerSettings/printerSettings1.bin": (
            f"{OFFICE}/printerSettings",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.printerSettings",
            bytes(range(256)),
        ),
    }
    data = linked(make, drawn(make), "xl/workbook.xml", book_parts)
    data = linked(make, data, "xl/worksheets/sheet1.xml", sheet_parts)

    def macros(name, text):
        if name == "[Content_Types].xml":
            old = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
            return text.replace(old, "application/vnd.ms-excel.sheet.macroEnabled.main+xml")
        if name == "xl/worksheets/sheet1.xml":
            slicers = '<ext uri="{A8765BA9-456A-4dab-B4F3-ACF838C121DE}" xmlns:x14="'
            slicers += f'{MICROSOFT}/spreadsheetml/2009/9/main">'
            slicers += f'<x14:slicerList><x14:slicer xmlns:r="{OFFICE}" r:id="more1"/></x14:slicerList></ext>'
            return text.replace("</extLst>", slicers + "</extLst>")
        return text

    return make.repacked(data, macros)


MADE = {"drawn.xlsx": drawn, "extended.xlsm": extended}
ALL = [*(pytest.param(name, id=name) for name in MADE), *(REAL or [pytest.param("none", marks=NO_CORPUS)])]


@cache
def _made(name, make_key, build):
    return build(make_key.make)


class _Key:
    """Lets the maker of workbooks, which cannot be hashed, be part of a cache's key."""

    def __init__(self, make):
        self.make = make

    def __hash__(self):
        return 1

    def __eq__(self, other):
        return isinstance(other, _Key)


def original(make, name):
    return _made(name, _Key(make), MADE[name]) if name in MADE else (CORPUS / name).read_bytes()


def one_run(make, data):
    """Changes of every kind, and the cells that are written: one inside the used cells, one far below."""
    book = FileBook.open(data, "x")
    name = book.sheet_names()[0]
    sheet = book.sheet(name)
    bottom = sheet.top + len(sheet.rows) + 5
    merged = {Ref(r, c) for a, b in sheet.merged for r in range(a.row, b.row + 1) for c in range(a.column, b.column + 1)}
    noted = [ref for ref in (Ref(2, 1), Ref(3, 3), Ref(sheet.top, sheet.left + 1), Ref(bottom, 2)) if ref not in merged]
    writes = [
        CellWrite(name, Ref(bottom, 3), Decimal("952.55"), "SUM(1,951.55)"),
        CellWrite(name, Ref(bottom + 2, 28), "=文本\n二", None),
    ]
    notes = {(name, ref): make.note("错误 R101 收入合计 952.55，少 79.97", "　可能原因：漏计") for ref in noted}
    changes = make.changes(writes, notes, make.result_list(target=name), {"xlprocess.run": "1"})
    return name, changes


def applied(make, name):
    data = original(make, name)
    book = FileBook.open(data, name)
    sheet, changes = one_run(make, data)
    book.apply(changes)
    return data, book, sheet, changes


# what may be different, and nothing else

GROWN = {"dimension": {"ref"}, "row": {"spans"}, "calcPr": {"fullCalcOnLoad"}}
COUNTED = {"fonts", "fills", "borders", "cellXfs"}


def lost(old, new, path=""):
    """What stands in `old` and not, in the same order, in `new`. New elements may stand between; notes may go on."""
    name = etree.QName(old).localname if isinstance(old.tag, str) else "?"
    here = f"{path}/{name}"
    grown = GROWN.get(name, {"count"} if name in COUNTED else set())
    if old.tag != new.tag:
        return [f"{here}: another element"]
    found = [f"{here}: {key}={value!r}" for key, value in old.attrib.items() if key not in grown and new.get(key) != value]
    was, now = old.text or "", new.text or ""
    if was.strip() and now != was and not (name == "t" and now.startswith(was + "\n────")):
        found.append(f"{here}: text {was!r}")
    rest = iter(new)
    for child in old:
        for candidate in rest:
            if not lost(child, candidate, here):
                break
        else:
            found.append(f"{here}: {etree.tostring(child)[:200]!r}")
            rest = iter(new)
    return found


def only_inserted(old, new):
    """Whether `new` is `old` with one piece put in."""
    same = next((k for k, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    return len(new) >= len(old) and new.endswith(old[same:])


@pytest.mark.parametrize("name", ALL)
def test_nothing_is_lost(make, name):
    data, book, _, _ = applied(make, name)
    before, after = make.parts(data), make.parts(book.to_bytes())
    gone = set(before) - set(after)
    assert gone <= {"xl/calcChain.xml"}
    changed = {part for part in before if part not in gone and before[part] != after[part]}
    for part in changed:
        if part.endswith(".vml"):
            assert only_inserted(before[part], after[part]), part
            continue
        old, new = etree.fromstring(before[part]), etree.fromstring(after[part])
        if gone:
            for root in (old,):
                for element in [e for e in root if "calcChain" in (e.get("Target") or e.get("PartName") or "")]:
                    root.remove(element)
        assert lost(old, new) == [], part
    sheets = {part for part in changed if "/worksheets/sheet" in part or "/worksheets/_rels" in part}
    drawings = {part for part in changed if "comments" in part or part.endswith(".vml")}
    lists = {
        "[Content_Types].xml",
        "_rels/.rels",
        "docProps/custom.xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        STYLES,
    }
    assert changed - sheets - drawings <= lists
    assert len(sheets) <= 2
    assert list(after)[: len(before) - len(gone)] == [part for part in before if part not in gone]


@pytest.mark.parametrize("name", ALL)
def test_the_same_again_changes_no_byte(make, name):
    _, book, _, changes = applied(make, name)
    once = book.to_bytes()
    again = FileBook.open(once, name)
    again.apply(changes)
    assert again.to_bytes() == once


@pytest.mark.parametrize("name", ALL)
def test_what_we_added_goes_without_a_trace(make, name):
    data, _, _, changes = applied(make, name)
    book = FileBook.open(data, name)
    book.apply(make.changes([], dict(changes.notes), changes.results, changes.properties))
    book.apply(make.changes([], dict.fromkeys(changes.notes), make.no_list, dict.fromkeys(changes.properties)))
    before, after = make.parts(data), make.parts(book.to_bytes())
    assert list(after) == [*before, *([STYLES] if STYLES not in before else [])]
    for part in before:
        if part != STYLES and before[part] != after[part]:
            canonical = [etree.tostring(etree.fromstring(p[part]), method="c14n") for p in (before, after)]
            assert canonical[0] == canonical[1], part
    untouched = {part for part in before if before[part] == after[part]}
    assert {part for part in before if not part.endswith((".xml", ".rels"))} <= untouched


@pytest.mark.parametrize("name", ALL)
def test_values_and_notes_are_read_by_openpyxl(make, name):
    _, book, sheet, changes = applied(make, name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        other = openpyxl.load_workbook(io.BytesIO(book.to_bytes()))
        values = openpyxl.load_workbook(io.BytesIO(book.to_bytes()), data_only=True)
    first, second = changes.cells
    assert other[sheet].cell(*first.ref).value == "=SUM(1,951.55)"
    assert values[sheet].cell(*first.ref).value == 952.55
    assert other[sheet].cell(*second.ref).value == "=文本\n二"
    assert other[sheet].cell(*second.ref).data_type == "s"
    assert values["检查结果"]["A1"].value == "检查结果"
    owned = book.threads()
    for place, text in changes.notes.items():
        if place not in owned:
            assert other[sheet].cell(*place[1]).comment.text.endswith(text)
    widest = area(other[sheet].dimensions)
    assert widest[1].row >= second.ref.row


def test_a_workbook_with_macros_stays_one(make):
    for name in (n for n in (*MADE, *REAL) if n.endswith(".xlsm")):
        data, book, _, _ = applied(make, name)
        before, after = make.parts(data), make.parts(book.to_bytes())
        assert b"macroEnabled.main+xml" in after["[Content_Types].xml"]
        assert after.get("xl/vbaProject.bin") == before.get("xl/vbaProject.bin")


def test_a_threaded_comment_of_a_real_workbook_is_left_alone(make):
    data = original(make, "extended.xlsm")
    book = FileBook.open(data, "x")
    assert book.threads() == {("收支情况", Ref(2, 1))}
    _, changes = one_run(make, data)
    assert ("收支情况", Ref(2, 1)) in changes.notes
    book.apply(changes)
    assert b"\xe4\xba\xba\xe5\x86\x99\xe7\x9a\x84</t>" in make.parts(book.to_bytes())["xl/comments1.xml"]


# what others say


def both(make, folder):
    """Each workbook as it came and as one run leaves it, in files."""
    pairs = []
    for name in (*MADE, *REAL):
        data, book, _, _ = applied(make, name)
        pair = folder / f"before {name}", folder / f"after {name}"
        pair[0].write_bytes(data)
        pair[1].write_bytes(book.to_bytes())
        pairs.append(pair)
    return pairs


def test_the_stricter_validator_finds_no_new_error(make, tmp_path):
    validator = OpenXmlValidator()

    def errors(path):
        found = validator.validate(str(path)).errors
        return {(e.part_uri, e.description) for e in found if e.severity is ValidationSeverity.ERROR}

    for before, after in both(make, tmp_path):
        assert errors(after) - errors(before) == set(), after.name


@pytest.mark.validator
def test_the_open_xml_sdk_finds_no_new_error(make, tmp_path, sdk_errors):
    pairs = both(make, tmp_path)
    found = sdk_errors([path for pair in pairs for path in pair])
    for (_, path), before, after in zip(pairs, found[::2], found[1::2], strict=True):
        assert after - before == set(), path.name


@pytest.mark.office
def test_libreoffice_opens_them_with_our_values_and_notes(make, tmp_path, soffice):
    pairs = both(make, tmp_path)
    out = tmp_path / "out"
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [
        soffice,
        profile,
        "--headless",
        "--convert-to",
        "fods",
        "--outdir",
        str(out),
        *(str(after) for _, after in pairs),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    for _, after in pairs:
        text = (out / after.with_suffix(".fods").name).read_text(encoding="utf-8")
        assert 'office:value="952.55"' in text, after.name
        assert "【绩效自评检查】" in text, after.name
        assert 'table:name="检查结果"' in text, after.name


def test_the_comparison_sees_what_is_lost():
    old = etree.fromstring("<w><row r='1' spans='1:1'><c r='A1'><v>1</v></c></row><t>x</t><?keep me?></w>")
    for kept in ("<w><n/><row r='1' spans='1:9'><c r='A1'><v>1</v></c><c/></row><t>x\n────y</t><?keep me?></w>",):
        assert lost(old, etree.fromstring(kept)) == []
    for gone in (
        "<w><row r='1'><c r='A1'><v>2</v></c></row><t>x</t><?keep me?></w>",
        "<w><row r='1'><c r='A1'/></row><t>x</t><?keep me?></w>",
        "<w><row r='2'><c r='A1'><v>1</v></c></row><t>x</t><?keep me?></w>",
        "<w><t>x</t><row r='1'><c r='A1'><v>1</v></c></row><?keep me?></w>",
        "<w><row r='1'><c r='A1'><v>1</v></c></row><t>y</t><?keep me?></w>",
        "<w><row r='1'><c r='A1'><v>1</v></c></row><t>x</t></w>",
    ):
        assert lost(old, etree.fromstring(gone)) != []
    assert only_inserted(b"abab", b"ab12ab")
    assert not only_inserted(b"abab", b"ab12a")
