"""Totals over departments, field by field, as the form's `aggregate` says: amounts are added, rates are computed again from sums,
entries are counted, all else has no total."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import msgspec

from xlprocess.consolidation.rates import Apart, sides, without
from xlprocess.consolidation.submission import Figure, Submission
from xlprocess.form.formula import Value
from xlprocess.form.load import Form
from xlprocess.form.model import Field, Table


class Total(msgspec.Struct):
    """A total. `value` of the figures as they were reported, `corrected` as their parts give them; None where nothing was
    reported, or a rate has no base. `departments`: how many have a figure. A rate is a fraction, of the departments that have both
    what is divided and what it is divided by; `apart`: the figures of the others as reported, by field, and `without` how many
    departments these are."""

    table: str
    field: str
    value: Decimal | None
    corrected: Decimal | None
    departments: int
    apart: dict[str, Decimal] = msgspec.field(default_factory=dict)
    without: int = 0


def totals(form: Form, submissions: Iterable[Submission]) -> dict[str, Total]:
    """The totals of a form, in its order. Submissions of another form are passed over."""
    adding = Totals(form)
    for submission in submissions:
        adding.add(submission)
    return adding.found()


class Totals:
    """Adds up while the submissions go by. Of a grid the row of 汇总 is taken; where a department filled nothing there, that of its
    lead organisation."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.reported: dict[str, Decimal] = {}
        self.corrected: dict[str, Decimal] = {}
        self.counts: dict[str, int] = {}
        self.taken = {field.id for _, field in aggregated(form)}
        self.rates = {f.id: Apart(sides(form, table, f)) for table, f in aggregated(form) if f.aggregate == "recompute"}

    def add(self, submission: Submission) -> None:
        if submission.form != self.form.id:
            return
        reported, corrected, counts, taken = self.reported, self.corrected, self.counts, self.taken
        own: dict[str, tuple[Decimal, Decimal]] = {}
        for figure in counted(self.form, submission):
            if figure.field in taken:
                number = figure.number
                parts = number if figure.from_parts is None else Decimal(figure.from_parts)
                reported[figure.field] = reported.get(figure.field, Decimal(0)) + number
                corrected[figure.field] = corrected.get(figure.field, Decimal(0)) + parts
                counts[figure.field] = counts.get(figure.field, 0) + 1
                own[figure.field] = number, parts
        for apart in self.rates.values():
            apart.take(own)

    def found(self) -> dict[str, Total]:
        """The totals by field, in the order of the form."""
        found: dict[str, Total] = {}
        for table, field in aggregated(self.form):
            count = self.counts.get(field.id, 0)
            apart = self.rates.get(field.id) or Apart(())
            total = _value(self.form, table, field, without(self.reported, apart.reported), count)
            corrected = _value(self.form, table, field, without(self.corrected, apart.corrected), count)
            found[field.id] = Total(table.id, field.id, total, corrected, count, apart.reported, apart.departments)
        return found


def less(form: Form, found: Mapping[str, Total], taken: Mapping[str, Decimal]) -> dict[str, Decimal | None]:
    """The totals as reported, with amounts taken away from the sums; rates are computed again."""
    sums = {
        t.field: t.value - taken.get(t.field, Decimal(0))
        for t in found.values()
        if t.value is not None and form.fields[t.field].field.aggregate == "sum"
    }
    result: dict[str, Decimal | None] = {}
    for total in found.values():
        table, field = form.fields[total.field]
        result[total.field] = _value(form, table, field, without(sums, total.apart), total.departments)
    return result


def aggregated(form: Form) -> list[tuple[Table, Field]]:
    """The fields that have a total, in the order of the form."""
    found: list[tuple[Table, Field]] = []
    for table in form.tables.values():
        fields = table.field if table.kind != "list" else ()
        found += [(table, f) for f in (*fields, *((table.total,) if table.total else ())) if f.aggregate != "never"]
    return found


_last: list[tuple[Form, Submission, list[Figure]]] = []  # asked for by one sheet after the other


def counted(form: Form, submission: Submission) -> list[Figure]:
    """The figures of a submission that stand for the whole department, one a field."""
    if _last and _last[0][0] is form and _last[0][1] is submission:
        return _last[0][2]
    rows = {(f.table, f.row) for f in submission.figures}
    chosen: dict[str, str | None] = {}
    for row_set in form.row_sets.values():
        grids = form.grids(row_set.id)
        has_summary = any((t.id, row_set.summary) in rows for t in grids)
        chosen.update(dict.fromkeys((t.id for t in grids), row_set.summary if has_summary else row_set.lead or row_set.summary))
    found = [f for f in submission.figures if f.row == chosen.get(f.table)]
    _last[:] = [(form, submission, found)]
    return found


def _value(form: Form, table: Table, field: Field, sums: dict[str, Decimal], count: int) -> Decimal | None:
    if field.aggregate == "count":
        return Decimal(count)
    if field.aggregate == "sum":
        return sums.get(field.id)
    formula = form.formula(table, field)
    return None if formula is None else formula.number(_Sums(form, table, {k: v for k, v in sums.items() if k != field.id}))


class _Sums:
    """What names mean in the formula of a total: the totals of the fields. What is added up is not computed again."""

    def __init__(self, form: Form, table: Table, sums: dict[str, Decimal]) -> None:
        self.form = form
        self.table = table
        self.sums = sums

    def __call__(self, name: str) -> Value:
        meant = self.form.meaning(self.table, name)
        return self.sums.get(meant.field.id) if meant.field.aggregate == "sum" else None

    typed = shown = __call__

    def column(self, table: str, field: str) -> Sequence[Value]:
        return ()
