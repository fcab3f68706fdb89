"""What a run changes in a workbook: cells that are filled, notes in the cells, and the sheet 检查结果."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from xlprocess.books.book import Book, CellWrite, Changes, Ref, Scalar
from xlprocess.books.mark import END, MARK
from xlprocess.checking import Rounding, catalogue
from xlprocess.derive import Derived
from xlprocess.finding import SEVERITY_WORD, Finding
from xlprocess.form.formula import Value
from xlprocess.inserted_rows import controls_beside
from xlprocess.list_texts import Texts, keep, texts_of
from xlprocess.live import own_formula, same_formula
from xlprocess.report import Cell, Report
from xlprocess.result_list import blank_list, result_list, says, with_others
from xlprocess.stamps import returned, stamp_code, take_code_off
from xlprocess.texts_left_out import Shown, texts_left_out

CLOSE = Decimal("1e-9")
NOTE_FINDINGS = 6
"""A note names so many findings at most; the list has them all."""


def fill(book: Book, report: Report) -> Changes:
    """Only the cells that are filled."""
    cells = [*_cells(report, texts_left_out(report)), *controls_beside(report), *stamp_code(book, report)]
    return Changes(cells=cells, notes={}, results=None, properties={})


def annotate(
    book: Book, report: Report, findings: Sequence[Finding], derived: Sequence[Derived], roundings: Sequence[Rounding]
) -> Changes:
    """Everything that a run changes. A second run over the result changes nothing."""
    remedies = {rule.id: rule.remedy for rule in catalogue(report)}
    sheet = _results_sheet(book, report)
    texts = _texts(book, sheet)
    shown = texts_left_out(report)
    results = result_list(report, findings, derived, roundings, remedies, texts.explanations, sheet, returned(book), shown)
    with_others(results, keep(texts, results))
    return Changes(
        cells=[*_cells(report, shown), *controls_beside(report), *stamp_code(book, report)],
        notes=_notes(book, findings, remedies),
        results=results,
        properties={},
    )


def explained(book: Book, report: Report) -> int:
    """How many explanations clerks wrote in the list."""
    return len(_texts(book, _results_sheet(book, report)).explanations)


def clear(book: Book, report: Report) -> Changes:
    """Our notes, the check code and the list go, with what explained it; nothing else does."""
    sheet = _results_sheet(book, report)
    notes: dict[tuple[str, Ref], str | None] = {at: None for at, text in book.notes().items() if MARK in text}
    results = blank_list(sheet) if sheet in book.sheet_names() else None
    if results is not None:
        with_others(results, keep(_texts(book, sheet), results))
        if says(book.sheet(sheet), results):
            results = None  # it is blank already
    return Changes(cells=take_code_off(book, report), notes=notes, results=results, properties={})


def _texts(book: Book, sheet: str) -> Texts:
    """What people typed on the sheet 检查结果."""
    return texts_of(book.sheet(sheet)) if sheet in book.sheet_names() else Texts([], {}, [], [])


def _results_sheet(book: Book, report: Report) -> str:
    """The sheet 检查结果 under its present name: its defined names find it when it was renamed."""
    area = book.names().get("xlp_result_keys")
    return area.sheet if area is not None else report.form.edition.results_sheet


def _cells(report: Report, shown: Shown) -> list[CellWrite]:
    """Formulas, each with what it gives: without the texts that it does not count."""
    writes: list[CellWrite] = []
    for spot, field, cell in report.spots():
        if (
            cell.sheet is None
            or cell.ref is None
            or cell.state not in ("blank", "own")
            or (field.kind == "input" and (cell.filled is None))
        ):
            continue
        if cell.state == "blank" and cell.filled is None:
            continue
        value = shown.get(report.where(spot), cell.filled) if shown else cell.filled
        if cell.state == "own" and _same(cell.raw, value):
            continue
        formula = own_formula(report, spot, field)
        if formula is None or (cell.state == "own" and field.kind != "derived" and not _is_own(cell, formula)):
            continue  # a formula of ours that points to the wrong rows is put right
        writes.append(CellWrite(cell.sheet, cell.ref, value if isinstance(value, (Decimal, str)) else None, formula))
    return writes


def _is_own(cell: Cell, formula: str) -> bool:
    return cell.formula is not None and same_formula(formula, cell.formula)


def _same(raw: Scalar, filled: Value) -> bool:
    """The stored result is what the formula gives."""
    if filled is None or isinstance(filled, str):
        return (raw or None) == filled
    if isinstance(filled, Decimal) and isinstance(raw, (int, float)) and not isinstance(raw, bool):
        return abs(Decimal(repr(raw)) - filled) <= CLOSE * max(abs(filled), Decimal(1))
    return False


def _notes(book: Book, findings: Sequence[Finding], remedies: Mapping[str, str]) -> dict[tuple[str, Ref], str | None]:
    threads = book.threads()
    by_cell: dict[tuple[str, Ref], list[Finding]] = {}
    for finding in findings:
        where = finding.where
        if where.sheet is not None and where.ref is not None and (where.sheet, where.ref) not in threads:
            by_cell.setdefault((where.sheet, where.ref), []).append(finding)
    notes: dict[tuple[str, Ref], str | None] = {
        at: None for at, text in book.notes().items() if MARK in text and at not in by_cell and at not in threads
    }
    notes.update({at: note_text(found, remedies) for at, found in by_cell.items()})
    return notes


def note_text(findings: Sequence[Finding], remedies: Mapping[str, str]) -> str:
    """The note of a cell: one for all its findings."""
    lines = [MARK]
    for finding in findings[:NOTE_FINDINGS]:
        lines.append(f"{SEVERITY_WORD[finding.severity]} {finding.rule} {finding.problem}。")
        if finding.because:
            lines.append(f"　可能原因：{finding.because}。")
        if remedy := remedies.get(finding.rule):
            lines.append(f"　处理：{remedy}")
    if len(findings) > NOTE_FINDINGS:
        lines.append(f"另有 {len(findings) - NOTE_FINDINGS} 处，见“检查结果”。")
    first, *rest = (line.replace("\n", " ").replace("\r", " ") for line in lines)
    return "\n".join([first, *(line + END for line in rest)])
