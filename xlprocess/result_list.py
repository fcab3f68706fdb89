"""The sheet 检查结果: every finding with a link to its cell and a column 说明 for the clerk, what was filled, and rounding gaps."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from xlprocess.books.book import Link, ListCell, Ref, ResultList, Sheet, Style
from xlprocess.checking import Rounding
from xlprocess.derive import Derived
from xlprocess.finding import SEVERITY_WORD, Finding, Where
from xlprocess.form.formula import Value
from xlprocess.report import Report
from xlprocess.texts_left_out import Shown
from xlprocess.typed import write_money
from xlprocess.values import write_plain

TITLE = "检查结果"
HEAD = ("序号", "级别", "位置", "机构/行", "栏目", "问题", "可能原因", "处理", "说明（由单位填写）", "编号", "标识", "标记", "指纹")
WIDTHS = (6.0, 7.0, 17.0, 13.0, 16.0, 44.0, 34.0, 34.0, 26.0, 7.0, 12.0, 8.0, 14.0)
KEY, KIND, PRINT = 11, 12, 13
EXPLANATION = 9
HIDDEN = (KEY, KIND, PRINT)
PRINTED = (2, 4, 5, 6, 7, 8, 10)
"""The columns of a finding's row that are ours. (A place moves with its cell.)"""
LAST_ROW = 5000
"""The highlights look keys up in so many rows; the blank workbook's names cover them."""
NOT_CHECKED = "尚未检查。"
EARLIER = "以往的说明（所说明的数字已改动或已无问题，供参考）"
OTHER = "上次在本表填写的其他内容"
FILLED_HEADING = "由系统填入或计算的数"
ROUNDING_HEADING = "尾差（四舍五入造成的差额，无需处理）"
FILLED = "已填"
_NONE: Shown = {}


class Explanation(msgspec.Struct, frozen=True):
    """What a clerk wrote in 说明, with the place and the sentence that it explained."""

    fingerprint: str
    place: str
    problem: str
    text: str


def fingerprint(finding: Finding) -> str:
    """The finding and the values it speaks of: an explanation is kept as long as these do not change."""
    where = finding.where
    said = (finding.rule, where.table, where.row, where.field, finding.actual, finding.expected, finding.problem)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:12]


def blank_list(sheet: str) -> ResultList:
    """The list of a workbook that has not been checked."""
    return _Builder(sheet).head(NOT_CHECKED).done(0)


def says(sheet: Sheet, results: ResultList) -> bool:
    """The list stands on the sheet already, word for word."""
    there = [[v for v in row if v is not None] for row in sheet.rows]
    wanted = [[v for v in (c.value.text if isinstance(c.value, Link) else c.value for c in row) if v] for row in results.rows]
    return [row for row in there if row] == [row for row in wanted if row]


def with_others(results: ResultList, other: Sequence[Explanation]) -> None:
    """Adds at the foot what people typed elsewhere on the sheet."""
    builder = _Builder(results.sheet, results)
    builder.section(OTHER, other)
    for text in other:
        builder.past(text)


def result_list(
    report: Report,
    findings: Sequence[Finding],
    derived: Iterable[Derived],
    roundings: Iterable[Rounding],
    remedies: Mapping[str, str],
    earlier: Sequence[Explanation],
    sheet: str,
    returned: str = "",
    shown: Shown = _NONE,
) -> ResultList:
    """The list of a checked workbook. `remedies`: 处理 by rule number. `earlier`: what was explained in the
    list it replaces. `returned`: what is said of a copy that was returned to the department. `shown`: what cells show where
    their formulas leave out figures that are texts."""
    derived, roundings = list(derived), list(roundings)
    by_print = {e.fingerprint: e for e in earlier}
    counts = {word: sum(1 for f in findings if f.severity == s) for s, word in SEVERITY_WORD.items()}
    said = "，".join(f"{word} {n} 处" for word, n in counts.items()) if findings else "没有发现问题"
    builder = _Builder(sheet).head(f"{returned}{said}；由系统填入或计算 {len(derived)} 格；尾差 {len(roundings)} 处。")
    used: set[str] = set()
    for number, finding in enumerate(findings, 1):
        mark = fingerprint(finding)
        used.add(mark)
        builder.finding(report, number, finding, remedies.get(finding.rule, ""), by_print.get(mark), mark)
    last_finding = len(builder.rows)
    builder.section(FILLED_HEADING, derived)
    for item in derived:
        where = item.where
        told = _percent(item.value, item.is_rate)
        if where in shown:
            told = f"计算得 {told}；{_differs(report, where, shown[where], item.is_rate)}"
        else:
            told = f"填入 {told}" if item.was_blank else f"计算得 {told}"
        builder.line(report, where, told, FILLED if item.was_blank else None)
    builder.section(ROUNDING_HEADING, roundings)
    for gap in roundings:
        builder.line(report, report.where(gap.spot), f"与各项之和相差 {write_money(gap.difference)}", None)
    past = [e for e in earlier if e.fingerprint not in used]
    builder.section(EARLIER, past)
    for old in past:
        builder.past(old)
    return builder.done(last_finding)


class _Builder:
    """Writes a new list, or goes on in the one that is given."""

    def __init__(self, sheet: str, begun: ResultList | None = None) -> None:
        self.sheet = sheet
        self.rows: list[list[ListCell]] = begun.rows if begun else []
        self.heights: list[float | None] = begun.heights if begun else []
        self.merged: list[tuple[Ref, Ref]] = begun.merged if begun else []

    def add(self, cells: list[ListCell], height: float | None = None) -> None:
        self.rows.append(cells)
        self.heights.append(height)

    def head(self, summary: str) -> _Builder:
        width = len(HEAD) - len(HIDDEN)
        self.add([ListCell(TITLE, "title")], 28)
        self.add([ListCell(summary, "subtitle")], 20)
        for row in (1, 2):
            self.merged.append((Ref(row, 1), Ref(row, width)))
        self.add([ListCell(text, "head") for text in HEAD], 24)
        return self

    def finding(self, report: Report, number: int, finding: Finding, remedy: str, kept: Explanation | None, mark: str) -> None:
        where = finding.where
        because = finding.because or ("见左" if finding.follows else None)
        if because and not because.endswith(("。", "见左")):
            because += "。"
        cells: list[tuple[str | Link | None, Style]] = [
            (str(number), "text"),
            (SEVERITY_WORD[finding.severity], finding.severity),
            (_link(where), "link" if where.ref else "text"),
            (_row_words(report, where), "text"),
            (_field_words(report, where), "text"),
            (finding.problem + "。", "text"),
            (because, "text"),
            (remedy, "text"),
            (kept.text if kept else None, "input"),
            (finding.rule, "muted"),
            (_key(report, where), "muted"),
            (SEVERITY_WORD[finding.severity], "muted"),
        ]
        cells.append((f"{mark}-{_written(cells)}", "muted"))
        self.add([ListCell(*c) for c in cells])

    def section(self, heading: str, items: Sequence[object]) -> None:
        if items:
            self.add([])
            self.add([ListCell(heading, "section")] + [ListCell(None, "section")] * (len(HEAD) - len(HIDDEN) - 1), 20)
            self.merged.append((Ref(len(self.rows), 1), Ref(len(self.rows), len(HEAD) - len(HIDDEN))))

    def line(self, report: Report, where: Where, said: str, kind: str | None) -> None:
        cells: list[tuple[str | Link | None, Style]] = [
            (None, "text"),
            (kind or "", "filled" if kind else "text"),
            (_link(where), "link" if where.ref else "text"),
            (_row_words(report, where), "text"),
            (_field_words(report, where), "text"),
            (said, "text"),
            *([(None, "text")] * 4),  # type: ignore[list-item]
            (_key(report, where), "muted"),
            (kind, "muted"),
            (None, "muted"),
        ]
        self.add([ListCell(*c) for c in cells])

    def past(self, old: Explanation) -> None:
        cells: list[tuple[str | None, Style]] = [
            (None, "text"),
            (None, "text"),
            (old.place, "text"),
            (None, "text"),
            (None, "text"),
            (old.problem, "text"),
            (None, "text"),
            (None, "text"),
            (old.text, "input"),
            (None, "muted"),
            (None, "muted"),
            (None, "muted"),
            (old.fingerprint, "muted"),
        ]
        self.add([ListCell(*c) for c in cells])

    def done(self, last_finding: int) -> ResultList:
        width = len(HEAD) - len(HIDDEN)
        return ResultList(
            sheet=self.sheet,
            rows=self.rows,
            heights=self.heights,
            widths=list(WIDTHS),
            merged=self.merged,
            filter=(Ref(3, 1), Ref(max(last_finding, 3), width)),
            frozen_rows=3,
            hidden_columns=list(HIDDEN),
            names={
                "xlp_result_keys": (Ref(1, KEY), Ref(LAST_ROW, KEY)),
                "xlp_result_kinds": (Ref(1, KIND), Ref(LAST_ROW, KIND)),
            },
        )


def _written(cells: Sequence[tuple[str | Link | None, Style]]) -> str:
    return print_of({k: v.text if isinstance(v, Link) else v or "" for k, (v, _) in enumerate(cells, 1)})


def print_of(cells: Mapping[int, str]) -> str:
    """A print of what we wrote in a row, by column, so that it can be told later that somebody typed over it."""
    said = "\n".join(bare(cells.get(c, "")) for c in PRINTED)
    return hashlib.sha256(said.encode()).hexdigest()[:8]


def bare(text: str) -> str:
    """A text as it is compared: without spaces, and what no file brings back as it was."""
    return "".join(ch for ch in text if ch.isprintable() and not ch.isspace())


def _percent(value: str, is_rate: bool) -> str:
    return f"{value}%" if is_rate else value


def _differs(report: Report, where: Where, value: Value, is_rate: bool) -> str:
    """What a cell shows instead of what was derived."""
    if value is None:
        return "公式不计算按文字填的数，格中空白"
    field = report.form.tables[where.table].fields.get(where.field or "") or report.form.tables[where.table].total
    written = str(value) if field is None else str(write_plain(field, value))
    return f"公式不计算按文字填的数，格中是 {_percent(written, is_rate)}"


def _link(where: Where) -> str | Link | None:
    if where.sheet is None:
        return "整个工作簿" if where.table == "workbook" else None
    return Link(f"{where.sheet}!{where.ref}", where.sheet, where.ref) if where.ref else where.sheet


def _row_words(report: Report, where: Where) -> str | None:
    table = report.form.tables.get(where.table)
    if where.row is None or table is None:
        return None
    return f"第 {where.row} 项" if table.kind == "list" else where.row


def _field_words(report: Report, where: Where) -> str | None:
    table = report.form.tables.get(where.table)
    if table is None:
        return None
    return report.label_of(where.table, where.field) if where.field else table.title


def _key(report: Report, where: Where) -> str | None:
    """The cell under the printed name of its sheet, so that highlights find it when the sheet is renamed."""
    table = report.form.tables.get(where.table)
    return f"{table.sheet}!{where.ref}" if table and where.ref else None
