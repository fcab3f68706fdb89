"""校验码: of what was typed and of nothing else; a wrong copy is told."""

from __future__ import annotations

import json
import random
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.summaries import FUNDED, SAMPLE, workbook
from xlprocess import api
from xlprocess.books.book import CellWrite, Changes
from xlprocess.books.file import FileBook
from xlprocess.check_code import ALPHABET, check_code, code_of, is_check_code, looks_like_code
from xlprocess.pipeline import annotate_book, check_book, clear_book
from xlprocess.stamps import CODE, place_of, stamped_text

BASES = pytest.mark.parametrize("base", [SAMPLE, FUNDED], ids=["yueyang-2021", "general-2022"])


def code(data: bytes) -> str | None:
    return check_code(api.check(data).report)


def changed(base: dict[str, Any], **fields: Any) -> bytes:
    return workbook({**base, **fields})


def ran(data: bytes) -> bytes:
    done = api.run(data).data
    assert done is not None
    return done


def stated(data: bytes) -> str | None:
    return stamped_text(FileBook.open(data, "a"), CODE)


@BASES
def test_a_run_fills_it_at_the_foot_of_the_first_sheet_and_a_second_run_changes_nothing(base: dict[str, Any]) -> None:
    blank = workbook(base)
    once = ran(blank)
    place = place_of(FileBook.open(once, "a"), CODE)
    assert place is not None
    sheet, ref = place
    assert sheet == "基本概况"
    assert ref.row == openpyxl.load_workbook(BytesIO(blank))[sheet].max_row
    assert (stated(blank), stated(once)) == ("", code(blank))
    assert is_check_code(str(stated(once)))
    assert ran(once) == once


@BASES
def test_it_changes_with_what_was_typed(base: dict[str, Any]) -> None:
    rows = json.loads(json.dumps(base.get("rows") or base["funds"]))
    key, other = ("rows", "public_budget") if "rows" in base else ("funds", "executed")
    line = next(r for r in rows[1:] if r.get(other))
    line[other] = str(Decimal(line[other]) + Decimal("0.01"))
    codes = [
        code(changed(base)),
        code(changed(base, dept_name="另一个局")),
        code(changed(base, score="91.5")),
        code(changed(base, indicators=base["indicators"][1:])),
        code(changed(base, contact_name="某人")),
        code(changed(base, **{key: rows})),
    ]
    assert len(set(codes)) == len(codes)


def test_it_is_the_same_however_the_same_values_are_written() -> None:
    rows = json.loads(json.dumps(SAMPLE["rows"]))
    filled = next((r, k) for r in rows[1:] for k, v in r.items() if k == "public_budget" and v)
    filled[0][filled[1]] = str(Decimal(filled[0][filled[1]]) * 10000) + "元"
    book = openpyxl.load_workbook(BytesIO(workbook(SAMPLE)))
    book.move_sheet("评价人员", offset=-3)
    for sheet in book:
        for line in sheet.iter_rows():
            for cell in line:
                cell.number_format = "0.0"
    saved = BytesIO()
    book.save(saved)
    codes = [code(changed(SAMPLE)), code(changed(SAMPLE, rows=rows)), code(ran(changed(SAMPLE))), code(saved.getvalue())]
    assert codes == [codes[0]] * 4


def test_a_new_organisation_changes_it_though_nothing_is_filled_in() -> None:
    rows = [*SAMPLE["rows"], {"org": "档案利用中心"}]
    assert code(changed(SAMPLE, rows=rows)) != code(changed(SAMPLE))


def test_a_blank_workbook_has_none() -> None:
    blank = workbook({"form": "yueyang-2021"})
    assert (code(blank), stated(ran(blank))) == (None, "")


def test_clear_takes_it_off() -> None:
    book = FileBook.open(ran(workbook(SAMPLE)), "a")
    clear_book(book, "a")
    assert stated(book.to_bytes()) == ""


def test_fill_only_fills_it_too() -> None:
    done = api.run(workbook(SAMPLE), fill_only=True).data
    assert done is not None
    assert stated(done) == code(done)


def test_a_code_that_no_longer_holds_is_renewed_and_what_somebody_wrote_there_stays() -> None:
    book = FileBook.open(ran(workbook(SAMPLE)), "a")
    place = place_of(book, CODE)
    assert place is not None
    for written, then in (("22222222", code(workbook(SAMPLE))), ("见附件说明", "见附件说明")):
        book.apply(Changes(cells=[CellWrite(*place, written)], notes={}, results=None, properties={}))
        assert stated(ran(book.to_bytes())) == then


def test_a_cell_whose_name_is_gone_is_found_by_its_label() -> None:
    book = openpyxl.load_workbook(BytesIO(workbook(SAMPLE)))
    for name in list(book.defined_names):
        del book.defined_names[name]
    saved = BytesIO()
    book.save(saved)
    done = ran(saved.getvalue())
    place = place_of(FileBook.open(ran(workbook(SAMPLE)), "a"), CODE)
    assert place is not None
    assert FileBook.open(done, "a").sheet(place[0]).value(*place[1]) == code(workbook(SAMPLE))


def test_a_workbook_without_the_cell_runs_as_before() -> None:
    book = openpyxl.load_workbook(BytesIO(workbook(SAMPLE)))
    del book.defined_names[CODE]
    sheet = book["基本概况"]
    sheet.delete_rows(sheet.max_row)
    saved = BytesIO()
    book.save(saved)
    done = ran(saved.getvalue())
    assert stated(done) is None
    assert ran(done) == done


def test_an_open_workbook_of_openpyxl_gets_it() -> None:
    from xlprocess.books.openpyxl import OpenpyxlBook

    book = OpenpyxlBook(openpyxl.load_workbook(BytesIO(workbook(SAMPLE))))
    checked = check_book(book, "a")
    annotate_book(book, checked)
    assert stamped_text(book, CODE) == check_code(checked.report)


def test_one_wrong_character_and_any_two_exchanged_are_told() -> None:
    rng = random.Random(1)
    for _ in range(50):
        good = code_of(rng.randbytes(32))
        assert is_check_code(good)
        assert len(good) == 8
        k, j = rng.sample(range(8), 2)
        for other in ALPHABET.replace(good[k], ""):
            assert not is_check_code(good[:k] + other + good[k + 1 :])
        exchanged = list(good)
        exchanged[k], exchanged[j] = exchanged[j], exchanged[k]
        assert exchanged == list(good) or not is_check_code("".join(exchanged))


def test_what_looks_like_a_code_is_told_from_a_remark() -> None:
    assert [looks_like_code(t) for t in ("38ehubrv", " 38EH UBRV", "12345678", "见附件", "已核对无误请查收")] == [
        True,
        True,
        True,
        False,
        False,
    ]


def test_the_code_of_the_sample_is_still_the_same() -> None:
    """A stamped page keeps its code for years: whoever changes how it is computed makes all pages worthless."""
    data = (Path(__file__).parents[1] / "workbooks" / "samples" / "档案馆2021.xlsx").read_bytes()
    assert code(data) == "VAAHTPRJ"


def test_a_text_that_some_program_cut_inside_a_character_has_a_code_too() -> None:
    report = api.check(workbook(SAMPLE)).report
    cell = report.tables["basics"].rows[0].cell("duties")
    cell.value = "负责\ud83d"
    found = check_code(report)
    assert found is not None
    assert is_check_code(found)
