"""Every sum that a report must keep: header trees (其中), row sets (汇总), lists, and the printed balances."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

from xlprocess.diagnose import Diagnosis, diagnose
from xlprocess.form.model import Field, Table
from xlprocess.identity import HALF_UNIT, Identity, Spot, Term
from xlprocess.report import Cell, Layout, Report, Row, State
from xlprocess.unit_texts import explained, meant
from xlprocess.witnesses import witnesses

Sign = Literal[1, -1]


class Unknown(Exception):
    """A part could not be read: the sum can be neither kept nor broken."""


class Sums(NamedTuple):
    """What depends on the cells that are filled in, not on what stands in them: workbooks of one form have the same. The places
    (in `spots`) of numbers, of those that are figures, of amounts in lists, and of cells by their state; and the sums that there
    are. `partial`: the sums, by their place in `identities`, of which a column with an addend is not in the workbook."""

    numbers: list[int]
    figures: list[int]
    amounts: list[int]
    states: dict[State, list[int]]
    identities: list[Identity]
    partial: set[int]


def figures(report: Report) -> dict[Spot, Decimal]:
    """The figures that somebody typed."""
    return {spot: number for spot, _, number in _numbers(report, sums(report).figures)}


def numbers(report: Report) -> Iterator[tuple[Spot, Field, Decimal]]:
    """The numbers that somebody typed, years and the like included."""
    return _numbers(report, sums(report).numbers)


def in_state(report: Report, state: State) -> list[tuple[Spot, Field, Cell]]:
    """The cells in a state."""
    places = sums(report).states.get(state, ())
    return [report.spots()[k] for k in places]


def diagnoses(report: Report) -> list[Diagnosis]:
    """The broken sums of a report, with the probable cause of each; found once for a report."""
    if report.diagnosed is None:
        known, typed = sums(report), figures(report)
        elsewhere = {spot: number for spot, _, number in _numbers(report, known.amounts)}
        summaries = {r.summary for r in report.form.row_sets.values()}
        summary = next(iter(summaries), None)
        slips = meant(report, in_state(report, "text_number"), typed, known.identities)
        kept = _certain(known, typed) if known.partial else known.identities
        found = diagnose({**typed, **slips}, kept, summary, elsewhere, witnesses(report))
        report.diagnosed = [*explained(typed, slips, kept), *found] if slips else found
    return report.diagnosed


def _certain(known: Sums, typed: dict[Spot, Decimal]) -> list[Identity]:
    """Without the sums that a lost column may keep: what it held is not known, but it made no sum smaller."""
    return [
        each
        for index, each in enumerate(known.identities)
        if index not in known.partial or each.expected(typed) - typed.get(each.total, Decimal(0)) > each.tolerance
    ]


def identities(report: Report) -> list[Identity]:
    """All identities whose total was typed and whose parts could be read."""
    return sums(report).identities


def sums(report: Report) -> Sums:
    """The sums of a report, and where their figures stand."""
    if report.summed is None:
        filled = tuple([(cell.state, isinstance(cell.value, Decimal)) for _, _, cell in report.spots()])
        known = _sums(report.laid_out(), filled)
        if not known.identities:
            found = _Identities(report)
            all_of_them = list(found.all())
            known.partial.update(k for k, each in enumerate(all_of_them) if (each.total, each.addends) in found.partial)
            known.identities[:] = all_of_them  # at once: another thread may ask for the same
        report.summed = known
    return report.summed


@lru_cache(maxsize=1 << 6)
def _sums(layout: Layout, filled: tuple[tuple[State, bool], ...]) -> Sums:
    """`filled`: of each place its state, and whether a number was typed."""
    found = Sums([], [], [], {}, [], set())
    for k, ((spot, field), (state, is_number)) in enumerate(zip(layout.places, filled, strict=True)):
        found.states.setdefault(state, []).append(k)
        if is_number:
            found.numbers.append(k)
            if field.is_number:
                found.figures.append(k)
            if field.type == "money" and layout.form.tables[spot.table].kind == "list":
                found.amounts.append(k)
    return found


def _numbers(report: Report, places: list[int]) -> Iterator[tuple[Spot, Field, Decimal]]:
    spots = report.spots()
    for k in places:
        spot, field, cell = spots[k]
        if isinstance(cell.value, Decimal):
            yield spot, field, cell.value


class _Identities:
    def __init__(self, report: Report) -> None:
        self.report = report
        self.form = report.form
        self.cap = report.form.edition.cap
        self.tolerances: dict[int, Decimal] = {}
        """By how many figures take part."""
        places = report.places.tables if report.places else {}
        self.lost = {
            table.id: frozenset(f.id for f in table.field if f.id not in places[table.id].columns)
            for table in report.form.tables.values()
            if table.kind == "grid" and table.id in places
        }
        """The fields of a grid whose column is not in the workbook: what it held is not known."""
        self.partial: set[tuple[Spot, str]] = set()

    def all(self) -> Iterator[Identity]:
        for data in self.report.tables.values():
            table = data.table
            if table.kind == "list":
                yield from self.lines(table)
                continue
            for row in data.rows:
                for field in table.computed:
                    cell = row.cells.get(field.id)
                    if cell is not None and field.kind == "stated" and isinstance(cell.value, Decimal):
                        yield from self.of_row(table, row, field)
            if table.kind == "grid":
                yield from self.of_organisations(table)

    def of_row(self, table: Table, row: Row, field: Field) -> Iterator[Identity]:
        """total = Σ what stands under and beside it; a printed balance = its operands."""
        total = Spot(table.id, row.key, field.id)
        children = table.children(field)
        try:
            if children:
                lost = self.lost.get(table.id, frozenset())
                parts = [self.stated(1, table, row, child) for child in children if child.id not in lost]
                if any(child.id in lost for child in children):
                    self.partial.add((total, "columns"))
                terms = tuple([x for found in parts for x in found])
                yield Identity(total, terms, "columns", self.tolerance(1 + sum(map(bool, parts))))
                return
            formula = self.form.formula(table, field)
            linear = formula.linear() if formula else None
            if linear:
                terms = tuple([x for sign, name in linear for x in self.operand(sign, table, row, name)])
                yield Identity(total, terms, "operands", self.tolerance(1 + len(terms)))
        except Unknown:
            return

    def of_organisations(self, table: Table) -> Iterator[Identity]:
        """汇总 = Σ organisations, column by column; only where an organisation has a figure in this table at all."""
        row_set = self.form.rows_of(table)
        rows = self.report.tables[table.id].rows
        summary = next((r for r in rows if r.key == row_set.summary), None)
        organisations = [r for r in rows if r.key != row_set.summary]
        if summary is None or all(r.is_blank for r in organisations):
            return
        for field in table.field:
            if field.kind == "derived" or field.aggregate != "sum" or field.id not in summary.cells:
                continue
            if summary.cells[field.id].typed_number is None:
                continue
            try:
                found = [self.stated(1, table, row, field) for row in organisations if field.id in row.cells]
            except Unknown:
                continue
            total = Spot(table.id, row_set.summary, field.id)
            terms = tuple([t for terms in found for t in terms])
            yield Identity(total, terms, "organisations", self.tolerance(1 + sum(map(bool, found))))

    def lines(self, table: Table) -> Iterator[Identity]:
        """A line's figure = Σ the parts inside it; the figure at the foot = Σ lines."""
        data = self.report.tables[table.id]
        for field in table.field:
            for child in table.children(field):
                for row in data.rows:
                    if row.cell(field.id).typed_number is None or not row.parts:
                        continue
                    if any(part[child.id].is_unknown for part in row.parts if child.id in part):
                        continue
                    name = child.id.removeprefix("parts.")
                    terms = tuple(
                        Term(1, Spot(table.id, row.key, f"parts[{k}].{name}"))
                        for k, part in enumerate(row.parts, 1)
                        if child.id in part and part[child.id].typed_number is not None
                    )
                    if terms:
                        total = Spot(table.id, row.key, field.id)
                        yield Identity(total, terms, "lines", self.tolerance(1 + len(terms)))
        if table.total and table.total.of and data.total.typed_number is not None:
            cells = [(row, row.cell(table.total.of)) for row in data.rows]
            if any(c.is_unknown for _, c in cells):
                return
            filled = [row.key for row, cell in cells if cell.typed_number is not None]
            terms = tuple(Term(1, Spot(table.id, key, table.total.of)) for key in filled)
            yield Identity(Spot(table.id, None, table.total.id), terms, "lines", self.tolerance(1 + len(terms)))

    def stated(self, sign: Sign, table: Table, row: Row, field: Field) -> list[Term]:
        """A part as it was typed; where it was not, and it has parts of its own, those. In 汇总, what the organisations
        give. None where nothing was typed: every term is a figure that somebody typed."""
        cell = row.cell(field.id)
        if cell.is_unknown or field.id in self.lost.get(table.id, ()):
            raise Unknown
        if isinstance(cell.value, Decimal):
            return [Term(sign, Spot(table.id, row.key, field.id))]
        if field.kind == "input" and (table.kind != "grid" or field.aggregate != "sum"):
            return []
        children = table.children(field)
        if children:
            found = [t for c in children for t in self.stated(sign, table, row, c)]
            if found:
                return found
        formula = self.form.formula(table, field) if field.formula else None
        linear = formula.linear() if formula else None
        if linear:
            found = [t for s, name in linear for t in self.operand(1 if s == sign else -1, table, row, name)]
            if found:
                return found
        return self.of_the_organisations(sign, table, row, field)

    def of_the_organisations(self, sign: Sign, table: Table, row: Row, field: Field) -> list[Term]:
        if table.kind != "grid" or field.aggregate != "sum":
            return []
        row_set = self.form.rows_of(table)
        if row.key != row_set.summary:
            return []
        others = (r for r in self.report.tables[table.id].rows if r.key != row_set.summary)
        return [t for r in others for t in self.stated(sign, table, r, field)]

    def operand(self, sign: int, table: Table, row: Row, name: str) -> list[Term]:
        """An operand of a balance: a derived figure and a header's total from their leaves, a printed balance as it was
        typed."""
        if name in table.fields:
            at_table, field = table, table.fields[name]
        else:
            at_table, field = self.form.fields[name]
        only = self.form.only_row(at_table, field)
        at_row = row if at_table is table else self.report.tables[at_table.id].row(only or row.key)
        if at_row is None:
            return self.of_all(sign, at_table, row, name)
        one: Sign = 1 if sign > 0 else -1
        children = at_table.children(field)
        if children:
            found = [t for c in children for t in self.operand(sign, at_table, at_row, c.id)]
            if found:
                return found
        elif field.kind == "derived":
            formula = self.form.formula(at_table, field)
            linear = formula.linear() if formula else None
            if linear is None:
                raise Unknown
            return [t for s, inner in linear for t in self.operand(sign * s, at_table, at_row, inner)]
        return self.stated(one, at_table, at_row, field)

    def of_all(self, sign: int, table: Table, row: Row, name: str) -> list[Term]:
        """An operand of 汇总 in a table that has no such row: what the organisations give."""
        row_set = self.form.row_sets.get(table.rows or "")
        if row_set is None or row.key != row_set.summary:
            return []
        return [t for other in self.report.tables[table.id].rows for t in self.operand(sign, table, other, name)]

    def tolerance(self, figures: int) -> Decimal:
        found = self.tolerances.get(figures)
        if found is None:
            found = self.tolerances[figures] = min(HALF_UNIT * figures, self.cap)
        return found
