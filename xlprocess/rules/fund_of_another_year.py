from __future__ import annotations

from collections.abc import Iterator

from xlprocess.finding import Finding
from xlprocess.identity import Spot
from xlprocess.report import Report
from xlprocess.rules.rule import flag, rule
from xlprocess.typed import write_number

TABLE = "special_funds"


@rule("R502", severity="notice")
def fund_of_another_year(report: Report) -> Iterator[Finding]:
    """专项资金的年度不是评价年度。

    依据：报告反映评价年度的支出；以前年度的资金结转到本年使用的，应当写明。
    处理：核对年度；属于结转使用的，写明结转金额和本年使用金额。
    """
    data, year = report.tables.get(TABLE), report.role("year").typed_number
    if data is None or year is None:
        return
    for row in data.rows:
        stated = row.cell("year").typed_number
        if stated is None or stated == year:
            continue
        name = row.cell("name").text
        said = f"第 {row.key} 项资金{f'“{name.strip()}”' if name else ''}"
        tail = "是结转到本年使用的，请写明" if stated < year else "请核对年度"
        yield flag(
            report,
            Spot(TABLE, row.key, "year"),
            f"{said}是 {write_number(stated)} 年的，本报告评价 {write_number(year)} 年，{tail}",
            actual=write_number(stated),
            expected=write_number(year),
        )
