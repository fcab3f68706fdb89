"""The formulas of a sheet, which the reader of values leaves out.

A sheet part is looked through as bytes, which is several times faster than parsing it. Where it is written in a way
that this look might misread, it is parsed; both give the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from xlprocess.books.book import Formula, Ref, letters
from xlprocess.books.package import MAIN, STRICT_MAIN, DamagedError, Element, namespace, parse

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384

_REF = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_COLUMNS: dict[str, int] = {}


def reference(text: str) -> Ref:
    """`B7` → Ref(7, 2). DamagedError for anything else."""
    match = _REF.fullmatch(text)
    if match is None:
        raise DamagedError(f"no cell reference: {text!r}")
    return Ref(int(match[2]), column_number(match[1]))


def column_number(name: str) -> int:
    """A → 1, AA → 27."""
    if name not in _COLUMNS:
        number = 0
        for letter in name:
            number = number * 26 + ord(letter) - 64
        _COLUMNS[name] = number  # at most 18 278 of them
    return _COLUMNS[name]


def area(text: str) -> tuple[Ref, Ref]:
    """`B7` or `B7:C9` → its first and its last cell."""
    first, _, last = text.replace("$", "").partition(":")
    return reference(first), reference(last or first)


class _Found(NamedTuple):
    """A formula as it is stored: a member of a shared group has no text of its own."""

    ref: Ref
    kind: str
    group: str
    formula: Formula


class _OddError(Exception):
    """The sheet is written in a way that the quick look might misread."""


def scan(data: bytes, known: Sequence[tuple[int, int]] | None = None) -> dict[Ref, Formula]:
    """The formulas of a sheet part. A member of a shared group gets its text translated to its own cell; an array
    formula stands at its first cell only. `known`: where they are written, when the guard has found that (from the name of the tag
    to the end of the text), and no comment, instruction or name space among the rows."""
    try:
        return _resolved(_quick(data, known))
    except _OddError:
        return _resolved(_thorough(data))


def _resolved(found: Iterable[_Found]) -> dict[Ref, Formula]:
    formulas: dict[Ref, Formula] = {}
    masters: dict[str, tuple[Ref, str]] = {}
    early: list[_Found] = []
    for item in found:
        ref, kind, group, formula = item
        if kind != "shared":
            formulas[ref] = formula
        elif formula.text:
            masters[group] = ref, formula.text
            formulas[ref] = formula
        elif group in masters:
            master, text = masters[group]
            formulas[ref] = Formula(translated(text, master, ref), formula.has_value)
        else:
            early.append(item)  # before its master: no program writes that, but it can be read
    for ref, _, group, formula in early:
        master, text = masters.get(group, (ref, ""))
        formulas[ref] = Formula(translated(text, master, ref), formula.has_value)
    return formulas


# the quick look

_ROOT = re.compile(rb"<worksheet\s[^<>]*?\bxmlns\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_ENCODING = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)")
_BEGINS = re.compile(rb"<(f(?=[\s/>])[^<>]*>[^<]*)")
_FORMULA = re.compile(rb"(f[^<>]*>(?:[^<]*</f\s*>)?)\s*(?:<v(?=[\s/>])[^<>]*?(?:/>|>([^<]*)</v\s*>)|(</c\s*>))")
_EMPTY, _NONE, _STORED = b"</f><v></v>", b"</f></c>", b"</f><v>"  # as most are written: no pattern is needed
_TAG = ord("<")
_PARTS = re.compile(rb"<f([^<>]*)>([^<]*)")
_CELL = re.compile(rb"<c((?:\s+[\w:.-]+=\"[^\"<>&]*\")+)\s*>\s*")
_PLACE = re.compile(rb"\sr=\"([A-Z]{1,3})([1-9][0-9]{0,6})\"")
_SHOWS_TEXT = re.compile(rb"\st=\"str\"")
_ATTRIBUTES = re.compile(rb"(?:\s+[\w:.-]+=\"[^\"<>&]*\")*\s*/?")
_ATTRIBUTE = re.compile(rb"([\w:.-]+)=\"([^\"]*)\"")

_ODD = ((b"!", b"<!"), (b"?", b"<?"), (b"x", b"xmlns"), (b":", b":AlternateContent"))


def _quick(data: bytes, known: Sequence[tuple[int, int]] | None = None) -> list[_Found]:
    if known is not None and not known:
        return []
    start = data.find(b"<sheetData")
    if start < 0:
        raise _OddError
    head = data[:start]
    root, encoding = _ROOT.search(head), _ENCODING.match(head)
    if root is None or (root[1] or root[2]).decode("latin-1") not in (MAIN, STRICT_MAIN) or b"<!" in head:
        raise _OddError
    if head.count((root[1] or root[2]) + root[0][-1:]) != 1 or (encoding and encoding[1].lower() != b"utf-8"):
        raise _OddError
    spans = _spans(data, start) if known is None else known
    found = []
    for first, last in spans:
        at = data.rfind(b"<c", start, first)
        if at < 0:
            raise _OddError
        stored: bool | None = True
        if data.startswith(_EMPTY, last):
            stored = False
        elif data.startswith(_NONE, last):
            stored = None
        elif not data.startswith(_STORED, last) or data[last + len(_STORED)] == _TAG:
            match = _FORMULA.match(data, first)
            if match is None:
                raise _OddError
            last, stored = match.end(1), None if match[3] else bool(match[2])
        key = data[at:first], last - first, stored
        kept = _remembered.get(key)
        if kept is None or not data.startswith(kept[0], first):
            if len(_remembered) >= _MOST_REMEMBERED:
                _remembered.clear()
            kept = _remembered[key] = data[first:last], _told(data[at:last], stored)
        if kept[1] is not None:
            found.append(kept[1])
    return found


def _spans(data: bytes, start: int) -> list[tuple[int, int]]:
    end = data.rfind(b"</sheetData>")
    if end < 0:
        if data.startswith(b"<sheetData/>", start):
            return []
        raise _OddError
    spans = [match.span(1) for match in _BEGINS.finditer(data, start, end)]
    for sign, odd in _ODD if spans else ():
        # a single sign is looked for ten times as fast as two, and the first two are hardly ever there
        if data.find(sign, start, end) >= 0 and data.find(odd, start, end) >= 0:
            raise _OddError
    return spans


_remembered: dict[tuple[bytes, int, bool | None], tuple[bytes, _Found | None]] = {}
"""The workbooks of a batch are of one form: most of their formulas are the same bytes. Each is kept by its cell and its length:
to compare it takes a tenth of the time of a key made of it."""
_MOST_REMEMBERED = 1 << 14


def _told(written: bytes, is_stored: bool | None) -> _Found | None:
    """The formula that is written from a cell's start tag on. `is_stored`: None without a `v`, False for an empty one."""
    parts = _PARTS.search(written)
    if parts is None:
        raise _OddError
    cell, attributes, text = written[: parts.start()], *parts.groups()
    start = _CELL.fullmatch(cell)
    ref = _PLACE.search(cell)
    if start is None or ref is None:
        raise _OddError
    kind = group = ""
    if attributes:
        if _ATTRIBUTES.fullmatch(attributes) is None:
            raise _OddError
        mine = dict(_ATTRIBUTE.findall(attributes))
        kind, group = mine.get(b"t", b"").decode(), mine.get(b"si", b"").decode()
    if not text and kind not in ("shared", "array", "dataTable"):
        return None
    has_value = bool(is_stored) or (is_stored is False and _SHOWS_TEXT.search(cell) is not None)
    return _Found(Ref(int(ref[2]), column_number(ref[1].decode())), kind, group, Formula(_text(text), has_value))


_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"))
_CHARACTER = re.compile(r"&#(?:x([0-9a-fA-F]+)|([0-9]+));")


def _text(written: bytes) -> str:
    try:
        text = written.decode()
    except UnicodeDecodeError as error:
        raise _OddError from error
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "&" not in text:
        return text
    for entity, character in _ENTITIES:
        text = text.replace(entity, character)
    if "&#" in text:
        text = _CHARACTER.sub(lambda m: "&amp;" if (c := chr(int(m[1] or m[2], 16 if m[1] else 10))) == "&" else c, text)
    if text.count("&") != text.count("&amp;"):
        raise _OddError  # an entity that only the parser may know
    return text.replace("&amp;", "&")


# the thorough one


def _thorough(data: bytes) -> Iterator[_Found]:
    root = parse(data)
    ns = namespace(root)
    for ref, cell in cells(root):
        formula = cell.find(ns + "f")
        if formula is None:
            continue
        text, kind = formula.text or "", formula.get("t", "")
        if not text and kind not in ("shared", "array", "dataTable"):
            continue
        value = cell.find(ns + "v")
        has_value = value is not None and (bool(value.text) or cell.get("t") == "str")
        yield _Found(ref, kind, formula.get("si", ""), Formula(text, has_value))


def cells(root: Element) -> Iterator[tuple[Ref, Element]]:
    """The cells of a parsed sheet and where they stand: rows and cells that do not say so follow the one before."""
    ns = namespace(root)
    row_number = 0
    for row in root.iterfind(f"{ns}sheetData/{ns}row"):
        row_number = int(row.get("r") or row_number + 1)
        column = 0
        for cell in row.iterfind(ns + "c"):
            written = cell.get("r")
            ref = reference(written) if written else Ref(row_number, column + 1)
            column = ref.column
            yield ref, cell


_ERROR = re.compile(rb"#(?=[A-Z])")  # not the # of a number format
_BEFORE_A_VALUE = frozenset(b"> \t\r\n")  # an error in a formula stands behind something else


def errors(values: bytes) -> dict[Ref, str]:
    """The cells of a sheet part (its formulas may be left out) that show an error, such as #DIV/0!: the reader of values takes
    them for blank."""
    if not _may_show_an_error(values) or (b't="e"' not in values and b"t='e'" not in values):
        return {}
    root = parse(values)
    value = namespace(root) + "v"
    return {ref: cell.findtext(value) or "" for ref, cell in cells(root) if cell.get("t") == "e"}


def _may_show_an_error(data: bytes) -> bool:
    end = data.rfind(b"</sheetData>")
    end = len(data) if end < 0 else end
    if data.find(b"#", 0, end) < 0:  # ten times as fast as a pattern
        return False
    return any(data[found.start() - 1] in _BEFORE_A_VALUE for found in _ERROR.finditer(data, 1, end))


# moving a formula

_PIECES = re.compile(
    r"""
    "(?:[^"]|"")*"                                            # a text
    | '(?:[^']|'')*'                                          # a quoted sheet
    | \[(?:[^\[\]]|\[[^\[\]]*\])*\]                           # a column of a table, another workbook
    | [\w.]+:[\w.]+(?=!)                                      # sheets from : to
    | (?<![\w.$:])(\$?)([A-Za-z]{1,3}):(\$?)([A-Za-z]{1,3})(?![\w.$(!:])    # whole columns
    | (?<![\w.$:])(\$?)([0-9]+):(\$?)([0-9]+)(?![\w.$(!:])                  # whole rows
    | (\$?)([A-Za-z]{1,3})(\$?)([0-9]{1,7})(?![\w.$(!\\?])                  # a cell
    | [\w.$\\?]+                                              # a name, a number, a function
    """,
    re.VERBOSE,
)


@lru_cache(maxsize=1 << 12)  # the workbooks of a batch are of one form: they share the same formulas
def translated(text: str, origin: Ref, to: Ref) -> str:
    """A formula of `origin` as it reads at `to`: what is relative moves along; what leaves the sheet becomes #REF!."""
    down, right = to.row - origin.row, to.column - origin.column
    if not (down or right):
        return text

    def moved(match: re.Match[str]) -> str:
        parts = match.groups()
        if parts[1] is not None:
            return _joined(":", _column(parts[0], parts[1], right), _column(parts[2], parts[3], right))
        if parts[5] is not None:
            return _joined(":", _row(parts[4], parts[5], down), _row(parts[6], parts[7], down))
        if parts[9] is not None:
            if not (0 < column_number(parts[9].upper()) <= LAST_COLUMN and 0 < int(parts[11]) <= LAST_ROW):
                return match[0]  # beyond the sheet, so a name
            return _joined("", _column(parts[8], parts[9], right), _row(parts[10], parts[11], down))
        return match[0]

    return _PIECES.sub(moved, text)


def _joined(between: str, first: str | None, last: str | None) -> str:
    return "#REF!" if first is None or last is None else f"{first}{between}{last}"


def _column(fixed: str, name: str, right: int) -> str | None:
    number = column_number(name.upper()) + (0 if fixed else right)
    return f"{fixed}{letters(number)}" if 0 < number <= LAST_COLUMN else None


def _row(fixed: str, written: str, down: int) -> str | None:
    number = int(written) + (0 if fixed else down)
    return f"{fixed}{number}" if 0 < number <= LAST_ROW else None
