"""What stands in a workbook besides the values of its cells: notes, text boxes, explanations on the list of results, pictures."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from xlprocess.books.book import Book, Ref, Sheet
from xlprocess.books.note_text import persons_part
from xlprocess.migration.moved import LEFT_HEADS, NOT_MOVED, Left
from xlprocess.word.ledger import NO_FIELD

_NEAR = 24
_TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_BOXES = (
    "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}",
    "{http://purl.oclc.org/ooxml/drawingml/spreadsheetDrawing}",
)
_KINDS = (("xl/media/", "图片"), ("xl/charts/chart", "图表"), ("xl/embeddings/", "嵌入的文件"), ("Pictures/", "图片"))


def near(sheet: Sheet, ref: Ref) -> str:
    """What stands before a cell in its row, and over it in its column: it tells a person what the cell is."""
    before = (sheet.value(ref.row, c) for c in range(ref.column - 1, sheet.left - 1, -1))
    above = (sheet.value(r, ref.column) for r in range(ref.row - 1, max(sheet.top, ref.row - 60) - 1, -1))
    words = (next((v.strip() for v in line if isinstance(v, str) and v.strip()), "") for line in (before, above))
    return "；".join(w if len(w) <= _NEAR else f"{w[:_NEAR]}……" for w in words if w)


def notes(book: Book, sheets: dict[str, Sheet]) -> Iterator[Left]:
    """What people wrote in notes."""
    for (sheet, ref), text in book.notes().items():
        own = persons_part(text)
        if own and own.strip():
            beside = near(sheets[sheet], ref) if sheet in sheets else ""
            yield Left(sheet, ref, own.strip(), "批注，没有迁移", beside)


def explanations(sheet: Sheet) -> Iterator[Left]:
    """What people typed on the list of results: it belongs to findings of the old workbook."""
    from xlprocess.list_texts import texts_of

    texts = texts_of(sheet)
    for item in (*texts.explanations, *texts.other):
        near = "；".join(w for w in (item.place, item.problem) if w)
        yield Left(sheet.name, None, item.text, "“检查结果”中填写的说明，请重新检查后再填", near)
    for lines in texts.beside.values():
        for text in lines:
            yield Left(sheet.name, None, text, "写在“检查结果”旁边的文字")


def left_before(sheet: Sheet) -> Iterator[Left]:
    """What an earlier migration left, with the address that it had then."""
    if sheet.name != NOT_MOVED:
        return
    rows = iter(range(sheet.top, sheet.top + len(sheet.rows)))
    for row in rows:
        if sheet.value(row, 1) == LEFT_HEADS[0][0]:
            break
    for row in rows:
        place, value, beside, why = (sheet.value(row, c) for c in range(1, 5))
        if value is not None:
            yield Left(str(place or sheet.name), None, value, str(why or NO_FIELD), str(beside or ""))


def boxes(parts: dict[str, bytes]) -> Iterator[Left]:
    """The texts of text boxes."""
    for name, content in parts.items():
        if not name.lower().startswith("xl/drawings/drawing"):
            continue
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
        for prefix in _BOXES:
            for shape in root.iter(f"{prefix}sp"):
                lines = ["".join(t.text or "" for t in p.iter(f"{_TEXT}t")) for p in shape.iter(f"{_TEXT}p")]
                text = "\n".join(lines).strip()
                if text:
                    yield Left("文本框", None, text, "文本框中的文字，没有迁移")


def objects(names: list[str]) -> str | None:
    """A sentence about what cannot be moved at all."""
    counts: dict[str, int] = {}
    for start, word in _KINDS:
        found = sum(n.startswith(start) and not n.endswith((".rels", "/")) for n in names)
        if found:
            counts[word] = counts.get(word, 0) + found
    if any(n.lower().endswith("vbaproject.bin") for n in names):
        counts["宏"] = 1
    if not counts:
        return None
    told = "、".join(f"{word} {n} 个" for word, n in counts.items())
    return f"原工作簿中还有{told}，没有迁移，需要的请从原文件复制。"
