"""What becomes of every kind of file before a library sees it."""

import io
import os
import random
import struct
import subprocess
import sys
import textwrap
import zipfile
import zlib
from functools import cache
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from python_calamine import load_workbook

from xlprocess.books import extent, kinds
from xlprocess.books.book import letters
from xlprocess.books.guard import guard, read_bytes, reading
from xlprocess.books.kinds import ATTACHMENT_SUFFIXES, OTHER_FORMATS, sniff
from xlprocess.books.limits import LARGEST_FILE
from xlprocess.books.unpacking import directory
from xlprocess.errors import NotAForm, Unreadable

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
BOOK = "xl/workbook.xml"


@cache
def good():
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as workbook:
        for name in ("基本概况", "收支情况"):
            sheet = workbook.add_worksheet(name)
            sheet.write_row("A1", ["收入合计", 952.55, "局机关"])
            sheet.write_formula("B9", "=SUM(B1:B8)", None, 952.55)
            sheet.merge_range("A3:B4", "合并")
    return out.getvalue()


def parts(data=None):
    with zipfile.ZipFile(io.BytesIO(data or good())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(content, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, body in content.items():
            archive.writestr(name, body)
    return out.getvalue()


def with_part(name, body):
    content = parts()
    content[name] = body(content[name]) if callable(body) else body
    return zipped(content)


def with_cells(body):
    def replaced(sheet):
        start, end = sheet.index(b"<sheetData"), sheet.index(b"</sheetData>")
        return sheet[:start] + b"<sheetData>" + body + sheet[end:]

    return with_part(SHEET, replaced)


def compound(*names):
    """An OLE file whose directory holds these names."""
    directory = b""
    for name in ("Root Entry", *names):
        raw = (name + "\0").encode("utf-16-le")
        directory += raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw), 2, 1) + bytes(60)
    directory = directory.ljust(512 * -(-len(directory) // 512), b"\0")
    count = len(directory) // 512
    header = kinds.CFB + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<9I", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header = header.ljust(76, b"\0") + struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    chain = [0xFFFFFFFD, *range(2, count + 1), 0xFFFFFFFE]
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(512, b"\xff")
    return header + table + directory


def refused(data, name="a.xlsx"):
    with pytest.raises(Unreadable) as caught:
        guard(data, name)
    message = caught.value.message
    assert message.startswith(f"无法处理 {name}：")
    assert message.endswith("。")
    assert not set("\n`{}<>") & set(message)
    for jargon in ("zip", "XML ", "CRC", "Error", "None"):
        assert jargon not in message
    return caught.value


# What passes


def test_a_workbook_passes():
    passed = guard(good(), "a.xlsx")
    assert list(passed) == list(parts())
    assert dict(passed) == parts()
    assert [(sheet.name, sheet.part, sheet.is_worksheet) for sheet in passed.sheets] == [
        ("基本概况", SHEET, True),
        ("收支情况", "xl/worksheets/sheet2.xml", True),
    ]
    assert passed.workbook == BOOK
    assert passed.find("/XL/Workbook.xml") == BOOK
    assert passed.find("xl/none.xml") is None


def values(data):
    workbook = load_workbook(io.BytesIO(data))
    return {name: workbook.get_sheet_by_name(name).to_python() for name in workbook.sheet_names}


def test_the_values_package_reads_as_the_file_does():
    package = guard(good(), "a.xlsx").values_package()
    assert values(package) == values(good())
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        assert archive.testzip() is None
        assert {i.compress_type for i in archive.infolist()} == {zipfile.ZIP_STORED}


@pytest.mark.parametrize("name", ["a.xlsx", "a.xlsm", "a", "a.xls", "报告.XLSX"])
def test_a_workbook_passes_under_any_name(name):
    guard(good(), name)


def test_a_workbook_with_macros_passes():
    content = parts()
    content["[Content_Types].xml"] = content["[Content_Types].xml"].replace(
        b"spreadsheetml.sheet.main", b"ms-excel.sheet.macroEnabled.main"
    )
    guard(zipped(content | {"xl/vbaProject.bin": os.urandom(100)}), "a.xlsm")


@pytest.mark.parametrize(
    "data",
    [
        zipped(parts(), zipfile.ZIP_STORED),
        zipped({name.replace("/", "\\"): body for name, body in parts().items()}),
        zipped({name.replace("xl/", "XL/"): body for name, body in parts().items()}),
        zipped(dict(reversed(parts().items()))),
        good() + bytes(300),
        with_part(BOOK, lambda x: b"\xef\xbb\xbf" + x),
        with_part("xl/_rels/workbook.xml.rels", lambda x: x.replace(b'Target="', b'Target="/xl/')),
    ],
    ids=["stored", "backslashes", "other case", "other order", "padded", "byte order mark", "absolute targets"],
)
def test_what_other_programs_write_passes(data):
    guard(data, "a.xlsx")


def test_an_archive_written_to_a_stream_passes():
    class Stream(io.RawIOBase):
        """Sizes follow the data when the writer cannot seek."""

        def __init__(self):
            self.written = bytearray()

        def writable(self):
            return True

        def write(self, data):
            self.written += data
            return len(data)

    out = Stream()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts().items():
            with archive.open(name, "w", force_zip64=True) as entry:
                entry.write(body)
    guard(bytes(out.written), "a.xlsx")


@pytest.mark.parametrize(
    "cells",
    [
        b"",
        b'<row r="1"><c r="A1"/></row>',
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="1"/></row>',
        b'<row r="1048570"><c r="XFA1048570"><v>1</v></c><c r="XFD1048570"><v>1</v></c></row>',
        b"<row><c><v>1</v></c><c><v>1</v></c></row>",
        b'<row r="1"><c s="0" r="A1"><v>1</v></c></row>',
        b"<row r='1'><c r='A1'><v>1</v></c></row>",
        b'<!-- <c r="XFD1048576"> --><row r="1"><c r="A1"><v>1</v></c></row>',
        b'<row r="1"><c r="A1" t="inlineStr"><is><r><rPr><color rgb="FF0000"/></rPr><t>x</t></r></is></c></row>',
        b'<row r="2000"><c r="AB2000"><v>1</v></c></row><row r="3000"><c r="A3000"><v>1</v></c></row>',
    ],
)
def test_sheets_of_a_usual_extent_pass(cells):
    guard(with_cells(cells), "a.xlsx")


@pytest.mark.parametrize(
    "cells",
    [
        b'<row r="20"><c r="C9"><v>1</v></c><c><v>1</v></c></row><row><c><v>1</v></c></row>',
        b'<row r="20"/><row><c/><c/><c><v>1</v></c></row>',
        b"<row/><row/><row><c/><c><v>1</v></c></row>",
        b'<row r="2"><c r="A50"/></row><row><c/><c/><c><v>1</v></c></row>',
        b'<c><v>1</v></c><c><v>1</v></c><row r="2"><c r="A50"/></row>',
        b'<row r="2"><c r="B2"><v>1</v></c></row><c><v>1</v></c>',
        b'<row r="9"><c r="A9"><v>1</v></c></row><row r="2"><c r="C2"><v>1</v></c></row>',
        b'<row r="3"><c r="b3"><v>1</v></c></row>',
        b'<row r="1"><c r="A1" t="str"><v></v></c><c r="D7" t="inlineStr"><is><t/></is></c></row>',
    ],
)
def test_measures_a_sheet_as_the_reader_of_values_does(cells):
    data = with_cells(cells)
    box = extent.exact_box(parts(data)[SHEET])
    sheet = load_workbook(io.BytesIO(data)).get_sheet_by_index(0)
    assert sheet.start == (box.top - 1, box.left - 1)
    assert sheet.end == (box.bottom - 1, box.right - 1)
    plain = extent.plain_look(parts(data)[SHEET])
    quick = plain.box if plain is not None else extent.quick_box(parts(data)[SHEET])
    assert quick is None or quick.area >= box.area


# What it really is


OTHERS = {
    "xls": compound("Workbook"),
    "doc": compound("\x01CompObj", "Data", "1Table", "WordDocument"),
    "ole": compound("Contents"),
    "pdf": b"%PDF-1.7\n%\xe2\xe3",
    "rtf": b"{\\rtf1\\ansi",
    "text": "部门,金额\n局机关,952.55\n".encode(),
    "html": b"<html><table><tr><td>1</td></tr></table></html>",
    "xml_spreadsheet": b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
    "picture": b"\x89PNG\r\n\x1a\n" + bytes(20),
    "archive": b"Rar!\x1a\x07\x01\x00" + bytes(20),
    "program": b"MZ" + bytes(100),
    "xlsb": zipped({"[Content_Types].xml": b"<Types/>", "_rels/.rels": b"", "xl/workbook.bin": b"\0"}),
    "docx": zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"", "word/embeddings/a.xlsx": good()}),
    "ppt": zipped({"[Content_Types].xml": b"<Types/>", "ppt/presentation.xml": b""}),
    "ods": zipped({"mimetype": b"application/x", "content.xml": b"", "META-INF/manifest.xml": b""}, zipfile.ZIP_STORED),
    "odt": zipped(
        {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"", "META-INF/manifest.xml": b""},
        zipfile.ZIP_STORED,
    ),
    "ofd": zipped({"OFD.xml": b"", "Doc_0/Document.xml": b""}),
    "numbers": zipped({"Index/Document.iwa": b"", "Metadata/Properties.plist": b""}),
}


@pytest.mark.parametrize("suffix", ["", ".xlsx", ".xlsm", ".docx", ".csv"])
@pytest.mark.parametrize("kind", OTHERS)
def test_says_what_a_file_really_is_under_any_name(kind, suffix):
    name = f"报告{suffix}"
    assert sniff(OTHERS[kind], name) == kind
    what, do = OTHER_FORMATS[kind]
    error = refused(OTHERS[kind], name)
    assert (error.kind, error.status) == ("other_format", "unreadable")
    assert error.message == f"无法处理 {name}：这不是 .xlsx 工作簿，而是{what}。{do}。"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\xff\xd8\xff\xe0", "picture"),
        (b"GIF89a", "picture"),
        (b"II*\0", "picture"),
        (b"MM\0*", "picture"),
        (b"BM\x36\0\0\0\0\0\0\0\x36", "picture"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "picture"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "picture"),
        (b"7z\xbc\xaf\x27\x1c\0\4", "archive"),
        (b"\x1f\x8b\x08\0", "archive"),
        (b"a.txt".ljust(257, b"\0") + b"ustar\0", "archive"),
        (zipped({"a.xlsx": good(), "b.pdf": b""}), "archive"),
        (zipped({}), "broken"),  # an archive of nothing
        ("部门,金额".encode("gb18030"), "text"),
        ("部门\t金额".encode("utf-16"), "text"),
        ("\ufeff部门,金额".encode(), "text"),
        (("收" * 3000).encode(), "text"),
        (("a" + "收" * 3000).encode(), "text"),
        (("a" + "收" * 3000).encode("gb18030"), "text"),
        (b"MIME-Version: 1.0\r\n", "html"),
        (b"\x09\x08\x10\0\0\6\5\0" + bytes(20), "xls"),
        (compound("EncryptedPackage", "EncryptionInfo"), "encrypted"),
        (compound("PowerPoint Document"), "ppt"),
        (b"", "empty"),
        (bytes(5000), "zeros"),
        (b"%TSD-Header-###%\0\1\2\3" + bytes(range(256)), "unknown"),
        (good(), "workbook"),
        (good()[:-30], "broken"),
        (kinds.CFB, "ole"),
        (kinds.CFB + b"\xff" * 600, "ole"),
    ],
)
def test_sniffs(data, kind):
    assert sniff(data, "a.xlsx") == kind


def test_the_name_decides_between_formats_of_the_same_bytes():
    assert sniff(compound("Workbook"), "a.et") == "et"
    assert sniff(compound("WordDocument"), "a.wps") == "wps"
    assert sniff(good(), "~$a.xlsx") == "owner"


@pytest.mark.parametrize(
    "data", ["dépense,1\n".encode("latin-1"), b"a,b\n1,\0002\n", "a,b\r\n".encode("utf-16-le"), b"a,1\r\n\x1a\xe9"]
)
def test_a_text_that_old_programs_exported_is_told_by_its_name(data):
    assert sniff(data, "a.csv") == "text"
    assert sniff(data + bytes(range(1, 32)), "a.csv") == "unknown"


def test_attachments_are_no_workbooks():
    assert {".pdf", ".ofd", ".doc", ".docx", ".wps", ".jpg", ".png", ".zip", ".rar", ".7z"} <= ATTACHMENT_SUFFIXES
    assert not ATTACHMENT_SUFFIXES & {".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".csv", ".et"}


# The sentences


@pytest.mark.parametrize(
    ("data", "name", "kind", "message"),
    [
        (
            compound("EncryptedPackage"),
            "emergency.xlsx",
            "encrypted",
            "无法处理 emergency.xlsx：文件有打开密码。请在 Excel 中取消密码并另存后再运行。",
        ),
        (
            b"",
            "a.xlsx",
            "damaged",
            "无法处理 a.xlsx：文件是空的，没有任何内容。请重新复制，或请填报单位重新发送。",
        ),
        (
            bytes(100),
            "a.xlsx",
            "damaged",
            "无法处理 a.xlsx：文件没有写完整，里面全是空白数据。请重新复制，或请填报单位重新发送。",
        ),
        (
            good()[:-200],
            "a.xlsx",
            "damaged",
            "无法处理 a.xlsx：文件已损坏或不完整。请用 Excel 或 WPS 打开，确认内容正常后另存为新的 .xlsx 文件；"
            "打不开的，请重新复制或请填报单位重新发送。",
        ),
        (
            b"\x62\x14\x23\x65" + bytes(range(200)),
            "a.xlsx",
            "damaged",
            "无法处理 a.xlsx：文件已损坏，或被单位的文档加密软件加了密。"
            "如果 WPS 或 Excel 能正常打开，说明是透明加密，请先解密再运行；打不开的，请填报单位重新发送。",
        ),
        (
            OTHERS["xls"],
            "a.xlsx",
            "other_format",
            "无法处理 a.xlsx：这不是 .xlsx 工作簿，而是旧版 Excel 工作簿（.xls）。"
            "请用 Excel 或 WPS 打开后另存为 .xlsx 工作簿再运行。",
        ),
        (
            OTHERS["archive"],
            "a.rar",
            "other_format",
            "无法处理 a.rar：这不是 .xlsx 工作簿，而是压缩包。请先解压，再处理其中的 .xlsx 工作簿。",
        ),
        (
            good(),
            "~$a.xlsx",
            "other_format",
            "无法处理 ~$a.xlsx：这不是 .xlsx 工作簿，而是打开文件时留下的临时文件。请关闭 Excel 或 WPS，改为处理同名的正式文件。",
        ),
        (
            with_cells(b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
            "a.xlsx",
            "over_limit",
            "无法处理 a.xlsx：工作表「基本概况」的内容一直延伸到 XFD1048576，范围过大。"
            "请在 Excel 或 WPS 中新建工作簿，只把填报内容复制过去，保存后再运行。",
        ),
    ],
)
def test_says_what_is_wrong_and_what_to_do(data, name, kind, message):
    error = refused(data, name)
    assert (error.kind, error.message) == (kind, message)


# Damaged


def flipped(data, at):
    return data[:at] + bytes([data[at] ^ 0x20]) + data[at + 1 :]


def entry(data, name):
    return next(e for e in directory(data) if e.name == name)


def doubled():
    with pytest.warns(UserWarning, match="Duplicate name"):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, body in [*parts().items(), (SHEET, b"<worksheet/>")]:
                archive.writestr(name, body)
    return out.getvalue()


def overlapping():
    """The directory points twice at the same bytes, under two names."""
    data = zipped(parts() | {"xl/media/a.png": b"x" * 50, "xl/media/b.png": b"x" * 50})
    at = data.rindex(b"xl/media/a.png")
    first = struct.unpack_from("<I", data, at - 4)[0]
    at = data.rindex(b"xl/media/b.png")
    return data[: at - 4] + struct.pack("<I", first) + data[at:]


DAMAGED = {
    "no end": good()[: good().rindex(b"PK\5\6")],
    "half": good()[: len(good()) // 2],
    "checksum": flipped(good(), entry(good(), SHEET).start + 40),
    "checksum of a picture": flipped(
        zipped(parts() | {"xl/media/a.png": os.urandom(100)}, zipfile.ZIP_STORED),
        entry(zipped(parts() | {"xl/media/a.png": bytes(100)}, zipfile.ZIP_STORED), "xl/media/a.png").start + 5,
    ),
    "bytes behind": good() + b"more",
    "twice the same name": doubled(),
    "overlap": overlapping(),
    "unknown compression": zipped(parts(), zipfile.ZIP_LZMA),
    "no workbook part": zipped({k: v for k, v in parts().items() if k != BOOK}),
    "no relationships": zipped({k: v for k, v in parts().items() if k != "_rels/.rels"}),
    "no sheet relationships": zipped({k: v for k, v in parts().items() if k != "xl/_rels/workbook.xml.rels"}),
    "no sheet part": zipped({k: v for k, v in parts().items() if k != SHEET}),
    "no content types": zipped({k: v for k, v in parts().items() if k != "[Content_Types].xml"}),
    "no sheets": with_part(BOOK, lambda x: x[: x.index(b"<sheets>")] + b"<sheets/></workbook>"),
    "workbook broken": with_part(BOOK, lambda x: x[:-20]),
    "relationships broken": with_part("xl/_rels/workbook.xml.rels", lambda x: x[:-20]),
    "content types broken": with_part("[Content_Types].xml", lambda x: x[:-20]),
    "something else": with_part(BOOK, b"<other/>"),
    "odd sheet broken": with_cells(b"<row><c><v>1</v></row>"),
    "hidden encoding": with_part("xl/styles.xml", b'<?xml version="1.0" encoding="UTF-7"?><styleSheet/>'),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_damaged(case):
    assert refused(DAMAGED[case]).kind == "damaged"


def test_entries_with_a_password_are_encrypted():
    data = bytearray(good())
    for at in [e.start for e in directory(good())]:
        header = data.rindex(b"PK\3\4", 0, at)
        data[header + 6] |= 1
    at = 0
    while (at := data.find(b"PK\1\2", at)) >= 0:
        data[at + 8] |= 1
        at += 4
    assert refused(bytes(data)).kind == "encrypted"


# Over a limit, in little time and memory


def false_size(name, body, declared):
    """An entry that says it is shorter than it is."""
    data = with_part(name, body)
    true = struct.pack("<I", len(body))
    head = data.index(name.encode())
    data = data[: head - 8] + struct.pack("<I", declared) + data[head - 4 :]
    tail = data.rindex(name.encode())
    assert data[tail - 22 : tail - 18] == true
    return data[: tail - 22] + struct.pack("<I", declared) + data[tail - 18 :]


def many_sheets(count):
    def listed(workbook):
        sheets = b"".join(b'<sheet name="s%d" sheetId="%d" r:id="rId1"/>' % (n, n) for n in range(1, count))
        return workbook[: workbook.index(b"<sheets>")] + b"<sheets>" + sheets + b"</sheets></workbook>"

    return with_part(BOOK, listed)


def cells(count, filled=b"<v>1</v>"):
    rows = []
    for row in range(1, count // 100 + 1):
        rows.append(b'<row r="%d">' % row)
        rows += [b'<c r="%s%d">%s</c>' % (column, row, filled) for column in COLUMNS]
        rows.append(b"</row>")
    return b"".join(rows)


COLUMNS = [letters(n).encode() for n in range(1, 101)]
FAR = b'<row r="1"><c r="A1"><v>1</v></c></row>'
DOCTYPE = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'


def nested(count):
    return b"<q>" * count + b"</q>" * count


OVER_LIMIT = {
    "a part": lambda: with_part(SHEET, lambda x: x.replace(b"<sheetData", b" " * (100 << 20) + b"<sheetData")),
    "a picture": lambda: zipped(parts() | {"xl/media/a.png": bytes(100 << 20)}),
    "all parts": lambda: zipped(parts() | {f"xl/x{n}.xml": b"<x>" + os.urandom(9 << 20).hex().encode() for n in range(6)}),
    "ratio": lambda: with_part(STRINGS, b"<sst>" + b" " * (11 << 20) + b"</sst>"),
    "a false size": lambda: false_size(SHEET, b" " * (60 << 20), 1000),
    "entries": lambda: zipped(parts() | {f"x/{n}.xml": b"" for n in range(5001)}, zipfile.ZIP_STORED),
    "sheets": lambda: many_sheets(400),
    "a stray cell": lambda: with_cells(FAR + b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
    "a stray text": lambda: with_cells(FAR + b'<row r="1048576"><c r="J1048576" t="inlineStr"><is><t/></is></c></row>'),
    "a stray cell in quotes": lambda: with_cells(FAR + b'<row><c r="XFD1048576" x="/>"><v>1</v></c></row>'),
    "a stray cell by quotation": lambda: with_cells(FAR + b"<row><c r='XFD1048576'><v>1</v></c></row>"),
    "a stray cell by order": lambda: with_cells(FAR + b'<row><c t="n" r="XFD1048576"><v>1</v></c></row>'),
    "a stray cell by place": lambda: with_cells(FAR + b'<row r="1048576"><c r="XFC9"/><c><v>1</v></c></row>'),
    "a stray row without names": lambda: with_cells(
        FAR + b'<row r="1048575"/><row><c/><c/><c/><c/><c/><c/><c/><c/><c/><c><v>1</v></c></row>'
    ),
    "a stray cell by prefix": lambda: with_cells(
        FAR + b'<x:c xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" r="XFD99999"><x:v>1</x:v></x:c>'
    ),
    "a stray cell after the sheet": lambda: with_part(
        SHEET, lambda x: x.replace(b"</worksheet>", b'<c r="XFD99999"><v>1</v></c></worksheet>')
    ),
    "a stray cell before the sheet": lambda: with_part(
        SHEET, lambda x: x.replace(b"<sheetData>", b'<a b="&lt;sheetData>"/><sheetData><c r="XFD99999"><v>1</v></c>')
    ),
    "a column beyond the last": lambda: with_cells(b'<row r="1"><c r="A1"><v>1</v></c><c r="AAAAAAAAA1"><v>1</v></c></row>'),
    "a row beyond the last": lambda: with_cells(b'<row r="1"><c r="A1"><v>1</v></c><c r="A99999999999"><v>1</v></c></row>'),
    "cells": lambda: with_cells(cells(1_100_000)),
    "tags": lambda: with_part(SHEET, lambda x: x.replace(b"<sheetData", b"<!-- --><sheetData") + b"<a/>" * 1_600_000),
    "tags of many parts": lambda: zipped(parts() | {f"x{n}.xml": b"<a>%s</a>" % (b"<b/>" * 400_000) for n in range(9)}),
    "merged cells": lambda: with_part(
        SHEET, lambda x: x.replace(b"</sheetData>", b"</sheetData>" + b'<mergeCell ref="A1:B2"/>' * 210_000)
    ),
    "texts": lambda: with_part(STRINGS, lambda x: x.replace(b"<si>", b"<si><t>a</t></si>" * 1_100_000 + b"<si>", 1)),
    "a false count of texts": lambda: with_part(STRINGS, lambda x: x.replace(b' uniqueCount="', b' uniqueCount="4294967295" x="')),
    "depth of a sheet": lambda: with_cells(b'<row r="1"><c r="A1">' + nested(100_000) + b"</c></row>"),
    "depth of the texts": lambda: with_part(STRINGS, lambda x: x.replace(b"<si>", b"<si>" + nested(100_000), 1)),
    "depth of the workbook": lambda: with_part(BOOK, lambda x: x.replace(b"</workbook>", nested(300) + b"</workbook>")),
    "entities": lambda: with_part(STRINGS, lambda x: x.replace(b"<sst", DOCTYPE + b"<sst", 1)),
    "entities elsewhere": lambda: with_part("docProps/core.xml", DOCTYPE + b"<x>&b;</x>"),
    "entities in another encoding": lambda: with_part("docProps/core.xml", (DOCTYPE + b"<x/>").decode().encode("utf-16")),
}
ALLOWED = {
    "nearly as many tags as may be": lambda: with_part("x.xml", b"<a>%s</a>" % (b"<b/>" * 990_000)),
    "an oddly written sheet": lambda: with_cells(b"<row>" + b"<c><v>1</v></c>" * 15_000 + b"</row>"),
    "nearly as many cells as may be": lambda: with_cells(cells(990_000)),
    "nearly as many cells, all blank but one": lambda: with_cells(cells(500_000, b"") + FAR),
    "a picture as large as may be": lambda: zipped(parts() | {"xl/media/a.png": os.urandom(40 << 20)}),
}

WATCHED = """
    import re, resource, sys, time
    from pathlib import Path
    from xlprocess.books.guard import guard
    from xlprocess.errors import Unreadable
    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
    data = Path(sys.argv[1]).read_bytes()
    start = time.process_time()
    try:
        guard(data, "a.xlsx")
        kind = "passed"
    except Unreadable as error:
        kind = error.kind
    seconds = time.process_time() - start
    # ru_maxrss would be the parent's: it is handed on when a process is forked
    peak = re.search(r"VmHWM:\\s+([0-9]+) kB", Path("/proc/self/status").read_text())[1]
    print(kind, seconds, int(peak) // 1024)
"""


def run(script, *arguments):
    environment = os.environ | {"PYTHONPATH": str(Path(kinds.__file__).parents[2])}
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), *map(str, arguments)],
        capture_output=True,
        text=True,
        env=environment,
        timeout=120,
    )


@pytest.mark.skipif(sys.platform != "linux", reason="measured by what Linux tells of a process")
@pytest.mark.parametrize("case", [*OVER_LIMIT, *ALLOWED])
def test_bounded_in_time_and_memory(case, tmp_path):
    (tmp_path / "a.xlsx").write_bytes((OVER_LIMIT | ALLOWED)[case]())
    done = run(WATCHED, tmp_path / "a.xlsx")
    assert done.returncode == 0, done.stderr
    kind, seconds, megabytes = done.stdout.split()
    assert kind == ("over_limit" if case in OVER_LIMIT else "passed")
    assert float(seconds) < 20  # measured well below 1; a bomb that is unpacked or parsed takes minutes
    assert int(megabytes) < 300


def test_a_file_that_is_too_large_is_not_looked_at():
    error = refused(b"PK\3\4" + bytes(LARGEST_FILE))
    assert error.message == ("无法处理 a.xlsx：文件超过 64 MB，不像是填报的工作簿。请删除其中的图片和多余内容后再运行。")


# The file itself


def test_reads_a_file(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(good())
    assert read_bytes(tmp_path / "a.xlsx") == good()


def unreadable(path):
    with pytest.raises(Unreadable) as caught:
        read_bytes(path)
    return caught.value.kind, caught.value.message


def test_a_folder_and_a_file_that_is_gone(tmp_path):
    (tmp_path / "夹").mkdir()
    assert unreadable(tmp_path / "夹") == (
        "no_access",
        "无法处理 夹：这是一个文件夹，不是文件。请给出文件夹中工作簿的名称。",
    )
    assert unreadable(tmp_path / "无.xlsx") == (
        "no_access",
        "无法处理 无.xlsx：找不到这个文件。请确认文件没有被移走、改名或删除。",
    )
    assert unreadable(tmp_path / "a\0.xlsx")[0] == "no_access"
    assert unreadable(tmp_path / ("长" * 300))[0] == "no_access"


def test_a_file_without_permission_or_locked(tmp_path, monkeypatch):
    (tmp_path / "a.xlsx").write_bytes(good())

    def no(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", no)
    assert unreadable(tmp_path / "a.xlsx") == (
        "no_access",
        "无法处理 a.xlsx：没有读取这个文件的权限，或文件正被其他程序占用。请关闭打开它的程序，或请管理员开放权限后再运行。",
    )


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes among files")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.xlsx")
    assert unreadable(tmp_path / "a.xlsx")[0] == "no_access"


def test_a_large_file_is_not_read(tmp_path):
    with (tmp_path / "a.xlsx").open("wb") as file:
        file.truncate(10 << 30)
    assert unreadable(tmp_path / "a.xlsx")[0] == "over_limit"


# What the libraries raise


def test_what_libraries_raise_becomes_unreadable():
    def calamine():
        load_workbook(io.BytesIO(b"PK"))

    def lxml():
        etree.fromstring(b"<a>")

    def deflate():
        zlib.decompress(b"x")

    for fails in (calamine, lxml, deflate):
        with pytest.raises(Unreadable) as caught, reading("a.xlsx"):
            fails()
        assert caught.value.kind == "damaged"
    for fails in (lambda: etree.fromstring(nested(300)), lambda: (_ for _ in ()).throw(MemoryError)):
        with pytest.raises(Unreadable) as caught, reading("a.xlsx"):
            next(iter(fails()), None)
        assert caught.value.kind == "over_limit"


def test_our_own_mistakes_stay_what_they_are():
    with pytest.raises(KeyError), reading("a.xlsx"):
        {}["a"]
    with pytest.raises(NotAForm), reading("a.xlsx"):
        raise NotAForm("not_this_form", "…")
    with pytest.raises(KeyboardInterrupt), reading("a.xlsx"):
        raise KeyboardInterrupt


# Anything else


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["a.xlsx", "a", "~$a.xls", ""]))
def test_any_bytes_give_a_sentence(data, name):
    sniff(data, name)
    for head in (b"", b"PK\3\4", kinds.CFB):
        with pytest.raises(Unreadable):
            guard(head + data, name)


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_a_changed_workbook_passes_or_is_unreadable(draw):
    data = bytearray(good())
    for _ in range(draw.draw(st.integers(1, 4))):
        data[draw.draw(st.integers(0, len(data) - 1))] = draw.draw(st.integers(0, 255))
    end = draw.draw(st.one_of(st.just(len(data)), st.integers(0, len(data))))
    try:
        guard(bytes(data[:end]), "a.xlsx").values_package()
    except Unreadable as error:
        assert error.kind in ("damaged", "other_format", "encrypted", "over_limit")


FUZZED = """
    import io, resource, sys
    from pathlib import Path
    from lxml import etree
    from python_calamine import CalamineWorkbook
    from xlprocess.books.guard import guard, reading
    from xlprocess.errors import Unreadable
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
    passed = 0
    for path in sorted(Path(sys.argv[1]).iterdir()):
        print(path.name, flush=True)
        try:
            parts = guard(path.read_bytes(), path.name)
            with reading(path.name):
                workbook = CalamineWorkbook.from_filelike(io.BytesIO(parts.values_package()))
                for name in workbook.sheet_names:
                    workbook.get_sheet_by_name(name).to_python()
                for sheet in parts.sheets:
                    etree.fromstring(parts[sheet.part])
            passed += 1
        except Unreadable:
            pass
    print("passed", passed)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limits on a process")
def test_what_passes_never_ends_the_process(tmp_path):
    chance = random.Random(7)
    numbers = [b"0", b"-1", b"999999999", b"4294967296", b"18446744073709551616", b"XFD1048576", b"A0", b"ZZZZZZZ1"]
    for n in range(400):
        content = parts()
        for _ in range(chance.randint(1, 3)):
            name = chance.choice([SHEET, STRINGS, BOOK, "xl/styles.xml", "xl/_rels/workbook.xml.rels"])
            body = content[name]
            quotes = [k for k, byte in enumerate(body) if byte == 34]
            if chance.random() < 0.6:  # another attribute
                k = chance.randrange(0, len(quotes) - 1)
                body = body[: quotes[k] + 1] + chance.choice(numbers) + body[quotes[k + 1] :]
            elif chance.random() < 0.5:
                body = flipped(body, chance.randrange(len(body)))
            else:
                at = chance.randrange(len(body))
                body = body[:at] + body[at + chance.randrange(40) :]
            content[name] = body
        (tmp_path / f"{n:03}.xlsx").write_bytes(zipped(content, zipfile.ZIP_STORED))
    done = run(FUZZED, tmp_path)
    assert done.returncode == 0, done.stdout[-20:] + done.stderr[-2000:]
    assert int(done.stdout.split()[-1]) > 20
