"""The cells of ours at the foot of the first sheet: 校验码, and 退回轮次. A workbook that was made without them has neither.

The round is a property of the workbook as well, with the file that a returned copy answers; the sheet 检查结果 says it too."""

from __future__ import annotations

import re
from collections.abc import Mapping

from xlprocess.books.book import Book, CellWrite, Changes, Ref, Sheet
from xlprocess.check_code import check_code, looks_like_code
from xlprocess.form.model import normal
from xlprocess.report import Report

CODE, ROUND = "xlp_check_code", "xlp_round"
"""The defined names of these cells."""
LABELS = {CODE: "校验码", ROUND: "退回轮次"}
ROUND_PROPERTY = "xlprocess.round"
ANSWERS_PROPERTY = "xlprocess.answers"
ANSWERED_HASH_PROPERTY = "xlprocess.answers_hash"
ANSWERED_CODE_PROPERTY = "xlprocess.answers_code"
"""In the custom properties of a copy that was returned to the department: 退回轮次, the name of the file that it answers, the hash
of that file, and the check code of what was typed in it."""
_ROUND = re.compile("第 ?([1-9][0-9]{0,3}) ?轮")
_NONE: Mapping[str, Sheet] = {}
_LONGEST_LABEL = 8


def stamped_text(book: Book, name: str, sheets: Mapping[str, Sheet] = _NONE) -> str | None:
    """What stands in one of these cells; None where there is no such cell. `sheets`: those that have been read."""
    at = place_of(book, name, sheets)
    if at is None:
        return None
    sheet, ref = at
    value = (sheets.get(sheet) or book.sheet(sheet)).value(*ref)
    return "" if value is None else str(value).strip()


def place_of(book: Book, name: str, sheets: Mapping[str, Sheet] = _NONE) -> tuple[str, Ref] | None:
    """Where one of these cells is: by its defined name; where that is gone, behind its label on one of `sheets`."""
    area = book.names().get(name)
    if area is not None and area.sheet in book.sheet_names():
        return area.sheet, area.first
    for sheet in sheets.values():
        for number, row in enumerate(sheet.rows, sheet.top):
            for column, value in enumerate(row, sheet.left):
                if isinstance(value, str) and len(value) <= _LONGEST_LABEL and normal(value) == LABELS[name]:
                    label = Ref(number, column)
                    end = next((last.column for first, last in sheet.merged if first == label), column)
                    return sheet.name, Ref(number, end + 1)
    return None


def is_code_of_ours(sheet: Sheet, ref: Ref, text: str) -> bool:
    """A check code behind its label, in a workbook whose names are gone: the next run writes it anew."""
    if not looks_like_code(text):
        return False
    before = (sheet.value(ref.row, c) for c in range(ref.column - 1, sheet.left - 1, -1))
    label = next((v for v in before if v is not None), None)
    return isinstance(label, str) and normal(label) == LABELS[CODE]


def round_of(book: Book, sheets: Mapping[str, Sheet] = _NONE) -> int | None:
    """退回轮次: of the properties; where some program has dropped them, of the cell."""
    stated = book.properties().get(ROUND_PROPERTY, "")
    if stated.isascii() and stated.isdecimal() and len(stated) < 5:
        return int(stated)
    shown = _ROUND.fullmatch(stamped_text(book, ROUND, sheets) or "")
    return int(shown[1]) if shown else None


def round_beside(label: str, text: object) -> int | None:
    """退回轮次 that stands behind its label."""
    shown = _ROUND.fullmatch(text.strip()) if isinstance(text, str) and normal(label) == LABELS[ROUND] else None
    return int(shown[1]) if shown else None


def stamp_again(book: Book, number: int, old: Mapping[str, str]) -> None:
    """Stamps the workbook that takes over the content of a returned copy, whose properties were `old`."""
    kept = (ANSWERS_PROPERTY, ANSWERED_HASH_PROPERTY, ANSWERED_CODE_PROPERTY)
    _stamp(book, number, {name: old[name] for name in kept if name in old})


def stamp_round(book: Book, number: int, answers: str, digest: str, code: str) -> None:
    """Stamps a copy that goes back. `answers`: the name of the file that was handed in, `digest`: its hash, `code`: the check code
    of what was typed in it."""
    _stamp(book, number, {ANSWERS_PROPERTY: answers, ANSWERED_HASH_PROPERTY: digest, ANSWERED_CODE_PROPERTY: code})


def _stamp(book: Book, number: int, properties: Mapping[str, str]) -> None:
    at = place_of(book, ROUND)
    cells = [CellWrite(*at, f"第 {number} 轮")] if at is not None else []
    book.apply(Changes(cells=cells, notes={}, results=None, properties={ROUND_PROPERTY: str(number), **properties}))


def returned(book: Book) -> str:
    """What the sheet 检查结果 says of a returned copy; nothing of any other workbook."""
    number = round_of(book)
    if not number:
        return ""
    answers = book.properties().get(ANSWERS_PROPERTY)
    return f"第 {number} 轮退回{f'（针对 {answers}）' if answers else ''}，请在本工作簿中改好后报回。"


def stamp_code(book: Book, report: Report) -> list[CellWrite]:
    """The check code of what was typed, for its cell. What somebody wrote there that is no code stays."""
    return _code(book, report, check_code(report))


def take_code_off(book: Book, report: Report) -> list[CellWrite]:
    return _code(book, report, None)


def _code(book: Book, report: Report, code: str | None) -> list[CellWrite]:
    sheets = report.places.sheets if report.places else _NONE
    at, now = place_of(book, CODE, sheets), stamped_text(book, CODE, sheets)
    if at is None or now is None or now == (code or "") or (now and not looks_like_code(now)):
        return []
    return [CellWrite(*at, code)]
