"""A .docx as a `Document`: the accepted state of tracked changes, without hidden text, with text boxes, content controls and
nested tables, and with the numbers that Word prints before the paragraphs of a list."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from lxml import etree

from xlprocess.errors import Unreadable
from xlprocess.word.document import Block, Cell, Document, Grid, Origin, Paragraph
from xlprocess.word.guard import guard_document
from xlprocess.word.marks import DERIVED, SECTION
from xlprocess.word.numbering import Numbering, W

MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_GONE = frozenset(
    (f"{W}del", f"{W}moveFrom", f"{W}delText", f"{W}instrText", f"{W}delInstrText", f"{W}rPr", f"{W}pPr", f"{W}rt", f"{W}tblPr")
)
_BLANKS = {f"{W}tab": "\t", f"{W}cr": "\n", f"{W}noBreakHyphen": "-", f"{W}ptab": "\t"}
_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_WIDEST = 1_000  # columns of a table's lattice

Element = Any
"""An element of lxml."""


def open_docx(data: bytes, name: str) -> Document:
    """The document in the bytes of a .docx. Raises Unreadable."""
    parts = guard_document(data, name)
    if _STRICT.encode() in parts[parts.workbook][:4000]:
        raise Unreadable(
            "other_format", f"无法导入 {name}：这是“严格 Open XML”格式。请在 Word 中另存为普通的“Word 文档（.docx）”后再运行。"
        )
    import docx
    from docx.opc.constants import RELATIONSHIP_TYPE as KIND
    from docx.opc.exceptions import OpcError

    try:
        part = docx.Document(BytesIO(data)).part
        related = {r.reltype: r.target_part.blob for r in part.rels.values() if not r.is_external and r.reltype in _wanted(KIND)}
    except (OpcError, KeyError, ValueError, etree.LxmlError) as error:
        raise Unreadable(
            "damaged",
            f"无法导入 {name}：文件已损坏，或不是普通的 .docx 文档。请用 Word 或 WPS 打开后另存为 .docx，再运行。",
        ) from error
    numbering, styles, footnotes, endnotes = (_parsed(related.get(kind)) for kind in _wanted(KIND))
    reader = _Reader(Numbering(numbering, styles), styles)
    reader.read(part.element.body)
    for notes in (footnotes, endnotes):
        reader.read_notes(notes)
    return Document(name, reader.blocks, exact=reader.exact, lost=reader.lost)


def _wanted(kind: Any) -> tuple[str, ...]:
    return (kind.NUMBERING, kind.STYLES, kind.FOOTNOTES, kind.ENDNOTES)


def _parsed(blob: bytes | None) -> Element:
    return None if blob is None else etree.fromstring(blob, etree.XMLParser(resolve_entities=False, no_network=True))


class _Reader:
    def __init__(self, numbering: Numbering, styles: Element) -> None:
        self.numbering = numbering
        self.blocks: list[Block] = []
        self.lost: list[tuple[Origin, str]] = []
        self.tables = 0
        self.counted = 0
        self.inside: Origin | None = None
        self.hidden = _hidden_styles(styles)
        ids = {s.get(f"{W}styleId") for s in styles.iter(f"{W}style")} if styles is not None else set()
        self.exact = SECTION in ids

    def read(self, body: Element) -> None:
        joined = ""  # a paragraph whose mark was deleted runs on in the next one
        for element in _blocks(body):
            if element.tag == f"{W}tbl":
                self.read_table(element)
            elif element.tag == f"{W}altChunk":
                self.lost.append((Origin(paragraph=self.counted + 1), "插入的外部文件"))
            else:
                self.counted += 1
                origin = Origin(paragraph=self.counted)
                paragraph, boxes = self.paragraph(element, origin)
                if _is_mark_deleted(element):
                    joined += paragraph.text
                else:
                    paragraph.text, joined = joined + paragraph.text, ""
                    self.blocks.append(paragraph)
                for box in boxes:
                    self.read_box(box, origin)
        if joined:
            self.blocks.append(Paragraph(joined, Origin(paragraph=self.counted)))

    def read_box(self, box: Element, origin: Origin) -> None:
        """A text box outside all tables: its paragraphs count as those of the place where it is anchored."""
        for element in _blocks(box):
            if element.tag == f"{W}tbl":
                self.read_table(element)
                continue
            paragraph, boxes = self.paragraph(element, origin)
            self.blocks.append(paragraph)
            for inner in boxes:
                self.read_box(inner, origin)

    def read_notes(self, notes: Element) -> None:
        for note in notes if notes is not None else ():
            if note.get(f"{W}type") in (None, "normal"):
                text = "".join(self.paragraph(p, Origin())[0].text for p in note.iter(f"{W}p")).strip()
                if text:
                    self.lost.append((Origin(note="脚注"), text))

    # ---- paragraphs

    def paragraph(self, element: Element, origin: Origin) -> tuple[Paragraph, list[Element]]:
        properties = element.find(f"{W}pPr")
        named = properties.find(f"{W}pStyle") if properties is not None else None
        style = named.get(f"{W}val") if named is not None else None
        pieces: list[str] = []
        boxes: list[Element] = []
        marks: list[bool] = []
        self.collect(element, style in self.hidden, pieces, boxes, marks)
        text = "".join(pieces)
        prefix = self.numbering.prefix(properties, style)
        return Paragraph(prefix + text, origin, style, derived=bool(marks) and all(marks)), boxes

    def collect(self, element: Element, hidden: bool, pieces: list[str], boxes: list[Element], marks: list[bool]) -> None:
        for child in element:
            tag = child.tag
            if tag in _GONE or not isinstance(tag, str):
                continue
            if tag == f"{W}r":
                if not self.is_hidden(child, hidden):
                    before = len(pieces)
                    self.collect(child, hidden, pieces, boxes, marks)
                    if any(p.strip() for p in pieces[before:]):
                        named = child.find(f"{W}rPr/{W}rStyle")
                        marks.append(named is not None and named.get(f"{W}val") == DERIVED)
            elif tag == f"{W}t" or tag.endswith("/math}t"):
                pieces.append(child.text or "")
            elif tag in _BLANKS:
                pieces.append(_BLANKS[tag])
            elif tag == f"{W}br":
                pieces.append("\n" if child.get(f"{W}type", "textWrapping") == "textWrapping" else "")
            elif tag == f"{W}sym":
                pieces.append(_symbol(child.get(f"{W}char", "")))
            elif tag == f"{MC}AlternateContent":
                chosen = child.find(f"{MC}Choice")
                fallback = child.find(f"{MC}Fallback")
                inner = chosen if chosen is not None and len(chosen) else fallback
                if inner is not None:
                    self.collect(inner, hidden, pieces, boxes, marks)
            elif tag == f"{W}txbxContent":
                boxes.append(child)
            elif tag == f"{W}sdt":
                if not _is_placeholder(child):
                    self.collect(child, hidden, pieces, boxes, marks)
            elif tag != f"{W}tbl" and tag != f"{W}p":
                self.collect(child, hidden, pieces, boxes, marks)

    def is_hidden(self, run: Element, hidden: bool) -> bool:
        properties = run.find(f"{W}rPr")
        if properties is None:
            return hidden
        switch = properties.find(f"{W}vanish")
        if switch is not None:
            return switch.get(f"{W}val", "1") not in ("0", "false", "off")
        named = properties.find(f"{W}rStyle")
        return hidden or (named is not None and named.get(f"{W}val") in self.hidden)

    # ---- tables

    def read_table(self, element: Element) -> None:
        self.tables += 1
        number = self.tables
        grid = Grid(number, [], [], self.inside)
        at = len(self.blocks)
        self.blocks.append(grid)
        open_cells: dict[int, Cell] = {}
        for row in _rows(element):
            top = len(grid.cells)
            line: list[Cell | None] = []
            properties = row.find(f"{W}trPr")
            line.extend([None] * _number(properties, "gridBefore"))
            for ordinal, tc in enumerate(_cells(row), 1):
                found = tc.find(f"{W}tcPr")
                span = min(max(_number(found, "gridSpan"), 1), _WIDEST)
                merge = found.find(f"{W}vMerge") if found is not None else None
                left = len(line)
                if left + span > _WIDEST:
                    break
                goes_on = merge is not None and merge.get(f"{W}val", "continue") == "continue"
                cell = open_cells.get(left) if goes_on else None
                if cell is not None and cell.right == left + span - 1 and cell.bottom == top - 1:
                    cell.bottom = top
                    self.skip(tc)
                elif found is not None and _is_side_merged(found) and line and line[-1] is not None:
                    cell = line[-1]
                    cell.right = left + span - 1
                    self.skip(tc)
                else:
                    cell = self.cell(tc, top, left, left + span - 1, Origin(number, top + 1, ordinal, None, self.inside))
                line.extend([cell] * span)
                open_cells[left] = cell
            grid.cells.append(line)
        width = max(map(len, grid.cells), default=0)
        for line in grid.cells:
            line.extend([None] * (width - len(line)))
        grid.widths = _widths(element, width)
        if not width:
            del self.blocks[at]

    def skip(self, tc: Element) -> None:
        """What stands in a cell that is merged into another is not shown; its lists count on."""
        for p in tc.iter(f"{W}p"):
            self.paragraph(p, Origin())

    def cell(self, tc: Element, top: int, left: int, right: int, origin: Origin) -> Cell:
        outside, self.inside = self.inside, origin
        paragraphs: list[Paragraph] = []
        joined = ""
        waiting = list(_blocks(tc))
        while waiting:
            element = waiting.pop(0)
            if element.tag == f"{W}tbl":
                self.read_table(element)
                continue
            paragraph, boxes = self.paragraph(element, origin)
            if _is_mark_deleted(element) and waiting:
                joined += paragraph.text
                continue
            paragraph.text, joined = joined + paragraph.text, ""
            paragraphs.append(paragraph)
            for box in reversed(boxes):
                waiting[:0] = list(_blocks(box))
        self.inside = outside
        return Cell(top, top, left, right, paragraphs, origin, exact=self.exact)


def _blocks(container: Element) -> Iterator[Element]:
    """Paragraphs and tables, those in content controls and other wrappers included."""
    for child in container:
        if child.tag in (f"{W}p", f"{W}tbl", f"{W}altChunk"):
            yield child
        elif child.tag == f"{W}sdt":
            if not _is_placeholder(child):
                content = child.find(f"{W}sdtContent")
                yield from _blocks(content) if content is not None else ()
        elif child.tag in (f"{W}customXml", f"{W}ins", f"{W}moveTo", f"{W}smartTag"):
            yield from _blocks(child)


def _inner(container: Element, tag: str) -> Iterator[Element]:
    for child in container:
        if child.tag == tag:
            yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}customXml", f"{W}ins", f"{W}moveTo"):
            yield from _inner(child, tag)


def _rows(table: Element) -> Iterator[Element]:
    for row in _inner(table, f"{W}tr"):
        properties = row.find(f"{W}trPr")
        if properties is None or all(properties.find(f"{W}{gone}") is None for gone in ("del", "moveFrom", "hidden")):
            yield row


def _cells(row: Element) -> Iterator[Element]:
    for cell in _inner(row, f"{W}tc"):
        properties = cell.find(f"{W}tcPr")
        if properties is None or properties.find(f"{W}cellDel") is None:
            yield cell


def _number(properties: Element, name: str) -> int:
    found = properties.find(f"{W}{name}") if properties is not None else None
    text = found.get(f"{W}val", "0") if found is not None else "0"
    return min(int(text), _WIDEST) if text.isdecimal() and len(text) < 9 else 0


def _widths(table: Element, width: int) -> list[float]:
    columns = [c.get(f"{W}w", "") for c in table.iterfind(f"{W}tblGrid/{W}gridCol")]
    if len(columns) != width or not all(c.isdecimal() and int(c) > 0 for c in columns):
        return [1.0] * width
    return [float(c) for c in columns]


def _is_side_merged(properties: Element) -> bool:
    merge = properties.find(f"{W}hMerge")
    return merge is not None and merge.get(f"{W}val", "continue") == "continue"


def _is_mark_deleted(paragraph: Element) -> bool:
    mark = paragraph.find(f"{W}pPr/{W}rPr")
    return mark is not None and (mark.find(f"{W}del") is not None or mark.find(f"{W}moveFrom") is not None)


def _is_placeholder(control: Element) -> bool:
    """A content control that shows its own hint (单击此处输入文字): nobody has written in it."""
    hint = control.find(f"{W}sdtPr/{W}showingPlcHdr")
    return hint is not None and hint.get(f"{W}val", "1") not in ("0", "false", "off")


def _symbol(code: str) -> str:
    try:
        number = int(code, 16)
    except ValueError:
        return ""
    return "□" if 0xF000 <= number <= 0xF0FF else chr(number) if 31 < number < 0xD800 else ""


def _hidden_styles(styles: Element) -> frozenset[str]:
    """The styles that hide text, by themselves or by what they are based on."""
    if styles is None:
        return frozenset()
    own: dict[str, bool | None] = {}
    based: dict[str, str | None] = {}
    for style in styles.iter(f"{W}style"):
        name = style.get(f"{W}styleId", "")
        switch = style.find(f"{W}rPr/{W}vanish")
        own[name] = None if switch is None else switch.get(f"{W}val", "1") not in ("0", "false", "off")
        base = style.find(f"{W}basedOn")
        based[name] = base.get(f"{W}val") if base is not None else None
    hidden: set[str] = set()
    for name in own:
        at: str | None = name
        for _ in range(20):
            if at is None or own.get(at) is not None:
                break
            at = based.get(at)
        if at is not None and own.get(at):
            hidden.add(name)
    return frozenset(hidden)
