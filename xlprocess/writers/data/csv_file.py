"""A list as .csv: UTF-8 with the mark by which Excel knows it; numbers exact; no text that a program takes for a formula."""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from pathlib import Path

from xlprocess.writers.data.table import Plain, Table

FORMULA_REMARK = (
    "以 = + - @ 或制表符、回车开头的文字，前面加了一个半角撇号（'），以免表格软件当作公式；"
    "原文本来就是撇号后接这些符号的，也多加一个。去掉一个撇号就是原文。数字不加。"
)
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def write_csv(table: Table, path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([safe(f.name) for f in table.fields])
        for row in table.rows():
            writer.writerow([_said(value) for value in row])


def safe(text: str) -> str:
    """A text that no program takes for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def _said(value: Plain) -> str | int:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return format(value, "f")
    return safe(value) if isinstance(value, str) else value
