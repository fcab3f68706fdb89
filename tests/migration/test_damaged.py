"""A standard workbook after years in many hands: names gone, labels altered, blocks no longer merged, everything on one sheet.
What was in it is in the new one."""

from __future__ import annotations

import random
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.workbook.workbook import Workbook

from xlprocess.migration.workbook import migrated
from xlprocess.pipeline import open_book, open_values, read_book
from xlprocess.values import write_values

SAMPLES = Path(__file__).parents[2] / "workbooks" / "samples"
DAMAGES = ("names", "marks", "merged", "labels", "rows", "sheets", "texts", "one sheet", "values")


def filled(document: Any) -> Any:
    """The document with what the form derives put in: whether a total is typed or computed is no difference here."""
    derived = document.pop("derived", None) or {}
    for row in (document, *(r for r in document.values() if isinstance(r, list) for r in r if isinstance(r, dict))):
        more = derived if row is document else row.pop("derived", None) or {}
        for key, value in more.items():
            if row.get(key) is None:
                row[key] = value
    document["rows"] = [r for r in document["rows"] if any(v is not None for k, v in r.items() if k != "org")]
    return document


def content(data: bytes) -> Any:
    return filled(write_values(read_book(open_values(data, "表.xlsx"), "表.xlsx")))


def damaged(path: Path, damages: set[str], seed: int) -> bytes:
    choice = random.Random(seed)
    book = openpyxl.load_workbook(path, data_only="values" in damages or "one sheet" in damages)
    if damages & {"names", "one sheet"}:
        book.defined_names.clear()
    if damages & {"marks", "one sheet"}:
        for name in list(book.custom_doc_props.names):
            del book.custom_doc_props[name]
    for sheet in book.worksheets[1:-1]:
        if damages & {"merged", "one sheet"}:
            for block in list(sheet.merged_cells.ranges):
                sheet.unmerge_cells(str(block))
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell, MergedCell):
                    continue
                if "labels" in damages and isinstance(cell.value, str) and cell.value.endswith(("拨款", "支出", "资产")):
                    cell.value = f"{cell.value}（万元）"
                if "texts" in damages and isinstance(cell.value, (int, float)) and choice.random() < 0.5:
                    cell.value = f" {cell.value:,}" if cell.value > 1 and cell.value not in (2019, 2021) else cell.value
        if "rows" in damages:
            sheet.insert_rows(1, 2)
        if "sheets" in damages:
            sheet.title = f"{choice.randrange(100)}-{sheet.title}"
    if "one sheet" in damages:
        _joined(book)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def _joined(book: Workbook) -> None:
    """All tables below each other on one sheet."""
    first, *rest = book.worksheets[1:-1]
    top = first.max_row + 2
    for sheet in rest:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    first.cell(top + cell.row - 1, cell.column, cell.value)
        top += sheet.max_row + 2
        book.remove(sheet)


@pytest.mark.parametrize("sample", ["应急管理局2021", "档案馆2021"])
@pytest.mark.parametrize("damage", DAMAGES)
def test_each_damage_is_mended(sample: str, damage: str) -> None:
    path = SAMPLES / f"{sample}.xlsx"
    found, data = migrated(damaged(path, {damage}, 1), "旧.xlsx")
    assert content(data) == content(path.read_bytes())
    assert [item for item in found.left if not isinstance(item.value, str)] == []


@pytest.mark.parametrize("seed", range(12))
def test_several_damages_are_mended_together(seed: int) -> None:
    choice = random.Random(seed)
    path = SAMPLES / "应急管理局2021.xlsx"
    damages = {d for d in DAMAGES if choice.random() < 0.5}
    _, data = migrated(damaged(path, damages, seed), "旧.xlsx")
    assert content(data) == content(path.read_bytes()), damages


def test_a_number_that_replaced_a_formula_is_a_formula_again() -> None:
    path = SAMPLES / "应急管理局2021.xlsx"
    found, data = migrated(damaged(path, {"values", "names"}, 1), "旧.xlsx")
    book = openpyxl.load_workbook(BytesIO(data))
    assert book["收支情况"]["B16"].value == "=SUM(C16,F16)" or str(book["收支情况"]["B16"].value).startswith("=")
    assert {s.field for s in found.restored} >= {"exp_total", "exp_basic", "balance_current", "grade", "social_total"}
    wrong = [s for s in found.moved if s.field == "income_total"]
    assert [(s.row, s in found.restored) for s in wrong] == [("汇总", False), ("局机关", False)], (
        "952.55 is not what the parts give"
    )


def test_what_people_wrote_beside_the_form_is_listed() -> None:
    book = openpyxl.load_workbook(SAMPLES / "应急管理局2021.xlsx")
    book["收支情况"]["B6"].comment = Comment("请财务再核一次", "某人")
    book["收支情况"]["P3"] = "附注：另有代管资金"
    book["收支情况"]["Q3"] = 12.5
    other = book.create_sheet("工作底稿")
    other["C5"] = 88
    target = BytesIO()
    book.save(target)
    found, data = migrated(target.getvalue(), "旧.xlsx")
    assert [(x.place, x.value, x.near) for x in found.left] == [
        ("收支情况!P3", "附注：另有代管资金", "校验：收入合计"),
        ("收支情况!Q3", 12.5, "附注：另有代管资金"),
        ("工作底稿!C5", 88, ""),
        ("收支情况!B6", "请财务再核一次", "1、局机关；收入合计"),
    ]
    sheet = openpyxl.load_workbook(BytesIO(data))["未迁移"]
    assert [(r[0].value, r[1].value) for r in sheet.iter_rows(min_row=4)][1:3] == [("收支情况!Q3", 12.5), ("工作底稿!C5", 88)]


def test_migrating_again_changes_nothing() -> None:
    path = SAMPLES / "档案馆2021.xlsx"
    _, once = migrated(path.read_bytes(), "旧.xlsx")
    found, twice = migrated(once, "新.xlsx")
    assert found.left == []
    assert content(twice) == content(once)


def test_a_check_code_is_no_content_and_a_round_goes_over() -> None:
    from xlprocess import api
    from xlprocess.stamps import ANSWERS_PROPERTY, ROUND, round_of, stamp_round, stamped_text

    done = api.run(SAMPLES / "档案馆2021.xlsx").data
    assert done is not None
    assert migrated(done, "旧.xlsx")[0].left == []
    book = open_book(done, "旧.xlsx")
    stamp_round(book, 2, "原.xlsx", "0" * 64, "22222222")
    found, data = migrated(book.to_bytes(), "旧.xlsx")
    new = open_book(data, "新.xlsx")
    assert (found.left, stamped_text(new, ROUND), round_of(new)) == ([], "第 2 轮", 2)
    assert new.properties()[ANSWERS_PROPERTY] == "原.xlsx"


def test_the_new_workbook_is_a_standard_one_without_findings_of_its_own() -> None:
    from xlprocess.pipeline import check_book

    path = SAMPLES / "档案馆2021.xlsx"
    _, data = migrated(damaged(path, {"names", "marks", "values", "labels"}, 2), "旧.xlsx")
    assert [f.message for f in check_book(open_book(data, "新.xlsx"), "新.xlsx").findings] == []
    assert Decimal(str(openpyxl.load_workbook(BytesIO(data), data_only=True)["收支情况"]["B6"].value)) > 0


def test_the_same_from_python() -> None:
    import xlprocess

    path = SAMPLES / "应急管理局2021.xlsx"
    made = xlprocess.migrate(damaged(path, {"names", "values"}, 1))
    assert content(made.data) == content(path.read_bytes())
    assert (len(made.migration.left), made.migration.form.id) == (0, "yueyang-2021")
    old = Path(__file__).parents[1] / "books" / "foreign" / "应急管理局2021.xlsb"
    checked, run = xlprocess.check(old), xlprocess.run(old)
    assert [f.message for f in checked.findings] == [f.message for f in run.findings]
    assert run.data is not None and content(run.data) == content(path.read_bytes())
