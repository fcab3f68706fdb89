"""Lists that a bureau keeps itself (名单, 对照): an .xlsx or .csv file, UTF-8 or GBK, with a row of headings near its top."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path

from xlprocess.books.book import Scalar
from xlprocess.books.guard import read_bytes
from xlprocess.errors import Refused
from xlprocess.form.model import normal
from xlprocess.jobs.inputs import reach
from xlprocess.pipeline import open_book

FIRST_ROWS = 20
"""Among which the headings stand."""
Rows = list[list[Scalar]]


def read_list(path: Path, what: str, is_it: Callable[[Rows], bool]) -> Rows:
    """The rows of the list, from its first row on; of a workbook those of the first sheet that `is_it`, else of the first.
    `what` is what sentences call it. Raises Unreadable or Refused with the sentence."""
    data = read_bytes(reach(path))
    if not data.startswith((b"PK", b"\xd0\xcf\x11\xe0", b"%PDF")):  # what is no workbook is tried as text
        return list(_csv_rows(data, path.name, what))
    first: Rows | None = None
    for _, rows in _sheets(data, path.name):
        if is_it(rows):
            return rows
        first = rows if first is None else first
    return first or []


def read_sheet(path: Path, sheet: str) -> Rows | None:
    """The rows of a sheet of a workbook; None where the file is no workbook or has no such sheet."""
    data = read_bytes(reach(path))
    if not data.startswith(b"PK"):
        return None
    return next((rows for name, rows in _sheets(data, path.name, sheet)), None)


def plain(value: Scalar) -> str:
    """A cell as text: a code that Excel keeps as a number is written without decimals."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return format(Decimal(value), "f")
    text = str(value).strip().replace("\u200b", "").replace("\ufeff", "")
    return text[2:-1] if text.startswith('="') and text.endswith('"') else text.lstrip("'").strip()


def head_and_unit(text: str) -> tuple[str, bool | None]:
    """A head as it compares, without its unit, and whether that was 元; None where it names none."""
    head = normal(text)
    for unit, is_yuan in (("万元", False), ("元", True)):
        if head.endswith(unit):
            return head.removesuffix(unit).removesuffix("单位"), is_yuan
    return head, None


def unit_said(row: Sequence[Scalar]) -> str | None:
    """The unit of amounts that a line above the headings names: `单位：元`."""
    text = normal("".join(plain(v) for v in row)).partition("单位")[2]
    return "万元" if text.startswith("万元") else "元" if text.startswith("元") else None


def _sheets(data: bytes, file: str, only: str | None = None) -> Iterator[tuple[str, Rows]]:
    book = open_book(data, file)
    for name in book.sheet_names():
        if only is None or name.strip() == only:
            sheet = book.sheet(name)
            above: Rows = [[None] for _ in range(sheet.top - 1)]
            yield name, above + [[None] * (sheet.left - 1) + list(row) for row in sheet.rows]


def _csv_rows(data: bytes, file: str, what: str) -> Iterator[list[Scalar]]:
    text = _decoded(data, file, what)
    head = "\n".join(text.splitlines()[:FIRST_ROWS])
    delimiter = max(",\t;，", key=head.count)
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        yield [*row]


def _decoded(data: bytes, file: str, what: str) -> str:
    encodings: Sequence[str] = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Refused(f"无法使用{what} {file}：它不是 .xlsx 工作簿，也不是 UTF-8 或 GBK 编码的 .csv 文件。请另存为其中一种后再运行。")
