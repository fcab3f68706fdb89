"""A checked workbook condensed into a Submission: everything that the summary says of it, and nothing personal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from xlprocess.books.deflate import crc32
from xlprocess.check_code import as_written, check_code, input_digest
from xlprocess.checking import catalogue
from xlprocess.consolidation.figures import figures
from xlprocess.consolidation.submission import SHORTEST, Flaw, Line, Place, Submission, Text, flaw_key
from xlprocess.finding import Finding, Where
from xlprocess.form.model import Field, Table, folded
from xlprocess.identity import Spot
from xlprocess.list_texts import texts_of
from xlprocess.pipeline import Checked
from xlprocess.read import VERSION_PROPERTY
from xlprocess.report import Cell, Report, Row, as_text
from xlprocess.result_list import fingerprint
from xlprocess.rules.amounts_look_like_yuan import amounts_look_like_yuan, in_yuan
from xlprocess.stamps import ANSWERED_CODE_PROPERTY, ANSWERED_HASH_PROPERTY, ANSWERS_PROPERTY, CODE, round_of, stamped_text
from xlprocess.values import write_plain, write_value

if TYPE_CHECKING:
    from xlprocess.books.file import FileBook
    from xlprocess.books.foreign.book import ForeignBook
_PIECE = 8  # characters of a text that are hashed together
_KEPT = 32  # least hashes of a text


def condense(checked: Checked, book: FileBook | ForeignBook) -> Submission:
    """What the summary needs of a checked workbook."""
    report = checked.report
    properties = book.properties()
    saved, author = book.last_saved()
    digest = input_digest(report)
    code = check_code(report, digest) or ""
    score, grade = (_word(report.role(role)) for role in ("score", "grade"))
    found = Submission(
        status="checked",
        form=report.form.id,
        version=_whole(properties.get(VERSION_PROPERTY)) or 0,
        department=_as_typed(report.role("name")),
        code=_word(report.role("code")),
        year=_year(report.role("year")),
        report_date=_word(report.role("date")),
        saved=saved,
        author=author,
        round=round_of(book, report.places.sheets if report.places else {}),
        answers=properties.get(ANSWERS_PROPERTY),
        check_code=code,
        stated_code=_stated_code(book, report),
        figures_hash=digest.hex(),
        answers_hash=properties.get(ANSWERED_HASH_PROPERTY),
        is_as_returned=properties.get(ANSWERED_CODE_PROPERTY) == code,
        score=score,
        grade=grade,
    )
    found.rows = {s.id: tuple(report.row_keys(s)) for s in report.form.row_sets.values()}
    yuan = _in_yuan(checked)
    found.figures = list(figures(report, _blamed(checked) | yuan.keys(), yuan))
    found.lines = list(_lines(report))
    found.texts = list(_texts(report))
    found.flaws = _flaws(checked, book)
    found.derived = [_place(d.where, d.value) for d in checked.derived]
    found.places = dict(_places(report))
    found.roundings = [_place(report.where(r.spot), format(r.difference, "f")) for r in checked.roundings]
    return found


def _stated_code(book: FileBook | ForeignBook, report: Report) -> str | None:
    """The code that stands in the workbook since its last check."""
    text = stamped_text(book, CODE, report.places.sheets if report.places else {})
    return as_written(text) or None if text else None


def _places(report: Report) -> Iterator[tuple[str, tuple[str, str]]]:
    for role in ("name", "code", "year"):
        cell = report.role(role)
        if cell.sheet is not None and cell.ref is not None:
            yield role, (cell.sheet, str(cell.ref))


# ---- lists and texts


def _lines(report: Report) -> Iterator[Line]:
    for data in report.tables.values():
        table = data.table
        if table.kind != "list":
            continue
        for row in data.rows:
            values: dict[str, str] = {}
            cells: dict[str, str] = {}
            for name, field, cell in _in_line(table, row):
                value = write_value(field, cell)
                if value is None and cell.filled is not None:
                    value = write_plain(field, cell.filled)
                if value is not None and not field.personal:
                    values[name] = str(value)
                    if cell.ref is not None:
                        cells[name] = str(cell.ref)
            if values:
                yield Line(table.id, row.key or "", data.sheet, values, cells)


def _in_line(table: Table, row: Row) -> Iterator[tuple[str, Field, Cell]]:
    for name, cell in row.cells.items():
        yield name, table.fields[name], cell
    for number, part in enumerate(row.parts, 1):
        for name, cell in part.items():
            yield f"parts[{number}].{name.removeprefix('parts.')}", table.fields[name], cell


def _texts(report: Report) -> Iterator[Text]:
    for data in report.tables.values():
        for field in data.table.field if data.table.kind == "fields" else ():
            cell = data.rows[0].cell(field.id) if data.rows else None
            if field.type == "longtext" and not field.personal and cell is not None and cell.text:
                place, length = str(cell.ref) if cell.ref else None, len(cell.text)
                pieces = signature(cell.text) if length >= SHORTEST else ()
                yield Text(data.table.id, field.id, cell.sheet, place, length, pieces)


def signature(text: str) -> tuple[int, ...]:
    """The least hashes of the pieces of a text: two texts share as large a part of them as they share of their words."""
    data = folded(text).encode("utf-8", "replace")
    starts = [k for k, byte in enumerate(data) if byte & 0xC0 != 0x80]  # of its characters
    starts.append(len(data))
    if len(starts) <= _PIECE:
        return (crc32(data),)
    return tuple(sorted({crc32(data[a:b]) for a, b in zip(starts, starts[_PIECE:], strict=False)})[:_KEPT])


# ---- findings


def _blamed(checked: Checked) -> set[Spot]:
    """The figures at which an error or warning stands, also where it only follows from another (the figure is wrong all the same),
    and those that the cause names."""
    found: set[Spot] = set()
    for finding in checked.findings:
        where, cause = finding.where, finding.cause
        if finding.severity == "notice" or where.field is None:
            continue
        found.add(Spot(where.table, where.row, where.field))
        if cause is not None and cause.kind not in ("omitted_addend", "counted_twice", "missing_item"):
            for row in cause.rows or (where.row,):
                found.update(Spot(where.table, row, field) for field in cause.fields)
    return found


def _in_yuan(checked: Checked) -> dict[Spot, Decimal]:
    """The amounts that a finding says are in yuan, and what they are in the unit of the form."""
    blaming = [f for f in checked.findings if f.rule == amounts_look_like_yuan.id and f.follows is None and f.cause is not None]
    return {spot: amount for finding in blaming for spot, amount in in_yuan(checked.report, finding)}


def _flaws(checked: Checked, book: FileBook | ForeignBook) -> list[Flaw]:
    report = checked.report
    if not checked.findings:
        return []
    remedies = {rule.id: rule.remedy for rule in catalogue(report)}
    sheet = report.form.edition.results_sheet
    area = book.names().get("xlp_result_keys")
    sheet = area.sheet if area is not None else sheet
    said = {e.fingerprint: e.text for e in texts_of(book.sheet(sheet)).explanations} if sheet in book.sheet_names() else {}
    return [_flaw(finding, remedies, said) for finding in checked.findings]


def _flaw(finding: Finding, remedies: Mapping[str, str], said: Mapping[str, str]) -> Flaw:
    where, follows = finding.where, finding.follows
    return Flaw(
        rule=finding.rule,
        name=finding.name,
        severity=finding.severity,
        sheet=where.sheet,
        cell=str(where.ref) if where.ref else None,
        table=where.table,
        row=where.row,
        field=where.field,
        actual=finding.actual,
        expected=finding.expected,
        difference=finding.difference,
        cause=finding.cause,
        competing=finding.competing,
        follows=None if follows is None else (follows.sheet, str(follows.ref) if follows.ref else None),
        problem=finding.problem,
        because=finding.because,
        remedy=remedies.get(finding.rule, ""),
        key=flaw_key(finding.rule, where.table, where.row, where.field),
        explanation=said.get(fingerprint(finding)),
    )


def _place(where: Where, value: str) -> Place:
    return Place(where.sheet, str(where.ref) if where.ref else None, where.table, where.row, where.field or "", value)


def _word(cell: Cell) -> str | None:
    text = as_text(cell.figure)
    return text.strip() or None if text is not None else None


def _as_typed(cell: Cell) -> str | None:
    """A text with the blanks around it, where there is more than blanks."""
    text = as_text(cell.figure)
    return text if text and text.strip() else None


def _year(cell: Cell) -> int | None:
    number = cell.number
    return int(number) if number is not None and number.is_finite() else None


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 5 else None
