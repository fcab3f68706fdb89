"""The organisations below each other: a sum over a column, and the rows that were inserted among them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from xlprocess.books.book import Ref
from xlprocess.form.control_blocks import is_text, texts_in
from xlprocess.form.control_parts import IS_FORMULA, Part, Sum, addresses_of, all_of, operand, stated
from xlprocess.form.layout import Control, SheetPlaces
from xlprocess.form.live import Scope
from xlprocess.form.load import Form
from xlprocess.form.model import Field, Table


class Columns(Scope):
    """A grid's organisations all at once: a name means its column below 汇总."""

    def cell(self, name: str) -> str | None:
        table, field, _ = self.find(name)
        return self.places.organisations(table.id, field.id) if table.kind == "grid" else None

    def others(self, name: str) -> str | None:
        return None


def typed_organisations(table: Table, places: SheetPlaces) -> str:
    """More than 0 where something was typed below 汇总. What a formula has from another table says nothing of this one."""
    inputs: list[str] = []
    stated: list[str] = []
    for field in table.field:
        column = places.organisations(table.id, field.id)
        if column and field.is_number and field.kind != "derived":
            (stated if field.kind == "stated" else inputs).append(column)
    if not stated:
        return f"COUNT({','.join(inputs)})"
    typed = "+".join(_is_typed(c) for c in stated)
    found = f"IFERROR(SUMPRODUCT({typed}),COUNT({','.join(stated)}))"
    return f"(COUNT({','.join(inputs)})+{found})" if inputs else found


def organisations(form: Form, table: Table, field: Field, places: SheetPlaces) -> Sum:
    """Σ organisations of a column; where the total of an organisation was not typed, of its parts."""
    column = places.organisations(table.id, field.id) or ""
    nodes = stated(Columns(form, table, None, places), 1, field.id) or []
    if not any(n.inner for n in nodes):
        return Sum(f"SUM({column})", f"COUNT({column})", texts_in([column]))
    exact, without = (_products(nodes, (), typed).removeprefix("+") for typed in (_is_typed, _is_number))
    # without: Excel 2010 has no ISFORMULA; SUM: another table may have another number of rows
    value = f"IFERROR({exact},IFERROR({without},SUM({column})))"
    among = f"IFERROR(SUMPRODUCT({_texts(nodes)}),{texts_in([column])})"
    return Sum(value, f"IFERROR(SUMPRODUCT(--({_figures(nodes)}>0)),COUNT({column}))", among)


def _is_number(column: str) -> str:
    return f"ISNUMBER({column})"


def _figures(nodes: Iterable[Part]) -> str:
    """How many figures there are in a row."""
    return "+".join(map(_is_number, addresses_of(nodes)))


def _is_typed(column: str) -> str:
    return f"ISNUMBER({column})*(1-{IS_FORMULA}({column}))"


def _products(nodes: Iterable[Part], masks: Sequence[str], typed: Callable[[str], str]) -> str:
    """A sum over the rows of columns; a mask is 1 in the rows that count."""
    text = ""
    for node in nodes:
        last, inner = list(masks), list(masks)
        if node.first:
            last.append(f"--({_figures(node.inner)}=0)")
        elif node.inner:
            last.append(typed(node.cell))
            inner.append(f"1-{typed(node.cell)}")
        text += _products([n._replace(sign=n.sign * node.sign) for n in node.inner], inner, typed)
        column = f"SUMPRODUCT({','.join([*last, node.cell])})" if last else f"SUM({node.cell})"
        text += f"{'+' if node.sign > 0 else '-'}{column}"
    return text


def _texts(nodes: Iterable[Part]) -> str:
    """How many texts stand in the cells that such a sum is taken from, for each row: `Part.texts`."""
    text = ""
    for node in nodes:
        own, inner = is_text(node.cell), _texts(node.inner)
        if node.first and inner:
            text += f"+{inner}+({_figures(node.inner)}=0)*{own}"
        else:
            text += f"+{own}" + (f"+(1-{_is_typed(node.cell)})*({inner})" if inner else "")
    return text.removeprefix("+")


def inserted(form: Form, control: Control, places: SheetPlaces) -> tuple[str, str] | None:
    """The rows that were inserted among the organisations have no control cell of their own: how many totals were typed there, and
    the difference between all of these and their parts. (A total that the form's formula gives is right by construction.)"""
    table, field = control.table, control.field
    cells = places.organisations(table.id, field.id) or ""
    place = places.layout.tables[table.id]
    beside = f"{Ref(place.first + 1, control.ref.column)}:{Ref(place.hint, control.ref.column)}"
    formula = form.formula(table, field)
    columns = Columns(form, table, None, places)
    if table.children(field):
        nodes = all_of(stated(columns, 1, f.id) for f in table.children(field))
    else:
        nodes = all_of(operand(columns, sign, name) for sign, name in (formula.linear() if formula else None) or ())
    if nodes is None:
        return None

    def difference(typed: Callable[[str], str]) -> str:
        among = [f"ISBLANK({beside})", typed(cells)]
        return f"SUMPRODUCT({'*'.join(among)},{cells})-({_products(nodes, among, typed).removeprefix('+')})"

    exact, without = difference(_is_typed), difference(_is_number)
    return f"SUMPRODUCT(ISBLANK({beside})*{_is_number(cells)})", f"ROUND(IFERROR({exact},{without}),6)"
