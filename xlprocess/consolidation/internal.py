"""内部往来: what one department passes on to another and both report. Declared on a sheet of the roster, it is taken out of the
totals once, so that a superior and its units are not counted twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import msgspec

from xlprocess.consolidation.between import between, place_of, rule_of
from xlprocess.consolidation.consolidation import Between, Consolidation, Department
from xlprocess.consolidation.dealing import Dealing
from xlprocess.consolidation.listed import FIRST_ROWS, Rows, head_and_unit, plain, read_sheet, unit_said
from xlprocess.consolidation.matching import plain_code, without_zeros
from xlprocess.consolidation.submission import Figure, Submission
from xlprocess.consolidation.totals import counted
from xlprocess.errors import Refused
from xlprocess.form.load import Form
from xlprocess.form.model import Field, normal
from xlprocess.typed import read_money, shift, write_money

SHEET = "内部往来"
HEADINGS: dict[str, tuple[str, ...]] = {
    "payer_code": ("拨出部门编码", "拨出单位编码", "拨出编码", "付款部门编码", "付款单位编码", "付款编码"),
    "payer": ("拨出部门", "拨出单位", "拨出部门名称", "拨出单位名称", "付款部门", "付款单位", "拨出方", "付款方"),
    "receiver_code": ("拨入部门编码", "拨入单位编码", "拨入编码", "收款部门编码", "收款单位编码", "收款编码"),
    "receiver": ("拨入部门", "拨入单位", "拨入部门名称", "拨入单位名称", "收款部门", "收款单位", "拨入方", "收款方"),
    "amount": ("金额", "往来金额", "拨付金额"),
    "paid": ("支出栏目", "列支栏目", "拨出栏目"),
    "received": ("收入栏目", "列收栏目", "拨入栏目"),
    "note": ("备注", "说明", "事由"),
}
_FIELD = {normal(text): key for key, texts in HEADINGS.items() for text in texts}


class Dealt(msgspec.Struct):
    """A dealing and what became of it: `why` it was not taken out of the totals, None where it was. `paid` and `received`: the
    fields in which it is."""

    dealing: Dealing
    paid: Field | None = None
    received: Field | None = None
    why: str | None = None


class Eliminated(msgspec.Struct):
    """All dealings, and what they take out of the total of each field, in the unit of the form."""

    dealt: list[Dealt]
    taken: dict[str, Decimal]


def read_dealings(path: Path) -> list[Dealing]:
    """The dealings that a roster declares; none where it has no such sheet. Raises Unreadable or Refused with the sentence."""
    rows = read_sheet(path, SHEET)
    if rows is None:
        return []
    where = f"名单 {path.name} 的“{SHEET}”"
    heads, first, in_yuan = _heads(rows, where)
    found: list[Dealing] = []
    for number, row in enumerate(rows[first:], first + 1):
        raw = {key: row[k] for key, k in heads.items() if k < len(row)}
        given = {key: plain(value) for key, value in raw.items()}
        sides = [given.get("payer_code") or given.get("payer"), given.get("receiver_code") or given.get("receiver")]
        amount = read_money(raw.get("amount"), "元" if in_yuan else "万元")
        if (not any(sides) and amount.value is None) or "合计" in given.values():
            continue
        if not all(sides) or amount.value is None:
            raise Refused(f"无法使用{where}：第 {number} 行没有写全拨出部门、拨入部门和金额。请补全后再运行。")
        value = shift(amount.value, -4) if in_yuan else amount.value
        texts = {key: given.get(key, "") for key in HEADINGS if key != "amount"}
        found.append(Dealing(number, amount=value, **texts))
    return found


def _heads(rows: Rows, where: str) -> tuple[dict[str, int], int, bool]:
    said: str | None = None
    for number, row in enumerate(rows[:FIRST_ROWS], 1):
        found: dict[str, int] = {}
        in_yuan = said == "元"
        for column, value in enumerate(row):
            head, yuan = head_and_unit(plain(value))
            key = _FIELD.get(head)
            if key is not None:
                found.setdefault(key, column)
                in_yuan = yuan if key == "amount" and yuan is not None else in_yuan
        if "amount" in found and found.keys() & {"payer", "payer_code"} and found.keys() & {"receiver", "receiver_code"}:
            return found, number, in_yuan
        said = unit_said(row) or said
    raise Refused(f"无法使用{where}：没有找到标题行。请在第一行写上“拨出部门”“拨入部门”“金额”，每笔一行。")


def joined(own: Sequence[Dealing], carried: Iterable[Sequence[Dealing]]) -> list[Dealing]:
    """The dealings of this level's roster and of the summaries of lower levels; what several of them declare counts once."""
    found = list(own)
    for each in carried:
        known = [d.same() for d in found]
        for dealing in each:
            if dealing.same() in known:
                known.remove(dealing.same())
            else:
                found.append(dealing)
    return found


class InternalDealings:
    """Feeds on every department; what it finds goes to `between`, what is taken out of the totals to `extra`."""

    def __init__(self, form: Form, dealings: Sequence[Dealing]) -> None:
        self.form = form
        self.dealings = dealings
        self.fields = {normal(text): f for t, f in form.fields.values() if f.aggregate == "sum" for text in (f.label, *f.spellings)}
        self.names: dict[str, set[str]] = {}
        for d in dealings:
            for code, name in ((d.payer_code, d.payer), (d.receiver_code, d.receiver)):
                side = _side(code, name)
                self.names.setdefault(without_zeros(code) if plain_code(code) else normal(name), set()).add(side)
        self.sides: dict[str, tuple[Department, dict[str, Figure]]] = {}

    def take(self, department: Department, submission: Submission) -> None:
        if submission.form != self.form.id:
            return
        known = {without_zeros(c) for c in (department.code, submission.code) if plain_code(c)}
        known |= {normal(n) for n in (department.name, submission.department) if n}
        for side in {side for key in known for side in self.names.get(key, ())}:
            self.sides.setdefault(side, (department, {f.field: f for f in counted(self.form, submission)}))

    def done(self, found: Consolidation) -> None:
        taken: dict[str, Decimal] = {}
        left: dict[tuple[str, str], Decimal] = {}
        dealt = [self._deal(d, taken, left, found.between) for d in self.dealings]
        fields = {name: self._in(name, taken) for name in self.form.fields}
        found.extra[SHEET] = Eliminated(dealt, {name: value for name, value in fields.items() if value})
        done = [d for d in dealt if d.why is None]
        amount = write_money(sum((d.dealing.amount for d in done), Decimal(0)))
        said = f"名单申报内部往来 {len(dealt)} 笔，抵销 {len(done)} 笔共 {amount} 万元；抵销前后的合计见“抵销后合计”。"
        found.suggestions.append(said)

    def _deal(
        self, dealing: Dealing, taken: dict[str, Decimal], left: dict[tuple[str, str], Decimal], found: list[Between]
    ) -> Dealt:
        usual = self.form.edition.internal
        paid = self._field(dealing.paid, usual.paid if usual else None)
        received = self._field(dealing.received, usual.received if usual else None)
        result = Dealt(dealing, paid, received)
        if result.paid is None or result.received is None:
            result.why = f"表中没有“{dealing.paid if result.paid is None else dealing.received}”这一栏，没有抵销。"
            return result
        payer = self.sides.get(_side(dealing.payer_code, dealing.payer))
        receiver = self.sides.get(_side(dealing.receiver_code, dealing.receiver))
        if payer is None or receiver is None:
            name = dealing.payer or dealing.payer_code if payer is None else dealing.receiver or dealing.receiver_code
            result.why = f"“{name}”没有计入汇总，没有重复，不必抵销。"
            return result
        if payer[0] is receiver[0]:
            result.why = "拨出和拨入是同一个部门，没有抵销。"
            return result
        amount = dealing.amount if self.form.edition.unit == "万元" else shift(dealing.amount, 4)
        sides = ((payer, result.paid, "拨给", receiver[0].name), (receiver, result.received, "拨入自", payer[0].name))
        for (department, figures), field, _, _ in sides:
            figure = figures.get(field.id)
            left.setdefault((department.key, field.id), figure.number if figure else Decimal(0))
        for (department, figures), field, how, other in sides:
            if left[department.key, field.id] < amount:
                result.why = f"大于“{department.name}”所填的“{field.label}”，没有抵销，请核对。"
                found.append(self._too_large(dealing, department, figures.get(field.id), field, f"{how}“{other}”"))
        if result.why is None:
            for (department, _), field, _, _ in sides:
                left[department.key, field.id] -= amount
                taken[field.id] = taken.get(field.id, Decimal(0)) + amount
        return result

    def _too_large(self, dealing: Dealing, department: Department, figure: Figure | None, field: Field, how: str) -> Between:
        table = self.form.fields[field.id].table
        number = None if figure is None else write_money(figure.number)
        place = f"{place_of(figure, field.label)} {number}" if figure else f"“{field.label}”没有填"
        return between(
            rule_of("dealing_larger_than_figure"),
            department,
            f"{place}，名单“{SHEET}”第 {dealing.number} 行申报{how} {write_money(dealing.amount)} 万元，大于所填的数，没有抵销。",
            figure,
            table=table.id,
            field=field.id,
            actual=number,
            expected=write_money(dealing.amount),
        )

    def _field(self, label: str, usual: str | None) -> Field | None:
        if label:
            return self.fields.get(normal(label))
        return self.form.fields[usual].field if usual else None

    def _in(self, name: str, taken: Mapping[str, Decimal]) -> Decimal:
        """How much of what is taken out of other fields is in this one: totals and balances follow their parts."""
        table, field = self.form.fields[name]
        formula = self.form.formula(table, field) if field.aggregate == "sum" else None
        terms = formula.linear() if formula is not None else None
        inside = (sign * self._in(self.form.meaning(table, n).field.id, taken) for sign, n in terms or ())
        return sum(inside, taken.get(name, Decimal(0)))


def _side(code: str, name: str) -> str:
    return f"{without_zeros(code)}|{normal(name)}"
