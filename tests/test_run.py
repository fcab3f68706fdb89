"""A run over a workbook: what it fills and flags, that a second run changes nothing, and that people's things stay."""

from __future__ import annotations

import io
import json
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment

import xlprocess
from xlprocess.books.book import CellWrite, Changes, Ref
from xlprocess.books.file import FileBook
from xlprocess.books.mark import MARK
from xlprocess.form.load import load
from xlprocess.form.template import build
from xlprocess.pipeline import annotate_book, check_book, clear_book, is_untouched, open_book, stamped
from xlprocess.values import read_values

FORM = load("yueyang-2021")
SEED = json.loads((Path(__file__).parent / "golden" / "seed.json").read_bytes())


def workbook(**changed: Any) -> bytes:
    document = json.loads(json.dumps(SEED))
    lead = document["rows"][1]
    for key, value in changed.items():
        (lead if key in lead else document)[key] = value
    return build(FORM, read_values(FORM, json.dumps(document), "seed.json"))


def notes(data: bytes) -> dict[str, str]:
    return {f"{sheet}!{ref}": text for (sheet, ref), text in FileBook.open(data, "x").notes().items()}


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {n: package.read(n) for n in package.namelist()}


def cells(data: bytes, sheet: str) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data), data_only=True)[sheet]


def run(data: bytes) -> bytes:
    changed = xlprocess.run(data).data
    assert changed is not None
    return changed


def test_the_notes_stand_in_the_cells_of_the_findings() -> None:
    result = xlprocess.run(workbook())
    assert result.data is not None
    found = notes(result.data)
    assert set(found) == {f"{f.where.sheet}!{f.where.ref}" for f in result.findings if f.where.ref}
    assert [line.rstrip("\u3000") for line in found["收支情况!B6"].splitlines()] == [
        MARK,
        "错误 R101 局机关“收入合计” 952.55，各分项之和 1032.52，少 79.97。",
        "　可能原因：恰等于“上年结转”，合计可能未含上年结转。决算报表的本年收入合计（952.55）不含上年结转，"
        "本表收入合计按表头含上年结转（1032.52），以财政部门的填报说明为准。",
        "　处理：更正合计，或补填遗漏的分项；确属口径差异的，在“说明”中写明。",
    ]


def test_a_second_run_changes_no_byte() -> None:
    once = run(workbook())
    assert run(once) == once
    assert is_untouched(once, "x")


def test_a_run_touches_no_other_part_of_the_package() -> None:
    before = workbook()
    after = run(before)
    old, new = parts(before), parts(after)
    changed = {n for n in old if new.get(n) != old[n]}
    assert {n for n in changed if not n.startswith("xl/worksheets/")} == {
        "[Content_Types].xml",
        "docProps/custom.xml",
        "xl/styles.xml",
        "xl/workbook.xml",
    }
    assert set(old) <= set(new)


def test_blank_totals_are_filled_and_typed_ones_never_touched() -> None:
    data = workbook(exp_total=None, exp_basic=None, fa_total="70")
    after = cells(run(data), "收支情况")
    before = cells(data, "收支情况")
    typed = {(c.row, c.column): c.value for row in before.iter_rows() for c in row if c.value is not None}
    for (row, column), value in typed.items():
        assert after.cell(row, column).value == value
    result = xlprocess.check(data)
    filled = {(d.where.row, d.where.field): d.value for d in result.derived}
    assert filled["局机关", "exp_total"] == "1016.61"
    assert filled["局机关", "exp_basic"] == "459.10"


def test_a_blank_cell_without_formula_gets_formula_and_value() -> None:
    held = openpyxl.load_workbook(io.BytesIO(workbook()))
    sheet = held["收支情况"]
    place = next(
        d.where for d in xlprocess.check(workbook()).derived if d.where.field == "balance_current" and d.where.row == "局机关"
    )
    assert place.ref is not None
    sheet[str(place.ref)] = None
    saved = io.BytesIO()
    held.save(saved)
    after = run(saved.getvalue())
    assert cells(after, "收支情况")[str(place.ref)].value == pytest.approx(-64.06)
    formulas = openpyxl.load_workbook(io.BytesIO(after))["收支情况"]
    assert str(formulas[str(place.ref)].value).startswith("=IF(COUNT(")


def with_note(data: bytes, sheet: str, ref: str, text: str) -> bytes:
    """A note as an office program writes a person's."""
    held = openpyxl.load_workbook(io.BytesIO(data))
    held[sheet][ref].comment = Comment(text, "填报人", width=240, height=120)
    saved = io.BytesIO()
    held.save(saved)
    return saved.getvalue()


def test_a_persons_note_survives_two_runs_and_the_mending() -> None:
    data = with_note(workbook(), "收支情况", "B6", "账面数，财务科核过")
    once = run(data)
    assert notes(once)["收支情况!B6"].startswith(f"账面数，财务科核过\n────\n{MARK}\n错误 R101 ")
    assert run(once) == once
    mended = FileBook.open(once, "x")
    writes = [CellWrite("收支情况", Ref(r, 2), Decimal("1032.52")) for r in (5, 6)]
    mended.apply(Changes(cells=writes, notes={}, results=None, properties={}))
    third = run(mended.to_bytes())
    assert notes(third)["收支情况!B6"] == "账面数，财务科核过"
    assert "收支情况!B5" not in notes(third)


def test_clear_takes_our_notes_and_the_list_and_nothing_else() -> None:
    data = with_note(workbook(), "收支情况", "B6", "账面数")
    once = run(data)
    book = open_book(once, "x")
    clear_book(book, "x")
    cleared = book.to_bytes()
    assert notes(cleared) == {"收支情况!B6": "账面数"}
    rows = [[c.value for c in row if c.value] for row in cells(cleared, "检查结果").iter_rows()]
    assert [r for r in rows if r][1] == ["尚未检查。"]
    assert cells(cleared, "收支情况")["B6"].value == 952.55


def test_an_explanation_is_kept_while_its_values_stay_and_never_lost() -> None:
    once = run(workbook())
    held = openpyxl.load_workbook(io.BytesIO(once))
    sheet = held["检查结果"]
    row = next(r for r in range(1, 40) if sheet.cell(r, 10).value == "R101")
    sheet.cell(row, 9).value = "按决算口径填列"
    saved = io.BytesIO()
    held.save(saved)
    again = run(saved.getvalue())
    found = cells(again, "检查结果")
    row = next(r for r in range(1, 40) if found.cell(r, 10).value == "R101")
    assert found.cell(row, 9).value == "按决算口径填列"

    book = FileBook.open(again, "x")
    writes = [CellWrite("收支情况", Ref(r, 2), Decimal("1032.52")) for r in (5, 6)]
    book.apply(Changes(cells=writes, notes={}, results=None, properties={}))
    mended = cells(run(book.to_bytes()), "检查结果")
    texts = [str(c.value) for r in mended.iter_rows() for c in r if c.value]
    assert "按决算口径填列" in texts
    assert any(t.startswith("以往的说明") for t in texts)


def test_texts_that_look_like_formulas_stay_texts() -> None:
    for text in ("=1+1", "+SUM(A1)", "-1-2", "@cmd"):
        data = run(workbook(dept_name=text, duties=text))
        held = openpyxl.load_workbook(io.BytesIO(data))
        for sheet in held.worksheets:
            for line in sheet.iter_rows():
                for cell in line:
                    assert not (cell.data_type == "f" and text.lstrip("=") in str(cell.value)), cell.coordinate


def test_an_open_openpyxl_workbook_is_annotated_itself() -> None:
    held = openpyxl.load_workbook(io.BytesIO(workbook()))
    result = xlprocess.run(held)
    assert result.data is None
    assert MARK in held["收支情况"]["B6"].comment.text
    from_file = xlprocess.check(workbook())
    assert [f.message for f in result.findings] == [f.message for f in from_file.findings]
    frame = result.findings_frame()
    assert list(frame.loc[frame.rule == "R101", "cell"]) == ["B6", "B5"]
    assert result.values_frame().query("field == 'execution_rate' and row == '汇总'").text.tolist() == ["98.46"]


def test_words_typed_behind_our_last_line_stay_with_the_cell() -> None:
    once = FileBook.open(run(workbook()), "x")
    ours = once.notes()["收支情况", Ref(6, 2)]
    typed = with_note(once.to_bytes(), "收支情况", "B6", ours + "张三：已与国库核对。")
    assert notes(run(typed))["收支情况!B6"].startswith(f"张三：已与国库核对。\n────\n{MARK}\n错误 R101 ")


def test_a_note_that_only_speaks_of_our_mark_is_a_persons() -> None:
    text = f"请李四看：\n{MARK}说少 79.97，我认为对"
    typed = with_note(workbook(), "收支情况", "B6", text)
    assert notes(run(typed))["收支情况!B6"].startswith(f"{text}\n────\n{MARK}\n")


def test_a_copy_that_was_mended_and_checked_again_is_not_ours_to_replace() -> None:
    book = open_book(run(workbook()), "x")
    book.apply(Changes(cells=[CellWrite("收支情况", Ref(6, 2), Decimal("1032.52"))], notes={}, results=None, properties={}))
    mended = book.to_bytes()
    assert not is_untouched(mended, "x")
    again = open_book(mended, "x")
    annotate_book(again, check_book(again, "x"))
    assert not is_untouched(stamped(again, is_ours=False), "x")


def test_what_is_no_workbook_is_the_callers_mistake() -> None:
    with pytest.raises(TypeError, match="not int"):
        xlprocess.check(123)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="data_only"):
        xlprocess.check(openpyxl.load_workbook(io.BytesIO(workbook()), data_only=True))
    assert len(xlprocess.check(bytearray(workbook())).findings) == len(xlprocess.check(workbook()).findings)  # type: ignore[arg-type]


def test_a_name_in_one_table_alone_is_told_alike_by_the_first_run_and_the_second() -> None:
    book = FileBook.open(workbook(), "a.xlsx")
    typed = [CellWrite("收支情况", Ref(7, 1), "甲站"), CellWrite("收支情况", Ref(7, 4), 5)]
    book.apply(Changes(cells=typed, notes={}, results=None, properties={}))
    first = xlprocess.run(book.to_bytes())
    assert first.data is not None
    second = xlprocess.run(first.data)
    assert [f.message for f in second.findings] == [f.message for f in first.findings]
    assert second.data == first.data
