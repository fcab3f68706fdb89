"""The workbook part: which sheets there are and where they lie, defined names, whether Excel must calculate when it
opens the file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

import msgspec
from lxml import etree

from xlprocess.books.book import Area, Ref, letters
from xlprocess.books.formulas import column_number
from xlprocess.books.package import (
    OFFICE,
    STRICT_MAIN,
    STRICT_OFFICE,
    DamagedError,
    Element,
    Package,
    namespace,
    parse,
    relation_id,
)
from xlprocess.books.place import insert
from xlprocess.books.remembered import remembered

FILTER = "_xlnm._FilterDatabase"

_TARGET = re.compile(
    r"(?:'((?:[^']|'')+)'|([^'!:()\[\]{}\",;=<>*/+&^%#\s]+))!"
    r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})(?::\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6}))?"
)
_NAME = re.compile(r'<definedName name="([^"<>&]*+)"([^<>]*+)>([^<]*+)</definedName>')


class SheetEntry(msgspec.Struct, frozen=True):
    """A sheet as the workbook lists it. `position` counts all sheets, chart sheets too, as localSheetId does."""

    name: str
    part: str
    position: int
    hidden: bool


class _ListedSheet(NamedTuple):
    name: str
    relation: str
    hidden: bool


class _Listed(NamedTuple):
    ns: str
    sheets: tuple[_ListedSheet, ...]


@remembered
def _listed(data: bytes) -> _Listed:
    """The namespace and the sheets of a workbook part. The names, hundreds of them, are looked through as bytes: left out here,
    parsing takes a fifth of the time."""
    names = data.find(b"<definedNames>"), data.find(b"</definedNames>")
    root = parse(data[: names[0]] + data[names[1] + 15 :] if 0 <= names[0] < names[1] else data)
    return _Listed(namespace(root), _sheets(root))


def _sheets(root: Element) -> tuple[_ListedSheet, ...]:
    ns = namespace(root)
    return tuple(
        _ListedSheet(e.get("name", ""), relation_id(e) or "", e.get("state", "visible") != "visible")
        for e in root.iterfind(f"{ns}sheets/{ns}sheet")
    )


@remembered
def _names_told(data: bytes) -> list[tuple[str, str, str]] | None:
    """The names of a workbook part, what their tags say besides, and where they point; None when one is written in a way that
    this look does not know."""
    head = data[:80].lower()
    if b"<!" in data or b"<workbook" not in data or (b"encoding=" in head and b'encoding="utf-8"' not in head) or b"\0" in head:
        return None
    matches = _NAME.findall(data.decode("utf-8", "replace"))
    return matches if len(matches) == data.count(b"<definedName ") else None


class Workbook:
    """The workbook part of a package. Everything is read when asked for."""

    def __init__(self, package: Package) -> None:
        found = package.related("", "officeDocument")
        if found is None or found.target is None:
            raise DamagedError("no workbook part")
        self._package = package
        self.part = found.target
        self._data = package.read(self.part)
        self._names: Mapping[str, Area] | None = None
        listed = _listed(self._data)
        self.ns = listed.ns
        self.is_strict = self.ns.strip("{}") == STRICT_MAIN
        self.sheets = self._found(listed.sheets)

    @property
    def office(self) -> str:
        """The namespace of relationships in this workbook."""
        return STRICT_OFFICE if self.is_strict else OFFICE

    def _found(self, listed: Iterable[_ListedSheet]) -> dict[str, SheetEntry]:
        relations = {r.id: r for r in self._package.relations(self.part)}
        found = {}
        for position, sheet in enumerate(listed):
            relation = relations.get(sheet.relation)
            if relation is not None and relation.word == "worksheet" and relation.target is not None:
                found[sheet.name] = SheetEntry(sheet.name, relation.target, position, sheet.hidden)
        return found

    def names(self) -> Mapping[str, Area]:
        """Workbook-wide names that point at one cell or block of one worksheet, as the file has them."""
        if self._names is None:
            self._names = self._told_names()
        return self._names

    def _told_names(self) -> dict[str, Area]:
        by_case = {name.lower(): name for name in self.sheets}
        quick = self._names_at_a_glance(by_case)
        if quick is not None:
            return quick
        found = {}
        for element in parse(self._data).iterfind(f"{self.ns}definedNames/{self.ns}definedName"):
            if element.get("localSheetId") is None and (pointed := self._pointed(element.text or "", by_case)) is not None:
                found[element.get("name", "")] = pointed
        return found

    def _names_at_a_glance(self, by_case: Mapping[str, str]) -> dict[str, Area] | None:
        """A form has a name for each of its cells; looking through the bytes is several times as fast as parsing.
        None when a name is written in a way that this look does not know."""
        matches = _names_told(self._data)
        if matches is None:
            return None
        found = {}
        for name, told, text in matches:
            if told and "localSheetId" in told:
                continue
            if "&" in text:
                return None
            if (pointed := self._pointed(text, by_case)) is not None:
                found[name] = pointed
        return found

    def _pointed(self, text: str, by_case: Mapping[str, str]) -> Area | None:
        target = _target(text)
        if target is None or target.sheet in self.sheets:
            return target
        sheet = by_case.get(target.sheet.lower())
        return None if sheet is None else target._replace(sheet=sheet)

    # changes

    def edit(self) -> Element:
        """The workbook's tree, to be changed."""
        return self._package.edit(self.part)

    def add_sheet(self, name: str, part: str) -> None:
        """A sheet whose part is there already, at the end of the workbook."""
        root = self.edit()
        identifier = self._package.relate(self.part, f"{self.office}/worksheet", part)
        sheets = root.find(self.ns + "sheets")
        if sheets is None:
            sheets = root.makeelement(self.ns + "sheets")
            insert(root, sheets)
        number = max((int(s.get("sheetId", "0")) for s in sheets), default=0) + 1
        made = etree.SubElement(sheets, self.ns + "sheet", name=name, sheetId=str(number))
        made.set(f"{{{self.office}}}id", identifier)
        self.sheets = self._found(_sheets(root))

    def remove_sheet(self, name: str, made_names: bool) -> None:
        """A sheet goes with its part and all names on it or of it; names of later sheets move up. `made_names`: the
        element that holds names was made with the sheet and goes when it is empty."""
        root = self.edit()
        entry = self.sheets[name]
        sheets = root.find(self.ns + "sheets")
        if sheets is None:
            return
        element = sheets[entry.position]
        sheets.remove(element)
        self._package.unrelate(self.part, relation_id(element) or "")
        self._package.remove(entry.part)
        for defined in root.findall(f"{self.ns}definedNames/{self.ns}definedName"):
            position = defined.get("localSheetId")
            pointed = self._pointed(defined.text or "", {name.lower(): name})
            of_it = position is not None and int(position) == entry.position
            if of_it or (pointed is not None and pointed.sheet == name):
                self._drop_name(defined)
            elif position is not None and int(position) > entry.position:
                defined.set("localSheetId", str(int(position) - 1))
        holder = root.find(self.ns + "definedNames")
        if made_names and holder is not None and len(holder) == 0:
            root.remove(holder)
        for view in root.iterfind(f"{self.ns}bookViews/{self.ns}workbookView"):
            for key in ("activeTab", "firstSheet"):
                if int(view.get(key, "0")) >= len(sheets):
                    view.set(key, str(len(sheets) - 1))
        self.sheets = self._found(_sheets(root))

    def set_name(self, name: str, text: str | None, sheet: str | None = None) -> None:
        """A defined name (None: it goes), workbook-wide or of one sheet; a name of one sheet is hidden. One that
        points there already stays as it is written."""
        position = None if sheet is None else str(self.sheets[sheet].position)
        root = self.edit()
        for element in root.iterfind(f"{self.ns}definedNames/{self.ns}definedName"):
            if element.get("name", "").lower() == name.lower() and element.get("localSheetId") == position:
                break
        else:
            element = None
        if element is not None:
            by_case = {n.lower(): n for n in self.sheets}
            if text is None:
                self._drop_name(element)
            elif self._pointed(element.text or "", by_case) != self._pointed(text, by_case) or self._pointed(text, by_case) is None:
                element.text = text
            return
        if text is None:
            return
        holder = root.find(self.ns + "definedNames")
        if holder is None:
            holder = root.makeelement(self.ns + "definedNames")
            insert(root, holder)
        made = etree.SubElement(holder, self.ns + "definedName", name=name)
        if position is not None:
            made.set("localSheetId", position)
            made.set("hidden", "1")
        made.text = text

    def has_names(self) -> bool:
        """Whether there is an element that holds names, even an empty one."""
        return self.edit().find(self.ns + "definedNames") is not None

    def name_of(self, name: str, sheet: str) -> str | None:
        """What a name of one sheet says."""
        position = str(self.sheets[sheet].position)
        defined = self.edit().iterfind(f"{self.ns}definedNames/{self.ns}definedName")
        return next((e.text for e in defined if e.get("name") == name and e.get("localSheetId") == position), None)

    def _drop_name(self, element: Element) -> None:
        holder = element.getparent()
        if holder is not None:
            holder.remove(element)

    def formulas_changed(self) -> None:
        """Excel repairs a file whose calculation chain names a cell without a formula and rebuilds a missing one: the
        chain goes. People's own formulas may rest on what was written, so Excel calculates when it opens the file."""
        for relation in self._package.relations(self.part):
            if relation.word == "calcChain":
                self._package.unrelate(self.part, relation.id)
                if relation.target is not None:
                    self._package.remove(relation.target)
        root = self.edit()
        calculation = root.find(self.ns + "calcPr")
        if calculation is None:
            calculation = root.makeelement(self.ns + "calcPr")
            insert(root, calculation)
        calculation.set("fullCalcOnLoad", "1")


@lru_cache(maxsize=1 << 15)  # the workbooks of a batch are of one form: their names point at the same cells
def _target(text: str) -> Area | None:
    match = _TARGET.fullmatch(text.strip())
    if match is None:
        return None
    quoted_name, plain_name, left, top, right, bottom = match.groups()
    first = Ref(int(top), column_number(left))
    last = Ref(int(bottom), column_number(right)) if right else first
    return Area(plain_name or quoted_name.replace("''", "'"), first, last)


def quoted(sheet: str) -> str:
    """A sheet's name as a reference writes it. Quotes are always right, whatever the name holds."""
    return "'" + sheet.replace("'", "''") + "'"


def absolute(sheet: str, first: Ref, last: Ref) -> str:
    """`'检查结果'!$A$3:$K$20`."""
    cells: Iterable[Ref] = (first,) if first == last else (first, last)
    return f"{quoted(sheet)}!" + ":".join(f"${letters(c.column)}${c.row}" for c in cells)
