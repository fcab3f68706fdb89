"""Where the form stands in a workbook: every field has two anchors, its defined name and its printed label.

A name moves with its cell when rows, columns or sheets are inserted, moved or renamed; a label is what a person sees. Either finds
the field when the other is gone. When both are there and disagree, the label is believed and it is said. (Some programs insert and
delete rows without moving the names: then all names of a table point beside it.)
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping

from xlprocess.arranged import Arranged, Said, field_labels, said, says
from xlprocess.books.book import Area, Book, Ref, Scalar, Sheet
from xlprocess.finding import Where
from xlprocess.form.load import Form
from xlprocess.form.model import Field, Table, normal
from xlprocess.moved_tables import moved_tables
from xlprocess.report import Found, Places, Remark

LONGEST_LABEL = 80
FOOT = 12
"""So many rows below the last line can hold the figure at the foot of a list."""
CONTROL = "校验"
"""The row of controls that closes a table begins so."""
SLIPPED = 3
"""So many columns or rows further than its label a value can stand when a program inserted some between them."""
HEADER_DEPTH = 6
"""So many rows above the first figure can hold the headers of a column."""


class Labels:
    """The short texts of a sheet, by how they compare."""

    def __init__(self, sheet: Sheet) -> None:
        self.at: dict[str, list[Ref]] = {}
        for r, row in enumerate(sheet.rows, sheet.top):
            for c, value in enumerate(row, sheet.left):
                if isinstance(value, str) and len(value) <= LONGEST_LABEL:
                    self.at.setdefault(normal(value), []).append(Ref(r, c))

    def find(self, labels: frozenset[str]) -> list[Ref]:
        return sorted(ref for label in labels for ref in self.at.get(label, ()))


KEPT = 8
_ARRANGED: dict[Form, deque[Arranged]] = {}


def locate(book: Book, form: Form) -> Places:
    """Finds every table of the form. What is not found is in `remarks`, not in `tables`."""
    names, present = book.names(), book.sheet_names()
    sheets: dict[str, Sheet] = {}
    for known in _ARRANGED.get(form, ()):
        if known.present == present and known.names == names:
            for name in known.looked_at:
                if name not in sheets:
                    sheets[name] = book.sheet(name)
            if all(says(form, sheets[name], cells) for name, cells in known.looked_at.items()):
                return Places(dict(known.tables), [], sheets)
    locator = _Locator(book, form)
    locator.sheets = sheets
    places = locator.run()
    if not places.remarks and not locator.searched and places.sheets.keys() == locator.looked_at.keys():
        known = Arranged(present, names, {name: list(cells) for name, cells in locator.looked_at.items()}, places.tables)
        _ARRANGED.setdefault(form, deque(maxlen=KEPT)).appendleft(known)
    return places


class _Locator:
    def __init__(self, book: Book, form: Form) -> None:
        self.book = book
        self.form = form
        self.names: Mapping[str, Area] = book.names()
        self.present = book.sheet_names()
        self.sheets: dict[str, Sheet] = {}
        self.labels: dict[str, Labels] = {}
        self.remarks: list[Remark] = []
        self.tables: dict[str, Found] = {}
        self.looked_at: dict[str, dict[tuple[int, int, Said], None]] = {}
        self.named: set[str] = set()
        self.outdated: list[Table] = []
        self.searched = False
        """Labels were looked for all over a sheet."""

    def sheet(self, name: str) -> Sheet:
        if name not in self.sheets:
            self.sheets[name] = self.book.sheet(name)
        return self.sheets[name]

    def value(self, sheet: Sheet, row: int, column: int) -> Scalar:
        found = sheet.value(row, column)
        self.looked_at.setdefault(sheet.name, {})[row, column, said(self.form, found)] = None
        return found

    def labels_of(self, name: str) -> Labels:
        self.searched = True
        if name not in self.labels:
            self.labels[name] = Labels(self.sheet(name))
        return self.labels[name]

    def run(self) -> Places:
        for table in self.form.tables.values():
            named = self.by_names(table)
            if named is not None and table.kind != "fields":
                if self.is_doubtful(table, named):
                    named = self.unless_labels_differ(table, named)
                else:
                    self.say_once(table, named)
            found = named or self.tables.get(table.id) or self.by_labels(table)
            if found is not None:
                self.tables[table.id] = found
            if named is not None:
                self.named.add(table.id)
        self.leave_out_what_is_gone()
        self.say_what_is_missing()
        self.say_what_is_outdated()
        self.remarks += moved_tables(self.form, self.tables, self.named, self.sheet)
        self.say_what_stands_twice()
        return Places(self.tables, self.remarks, self.sheets)

    # ---- by defined names

    def area(self, table: Table, field: Field | None) -> Area | None:
        area = self.names.get(self.form.defined_name(table, field))
        return area if area is not None and area.sheet in self.present else None

    def by_names(self, table: Table) -> Found | None:
        areas = {f.id: a for f in table.field if (a := self.area(table, f)) is not None}
        if not areas:
            return None
        sheets = [a.sheet for a in areas.values()]
        name = max(dict.fromkeys(sheets), key=sheets.count)
        areas = {k: a for k, a in areas.items() if a.sheet == name}
        found = Found(name)
        if table.kind == "fields":
            self.cells_by_names(table, areas, found)
        else:
            self.columns_by_names(table, areas, found)
        if table.total:
            area = self.area(table, table.total)
            is_there = area is not None and area.sheet == name
            if area is None or not is_there or not self.has_label(self.sheet(name), area.first, table.total):
                self.total_by_label(table, found)
            if area is not None and is_there:
                found.cells.setdefault(table.total.id, area.first)
        return found

    def is_doubtful(self, table: Table, found: Found) -> bool:
        """Not every label stands above its column, or the first row is not what a table begins with."""
        sheet = self.sheet(found.sheet)
        if self.confirmed(table, found) < len(found.columns):
            return True
        if table.kind == "grid":
            return not self.is_summary(table, self.value(sheet, found.first, found.names))
        above = [self.value(sheet, found.first - 1, column) for column in found.columns.values()]
        return not any(isinstance(v, str) and self.is_any_label(v) for v in above)

    def confirmed(self, table: Table, found: Found) -> int:
        """How many of the columns stand under their label."""
        sheet = self.sheet(found.sheet)
        return sum(self.has_header(sheet, found.first, column, table.fields[f]) for f, column in found.columns.items())

    def unless_labels_differ(self, table: Table, named: Found) -> Found | None:
        """The same, unless the labels stand together elsewhere: then they are believed."""
        said = len(self.remarks)
        labelled = self.by_labels(table, named.sheet)
        del self.remarks[said:]
        if labelled is None:
            return named
        stands = labelled.sheet, labelled.first, labelled.names
        if stands == (named.sheet, named.first, named.names) and labelled.columns == named.columns:
            return named
        confirmed = self.confirmed(table, named)
        if self.size(labelled) < confirmed or (self.size(labelled) == confirmed and not self.begins(table, labelled, named)):
            return named
        self.remarks = [r for r in self.remarks if r.where.table != table.id]
        for field in table.field:
            if field.id not in labelled.columns:
                column = named.columns.get(field.id, 0)
                if column and column not in labelled.columns.values():
                    labelled.columns[field.id] = column
                else:
                    self.remark("field_missing", table, field, labelled.sheet, Ref(labelled.first, labelled.names or 1))
        self.tables[table.id] = labelled
        self.outdated.append(table)
        return None

    def say_once(self, table: Table, named: Found) -> None:
        """Where most columns of a table stand beside their names, that is said of the table."""
        apart = [r for r in self.remarks if r.where.table == table.id and r.kind == "anchors_disagree"]
        if len(apart) > 2 and len(apart) * 2 > len(named.columns):
            self.remarks = [r for r in self.remarks if r not in apart]
            self.outdated.append(table)

    def leave_out_what_is_gone(self) -> None:
        """A table none of whose labels is there, while another one stands where the names say."""
        for table in self.form.tables.values():
            found = self.tables.get(table.id)
            if found is None or table.id not in self.named or table.kind == "fields" or self.confirmed(table, found):
                continue
            others = [f for key, f in self.tables.items() if key != table.id and f.sheet == found.sheet and f.columns]
            if any(o.first <= found.last and found.first <= o.last for o in others):
                del self.tables[table.id]
                self.remarks = [r for r in self.remarks if r.where.table != table.id]

    def begins(self, table: Table, labelled: Found, named: Found) -> bool:
        """The table begins where its labels say: its first row stands there, and not where the names say."""
        if labelled.sheet != named.sheet:
            return False
        sheet = self.sheet(named.sheet)
        if table.kind == "grid" and self.is_summary(table, sheet.value(labelled.first, labelled.names)):
            return not self.is_summary(table, sheet.value(named.first, named.names))
        if labelled.first > named.first:
            return table.kind != "grid"
        columns = [*labelled.columns.values(), *((labelled.names,) if labelled.names else ())]
        rows = range(labelled.first, named.first)
        return any(v is not None and not self.is_any_label(v) for row in rows for v in sheet.values(row, columns))

    def cells_by_names(self, table: Table, areas: dict[str, Area], found: Found) -> None:
        sheet = self.sheet(found.sheet)
        fields = {f.id: f for f in table.field}
        value = sheet.value
        found.cells = {
            f: area.first
            for f, area in areas.items()
            if self.has_label(sheet, area.first, fields[f]) and not self.is_any_label(value(*area.first))
        }
        unlabelled: list[tuple[Field, Area]] = []
        for field in table.field:
            if field.id in found.cells:
                continue
            area, taken = areas.get(field.id), set(found.cells.values())
            by_label = [r for r in self.values_by_label(found.sheet, field, area) if r not in taken]
            if area is None:
                if by_label:
                    found.cells[field.id] = by_label[0]
                else:
                    self.remark("field_missing", table, field, found.sheet, None)
            elif len(by_label) == 1:
                found.cells[field.id] = by_label[0]
                self.remark("anchors_disagree", table, field, found.sheet, by_label[0], str(area.first))
            else:
                unlabelled.append((field, area))
        for field, area in unlabelled:
            if area.first in found.cells.values() or self.is_of_another(table, sheet, area.first, field):
                self.remark("field_missing", table, field, found.sheet, None)
            else:
                found.cells[field.id] = area.first
                self.remark("label_altered", table, field, found.sheet, area.first)

    def is_of_another(self, table: Table, sheet: Sheet, ref: Ref, field: Field) -> bool:
        """A label stands in the cell of a name, or the label beside it is another field's: the name was left behind."""
        if self.is_any_label(sheet.value(*ref)):
            return True
        return any(self.has_label(sheet, ref, other) for other in table.field if other is not field)

    def has_label(self, sheet: Sheet, ref: Ref, field: Field) -> bool:
        """The label stands to the left of the cell in its row, or above it in its column."""
        for column in range(ref.column - 1, max(ref.column - 6, 0), -1):
            value = self.value(sheet, ref.row, column)
            if value is not None:
                if isinstance(value, str) and normal(value) in field.known_labels:
                    return True
                break
        for row in range(ref.row - 1, max(ref.row - 4, 0), -1):
            value = self.value(sheet, row, ref.column)
            if value is not None:
                return isinstance(value, str) and normal(value) in field.known_labels
        return False

    def columns_by_names(self, table: Table, areas: dict[str, Area], found: Found) -> None:
        firsts = [a.first.row for a in areas.values()]
        lasts = [a.last.row for a in areas.values()]
        found.first = max(dict.fromkeys(firsts), key=firsts.count)
        found.last = max(dict.fromkeys(lasts), key=lasts.count)
        sheet = self.sheet(found.sheet)
        if table.kind == "grid":
            rows = self.area(table, None)
            by_name = rows.first.column if rows is not None and rows.sheet == found.sheet else 0
            found.names = by_name or self.names_column(table, found)
            found.last = self.closing_row(table, sheet, found)
        missing: list[tuple[Field, Area | None]] = []
        for field in table.field:
            area = areas.get(field.id)
            if area is not None and self.has_header(sheet, found.first, area.first.column, field):
                found.columns[field.id] = area.first.column
            else:
                missing.append((field, area))
        for field, area in missing:
            taken = set(found.columns.values())
            by_label = [c for c in self.columns_by_label(sheet, found.first, field) if c not in taken]
            if area is None:
                if len(by_label) == 1:
                    found.columns[field.id] = by_label[0]
                else:
                    self.remark("field_missing", table, field, found.sheet, Ref(found.first, found.names or 1))
            elif len(by_label) == 1:
                found.columns[field.id] = by_label[0]
                ref = header(sheet, found.first - 1, by_label[0])
                self.remark("anchors_disagree", table, field, found.sheet, ref, str(Ref(found.first, area.first.column)))
            elif area.first.column not in taken:
                found.columns[field.id] = area.first.column
                self.remark("label_altered", table, field, found.sheet, header(sheet, found.first - 1, area.first.column))
            else:
                self.remark("field_missing", table, field, found.sheet, Ref(found.first, found.names or 1))

    def closing_row(self, table: Table, sheet: Sheet, found: Found) -> int:
        """The hint that closes the rows, where a program inserted some above it and left the names behind; else what they say."""
        hint = self.form.rows_of(table).hint
        if hint is None:
            return found.last
        for row in range(found.last, found.last + FOOT):
            value = self.value(sheet, row, found.names)
            if isinstance(value, str):
                if normal(value) == normal(hint):
                    return row
                if self.ends(value) or self.is_summary(table, value):
                    break
        return found.last

    def has_header(self, sheet: Sheet, first: int, column: int, field: Field) -> bool:
        labels = field.known_labels
        for row in range(first - 1, max(first - HEADER_DEPTH, 0), -1):
            value = self.value(sheet, row, column)
            if isinstance(value, str) and normal(value) in labels:
                return True
        return False

    def is_label(self, sheet: Sheet, row: int, column: int, field: Field) -> bool:
        value = sheet.value(row, column)
        return isinstance(value, str) and normal(value) in field.known_labels

    def columns_by_label(self, sheet: Sheet, first: int, field: Field) -> list[int]:
        rows = range(first - 1, max(first - HEADER_DEPTH, 0), -1)
        width = max((len(r) for r in sheet.rows), default=0)
        columns = range(sheet.left, sheet.left + width)
        return [c for c in columns if any(self.is_label(sheet, r, c, field) for r in rows)]

    def names_column(self, table: Table, found: Found) -> int:
        heading = frozenset({normal(self.form.rows_of(table).heading)})
        refs = [r for r in self.labels_of(found.sheet).find(heading) if r.row < found.first]
        if refs:
            return max(refs).column
        columns = [a.first.column for f in table.field if (a := self.area(table, f))]
        return max(min(columns, default=2) - 1, 1)

    # ---- by labels

    def by_labels(self, table: Table, first: str | None = None) -> Found | None:
        """The place where most labels of the table stand together; the form's own sheet, or `first`, is looked at first."""
        self.searched = True
        order = sorted(self.present, key=lambda name: (name != first, name != table.sheet))
        best: Found | None = None
        for name in order:
            if name in (self.form.edition.results_sheet, self.form.edition.guide_sheet):
                continue
            found = self.fields_by_labels(table, name) if table.kind == "fields" else self.columns_by_labels(table, name)
            if found is not None and (best is None or self.size(found) > self.size(best)):
                best = found
        return best

    def size(self, found: Found) -> int:
        return len(found.cells) + len(found.columns)

    def fields_by_labels(self, table: Table, name: str) -> Found | None:
        found = Found(name)
        for field in table.field:
            refs = self.values_by_label(name, field)
            if refs:
                found.cells[field.id] = refs[0]
        return found if len(found.cells) * 2 >= len(table.field) else None

    def values_by_label(self, name: str, field: Field, area: Area | None = None) -> list[Ref]:
        """The cells beside (or, in a table with heads, below) a field's label."""
        sheet = self.sheet(name)
        found = [(label, self.beside(sheet, label, field)) for label in self.labels_of(name).find(field.known_labels)]
        if area is None:
            return [ref for _, ref in found]
        refs = [self.as_named(sheet, label, ref, area.first) for label, ref in found]
        return [ref for ref in refs if not self.is_any_label(sheet.value(*ref))]

    def as_named(self, sheet: Sheet, label: Ref, ref: Ref, named: Ref) -> Ref:
        """The same; where nothing stands there, the nearest in the column of the field's defined name: blocks that were merged may
        not have moved with their cells."""
        if sheet.value(*ref) is not None:
            return ref
        nearer = Ref(label.row, named.column) if label.column < named.column else Ref(label.row + 1, label.column)
        between = sheet.values(label.row, range(label.column + 1, nearer.column))
        value = sheet.value(*nearer)
        if value is not None and not self.is_any_label(value) and all(v is None for v in between):
            return nearer
        for step in range(1, SLIPPED + 1):
            further = Ref(ref.row, ref.column + step) if ref.row == label.row else Ref(ref.row + step, ref.column)
            value = sheet.value(*further)
            if value is not None:
                return ref if self.is_any_label(value) else further
        return ref

    def beside(self, sheet: Sheet, ref: Ref, field: Field) -> Ref:
        merged = dict(sheet.merged)
        last = merged.get(ref, ref)
        below, right = Ref(last.row + 1, ref.column), Ref(ref.row, last.column + 1)
        same_width = last.column > ref.column and merged.get(below, below).column == last.column
        if same_width and not self.is_any_label(sheet.value(*below)):
            return below  # a heading over the whole width, its text below
        value = sheet.value(*right)
        if field.group is not None and (value is None or self.is_any_label(value)):
            return below
        return right

    def is_any_label(self, value: object) -> bool:
        return isinstance(value, str) and len(value) <= LONGEST_LABEL and normal(value) in field_labels(self.form)

    def columns_by_labels(self, table: Table, name: str) -> Found | None:
        """A header: a row band in which the labels of the table stand; the one that holds most of them."""
        labels = self.labels_of(name)
        spots = [(ref, f) for f in table.field for ref in labels.find(f.known_labels)]
        in_row: dict[int, list[tuple[Ref, Field]]] = {}
        for ref, field in spots:
            in_row.setdefault(ref.row, []).append((ref, field))
        best: dict[str, Ref] = {}
        for start in dict.fromkeys(ref.row for ref, _ in spots):
            band: dict[str, Ref] = {}
            for ref, field in (s for row in range(start, start + 4) for s in in_row.get(row, ())):
                if field.id not in band or ref.column < band[field.id].column:
                    band[field.id] = ref
            if len(band) > len(best):
                best = band
        if len(best) < max(2, (len([f for f in table.field if f.kind != "derived"]) + 1) // 2):
            return None
        if not self.is_the_table(table, best):
            return None
        sheet = self.sheet(name)
        found = Found(name, columns={f: ref.column for f, ref in best.items()})
        merged = dict(sheet.merged)
        found.first = max(merged.get(ref, ref).row for ref in best.values()) + 1
        if table.kind == "grid":
            found.names = self.names_column(table, found)
            below = max(ref.row for ref in best.values()) + 1
            rows = range(below, found.first + 4)
            top = next((r for r in rows if self.is_summary(table, sheet.value(r, found.names))), None)
            found.first = top or found.first
        found.last = self.last_row(table, sheet, found)
        if table.total:
            self.total_by_label(table, found)
        for field in table.field:
            if field.id not in found.columns:
                self.remark("field_missing", table, field, name, Ref(found.first, found.names or 1))
        return found

    def is_the_table(self, table: Table, band: dict[str, Ref]) -> bool:
        """A label that several tables have (其他, 金额) does not make the table: one that only this table has must be there."""
        for field_id in band:
            own = table.fields[field_id].known_labels
            others = (f.known_labels for t in self.form.tables.values() if t is not table for f in t.field)
            if not any(own & other for other in others):
                return True
        return False

    def is_summary(self, table: Table, value: object) -> bool:
        return isinstance(value, str) and normal(value) in self.form.rows_of(table).summary_labels

    def last_row(self, table: Table, sheet: Sheet, found: Found) -> int:
        """The hint row that closes the table; else the last row before blanks, another table's header, or the end."""
        hint = table.hint if table.kind == "list" else self.form.rows_of(table).hint
        if hint is not None:
            closing = [r.row for r in self.labels_of(found.sheet).find(frozenset({normal(hint)})) if r.row > found.first]
            if closing:
                return min(closing)
        columns = [*found.columns.values(), *((found.names,) if found.names else ())]
        row, blanks, last = found.first, 0, found.first
        end = sheet.top + len(sheet.rows)
        while row < end and blanks < (3 if table.kind == "list" else 1):
            values = [sheet.value(row, c) for c in columns]
            if row > found.first and any(isinstance(v, str) and self.ends(v) for v in values):
                break
            if all(v is None for v in values):
                blanks += 1
            else:
                blanks, last = 0, row
            row += 1
        return last

    def ends(self, text: str) -> bool:
        """A label of the form, a caption or a control row: no line of a table."""
        if len(text) > LONGEST_LABEL:
            return False
        label = normal(text)
        heads = {normal(r.heading) for r in self.form.row_sets.values()}
        captions = {normal(t.caption or t.title) for t in self.form.tables.values()}
        return label in heads or label in captions or label.startswith(CONTROL)

    def total_by_label(self, table: Table, found: Found) -> None:
        """The figure at the foot of a list: in the column that it adds up, in the row of its label."""
        if table.total is None or not table.total.of or table.total.of not in found.columns:
            return
        below = self.labels_of(found.sheet).find(table.total.known_labels)
        refs = [r for r in below if found.first < r.row <= found.last + FOOT and r.column <= found.columns[table.total.of]]
        if refs:
            found.cells[table.total.id] = Ref(refs[0].row, found.columns[table.total.of])
            found.last = min(found.last, refs[0].row - 1)

    # ---- what is to be said

    def remark(self, kind: str, table: Table, field: Field | None, sheet: str | None, ref: Ref | None, *detail: str) -> None:
        where = Where(sheet if ref else None, ref, table.id, None, field.id if field else None)
        self.remarks.append(Remark(kind, where, detail))  # type: ignore[arg-type]

    def say_what_is_missing(self) -> None:
        for name in dict.fromkeys(t.sheet for t in self.form.tables.values()):
            tables = [t for t in self.form.tables.values() if t.sheet == name]
            lost = [t for t in tables if t.id not in self.tables]
            if lost and len(lost) == len(tables):
                self.remarks.append(Remark("sheet_missing", Where(None, None, "workbook"), (name,)))
            else:
                for table in lost:
                    self.remarks.append(Remark("table_missing", Where(None, None, table.id), (table.title, name)))

    def say_what_is_outdated(self) -> None:
        """Once a sheet: its tables do not stand where the names say."""
        for sheet in dict.fromkeys(self.tables[t.id].sheet for t in self.outdated):
            tables = [t for t in self.outdated if self.tables[t.id].sheet == sheet]
            where = Where(sheet, self.tables[tables[0].id].top_left(), "workbook")
            self.remarks.append(Remark("names_outdated", where, tuple(t.title for t in tables)))

    def say_what_stands_twice(self) -> None:
        """A copy of a sheet, by its name and by its labels: of two sheets with the same tables one is read."""
        own = {t.sheet for t in self.form.tables.values()} | {found.sheet for found in self.tables.values()}
        for extra in [name for name in self.present if name not in own]:
            for name in dict.fromkeys(t.sheet for t in self.form.tables.values() if normal(t.sheet) in normal(extra)):
                tables = [t for t in self.form.tables.values() if t.sheet == name and t.id in self.tables]
                looks = (
                    self.fields_by_labels(t, extra) if t.kind == "fields" else self.columns_by_labels(t, extra) for t in tables
                )
                if tables and all(found is not None for found in looks):
                    home = self.tables[tables[0].id].sheet
                    self.remarks.append(Remark("sheet_copied", Where(extra, Ref(1, 1), "workbook"), (extra, home)))


def header(sheet: Sheet, row: int, column: int) -> Ref:
    """The cell of a header that ends in this row: the first one of the block when it is merged."""
    for first, last in sheet.merged:
        if first.row <= row <= last.row and first.column <= column <= last.column:
            return first
    return Ref(row, column)


def tables_found(book: Book, form: Form) -> Iterator[str]:
    """The tables of a form that a workbook without our mark holds, by their labels."""
    locator = _Locator(book, form)
    for table in form.tables.values():
        if locator.by_names(table) or locator.by_labels(table):
            yield table.id
