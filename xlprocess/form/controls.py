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
from decimal import Decimal

from xlprocess.form.control_blocks import NOTHINGS, texts_in
from xlprocess.form.control_columns import inserted, organisations, typed_organisations
from xlprocess.form.control_parts import (
    IS_FORMULA,
    SAME,
    Part,
    Sum,
    all_of,
    operand,
    own_value,
    stated,
    tally_of,
    texts_among,
    value_of,
)
from xlprocess.form.layout import Control, SheetPlaces
from xlprocess.form.live import Places, Scope, band, number_of
from xlprocess.form.load import Form
from xlprocess.form.model import Field, Table
from xlprocess.form.rule_controls import equal_to, limits, live_tally
from xlprocess.identity import HALF_UNIT
from xlprocess.printed import rate_tolerance

BALANCED = "平"
OFF = "差 "
SHOULD_BE = "应为"
BLANK = "未填："
WRONG = "有错误值"
"""Said where a cell that is looked at holds an error of Excel's (#DIV/0!)."""
TEXTS = "有文字，未核"
"""Said instead of 差 where a text stands in a cell that the sum is taken from, which Excel leaves out: it may make up the
difference."""
BEYOND = 2_000_000
"""More than a sheet has rows."""


def control_formula(form: Form, control: Control, places: SheetPlaces) -> str:
    """The formula of a control cell, without `=`."""
    return f'IFERROR({_control_formula(form, control, places)},"{WRONG}")'


def row_control(form: Form, table: Table, field: Field, row: str, places: Places) -> str:
    """The formula of the control cell beside a row of a grid, wherever it stands: of what adds up there."""
    scope = Scope(form, table, row, places)
    return f'IFERROR({_parts_control(scope, field, scope.cell(field.id) or "")},"{WRONG}")'


def _parts_control(scope: Scope, field: Field, cell: str) -> str:
    form, table = scope.form, scope.table
    if table.children(field):
        parts = all_of(stated(scope, 1, f.id) for f in table.children(field))
        return _compared(form, scope, field, cell, parts, one_each=True)
    formula = form.formula(table, field)
    signed = formula.linear() if formula else None
    return _compared(form, scope, field, cell, all_of(operand(scope, sign, name) for sign, name in signed or ()))


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
            return _shown(form, cell, Sum(expected.value, tally), None, f"IF({expected.known},1,0)")
        case "inserted":
            found = inserted(form, control, places)
            if found is None:
                return '""'
            rows, gap = found
            off = f'{_off(gap)}&"（插入的行）"'
            return f'IF({rows}=0,"",IF(ABS({gap})<={_plain(form.edition.cap)}+0.0000001,"{BALANCED}",{off}))'
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
        case "columns" | "operands":
            return _parts_control(scope, field, cell)
        case "formula":
            formula = form.formula(table, field)
            expected = scope.expression(formula.tree) if formula else None
            if expected is None:
                return '""'
            tally = live_tally(scope, formula.tree) if formula else None
            shown = _shown(form, cell, Sum(expected.value, tally), None, f"IF({expected.known},1,0)")
            within = _within(scope, field, cell, shown)
            return f'IF(COUNT({cell})=0,"",{within})' if within else shown
        case "rate":
            formula = form.formula(table, field)
            given = scope.expression(formula.tree) if formula else None
            return _rate(cell, given.known, given.value) if given else '""'
        case "organisations":
            own = own_value(scope, field) if form.formula(table, field) else None
            return _shown(form, cell, organisations(form, table, field, places), own, typed_organisations(table, places))
        case "lines":
            if table.total is field:
                column = places.column(table.id, field.of or "")
                return _shown(form, cell, Sum(f"SUM({column})", f"COUNT({column})", texts_in([column or ""], table.hint)), None)
            block = _block(table, field, row or "", places)
            return _shown(form, cell, Sum(f"SUM({block})", f"COUNT({block})", texts_in([block])), None, f"COUNT({block})")


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


def _rate(cell: str, known: str, given: str) -> str:
    """A typed rate against the figures that it is divided from, by as many decimals as were typed: the twin of `nearest_reading`
    and `rate_tolerance`. The difference is in percent, as both are printed."""
    nearer = f"ABS({cell}-{given})<=ABS({cell}/100-{given})"
    typed = f'IF(OR(LEFT(CELL("format",{cell}),1)="P",{nearer}),{cell},{cell}/100)'
    whole, tenths, hundredths = (_plain(rate_tolerance(Decimal(1).scaleb(-k))) for k in (2, 3, 4))
    tolerance = f"IF(ABS({typed}-ROUND({typed},2))<{SAME},{whole},IF(ABS({typed}-ROUND({typed},3))<{SAME},{tenths},{hundredths}))"
    holds = f"ROUND(ABS({typed}-{given}),9)<={tolerance}"
    off = _off(f"ROUND(100*{typed},2)-ROUND(100*{given},2)")
    return f'IF(COUNT({cell})=0,"",IF({known},IF({holds},"{BALANCED}",{off}&"%"),""))'


def _shown(form: Form, cell: str, parts: Sum, own: str | None, when: str | None = None) -> str:
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
    off = _off(difference)
    if parts.texts:
        off = f'IF({parts.texts}>0,"{TEXTS}",{off})'
    return f'IF({nothing},"",IF({holds},"{BALANCED}",{off}))'


def _off(difference: str) -> str:
    return f'"{OFF}"&TEXT({difference},"0.00####;\\−0.00####")'


def _compared(form: Form, scope: Scope, field: Field, cell: str, parts: list[Part] | None, one_each: bool = False) -> str:
    """`one_each`: a part that is replaced by its own parts counts as one figure."""
    if parts is None:
        return '""'
    tally = tally_of(parts)
    if one_each:
        plain = number_of([n.term() for n in parts if not n.inner])
        tally = "+".join([plain, *(n.is_there() for n in parts if n.inner)]).removeprefix("0+")
    return _shown(form, cell, Sum(value_of(parts), tally, texts_among(parts)), own_value(scope, field))


def _block(table: Table, field: Field, row: str, places: SheetPlaces) -> str:
    """The parts of a line: from its own row to the row before the next line that says a name, a year or an amount.
    The hint row says something too, so there always is one."""
    inner = next(c for c in table.children(field))
    heads = [places.rest(table.id, f.id, row, 1) or "" for f in table.field if not f.part]
    starts = "+".join(f'({h}<>"")' for h in heads)
    rows = f"{BEYOND}-SUMPRODUCT(MAX(({starts}>0)*({BEYOND}-ROW({heads[0]}))))-ROW({places.cell(table.id, field.id, row)})"
    first = places.cell(table.id, inner.id, row)
    return f"{first}:INDEX({places.rest(table.id, inner.id, row)},{rows})"


def parts_of(form: Form, control: Control, places: SheetPlaces) -> list[Part]:
    """What the total of a control is compared with; for Σ organisations, the parts of each; none for the sums of a list."""
    table, field = control.table, control.field
    scope = Scope(form, table, control.row, places)
    match control.kind:
        case "columns":
            return all_of(stated(scope, 1, f.id) for f in table.children(field)) or []
        case "operands":
            formula = form.formula(table, field)
            return all_of(operand(scope, sign, name) for sign, name in (formula.linear() if formula else None) or ()) or []
        case "organisations":
            summary = form.rows_of(table).summary
            rows = [Scope(form, table, r, places) for r in places.layout.tables[table.id].rows if r != summary]
            return all_of(stated(r, 1, field.id) for r in rows) or []
    return []


def _plain(number: Decimal | None) -> str:
    return format(number.normalize(), "f") if number is not None else "0"
