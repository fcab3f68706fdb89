"""How far the sheets of a workbook reach: the reader of values allocates a dense block for each, and believes counts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from xlprocess.books.book import Ref
from xlprocess.books.limits import MOST_CELLS, MOST_MERGED, MOST_STRINGS, WIDEST_EXTENT
from xlprocess.books.markup import walk
from xlprocess.books.parts import Parts
from xlprocess.books.unpacking import LimitError

_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384


class Box(NamedTuple):
    """The smallest rectangle around the cells that hold something, and how many cells are written at all."""

    top: int
    left: int
    bottom: int
    right: int
    cells: int

    @property
    def area(self) -> int:
        return max(self.bottom - self.top + 1, 0) * max(self.right - self.left + 1, 0)


_EMPTY = Box(1, 1, 0, 0, 0)
_UNIQUE_COUNT = re.compile(rb"""uniqueCount\s*=\s*["']\+?([0-9]+)""")
# The names of cells, and nothing for what is no plain cell: one pass, of a single leading sign, takes a fraction of the
# time that looking for `<c`, `<!` and `:c` takes one after the other.
_CELL_OR_ODD = re.compile(rb'<(?:c(?: r="([A-Z]+[0-9]+)")?|[!?]|[^ \t\r\n<>]*:c)')
_FILLED = re.compile(rb'<c r="([A-Z]+)([0-9]+)"(?:[^>]*[^/>])?>')
_ODD_BEHIND = (re.compile(rb"<(?:[!?]|c[\s/>])"), re.compile(rb":c[\s/>]"))  # with a leading sign each: a fraction of the time
# What is no plain cell of the first 52 columns and 999 rows. All that a form has is: one look finds nothing.
_FAR_OR_ODD = re.compile(rb'<c(?! r="A?[A-Z][0-9]{1,3}")')
_NEAR = (52, 999)
_SHORTEST_CELL = len(b'<c r="A1"/>')
_PIECE = 4 << 20
_MERGED = b"<mergeCell "


def measure(parts: Parts) -> None:
    """Refuses sheets that reach too far, and counts that are absurd or false."""
    titles = {sheet.part: sheet.name for sheet in parts.sheets}
    area = cells = 0
    for part in parts.measured:
        content = parts[part]
        title = titles.get(part)
        if title is None:
            _check_strings(content)
            continue
        if len(content) > MOST_MERGED * len(_MERGED) and content.count(_MERGED) > MOST_MERGED:
            raise LimitError(f"工作表「{title}」的合并单元格过多")
        plain = plain_look(content)
        box = quick_box(content) if plain is None else plain.box
        if plain is not None:
            parts.formulas[part], parts.values_only[part] = plain.formulas, plain.values
        if box is None or area + box.area > WIDEST_EXTENT or cells + box.cells > MOST_CELLS:
            parts.spend(content)
            box = exact_box(content)
        area += box.area
        cells += box.cells
        if box.bottom > _LAST_ROW or box.right > _LAST_COLUMN or area > WIDEST_EXTENT or cells > MOST_CELLS:
            raise LimitError(reaches_too_far(title, Ref(min(box.bottom, _LAST_ROW), min(box.right, _LAST_COLUMN))))


def reaches_too_far(title: str, corner: Ref) -> str:
    """What is said of a sheet whose content goes to this cell."""
    return f"工作表「{title}」的内容一直延伸到 {corner}，范围过大"


def _check_strings(content: bytes) -> None:
    declared = max((int(n[:12]) for n in _UNIQUE_COUNT.findall(content)), default=0)
    if max(declared, content.count(b"<si")) > MOST_STRINGS:
        raise LimitError("文字内容的条数过多")


class Plain(NamedTuple):
    """A sheet in whose rows nothing stands but what a form has: cells of the first columns and rows, each with its name first; no
    comment, no instruction, no name space of its own. `box` is large enough; `formulas`: from where to where each is written, from
    the name of its tag to the end of its text. `values`: the part without them."""

    box: Box
    formulas: list[tuple[int, int]]
    values: bytes


def plain_look(content: bytes) -> Plain | None:
    """None for a sheet that is not plain."""
    rows = _rows(content)
    if rows is None:
        return None
    first, last = rows
    if last - first >= _PIECE:
        return None
    taken = _taken_out(content, first, last)
    if taken is None:
        return None
    formulas, values = taken
    end = last - (len(content) - len(values))
    if _has_prefixes(values, first, end) or any(
        values.find(sign, first + 1, end) >= 0 and values.find(odd, first + 1, end) >= 0 for sign, odd in _ODD
    ):
        return None
    if _FAR_OR_ODD.search(values, first + 1, end):
        return None
    box = Box(1, 1, _NEAR[1], _NEAR[0], min((last - first) // _SHORTEST_CELL, _NEAR[0] * _NEAR[1]))
    return Plain(box, formulas, values)


_ODD = ((b"!", b"<!"), (b"?", b"<?"), (b":", b":AlternateContent"))  # a single sign is looked for many times as fast
_TAG, _CLOSES, _NAME_ENDS = ord("<"), ord(">"), frozenset(b"> /\t\r\n")
_STRAYS = 10_000
"""More letters f that begin no formula are not looked at one by one."""


def _taken_out(sheet: bytes, first: int, last: int) -> tuple[list[tuple[int, int]], bytes] | None:
    """Where the formulas are written, and the part without those that are a plain text in their tag. Looking for a single letter,
    and passing over each text at once, takes a fraction of the time of a pattern."""
    formulas: list[tuple[int, int]] = []
    pieces: list[bytes] = []
    done = strays = 0
    at = sheet.find(b"f", first + len(b"<sheetData"), last)
    while at >= 0:
        end = at + 1
        if sheet[at - 1] == _TAG and sheet[end] in _NAME_ENDS:
            end = sheet.find(b"<", end, last)
            if end < 0:
                return None
            formulas.append((at, end))
            if sheet[at + 1] == _CLOSES and sheet.startswith(b"</f>", end):
                pieces.append(sheet[done : at - 1])
                end = done = end + 4
        else:
            strays += 1
            if strays > _STRAYS:
                return None
        at = sheet.find(b"f", end, last)
    if not pieces:
        return formulas, sheet
    pieces.append(sheet[done:])
    return formulas, b"".join(pieces)


def quick_box(content: bytes) -> Box | None:
    """The rectangle from the bytes alone; None where only a parser can tell: prefixes, comments, cells that do not begin with
    their name."""
    rows = _rows(content)
    if rows is None:
        return None
    count = 0
    for start, end in _pieces(content, *rows):
        names = _CELL_OR_ODD.findall(content, start, end)
        if b"" in names:
            return None
        count += len(names)
    return _filled_box(content, *rows, count) if count else _EMPTY


def _rows(content: bytes) -> tuple[int, int] | None:
    """Where the rows begin and end; None where they cannot be told from the bytes, or something odd stands around them."""
    first = content.find(b"<sheetData")
    last = content.rfind(b"</sheetData>")
    if first < 0 or last < first:
        return None
    if (
        content.find(b"<!", 0, first) >= 0
        or content.find(b"<?", 1, first) >= 0
        or any(odd.search(content, last) for odd in _ODD_BEHIND)
    ):
        return None
    return first, last


_DECLARES = re.compile(rb"xmlns")  # for once faster than `find`
_BOUND = re.compile(rb"""xmlns:[^\s=]+\s*=\s*["']http://(?:schemas|purl)\.[^"']*/spreadsheetml/""")


def _has_prefixes(content: bytes, first: int, last: int) -> bool:
    """Some `<x:c>` may be a cell. A single sign is looked for many times as fast as a word."""
    if content.find(b"x", first, last) >= 0 and _DECLARES.search(content, first, last):
        return True
    return _BOUND.search(content, 0, first) is not None


def _filled_box(content: bytes, first: int, last: int, count: int) -> Box | None:
    rows: set[bytes] = set()
    columns: set[bytes] = set()
    filled = 0
    for start, end in _pieces(content, first, last):
        found = _FILLED.findall(content, start, end)
        filled += len(found)
        columns.update(column for column, _ in found)
        rows.update(row for _, row in found)
    if filled != content.count(b"</c>", first, last):
        return None
    if not filled:
        return _EMPTY._replace(cells=count)
    numbers = [int(row[:9]) for row in rows]
    places = [_column(column.decode()) for column in columns]
    return Box(min(numbers), min(places), max(numbers), max(places), count)


def _pieces(content: bytes, first: int, last: int) -> Iterator[tuple[int, int]]:
    """The stretch in pieces of a few megabytes, cut where a cell begins: a list of every cell would be large."""
    while first < last:
        cut = content.find(b"<c", min(first + _PIECE, last), last)
        end = cut if cut >= 0 else last
        yield first, end
        first = end


def _column(name: str) -> int:
    number = 0
    for letter in name[:6].upper():
        number = number * 26 + ord(letter) - 64
    return number


def exact_box(content: bytes) -> Box:
    """The rectangle as a parser sees it, and as the reader of values counts: a cell without a name stands behind the
    one before, in the row that is open; a row without a number is the next."""
    top = left = 1 << 40
    bottom = right = column = count = 0
    row = 1
    place: tuple[int, int] | None = None  # of the cell that is open, until it holds something

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, count, place, top, left, bottom, right
        if tag == "row":
            named = attributes.get("r", "")
            row = int(named[:12]) if named.isdecimal() else row
        elif tag == "c":
            count += 1
            found = _CELL_NAME.fullmatch(attributes.get("r", ""))
            column = _column(found[1]) if found else column + 1
            place = (int(found[2][:12]) if found else row, column)
        elif place is not None and tag in ("v", "is"):
            top, bottom = min(top, place[0]), max(bottom, place[0])
            left, right = min(left, place[1]), max(right, place[1])
            place = None

    def end(tag: str) -> None:
        nonlocal row, column, place
        if tag == "row":
            row, column = row + 1, 0
        elif tag == "c":
            place = None

    walk(content, start, end)
    return Box(top, left, bottom, right, count) if bottom else _EMPTY._replace(cells=count)


_CELL_NAME = re.compile("([A-Za-z]+)([0-9]+)")
