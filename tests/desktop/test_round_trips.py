"""How often LibreOffice is asked something: not more often for a larger table."""

from __future__ import annotations

import io
import json
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
from counted import Count, counted
from live_office import LiveOffice

from xlprocess.books.live import LiveBook
from xlprocess.desktop.engine import engine_over
from xlprocess.desktop.links import MOST_REAL
from xlprocess.form.load import load
from xlprocess.form.template import build
from xlprocess.pipeline import annotate_book, check_book
from xlprocess.values import read_values

pytestmark = pytest.mark.office
SAMPLE = Path(__file__).parents[2] / "workbooks" / "samples" / "应急管理局2021.json"


def with_organisations(number: int) -> bytes:
    """The sample with so many further organisations, each with figures that agree."""
    form = load("yueyang-2021")
    document = json.loads(SAMPLE.read_text(encoding="utf-8"))
    figures = {"income_total": "3.00", "public_budget": "3.00", "exp_total": "2.00", "exp_basic": "2.00", "exp_staff": "2.00"}
    lead = next(row for row in document["rows"] if row["org"] == "局机关")
    document["rows"] = [lead, *({"org": f"第{k}中心", **figures} for k in range(number))]
    return build(form, read_values(form, json.dumps(document, ensure_ascii=False), "test"))


def asked(office: LiveOffice, data: bytes) -> tuple[Counter[str], int]:
    """What was asked in reading, checking and annotating; and how many lines of the list have a link."""
    from xlprocess.desktop.libreoffice import LibreOffice

    office.open(data)
    count = Count()
    try:
        app = engine_over(counted(office.app.impl.context, count)).apps.active
        book = app.books.active
        live = LiveBook(book, LibreOffice(book))
        checked = check_book(live, "x")
        annotate_book(live, checked)
    finally:
        office.close_all()
    return count.asked, len(checked.derived) + sum(f.where.ref is not None for f in checked.findings)


def test_a_larger_table_takes_no_more(office: LiveOffice) -> None:
    """Neither for its cells nor for the lines of the list: the links of a long one are formulas."""
    small, large = with_organisations(20), with_organisations(60)
    assert cells_of(large) > 1.8 * cells_of(small)
    (few, links), (many, more_links) = asked(office, small), asked(office, large)
    assert MOST_REAL < links < more_links
    assert many == few
    assert sum(few.values()) < 1800


def cells_of(data: bytes) -> int:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return sum(1 for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None)


def test_the_links_of_a_long_list_are_formulas_and_a_second_run_leaves_them(office: LiveOffice) -> None:
    live = office.live(with_organisations(20))
    for _ in range(2):
        live.book.api.setModified(False)
        annotate_book(live, check_book(live, "x"))
    assert not live.book.api.isModified()
    sheet = live.sheet("检查结果")
    linked = {ref: formula.text for ref, formula in sheet.formulas.items()}
    assert len(linked) > MOST_REAL
    for ref, text in linked.items():
        place = str(sheet.value(*ref))
        name, _, cell = place.rpartition("!")
        assert text.replace(";", ",") == f'HYPERLINK("#\'{name}\'!{cell}","{place}")'
    office.close_all()
