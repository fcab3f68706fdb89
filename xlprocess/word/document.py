"""A text document as a form is read from it: paragraphs and tables in order, merged cells resolved. No library is known
here."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

import msgspec


class Origin(msgspec.Struct, frozen=True):
    """Where something stands in the document, counted from 1 as somebody counts who looks for it: a table, a row in it, a cell
    in the row; or a paragraph outside all tables. `inside` is the cell that a nested table or a text box stands in."""

    table: int | None = None
    row: int | None = None
    column: int | None = None
    paragraph: int | None = None
    inside: Origin | None = None
    note: str | None = None

    def __str__(self) -> str:
        if self.note is not None:
            return self.note
        if self.table is None:
            return f"第{self.paragraph}段"
        words = f"第{self.table}个表"
        if self.row is not None:
            words += f"第{self.row}行"
        if self.column is not None:
            words += f"第{self.column}列"
        return f"{words}（在{self.inside}中）" if self.inside is not None else words


class Paragraph(msgspec.Struct):
    """A paragraph as it is shown, its printed number included. `style` is the id of its style. `behind`: from where to where the
    label of another field stands in it whose text is printed behind, as our report marks it. `typed`: it marks the
    text as somebody's own, which is no label."""

    text: str
    origin: Origin
    style: str | None = None
    derived: bool = False
    behind: tuple[int, int] | None = None
    typed: bool = False

    @property
    def key(self) -> int:
        return id(self)


class Cell(msgspec.Struct):
    """A cell of a table, whatever it is merged from. Rows and columns of the table's lattice from 0, inclusive. `number`: the
    figure that it holds, where that is no text (the cell of a workbook)."""

    top: int
    bottom: int
    left: int
    right: int
    paragraphs: list[Paragraph]
    origin: Origin
    exact: bool = False
    number: Decimal | None = None

    @property
    def lines(self) -> list[str]:
        """What is shown, line by line: blank lines and blanks around a line are layout, unless the document is ours."""
        if self.exact:
            return "\n".join(p.text for p in self.paragraphs).split("\n")
        lines = [line.strip() for p in self.paragraphs for line in p.text.split("\n")]
        return [line for line in lines if line]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def typed(self) -> bool:
        return any(p.typed for p in self.paragraphs)

    @property
    def parted(self) -> tuple[str, str] | None:
        """What stands before and behind the label of another field that is printed in it, as our report marks it."""
        before = 0
        for paragraph in self.paragraphs:
            if paragraph.behind is not None:
                start, end = paragraph.behind
                return self.text[: before + start], self.text[before + end :]
            before += len(paragraph.text) + 1
        return None

    @property
    def is_blank(self) -> bool:
        return all(not p.text.strip() for p in self.paragraphs)

    @property
    def derived(self) -> bool:
        """All that stands here is a figure of our own making, as our report marks it."""
        shown = [p for p in self.paragraphs if p.text.strip()]
        return bool(shown) and all(p.derived for p in shown)


class Grid(msgspec.Struct):
    """A table: `cells[row][column]` over its lattice (None where a row is shorter). `widths` of the lattice's columns, in any
    unit. `ragged`: rows whose cells could not be brought under their columns."""

    number: int
    cells: list[list[Cell | None]]
    widths: list[float]
    inside: Origin | None = None
    ragged: frozenset[int] = frozenset()

    @property
    def height(self) -> int:
        return len(self.cells)

    def row(self, number: int) -> list[Cell]:
        """The different cells of a row, from left to right, those that reach into it from above included."""
        found: list[Cell] = []
        for cell in self.cells[number]:
            if cell is not None and (not found or found[-1] is not cell):
                found.append(cell)
        return found

    def all_cells(self) -> Iterator[Cell]:
        for number in range(self.height):
            yield from (c for c in self.row(number) if c.top == number)

    def overlap(self, a: Cell, b: Cell) -> float:
        """The part of the width of `a` that stands over or under `b`."""
        whole = sum(self.widths[a.left : a.right + 1])
        left, right = max(a.left, b.left), min(a.right, b.right)
        return sum(self.widths[left : right + 1]) / whole if whole and right >= left else 0.0


Block = Paragraph | Grid


class Document(msgspec.Struct):
    """A document. `exact`: it is a report of ours, whose texts are taken to the letter. `merged`: what cells are merged from is
    known; in an extracted text it is not, a blank cell may be a part of the one above. `lost`: what the document holds and
    nobody can read or nobody means, and why it is not taken."""

    name: str
    blocks: list[Block]
    exact: bool = False
    merged: bool = True
    lost: list[tuple[Origin, str, str]] = []
    kind: Literal["word", "text"] = "word"

    @property
    def grids(self) -> list[Grid]:
        return [b for b in self.blocks if isinstance(b, Grid)]

    @property
    def paragraphs(self) -> list[Paragraph]:
        return [b for b in self.blocks if isinstance(b, Paragraph)]
