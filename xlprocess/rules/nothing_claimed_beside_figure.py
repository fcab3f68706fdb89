from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from xlprocess.finding import Finding
from xlprocess.form.load import At
from xlprocess.identity import Spot
from xlprocess.narrative import passages
from xlprocess.report import Report
from xlprocess.rules.rule import flag, rule
from xlprocess.typed import write_money


@rule("R605", severity="warning")
def nothing_claimed_beside_figure(report: Report) -> Iterator[Finding]:
    """文字说没有，表格却有数。

    依据：文字写明没有发生的，表格对应栏目应为空白或 0。
    处理：核对文字和表格，改正写错的一处；文字只说其中一种情形的，写明是哪一种。
    """
    texts = passages(report)
    if not texts:
        return
    from xlprocess.narrative.denials import denials
    from xlprocess.narrative.statements import result_of
    from xlprocess.narrative.wording import cell_name, said_in

    result = result_of(report)
    for passage in texts:
        if passage.field.plan:
            continue
        for denial in denials(report.form, passage, result.owner):
            if denial.year is not None and result.is_other_year(denial.year):
                continue
            if result.is_foreign(passage, denial.sentence, denial.start, denial.end, denial.year is not None, actual=False):
                continue
            figures = [_figure(report, at) for at in denial.fields]
            if any(value is None for _, value in figures):
                continue
            spot, value = figures[0]
            amount = write_money(value or Decimal(0))
            there = f"{cell_name(report, spot)}却是 {amount} {report.form.edition.unit}"
            told = f"{said_in(passage, denial.start, denial.end)}，{there}"
            severity = "notice" if denial.is_spent and not _is_spending(report, denial.fields[0]) else None
            yield flag(report, passage.spot, told, expected=amount, severity=severity)  # type: ignore[arg-type]


def _figure(report: Report, at: At) -> tuple[Spot, Decimal | None]:
    """The figure of the row that judgements look at, unless it is blank or nothing."""
    data = report.tables[at.table.id]
    key = report.judged_row(report.form.rows_of(at.table)) if at.table.kind == "grid" else None
    value = report.scope(at.table, data.row(key)).shown(at.field.id)
    is_figure = isinstance(value, Decimal) and not value.is_nan() and value != 0
    return Spot(at.table.id, key, at.field.id), value if isinstance(value, Decimal) and is_figure else None


def _is_spending(report: Report, at: At) -> bool:
    """The figure is itself spent money: its table tells no income."""
    return "收入" not in at.table.title
