"""From a form and what it is filled with to a `Layout`: sheet by sheet, table by table, downwards."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from xlprocess.books.book import Ref
from xlprocess.form.heads import header
from xlprocess.form.layout import Control, ControlKind, Layout, Place, Role, SheetPlan, Slot, Stamp, Text
from xlprocess.form.load import Form
from xlprocess.form.model import Field, SheetSpec, Table, normal
from xlprocess.form.paper import LINE, column_widths, page_breaks, text_lines
from xlprocess.form.rule_controls import equal_to, limits
from xlprocess.stamps import LABELS
from xlprocess.values import Values, rows_or_printed

ROW = 22.0
ROW_LINES = 8
"""A long text stands in a merged block of rows of so many lines: no row of a sheet is higher than 409 points,
and a page can end between two of them."""


def arrange(form: Form, values: Values | None = None) -> Layout:
    """The layout of a workbook filled with `values`, or blank."""
    layout = Layout(form, {}, {})
    values = values or Values()
    for spec in form.edition.sheet:
        tables = [t for t in form.tables.values() if t.sheet == spec.name]
        if tables:
            layout.sheets[spec.name] = _Arranger(layout, spec, tables, values).plan
    return layout


class _Arranger:
    def __init__(self, layout: Layout, spec: SheetSpec, tables: Sequence[Table], values: Values) -> None:
        self.layout = layout
        self.form = layout.form
        self.values = values
        self.spec = spec
        self.plan = SheetPlan(spec.name, spec.landscape, column_widths(spec.landscape, tables))
        self.row = 0
        self.blocks: list[tuple[int, int]] = []
        self.taken: dict[int, set[int]] = {}  # columns of the control cells of a row
        self.columned = any(t.kind != "fields" for t in tables)
        self.titled()
        for table in tables:
            self.layout.tables[table.id] = Place(table, spec.name)
        for table in tables:
            if table.kind == "fields":
                self.fields(table, [f for f in table.field if f.after is None])
            else:
                self.columns(table)
            for other in tables:
                self.fields(other, [f for f in other.field if f.after == table.id])
        self.repeat_only_list(tables)
        self.signed()
        if not layout.sheets:
            self.stamped()
        self.plan.length = self.row
        self.plan.breaks = page_breaks(self.plan, self.blocks)

    # ---- rows

    def next_row(self, height: float = ROW) -> int:
        self.row += 1
        self.plan.heights[self.row] = height
        return self.row

    def text(self, text: str, role: Role, first: Ref, last: Ref | None = None) -> None:
        self.plan.texts.append(Text(text, first, last or first, role))

    def titled(self) -> None:
        self.text(self.spec.title, "title", Ref(self.next_row(34), 1), Ref(1, self.plan.width))
        if self.spec.intro:
            lines = text_lines(self.spec.intro, sum(self.plan.widths))
            row = self.next_row(LINE * lines + 4)
            self.text(self.spec.intro, "subtitle", Ref(row, 1), Ref(row, self.plan.width))

    def spans(self, *shares: float) -> list[tuple[int, int]]:
        """Blocks of columns, first and last, that come nearest to these shares of the width."""
        ends, reached, total = [], 0.0, sum(self.plan.widths)
        for width in self.plan.widths:
            reached += width / total
            ends.append(reached)
        found: list[tuple[int, int]] = []
        wanted, first = 0.0, 1
        for k, share in enumerate(shares):
            wanted += share
            left = len(shares) - k - 1
            candidates = range(first, self.plan.width - left + 1)
            last = min(candidates, key=lambda c: abs(ends[c - 1] - wanted)) if left else self.plan.width
            found.append((first, last))
            first = last + 1
        return found

    def width_of(self, span: tuple[int, int]) -> float:
        return sum(self.plan.widths[span[0] - 1 : span[1]])

    # ---- tables of fields

    def fields(self, table: Table, fields: Sequence[Field]) -> None:
        if not fields:
            return
        top = self.row + 1
        stacked = all(f.type == "longtext" and not f.group for f in table.field) and not self.layout.tables[table.id].top
        place = self.layout.tables[table.id]
        place.top = place.top or top
        if table.caption:
            self.captioned(table, self.plan.width)
        rest = list(fields)
        while rest:
            field = rest.pop(0)
            start = self.row + 1
            if field.group:
                together = [field]
                while rest and rest[0].group == field.group:
                    together.append(rest.pop(0))
                self.grouped(table, together)
            elif stacked:
                row = self.next_row(ROW + 2)
                self.text(field.label, "section", Ref(row, 1), Ref(row, self.plan.width))
                self.long(table, field, (1, self.plan.width))
            elif field.type == "longtext":
                label, value = self.spans(0.2, 0.8)
                first, last = self.long(table, field, value)
                self.text(field.label, "label", Ref(first, label[0]), Ref(last, label[1]))
            elif self.columned:
                self.in_row(table, [field], self.spans(0.5, 0.5))
            else:
                pair = [field, rest.pop(0)] if rest and _is_short(rest[0]) else [field]
                self.in_row(table, pair, self.spans(0.2, 0.3, 0.2, 0.3))
            self.blocks.append((start, self.row))
        place.last = self.row
        self.next_row(10)

    def grouped(self, table: Table, fields: Sequence[Field]) -> None:
        """A group's name at the left, its labels side by side, the cells below them."""
        share = 0.78 / len(fields)
        group, *spans = self.spans(0.22, *(share for _ in fields))
        head = self.next_row(ROW)
        for field, span in zip(fields, spans, strict=True):
            self.text(field.label, "label", Ref(head, span[0]), Ref(head, span[1]))
        lines = max(self.lines_of(table, f, s) for f, s in zip(fields, spans, strict=True))
        first, last = self.block(lines)
        for field, span in zip(fields, spans, strict=True):
            self.slot(table, field, None, Ref(first, span[0]), Ref(last, span[1]))
        self.text(fields[0].group or "", "group", Ref(head, group[0]), Ref(last, group[1]))

    def in_row(self, table: Table, fields: Sequence[Field], spans: list[tuple[int, int]]) -> None:
        row = self.next_row()
        for k, field in enumerate(fields):
            label, value = spans[2 * k], spans[2 * k + 1]
            if k == len(fields) - 1:
                value = (value[0], self.plan.width)
            self.text(field.label, "label", Ref(row, label[0]), Ref(row, label[1]))
            self.slot(table, field, None, Ref(row, value[0]), Ref(row, value[1]))
            lines = max(self.lines_of(table, field, value), text_lines(field.label, self.width_of(label)))
            self.plan.heights[row] = max(self.plan.heights[row], LINE * lines + 6)

    def lines_of(self, table: Table, field: Field, span: tuple[int, int]) -> int:
        given = self.values.fields.get((table.id, field.id))
        needed = text_lines(given, self.width_of(span)) + 1 if isinstance(given, str) and field.type == "longtext" else 0
        if field.type != "longtext" and isinstance(given, str):
            needed = text_lines(given, self.width_of(span))
        return max(needed, field.lines or (3 if field.type == "longtext" else 1))

    def block(self, lines: int) -> tuple[int, int]:
        rows = ceil(lines / ROW_LINES)
        first = self.row + 1
        for _ in range(rows):
            self.next_row(ceil(lines / rows) * LINE)
        return first, self.row

    def long(self, table: Table, field: Field, span: tuple[int, int]) -> tuple[int, int]:
        first, last = self.block(self.lines_of(table, field, span))
        self.slot(table, field, None, Ref(first, span[0]), Ref(last, span[1]))
        return first, last

    def slot(self, table: Table, field: Field, row: str | None, first: Ref, last: Ref | None = None) -> None:
        self.plan.slots.append(Slot(table, field, row, first, last or first))
        if row is None:
            self.layout.tables[table.id].cells[field.id] = first
            for kind in _field_controls(self.form, table, field):
                self.control(kind, table, field, None, first.row)

    # ---- controls

    def control(self, kind: ControlKind, table: Table, field: Field, row: str | None, at: int, column: int = 0) -> None:
        """A control cell to the right of the page, in the row of what it looks at."""
        taken = self.taken.setdefault(at, set())
        column = column or next(c for c in range(self.plan.width + 2, 1 << 14) if c not in taken)
        taken.add(column)
        self.plan.controls.append(Control(kind, table, field, row, self.spec.name, Ref(at, column)))

    # ---- grids and lists

    def captioned(self, table: Table, width: int) -> None:
        row = self.next_row(24)
        self.text(table.caption or table.title, "caption", Ref(row, 1))
        if table.unit:
            self.text(f"单位：{table.unit}", "unit", Ref(row, width))

    def columns(self, table: Table) -> None:
        head = header(table)
        shift = 1 if table.kind == "grid" else 0
        width = len(head.columns) + shift
        start = self.row + 1
        place = self.layout.tables[table.id]
        place.top = start
        if table.caption or normal(table.title) not in normal(self.spec.title):
            self.captioned(table, width)
        place.head = self.row + 1
        place.columns = {f.id: k + 1 + shift for k, f in enumerate(head.columns)}
        for _ in range(head.depth):
            self.next_row(20)
        if shift:
            place.names = 1
            self.text(self.form.rows_of(table).heading, "head", Ref(place.head, 1), Ref(self.row, 1))
        for h in head.heads:
            first = Ref(place.head + h.top, h.left + 1 + shift)
            last = Ref(place.head + h.bottom, h.right + 1 + shift)
            derived = h.field is not None and h.field.kind == "derived"
            self.text(h.text, "derived_head" if derived else "head", first, last)
            self.heighten(first.row, last.row, LINE * text_lines(h.text, self.width_of((first.column, last.column))) + 5)
        if len(self.plan.texts) and self.blocks == [] and self.row < 8 and table.kind == "list":
            self.plan.repeated, self.plan.frozen = self.row, Ref(self.row + 1, 1)
        elif table.kind == "grid":
            self.plan.frozen = Ref(self.plan.frozen.row, 2)
        place.first = self.row + 1
        if table.kind == "grid":
            self.grid_rows(table, place)
        else:
            self.list_rows(table, place)
        hint = self.form.rows_of(table).hint if table.kind == "grid" else table.hint
        place.hint = self.next_row(15)
        self.text(hint or "", "hint", Ref(place.hint, 1), Ref(place.hint, width))
        if table.kind == "grid":
            self.grid_controls(table, place)
        else:
            self.list_controls(table, place)
        place.last = self.row
        self.blocks.append((start, self.row))
        self.next_row(12)

    def repeat_only_list(self, tables: Sequence[Table]) -> None:
        """Each page has the header of the sheet's one list, where that stands below other tables."""
        columned = [t for t in tables if t.kind != "fields"]
        if self.plan.repeated == 1 and len(columned) == 1 and columned[0].kind == "list":
            place = self.layout.tables[columned[0].id]
            self.plan.repeated_from, self.plan.repeated = place.head, place.first - 1

    def heighten(self, first: int, last: int, needed: float) -> None:
        short = needed - sum(self.plan.heights[r] for r in range(first, last + 1))
        if short > 0:
            self.plan.heights[last] += short

    def grid_rows(self, table: Table, place: Place) -> None:
        row_set = self.form.rows_of(table)
        for number, (name, _) in enumerate(rows_or_printed(row_set, self.values)):
            row = self.next_row()
            printed = row_set.summary_printed if not number else f"{number}、{name}" if row_set.numbered else name
            name_role: Role = "name" if row_set.open else "fixed_name"
            self.text(printed, name_role if number else "summary", Ref(row, 1))
            self.plan.heights[row] = max(ROW, LINE * text_lines(printed, self.plan.widths[0]) + 4)
            place.rows[name] = row
            for field_id, column in place.columns.items():
                field = table.fields[field_id]
                if not field.only or name in field.only:
                    self.slot(table, field, name, Ref(row, column))
                else:
                    self.text("—", "absent", Ref(row, column))

    def grid_controls(self, table: Table, place: Place) -> None:
        rows = self.form.rows_of(table)
        summary = rows.summary
        checked = [(f, k) for f in table.field for k in grid_kinds(self.form, table, f)]
        for k, (field, kind) in enumerate(checked):
            column = self.plan.width + 2 + k
            self.text(control_head(field, kind), "control_head", Ref(place.head, column), Ref(place.first - 1, column))
            if rows.open and kind in ("columns", "operands"):
                self.control("inserted", table, field, None, self.row + 1, column)
            for name, row in place.rows.items():
                if not field.only or name in field.only:
                    self.control(kind, table, field, name, row, column)
        row = self.next_row(14)
        self.text(f"校验：{summary}＝各{rows.member}之和", "control_name", Ref(row, 1))
        for field_id, column in place.columns.items():
            field = table.fields[field_id]
            if field.kind != "derived" and field.aggregate == "sum" and not field.only:
                self.control("organisations", table, field, summary, row, column)

    def list_rows(self, table: Table, place: Place) -> None:
        items = self.values.lines.get(table.id, [])
        for k, item in enumerate(items, 1):
            for n in range(max(1, len(item.parts))):
                part = item.parts[n] if n < len(item.parts) else {}
                self.line(table, place, f"{k}.{n + 1}" if n else str(k), {**({} if n else item.values), **part})
        for k in range(len(items) + 1, len(items) + 1 + max(0, table.lines - len(place.rows))):
            self.line(table, place, str(k), {})

    def line(self, table: Table, place: Place, key: str, given: dict[str, object]) -> None:
        row = self.next_row()
        place.rows[key] = row
        for field in table.field:
            column = place.columns[field.id]
            self.slot(table, field, key, Ref(row, column))
            text = given.get(field.id)
            if isinstance(text, str):
                lines = text_lines(text, self.plan.widths[column - 1])
                self.plan.heights[row] = max(self.plan.heights[row], LINE * lines + 5)

    def list_controls(self, table: Table, place: Place) -> None:
        checked = [(f, k) for f in table.field for k in _line_kinds(self.form, table, f)]
        for k, (field, kind) in enumerate(checked):
            column = self.plan.width + 2 + k
            self.text(control_head(field, kind), "control_head", Ref(place.head, column), Ref(place.first - 1, column))
            for name, row in place.rows.items():
                self.control(kind, table, field, name, row, column)
        if table.total:
            row = self.next_row()
            column = place.columns[table.total.of or ""]
            if column > 1:
                self.text(table.total.label, "total", Ref(row, 1), Ref(row, column - 1))
            self.slot(table, table.total, None, Ref(row, column))

    # ---- the foot, and pages

    def signed(self) -> None:
        width = self.plan.width
        left, right = self.spans(0.5, 0.5)
        for box in self.spec.box:
            start = self.row + 1
            below = [t for t in (box.sign, "年　　　月　　　日" if box.date else None) if t]
            row = self.next_row(max(1, box.lines - len(below)) * 20.0 + 8)
            self.text(box.label, "box", Ref(row, 1), Ref(row, width))
            for text in below:
                row = self.next_row(24)
                self.text("", "box", Ref(row, left[0]), Ref(row, left[1]))
                self.text(text, "box_sign" if text == box.sign else "box_date", Ref(row, right[0]), Ref(row, right[1]))
            self.plan.boxes.append((Ref(start, 1), Ref(self.row, width)))
            self.blocks.append((start, self.row))
        if self.spec.foot:
            self.next_row(8)
            row = self.next_row(24)
            for text, span in zip(self.spec.foot, self.spans(*(1 / len(self.spec.foot) for _ in self.spec.foot)), strict=True):
                self.text(text, "foot", Ref(row, span[0]), Ref(row, span[1]))

    def stamped(self) -> None:
        """At the foot of the first sheet: what a run and a return write there."""
        row = self.next_row(20)
        share = 1 / len(LABELS)
        spans = iter(self.spans(*(part for _ in LABELS for part in (0.4 * share, 0.6 * share))))
        for name, label in LABELS.items():
            at, value = next(spans), next(spans)
            self.text(f"{label}：", "stamp", Ref(row, at[0]), Ref(row, at[1]))
            self.plan.stamps.append(Stamp(name, Ref(row, value[0]), Ref(row, value[1])))
        self.blocks.append((row, row))


def _is_short(field: Field) -> bool:
    return field.type != "longtext" and not field.group


def _sums(form: Form, table: Table, field: Field) -> list[ControlKind]:
    """The sums of its own row that a field is the total of; of a rate what it is divided from."""
    if field.kind != "stated" or not field.is_number:
        return []
    if table.children(field):
        return ["columns"]
    formula = form.formula(table, field)
    if formula is None:
        return []
    if field.type == "rate":
        return ["rate"]
    return ["operands"] if formula.linear() else ["formula"]


def grid_kinds(form: Form, table: Table, field: Field) -> list[ControlKind]:
    """What is controlled in each row of a grid."""
    found = _sums(form, table, field)
    if not found and limits(form, table, field):
        found.append("within")
    return [*found, *_own_kinds(field)]


def _line_kinds(form: Form, table: Table, field: Field) -> list[ControlKind]:
    """What is controlled in each line of a list."""
    found: list[ControlKind] = ["lines"] if table.children(field) else []
    if limits(form, table, field):
        found.append("within")
    return [*found, *_own_kinds(field)]


def _own_kinds(field: Field) -> list[ControlKind]:
    """What a field says of its own cell."""
    found: list[ControlKind] = ["required"] if field.required else []
    if field.is_number and field.minimum is not None and field.maximum is not None:
        found.append("range")
    return found


def control_head(field: Field, kind: ControlKind) -> str:
    """What stands over a column of control cells."""
    return f"{'必填' if kind == 'required' else '校验'}：{field.label}"


def _field_controls(form: Form, table: Table, field: Field) -> list[ControlKind]:
    found: list[ControlKind] = ["required"] if field.required else []
    if table.total is field:
        return [*found, "lines"]
    found += _sums(form, table, field)
    if field.is_number and field.minimum is not None and field.maximum is not None:
        found.append("range")
    if equal_to(form, table, field):
        found.append("equal")
    if field.bands:
        found.append("band")
    return found
