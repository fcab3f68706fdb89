"""The control cells (校验): each shows 平, or how far its identity is out, while the clerk types, without macros.

A figure counts as it is stored. A part that is a stated field and blank is replaced by the sum of its own
leaves, as one figure. A total that holds what the form's own formula gives is 平 by construction: what is wrong then
is wrong in a part, and is said there. The tolerance is that of `Identity`.
"""

from __future__ import annotations

from decimal import Decimal

from xlprocess.form.layout import Control, SheetPlaces
from xlprocess.form.live import Scope, Term, addresses, band, number_of, total
from xlprocess.form.load import Form
from xlprocess.form.model import Field, Table
from xlprocess.identity import HALF_UNIT

BALANCED = "平"
OFF = "差 "
SHOULD_BE = "应为"
BLANK = "未填："
BEYOND = 2_000_000
"""More than a sheet has rows."""


def control_formula(form: Form, control: Control, places: SheetPlaces) -> str:
    """The formula of a control cell, without `=`."""
    table, field, row = control.table, control.field, control.row
    scope = Scope(form, table, row, places)
    cell = places.cell(table.id, field.id, row) or ""
    match control.kind:
        case "required":
            return f'IF(LEN(TRIM({cell}))=0,"{BLANK}{field.label}","")'
        case "range":
            least, most = _plain(field.minimum), _plain(field.maximum)
            within = f"AND({cell}>={least},{cell}<={most})"
            return f'IF(COUNT({cell})=0,"",IF({within},"{BALANCED}","{SHOULD_BE} {least}—{most}"))'
        case "band":
            score = scope.cell(field.of or "") or ""
            name = band(field, score)
            shown = f'IF(TRIM({cell})={name},"{BALANCED}","{SHOULD_BE}"&{name})'
            return f'IF(OR(COUNT({score})=0,LEN({cell})=0),"",IF({name}="","",{shown}))'
        case "columns":
            children = [_Part.figure(scope, f.id) for f in table.children(field)]
            return _shown(form, cell, _Part.join(children), _own(scope, field))
        case "operands":
            formula = form.formula(table, field)
            signed = formula.linear() if formula else None
            parts = [_Part.operand(scope, sign, name) for sign, name in signed or ()]
            return _shown(form, cell, _Part.join(parts), _own(scope, field))
        case "formula":
            formula = form.formula(table, field)
            expected = scope.expression(formula.tree) if formula else None
            if expected is None:
                return '""'
            return _shown(form, cell, _Part(expected.value, "1"), None, f"IF({expected.known},1,0)")
        case "organisations":
            own = _own(scope, field) if form.formula(table, field) else None
            figures = ",".join(places.organisations(table.id, f.id) or "" for f in table.field if _is_counted(f))
            return _shown(form, cell, _organisations(form, table, field, places), own, f"COUNT({figures})")
        case "lines":
            if table.total is field:
                column = places.column(table.id, field.of or "")
                return _shown(form, cell, _Part(f"SUM({column})", f"COUNT({column})"), None)
            block = _block(table, field, row or "", places)
            return _shown(form, cell, _Part(f"SUM({block})", f"COUNT({block})"), None, f"COUNT({block})")


def _shown(form: Form, cell: str, parts: _Part, own: str | None, when: str | None = None) -> str:
    """平, 差 and the difference, or nothing. `when`: there must be something to compare with."""
    difference = f"ROUND({cell}-({parts.value}),6)"
    # the addend makes up for binary floats: the interval is closed
    holds = f"ABS({difference})<=MIN({_plain(form.edition.cap)},{_plain(HALF_UNIT)}*(1+{parts.tally}))+0.0000001"
    if own is not None and own != parts.value:
        holds = f"OR(ABS({cell}-({own}))<0.0000005,{holds})"
    nothing = f"COUNT({cell})=0" if when is None else f"OR(COUNT({cell})=0,{when}=0)"
    return f'IF({nothing},"",IF({holds},"{BALANCED}","{OFF}"&TEXT({difference},"0.00####;\\−0.00####")))'


class _Part:
    """What a total is compared with: the sum, and how many of its figures are there."""

    def __init__(self, value: str, tally: str) -> None:
        self.value = value
        self.tally = tally

    @staticmethod
    def of(terms: list[Term]) -> _Part:
        return _Part(total(terms, known=False), number_of(terms))

    @staticmethod
    def figure(scope: Scope, name: str) -> _Part | Term:
        """One figure: as it stands, else what the form's formula gives."""
        cell, inner = scope.cell(name) or "", scope.terms(name, own=True) or []
        if not inner:
            return Term(1, cell)
        if len(inner) == 1 and not inner[0].cell and not inner[0].unless:
            return Term(1, cell, inner[0].others)
        tally = f"MIN(1,COUNT({','.join((cell, *addresses(inner)))}))"
        return _Part(f"IF(COUNT({cell}),{cell},{total(inner, known=False)})", tally)

    @staticmethod
    def operand(scope: Scope, sign: int, name: str) -> _Part | list[Term]:
        """An operand of a balance: a derived figure and a header's total from their leaves, a printed balance as it
        stands."""
        table, field, _ = scope.find(name)
        if field.kind == "stated" and not table.children(field):
            cell, inner = scope.cell(name) or "", scope.terms(name, own=True) or []
            value = f"IF(COUNT({cell}),{cell},{total(inner, known=False)})"
            return _Part(value if sign > 0 else f"-{value}", f"IF(COUNT({cell}),1,{number_of(inner)})")
        return [t._replace(sign=t.sign * sign) for t in scope.terms(name) or []]

    @staticmethod
    def join(parts: list[_Part | Term] | list[_Part | list[Term]]) -> _Part:
        terms: list[Term] = []
        others: list[_Part] = []
        for part in parts:
            if isinstance(part, _Part):
                others.append(part)
            elif isinstance(part, Term):
                terms.append(part)
            else:
                terms.extend(part)
        values = ([total(terms, known=False)] if terms else []) + [p.value for p in others]
        tallies = ([number_of(terms)] if terms else []) + [p.tally for p in others]
        return _Part("+".join(values).replace("+-", "-"), "+".join(tallies))


def _own(scope: Scope, field: Field) -> str:
    """What the form's own formula gives, 0 where that is nothing."""
    return total(scope.terms(field.id, own=True) or [], known=False)


def _is_counted(field: Field) -> bool:
    return field.is_number and field.kind != "derived"


class _Columns(Scope):
    """A grid's organisations all at once: a name means its column below 汇总."""

    def cell(self, name: str) -> str | None:
        table, field, _ = self.find(name)
        return self.places.organisations(table.id, field.id) if table.kind == "grid" else None

    def others(self, name: str) -> str | None:
        return None


def _organisations(form: Form, table: Table, field: Field, places: SheetPlaces) -> _Part:
    """Σ organisations of a column; a blank total of an organisation is what its leaves give."""
    column = places.organisations(table.id, field.id) or ""
    inner = _Columns(form, table, None, places).terms(field.id, own=True) or []
    if not inner:
        return _Part(f"SUM({column})", f"COUNT({column})")
    missing = f"1-ISNUMBER({column})"
    value = ""
    for term in inner:
        masks = [missing, *(f"1-ISNUMBER({a})" for a in term.unless)]
        value += f"{'+' if term.sign > 0 else '-'}SUMPRODUCT({','.join(masks)},{term.cell})"
    none = "*".join(f"(1-ISNUMBER({a}))" for a in addresses(inner))
    tally = f"SUMPRODUCT(({missing})*(1-{none}))"
    own = {places.organisations(table.id, f.id) for f in table.field}
    if not set(addresses(inner)) <= own:
        # another table may have another number of rows; then a blank total stays nothing
        value, tally = f"+IFERROR({value.removeprefix('+')},0)", f"IFERROR({tally},0)"
    return _Part(f"SUM({column}){value}", f"COUNT({column})+{tally}")


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
