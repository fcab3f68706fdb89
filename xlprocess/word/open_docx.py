"""A .docx as a `Document`: the accepted state of tracked changes, without hidden text, with text boxes, content controls and
nested tables, and with the numbers that Word prints before the paragraphs of a list."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

from lxml import etree

from xlprocess.errors import Unreadable
from xlprocess.word.document import Block, Cell, Document, Grid, Origin, Paragraph
from xlprocess.word.elements import (
    OBJECTS,
    WIDEST,
    blocks,
    cells,
    is_mark_deleted,
    is_placeholder,
    is_side_merged,
    rows,
    setting,
    symbol,
    things_shown,
    widths,
)
from xlprocess.word.guard import guard_document
from xlprocess.word.ledger import NO_FIELD
from xlprocess.word.looks import Look, Looks
from xlprocess.word.marks import BEHIND, DERIVED, NOTE, SECTION, VALUE
from xlprocess.word.numbering import Numbering, W

MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_GONE = frozenset(
    (f"{W}del", f"{W}moveFrom", f"{W}delText", f"{W}instrText", f"{W}delInstrText", f"{W}rPr", f"{W}pPr", f"{W}rt", f"{W}tblPr")
)
_BLANKS = {f"{W}tab": "\t", f"{W}cr": "\n", f"{W}noBreakHyphen": "-", f"{W}ptab": "\t"}
_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_MARK = re.compile(r"[\[(（【]?(?:注|[0-9０-９]{1,2}|[①-⑳]|\*+|＊+)[0-9]?[\])）】]?")
"""The mark of a note."""
_LETTER = re.compile(r"[A-Za-zµμ㎡]$")
"""A raised digit behind it is a part of a unit: m²."""
_PAGES = re.compile(r"第?\s*[0-9]*\s*页|共\s*[0-9]*\s*页|[0-9]{4}\s*年度?|^[\s\-—–－·.|/0-9]*$")
_SAYS = re.compile(r"[0-9０-９：:]")
STRUCK = "文字已经划去，没有采用"
IN_OBJECT = "其中的文字和数字没有导入"
IN_MARGIN = "写在页眉、页脚里，没有采用"

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
        inside = [r for r in part.rels.values() if not r.is_external]
        margins = [
            (r.target_part.blob, w) for k, w in ((KIND.HEADER, "页眉"), (KIND.FOOTER, "页脚")) for r in inside if r.reltype == k
        ]
        related = {r.reltype: r.target_part.blob for r in inside if r.reltype in _wanted(KIND)}
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
    for margin, where in margins:
        reader.read_margin(_parsed(margin), where)
    return Document(name, reader.blocks, exact=reader.exact, lost=reader.lost)


def _wanted(kind: Any) -> tuple[str, ...]:
    return (kind.NUMBERING, kind.STYLES, kind.FOOTNOTES, kind.ENDNOTES)


def _parsed(blob: bytes | None) -> Element:
    return None if blob is None else etree.fromstring(blob, etree.XMLParser(resolve_entities=False, no_network=True))


class _Reader:
    def __init__(self, numbering: Numbering, styles: Element) -> None:
        self.numbering = numbering
        self.blocks: list[Block] = []
        self.lost: list[tuple[Origin, str, str]] = []
        self.struck: list[str] = []
        """Struck-out text of the paragraph that is being read; `objects`: its pictures and the like; `behind`: where the label of
        another field stands in it; `typed`: it holds what a report of ours marks as typed."""
        self.objects: list[str] = []
        self.behind: tuple[int, int] | None = None
        self.typed = False
        self.tables = 0
        self.counted = 0
        self.inside: Origin | None = None
        self.looks = Looks(styles)
        ids = {s.get(f"{W}styleId") for s in styles.iter(f"{W}style")} if styles is not None else set()
        self.exact = SECTION in ids

    def read(self, body: Element) -> None:
        joined = ""  # a paragraph whose mark was deleted runs on in the next one
        for element in blocks(body):
            if element.tag == f"{W}tbl":
                self.read_table(element)
            elif element.tag == f"{W}altChunk":
                self.lost.append((Origin(paragraph=self.counted + 1), "插入的外部文件", NO_FIELD))
            else:
                self.counted += 1
                origin = Origin(paragraph=self.counted)
                paragraph, boxes = self.paragraph(element, origin)
                if is_mark_deleted(element):
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
        for element in blocks(box):
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
                    self.lost.append((Origin(note="脚注"), text, NO_FIELD))

    def read_margin(self, margin: Element, where: str) -> None:
        """What a header or footer of the pages says, but for its title and the numbers of the pages."""
        for p in margin.iter(f"{W}p"):
            paragraph = self.paragraph(p, Origin())[0]
            text = paragraph.text.strip()
            said = (Origin(note=where), text, IN_MARGIN)
            ours = self.exact and paragraph.style == NOTE
            if not ours and _SAYS.search(_PAGES.sub("", text)) and said not in self.lost:
                self.lost.append(said)

    # ---- paragraphs

    def paragraph(self, element: Element, origin: Origin) -> tuple[Paragraph, list[Element]]:
        properties = element.find(f"{W}pPr")
        named = properties.find(f"{W}pStyle") if properties is not None else None
        style = named.get(f"{W}val") if named is not None else None
        pieces: list[str] = []
        boxes: list[Element] = []
        marks: list[bool] = []
        self.struck, self.objects, self.behind, self.typed = [], [], None, False
        self.collect(element, self.looks.of_style(style), pieces, boxes, marks)
        if origin != Origin():
            self.tell_aside(origin)
        text = "".join(pieces)
        prefix = self.numbering.prefix(properties, style)
        behind = (self.behind[0] + len(prefix), self.behind[1] + len(prefix)) if self.behind is not None else None
        return Paragraph(prefix + text, origin, style, bool(marks) and all(marks), behind, self.typed), boxes

    def tell_aside(self, origin: Origin) -> None:
        struck = "".join(self.struck).strip()
        if struck:
            self.lost.append((origin, struck, STRUCK))
        self.lost += [(origin, word, IN_OBJECT) for word in self.objects]

    def collect(self, element: Element, look: Look, pieces: list[str], boxes: list[Element], marks: list[bool]) -> None:
        for child in element:
            tag = child.tag
            if tag in _GONE or not isinstance(tag, str):
                continue
            if tag == f"{W}r":
                own = self.looks.of_run(child, look)
                if not own.hidden:
                    self.collect_run(child, own, pieces, boxes, marks)
            elif tag == f"{W}t" or tag.endswith("/math}t"):
                pieces.append(child.text or "")
            elif tag in _BLANKS:
                pieces.append(_BLANKS[tag])
            elif tag == f"{W}br":
                pieces.append("\n" if child.get(f"{W}type", "textWrapping") == "textWrapping" else "")
            elif tag == f"{W}sym":
                pieces.append(symbol(child.get(f"{W}char", "")))
            elif tag == f"{MC}AlternateContent":
                chosen = child.find(f"{MC}Choice")
                fallback = child.find(f"{MC}Fallback")
                inner = chosen if chosen is not None and len(chosen) else fallback
                if inner is not None:
                    self.collect(inner, look, pieces, boxes, marks)
            elif tag == f"{W}txbxContent":
                boxes.append(child)
            elif tag == f"{W}sdt":
                if not is_placeholder(child):
                    self.collect(child, look, pieces, boxes, marks)
            elif tag != f"{W}tbl" and tag != f"{W}p":
                if tag in OBJECTS:
                    self.objects += things_shown(child)
                self.collect(child, look, pieces, boxes, marks)

    def collect_run(self, run: Element, look: Look, pieces: list[str], boxes: list[Element], marks: list[bool]) -> None:
        before = len(pieces)
        self.collect(run, look, pieces, boxes, marks)
        said = "".join(pieces[before:])
        if look.struck:
            self.struck.append(said)
            del pieces[before:]
        elif said.strip():
            if look.raised and _MARK.fullmatch(said.strip()) and not _LETTER.search("".join(pieces[:before])):
                pieces[before:] = [f"〔{said.strip()}〕"]
            named = run.find(f"{W}rPr/{W}rStyle")
            style = named.get(f"{W}val") if named is not None else None
            marks.append(style == DERIVED)
            self.typed = self.typed or (style == VALUE and self.exact)
            if style == BEHIND:
                start = sum(map(len, pieces[:before]))
                self.behind = self.behind[0] if self.behind is not None else start, start + len(said)

    # ---- tables

    def read_table(self, element: Element) -> None:
        self.tables += 1
        number = self.tables
        grid = Grid(number, [], [], self.inside)
        at = len(self.blocks)
        self.blocks.append(grid)
        open_cells: dict[int, Cell] = {}
        for row in rows(element):
            top = len(grid.cells)
            line: list[Cell | None] = []
            properties = row.find(f"{W}trPr")
            line.extend([None] * setting(properties, "gridBefore"))
            for ordinal, tc in enumerate(cells(row), 1):
                found = tc.find(f"{W}tcPr")
                span = min(max(setting(found, "gridSpan"), 1), WIDEST)
                merge = found.find(f"{W}vMerge") if found is not None else None
                left = len(line)
                if left + span > WIDEST:
                    break
                goes_on = merge is not None and merge.get(f"{W}val", "continue") == "continue"
                cell = open_cells.get(left) if goes_on else None
                if cell is not None and cell.right == left + span - 1 and cell.bottom == top - 1:
                    cell.bottom = top
                    self.skip(tc)
                elif found is not None and is_side_merged(found) and line and line[-1] is not None:
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
        grid.widths = widths(element, width)
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
        waiting = list(blocks(tc))
        while waiting:
            element = waiting.pop(0)
            if element.tag == f"{W}tbl":
                self.read_table(element)
                continue
            paragraph, boxes = self.paragraph(element, origin)
            if is_mark_deleted(element) and waiting:
                joined += paragraph.text
                continue
            paragraph.text, joined = joined + paragraph.text, ""
            paragraphs.append(paragraph)
            for box in reversed(boxes):
                waiting[:0] = list(blocks(box))
        self.inside = outside
        return Cell(top, top, left, right, paragraphs, origin, exact=self.exact)
