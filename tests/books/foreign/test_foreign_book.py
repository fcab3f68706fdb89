"""Workbooks of other formats: what is read of them is what the same workbook in .xlsx gives, and what would hurt the reader of
values is refused before it sees the file."""

from __future__ import annotations

import io
import struct
import subprocess
import zipfile
from pathlib import Path

import pytest

from xlprocess.books.book import Ref
from xlprocess.books.foreign import xls, xlsb
from xlprocess.books.foreign.book import ForeignBook
from xlprocess.books.foreign.outline import Outline, TooLargeError, shows_percent
from xlprocess.books.guard import guard_archive
from xlprocess.errors import Unreadable
from xlprocess.pipeline import check_book, open_values

HERE = Path(__file__).parent
SAMPLES = HERE.parents[2] / "workbooks" / "samples"
XLSB = HERE / "应急管理局2021.xlsb"
"""The sample, written by another program that leaves out the columns of cells which follow each other."""


@pytest.fixture(scope="session")
def converted(tmp_path_factory: pytest.TempPathFactory, soffice: str) -> Path:
    """A folder with the samples as LibreOffice writes them."""
    folder = tmp_path_factory.mktemp("converted")
    office = (soffice, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless")
    for kind in ("xls", "ods"):
        subprocess.run(
            [*office, "--convert-to", kind, "--outdir", str(folder), *map(str, sorted(SAMPLES.glob("*.xlsx")))],
            check=True,
            capture_output=True,
            timeout=180,
        )
    return folder


def told(path: Path) -> list[tuple[str, str, str, str | None, str]]:
    checked = check_book(open_values(path.read_bytes(), path.name), path.name)
    return [(f.rule, str(f.where.sheet), str(f.where.ref), f.actual, f.message.replace(path.name, "")) for f in checked.findings]


@pytest.mark.parametrize("kind", ["xls", "ods"])
@pytest.mark.parametrize("stem", ["应急管理局2021", "档案馆2021"])
def test_the_same_is_found_as_in_the_xlsx(converted: Path, kind: str, stem: str) -> None:
    assert told(converted / f"{stem}.{kind}") == told(SAMPLES / f"{stem}.xlsx")


def test_the_same_is_found_in_an_xlsb() -> None:
    assert told(XLSB) == told(SAMPLES / "应急管理局2021.xlsx")


def test_cells_without_their_columns_are_not_passed_over() -> None:
    data = XLSB.read_bytes()
    parts = guard_archive(data, "a.xlsb")
    assert xlsb.written_out(parts, data) != data
    sheet = ForeignBook.open(data, "a.xlsb", "xlsb").sheet("收支情况")
    assert [sheet.value(6, c) for c in (1, 2, 3, 4, 7)] == ["1、局机关", 952.55, 79.97, 922.68, 29.87]


def test_percent_formats_merged_cells_and_formulas_are_known(converted: Path) -> None:
    for path in (converted / "应急管理局2021.xls", converted / "应急管理局2021.ods", XLSB):
        book = open_values(path.read_bytes(), path.name)
        assert book.percent_cells("基本概况", [Ref(7, 2), Ref(6, 2)]) == {Ref(7, 2)}, path.suffix
        assert (Ref(1, 1), Ref(1, 4)) in book.sheet("基本概况").merged, path.suffix
        if path.suffix != ".xlsb":  # its writer keeps values alone
            assert Ref(7, 2) in book.sheet("基本概况").formulas, path.suffix


@pytest.mark.parametrize(("code", "shows"), [("0.00%", True), ('0"%"', False), ("0\\%", False), ("0.0_ ;[Red]-0%", True)])
def test_a_quoted_sign_is_no_percentage(code: str, shows: bool) -> None:
    assert shows_percent(code) == shows


# ---- what would hurt


def record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def stream(*cells: bytes) -> bytes:
    """A workbook stream of one sheet."""
    name = "表".encode("utf-16-le")
    head = record(0x809, b"\0\6\5\0" + bytes(12))
    listed = 4 + len(head) - 4 + 4 + 8 + len(name) + 4
    sheet = struct.pack("<IBBBB", listed, 0, 0, 1, 1) + name
    return (
        head
        + record(0x85, sheet)
        + record(0x0A, b"")
        + record(0x809, b"\0\6\x10\0" + bytes(12))
        + b"".join(cells)
        + record(10, b"")
    )


def number(row: int, column: int) -> bytes:
    return record(0x203, struct.pack("<HHHd", row, column, 0, 1.5))


def test_what_an_xls_stream_says_of_its_sheet() -> None:
    found = xls._Walker(stream(number(0, 0), number(9, 3))).walk()
    assert {n: (o.cells, o.first, o.last) for n, o in found.items()} == {"表": (2, Ref(1, 1), Ref(10, 4))}


@pytest.mark.parametrize(
    "cells",
    [
        (number(0, 0), number(65_535, 255)),
        (record(0x200, struct.pack("<IIHHH", 0, 0xFFFFFFFF, 0, 256, 0)),),
    ],
    ids=["a stray cell", "a false extent"],
)
def test_an_xls_that_would_reserve_too_much_is_refused(cells: tuple[bytes, ...]) -> None:
    with pytest.raises(TooLargeError):
        xls._Walker(stream(*cells)).walk()


def ods(rows: str, extra: dict[str, str] | None = None) -> bytes:
    names = "".join(
        f' xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"'
        for p, n in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        body = (
            f'<office:body><office:spreadsheet><table:table table:name="表">{rows}</table:table></office:spreadsheet></office:body>'
        )
        file.writestr("content.xml", f"<office:document-content{names}>{body}</office:document-content>")
        file.writestr("META-INF/manifest.xml", "<manifest/>")
        for name, text in (extra or {}).items():
            file.writestr(name, text)
    return out.getvalue()


CELL = '<table:table-cell office:value-type="float" office:value="1.5"{}><text:p>1.5</text:p></table:table-cell>'


@pytest.mark.parametrize(
    ("data", "kind", "words"),
    [
        (
            ods(f'<table:table-row table:number-rows-repeated="1048576">{CELL.format("")}</table:table-row>'),
            "over_limit",
            "内容过多",
        ),
        (
            ods(
                f"<table:table-row>{CELL.format('')}</table:table-row>"
                f'<table:table-row table:number-rows-repeated="900000"><table:table-cell/></table:table-row>'
                f'<table:table-row><table:table-cell table:number-columns-repeated="900"/>{CELL.format("")}</table:table-row>'
            ),
            "over_limit",
            "表格范围过大",
        ),
        (ods("<table:table-row>" * 300 + "</table:table-row>" * 300), "over_limit", "嵌套层次过多"),
    ],
    ids=["repeated", "far away", "deep"],
)
def test_an_ods_that_would_reserve_too_much_is_refused_with_a_sentence(data: bytes, kind: str, words: str) -> None:
    with pytest.raises(Unreadable) as refused:
        open_values(data, "表.ods")
    assert (refused.value.kind, words in refused.value.message) == (kind, True)
    assert refused.value.message.startswith("无法处理 表.ods：")


@pytest.mark.parametrize("name", ["a.xls", "a.xlsb", "a.ods"])
def test_a_damaged_file_is_told_in_a_sentence(name: str, converted: Path) -> None:
    whole = XLSB.read_bytes() if name == "a.xlsb" else (converted / f"应急管理局2021{Path(name).suffix}").read_bytes()
    for end in (len(whole) // 3, len(whole) - 600):
        with pytest.raises(Unreadable) as refused:
            check_book(open_values(whole[:end], name), name)
        assert refused.value.message.startswith(f"无法处理 {name}：")


def test_a_workbook_of_wps_is_read_as_the_xls_that_it_is(converted: Path) -> None:
    data = (converted / "应急管理局2021.xls").read_bytes()
    book = open_values(data, "应急管理局2021.et")
    assert book.sheet("收支情况").value(6, 2) == 952.55


def test_sheets_whose_names_are_read_in_another_way_are_not_lost(converted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workbooks of Excel 95 keep names in the code page of their time."""
    data = (converted / "应急管理局2021.xls").read_bytes()
    names = open_values(data, "a.xls").sheet_names()
    monkeypatch.setattr(xls._Walker, "text", lambda self, body, length: body[: length + 1].hex())
    book = open_values(data, "a.xls")
    assert book.sheet_names() == names
    assert len(book.sheet("基本概况").merged) == 7


def test_a_merged_block_reaches_no_farther_than_what_is_filled() -> None:
    outline = Outline(merged=[(Ref(2, 1), Ref(4_000_000_000, 3)), (Ref(9, 9), Ref(10, 10)), (Ref(1, 1), Ref(1, 1))])
    assert outline.blocks() == []
    outline.take(1, 1)
    outline.take(5, 3)
    assert outline.blocks() == [(Ref(2, 1), Ref(5, 3))]
