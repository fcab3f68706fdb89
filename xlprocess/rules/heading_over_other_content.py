from __future__ import annotations

from collections.abc import Iterator

from xlprocess.finding import Finding
from xlprocess.narrative import passages
from xlprocess.report import Report
from xlprocess.rules.rule import flag, rule

ITEMS = "social_items"


@rule("R609", severity="notice")
def heading_over_other_content(report: Report) -> Iterator[Finding]:
    """标题下写的是另一类内容。

    依据：综述各节的标题是固定的，读者按标题找内容。
    处理：核对这一节的内容是否放错了位置；没有这类内容的写“无”。
    """
    texts = [p for p in passages(report) if p.field.about or p.field.strange]
    for passage in texts:
        own = any(word in passage.text for word in passage.field.about)
        others = [
            (word, other)
            for other in report.form.tables[passage.spot.table].field
            if other.id != passage.spot.field and not own and passage.field.about
            for word in other.about
            if word in passage.text
        ]
        strange = [word for word in passage.field.strange if word in passage.text]
        if others:
            word, other = others[0]
            yield flag(report, passage.spot, f"“{passage.field.label}”没有写这一节的内容，写到的“{word}”属于“{other.label}”")
        elif len(strange) > 1 and not _is_told_by_table(report):
            said = "、".join(f"“{word}”" for word in strange[:3])
            yield flag(report, passage.spot, f"“{passage.field.label}”写的是{said}，看来是单位为职工缴纳的费用，不属于这一节的内容")


def _is_told_by_table(report: Report) -> bool:
    """The table of social items holds amounts: what is said of them is said there."""
    data = report.tables.get(ITEMS)
    return data is not None and any(row.cell("amount").typed_number for row in data.rows)
