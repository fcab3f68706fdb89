"""The sheet 检查结果 in a file: what the list says is written anew, everything else on the sheet stays as it was.

Page setup, headers, conditional formats, validations, protection, drawings and people's notes are not the list's.
"""

from __future__ import annotations

from collections.abc import Sequence, Set

from lxml import etree

from xlprocess.books.book import Link, ListCell, Ref, ResultList, Style, letters
from xlprocess.books.boxes import wrapped_lines
from xlprocess.books.cells import looks_like_formula
from xlprocess.books.package import MAIN, Element, Package, local, namespace, parse, relation_id
from xlprocess.books.place import insert
from xlprocess.books.styles import blank, digit_width, with_looks, with_quoted, wraps
from xlprocess.books.workbook import FILTER, Workbook, absolute, quoted
from xlprocess.books.xstring import as_xml

_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
# a hidden name of the sheet: we added it, so it may go when there is no list any more; and whether there were names
_ADDED = "xlprocess.added"
_FIRST_NAMES, _MORE_NAMES = "1", "2"
_LINE_HEIGHT, _AROUND = 13.5, 6.0  # points, for a font of 10
_HIGHEST = 409.0  # points: no row is higher
_INDENT, _HALF = 9, 20 / 3  # pixels: an indent, half a Chinese character of 10 points
_NEW = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="%s">'
    '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><dimension ref="A1"/>'
    '<sheetViews><sheetView showGridLines="0" workbookViewId="0"/></sheetViews>'
    '<sheetFormatPr defaultRowHeight="15"/><sheetData/>'
    '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>'
    '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
)


def write(package: Package, workbook: Workbook, results: ResultList) -> None:
    """The list as the book must show it. Without rows the list goes: with its sheet, if we added that and nobody put
    anything there."""
    entry = workbook.sheets.get(results.sheet)
    if entry is None:
        if not results.rows:
            return
        part = package.free_name("xl/worksheets/sheet%d.xml")
        package.add(part, (_NEW % workbook.ns.strip("{}")).encode(), _SHEET_TYPE)
        workbook.add_sheet(results.sheet, part)
        workbook.set_name(_ADDED, _MORE_NAMES if workbook.has_names() else _FIRST_NAMES, results.sheet)
        entry = workbook.sheets[results.sheet]
    elif not results.rows and all(r.word == "hyperlink" for r in package.relations(entry.part)):
        added = workbook.name_of(_ADDED, results.sheet)
        if added is not None:
            workbook.remove_sheet(results.sheet, made_names=added == _FIRST_NAMES)
            return
    root = package.edit(entry.part)
    if any(True for _ in root.iter(namespace(root) + "f")):
        workbook.formulas_changed()
    looks, quoted, digit = _looks(package, workbook, results) if results.rows else ({}, {}, 7)
    _Writer(root, looks, quoted, digit).write(package, entry.part, results)
    workbook.set_name(FILTER, absolute(results.sheet, *results.filter) if results.filter else None, results.sheet)
    for name, (first, last) in results.names.items():
        workbook.set_name(name, absolute(results.sheet, first, last))


def _looks(package: Package, workbook: Workbook, results: ResultList) -> tuple[dict[Style, int], dict[int, int], int]:
    """The cell formats of all looks, which the styles of the workbook get where they lack them; those of texts that would else
    become formulas; and how wide its digits are."""
    relation = package.related(workbook.part, "styles")
    part = relation.target if relation else None
    if part is None:
        part = package.free_name("xl/styles%d.xml") if package.find("xl/styles.xml") else "xl/styles.xml"
        package.add(part, blank(workbook.ns.strip("{}") or MAIN), _STYLES_TYPE)
        package.relate(workbook.part, f"{workbook.office}/styles", part)
    now = package.read(part)
    then, numbers = with_looks(now)
    quoted: dict[int, int] = {}
    risky = frozenset(numbers.get(look, 0) for row in results.rows for value, look in row if _is_risky(value))
    if risky:
        then, quoted = with_quoted(then, risky)
    if then != now:
        package.replace(part, then)
    return numbers, quoted, digit_width(now)


def _is_risky(value: object) -> bool:
    return isinstance(value, str) and value[:1] in _SIGNS and looks_like_formula(value)


_SIGNS = ("=", "+", "-", "@")


class _Writer:
    def __init__(self, root: Element, looks: dict[Style, int], quoted: dict[int, int], digit: int) -> None:
        self._root = root
        self._ns = namespace(root)
        self._looks = looks
        self._quoted = quoted
        self._digit = digit

    def write(self, package: Package, part: str, results: ResultList) -> None:
        self._forget_links(package, part)
        for name in ("cols", "sheetData", "autoFilter", "sortState", "mergeCells", "hyperlinks"):
            self._drop(name)
        self._dimension(results.rows)
        self._view(results.frozen_rows if results.rows else 0)
        self._columns(results.widths, results.hidden_columns)
        self._cells(results)
        if results.filter is not None:
            self._placed("autoFilter").set("ref", _range(*results.filter))
        if results.merged:
            holder = self._placed("mergeCells")
            holder.set("count", str(len(results.merged)))
            for first, last in results.merged:
                self._child(holder, "mergeCell").set("ref", _range(first, last))
        self._links(results.rows)

    def _child(self, parent: Element, name: str) -> Element:
        return etree.SubElement(parent, self._ns + name)

    def _placed(self, name: str) -> Element:
        made = self._root.makeelement(self._ns + name)
        insert(self._root, made)
        return made

    def _drop(self, name: str) -> None:
        for element in self._root.findall(self._ns + name):
            self._root.remove(element)

    def _forget_links(self, package: Package, part: str) -> None:
        """Links out of the workbook that stood in the old list: their relationships would point from nowhere."""
        for link in self._root.iterfind(f"{self._ns}hyperlinks/{self._ns}hyperlink"):
            if (identifier := relation_id(link)) is not None:
                package.unrelate(part, identifier)

    def _dimension(self, rows: Sequence[Sequence[ListCell]]) -> None:
        dimension = self._root.find(self._ns + "dimension")
        if dimension is None:
            dimension = self._placed("dimension")
        last = Ref(max(len(rows), 1), max((len(row) for row in rows), default=1) or 1)
        dimension.set("ref", _range(Ref(1, 1), last))

    def _view(self, frozen: int) -> None:
        views = self._root.find(self._ns + "sheetViews")
        if views is None:
            views = self._placed("sheetViews")
        view = views.find(self._ns + "sheetView")
        if view is None:
            view = self._child(views, "sheetView")
            view.set("workbookViewId", "0")
        for child in [c for c in view if local(c) in ("pane", "selection")]:
            view.remove(child)
        view.attrib.pop("topLeftCell", "")  # would scroll the frozen rows out of sight
        if frozen:
            below = f"A{frozen + 1}"
            pane = self._root.makeelement(
                self._ns + "pane", ySplit=str(frozen), topLeftCell=below, activePane="bottomLeft", state="frozen"
            )
            selection = self._root.makeelement(self._ns + "selection", pane="bottomLeft", activeCell=below, sqref=below)
            view.insert(0, pane)
            view.insert(1, selection)

    def _columns(self, widths: Sequence[float], hidden: Sequence[int]) -> None:
        count = max([len(widths), *hidden])
        if not count:
            return
        holder = self._placed("cols")
        for number in range(1, count + 1):
            column = self._child(holder, "col")
            column.set("min", str(number))
            column.set("max", str(number))
            width = widths[number - 1] if number <= len(widths) else 8.43
            column.set("width", format((int(width * 7 + 5) * 256 // 7) / 256, ".10g"))
            if number in hidden:
                column.set("hidden", "1")
            column.set("customWidth", "1")

    def _cells(self, results: ResultList) -> None:
        """The rows, put together as a text and parsed at once: that takes a quarter of the time of making element by element."""
        blocks = results.merged
        merged = {Ref(r, c) for a, b in blocks for r in range(a.row, b.row + 1) for c in range(a.column, b.column + 1)}
        columns = [letters(k) for k in range(1, max(map(len, results.rows), default=0) + 1)]
        styles: dict[Style, str] = {}
        said = [f'<sheetData xmlns="{self._ns.strip("{}")}">']
        for number, cells in enumerate(results.rows, start=1):
            height = results.heights[number - 1] if number <= len(results.heights) else None
            if not cells and height is None:
                continue
            if height is not None:
                said.append(f'<row r="{number}" ht="{height:.10g}" customHeight="1">')
            elif (lines := self._lines(number, cells, results.widths, merged)) > 1:
                # not fixed, so that it grows with what the clerk types; but not every program fits rows on opening
                said.append(f'<row r="{number}" ht="{min(lines * _LINE_HEIGHT + _AROUND, _HIGHEST):.10g}">')
            else:
                said.append(f'<row r="{number}">')
            for column, (value, look) in zip(columns, cells, strict=False):
                style = styles.get(look)
                if style is None:
                    style = styles[look] = self._style(look)
                text = value.text if isinstance(value, Link) else value
                if self._quoted and _is_risky(value):
                    style = str(self._quoted[self._looks.get(look, 0)])
                if text:
                    said.append(f'<c r="{column}{number}" s="{style}" t="inlineStr"><is>{as_xml("t", text)}</is></c>')
                else:
                    said.append(f'<c r="{column}{number}" s="{style}"/>')
            said.append("</row>")
        said.append("</sheetData>")
        insert(self._root, parse("".join(said).encode()))

    def _lines(self, number: int, cells: Sequence[ListCell], widths: Sequence[float], merged: Set[Ref]) -> int:
        """The lines of a row's highest cell."""
        most = 1
        for column, ((value, look), width) in enumerate(zip(cells, widths, strict=False), start=1):
            text = value.text if isinstance(value, Link) else value
            if text and wraps(look) and (number, column) not in merged:
                room = (width * self._digit - _INDENT) / _HALF  # and one that no line begins with
                most = max(most, wrapped_lines(text, int(room) - 1))
        return most

    def _style(self, style: Style) -> str:
        return str(self._looks.get(style, 0))

    def _links(self, rows: Sequence[Sequence[ListCell]]) -> None:
        holder: Element | None = None
        for number, cells in enumerate(rows, start=1):
            for column, cell in enumerate(cells, start=1):
                if isinstance(cell.value, Link):
                    if holder is None:
                        holder = self._placed("hyperlinks")
                    link = self._child(holder, "hyperlink")
                    link.set("ref", str(Ref(number, column)))
                    link.set("location", f"{quoted(cell.value.sheet)}!{cell.value.ref}")
                    link.set("display", cell.value.text)


def _range(first: Ref, last: Ref) -> str:
    return str(first) if first == last else f"{first}:{last}"
