"""The account of an import: what was put where and from where, what belongs to the layout, and what found no place. Whatever
stands in the document is in one of the three, so that nothing is lost in silence."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from xlprocess.values import Given
from xlprocess.word.document import Cell, Document, Grid, Origin, Paragraph

NO_FIELD = "没有对应的栏目"
TWICE = "前面已有一份，没有采用"
IN_A_BOX = "写在意见、签字栏里，工作簿没有这一栏，请写在打印的报告上"


class Placed(msgspec.Struct):
    """A value that found its place: as it is given to the workbook, as it was printed, and where. `remark` is said to whoever
    compares: 按元换算, 待核."""

    given: Given
    raw: str
    origin: Origin
    remark: str | None = None
    doubtful: bool = False


class Unplaced(msgspec.Struct, frozen=True):
    """Something that found no place: where it stands, what it says, and why."""

    origin: Origin
    text: str
    why: str

    def __str__(self) -> str:
        text = " ".join(self.text.split())
        shown = text if len(text) <= 60 else f"{text[:60]}……"
        return f"{self.origin}：“{shown}”{self.why}"


class GridRow(msgspec.Struct):
    """A row of a grid: its name as printed, and its values by field."""

    name: str
    origin: Origin
    values: dict[str, Placed]


class LineRead(msgspec.Struct):
    """A line of a list, with the lines inside it."""

    values: dict[str, Placed]
    parts: list[dict[str, Placed]] = []


class Ledger:
    """What has been read of a document so far."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.fields: dict[tuple[str, str], Placed] = {}
        self.rows: dict[str, list[GridRow]] = {}
        self.lines: dict[str, list[LineRead]] = {}
        self.derived: list[tuple[str, str | None, str, Placed]] = []
        self.unplaced: list[Unplaced] = []
        self.recognised = 0
        """Rows of the form's tables that are none of this report's."""
        self._used: set[int] = set()

    def use(self, *pieces: Cell | Paragraph | None) -> None:
        """These are accounted for."""
        self._used.update(id(p) for p in pieces if p is not None)

    def is_used(self, piece: Cell | Paragraph) -> bool:
        return id(piece) in self._used

    def reject(self, cell: Cell | Paragraph, why: str, prefix: str = "") -> None:
        """This has no place, for a reason."""
        if not self.is_used(cell) and cell.text.strip():
            self.unplaced.append(Unplaced(cell.origin, f"{prefix}{cell.text.strip()}", why))
        self.use(cell)

    def leave(self, origin: Origin, text: str, why: str = NO_FIELD) -> None:
        if text.strip():
            self.unplaced.append(Unplaced(origin, text.strip(), why))

    def put(self, table: str, field: str, value: Placed) -> None:
        """A field's value; a second one that says something else has no place."""
        present = self.fields.get((table, field))
        if present is None or present.given in (None, ""):
            self.fields[table, field] = value
        elif value.given not in (None, "") and _plain(present) != _plain(value):
            self.leave(value.origin, value.raw, f"与{present.origin}填的不同，没有采用")

    def sweep(self, grid: Grid, is_layout: Callable[[str], bool], written: Callable[[str], str]) -> None:
        """What is left of a table: told row by row. `written` is what somebody wrote in a box that is printed for it."""
        for number in range(grid.height):
            left = [c for c in grid.row(number) if c.top == number and not self.is_used(c)]
            shown = [c.text.strip() for c in left if c.typed or (not c.is_blank and not is_layout(c.text))]
            texts = [written(t) for t in shown]
            if texts:
                origin = msgspec.structs.replace(left[0].origin, column=None)
                self.leave(origin, "　".join(texts), IN_A_BOX if texts != shown else NO_FIELD)
            self.use(*left)


def _plain(value: Placed) -> str:
    return "".join(value.raw.split())
