from __future__ import annotations

from collections.abc import Iterator

from xlprocess.finding import Finding
from xlprocess.narrative import passages
from xlprocess.report import Report
from xlprocess.rules.rule import flag, rule


@rule("R607", severity="notice")
def fund_used_for_running_costs(report: Report) -> Iterator[Finding]:
    """文字说专项资金弥补了工作经费。

    依据：专项资金应当按规定用途使用；有的资金管理办法允许列支一定的工作经费，有的不允许。
    处理：对照资金管理办法核实；允许列支的，写明依据和金额；表述不准确的，改正表述。
    """
    texts = passages(report)
    if not texts or not texts.mention("弥补", "补充", "补足", "贴补", "冲抵", "抵补", "垫补", "填补", "资金用于", "用于"):
        return
    from xlprocess.narrative.running_costs import holding, made_up
    from xlprocess.narrative.wording import said_in

    for passage in holding(texts):
        if passage.field.plan:
            continue
        for start, end in made_up(passage):
            because = "请对照资金管理办法核实是否允许，并与“专款专用”“没有挤占、挪用”等表述核对"
            yield flag(report, passage.spot, said_in(passage, start, end), because)
