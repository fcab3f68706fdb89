"""The lines of the table of indicators, as the rules about them see them."""

from __future__ import annotations

from typing import NamedTuple

from xlprocess.form.model import Field
from xlprocess.report import Report, Row
from xlprocess.target import missed

TABLE = "indicators"


class Indicator(NamedTuple):
    """One line that says something. `key` is its place."""

    key: str
    level2: str | None
    name: str | None
    target: str | None
    actual: str | None

    @property
    def is_missed(self) -> bool:
        return missed(self.target, self.actual, self.name) is True


def points(report: Report) -> Field | None:
    """The points of each line, where lines have points of their own and full marks beside them."""
    table = report.form.tables.get(TABLE)
    return next((f for f in table.field if f.full), None) if table else None


def indicators(report: Report) -> list[Indicator]:
    """The lines in which an indicator, its target or its result stands; none where the edition has no such table."""
    if report.indicators is None:
        data = report.tables.get(TABLE)
        report.indicators = [line for row in data.rows if (line := _line(row)) is not None] if data else []
    return report.indicators


def _line(row: Row) -> Indicator | None:
    name, target, actual = row.cell("name").text, row.cell("target").text, row.cell("actual").text
    return Indicator(row.key or "", row.cell("level2").text, name, target, actual) if name or target or actual else None
