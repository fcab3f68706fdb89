"""The check code in a workbook that is open in LibreOffice: in its locked cell, and the same as a file gets."""

from __future__ import annotations

from pathlib import Path

import pytest
from live_office import LiveOffice

from xlprocess.books.book import CellWrite, Changes
from xlprocess.check_code import check_code
from xlprocess.pipeline import annotate_book, check_book, clear_book
from xlprocess.stamps import CODE, ROUND, place_of, stamp_round, stamped_text

pytestmark = pytest.mark.office
SAMPLE = Path(__file__).parents[2] / "workbooks" / "samples" / "档案馆2021.xlsx"


def test_a_run_writes_it_and_clearing_takes_it_off(office: LiveOffice) -> None:
    book = office.live(SAMPLE.read_bytes())
    checked = check_book(book, "x")
    annotate_book(book, checked)
    code = check_code(checked.report)
    assert code is not None
    assert stamped_text(book, CODE) == code
    place = place_of(book, CODE)
    assert place is not None
    stamp_round(book, 2, "原.xlsx", "0" * 64, "22222222")
    assert stamped_text(book, ROUND) == "第 2 轮"
    book.apply(Changes(cells=[CellWrite(*place, "22222222")], notes={}, results=None, properties={}))
    annotate_book(book, check_book(book, "x"))
    assert stamped_text(book, CODE) == code
    clear_book(book, "x")
    assert (stamped_text(book, CODE), stamped_text(book, ROUND)) == ("", "第 2 轮")
    office.close_all()
