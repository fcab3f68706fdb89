"""The sheets of figures of each edition of the form that departments have used: its tables, its lists, its organisations."""

from __future__ import annotations

from collections.abc import Mapping

from xlprocess.consolidation.consolidation import Consolidation
from xlprocess.consolidation.totals import Total, Totals
from xlprocess.form.load import Form
from xlprocess.writers.summary.amounts import Amounts, Blamed, Organisations, numbers
from xlprocess.writers.summary.book import Book
from xlprocess.writers.summary.lines import Lines
from xlprocess.writers.summary.section import Section


class Edition:
    """An edition and its sheets. `taken`: names of sheets that are given already; where one would come again, the year of the
    edition is added. `departments`: how many used it, None where all did."""

    def __init__(self, book: Book, form: Form, also: Mapping[str, Blamed], taken: set[str], departments: int | None) -> None:
        self.form = form
        self.departments = departments
        self.adding = Totals(form)
        self.totals: dict[str, Total] = {}
        self._taken = taken
        of = "" if departments is None else f"本表只列采用{told(form)}填报的 {departments} 个部门。"
        tables = [t for t in form.tables.values() if t.kind != "list" and t.summary and numbers(t)]
        # the total at the foot of a list stands in no column of a grid
        feet = tuple(t for t in form.tables.values() if t.total is not None and t.total.aggregate == "sum")
        self.amounts = [
            Amounts(book, form, self._name(t.summary or t.title), (t, *(feet if t is tables[0] else ())), also, of) for t in tables
        ]
        lists = [t for t in form.tables.values() if t.kind == "list" and t.summary]
        self.lines = [Lines(book, form, t, self._name(t.summary or t.title), of) for t in lists]
        rows = [r for r in form.row_sets.values() if form.grids(r.id)]
        self.organisations = [Organisations(book, form, r, also, self._name(f"{r.member}明细"), of) for r in rows]

    @property
    def sections(self) -> list[Section]:
        return [*self.amounts, *self.lines, *self.organisations]

    def _name(self, name: str) -> str:
        year, number = f"{self.form.edition.year}年表样", 1
        found = name
        while found in self._taken:
            found = f"{name}（{year}{number if number > 1 else ''}）"
            number += 1
        self._taken.add(found)
        return found


def editions(book: Book, consolidation: Consolidation, also: Mapping[str, Blamed]) -> list[Edition]:
    """The edition that most departments used, then the others."""
    most = consolidation.form
    counts = {**consolidation.forms}
    own = counts.pop(most.id, 0)
    taken: set[str] = set()
    found = [Edition(book, most, also, taken, own if counts else None)]
    others = sorted(counts, key=lambda form: (-counts[form], form))
    return [*found, *(Edition(book, consolidation.form_of(form), also, taken, counts[form]) for form in others)]


def told(form: Form) -> str:
    """An edition, as a sentence names it."""
    return f"{form.edition.year}年《{form.edition.title}》"
