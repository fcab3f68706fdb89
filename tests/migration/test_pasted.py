"""Tables pasted from Word: the whole printed form on one sheet, merged cells or what is left of them, and every paragraph of a
cell in a row of its own, as Excel pastes them."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from xlprocess.derive import derive
from xlprocess.form.load import load
from xlprocess.migration.workbook import migrated
from xlprocess.pipeline import open_book, read_book
from xlprocess.values import read_values, report_of, write_values
from xlprocess.word.document import Document, Grid
from xlprocess.word.open_document import open_document
from xlprocess.word.report_docx import write_report

ROOT = Path(__file__).parents[2]
SAMPLES = ("workbooks/samples/应急管理局2021.json", "workbooks/samples/档案馆2021.json", "tests/golden/general-2022.json")
LABELS = {
    "公共财政拨款": "公共财\n政拨款",
    "三公经费合计": "三公经\n费合计",
    "年度主要工作内容": "年度主要工\n作内容",
    "其他收入": "其他\n收入",
}


def pasted(document: Document, merged: bool, in_rows: bool, broken: bool) -> bytes:
    """The document as a sheet. `in_rows`: a paragraph a row. `broken`: labels over two paragraphs, as the form prints some."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    row = 1
    for block in document.blocks:
        if not isinstance(block, Grid):
            if block.text.strip():
                sheet.cell(row, 1, block.text)
                row += 1
            continue
        lines = {id(c): (LABELS.get(c.text, c.text) if broken else c.text).split("\n") for c in block.all_cells()}
        heights = [1] * block.height
        if in_rows:
            for cell in block.all_cells():
                heights[cell.bottom] = max(heights[cell.bottom], len(lines[id(cell)]) - (cell.bottom - cell.top))
        tops = [row + sum(heights[:k]) for k in range(block.height + 1)]
        for cell in block.all_cells():
            first, last, left, right = tops[cell.top], tops[cell.bottom + 1] - 1, cell.left + 1, cell.right + 1
            texts = lines[id(cell)] if in_rows else ["\n".join(lines[id(cell)])]
            for k, text in enumerate(texts):
                if text:
                    sheet.cell(first + k, left, as_excel(text))
            if merged and len(texts) == 1 and (first, left) != (last, right):
                sheet.merge_cells(start_row=first, end_row=last, start_column=left, end_column=right)
        row = tops[-1] + 1
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def as_excel(text: str) -> str | float:
    """A number becomes one when it is pasted, unless it begins with a zero that would be lost."""
    try:
        return text if text.startswith("0") and text.isdigit() and len(text) > 1 else float(text)
    except ValueError:
        return text


def content(report: Any) -> Any:
    """The values, a total whether typed or computed; what a printed report does not hold left out."""
    document = json.loads(json.dumps(write_values(report), default=str))
    derived = document.pop("derived", None) or {}
    document = {k: derived.get(k) if v is None else v for k, v in document.items()}
    for key, rows in document.items():
        if isinstance(rows, list):
            made = []
            for line in rows:
                more = line.pop("derived", None) or {}
                made.append({k: more.get(k) if v is None else v for k, v in line.items()})
            document[key] = [r for r in made if sum(v not in (None, []) for v in r.values()) > 1]
    return document


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("merged", [True, False])
@pytest.mark.parametrize("in_rows", [True, False])
@pytest.mark.parametrize("broken", [True, False])
def test_a_form_pasted_from_word_is_a_workbook_again(sample: str, merged: bool, in_rows: bool, broken: bool) -> None:
    given = json.loads((ROOT / sample).read_text(encoding="utf-8"))
    form = load(given.get("form", "yueyang-2021"))
    report = report_of(form, read_values(form, json.dumps(given), "test"))
    derive(report)
    document = open_document(write_report(report), "报告.docx")[form.id]
    found, data = migrated(pasted(document, merged, in_rows, broken), "粘贴.xlsx")
    assert found.form.id == form.id
    assert content(read_book(open_book(data, "新.xlsx"), "新.xlsx")) == content(report)
    assert [item for item in found.left if isinstance(item.value, float)] == []
