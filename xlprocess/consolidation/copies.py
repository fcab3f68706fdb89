"""Texts and indicators that departments have from one another, found by their fingerprints: nobody's words are kept.

A fingerprint is the least hashes of a text's pieces (MinHash): two texts share as large a part of them as of their pieces. Those
that share none of the least few are not looked at any further."""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Iterator, Sequence

from xlprocess.consolidation.between import NAMED, between, rule_of
from xlprocess.consolidation.consolidation import Consolidation, Department
from xlprocess.consolidation.submission import SHORTEST, Line, Submission
from xlprocess.form.load import Form
from xlprocess.form.model import Table, normal

_ALIKE = 0.8
_SAME = 0.97
_FEWEST_LINES = 5
_LEAST = 4  # hashes by which two texts may meet
_CROWD = 40  # texts that meet in one hash, of which each is compared with the first
_USUAL = 0.2  # of all departments: what so many have was given out to them
_FEW = 5


class CopiesComparison:
    """Feeds on every department; what it finds goes to `between`."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.lists = [t for t in form.tables.values() if t.kind == "list" and any(f.measure for f in t.field)]
        self.departments: list[Department] = []
        self.prints: dict[tuple[str, str | None], _Prints] = {}

    def take(self, department: Department, submission: Submission) -> None:
        if submission.form != self.form.id:
            return
        number = len(self.departments)
        self.departments.append(department)
        for text in submission.texts:
            if text.length >= SHORTEST:
                self._prints(text.table, text.field).add(number, text.signature)
        for table in self.lists:
            hashes = _of_lines(table, submission.lines)
            if len(hashes) >= _FEWEST_LINES:
                self._prints(table.id, None).add(number, hashes)

    def _prints(self, table: str, field: str | None) -> _Prints:
        return self.prints.setdefault((table, field), _Prints())

    def done(self, found: Consolidation) -> None:
        for (table, field), prints in self.prints.items():
            for members, likeness in prints.alike():
                if len(members) > max(_FEW, _USUAL * len(self.departments)):
                    what = self._what(table, field)
                    found.suggestions.append(f"{len(members)} 个部门的{what}几乎相同，可能是统一下发的内容，没有逐个列为雷同。")
                    continue
                for member in members:
                    self._tell(found, table, field, member, [m for m in members if m != member], likeness)

    def _what(self, table: str, field: str | None) -> str:
        return f"“{self.form.tables[table].fields[field].label if field else self.form.tables[table].title}”"

    def _tell(
        self, found: Consolidation, table: str, field: str | None, member: int, others: Sequence[int], likeness: float
    ) -> None:
        department = self.departments[member]
        submission = found.submission(department.current)
        sheet, cell, row = None, None, None
        if field is not None:
            text = next(t for t in submission.texts if (t.table, t.field) == (table, field))
            sheet, cell, size = text.sheet, text.cell, f"{text.length} 字"
        else:
            lines = [line for line in submission.lines if line.table == table]
            sheet, row = lines[0].sheet, lines[0].number
            cell = next(iter(lines[0].cells.values()), None)
            size = f"{len(lines)} 项"
        names = "、".join(f"“{self.departments[m].name}”" for m in others[:NAMED])
        rest = f"等 {len(others)} 个部门" if len(others) > NAMED else ""
        share = "基本相同" if likeness >= _SAME else f"约有 {likeness:.0%} 相同"
        rule = rule_of("text_copied_from_another" if field else "indicators_copied_from_another")
        flaw = between(
            rule,
            department,
            f"{self._what(table, field)}（{size}）与{names}{rest}的{share}。",
            table=table,
            row=row,
            field=field,
            sheet=sheet,
            cell=cell,
        )
        found.between.append(flaw)


class _Prints:
    """The fingerprints of one field, of many departments."""

    def __init__(self) -> None:
        self.owners = array("I")
        self.starts = array("Q", [0])
        self.hashes = array("I")

    def add(self, owner: int, signature: Sequence[int]) -> None:
        self.owners.append(owner)
        self.hashes.extend(sorted(signature))
        self.starts.append(len(self.hashes))

    def of(self, number: int) -> array[int]:
        return self.hashes[self.starts[number] : self.starts[number + 1]]

    def alike(self) -> Iterator[tuple[list[int], float]]:
        """Owners whose fingerprints are alike, and by how much the least alike of them."""
        least = sorted((h, n) for n in range(len(self.owners)) for h in self.of(n)[:_LEAST])
        parent = list(range(len(self.owners)))
        likeness = [1.0] * len(self.owners)

        def root(n: int) -> int:
            while parent[n] != n:
                parent[n] = parent[parent[n]]
                n = parent[n]
            return n

        start = 0
        for end in range(1, len(least) + 1):
            if end < len(least) and least[end][0] == least[start][0]:
                continue
            met = [n for _, n in least[start:end]]
            for k, second in enumerate(met):
                for first in met[:k] if len(met) <= _CROWD else met[:1]:
                    a, b = root(first), root(second)
                    if a != b and (share := _likeness(self.of(first), self.of(second))) >= _ALIKE:
                        parent[b] = a
                        likeness[a] = min(likeness[a], likeness[b], share)
            start = end
        groups: dict[int, list[int]] = {}
        for n in range(len(self.owners)):
            groups.setdefault(root(n), []).append(n)
        for first, members in groups.items():
            if len(members) > 1:
                yield [self.owners[n] for n in members], likeness[first]


def _likeness(first: Sequence[int], second: Sequence[int]) -> float:
    """How large a part of their pieces two texts share: of the least hashes of both together, those that both have. Where it is
    less than what counts as alike, it is not told how much."""
    a, b = set(first), set(second)
    common, size = a & b, max(len(a), len(b))
    if len(common) < _ALIKE * size:
        return 0.0
    return len(common.intersection(sorted(a | b)[:size])) / size


def _of_lines(table: Table, lines: Sequence[Line]) -> list[int]:
    """A hash for each line of a list: what is aimed at and what came of it."""
    texts = [f.id for f in table.field if f.measure or (f.type == "text" and not f.choices and not f.personal)]
    found: set[int] = set()
    for line in lines:
        said = [normal(line.values.get(name, "")) for name in texts]
        if line.table == table.id and any(said):
            found.add(zlib.crc32("\x1f".join(said).encode("utf-8", "replace")))
    return sorted(found)[:32]
