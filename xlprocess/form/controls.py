"""The control cells (校验): each shows 平, or how far its identity is out, while the clerk types, without macros.

They say what `sums` says of the same cells. A figure counts as it is stored. A part that is a stated field in which
nothing was typed is replaced by its own parts, as one figure. A total that holds the form's own formula is 平 by
construction: what is wrong then is wrong in a part, and is said there. The tolerance is that of `Identity`.

ISFORMULA tells a typed figure from the form's own formula; a formula that gives something else than the form's is a
person's, and counts as typed (but not in a column of organisations). Excel 2010 has no ISFORMULA: there a figure is the
form's own where it equals what the form's formula gives.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from xlprocess.books.book import Ref, letters
from xlprocess.form.layout import Control, SheetPlaces
from xlprocess.form.live import Scope, Term, band, number_of, total
from xlprocess.form.load import Form
from xlprocess.form.model import Field, Table
from xlprocess.form.rule_controls import equal_to, limits, live_tally
from xlprocess.identity import HALF_UNIT

BALANCED = "平"
OFF = "差 "
SHOULD_BE = "应为"
BLANK = "未填："
WRONG = "有错误值"
"""Said where a cell that is looked at holds an error of Excel's (#DIV/0!)."""
TEXTS = "有文字，未核"
"""Said instead of 差 where a text stands among the figures, or the parts of one, which Excel leaves out: it may make up the
difference."""
NOTHINGS = ("-", "--", "—", "——", "－", "/", "／", "无", "暂无", "没有")
"""The usual ways to write that there is nothing: no such text."""
BEYOND = 2_000_000
"""More than a sheet has rows."""
IS_FORMULA = "_xlfn.ISFORMULA"
SAME = "0.0000005"
"""Two figures that differ by less are the same."""


def control_formula(form: Form, control: Control, places: SheetPlaces) -> str:
    """The formula of a control cell, without `=`."""
    return f'IFERROR({_control_formula(form, control, places)},"{WRONG}")'


def _control_formula(form: Form, control: Control, places: SheetPlaces) -> str:
    table, field, row = control.table, control.field, control.row
    scope = Scope(form, table, row, places)
    cell = places.cell(table.id, field.id, row) or ""
    match control.kind:
        case "required":
            said = f"LEN(TRIM({cell}))"
            if field.is_number:  # 无 is no figure
                words = ",".join(f'"{w}"' for w in NOTHINGS)
                said = f"{said}*(1-SUMPRODUCT(COUNTIF({cell},{{{words}}})))"
            blank = f'IF({said}=0,"{BLANK}{field.label}","")'
            if table.kind != "list":
                return blank
            line = "&".join(a for f in table.field if f.kind == "input" and (a := places.cell(table.id, f.id, row)))
            return f'IF(LEN({line})=0,"",{blank})'
        case "within":
            within = _within(scope, field, cell)
            return f'IF(COUNT({cell})=0,"",{within})' if within else '""'
        case "equal":
            wanted = equal_to(form, table, field)
            expected = scope.expression(wanted.tree) if wanted else None
            if wanted is None or expected is None:
                return '""'
            sides = [live_tally(scope, ast.Name(id=field.id)), live_tally(scope, wanted.tree)]
            tally = "+".join(s for s in sides if s) + "-1" if all(sides) else None
            return _shown(form, cell, _Sum(expected.value, tally), None, f"IF({expected.known},1,0)")
        case "inserted":
            return _inserted(form, control, places)
        case "range":
            least, most = _plain(field.minimum), _plain(field.maximum)
            within = f"AND({cell}>={least},{cell}<={most})"
            return f'IF(COUNT({cell})=0,"",IF({within},"{BALANCED}","{SHOULD_BE} {least}—{most}"))'
        case "band":
            score = scope.cell(field.of or "") or ""
            of = form.fields[field.of or ""].field
            name = band(field, score)
            known = ",".join(f'"{each}"' for each, _ in field.bands)
            # 优秀 names 优: the one band that is named
            named = f"AND(ISNUMBER(FIND({name},{cell})),SUMPRODUCT(COUNT(FIND({{{known}}},{cell})))=1)"
            limits = [(of.minimum, "<"), (of.maximum, ">")]
            outside = "".join(f",{score}{sign}{_plain(limit)}" for limit, sign in limits if limit is not None)
            shown = f'IF({named},"{BALANCED}","{SHOULD_BE}"&{name})'
            return f'IF(OR(COUNT({score})=0,LEN({cell})=0{outside}),"",IF({name}="","",{shown}))'
        case "columns":
            parts = _all(_stated(scope, 1, f.id) for f in table.children(field))
            return _compared(form, scope, field, cell, parts, one_each=True)
        case "operands":
            formula = form.formula(table, field)
            signed = formula.linear() if formula else None
            return _compared(form, scope, field, cell, _all(_operand(scope, sign, name) for sign, name in signed or ()))
        case "formula":
            formula = form.formula(table, field)
            expected = scope.expression(formula.tree) if formula else None
            if expected is None:
                return '""'
            tally = live_tally(scope, formula.tree) if formula else None
            shown = _shown(form, cell, _Sum(expected.value, tally), None, f"IF({expected.known},1,0)")
            within = _within(scope, field, cell, shown)
            return f'IF(COUNT({cell})=0,"",{within})' if within else shown
        case "organisations":
            own = _own(scope, field) if form.formula(table, field) else None
            return _shown(form, cell, _organisations(form, table, field, places), own, _typed_organisations(table, places))
        case "lines":
            if table.total is field:
                column = places.column(table.id, field.of or "")
                return _shown(form, cell, _Sum(f"SUM({column})", f"COUNT({column})", _texts_in([column or ""], table.hint)), None)
            block = _block(table, field, row or "", places)
            return _shown(form, cell, _Sum(f"SUM({block})", f"COUNT({block})", _texts_in([block])), None, f"COUNT({block})")


def _within(scope: Scope, field: Field, cell: str, otherwise: str | None = None) -> str | None:
    """应为 0—10 where a figure lies outside what a rule of the edition says; else `otherwise`, or 平 where both limits are
    there."""
    found = limits(scope.form, scope.table, field)
    sides = [scope.expression(f.tree) for f in (found.least, found.most)] if found else []
    if found is None or not all(sides):
        return None
    (low, high), signs = [s for s in sides if s], ("<", ">")
    outside = ",".join(f"IF({s.known},{cell}{sign}{s.value},FALSE)" for s, sign in zip((low, high), signs, strict=True))
    shown = '&"—"&'.join(f'IF({s.known},ROUND({s.value},8),"")' for s in (low, high))
    said = f'"{SHOULD_BE} "&{shown}'
    broken = f"OR({outside})"
    if found.typed:
        broken = f"IF(IFERROR({IS_FORMULA}({cell}),FALSE),FALSE,{broken})"
    otherwise = otherwise or f'IF(AND({low.known},{high.known}),"{BALANCED}","")'
    return f"IF({broken},{said},{otherwise})"


class _Sum(NamedTuple):
    """What a total is compared with, how many figures it has (None: not known), and how many texts stand among them."""

    value: str
    tally: str | None
    texts: str | None = None


def _shown(form: Form, cell: str, parts: _Sum, own: str | None, when: str | None = None) -> str:
    """平, 差 and the difference, or nothing. `own`: what the form's own formula gives in the cell. `when`: there must be
    something to compare with."""
    difference = f"ROUND({cell}-({parts.value}),6)"
    cap = _plain(form.edition.cap)
    tolerance = f"MIN({cap},{_plain(HALF_UNIT)}*(1+{parts.tally}))" if parts.tally else cap
    # the addend makes up for binary floats: the interval is closed
    holds = f"ABS({difference})<={tolerance}+0.0000001"
    if own is not None and own != parts.value:
        is_own = f"AND(IFERROR({IS_FORMULA}({cell}),TRUE),ABS({cell}-({own}))<{SAME})"
        holds = f"OR({is_own},{holds})"
    nothing = f"COUNT({cell})=0" if when is None else f"OR(COUNT({cell})=0,{when}=0)"
    off = f'"{OFF}"&TEXT({difference},"0.00####;\\−0.00####")'
    if parts.texts:
        off = f'IF({parts.texts}>0,"{TEXTS}",{off})'
    return f'IF({nothing},"",IF({holds},"{BALANCED}",{off}))'


def _compared(form: Form, scope: Scope, field: Field, cell: str, parts: list[_Node] | None, one_each: bool = False) -> str:
    """`one_each`: a part that is replaced by its own parts counts as one figure."""
    if parts is None:
        return '""'
    tally = _tally(parts)
    if one_each:
        plain = number_of([n.term() for n in parts if not n.inner])
        tally = "+".join([plain, *(n.is_there() for n in parts if n.inner)]).removeprefix("0+")
    return _shown(form, cell, _Sum(_value(parts), tally, _texts(parts)), _own(scope, field))


def _own(scope: Scope, field: Field) -> str:
    """What the form's own formula gives, 0 where that is nothing."""
    return total(scope.terms(field.id, own=True) or [], known=False)


# ---- what a total is made of: the twin of `sums`


class _Node(NamedTuple):
    """A part: its cell, in 汇总 else what the organisations give (`others`), and its own parts (`inner`), which stand in
    where nothing was typed, or, `first`, come before what was typed. `own`: what the form's formula gives in the cell."""

    sign: int
    cell: str
    others: str | None
    inner: tuple[_Node, ...]
    first: bool
    own: str

    def term(self) -> Term:
        return Term(self.sign, self.cell, self.others)

    def addresses(self) -> tuple[str, ...]:
        """Where its figures may stand; none holds one when there is none."""
        own = (self.cell, self.others) if self.others else (self.cell,)
        return tuple(dict.fromkeys((*own, *_addresses(self.inner))))

    def is_there(self) -> str:
        return f"MIN(1,COUNT({','.join(self.addresses())}))"

    def any_inner(self) -> str:
        return f"COUNT({','.join(_addresses(self.inner))})"

    def is_typed(self) -> str:
        by_whom = f"IF(IFERROR({IS_FORMULA}({self.cell}),FALSE),ABS({self.cell}-({self.own}))>={SAME},TRUE)"
        return f"IF(COUNT({self.cell}),{by_whom},FALSE)"

    def value(self) -> str:
        """Of a part that has parts, without its sign."""
        inner = _value(self.inner)
        if self.first:
            return f"IF({self.any_inner()},{inner},{Term(1, self.cell, self.others).value()})"
        if self.others:
            inner = f"IF({self.any_inner()},{inner},SUM({self.others}))"
        return f"IF({self.is_typed()},{self.cell},{inner})"

    def tally(self) -> str:
        """How many typed figures are in it."""
        others = f"COUNT({self.others})" if self.others else "0"
        if not self.inner:
            return f"IF({self.is_typed()},1,{others})" if self.others else f"COUNT({self.cell})"
        inner = _tally(self.inner)
        if self.first:
            return f"IF({self.any_inner()},{inner},{self._replace(inner=()).tally()})"
        if self.others:
            inner = f"IF({self.any_inner()},{inner},{others})"
        return f"IF({self.is_typed()},1,{inner})"


def _texts(nodes: Iterable[_Node]) -> str:
    return _texts_in(_written(b) for b in blocks(_addresses(nodes)))


def text_blocks(form: Form, control: Control, places: SheetPlaces) -> list[Block]:
    """Where a text leaves the control cell of a sum without an answer; none for the parts of a line."""
    table, field = control.table, control.field
    scope = Scope(form, table, control.row, places)
    match control.kind:
        case "columns":
            nodes = _all(_stated(scope, 1, f.id) for f in table.children(field))
        case "operands":
            formula = form.formula(table, field)
            signed = formula.linear() if formula else None
            nodes = _all(_operand(scope, sign, name) for sign, name in signed or ())
        case "organisations":
            column = places.organisations(table.id, field.id) or ""
            nodes = _stated(_Columns(form, table, None, places), 1, field.id)
            return blocks([column, *_addresses(nodes or ())])
        case "lines" if table.total is field:
            return blocks([places.column(table.id, field.of or "") or ""])
        case _:
            return []
    return blocks(_addresses(nodes or ()))


def _texts_in(addresses: Iterable[str], hint: str | None = None) -> str:
    """How many texts that say something stand in these blocks. `hint`: the line that closes a
    list may stand in one. (COUNTIF with a wildcard would find numbers too in LibreOffice.)"""
    words = ",".join(f'"{w}"' for w in (*NOTHINGS, *([hint] if hint else ())))
    return "+".join(f"SUMPRODUCT(ISTEXT({b})*(LEN({b})>0))-SUMPRODUCT(COUNTIF({b},{{{words}}}))" for b in addresses)


_ADDRESS = re.compile(r"(?P<sheet>.+!)?\$?(?P<left>[A-Z]+)\$?(?P<top>[0-9]+)(?::\$?(?P<right>[A-Z]+)\$?(?P<bottom>[0-9]+))?")
Block = tuple[str, int, int, int, int]
"""Sheet as a formula writes it (with `!`, or nothing), top, bottom, left, right."""


def blocks(addresses: Iterable[str]) -> list[Block]:
    """Cells and columns of cells, put together to as few blocks as there can be: below each other, then side by side."""
    found: list[Block] = []
    for address in dict.fromkeys(addresses):
        at = _ADDRESS.fullmatch(address)
        if at is not None:
            left, top = column_of(at["left"]), int(at["top"])
            found.append((at["sheet"] or "", top, int(at["bottom"] or top), left, column_of(at["right"] or at["left"])))
    down: list[Block] = []
    for sheet, top, bottom, left, right in sorted(found, key=lambda b: (b[0], b[3], b[4], b[1])):
        if down and (down[-1][0], *down[-1][3:]) == (sheet, left, right) and down[-1][2] >= top - 1:
            down[-1] = (sheet, down[-1][1], max(down[-1][2], bottom), left, right)
        else:
            down.append((sheet, top, bottom, left, right))
    across: list[Block] = []
    for block in sorted(down):
        if across and across[-1][:3] == block[:3] and across[-1][4] >= block[3] - 1:
            across[-1] = (*across[-1][:4], max(across[-1][4], block[4]))
        else:
            across.append(block)
    return across


def _written(block: Block) -> str:
    sheet, top, bottom, left, right = block
    mark = "$" if sheet else ""
    first, last = (f"{mark}{letters(c)}{mark}{r}" for c, r in ((left, top), (right, bottom)))
    return f"{sheet}{first}" if first == last else f"{sheet}{first}:{last}"


def column_of(name: str) -> int:
    """A is 1, AA is 27."""
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number


def _addresses(nodes: Iterable[_Node]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(a for n in nodes for a in n.addresses()))


def _value(nodes: Sequence[_Node]) -> str:
    plain = [n.term() for n in nodes if not n.inner]
    text = f"+{total(plain, known=False)}" if plain else ""
    text += "".join(f"{'+' if n.sign > 0 else '-'}{n.value()}" for n in nodes if n.inner)
    return text.removeprefix("+").replace("+-", "-") or "0"


def _tally(nodes: Sequence[_Node]) -> str:
    plain = [n.cell for n in nodes if not n.inner and not n.others]
    pieces = [f"COUNT({','.join(plain)})"] if plain else []
    return "+".join(pieces + [n.tally() for n in nodes if n.inner or n.others]) or "0"


def _stated(scope: Scope, sign: int, name: str) -> list[_Node] | None:
    """A part as it was typed; where it was not, its own parts. None where it is more than a sum."""
    scope, table, field = _at(scope, name)
    children = table.children(field)
    if children:
        return _node(scope, sign, field, _all(_stated(scope, 1, c.id) for c in children))
    formula = scope.form.formula(table, field) if field.formula else None
    linear = formula.linear() or () if formula else ()
    return _node(scope, sign, field, _all(_operand(scope, s, n) for s, n in linear))


def _operand(scope: Scope, sign: int, name: str) -> list[_Node] | None:
    """An operand of a balance: a derived figure and a header's total from their leaves, a printed balance as it was
    typed."""
    scope, table, field = _at(scope, name)
    children = table.children(field)
    if children:
        return _node(scope, sign, field, _all(_operand(scope, 1, c.id) for c in children), first=True)
    if field.kind == "derived":
        formula = scope.form.formula(table, field)
        linear = formula.linear() if formula else None
        return None if linear is None else _all(_operand(scope, sign * s, n) for s, n in linear)
    return _stated(scope, sign, name)


def _at(scope: Scope, name: str) -> tuple[Scope, Table, Field]:
    """A name's field, and the scope of its own row."""
    table, field, row = scope.find(name)
    return type(scope)(scope.form, table, row, scope.places), table, field


def _node(scope: Scope, sign: int, field: Field, inner: list[_Node] | None, first: bool = False) -> list[_Node] | None:
    cell, others = scope.cell(field.id), scope.others(field.id)
    if inner is None or not cell:
        return inner and [n._replace(sign=n.sign * sign) for n in inner]
    own = _own(scope, field) if inner else f"SUM({others})"
    return [_Node(sign, cell, others, tuple(inner), first, own)]


def _all(found: Iterable[list[_Node] | None]) -> list[_Node] | None:
    """All of them, or None where one is not known."""
    nodes: list[_Node] = []
    for part in found:
        if part is None:
            return None
        nodes += part
    return nodes


# ---- organisations below each other


class _Columns(Scope):
    """A grid's organisations all at once: a name means its column below 汇总."""

    def cell(self, name: str) -> str | None:
        table, field, _ = self.find(name)
        return self.places.organisations(table.id, field.id) if table.kind == "grid" else None

    def others(self, name: str) -> str | None:
        return None


def _typed_organisations(table: Table, places: SheetPlaces) -> str:
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


def _organisations(form: Form, table: Table, field: Field, places: SheetPlaces) -> _Sum:
    """Σ organisations of a column; where the total of an organisation was not typed, of its parts."""
    column = places.organisations(table.id, field.id) or ""
    nodes = _stated(_Columns(form, table, None, places), 1, field.id) or []
    if not any(n.inner for n in nodes):
        return _Sum(f"SUM({column})", f"COUNT({column})", _texts_in([column]))
    exact, without = (_products(nodes, (), typed).removeprefix("+") for typed in (_is_typed, _is_number))
    none = "*".join(f"(1-{_is_number(a)})" for a in _addresses(nodes))
    # without: Excel 2010 has no ISFORMULA; SUM: another table may have another number of rows
    value = f"IFERROR({exact},IFERROR({without},SUM({column})))"
    return _Sum(value, f"IFERROR(SUMPRODUCT(1-{none}),COUNT({column}))", _texts(nodes))


def _is_number(column: str) -> str:
    return f"ISNUMBER({column})"


def _is_typed(column: str) -> str:
    return f"ISNUMBER({column})*(1-{IS_FORMULA}({column}))"


def _products(nodes: Iterable[_Node], masks: Sequence[str], typed: Callable[[str], str]) -> str:
    """A sum over the rows of columns; a mask is 1 in the rows that count."""
    text = ""
    for node in nodes:
        last, inner = list(masks), list(masks)
        if node.first:
            last += [f"1-{_is_number(a)}" for a in _addresses(node.inner)]
        elif node.inner:
            last.append(typed(node.cell))
            inner.append(f"1-{typed(node.cell)}")
        text += _products([n._replace(sign=n.sign * node.sign) for n in node.inner], inner, typed)
        column = f"SUMPRODUCT({','.join([*last, node.cell])})" if last else f"SUM({node.cell})"
        text += f"{'+' if node.sign > 0 else '-'}{column}"
    return text


def _inserted(form: Form, control: Control, places: SheetPlaces) -> str:
    """The rows that were inserted among the organisations have no control cell of their own: theirs together, by the difference
    between the totals that were typed there and their parts. (A total that the form's formula gives is right by construction.)"""
    table, field = control.table, control.field
    cells = places.organisations(table.id, field.id) or ""
    place = places.layout.tables[table.id]
    beside = f"{Ref(place.first + 1, control.ref.column)}:{Ref(place.hint, control.ref.column)}"
    formula = form.formula(table, field)
    columns = _Columns(form, table, None, places)
    if table.children(field):
        nodes = _all(_stated(columns, 1, f.id) for f in table.children(field))
    else:
        nodes = _all(_operand(columns, sign, name) for sign, name in (formula.linear() if formula else None) or ())
    if nodes is None:
        return '""'

    def difference(typed: Callable[[str], str]) -> str:
        inserted = [f"ISBLANK({beside})", typed(cells)]
        return f"SUMPRODUCT({'*'.join(inserted)},{cells})-({_products(nodes, inserted, typed).removeprefix('+')})"

    exact, without = difference(_is_typed), difference(_is_number)
    rows = f"SUMPRODUCT(ISBLANK({beside})*{_is_number(cells)})"
    gap = f"ROUND(IFERROR({exact},{without}),6)"
    off = f'"{OFF}"&TEXT({gap},"0.00####;\\−0.00####")&"（插入的行）"'
    return f'IF({rows}=0,"",IF(ABS({gap})<={_plain(form.edition.cap)}+0.0000001,"{BALANCED}",{off}))'


def _block(table: Table, field: Field, row: str, places: SheetPlaces) -> str:
    """The parts of a line: from its own row to the row before the next line that says a name, a year or an amount.
    The hint row says something too, so there always is one."""
    inner = next(c for c in table.children(field))
    heads = [places.rest(table.id, f.id, row, 1) or "" for f in table.field if not f.part]
    starts = "+".join(f'({h}<>"")' for h in heads)
    rows = f"{BEYOND}-SUMPRODUCT(MAX(({starts}>0)*({BEYOND}-ROW({heads[0]}))))-ROW({places.cell(table.id, field.id, row)})"
    first = places.cell(table.id, inner.id, row)
    return f"{first}:INDEX({places.rest(table.id, inner.id, row)},{rows})"


def _plain(number: Decimal | None) -> str:
    return format(number.normalize(), "f") if number is not None else "0"
