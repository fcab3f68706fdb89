from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from xlprocess.finding import Finding
from xlprocess.narrative import passages
from xlprocess.report import Report
from xlprocess.rules.rule import flag, rule
from xlprocess.typed import MONEY_EXPONENT

if TYPE_CHECKING:
    from xlprocess.narrative.statements import Statement

_YEAR = re.compile(r"(?<!\d)(\d{4})年")
HALF = Decimal("0.005")
TELLING = 3
"""Digits of a figure from which on it does not agree with a cell by chance."""


@rule("R606", severity="warning")
def year_in_text_is_another(report: Report) -> Iterator[Finding]:
    """文字中的年度不是评价年度。

    依据：报告反映评价年度的情况；沿用上年文字时，年度常常漏改。
    处理：核对年度；确属以前年度的情况，写明与评价年度的关系。
    """
    texts = passages(report)
    stated = report.role("year").typed_number
    if not texts or stated is None or stated != int(stated):
        return
    year = int(stated)
    if not any(int(named) != year for named in _YEAR.findall(texts.text)):
        return
    from xlprocess.narrative.denials import denials
    from xlprocess.narrative.statements import result_of
    from xlprocess.narrative.wording import said_in
    from xlprocess.narrative.years import compares, names_another, told_of_another_year

    owner = result_of(report).owner
    for passage in texts:
        if passage.field.plan or not names_another(passage.text, year):
            continue
        found: list[tuple[int, int, int, str]] = []
        if "整体支出绩效" in passage.text:
            from xlprocess.narrative.evaluated_years import evaluated_years

            found += ((y, start, end, "") for y, start, end in evaluated_years(report, passage, year))
        for s, named in told_of_another_year(report, passage, year):
            if (same := _same_as_cell(report, s)) is not None:
                found.append((named, s.start, s.amount.end, same))
        for denial in denials(report.form, passage, owner):
            if denial.year not in (None, year) and not compares(passage, denial.sentence, year):
                found.append((denial.year or 0, denial.start, denial.end, ""))
        for other, start, end, same in found:
            problem = f"{said_in(passage, start, end)}，本报告评价 {year} 年{same}"
            yield flag(report, passage.spot, problem, "年度可能漏改", actual=str(other), expected=str(year))


def _same_as_cell(report: Report, s: Statement) -> str | None:
    """The cell that holds the same telling figure, in words."""
    from xlprocess.identity import Spot
    from xlprocess.narrative.wording import cell_name

    value, half = s.amount.figure(MONEY_EXPONENT[report.form.edition.unit]), s.amount.half(MONEY_EXPONENT[report.form.edition.unit])
    if len(s.amount.value.as_tuple().digits) < TELLING or s.amount.kind != "money":
        return None
    for at in s.said.fields:
        for row in report.tables[at.table.id].rows:
            figure = row.cell(at.field.id).number
            if figure is not None and abs(figure - value) <= half + HALF:
                return f"，{cell_name(report, Spot(at.table.id, row.key, at.field.id))}正是这个数"
    return None
