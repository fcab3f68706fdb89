"""The summary before this one: its findings, what became of those that went back, and what the officer answered (意见)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

import msgspec

from xlprocess.books.book import Sheet
from xlprocess.books.file import FileBook
from xlprocess.books.guard import read_bytes
from xlprocess.books.limits import LARGEST_SUMMARY
from xlprocess.errors import CannotProcess, Unreadable
from xlprocess.finding import SEVERITY_WORD
from xlprocess.jobs.inputs import reach
from xlprocess.pipeline import CONTENT_PROPERTY
from xlprocess.read import is_summary

KEPT_PROPERTY = "xlprocess.answers_kept"
"""In the custom properties of a summary: how many answers and results of returned findings it holds."""
FINDINGS, RESULTS, SOURCES = "问题清单", "整改情况", "数据来源"
"""The sheets that are read."""
VERDICT, KEY, RESULT = "意见", "标识", "整改"
_CODE, _NAME, _SEVERITY, _RULE, _EXPLANATION = "预算编码", "部门名称", "级别", "编号", "单位说明"
_FOLLOWS = "随哪一处"
_MESSAGES = ("问题和可能原因", "退回时指出的问题")
_HASH, _ROLE = "内容指纹（SHA-256）", "作用"
_HEAD_ROWS = 10
_LAST_COLUMN = "GZ"
"""Nobody adds that many columns to a list."""
_CELL = re.compile(rb'<(?:\w+:)?c [^>]*?\br="([A-Z]{1,3})[0-9]+"')


class Noted(msgspec.Struct, frozen=True):
    """A finding as a line of an earlier summary has it. `became`: 已改, 未改 …, of a line of 整改情况; else None."""

    code: str
    name: str
    severity: str
    rule: str
    message: str
    key: str
    explanation: str | None = None
    verdict: str | None = None
    became: str | None = None
    follows: bool = False


class EarlierSummary:
    """An earlier summary in a file. Its sheets are read when they are asked for."""

    def __init__(self, data: bytes, name: str) -> None:
        """Raises Unreadable for what is no summary of ours."""
        self.name = name
        try:
            self._book = FileBook.open(data, name)
            sheets = set(self._book.sheet_names())
        except CannotProcess:
            sheets = set()
        if not is_summary(sheets):
            raise Unreadable("other_format", f"无法读回 {name}：这不是本程序生成的汇总。请给出上一次的汇总工作簿。")

    @classmethod
    def at(cls, path: Path) -> EarlierSummary:
        """Raises CannotProcess."""
        return cls(read_bytes(reach(path), LARGEST_SUMMARY), path.name)

    @cached_property
    def holds_answers(self) -> bool:
        """Somebody has changed it, or it had answers when we wrote it."""
        return not self._is_untouched or self._book.properties().get(KEPT_PROPERTY) != "0"

    @cached_property
    def _is_untouched(self) -> bool:
        return self._book.properties().get(CONTENT_PROPERTY) == self._book.content_hash()

    @cached_property
    def noted(self) -> list[Noted]:
        """Every line of 整改情况, where a finding has gone further, then of 问题清单."""
        return [line for start in (RESULTS, FINDINGS) for sheet in self._sheets(start) for line in _lines(sheet)]

    @cached_property
    def counted(self) -> set[str]:
        """The hashes of the files that it counts."""
        found: set[str] = set()
        for sheet in self._sheets(SOURCES):
            for row in _rows(sheet, (_HASH, _ROLE)):
                if row.get(_ROLE) == "计入汇总":
                    found.add(row.get(_HASH, ""))
        return found

    def _sheets(self, start: str) -> Iterator[Sheet]:
        """A list, and where it took several sheets all of them. Raises Unreadable (over_limit) for one that reaches too far."""
        for name in self._book.sheet_names():
            if name == start or name.startswith(f"{start}（"):
                if not self._is_untouched:
                    self._refuse_wide(name)
                yield self._book.sheet(name)

    def _refuse_wide(self, name: str) -> None:
        """The reader of values makes room for the whole rectangle around all cells, and ends the program where it cannot."""
        widest = max(
            (found[1].decode() for found in _CELL.finditer(self._book.sheet_xml(name))), key=lambda c: (len(c), c), default="A"
        )
        if (len(widest), widest) > (2, _LAST_COLUMN):
            what = f"工作表“{name}”的内容一直延伸到 {widest} 列，范围过大"
            raise Unreadable("over_limit", f"无法读回 {self.name}：{what}。请删除列表以外多余的单元格，保存后再运行。")


def _lines(sheet: Sheet) -> Iterator[Noted]:
    for row in _rows(sheet, (KEY, VERDICT)):
        message = next((row[m] for m in _MESSAGES if m in row), "")
        if row.get(_SEVERITY) in SEVERITY_WORD.values() and message:
            yield Noted(
                code=row.get(_CODE, ""),
                name=row.get(_NAME, ""),
                severity=row[_SEVERITY],
                rule=row.get(_RULE, ""),
                message=message,
                key=row.get(KEY, ""),
                explanation=row.get(_EXPLANATION),
                verdict=row.get(VERDICT),
                became=row.get(RESULT),
                follows=_FOLLOWS in row,
            )


def _rows(sheet: Sheet, wanted: tuple[str, ...]) -> Iterator[Mapping[str, str]]:
    """The texts of each line by the heads of their columns, wherever somebody moved these; blank ones left out."""
    heads: dict[int, str] | None = None
    for number, row in enumerate(sheet.rows):
        texts = {k: str(v).strip() for k, v in enumerate(row) if v is not None and str(v).strip()}
        if heads is not None:
            yield {heads[k]: text for k, text in texts.items() if k in heads}
        elif all(word in texts.values() for word in wanted):
            heads = texts
        elif number >= _HEAD_ROWS:
            return
