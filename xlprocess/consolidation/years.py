"""Each department against its workbook of last year: what joins the two years, what changed, and by how much."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

import msgspec

from xlprocess.consolidation.between import NAMED, between, names_of, of_finding, place_of, rule_of
from xlprocess.consolidation.consolidation import Between, Consolidation, Department, File
from xlprocess.consolidation.matching import Sent, plain_code, without_zeros
from xlprocess.consolidation.rebuilt import rebuilt
from xlprocess.consolidation.submission import Figure, Submission
from xlprocess.consolidation.totals import counted
from xlprocess.form.load import Form, load
from xlprocess.form.model import Yearly, normal
from xlprocess.rules.carryover_differs_from_last_year import carryover_differs_from_last_year
from xlprocess.rules.name_or_code_differs_from_last_year import name_or_code_differs_from_last_year
from xlprocess.rules.previous_report_of_another_year import previous_report_of_another_year
from xlprocess.typed import rounded, shift, write_money, write_number

SHEET = "上年对比"
_RULES = (name_or_code_differs_from_last_year, carryover_differs_from_last_year, previous_report_of_another_year)


class Years(msgspec.Struct):
    """A department's row of the sheet 上年对比. `now` and `before`: figures by field, last year's under the id of the field of this
    year. `blamed`: the fields of which a finding was made. `changed`: how its name or code differs."""

    file: File
    year: int | None
    now: dict[str, Decimal]
    before: dict[str, Decimal]
    blamed: set[str]
    changed: str | None


class LastYear:
    """The workbooks of last year, found by the code or the name of a department. `sent` in the order in which they count: of
    several of one department and year the first is taken. `unread`: files that could not be read."""

    def __init__(self, sent: Iterable[Sent], submission: Callable[[File], Submission], unread: Sequence[str] = ()) -> None:
        self.submission = submission
        self.unread = unread
        self.sent = list(sent)
        self._by_code: dict[str, list[Sent]] = {}
        self._by_name: dict[str, list[Sent]] = {}
        for each in self.sent:
            if plain_code(each.head.code):
                self._by_code.setdefault(without_zeros(each.head.code), []).append(each)
            if normal(each.head.department or ""):
                self._by_name.setdefault(normal(each.head.department or ""), []).append(each)

    def of(self, department: Department, now: Submission) -> Sent | None:
        """By the code in this year's workbook, then the roster's, then by name; of several years the one before this."""
        for code in (now.code, department.code):
            found = self._by_code.get(without_zeros(code)) if plain_code(code) else None
            if found:
                return _year_before(found, now.year)
        for name in (now.department, department.name):
            found = self._by_name.get(normal(name or ""))
            if found:
                return _year_before(found, now.year)
        return None


def _year_before(found: Sequence[Sent], year: int | None) -> Sent:
    if year is None:
        return found[0]
    return min(found, key=lambda s: (s.head.year != year - 1, (s.head.year or 0) >= year, -(s.head.year or 0)))


class YearsComparison:
    """Feeds on every department; what it finds goes to `between`, its table to `extra`."""

    def __init__(self, form: Form, last: LastYear) -> None:
        self.form = form
        self.last = last
        self.found: list[Between] = []
        self.rows: dict[str, Years] = {}
        self.without: list[str] = []
        self.met: set[str] = set()

    def take(self, department: Department, submission: Submission) -> None:
        sent = self.last.of(department, submission)
        if sent is None:
            self.without.append(department.name)
            return
        self.met |= _known_as(sent.head)
        before = self.last.submission(sent.file)
        form = load(submission.form)
        report = rebuilt(form, submission)
        report.previous = rebuilt(load(before.form), before)
        mine: list[Between] = []
        for rule in _RULES:
            mine += [of_finding(rule, department, finding) for finding in rule.findings(report)]
        changed = "\n".join(b.message for b in mine if b.rule == name_or_code_differs_from_last_year.id) or None
        then = {f.field: f.number for f in counted(load(before.form), before)}
        figures = {f.field: f for f in counted(form, submission)}
        taken = {f.id: f.previous for t in form.tables.values() for f in t.field if f.previous}
        shown = {**{y.field: y.field for y in form.edition.yearly}, **taken}
        now = {field: figures[field].number for field in shown if field in figures}
        last = {field: then[previous] for field, previous in shown.items() if previous in then}
        row = Years(sent.file, sent.head.year, now, last, {b.field or "" for b in mine}, changed)
        for yearly in form.edition.yearly:
            found = self._change(department, form, yearly, figures.get(yearly.field), row)
            if found is not None:
                mine.append(found)
                row.blamed.add(yearly.field)
        self.found += mine
        if form is self.form:
            self.rows[department.key] = row

    def _change(self, department: Department, form: Form, yearly: Yearly, figure: Figure | None, row: Years) -> Between | None:
        before = row.before.get(yearly.field)
        if figure is None or before is None or yearly.rule is None:
            return None
        now = figure.number
        rate = rounded((now - before) / before, 4) if before > 0 else None
        grown = yearly.most is not None and (rate > yearly.most if rate is not None else now > before)
        shrunk = yearly.least is not None and rate is not None and rate < yearly.least
        if not grown and not shrunk:
            return None
        field = form.fields[yearly.field].field
        write = write_money if field.type == "money" else write_number
        how = f"{'增加' if now > before else '减少'} {write(abs(now - before))}"
        share = f"（{write_money(rounded(shift(abs(rate), 2), 2))}%）" if rate is not None else ""
        return between(
            rule_of(yearly.rule),
            department,
            f"{place_of(figure, field.label)} {write(now)}，上年为 {write(before)}，{how}{share}。",
            figure,
            actual=write(now),
            expected=write(before),
            difference=write(now - before),
        )

    def done(self, found: Consolidation) -> None:
        found.between += self.found
        found.extra[SHEET] = self.rows
        if self.without:
            found.suggestions.append(f"上年的工作簿中没有找到{names_of(self.without)}，没有与上年比较。")
        gone = [s.head.department or s.head.code or s.file.path for s in self.last.sent if not self.met & _known_as(s.head)]
        if gone:
            found.suggestions.append(f"{names_of(list(dict.fromkeys(gone)))}上年报过，今年没有对应的工作簿。")
        if self.last.unread:
            paths = "、".join(self.last.unread[:NAMED])
            found.suggestions.append(f"上年的文件有 {len(self.last.unread)} 份无法读取，没有用来比较：{paths}。")


def _known_as(head: Submission) -> set[str]:
    """The code and the name by which a department is known again."""
    return {without_zeros(head.code), normal(head.department or "")} - {""}
