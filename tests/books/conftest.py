"""Workbooks that the tests of this folder make for themselves, and the programs outside that judge what comes out."""

from __future__ import annotations

import io
import json
import os
import re
import struct
import subprocess
import zipfile
import zlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest
import xlsxwriter

from xlprocess.books.book import Changes, Link, ListCell, Ref, ResultList

ROOT = Path(__file__).parents[2]
PNG = (
    b"\x89PNG\r\n\x1a\n"
    + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in (
            (b"IHDR", struct.pack(">2I5B", 1, 1, 8, 2, 0, 0, 0)),
            (b"IDAT", zlib.compress(b"\0\xff\0\0")),
            (b"IEND", b""),
        )
    )
)  # fmt: skip


def written(build: Callable[[xlsxwriter.Workbook], None], **options: object) -> bytes:
    """The bytes of a workbook that XlsxWriter makes."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, options) as book:
        build(book)
    return out.getvalue()


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: file.read(name) for name in file.namelist()}


def packed(contents: Mapping[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, body in contents.items():
            file.writestr(zipfile.ZipInfo(name, (2024, 3, 1, 12, 0, 0)), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def repacked(data: bytes, change: Callable[[str, str], str]) -> bytes:
    """The workbook with the text of its XML parts changed."""
    return packed({n: change(n, b.decode()) if n.endswith((".xml", ".rels", ".vml")) else b for n, b in parts(data).items()})


@cache
def simple() -> bytes:
    """Two sheets, a formula, a note by a person, two names. Made once: the clock would tell two apart."""

    def build(book: xlsxwriter.Workbook) -> None:
        money = book.add_worksheet("收支情况")
        money.write(0, 0, "单位")
        money.write(1, 1, "文 本")
        money.write(2, 2, 5)
        money.write_formula(3, 3, "=C3+1", None, 6)
        money.write_comment("B2", "人写的", {"author": "张三"})
        book.add_worksheet("O'Neil").write(0, 0, 1)
        book.define_name("total", "='收支情况'!$B$2")
        book.define_name("block", "='O''Neil'!$A$1:$B$3")

    return written(build)


def one_sheet(body: str, head: str = "", tail: str = "", **more: str) -> bytes:
    """A workbook by hand, with one sheet `S` whose sheetData is `body`."""
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    contents = {
        "[Content_Types].xml": f'{declaration}<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>',
        "_rels/.rels": f'{declaration}<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="rId1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{declaration}<workbook {main} xmlns:r="{office}"><sheets>'
        '<sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{declaration}<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="rId1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'{declaration}<worksheet {main} xmlns:r="{office}">{head}'
        f"<sheetData>{body}</sheetData>{tail}</worksheet>",
    }
    return packed({**contents, **more})


def strict(data: bytes) -> bytes:
    """The workbook in the namespaces of ISO 29500 Strict."""

    def change(_: str, text: str) -> str:
        for old, new in (
            ("http://schemas.openxmlformats.org/officeDocument/2006/relationships", "officeDocument/relationships"),
            ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "spreadsheetml/main"),
        ):
            text = text.replace(old, f"http://purl.oclc.org/ooxml/{new}")
        return text

    return repacked(data, change)


def prefixed(data: bytes) -> bytes:
    """The workbook as programs write it that give every element a prefix."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

    def change(name: str, text: str) -> str:
        if not name.startswith("xl/") or f'xmlns="{main}"' not in text:
            return text
        return re.sub(r"<(/?)(\w+)(?=[\s>/])", r"<\1x:\2", text).replace(f' xmlns="{main}', f' xmlns:x="{main}')

    return repacked(data, change)


def note(*lines: str) -> str:
    return "\n".join(("【绩效自评检查】", *lines))


def result_list(sheet: str = "检查结果", target: str = "收支情况", count: int = 3) -> ResultList:
    rows = [
        [ListCell("检查结果", "title")],
        [ListCell(f"共 {count} 条", "subtitle")],
        [ListCell(text, "head") for text in ("级别", "位置", "内容", "说明")],
    ]
    for k in range(count):
        link = ListCell(Link(f"{target}!B{k + 2}", target, Ref(k + 2, 2)), "link")
        rows.append([ListCell("错误", "error"), link, ListCell("=不是公式\n第二行", "text"), ListCell(None, "input")])
    last = Ref(3 + count, 4)
    return ResultList(
        sheet=sheet,
        rows=rows,
        heights=[28.5, *[None] * (len(rows) - 1)],
        widths=[8, 16, 60, 30],
        merged=[(Ref(1, 1), Ref(1, 4))],
        filter=(Ref(3, 1), last),
        frozen_rows=3,
        hidden_columns=[4],
        names={"检查结果_清单": (Ref(4, 1), last)},
    )


NO_LIST = ResultList(
    sheet="检查结果", rows=[], heights=[], widths=[], merged=[], filter=None, frozen_rows=0, hidden_columns=[], names={}
)


def changes(
    cells: list[object] | None = None,
    notes: Mapping[tuple[str, Ref], str | None] | None = None,
    results: ResultList | None = None,
    properties: Mapping[str, str | None] | None = None,
) -> Changes:
    return Changes(cells=cells or [], notes=notes or {}, results=results, properties=properties or {})  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def make() -> SimpleNamespace:
    """How tests of this folder make workbooks and changes."""
    functions = (written, parts, packed, repacked, simple, one_sheet, strict, prefixed, note, result_list, changes)
    return SimpleNamespace(png=PNG, no_list=NO_LIST, root=ROOT, **{f.__name__: f for f in functions})


# programs that judge


@pytest.fixture(scope="session")
def sample() -> bytes:
    return (ROOT / "workbooks" / "samples" / "应急管理局2021.xlsx").read_bytes()


@pytest.fixture(scope="session")
def sdk_errors(validator: str) -> Callable[[list[Path]], list[set[tuple[str, str]]]]:
    """What the Open XML SDK says against files."""

    def one(path: Path) -> set[tuple[str, str]]:
        run = subprocess.run([validator, str(path)], capture_output=True, text=True, check=False)
        found = json.loads(run.stdout)["errors"]
        return {(str(e.get("part") or e.get("partUri") or e.get("path")), str(e.get("description"))) for e in found}

    def all_of(paths: list[Path]) -> list[set[tuple[str, str]]]:
        with ThreadPoolExecutor(os.cpu_count() or 2) as pool:
            return list(pool.map(one, paths))

    return all_of
