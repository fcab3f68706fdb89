"""内部往来: every dealing that was declared and what became of it; 抵销后合计: the totals before and after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from xlprocess.consolidation.internal import SHEET, Eliminated
from xlprocess.consolidation.totals import Total, less
from xlprocess.form.load import Form
from xlprocess.writers.summary.book import Book, Kind
from xlprocess.writers.summary.listing import Column, Listing, Row, Value
from xlprocess.writers.summary.section import Section, kind_of

AFTER = "抵销后合计"


class Dealings(Section):
    """A row for each dealing."""

    def __init__(self, book: Book, form: Form, eliminated: Eliminated) -> None:
        self.eliminated = eliminated
        columns = [Column("序号", 6, "count"), Column("拨出编码", 11), Column("拨出部门", 26, wrap=True)]
        columns += [Column("支出栏目", 16, wrap=True), Column("拨入编码", 11), Column("拨入部门", 26, wrap=True)]
        columns += [
            Column("收入栏目", 16, wrap=True),
            Column("金额", 14, "money", total="sum"),
            Column("抵销金额", 14, "money", total="sum"),
        ]
        columns += [Column("没有抵销的原因", 40, wrap=True), Column("备注", 24, wrap=True)]
        remark = "金额单位：万元。名单“内部往来”所列各笔；双方都计入汇总的，从拨出方的支出和拨入方的收入中各抵销一次。"
        self.listing = Listing(book, SHEET, columns, remark, unit="笔")

    def rest(self) -> Iterable[Row]:
        for number, dealt in enumerate(self.eliminated.dealt, 1):
            d = dealt.dealing
            values: list[Value] = [number, d.payer_code, d.payer, dealt.paid.label if dealt.paid else d.paid]
            values += [d.receiver_code, d.receiver, dealt.received.label if dealt.received else d.received, d.amount]
            values += [d.amount if dealt.why is None else None, dealt.why, d.note]
            yield Row(values, {9: "warning"} if dealt.why else {})


class Without(Section):
    """A row for each total of amounts. `totals` are set when all departments have gone by."""

    totals: Mapping[str, Total]

    def __init__(self, book: Book, form: Form, eliminated: Eliminated) -> None:
        self.form = form
        self.eliminated = eliminated
        columns = [Column("所在表", 22, wrap=True), Column("项目", 30, wrap=True)]
        columns += [Column(head, 18, "money") for head in ("抵销前（各部门填报）", "抵销内部往来", "抵销后")]
        remark = f"金额单位：{form.edition.unit}。合计和结余随分项抵销，比率按抵销后的合计重新计算。"
        self.listing = Listing(book, AFTER, columns, remark, unit="项")

    def rest(self) -> Iterable[Row]:
        after = less(self.form, self.totals, self.eliminated.taken)
        for name, total in self.totals.items():
            table, field = self.form.fields[name]
            if total.value is None or table.kind != "grid":
                continue
            now, kind = after.get(name), kind_of(field)
            taken = total.value - now if now is not None and kind != "rate" and now != total.value else None
            values: list[Value] = [table.title, field.label, *(_shown(v, kind) for v in (total.value, taken, now))]
            yield Row(values, {3: "notice", 4: "notice"} if taken else {})


def _shown(value: Decimal | None, kind: Kind) -> Value:
    """A rate among amounts is written as it is read."""
    return f"{value * 100:.2f}%" if value is not None and kind == "rate" else value
