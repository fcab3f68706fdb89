from __future__ import annotations

from collections.abc import Iterator

from xlprocess.finding import Finding
from xlprocess.report import Report
from xlprocess.rules.rule import flag, place, rule
from xlprocess.sums import in_state
from xlprocess.typed import as_shown

NAMES = {"date": "日期", "year": "年份"}


@rule("R202", severity="error")
def number_unreadable(report: Report) -> Iterator[Finding]:
    """填写的内容认不出是数字或日期。

    依据：认不出的内容不能参加计算，也不会被当作 0。
    处理：只填数字（金额以万元为单位），没有发生的留空；日期按“2022年6月30日”填写，说明文字写到综述中。
    """
    for spot, field, cell in in_state(report, "unreadable"):
        if field.kind == "derived":
            continue  # that one is told by the rule about our own formulas
        shown = as_shown(cell.raw).strip()
        shown = shown if len(shown) <= 30 else shown[:30] + "…"
        kind = NAMES.get(field.type, "数字")
        if cell.formula is not None and shown.startswith("#"):
            told = f"{place(report, spot)}的公式算不出来，显示“{shown}”，请改正公式，或直接填写{kind}"
            yield flag(report, spot, told, actual=as_shown(cell.raw))
            continue
        yield flag(report, spot, f"{place(report, spot)}填的是“{shown}”，认不出是什么{kind}", actual=as_shown(cell.raw))
