from __future__ import annotations

from collections.abc import Iterator

from xlprocess.finding import Finding
from xlprocess.identity import Spot
from xlprocess.organisations import absent_name
from xlprocess.report import Report
from xlprocess.rules.rule import flag, place, rule
from xlprocess.typed import as_shown
from xlprocess.values import write_plain


@rule("R208", severity="error")
def derived_formula_replaced(report: Report) -> Iterator[Finding]:
    """系统计算格的公式被改动。

    依据：这一格由公式算出，改成数字或别的公式后，不再随填报的数字变化。
    处理：清空该格后重新检查，公式会自动恢复。
    """
    for spot, field, cell in report.spots():
        if field.kind != "derived" or cell.ref is None or cell.state in ("blank", "own"):
            continue
        expected = None if cell.filled is None else str(write_plain(field, cell.filled))
        actual = as_shown(cell.raw).strip()
        if cell.formula is None:
            said = f"公式被“{actual}”取代"
        else:
            formula = cell.formula if len(cell.formula) <= 60 else cell.formula[:60] + "…"
            if _is_said(report, spot, cell.formula):
                continue
            said = f"公式被改成“={formula}”"
        tail = f"，按公式应为 {expected}{'%' if field.type == 'rate' else ''}" if expected is not None else ""
        yield flag(report, spot, f"{place(report, spot)}由系统计算，{said}{tail}", actual=actual or None, expected=expected)


def _is_said(report: Report, spot: Spot, formula: str) -> bool:
    """The formula is not what was touched: the column or row that it needs is gone, or the row bears another row's name."""
    kinds = {r.kind for r in report.remarks}
    if "#REF!" in formula and kinds & {"field_missing", "summary_row_missing", "table_missing"}:
        return True
    untold = [r for r in report.remarks if r.kind == "organisation_repeated" and len(r.detail) == 2]
    return any(spot.row in (*r.detail, absent_name(report, r)) for r in untold)
