"""The elements of a Word document's XML: what counts as a row or a cell, what is merged, deleted or only shown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from xlprocess.word.numbering import W

OBJECTS = frozenset((f"{W}drawing", f"{W}pict", f"{W}object"))
_SHOWN = {"blip": "图片", "imagedata": "图片", "chart": "图表", "relIds": "图形", "OLEObject": "嵌入的对象"}
_DRAWN = frozenset(("wsp", "wgp", "wpc"))
_TICKED = {0xFE: "☑", 0x52: "☑", 0x53: "☒", 0xFD: "☒", 0xFC: "√", 0xFB: "×"}
"""In Wingdings and Wingdings 2."""
WIDEST = 1_000  # columns of a table's lattice
Element = Any
"""An element of lxml."""


def blocks(container: Element) -> Iterator[Element]:
    """Paragraphs and tables, those in content controls and other wrappers included."""
    for child in container:
        if child.tag in (f"{W}p", f"{W}tbl", f"{W}altChunk"):
            yield child
        elif child.tag == f"{W}sdt":
            if not is_placeholder(child):
                content = child.find(f"{W}sdtContent")
                yield from blocks(content) if content is not None else ()
        elif child.tag in (f"{W}customXml", f"{W}ins", f"{W}moveTo", f"{W}smartTag"):
            yield from blocks(child)


def inner(container: Element, tag: str) -> Iterator[Element]:
    for child in container:
        if child.tag == tag:
            yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}customXml", f"{W}ins", f"{W}moveTo"):
            yield from inner(child, tag)


def rows(table: Element) -> Iterator[Element]:
    for row in inner(table, f"{W}tr"):
        properties = row.find(f"{W}trPr")
        if properties is None or all(properties.find(f"{W}{gone}") is None for gone in ("del", "moveFrom", "hidden")):
            yield row


def cells(row: Element) -> Iterator[Element]:
    for cell in inner(row, f"{W}tc"):
        properties = cell.find(f"{W}tcPr")
        if properties is None or properties.find(f"{W}cellDel") is None:
            yield cell


def things_shown(element: Element) -> list[str]:
    """What a drawing shows that is no text: one word for the most telling of it. A shape that is only drawn shows nothing."""
    names = [etree.QName(e).localname for e in element.iter() if isinstance(e.tag, str)]
    found = sorted({_SHOWN[n] for n in names if n in _SHOWN})
    if element.tag == f"{W}object":
        return ["嵌入的对象"]
    if not found and element.tag == f"{W}drawing" and not _DRAWN & set(names):
        return ["图片"]
    return found[:1]


def setting(properties: Element, name: str) -> int:
    found = properties.find(f"{W}{name}") if properties is not None else None
    text = found.get(f"{W}val", "0") if found is not None else "0"
    return min(int(text), WIDEST) if text.isdecimal() and len(text) < 9 else 0


def widths(table: Element, width: int) -> list[float]:
    columns = [c.get(f"{W}w", "") for c in table.iterfind(f"{W}tblGrid/{W}gridCol")]
    if len(columns) != width or not all(c.isdecimal() and int(c) > 0 for c in columns):
        return [1.0] * width
    return [float(c) for c in columns]


def is_side_merged(properties: Element) -> bool:
    merge = properties.find(f"{W}hMerge")
    return merge is not None and merge.get(f"{W}val", "continue") == "continue"


def is_mark_deleted(paragraph: Element) -> bool:
    mark = paragraph.find(f"{W}pPr/{W}rPr")
    return mark is not None and (mark.find(f"{W}del") is not None or mark.find(f"{W}moveFrom") is not None)


def is_placeholder(control: Element) -> bool:
    """A content control that shows its own hint (单击此处输入文字): nobody has written in it."""
    hint = control.find(f"{W}sdtPr/{W}showingPlcHdr")
    return hint is not None and hint.get(f"{W}val", "1") not in ("0", "false", "off")


def symbol(code: str) -> str:
    """A character of a font of symbols: boxes for ticking are told apart."""
    try:
        number = int(code, 16)
    except ValueError:
        return ""
    if 0xF000 <= number <= 0xF0FF:
        return _TICKED.get(number & 0xFF, "□")
    return chr(number) if 31 < number < 0xD800 else ""
