"""The control cells (校验) of rows that a person inserted: a run puts them beside the row, as they stand beside the others.

Until then the control at the foot of the column speaks for all inserted rows together."""

from __future__ import annotations

from collections.abc import Iterator

from xlprocess.books.book import CellWrite, Ref, Sheet
from xlprocess.form.model import Field, Table
from xlprocess.identity import Identity, Spot
from xlprocess.report import Found, Report, Row

HEADS = 6
"""The header of a table has no more rows."""


def controls_beside(report: Report) -> list[CellWrite]:
    """Those that are missing beside rows in which something stands, where their column has a head."""
    found: list[CellWrite] = []
    for table in report.form.tables.values():
        place = report.places.tables.get(table.id) if report.places else None
        if place is None or table.kind != "grid" or not report.form.rows_of(table).open:
            continue
        sheet = report.places.sheets[place.sheet] if report.places else None
        if sheet is None:
            continue
        right = max(place.columns.values())
        computed = {ref.row for ref in sheet.formulas if ref.column > right}
        rows = [r for r in report.tables[table.id].rows if r.name.ref and r.name.ref.row not in computed and not r.is_blank]
        if rows:
            found += _beside(report, table, place, sheet, rows)
    return found


def _beside(report: Report, table: Table, place: Found, sheet: Sheet, rows: list[Row]) -> Iterator[CellWrite]:
    from xlprocess.form.arrange import control_head, grid_kinds
    from xlprocess.form.controls import row_control
    from xlprocess.live import Addresses
    from xlprocess.sums import identities

    places = Addresses(report, sheet.name)
    known: dict[tuple[str, Spot], Identity] = {(i.addends, i.total): i for i in identities(report)}
    for field in table.field:
        for kind in grid_kinds(report.form, table, field):
            column = _column(sheet, place, control_head(field, kind)) if kind in ("columns", "operands") else None
            if column is None:
                continue
            written = False
            for row in rows:
                at = Ref(row.name.ref.row, column) if row.name.ref is not None else None
                if at is None or row.key is None or field.id not in row.cells or sheet.value(*at) is not None:
                    continue
                formula = row_control(report.form, table, field, row.key, places)
                yield CellWrite(
                    sheet.name, at, _shown(report, row, field, known.get((kind, Spot(table.id, row.key, field.id)))), formula
                )
                written = True
            foot = Ref(place.last + 1, column)
            together = sheet.formulas.get(foot)
            if written and together is not None and together.text and sheet.value(*foot) is not None:
                yield CellWrite(sheet.name, foot, None, together.text)  # it has nothing to say any more


def _column(sheet: Sheet, place: Found, head: str) -> int | None:
    """The column to the right of the table that has this head."""
    right = max(place.columns.values())
    for number in range(max(1, place.first - HEADS), place.first):
        for k, value in enumerate(sheet.row(number), sheet.left):
            if k > right and value == head:
                return k
    return None


def _shown(report: Report, row: Row, field: Field, identity: Identity | None) -> str | None:
    """What the control shows: Excel leaves out what was typed as a text."""
    from xlprocess.form.control_texts import gap_text
    from xlprocess.form.controls import BALANCED, TEXTS
    from xlprocess.sums import figures

    if row.cell(field.id).typed_number is None:
        return BALANCED if row.cell(field.id).number is not None else None
    if identity is None:
        return None
    cells = {spot: report.at(spot) for spot in (identity.total, *(term.spot for term in identity.parts))}
    texts = [spot for spot, cell in cells.items() if cell.state == "text_number"]
    if identity.total in texts:
        return None
    known = {spot: number for spot, number in figures(report).items() if spot not in texts}
    shown = gap_text(identity.difference(known), identity.tolerance)
    return TEXTS if texts and shown != BALANCED else shown
