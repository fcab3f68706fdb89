"""Each department against the accounts: what differs, and the rates that reviewers work out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from xlprocess.consolidation.between import between, names_of, place_of, rule_of
from xlprocess.consolidation.consolidation import Between, Consolidation, Department
from xlprocess.consolidation.reference import AccountLine, Accounts
from xlprocess.consolidation.submission import Figure, Submission
from xlprocess.consolidation.totals import counted
from xlprocess.form.accounts import PREFIX, account_columns
from xlprocess.form.formula import Formula, Value
from xlprocess.form.load import Form
from xlprocess.form.model import Account, Control, Field
from xlprocess.typed import rounded, shift, write_money

SHEET = "对照"
_AGREES = Decimal("0.01")
"""Two figures of two decimals each stand for half a unit more or less."""
_TIMES = Decimal(10000)
_FEW = 5  # departments of which nearly all must differ by the unit


class Compared(msgspec.Struct):
    """A department's row of the sheet 对照. `figures` by field and `amounts` by column, in the unit of the form; `rates` by the
    rule that looks at them, as fractions; `blamed`: the fields and rules of which a finding was made."""

    department: str
    line: int
    figures: dict[str, Decimal]
    amounts: dict[str, Decimal]
    rates: dict[str, Decimal]
    blamed: set[str]


class AgainstAccounts(msgspec.Struct):
    """What the sheet 对照 shows."""

    file: str
    columns: tuple[str, ...]
    rows: dict[str, Compared]


class AccountsComparison:
    """Feeds on every department; what it finds goes to `between`, its table to `extra`."""

    def __init__(self, form: Form, accounts: Accounts) -> None:
        self.form = form
        self.accounts = accounts
        self.controls = [(control, Formula(control.formula)) for control in form.edition.control]
        self.table = AgainstAccounts(accounts.file, accounts.columns, {})
        self.found: list[Between] = []
        self.without: list[str] = []
        self.met: set[int] = set()
        self.ratios: list[Decimal] = []

    def take(self, department: Department, submission: Submission) -> None:
        if submission.form != self.form.id:
            return
        line = self.accounts.of(department)
        if line is None:
            self.without.append(department.name)
            return
        self.met.add(line.number)
        figures = {f.field: f for f in counted(self.form, submission)}
        amounts = {k: v if self.form.edition.unit == "万元" else shift(v, 4) for k, v in line.amounts.items()}
        row = Compared(department.key, line.number, {}, amounts, {}, set())
        for account in self.form.edition.account:
            self._account(department, line, account, figures, row)
        for control, formula in self.controls:
            self._control(department, control, formula, figures, row)
        self.table.rows[department.key] = row

    def done(self, found: Consolidation) -> None:
        file = self.accounts.file
        if len(self.ratios) >= _FEW and sum(_TIMES * 99 / 100 < r < _TIMES * 101 / 100 for r in self.ratios) * 2 > len(self.ratios):
            said = f"对照表 {file} 的金额是多数部门所填的一万倍，像是以元为单位，没有对照；请在标题行上方写明“单位：元”后重新汇总。"
            found.suggestions.append(said)
            return
        found.between += self.found
        found.extra[SHEET] = self.table
        if self.without:
            found.suggestions.append(f"对照表 {file} 中没有{names_of(self.without)}，没有对照。")
        unmet = [line.name or line.code for line in self.accounts.lines if line.number not in self.met]
        if unmet:
            found.suggestions.append(f"对照表 {file} 中的{names_of(unmet)}没有可对照的工作簿。")

    # ---- figures

    def _account(
        self, department: Department, line: AccountLine, account: Account, figures: dict[str, Figure], row: Compared
    ) -> None:
        due = row.amounts.get(account.column)
        if due is None:
            return
        figure = figures.get(account.field)
        number = figure.number if figure else None
        if number is not None:
            row.figures[account.field] = number
            if number:
                self.ratios.append(due / number)
        gap = (number or Decimal(0)) - due
        if abs(gap) <= _AGREES:
            return
        table, field = self.form.fields[account.field]
        head = account_columns()[account.column].label
        now = f" {write_money(number)}" if number is not None else "没有填"
        place = place_of(figure, field.label) if figure else f"“{field.label}”"
        message = f"{place}{now}，对照表第 {line.number} 行的“{head}”为 {write_money(due)}，"
        message += f"{'多' if gap > 0 else '少'} {write_money(abs(gap))}"
        because = self._because(account, figure, due, gap, figures) or account.because
        row.blamed.add(account.field)
        self.found.append(
            between(
                rule_of("figure_differs_from_accounts"),
                department,
                f"{message}{'，' + because if because else ''}。",
                figure,
                table=table.id,
                field=field.id,
                severity=account.differs,
                actual=None if number is None else write_money(number),
                expected=write_money(due),
                difference=write_money(gap),
            )
        )

    def _because(
        self, account: Account, figure: Figure | None, due: Decimal, gap: Decimal, figures: dict[str, Figure]
    ) -> str | None:
        """The one simple reason that explains the difference exactly."""
        if figure is None:
            return None
        if figure.from_parts is not None and abs(Decimal(figure.from_parts) - due) <= _AGREES:
            return "按本表各分项相加则与对照表一致，更正本表的合计即可"
        if due and abs(figure.number - due * _TIMES) <= _AGREES * _TIMES:
            return "恰为一万倍，本表可能是以元填写的"
        same = {
            self._field(f.field).label
            for f in figures.values()
            if f.table == figure.table and f.field != account.field and f.number and abs(abs(f.number) - abs(gap)) < _AGREES / 2
        }
        return f"恰等于本表的“{same.pop()}”" if len(same) == 1 else None

    def _field(self, field: str) -> Field:
        return self.form.fields[field].field

    # ---- rates

    def _control(
        self, department: Department, control: Control, formula: Formula, figures: dict[str, Figure], row: Compared
    ) -> None:
        scope = _Scope(figures, row.amounts)
        rate = formula.number(scope)
        if rate is None or scope.lacks:
            return
        row.rates[control.rule] = rate
        shown = rounded(rate, 4)
        limit = control.most if control.most is not None and shown > control.most else None
        if limit is None and control.least is not None and shown < control.least:
            limit = control.least
        figure = figures.get(control.at)
        if limit is None or figure is None:
            return
        row.blamed.add(control.rule)
        label = self._field(control.at).label
        against = "、".join(
            f"“{account_columns()[name].label}” {write_money(row.amounts[name])}"
            for name in dict.fromkeys(n.removeprefix(PREFIX) for n in formula.names if n.startswith(PREFIX))
        )
        own = any(not n.startswith(PREFIX) for n in formula.names)
        what = f"{place_of(figure, label)} {write_money(figure.number)}，" if own else ""
        side = "超过" if rate > limit else "低于"
        self.found.append(
            between(
                rule_of(control.rule),
                department,
                f"{what}对照表的{against}，{control.label} {_percent(rate)}，{side} {_percent(limit)}。",
                figure,
                actual=_percent(rate),
                expected=_percent(limit),
            )
        )


class _Scope:
    """What names mean in the formula of a rate; `lacks`: one of them has no figure."""

    def __init__(self, figures: dict[str, Figure], amounts: dict[str, Decimal]) -> None:
        self.figures = figures
        self.amounts = amounts
        self.lacks = False

    def __call__(self, name: str) -> Value:
        if name.startswith(PREFIX):
            found = self.amounts.get(name.removeprefix(PREFIX))
        else:
            figure = self.figures.get(name)
            found = figure.number if figure else None
        self.lacks |= found is None
        return found

    typed = shown = __call__

    def column(self, table: str, field: str) -> Sequence[Value]:
        return ()


def _percent(rate: Decimal) -> str:
    return f"{write_money(rounded(shift(rate, 2), 2))}%"
