from __future__ import annotations

from collections.abc import Iterator

from xlprocess.finding import Finding
from xlprocess.identity import Spot
from xlprocess.narrative import passages
from xlprocess.report import Report
from xlprocess.rules.rule import flag, rule


@rule("R611", severity="warning")
def grade_in_text_differs(report: Report) -> Iterator[Finding]:
    """文字中的等次与表格不符。

    依据：同一份报告只有一个评价等次，文字和表格应当一致。
    处理：核对得分和等次，改正写错的一处。
    """
    texts, at = passages(report), report.form.role("grade")
    typed = report.role("grade")
    figure = typed.figure
    if (
        not texts
        or at is None
        or not isinstance(figure, str)
        or not texts.mention(*at.field.named, "绩效等", "结果为", "结果是", "结果：")
    ):
        return
    from xlprocess.narrative.grades import grades, holding
    from xlprocess.narrative.statements import result_of
    from xlprocess.narrative.wording import cell_name, said_in

    result = result_of(report)
    for passage in holding(at.field, texts):
        if passage.field.plan:
            continue
        for grade, start, end in grades(at.field, passage, result, figure):
            if any(choice in figure for choice in at.field.choices):
                there = cell_name(report, Spot(at.table.id, None, at.field.id))
                said = f"{said_in(passage, start, end)}，{there}是“{figure.strip()}”"
                yield flag(report, passage.spot, said, actual=grade, expected=figure.strip())
