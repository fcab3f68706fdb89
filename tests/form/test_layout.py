"""Where everything stands in a freshly made workbook."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from xlprocess.books.address import quoted
from xlprocess.books.book import Ref
from xlprocess.form.arrange import arrange
from xlprocess.form.heads import header
from xlprocess.form.layout import Layout
from xlprocess.form.load import Form, load, load_folder
from xlprocess.form.paper import PAGE, text_lines
from xlprocess.values import Line, Values

COUNTY = load_folder(Path(__file__).parent / "editions" / "county-2023")
EDITIONS = [load("yueyang-2021"), load("general-2022"), COUNTY]


def heads(form: Form, table: str) -> list[tuple[str, int, int, int, int]]:
    return [(h.text, h.top, h.bottom, h.left, h.right) for h in header(form.tables[table]).heads]


def test_a_total_stands_beside_the_parts_under_its_of_which(form: Form) -> None:
    assert heads(form, "expenditure") == [
        ("支出合计", 0, 2, 0, 0),
        ("其中：", 0, 0, 1, 4),
        ("结余", 0, 0, 5, 6),
        ("资金支出率（非预算执行率）", 0, 2, 7, 7),
        ("基本支出", 1, 2, 1, 1),
        ("其中：", 1, 1, 2, 3),
        ("项目支出", 1, 2, 4, 4),
        ("当年结余", 1, 2, 5, 5),
        ("累计结余", 1, 2, 6, 6),
        ("人员支出", 2, 2, 2, 2),
        ("公用支出", 2, 2, 3, 3),
    ]


def test_what_stands_beside_is_no_part_of_the_of_which(form: Form) -> None:
    assert [h for h in heads(form, "fixed_assets") if h[0] in ("其中：", "其他")] == [
        ("其中：", 0, 0, 1, 2),
        ("其他", 0, 1, 3, 3),
    ]


def test_a_group_stands_over_its_columns(form: Form) -> None:
    assert ("评价内容", 0, 0, 0, 1) in heads(form, "indicators")


@pytest.mark.parametrize("form", EDITIONS, ids=lambda f: f.id)
def test_nothing_stands_on_anything_else(form: Form) -> None:
    for sheet in arrange(form).sheets.values():
        blocks = [(t.first, t.last) for t in sheet.texts] + [(s.first, s.last) for s in sheet.slots]
        blocks += [(c.ref, c.ref) for c in sheet.controls]
        taken = Counter(
            Ref(row, column)
            for first, last in blocks
            for row in range(first.row, last.row + 1)
            for column in range(first.column, last.column + 1)
        )
        assert [ref for ref, times in taken.items() if times > 1] == []


@pytest.mark.parametrize("form", EDITIONS, ids=lambda f: f.id)
def test_every_field_of_every_row_has_its_cell(form: Form) -> None:
    found = {(s.table.id, s.field.id, s.row) for _, s in arrange(form).slots()}
    for table in form.tables.values():
        for field in (*table.field, *((table.total,) if table.total else ())):
            if table.kind == "grid":
                rows = form.rows_of(table)
                names = field.only or (rows.summary, *rows.items)
            else:
                names = (None,) if table.kind == "fields" or field is table.total else ("1", str(table.lines))
            assert {(table.id, field.id, name) for name in names} <= found


@pytest.mark.parametrize("form", EDITIONS, ids=lambda f: f.id)
def test_controls_stand_beside_the_page_but_for_one_low_row_under_a_grid(form: Form) -> None:
    layout = arrange(form)
    hints = {p.hint + 1 for p in layout.tables.values() if p.names}
    for sheet in layout.sheets.values():
        for control in sheet.controls:
            if control.kind == "organisations":
                assert control.ref.row in hints and sheet.heights[control.ref.row] < 16
            else:
                assert control.ref.column > sheet.width + 1


def test_more_organisations_take_more_rows_in_every_table(form: Form) -> None:
    names = ["局机关", "甲中心", "乙中心", "丙中心", "丁中心"]
    layout = arrange(form, Values(rows={"organisations": [(n, {}) for n in names]}))
    for table in ("income", "expenditure", "three_public", "fixed_assets"):
        place = layout.tables[table]
        assert list(place.rows) == ["汇总", *names]
        assert place.hint == place.first + 6
        column = layout.places(place.sheet).organisations(table, next(iter(place.columns)))
        assert column == f"B{place.first + 1}:B{place.hint}"


def test_the_number_is_printed_before_an_organisation_and_is_no_part_of_its_name(form: Form) -> None:
    texts = [t.text for t in arrange(form).sheets["收支情况"].texts if t.role in ("summary", "name")]
    assert texts[:4] == ["局机关及二级机构汇总", "1、局机关", "2、二级机构1", "3、二级机构2"]


def test_a_fund_with_several_uses_goes_on_below(form: Form) -> None:
    parts = [{"parts.name": "甲"}, {"parts.name": "乙"}, {"parts.name": "丙"}]
    lines = [Line({"name": "资金一"}, parts), Line({"name": "资金二"})]
    layout = arrange(form, Values(lines={"special_funds": lines}))
    place = layout.tables["special_funds"]
    assert list(place.rows)[:5] == ["1", "1.2", "1.3", "2", "3"]
    assert len(place.rows) == form.tables["special_funds"].lines


def test_a_list_grows_beyond_its_printed_lines(form: Form) -> None:
    lines = [Line({"name": f"项目{k}", "amount": Decimal(1)}) for k in range(30)]
    place = arrange(form, Values(lines={"social_items": lines})).tables["social_items"]
    assert len(place.rows) == 30 and place.hint == place.first + 30


def test_long_texts_get_room_in_rows_that_excel_can_show(form: Form) -> None:
    text = "按计划完成。" * 900
    layout = arrange(form, Values(fields={("narrative", "s1"): text, ("basics", "duties"): text}))
    for name, field in (("报告综述", "s1"), ("基本概况", "duties")):
        sheet = layout.sheets[name]
        slot = next(s for s in sheet.slots if s.field.id == field)
        rows = range(slot.first.row, slot.last.row + 1)
        width = sum(sheet.widths[slot.first.column - 1 : slot.last.column])
        assert sum(sheet.heights[r] for r in rows) >= 14.5 * text_lines(text, width)
        assert max(sheet.heights[r] for r in rows) < 409


def test_a_table_is_not_torn_when_a_page_can_hold_it(form: Form) -> None:
    layout = arrange(form)
    assert [b + 1 for b in layout.sheets["收支情况"].breaks] == [layout.tables["three_public"].top]


@pytest.mark.parametrize("sentences", range(20, 400, 20))
def test_no_heading_stands_alone_at_the_foot_of_a_page(form: Form, sentences: int) -> None:
    """Also where the text below it is longer than any page."""
    text = "按计划完成全部工作，没有发生支出进度滞后的情况。" * sentences
    plan = arrange(form, Values(fields={("narrative", "s1"): text, ("narrative", "s2"): text * 8})).sheets["报告综述"]
    headings = [t.first.row for t in plan.texts if t.role == "section"]
    down = PAGE[plan.landscape][1] / min(1.0, PAGE[plan.landscape][0] / sum(plan.widths))
    repeated = sum(plan.heights[r] for r in range(plan.repeated_from, plan.repeated + 1))
    used, ends = 0.0, []
    for row in range(1, plan.length + 1):
        if used + plan.heights[row] > down or row - 1 in plan.breaks:
            ends.append(row - 1)
            used = repeated
        used += plan.heights[row]
    assert not set(headings) & set(ends)


def test_addresses_are_missing_where_a_table_or_column_is(form: Form) -> None:
    layout: Layout = arrange(form)
    places = layout.places("收支情况")
    assert places.cell("nothing", "x", None) is None
    assert places.cell("income", "nothing", "汇总") is None
    assert places.cell("income", "income_total", "没有这一行") is None
    assert places.organisations("nothing", "x") is None
    assert places.column("income", "nothing") is None


@pytest.mark.parametrize(
    ("sheet", "written"),
    [
        ("收支情况", "收支情况"),
        ("A1", "'A1'"),
        ("收支 情况", "'收支 情况'"),
        ("it's", "'it''s'"),
        ("R1", "'R1'"),
        ("2021", "'2021'"),
    ],
)
def test_quotes_a_sheet_that_needs_it(sheet: str, written: str) -> None:
    assert quoted(sheet) == written
