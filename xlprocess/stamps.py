"""The cells of ours at the foot of the first sheet: 校验码, and 退回轮次. A workbook that was made without them has neither."""

from __future__ import annotations

from collections.abc import Mapping

from xlprocess.books.book import Book, CellWrite, Ref, Sheet
from xlprocess.check_code import check_code, looks_like_code
from xlprocess.report import Report

CODE, ROUND = "xlp_check_code", "xlp_round"
"""The defined names of these cells."""
LABELS = {CODE: "校验码", ROUND: "退回轮次"}
_NONE: Mapping[str, Sheet] = {}


def stamped_text(book: Book, name: str, sheets: Mapping[str, Sheet] = _NONE) -> str | None:
    """What stands in one of these cells; None where there is no such cell. `sheets`: those that have been read."""
    at = place_of(book, name)
    if at is None:
        return None
    sheet, ref = at
    value = (sheets.get(sheet) or book.sheet(sheet)).value(*ref)
    return "" if value is None else str(value).strip()


def place_of(book: Book, name: str) -> tuple[str, Ref] | None:
    """Where one of these cells is."""
    area = book.names().get(name)
    return (area.sheet, area.first) if area is not None and area.sheet in book.sheet_names() else None


def stamp_code(book: Book, report: Report) -> list[CellWrite]:
    """The check code of what was typed, for its cell. What somebody wrote there that is no code stays."""
    return _code(book, report, check_code(report))


def take_code_off(book: Book, report: Report) -> list[CellWrite]:
    return _code(book, report, None)


def _code(book: Book, report: Report, code: str | None) -> list[CellWrite]:
    at = place_of(book, CODE)
    now = stamped_text(book, CODE, report.places.sheets if report.places else _NONE)
    if at is None or now is None or now == (code or "") or (now and not looks_like_code(now)):
        return []
    return [CellWrite(*at, code)]
