"""对照: each department's figures beside those of the accounts, what they differ by, and the rates of budget control."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from xlprocess.consolidation.against_accounts import SHEET, AgainstAccounts
from xlprocess.consolidation.consolidation import Department
from xlprocess.consolidation.submission import Submission
from xlprocess.consolidation.totals import counted
from xlprocess.form.accounts import PREFIX, account_columns
from xlprocess.form.formula import Formula
from xlprocess.form.formula import Value as Meant
from xlprocess.form.load import Form
from xlprocess.writers.summary.amounts import excel
from xlprocess.writers.summary.book import Book, Look
from xlprocess.writers.summary.listing import Column, Listing, Rate, Row, Value
from xlprocess.writers.summary.section import LEADING, Section, source


class Accounts(Section):
    """A row for each department that the accounts have a line of."""

    def __init__(self, book: Book, form: Form, compared: AgainstAccounts) -> None:
        self.form = form
        self.compared = compared
        known = set(compared.columns)
        self.accounts = [a for a in form.edition.account if a.column in known]
        formulas = [(c, Formula(c.formula)) for c in form.edition.control]
        self.controls = [
            (c, f) for c, f in formulas if all(n.removeprefix(PREFIX) in known for n in f.names if n.startswith(PREFIX))
        ]
        needed = {n for _, f in self.controls for n in f.names}
        taken = {a.field for a in self.accounts}
        self.budgets = [c for c in compared.columns if PREFIX + c in needed and c not in {a.column for a in self.accounts}]
        self.borrowed = [
            n for n in dict.fromkeys(n for _, f in self.controls for n in f.names) if not n.startswith(PREFIX) and n not in taken
        ]
        columns = [*LEADING]
        for account in self.accounts:
            label = form.fields[account.field].field.label
            columns += [
                Column(label, 12, "money", account.field, "sum"),
                Column(
                    f"{account_columns()[account.column].label}（对照）", 12, "money", PREFIX + account.column, "sum", joined=True
                ),
                Column(f"{label}相差", 10, "money", total="sum", joined=True),
            ]
        columns += [Column(form.fields[n].field.label, 12, "money", n, "sum") for n in self.borrowed]
        columns += [Column(f"{account_columns()[c].label}（对照）", 12, "money", PREFIX + c, "sum") for c in self.budgets]
        columns += [Column(c.label, 10, "rate", total=_rate(f)) for c, f in self.controls]
        columns.append(Column("来源", 18, "link", on_paper=False))
        remark = f"金额单位：{form.edition.unit}。“（对照）”各栏取自 {compared.file}，其余是各部门所填。红底、黄底的见“问题清单”。"
        self.listing = Listing(book, SHEET, columns, remark)

    def rows(self, department: Department, submission: Submission) -> Iterator[Row]:
        row = self.compared.rows.get(department.key)
        if row is None:
            return
        self.number += 1
        figures = {f.field: f for f in counted(self.form, submission)}
        values: list[Value] = [self.number, department.code, department.name]
        looks: dict[int, Look] = {}
        for account in self.accounts:
            own, due = row.figures.get(account.field), row.amounts.get(account.column)
            gap = None if due is None else (own or Decimal(0)) - due
            if account.field in row.blamed:
                looks[len(values) + 2] = "error" if account.differs == "error" else "warning"
            values += [own, due, gap or (None if gap is None else Decimal(0))]
        values += [figures[n].number if n in figures else None for n in self.borrowed]
        values += [row.amounts.get(c) for c in self.budgets]
        for control, _ in self.controls:
            if control.rule in row.blamed:
                looks[len(values)] = "warning"
            values.append(row.rates.get(control.rule))
        compared = (figures[a.field] for a in self.accounts if a.field in figures)
        yield Row([*values, source(department, compared)], looks)


def _rate(formula: Formula) -> Rate:
    """A rate of the totals."""
    return Rate(
        lambda addresses: excel(formula.tree, addresses),
        lambda sums: formula.number(_Sums(sums)),
    )


class _Sums:
    def __init__(self, sums: object) -> None:
        self.sums: dict[str, Decimal] = dict(sums)  # type: ignore[call-overload]

    def __call__(self, name: str) -> Meant:
        return self.sums.get(name)

    typed = shown = __call__

    def column(self, table: str, field: str) -> tuple[Meant, ...]:
        return ()
