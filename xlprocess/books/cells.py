"""The cells of one sheet in a file: a value or a formula is put into its place, everything around it stays."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from xlprocess.books.book import CellWrite, Ref
from xlprocess.books.formulas import area, reference, translated
from xlprocess.books.package import Element, local, namespace
from xlprocess.books.place import insert
from xlprocess.books.xstring import plain, put, shown

_TRUE = ("1", "true", "on")


class Cells:
    """The cells of a parsed sheet. `shared` gives the text of a shared string by its number."""

    def __init__(self, root: Element, shared: Callable[[int], str]) -> None:
        self._root = root
        self._ns = namespace(root)
        self._shared = shared
        found = root.find(self._ns + "sheetData")
        if found is None:
            found = root.makeelement(self._ns + "sheetData")
            insert(root, found)
        self._data = found
        self._rows: dict[int, Element] = {}
        self._cells: dict[int, dict[int, Element]] = {}
        self._arrays: list[tuple[Ref, Ref]] = []
        self._groups: dict[str, list[tuple[Ref, Element]]] = {}
        self._index()
        self.formulas_changed = False

    def _index(self) -> None:
        number = 0
        for row in self._data.iterchildren(self._ns + "row"):
            number = int(row.get("r") or number + 1)
            self._rows[number] = row
        for formula in self._data.iter(self._ns + "f"):
            kind = formula.get("t")
            if kind is None or kind == "normal":
                continue
            ref = self._place(formula)
            if kind == "shared":
                self._groups.setdefault(formula.get("si", ""), []).append((ref, formula))
            else:
                first, last = area(formula.get("ref") or str(ref))
                if first != last:
                    self._arrays.append((first, last))

    def _place(self, formula: Element) -> Ref:
        cell = formula.getparent()
        if cell is not None and (written := cell.get("r")):
            return reference(written)
        row = None if cell is None else cell.getparent()
        number = next((n for n, r in self._rows.items() if r is row), 1)
        return Ref(number, next((n for n, c in self._row(number).items() if c is cell), 1))

    def _row(self, number: int) -> dict[int, Element]:
        """The cells of a row by their columns, looked through when first asked for."""
        if number not in self._cells:
            cells = self._cells[number] = {}
            column = 0
            for cell in self._rows[number].iterchildren(self._ns + "c") if number in self._rows else ():
                written = cell.get("r")
                column = reference(written).column if written else column + 1
                cells[column] = cell
        return self._cells[number]

    def write(self, change: CellWrite) -> None:
        """ValueError for a cell inside an array formula or a data table of several cells: Excel lets nobody change a
        part of it."""
        ref = change.ref
        formula = change.formula or None
        value = None if change.value == "" else change.value
        cell = self._row(ref.row).get(ref.column)
        if cell is None and formula is None and value is None:
            return
        if cell is not None and self._formula(cell, ref) == formula and self._holds(cell, value, formula is not None):
            return
        for first, last in self._arrays:
            if first.row <= ref.row <= last.row and first.column <= ref.column <= last.column:
                raise ValueError(f"{change.sheet}!{ref} lies inside the array formula of {first}:{last}")
        if cell is None:
            cell = self._made(ref)
        self._set(cell, ref, formula, value)

    # what stands there

    def _formula(self, cell: Element, ref: Ref) -> str | None:
        formula = cell.find(self._ns + "f")
        if formula is None:
            return None
        if formula.text or formula.get("t") != "shared":
            return formula.text or None
        group = self._groups.get(formula.get("si", ""), [])
        master = next(((at, f.text) for at, f in group if f.text), None)
        return translated(str(master[1]), master[0], ref) if master else None

    def _holds(self, cell: Element, value: Decimal | int | str | None, from_formula: bool) -> bool:
        kind = cell.get("t", "n")
        stored, inline = cell.find(self._ns + "v"), cell.find(self._ns + "is")
        text = None if stored is None else stored.text or ""
        if value is None:
            return (kind == "str" and text == "") if from_formula else (not text and inline is None)
        if isinstance(value, str):
            if kind == "inlineStr":
                return inline is not None and plain(inline) == value
            if kind == "s":
                return bool(text) and self._shared(int(text or 0)) == value
            return kind == "str" and text is not None and shown(text) == value
        try:
            return kind == "n" and text is not None and float(text) == float(value)
        except ValueError:
            return False

    # how it becomes something else

    def _set(self, cell: Element, ref: Ref, formula: str | None, value: Decimal | int | str | None) -> None:
        ns = self._ns
        old = cell.find(ns + "f")
        keeps = old is not None and self._formula(cell, ref) == formula
        for child in [c for c in cell if local(c) in ("v", "is") or (local(c) == "f" and not keeps)]:
            if child is old:
                self._leave_group(ref, child)
            cell.remove(child)
        cell.attrib.pop("t", "")
        cell.attrib.pop("vm", "")
        if not keeps:
            cell.attrib.pop("cm", "")  # says that the formula spills, which ours does not
            self.formulas_changed |= old is not None or formula is not None
        at = 1 if keeps else 0
        if formula is not None and not keeps:
            made = cell.makeelement(ns + "f")
            put(made, formula)
            cell.insert(0, made)
            at = 1
        if isinstance(value, str) and formula is None:
            cell.set("t", "inlineStr")
            inline = cell.makeelement(ns + "is")
            put(_child(inline, ns + "t"), value)
            cell.insert(at, inline)
        elif value is not None or formula is not None:
            stored = cell.makeelement(ns + "v")
            if isinstance(value, str) or value is None:
                cell.set("t", "str")
                put(stored, value or "")
            else:
                stored.text = number_text(value)
            cell.insert(at, stored)

    def _leave_group(self, ref: Ref, formula: Element) -> None:
        """A member of a shared formula is about to go. If it holds the group's text, the group is handed over: to the
        next member when that one is the first corner of all that are left (readers count from there), else each gets a
        text of its own."""
        if formula.get("t") != "shared":
            return
        group = self._groups.get(formula.get("si", ""), [])
        rest = [(at, f) for at, f in group if f is not formula]
        self._groups[formula.get("si", "")] = rest
        followers = [(at, f) for at, f in rest if not f.text]
        if not formula.text or not followers or any(f.text for _, f in rest):
            return
        corner = Ref(min(at.row for at, _ in followers), min(at.column for at, _ in followers))
        end = Ref(max(at.row for at, _ in followers), max(at.column for at, _ in followers))
        if followers[0][0] == corner:
            heir = followers[0][1]
            put(heir, translated(formula.text, ref, corner))
            heir.set("ref", str(corner) if corner == end else f"{corner}:{end}")
            return
        for at, follower in followers:
            put(follower, translated(formula.text, ref, at))
            for name in ("t", "si", "ref"):
                follower.attrib.pop(name, "")
        self._groups[formula.get("si", "")] = []

    # a cell that was not there

    def _made(self, ref: Ref) -> Element:
        row = self._rows.get(ref.row)
        if row is None:
            row = self._root.makeelement(self._ns + "row", r=str(ref.row))
            later = min((n for n in self._rows if n > ref.row), default=None)
            _before(self._data, row, None if later is None else self._rows[later])
            self._rows[ref.row] = row
        cells = self._row(ref.row)
        cell = self._root.makeelement(self._ns + "c", r=str(ref))
        style = (row.get("s") if row.get("customFormat") in _TRUE else None) or self._column_style(ref.column)
        if style and style != "0":
            cell.set("s", style)
        later = min((n for n in cells if n > ref.column), default=None)
        _before(row, cell, None if later is None else cells[later])
        cells[ref.column] = cell
        _widen_spans(row, ref.column)
        self._widen_dimension(ref)
        return cell

    def _column_style(self, column: int) -> str | None:
        for col in self._root.iterfind(f"{self._ns}cols/{self._ns}col"):
            if int(col.get("min", "0")) <= column <= int(col.get("max", "0")):
                return col.get("style")
        return None

    def _widen_dimension(self, ref: Ref) -> None:
        dimension = self._root.find(self._ns + "dimension")
        if dimension is None or not dimension.get("ref"):
            return
        first, last = area(dimension.get("ref", ""))
        if first == last == Ref(1, 1) and not any(c for r, cells in self._cells.items() for c in cells if (r, c) != ref):
            first = last = ref  # an empty sheet says A1
        top, left = min(first.row, ref.row), min(first.column, ref.column)
        bottom, right = max(last.row, ref.row), max(last.column, ref.column)
        first, last = Ref(top, left), Ref(bottom, right)
        dimension.set("ref", str(first) if first == last else f"{first}:{last}")


_FORMULA = re.compile(r"[=+\-@](?!\d[\d,]*(\.\d+)?%?$)")


def looks_like_formula(text: str) -> bool:
    """A text that Excel would take for a formula as soon as somebody opens its cell and presses Enter; a signed number is none."""
    return _FORMULA.match(text) is not None


def number_text(value: Decimal | int) -> str:
    """A number as a file stores it: no exponent, no blanks at its end. ValueError for what is no number."""
    exact = Decimal(value)
    if not exact.is_finite():
        raise ValueError(f"{value} is no number that a cell can hold")
    text = format(exact, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _child(parent: Element, tag: str) -> Element:
    made = parent.makeelement(tag)
    parent.append(made)
    return made


def _before(parent: Element, made: Element, later: Element | None) -> None:
    """Before `later`, or behind the last of its kind (an extLst stays at the end)."""
    if later is not None:
        parent.insert(parent.index(later), made)
        return
    last = next(parent.iterchildren(made.tag, reversed=True), None)
    parent.insert(0 if last is None else parent.index(last) + 1, made)


def _widen_spans(row: Element, column: int) -> None:
    """`spans` is a hint for readers, which a wrong one misleads."""
    written = row.get("spans")
    if not written:
        return
    spans = [(int(a), int(b)) for a, _, b in (part.partition(":") for part in written.split())]
    if any(a <= column <= b for a, b in spans):
        return
    row.set("spans", f"{min(column, *(a for a, _ in spans))}:{max(column, *(b for _, b in spans))}")
