"""What this year's report takes over from last year's, and which of several givers of a value wins."""

from __future__ import annotations

from decimal import Decimal

from xlprocess.form.load import At, Form
from xlprocess.form.model import RowSet
from xlprocess.identity import Spot
from xlprocess.report import Cell, Report, as_text
from xlprocess.values import Given, Values


def carry_over(form: Form, last: Report) -> Values:
    """Last year's report as values of a new one: what the edition takes over, the organisations, and each figure that
    stood in the field which a field of this year calls its `previous` (in 汇总 only where no organisation has one)."""
    values = Values()
    for name in form.edition.carry_over:
        at = form.fields.get(name)
        if at is not None and at.table.kind == "fields":
            values.fields[at.table.id, name] = _given(_last_cell(form, at, last))
    for row_set in form.row_sets.values():
        old = last.form.row_sets.get(row_set.id)
        if old is not None:
            values.rows[row_set.id] = _rows(form, row_set, last, old)
    return values


def merged(stronger: Values, weaker: Values, form: Form) -> Values:
    """The values of both; where both give one, the stronger's. The organisations are the stronger's where it names
    any."""
    result = Values(fields=dict(weaker.fields), rows={}, lines={**weaker.lines, **stronger.lines})
    result.fields.update({at: given for at, given in stronger.fields.items() if given is not None})
    for name, row_set in form.row_sets.items():
        upper, lower = dict(stronger.rows.get(name, [])), dict(weaker.rows.get(name, []))
        names = list(upper) if set(upper) - {row_set.summary} else [*upper, *(n for n in lower if n not in upper)]
        rows = [(n, _merged_row(upper.get(n, {}), lower.get(n, {}))) for n in names]
        if rows:
            result.rows[name] = rows
    return result


def carried(form: Form, result: Values, last: Values, given: Values) -> list[Spot]:
    """The cells of `result` that hold a figure of last year's and were given by nobody else: they are marked 待核."""
    marks: list[Spot] = []
    for table in form.tables.values():
        for field in table.field:
            if field.previous is None or table.kind != "grid":
                continue
            set_id = form.rows_of(table).id
            lower, upper = dict(last.rows.get(set_id, [])), dict(given.rows.get(set_id, []))
            for name, row in result.rows.get(set_id, []):
                taken = lower.get(name, {}).get(field.id)
                if taken is not None and row.get(field.id) == taken and upper.get(name, {}).get(field.id) is None:
                    marks.append(Spot(table.id, name, field.id))
    return marks


def _merged_row(stronger: dict[str, Given], weaker: dict[str, Given]) -> dict[str, Given]:
    return weaker | {k: v for k, v in stronger.items() if v is not None}


def _last_cell(form: Form, at: At, last: Report) -> Cell:
    """Last year's cell of a field: by the part that it plays in every edition, else by its id."""
    role = next((r for r, field in form.edition.roles.items() if field == at.field.id), None)
    if role is not None and last.form.role(role) is not None:
        return last.role(role)
    return last.cell(at.field.id) if at.field.id in last.form.fields else Cell()


def _given(cell: Cell) -> Given:
    figure = cell.figure
    return figure if figure is None or isinstance(figure, Decimal) else as_text(figure)


def _rows(form: Form, row_set: RowSet, last: Report, old: RowSet) -> list[tuple[str, dict[str, Given]]]:
    """汇总 and last year's organisations, with the figures that this year begins with."""
    fields = {f.id: f.previous for t in form.grids(row_set.id) for f in t.field if f.previous in last.form.fields}
    names = [n for n in last.organisations(old) if (row_set.open or n in row_set.items) and _is_named(last, old, n)]
    rows = [(n, {f: _given(last.cell(p, n)) for f, p in fields.items() if p}) for n in names]
    summary = {
        f: None if any(row[f] is not None for _, row in rows) else _given(last.cell(p, old.summary)) for f, p in fields.items() if p
    }
    return [(row_set.summary, summary), *rows]


def _is_named(last: Report, row_set: RowSet, name: str) -> bool:
    """Whether a row is called so in some table: not one without a name, nor one that stands there twice."""
    printed = (r.name.value for t in last.form.grids(row_set.id) for r in last.tables[t.id].rows if r.key == name)
    return any(isinstance(text, str) and name in (text, row_set.named(text)) for text in printed)
