"""The boxes of notes (VML), patched as text: in the wild VML is not always XML, and whatever else stands there must
stay.

Only ASCII is ever looked for or put in, so the bytes are read as Latin-1 and come back the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from xlprocess.books.book import Ref
from xlprocess.books.formulas import LAST_COLUMN, LAST_ROW, area
from xlprocess.books.package import Element, namespace

_V, _O, _X = (
    "urn:schemas-microsoft-com:vml",
    "urn:schemas-microsoft-com:office:office",
    "urn:schemas-microsoft-com:office:excel",
)
_BLOCK = 1024  # shape ids come in blocks of this size; a drawing lists the blocks that are its own

_SHAPE = re.compile(r"<((?:\w+:)?)shape(?=[\s>/])(?:[^>]*?/>|.*?</\1shape\s*>)", re.DOTALL)
_NOTE = re.compile(r"ObjectType\s*=\s*[\"']Note[\"']")
_ROW = re.compile(r"<(?:\w+:)?Row\s*>\s*(\d+)\s*<")
_COLUMN = re.compile(r"<(?:\w+:)?Column\s*>\s*(\d+)\s*<")
_ANCHOR = re.compile(r"(<(?:\w+:)?Anchor\s*>)[^<]*(<)")
_ANY_SHAPE = re.compile(r"<(?:\w+:)?(?:shape|group|rect|roundrect|oval|line|polyline|curve|arc|image|background)(?=[\s>/])")
_ID_MAP = re.compile(r"(<(?:\w+:)?idmap\b[^>]*?\bdata\s*=\s*[\"'])([^\"']*)")
_ID = re.compile(r"_x0000_s(\d+)")
_USES_TYPE = re.compile(r"type\s*=\s*[\"']#_x0000_t202[\"']")
_HAS_TYPE = re.compile(r"shapetype\b[^>]*?\bid\s*=\s*[\"']_x0000_t202[\"']", re.DOTALL)

_NEW = (
    f'<xml xmlns:v="{_V}" xmlns:o="{_O}" xmlns:x="{_X}">'
    '<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="%d"/></o:shapelayout></xml>'
)
_TYPE = (
    '<v:shapetype%s id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_BOX = (
    '<v:shape%s id="_x0000_s%d" type="#_x0000_t202" style="position:absolute;z-index:%d;visibility:hidden" '
    'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>'
    '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto">'
    '<div style="text-align:left"></div></v:textbox><x:ClientData ObjectType="Note">'
    "<x:MoveWithCells/><x:SizeWithCells/><x:Anchor>%s</x:Anchor><x:AutoFill>False</x:AutoFill>"
    "<x:Row>%d</x:Row><x:Column>%d</x:Column></x:ClientData></v:shape>"
)


def new_drawing(block: int) -> bytes:
    """A drawing without shapes whose ids come from a block."""
    return (_NEW % block).encode()


def blocks(data: bytes) -> set[int]:
    """The blocks of shape ids that a drawing calls its own."""
    return {int(n) for m in _ID_MAP.finditer(_decoded(data)[0]) for n in re.findall(r"\d+", m[2])}


class Boxes:
    """The boxes of one sheet's notes."""

    def __init__(self, data: bytes) -> None:
        self._text, self._encoding = _decoded(data)

    def written(self) -> bytes:
        return self._text.encode(self._encoding)

    def is_empty(self) -> bool:
        """No shape of any kind is left."""
        return _ANY_SHAPE.search(self._text) is None

    def _find(self, ref: Ref) -> re.Match[str] | None:
        for shape in _SHAPE.finditer(self._text):
            row, column = _ROW.search(shape[0]), _COLUMN.search(shape[0])
            if row and column and (int(row[1]), int(column[1])) == (ref.row - 1, ref.column - 1) and _NOTE.search(shape[0]):
                return shape
        return None

    def has(self, ref: Ref) -> bool:
        return self._find(ref) is not None

    def add(self, ref: Ref, anchor: str) -> None:
        """A hidden box for a cell's note, behind all that is there."""
        number = self._free_id()
        close = self._text.rfind("</")
        if close < 0:  # a root without content
            at = self._text.rfind("/>")
            name = re.search(r"<([\w:]+)[^<]*$", self._text[:at])
            self._text = f"{self._text[:at]}></{name[1] if name else 'xml'}>{self._text[at + 2 :]}"
            close = self._text.rfind("</")
        spaces = (("v", _V), ("o", _O), ("x", _X))
        root = self._text[: self._text.find(">") + 1] if not self._text.startswith("<?") else self._text[:close]
        missing = "".join(f' xmlns:{p}="{uri}"' for p, uri in spaces if not re.search(rf"xmlns:{p}\s*=\s*[\"']{uri}[\"']", root))
        made = _BOX % (missing, number, number % _BLOCK, anchor, ref.row - 1, ref.column - 1)
        if not _HAS_TYPE.search(self._text):
            made = _TYPE % missing + made
        self._text = self._text[:close] + made + self._text[close:]

    def resize(self, ref: Ref, anchor: str) -> None:
        shape = self._find(ref)
        if shape is not None:
            self._text = (
                self._text[: shape.start()] + _ANCHOR.sub(rf"\g<1>{anchor}\2", shape[0], count=1) + self._text[shape.end() :]
            )

    def remove(self, ref: Ref) -> None:
        """The box of a cell's note goes, and with the last one the type that `add` gave it."""
        shape = self._find(ref)
        if shape is None:
            return
        self._text = self._text[: shape.start()] + self._text[shape.end() :]
        if not _USES_TYPE.search(self._text):
            self._text = re.sub(re.escape(_TYPE).replace("%s", "[^>]*?"), "", self._text)

    def _free_id(self) -> int:
        used = {int(n) for n in _ID.findall(self._text)}
        id_map = _ID_MAP.search(self._text)
        own = [int(n) for n in re.findall(r"\d+", id_map[2])] if id_map else sorted({n // _BLOCK for n in used}) or [1]
        for block in own:
            in_block = [n for n in used if n // _BLOCK == block]
            number = max(in_block, default=block * _BLOCK) + 1
            if number < (block + 1) * _BLOCK:
                return number
        block = max(*own, *(n // _BLOCK for n in used), 0) + 1
        if id_map:
            self._text = f"{self._text[: id_map.end()]},{block}{self._text[id_map.end() :]}"
        return block * _BLOCK + 1


def _decoded(data: bytes) -> tuple[str, str]:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16-le" if data[0] == 0xFF else "utf-16-be"
        return data.decode(encoding), encoding
    return data.decode("latin-1"), "latin-1"


# how large, and where

_WIDTH = 300  # pixels: about 23 Chinese characters of 9 points
_HALF_WIDTHS = 46
_LINE, _PADDING, _LOWEST, _HIGHEST = 16, 14, 62, 800
_GAP, _RISE = 15, 10  # right of the cell and a little above it, as Excel puts them


class Place(NamedTuple):
    """A point of the sheet: column and row from 0, and pixels into them."""

    column: int
    dx: int
    row: int
    dy: int


class Geometry:
    """Widths of columns and heights of rows of a parsed sheet, in pixels at 96 dpi."""

    def __init__(self, root: Element) -> None:
        ns = namespace(root)
        usual = root.find(ns + "sheetFormatPr")
        width, height = 9.140625, 15.0
        zero = False
        if usual is not None:
            width = float(usual.get("defaultColWidth") or width)
            height = float(usual.get("defaultRowHeight") or height)
            zero = usual.get("zeroHeight") in ("1", "true")
        self._width = _pixels_wide(width)
        self._height = 0 if zero else _pixels_high(height)
        self._columns: list[tuple[int, int, int]] = []
        self._last_column, self._last_row = LAST_COLUMN, LAST_ROW
        for column in root.iterfind(f"{ns}cols/{ns}col"):
            first, last = int(column.get("min", "1")), int(column.get("max", "1"))
            hidden = column.get("hidden") in ("1", "true")
            self._columns.append((first, last, 0 if hidden else _pixels_wide(float(column.get("width") or width))))
            if hidden and last >= LAST_COLUMN:
                self._last_column = max(first - 1, 1)  # forms often hide all that they do not use
        self._rows: dict[int, int] = {}
        number = 0
        for row in root.iterfind(f"{ns}sheetData/{ns}row"):
            number = int(row.get("r") or number + 1)
            if row.get("hidden") in ("1", "true"):
                self._rows[number] = 0
            elif (own := row.get("ht")) or zero:
                self._rows[number] = _pixels_high(float(own or height))
        if zero:
            self._last_row = max((n for n, pixels in self._rows.items() if pixels), default=1)
        merged = [m.get("ref", "A1").replace("$", "") for m in root.iterfind(f"{ns}mergeCells/{ns}mergeCell")]
        self._merged = {text.partition(":")[0]: text for text in reversed(merged)}

    def column(self, number: int) -> int:
        return next((pixels for first, last, pixels in self._columns if first <= number <= last), self._width)

    def row(self, number: int) -> int:
        return self._rows.get(number, self._height)

    def anchor(self, ref: Ref, text: str) -> str:
        """The box of a cell's note as x:Anchor says it: right of the cell (of all that is merged with it), inside the
        sheet."""
        height = min(max(wrapped_lines(text, _HALF_WIDTHS) * _LINE + _PADDING, _LOWEST), _HIGHEST)
        last = area(self._merged.get(str(ref), str(ref)))[1].column
        beside = last < self._last_column
        left, dx = self._right(last + 1 if beside else last, _GAP if beside else 0)
        right, dx_end = self._right(left, dx + _WIDTH)
        if not beside or self._ends(right, dx_end, self._last_column, self.column):
            left, dx = self._left(ref.column, _WIDTH + _GAP)
            right, dx_end = self._right(left, dx + _WIDTH)
        top, dy = self._up(ref.row, _RISE)
        bottom, dy_end = self._down(top, dy + height)
        if self._ends(bottom, dy_end, self._last_row, self.row):
            top, dy = self._up(self._last_row, max(height - self.row(self._last_row), 0))
            bottom, dy_end = self._down(top, dy + height)
        return f"{left - 1}, {dx}, {top - 1}, {dy}, {right - 1}, {dx_end}, {bottom - 1}, {dy_end}"

    @staticmethod
    def _ends(number: int, pixels: int, last: int, size: Callable[[int], int]) -> bool:
        """Whether the last column or row is used up."""
        return number >= last and pixels >= size(last)

    def _right(self, column: int, pixels: int) -> tuple[int, int]:
        while column < self._last_column and pixels >= self.column(column):
            pixels -= self.column(column)
            column += 1
        return column, min(pixels, self.column(column))

    def _left(self, column: int, pixels: int) -> tuple[int, int]:
        while column > 1 and pixels > 0:
            column -= 1
            pixels -= self.column(column)
        return column, max(-pixels, 0)

    def _down(self, row: int, pixels: int) -> tuple[int, int]:
        while row < self._last_row and pixels >= self.row(row):
            pixels -= self.row(row)
            row += 1
        return row, min(pixels, self.row(row))

    def _up(self, row: int, pixels: int) -> tuple[int, int]:
        while row > 1 and pixels > 0:
            row -= 1
            pixels -= self.row(row)
        return row, max(-pixels, 0)


def _pixels_high(points: float) -> int:
    return round(points * 96 / 72)


def _pixels_wide(characters: float) -> int:
    """A width as a file tells it, which includes the cell's margins."""
    return int(characters * 7 + 0.5)


class _Widths(dict[str, int]):
    """How many half-width characters a character takes; each is looked up once."""

    def __missing__(self, character: str) -> int:
        width = self[character] = 2 if unicodedata.east_asian_width(character) in "WFA" else 1
        return width


_WIDTHS = _Widths()


def wrapped_lines(text: str, width: int) -> int:
    """How many lines a text takes at a width in half-width characters; a Chinese character is two of them."""
    total = 0
    for line in text.split("\n"):
        if 2 * len(line) <= width:  # however wide its characters are
            total += 1
            continue
        needed = sum(map(_WIDTHS.__getitem__, line))
        total += max(1, -(-needed // max(width, 2)))
    return total
