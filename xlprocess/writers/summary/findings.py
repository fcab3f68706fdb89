"""问题清单, and for departments that handed in again: what became of the findings that were returned, and what they changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation

from xlprocess.consolidation.consolidation import Between, Consolidation, Department
from xlprocess.consolidation.earlier_summary import FINDINGS, KEY, RESULT, RESULTS, VERDICT
from xlprocess.consolidation.returns import ACCEPTED, REFUSED
from xlprocess.consolidation.submission import Flaw, Submission
from xlprocess.finding import SEVERITY_WORD
from xlprocess.form.load import Form
from xlprocess.rules.amounts_look_like_yuan import amounts_look_like_yuan
from xlprocess.rules.diagnosed import KIND_WORDS
from xlprocess.writers.summary.book import Book, Link
from xlprocess.writers.summary.listing import Column, Listing, Row, Value
from xlprocess.writers.summary.section import LEADING, Section

VERDICTS = (ACCEPTED, REFUSED)
GONE = "本次没有"
"""Of a finding to which an officer answered once."""


class Findings(Section):
    """Every finding: of each workbook, and of what only several workbooks together show."""

    def __init__(self, book: Book, consolidation: Consolidation) -> None:
        self.consolidation = consolidation
        self.form_of = consolidation.form_of
        self.between: dict[str, list[Between]] = {}
        for found in consolidation.between:
            self.between.setdefault(found.department, []).append(found)
        columns = [
            *LEADING[:2],
            LEADING[2]._replace(width=20),
            Column("级别", 6),
            Column("问题类型", 14, wrap=True),
            Column("表", 11, wrap=True),
            Column("机构/行", 11, wrap=True),
            Column("栏目", 12, wrap=True),
            Column("填报数", 11, "number"),
            Column("应为", 11, "number"),
            Column("相差", 10, "number"),
            Column("问题和可能原因", 42, wrap=True),
            Column("处理", 28, wrap=True),
            Column("单位说明", 18, wrap=True, optional=True),
            Column(VERDICT, 8, choices=VERDICTS),
            Column("位置", 18, "link", on_paper=False),
            Column("编号", 7, on_paper=False),
            Column("原因", 13, wrap=True, on_paper=False),
            Column("随哪一处", 15, wrap=True, on_paper=False),
            Column("文件", 24, wrap=True, on_paper=False),
            Column(KEY, 14, hidden=True),
        ]
        remark = (
            "级别：错误应改正，警告逐条核对或说明，提示供参考。“随哪一处”有内容的，改正那一处后自然消除。“意见”由财政部门填写。"
        )
        self.listing = Listing(book, FINDINGS, columns, remark, unit="处")
        self.number = 0
        self.counts: Counter[tuple[str, str, str]] = Counter()
        self.departments: Counter[tuple[str, str, str]] = Counter()
        self.in_yuan: list[str] = []

    def rows(self, department: Department, submission: Submission) -> Iterator[Row]:
        form = self.form_of(submission.form) if submission.form else None
        for flaw in (*submission.flaws, *self.between.get(department.key, ())):
            self.number += 1
            yield self.row(department, flaw, form)

    def tally(self, department: Department, submission: Submission) -> None:
        """Counts by rule, for 总览."""
        rules = [(f.rule, f.name, f.severity) for f in (*submission.flaws, *self.between.get(department.key, ()))]
        self.counts.update(rules)
        self.departments.update(set(rules))
        if any(f.rule == amounts_look_like_yuan.id and f.cause is not None and f.follows is None for f in submission.flaws):
            self.in_yuan.append(department.name)

    def row(self, department: Department, flaw: Flaw | Between, form: Form | None) -> Row:
        table = form.tables.get(flaw.table) if form else None
        label = field_label(form, flaw.table, flaw.field)
        place = None
        if flaw.sheet is not None:
            place = Link(f"{flaw.sheet}!{flaw.cell}" if flaw.cell else flaw.sheet, department.current, flaw.sheet, flaw.cell)
        own = flaw if isinstance(flaw, Flaw) else None
        follows = "!".join(filter(None, flaw.follows)) if flaw.follows else None
        values: list[Value] = [self.number, department.code, department.name, SEVERITY_WORD[flaw.severity], flaw.name]
        values += [table.title if table else "整个工作簿", flaw.row, label]
        shown = text_of if is_text(form, flaw.table, flaw.field) else figure
        values += [shown(flaw.actual), shown(flaw.expected), figure(flaw.difference), flaw.message, flaw.remedy]
        values += [own.explanation if own else None, self.consolidation.verdict(department, flaw)]
        values.append(place or Link(department.current.path, department.current))
        values += [flaw.rule, cause_of(flaw), follows, department.current.path, flaw.key]
        return Row(values, {3: flaw.severity})


class Answers(Section):
    """整改情况: what became of each finding that was returned."""

    def __init__(self, book: Book, consolidation: Consolidation) -> None:
        columns = [*LEADING, Column("级别", 6), Column("编号", 7), Column("退回时指出的问题", 56, wrap=True), Column(RESULT, 9)]
        columns += [Column("单位说明", 30, wrap=True), Column(VERDICT, 9, choices=VERDICTS)]
        columns.append(Column("位置", 18, "link", on_paper=False))
        columns.append(Column(KEY, 14, hidden=True))
        self.listing = Listing(
            book,
            RESULTS,
            columns,
            "上一轮退回的问题，这次报来后逐条的结果；表末是以往填过意见、这次已没有的问题。“意见”由财政部门填写，下次汇总时读回。",
            unit="处",
        )
        self.consolidation = consolidation
        self.departments = consolidation.departments

    def rest(self) -> Iterable[Row]:
        number = 0
        for department in self.departments:
            for answer in department.answered:
                number += 1
                place = (
                    Link(f"{answer.sheet}!{answer.cell}", department.current, answer.sheet, answer.cell) if answer.sheet else None
                )
                values: list[Value] = [number, department.code, department.name, SEVERITY_WORD[answer.severity], answer.rule]
                values += [answer.message, answer.became, answer.explanation, answer.verdict, place, answer.key]
                yield Row(values, {3: answer.severity, **({6: "error"} if answer.became == "未改" else {})})
        for kept in self.consolidation.kept:
            number += 1
            values = [number, kept.code, kept.name, SEVERITY_WORD[kept.severity], kept.rule, kept.message, GONE]
            yield Row([*values, kept.explanation, kept.verdict, None, kept.key], {3: kept.severity})


class Changes(Section):
    """重报差异: the figures that a department changed when it handed in again."""

    def __init__(self, book: Book, consolidation: Consolidation) -> None:
        columns = [*LEADING, Column("表", 16, wrap=True), Column("机构/行", 16, wrap=True), Column("栏目", 20, wrap=True)]
        columns += [
            Column("原报", 14, "number"),
            Column("现报", 14, "number"),
            Column("增减", 14, "number"),
            Column("现报文件", 40, "link", on_paper=False),
        ]
        self.listing = Listing(
            book, "重报差异", columns, "同一部门先后报来的两份表，逐项比较：原报是前一份，现报是计入汇总的一份。", unit="处"
        )
        self.form_of = consolidation.form_of
        self.number = 0

    def rows(self, department: Department, submission: Submission) -> Iterator[Row]:
        form = self.form_of(submission.form) if department.changes else None
        for change in department.changes:
            self.number += 1
            table = form.tables.get(change.table) if form else None
            shown = text_of if is_text(form, change.table, change.field) else figure
            old, new = shown(change.old), shown(change.new)
            gap = new - old if isinstance(old, Decimal) and isinstance(new, Decimal) else None
            values: list[Value] = [self.number, department.code, department.name, table.title if table else None]
            values += [change.row, field_label(form, change.table, change.field), old, new, gap]
            yield Row([*values, Link(department.current.path, department.current)])


def field_label(form: Form | None, table: str, field: str | None) -> str | None:
    """What a field is called on the form; parts of a line by the label of their column."""
    found = form.tables.get(table) if form else None
    if found is None or field is None:
        return None
    name = f"parts.{field.split('].', 1)[1]}" if field.startswith("parts[") and "]." in field else field
    if found.total is not None and found.total.id == name:
        return found.total.label
    return found.fields[name].label if name in found.fields else None


def cause_of(flaw: Flaw | Between) -> str | None:
    """The kind of the cause in a word or two; where several compete, each of them."""
    if flaw.cause is not None:
        return KIND_WORDS[flaw.cause.kind]
    competing = flaw.competing if isinstance(flaw, Flaw) else ()
    return "\n".join(dict.fromkeys(f"可能{KIND_WORDS[c.kind]}" for c in competing)) or None


def is_text(form: Form | None, table: str, field: str | None) -> bool:
    """Whether a field holds text, though it may be all digits, as a code is."""
    found = form.tables.get(table) if form else None
    return found is not None and field in found.fields and not found.fields[field].is_number


def text_of(text: str | None) -> Value:
    return text


def figure(text: str | None) -> Value:
    """A number where it is one, else its text."""
    try:
        return Decimal(text) if text is not None else None
    except InvalidOperation:
        return text
