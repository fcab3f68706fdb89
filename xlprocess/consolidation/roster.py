"""The roster (名单): who has to report. An .xlsx or .csv file with a heading row; what its columns are called varies."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path

from xlprocess.books.guard import read_bytes
from xlprocess.consolidation.consolidation import RosterLine
from xlprocess.errors import Refused
from xlprocess.form.model import normal
from xlprocess.jobs.inputs import reach
from xlprocess.pipeline import open_book

HEADINGS: dict[str, tuple[str, ...]] = {
    "code": ("预算编码", "编码", "单位编码", "部门编码", "预算单位编码", "预算部门编码", "单位代码", "部门代码"),
    "name": ("部门名称", "单位名称", "部门单位名称", "预算部门", "预算单位", "预算单位名称", "部门", "单位", "名称"),
    "superior": ("上级", "上级部门", "上级单位", "主管部门", "主管单位"),
    "group": ("分组", "组别", "类别", "分类"),
    "office": ("归口股室", "归口科室", "归口处室", "业务股室", "业务科室", "股室", "科室", "处室"),
    "contact": ("联系人", "经办人"),
    "phone": ("电话", "联系电话", "手机", "手机号", "手机号码", "电话号码"),
    "excused": ("免报", "涉密", "线下报送", "免报/涉密/线下报送", "免报涉密线下报送", "免报原因", "免报情况", "报送方式"),
}
_FIELD = {normal(text): field for field, texts in HEADINGS.items() for text in texts}
_FIRST_ROWS = 20  # among which the headings stand
_YES = frozenset(("是", "√", "✓", "✔", "1", "y", "yes", "true", "有"))
_NO = frozenset(
    ("", "否", "×", "✗", "0", "n", "no", "false", "无", "-", "—", "/", "正常", "线上", "线上报送", "网上报送", "系统报送")
)
_KINDS = ("涉密", "线下报送", "免报")


def read_roster(path: Path) -> list[RosterLine]:
    """The lines of a roster. Raises Unreadable or Refused with the sentence."""
    data = read_bytes(reach(path))
    rows = list(_csv_rows(data, path.name) if _is_text(data) else _sheet_rows(data, path.name))
    headings, first = _headings(rows, path.name)
    lines: list[RosterLine] = []
    for number, row in enumerate(rows[first:], first + 1):
        given = {field: row[k] for field, k in headings.items() if k < len(row) and row[k]}
        code, name = given.get("code", ""), given.get("name", "")
        if not code and not name:
            continue
        excused = _excused(given.get("excused"), _heading(rows[first - 1], headings.get("excused")))
        others = {k: given.get(k) for k in ("superior", "group", "office", "contact", "phone")}
        lines.append(RosterLine(number, code, name or code, excused=excused, **others))
    if not lines:
        raise Refused(f"无法使用名单 {path.name}：标题行下面没有部门。请逐行填入预算编码和部门名称后再运行。")
    return lines


def _headings(rows: Sequence[Sequence[str]], file: str) -> tuple[dict[str, int], int]:
    """Which column holds what, and how many rows the headings and what stands above them take."""
    for number, row in enumerate(rows[:_FIRST_ROWS], 1):
        found: dict[str, int] = {}
        for column, text in enumerate(row):
            field = _FIELD.get(normal(text)) if text else None
            if field is not None:
                found.setdefault(field, column)
        if "name" in found and len(found) > 1:
            return found, number
    raise Refused(f"无法使用名单 {file}：没有找到标题行。请在第一行写上“预算编码”和“部门名称”，每个部门一行。")


def _heading(row: Sequence[str], column: int | None) -> str:
    return "" if column is None else normal(row[column])


def _excused(text: str | None, heading: str) -> str | None:
    """Why no report is expected here."""
    plain = normal(text or "").lower()
    if plain in {normal(word) for word in _NO}:
        return None
    if plain in _YES:
        return next((kind for kind in _KINDS if kind in heading), "免报") if heading != normal("免报/涉密/线下报送") else "免报"
    return (text or "").strip()


# ---- files


def _is_text(data: bytes) -> bool:
    """Not a zip, not an old workbook: what else there is, is tried as text."""
    return not data.startswith((b"PK", b"\xd0\xcf\x11\xe0", b"%PDF"))


def _csv_rows(data: bytes, file: str) -> Iterator[list[str]]:
    text = _decoded(data, file)
    head = "\n".join(text.splitlines()[:_FIRST_ROWS])
    delimiter = max(",\t;，", key=head.count)
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        yield [_plain(value) for value in row]


def _decoded(data: bytes, file: str) -> str:
    encodings = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Refused(f"无法使用名单 {file}：它不是 .xlsx 工作簿，也不是 UTF-8 或 GBK 编码的 .csv 文件。请另存为其中一种后再运行。")


def _sheet_rows(data: bytes, file: str) -> Iterator[list[str]]:
    """The first sheet that holds a heading row, from its first row on."""
    book = open_book(data, file)
    first: list[list[str]] | None = None
    for name in book.sheet_names():
        sheet = book.sheet(name)
        rows = [[""] for _ in range(sheet.top - 1)]
        rows += [[""] * (sheet.left - 1) + [_plain(v) for v in row] for row in sheet.rows]
        first = rows if first is None else first
        try:
            _headings(rows, file)
        except Refused:
            continue
        return iter(rows)
    return iter(first or [])


def _plain(value: object) -> str:
    """A cell as text: a code that Excel keeps as a number is written without decimals."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return format(Decimal(value), "f")
    text = str(value).strip().replace("\u200b", "").replace("\ufeff", "")
    return text[2:-1] if text.startswith('="') and text.endswith('"') else text.lstrip("'").strip()
