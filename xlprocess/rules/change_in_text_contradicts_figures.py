from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from xlprocess.finding import Finding
from xlprocess.narrative import passages
from xlprocess.report import Report
from xlprocess.rules.rule import flag, rule
from xlprocess.typed import MONEY_EXPONENT, shift

if TYPE_CHECKING:
    from xlprocess.narrative.changes import Share
    from xlprocess.narrative.passage import Passage

HALF = Decimal("0.005")


@rule("R603", severity="warning")
def change_in_text_contradicts_figures(report: Report) -> Iterator[Finding]:
    """文字中的增减或比例与数字不符。

    依据：增减方向、增减幅度和所占比例都由金额算出，应与同一句话里的金额一致。
    处理：按金额重新计算，改正写错的增减、幅度或比例。
    """
    texts = passages(report)
    if not texts:
        return
    from xlprocess.narrative.changes import clashes, shares
    from xlprocess.narrative.wording import said_in

    for passage in texts:
        for clash in clashes(passage):
            problem = f"{said_in(passage, clash.start, clash.end)}，写的是“{clash.said}”，而{clash.given}"
            yield flag(report, passage.spot, problem, actual=clash.said)
        if not passage.field.plan:
            for share in shares(passage):
                yield from _of_share(report, passage, share)


def _of_share(report: Report, passage: Passage, share: Share) -> Iterator[Finding]:
    from xlprocess.narrative.changes import rate_gap, ratio_gap
    from xlprocess.narrative.wording import said_in

    given: Decimal | None = None
    if share.whole is not None:
        given = rate_gap(share.part, share.whole, share.rate) if share.whole.is_exact else None
        of = "同句所写的金额"
    else:
        value, half = share.part.figure(0), share.part.half(0)
        of = share.name.rstrip("的")
        for whole in _wholes(report, of):
            found = ratio_gap((value - half, value + half), (whole - HALF, whole + HALF), value, whole, share.rate)
            if found is None:
                return
            given = given or found
    if given is not None:
        said = f"{share.rate.value:f}%"
        problem = f"{said_in(passage, share.start, share.end)}，按{of}计算是 {given:.2f}%"
        yield flag(report, passage.spot, problem, actual=said, expected=f"{given:.2f}%")


def _wholes(report: Report, name: str) -> list[Decimal]:
    """The figures that a name can mean, in yuan; none where one of them is not known."""
    from xlprocess.narrative.names import names

    power = MONEY_EXPONENT[report.form.edition.unit]
    found: list[Decimal] = []
    for at in names(report.form).known(name):
        for row in report.tables[at.table.id].rows:
            value = report.scope(at.table, row).shown(at.field.id)
            if isinstance(value, Decimal) and not value.is_nan() and value > 0 and at.field.type == "money":
                found += [
                    shift(v, power) for v in {value, report.scope(at.table, row)(at.field.id)} if isinstance(v, Decimal) and v > 0
                ]
    return found
