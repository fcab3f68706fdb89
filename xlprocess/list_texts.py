"""What people typed on the sheet 检查结果, in the list or anywhere else: the next list has it again.

A row of ours carries the print of its finding and of what we wrote in it, so that what somebody typed over can be told. The columns
are found by their heads: somebody may have put one in between."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import msgspec

from xlprocess.books.book import Link, ListCell, ResultList, Scalar, Sheet, letters
from xlprocess.result_list import (
    EARLIER,
    EXPLANATION,
    FILLED_HEADING,
    HEAD,
    KEY,
    KIND,
    NOT_CHECKED,
    OTHER,
    PRINT,
    PRINTED,
    ROUNDING_HEADING,
    TITLE,
    Explanation,
    bare,
    print_of,
)

LINE = (2, 3, 4, 5, 6)
"""Those of the rows that list what was filled, and rounding gaps."""
SAVED = "z"
"""The prints of texts that were kept once begin so; those of findings are hexadecimal."""
HEAD_ROWS = 10


class Texts(msgspec.Struct):
    """`explanations` of findings, those of the foot included; `beside`: what stands right of a finding, by its print;
    `other`: texts that were typed somewhere else, and those that were kept before."""

    explanations: list[Explanation]
    beside: dict[str, list[str]]
    typed_over: list[tuple[str, dict[int, str], str]]
    other: list[Explanation]


def texts_of(sheet: Sheet) -> Texts:
    """Everything that people typed on a list as it stands in the workbook now."""
    found = Texts([], {}, [], [])
    columns = _columns(sheet)
    for number in range(sheet.top, sheet.top + len(sheet.rows)):
        ours, others = _split(sheet, number, columns)
        mark = ours.get(PRINT, "")
        fingerprint, _, written = mark.partition("-")
        if len(fingerprint) == 12:
            _of_row(found, ours, others, fingerprint, written, number)
        else:
            spare = {} if _is_heading(ours) else {c: t for c, t in ours.items() if not (ours.get(KEY) and c in LINE)}
            for column, text in [*((_real(columns, c), t) for c, t in spare.items() if c not in (KEY, KIND, PRINT)), *others]:
                found.other.append(_kept(f"原在 {letters(column)}{number}", "", text))
    return found


def _of_row(found: Texts, ours: dict[int, str], others: list[tuple[int, str]], fingerprint: str, written: str, number: int) -> None:
    """A row of a finding, an earlier explanation, or a text that was kept before."""
    text, place = ours.get(EXPLANATION), ours.get(3, "")
    if text:
        said = Explanation(fingerprint, place, ours.get(6, ""), text)
        (found.other if fingerprint.startswith(SAVED) else found.explanations).append(said)
    if written and written != print_of(ours):
        found.typed_over.append((fingerprint, ours, place))
    if others:
        found.beside[fingerprint] = [text for _, text in others]


def keep(texts: Texts, results: ResultList) -> list[Explanation]:
    """Puts what stood beside a finding beside it again. Gives all else that people typed, for the foot of the list."""
    rows = {_mark(row): row for row in results.rows if len(row) >= PRINT and _mark(row)}
    other = list(texts.other)
    for fingerprint, ours, place in texts.typed_over:
        now = rows.get(fingerprint)
        for column in PRINTED:
            text = ours.get(column)
            if text and (now is None or bare(text) != bare(_text(now[column - 1]))):
                other.append(_kept(place, f"填在“{HEAD[column - 1]}”栏", text))
    for fingerprint, beside in texts.beside.items():
        now = rows.get(fingerprint)
        if now is None:
            other += [_kept("", "", text) for text in beside]
        else:
            now.extend(ListCell(text, "text") for text in beside)
    return list({e.fingerprint: e for e in other}.values())


def _kept(place: str, problem: str, text: str) -> Explanation:
    name = hashlib.sha256("\n".join((place, problem, text)).encode()).hexdigest()[:11]
    return Explanation(SAVED + name, place, problem, text)


def _columns(sheet: Sheet) -> dict[int, int]:
    """Our column by the real one."""
    for number in range(sheet.top, sheet.top + HEAD_ROWS):
        named = {sheet.left + k: v for k, v in enumerate(sheet.row(number)) if isinstance(v, str)}
        if HEAD[PRINT - 1] in named.values() and HEAD[KEY - 1] in named.values():
            return {column: HEAD.index(text) + 1 for column, text in named.items() if text in HEAD}
    return {k: k for k in range(1, len(HEAD) + 1)}


def _real(columns: Mapping[int, int], ours: int) -> int:
    return next((real for real, column in columns.items() if column == ours), ours)


def _split(sheet: Sheet, number: int, columns: Mapping[int, int]) -> tuple[dict[int, str], list[tuple[int, str]]]:
    """The texts of a row in our columns, and those in others."""
    ours: dict[int, str] = {}
    others: list[tuple[int, str]] = []
    for column, value in enumerate(sheet.row(number), sheet.left):
        text = _said(value)
        if text and column in columns:
            ours[columns[column]] = text
        elif text:
            others.append((column, text))
    return ours, others


def _said(value: Scalar) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()


def _is_heading(ours: Mapping[int, str]) -> bool:
    first = ours.get(1, "")
    if len(ours) > 1:
        return all(ours.get(c) == HEAD[c - 1] for c in ours)
    return first in (TITLE, NOT_CHECKED, FILLED_HEADING, ROUNDING_HEADING, EARLIER, OTHER) or first.endswith("处。")


def _mark(row: Sequence[ListCell]) -> str:
    return _text(row[PRINT - 1])[:12]


def _text(cell: ListCell) -> str:
    return cell.value.text if isinstance(cell.value, Link) else cell.value or ""
