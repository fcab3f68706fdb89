"""What is to be said of tables and sheets that stand elsewhere than in print."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set

from xlprocess.books.book import Ref, Sheet
from xlprocess.finding import Where
from xlprocess.form.load import Form
from xlprocess.form.model import Table
from xlprocess.report import Found, Remark

FAR = 6
"""So many blank rows between two tables are still such as somebody inserts."""


class _Moved:
    def __init__(self, form: Form, found: Mapping[str, Found], named: Set[str], sheet: Callable[[str], Sheet]) -> None:
        self.form = form
        self.found = found
        self.named = named
        self.sheet = sheet

    def remarks(self) -> Iterator[Remark]:
        for name in dict.fromkeys(t.sheet for t in self.form.tables.values()):
            tables = [t for t in self.form.tables.values() if t.sheet == name and t.id in self.found]
            sheets = [self.found[t.id].sheet for t in tables]
            if not tables:
                continue
            home = max(dict.fromkeys(sheets), key=sheets.count)
            if home != name:
                yield Remark("found_elsewhere", Where(home, Ref(1, 1), "workbook"), (name, home))
            at_home = [t for t in tables if self.found[t.id].sheet == home]
            in_order = _longest_in_order([self.found[t.id].top_left().row for t in at_home])
            kept = {at_home[k].id for k in in_order}
            grids = [t for t in at_home if t.kind == "grid"]
            lefts = [self.found[t.id].top_left().column for t in grids]
            usual = max(dict.fromkeys(lefts), key=lefts.count) if len(lefts) > 2 else None
            for table in tables:
                found = self.found[table.id]
                top = found.top_left()
                aside = usual is not None and table in grids and top.column != usual
                if table.id not in kept or aside or self.is_far_below(table, at_home):
                    yield Remark("found_elsewhere", Where(found.sheet, top, table.id), (table.title, name))

    def is_far_below(self, table: Table, others: Sequence[Table]) -> bool:
        """More blank rows stand above a table than above any in print. (In a workbook that is not of our making nothing is known of
        that.)"""
        top = self.found[table.id].top_left().row
        above = [o for o in others if self.found[o.id].top_left().row < top]
        if not above or not all(t.id in self.named for t in (table, *above)):
            return False
        sheet = self.sheet(self.found[table.id].sheet)
        bottom = max(max(f.last, *(r.row for r in f.cells.values()), 0) for f in (self.found[o.id] for o in above))
        blank = [row for row in range(bottom + 1, top) if all(v is None for v in sheet.row(row))]
        if _longest_run(blank) <= FAR:
            return False
        covered = [(first.row, last.row) for first, last in sheet.merged if last.row > bottom and first.row < top]
        return _longest_run([row for row in blank if not any(a <= row <= b for a, b in covered)]) > FAR


def moved_tables(form: Form, found: Mapping[str, Found], named: Set[str], sheet: Callable[[str], Sheet]) -> Iterator[Remark]:
    """A sheet under another name, once; a table on another sheet, no longer in its order there, or far below the others. `named`:
    the tables that were found by their defined names; `sheet` gives a sheet by its name."""
    return _Moved(form, found, named, sheet).remarks()


def _longest_run(rows: Sequence[int]) -> int:
    """How many rows follow each other at most."""
    longest = run = 0
    for k, row in enumerate(rows):
        run = run + 1 if k and row == rows[k - 1] + 1 else 1
        longest = max(longest, run)
    return longest


def _longest_in_order(rows: list[int]) -> list[int]:
    """The most tables that still stand in their printed order: the others are the ones that were moved."""
    best: list[list[int]] = []
    for k, row in enumerate(rows):
        before = [run for run in best if rows[run[-1]] <= row]
        best.append([*max(before, key=lambda run: (len(run), -rows[run[-1]]), default=[]), k])
    return max(best, key=lambda run: (len(run), -rows[run[-1]]), default=[])
