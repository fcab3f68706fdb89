"""The styles of a workbook: which numbers show a percentage, and the looks of the sheet 检查结果, appended where they
are missing.

A look is appended as font, fill, border and cell format. One that says the same and is there already is used again, so
that a second run appends nothing; nothing that is there is ever changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy as copy
from typing import NamedTuple

from xlprocess.books.book import Ref, Style
from xlprocess.books.formulas import cells, column_number
from xlprocess.books.package import Edited, Element, namespace, parse
from xlprocess.books.place import insert
from xlprocess.books.remembered import remembered

_PERCENT_BUILT_IN = (9, 10)
_NOT_PRINTED_AS_IS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_SPACING = re.compile(r"_.|\*.")
_TEXT_FORMAT = "49"

_ANY_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_CELL = re.compile(rb"<(?:\w+:)?c((?:\s+[\w:.-]+=\"[^\"<>&]*\")+)\s*/?>")
_REF = re.compile(rb"\sr=\"([A-Z]{1,3})([1-9][0-9]{0,6})\"")
_FORMAT = re.compile(rb"\ss=\"([0-9]+)\"")

_FONT = "微软雅黑"
_FIRST_FONT = re.compile(rb'<(?:\w+:)?fonts\b.*?<(?:\w+:)?name val="([^"]*)"', re.DOTALL)
_CHINESE_FONTS = frozenset(("simsun", "nsimsun", "simhei", "fangsong", "kaiti", "microsoft yahei", "dengxian"))
_DARK, _MUTED, _LINK, _WHITE = "FF1F2937", "FF6B7280", "FF1D4ED8", "FFFFFFFF"


class _Look(NamedTuple):
    size: int = 10
    color: str = _DARK
    bold: bool = False
    underlined: bool = False
    fill: str | None = None
    bordered: bool = True
    centred: bool = False
    wrapped: bool = True
    unlocked: bool = False
    number_format: str = "0"

    @property
    def indent(self) -> int:
        """So far a text stands from the line at its left."""
        return int(self.bordered and not self.centred)


_LOOKS: dict[Style, _Look] = {
    "title": _Look(size=14, bold=True, bordered=False, wrapped=False),
    "subtitle": _Look(color=_MUTED, bordered=False, wrapped=False),
    "head": _Look(color=_WHITE, bold=True, fill="FF2F5C8F", centred=True),
    "text": _Look(),
    "error": _Look(color="FF8C1D18", fill="FFFBE3E1"),
    "warning": _Look(color="FF7A4B00", fill="FFFFF1D0"),
    "notice": _Look(color="FF1E4976", fill="FFE3EEFA"),
    "filled": _Look(color="FF1E5B33", fill="FFE2F3E6"),
    "link": _Look(color=_LINK, underlined=True),
    "input": _Look(fill="FFFFFBE0", unlocked=True, number_format=_TEXT_FORMAT),
    "muted": _Look(size=9, color="FF595F69", wrapped=False),
    "section": _Look(bold=True, fill="FFEDF1F6", wrapped=False),
}


def wraps(style: Style) -> bool:
    """Whether a look breaks its text into lines."""
    return _LOOKS[style].wrapped


def digit_width(data: bytes) -> int:
    """How many pixels a digit is wide in the font that widths of columns are counted in, as Excel draws it at 11 points: a Chinese
    font has wider ones."""
    found = _FIRST_FONT.search(data)
    name = found[1].decode("utf-8", "replace") if found else ""
    return 7 if name.isascii() and name.lower() not in _CHINESE_FONTS else 8


def is_percent(code: str) -> bool:
    """Whether a number format multiplies by a hundred: a % that is not just printed."""
    return "%" in _NOT_PRINTED_AS_IS.sub("", code)


def percent_formats(root: Element) -> set[int]:
    """The numbers of those cell formats (the `s` of a cell) that show a percentage."""
    ns = namespace(root)
    custom = {int(f.get("numFmtId", "0")): f.get("formatCode", "") for f in root.iterfind(f"{ns}numFmts/{ns}numFmt")}
    shows = {number for number in _PERCENT_BUILT_IN if number not in custom}
    shows |= {number for number, code in custom.items() if is_percent(code)}
    formats = root.iterfind(f"{ns}cellXfs/{ns}xf")
    return {at for at, xf in enumerate(formats) if int(xf.get("numFmtId", "0")) in shows}


def digits_padded(code: str) -> int:
    """How many digits a number format of zeros alone (000000) writes at least; 0 for any other."""
    code = _SPACING.sub("", code.partition(";")[0])
    return len(code) if len(code) > 1 and not code.strip("0") else 0


def padded_formats(root: Element) -> dict[int, int]:
    """The numbers of those cell formats that write zeros before a number, with how many digits they write at least."""
    ns = namespace(root)
    custom = {f.get("numFmtId", "0"): digits_padded(f.get("formatCode", "")) for f in root.iterfind(f"{ns}numFmts/{ns}numFmt")}
    formats = enumerate(root.iterfind(f"{ns}cellXfs/{ns}xf"))
    return {at: digits for at, xf in formats if (digits := custom.get(xf.get("numFmtId", "0"), 0))}


def cell_formats(sheet: bytes) -> dict[Ref, int]:
    """The number of the cell format of every cell that a sheet part holds."""
    found = {}
    if len(matches := _CELL.findall(sheet)) == len(_ANY_CELL.findall(sheet)) and b"<!" not in sheet:
        for told in matches:
            if (ref := _REF.search(told)) is None:
                break
            style = _FORMAT.search(told)
            found[Ref(int(ref[2]), column_number(ref[1].decode()))] = int(style[1]) if style else 0
        else:
            return found
    return {ref: int(cell.get("s") or 0) for ref, cell in cells(parse(sheet))}


def blank(main: str) -> bytes:
    """The styles of a workbook that has none: what Excel takes for granted."""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<styleSheet xmlns="{main}"><fonts count="1"><font><sz val="11"/><name val="宋体"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    ).encode()


@remembered
def with_looks(data: bytes) -> tuple[bytes, dict[Style, int]]:
    """A styles part in which no look is missing (the very bytes where none was), and the numbers of their cell formats."""
    edited = Edited(data)
    styles = _Styles(edited.root)
    numbers = {style: styles.number(style) for style in _LOOKS}
    return edited.written(), numbers


@remembered
def with_quoted(data: bytes, numbers: frozenset[int]) -> tuple[bytes, dict[int, int]]:
    """A styles part in which each of these cell formats has a twin whose texts are no formulas whatever they begin with (the
    very bytes where all have), and the numbers of the twins."""
    edited = Edited(data)
    styles = _Styles(edited.root)
    twins = {number: styles.quoted(number) for number in sorted(numbers)}
    return edited.written(), twins


class _Styles:
    """The cell formats of a parsed styles part, to be added to."""

    def __init__(self, root: Element) -> None:
        self._root = root
        self._ns = namespace(root)
        self._shared: dict[tuple[str, object], str] = {}
        self._sections: dict[str, dict[tuple[object, ...], int]] = {}
        self._sizes: dict[str, int] = {}

    def number(self, style: Style) -> int:
        """The number of a look's cell format; appended when there is none like it."""
        return self._format(_LOOKS[style])

    def quoted(self, number: int) -> int:
        """The number of the same cell format with the mark of a typed apostrophe."""
        twin = copy(self._root.findall(f"{self._ns}cellXfs/{self._ns}xf")[number])
        twin.set("quotePrefix", "1")
        return self._place("cellXfs", twin)

    def _format(self, look: _Look) -> int:
        attributes = {
            "numFmtId": look.number_format,
            "fontId": self._once("fonts", (look.bold, look.underlined, look.size, look.color), look, self._font),
            "fillId": self._once("fills", look.fill, look, self._fill),
            "borderId": self._once("borders", look.bordered, look, self._border),
        }
        if self._root.find(f"{self._ns}cellStyleXfs/{self._ns}xf") is not None:
            attributes["xfId"] = "0"
        attributes |= {"applyFont": "1", "applyFill": "1", "applyBorder": "1", "applyAlignment": "1"}
        if look.number_format != "0":
            attributes["applyNumberFormat"] = "1"
        if look.unlocked:
            attributes["applyProtection"] = "1"
        xf = self._made("xf", **attributes)
        vertical = "center" if look.centred or not look.bordered else "top"
        alignment = self._made("alignment", vertical=vertical)
        if look.centred:
            alignment.set("horizontal", "center")
        elif look.indent:
            alignment.set("horizontal", "left")
            alignment.set("indent", str(look.indent))
        if look.wrapped:
            alignment.set("wrapText", "1")
        xf.append(alignment)
        if look.unlocked:
            xf.append(self._made("protection", locked="0"))
        return self._place("cellXfs", xf)

    def _once(self, section: str, said: object, look: _Look, make: Callable[[_Look], Element]) -> str:
        """The place of a font, fill or border; what several looks share (`said` is all that it depends on) is made once."""
        key = (section, said)
        if key not in self._shared:
            self._shared[key] = str(self._place(section, make(look)))
        return self._shared[key]

    def _font(self, look: _Look) -> Element:
        font = self._made("font")
        if look.bold:
            font.append(self._made("b"))
        if look.underlined:
            font.append(self._made("u"))
        font.append(self._made("sz", val=str(look.size)))
        font.append(self._made("color", rgb=look.color))
        font.append(self._made("name", val=_FONT))
        font.append(self._made("family", val="2"))
        font.append(self._made("charset", val="134"))
        return font

    def _fill(self, look: _Look) -> Element:
        fill = self._made("fill")
        pattern = self._made("patternFill", patternType="solid" if look.fill else "none")
        if look.fill:
            pattern.append(self._made("fgColor", rgb=look.fill))
            pattern.append(self._made("bgColor", indexed="64"))
        fill.append(pattern)
        return fill

    def _border(self, look: _Look) -> Element:
        border = self._made("border")
        for side in ("left", "right", "top", "bottom", "diagonal"):
            line = self._made(side)
            if look.bordered and side != "diagonal":
                line.set("style", "thin")
                line.append(self._made("color", rgb="FFD5DAE1"))
            border.append(line)
        return border

    def _made(self, name: str, **attributes: str) -> Element:
        return self._root.makeelement(self._ns + name, attributes)

    def _place(self, section: str, made: Element) -> int:
        """The place of an element in its section, which is made when it is missing. `count`, where it stands, is kept
        right."""
        holder = self._root.find(self._ns + section)
        if holder is None:
            holder = self._made(section, count="0")
            insert(self._root, holder)
            if section == "fills":  # the first two are Excel's own, whatever stands there
                for kind in ("none", "gray125"):
                    fill = self._made("fill")
                    fill.append(self._made("patternFill", patternType=kind))
                    holder.append(fill)
            elif section == "cellXfs":  # the first is that of every cell that names none
                holder.append(self._made("xf", numFmtId="0", fontId="0", fillId="0", borderId="0"))
        known = self._sections.get(section)
        if known is None:
            known = self._sections[section] = {}
            for at, element in enumerate(e for e in holder if isinstance(e.tag, str)):
                known.setdefault(_key(element), at)
            self._sizes[section] = sum(1 for e in holder if isinstance(e.tag, str))
        key = _key(made)
        if key not in known:
            holder.append(made)
            known[key] = self._sizes[section]
            self._sizes[section] += 1
            if holder.get("count") is not None:
                holder.set("count", str(self._sizes[section]))
        return known[key]


def _key(element: Element) -> tuple[object, ...]:
    """Equal for elements that say the same."""
    children = tuple([_key(child) for child in element]) if len(element) else ()
    return (element.tag, tuple(sorted(element.items())), children)
