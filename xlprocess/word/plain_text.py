"""The text that was extracted from a Word form: a cell begins with a tab, a row ends with a blank line, and what was merged is
known no more. The columns are found again from the words that the form prints over several of them."""

from __future__ import annotations

import re
from collections.abc import Callable

from xlprocess.errors import Unreadable
from xlprocess.word.document import Block, Cell, Document, Grid, Origin, Paragraph

LONGEST = 4 << 20
MOST_LINES = 200_000


class Words:
    """What a form prints: `label` over one column or before a value, `spanning` over several columns, `title` over a table."""

    def __init__(self, label: Callable[[str], bool], spanning: Callable[[str], bool], title: Callable[[str], bool]) -> None:
        self.label = label
        self.spanning = spanning
        self.title = title


def decode(data: bytes, name: str) -> str:
    """The text of a file in UTF-8, UTF-16 or GB 18030. Raises Unreadable."""
    if len(data) > LONGEST:
        raise Unreadable("over_limit", f"无法导入 {name}：文本过长。请确认它是一份自评报告，或改交 .docx 文档。")
    for encoding in ("utf-8-sig", "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text and text.count("\n") <= MOST_LINES:
            return text
    raise Unreadable("damaged", f"无法导入 {name}：不是文本文件，或编码无法识别。请改交 .docx 文档。")


def read_plain_text(text: str, name: str, words: Words) -> Document:
    """The document of an extracted text."""
    blocks: list[Block] = []
    rows: list[list[list[str]]] = []
    tables = counted = 0
    blank_before = True

    def close() -> None:
        nonlocal tables
        for piece in _pieces(rows, words):
            tables += 1
            blocks.append(_grid(piece, tables, words))
        rows.clear()

    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if line.startswith("\t"):
            cells = line[1:].split("\t")
            if blank_before or not rows:
                rows.append([])
            rows[-1].extend([c] for c in cells)
        elif not line.strip():
            blank_before = True
            continue
        elif rows and not (words.title(line) and len(rows[-1]) > 1):
            rows[-1][-1].append(line)  # the cell goes on
        else:
            close()
            counted += 1
            blocks.append(Paragraph(line.strip(), Origin(paragraph=counted)))
        blank_before = False
    close()
    return Document(name, blocks, merged=False, kind="text")


def _pieces(rows: list[list[list[str]]], words: Words) -> list[list[list[list[str]]]]:
    """The tables in a run of rows: one begins with a title, or with labels below something that is none."""
    pieces: list[list[list[list[str]]]] = []
    before = "title"
    for row in rows:
        shown = ["".join(c) for c in row]
        filled = [t for t in shown if t.strip()]
        if len(row) == 1 and words.title(shown[0]):
            kind = "title"
        elif any(words.label(t) for t in filled) and not any(re.fullmatch(r"[\d.,\s]+", t) for t in filled[1:2]):
            kind = "labels"
        else:
            kind = "data"
        starts = kind == "title" or (kind == "labels" and before == "data")
        if not pieces or starts:
            pieces.append([])
        pieces[-1].append(row)
        before = kind
    return [_repaired(piece) for piece in pieces]


def _repaired(rows: list[list[list[str]]]) -> list[list[list[str]]]:
    """A blank line at the end of a cell looks like the end of its row: two rows that together have the columns of the others
    are one."""
    width = max(map(len, rows))
    found: list[list[list[str]]] = []
    for k, row in enumerate(rows):
        if found and k > 1 and len(row) < width and len(found[-1]) + len(row) == width and len(found[-1]) > 1:
            found[-1] = [*found[-1], *row]
        else:
            found.append(row)
    return found


def _grid(rows: list[list[list[str]]], number: int, words: Words) -> Grid:
    width = max(map(len, rows))
    grid = Grid(number, [], [1.0] * width)
    ragged: set[int] = set()
    for top, row in enumerate(rows):
        spans, sure = _spans(["".join(c) for c in row], width, words)
        if not sure:
            ragged.add(top)
        line: list[Cell | None] = []
        for ordinal, (lines, span) in enumerate(zip(row, spans, strict=True), 1):
            origin = Origin(number, top + 1, ordinal)
            left = len(line)
            cell = Cell(top, top, left, left + span - 1, [Paragraph(t.strip(), origin) for t in lines], origin)
            line.extend([cell] * span)
        grid.cells.append(line)
    grid.ragged = frozenset(ragged)
    return grid


def _spans(texts: list[str], width: int, words: Words) -> tuple[list[int], bool]:
    """How many columns each cell of a row covers, and whether that is sure."""
    missing = width - len(texts)
    spans = [1] * len(texts)
    if not missing:
        return spans, True
    wide = [k for k, text in enumerate(texts) if words.spanning(text)]
    if wide:
        spans[wide[0]] += missing
    else:
        spans[-1] += missing
    return spans, len(texts) <= 2 or bool(wide)
