"""The unit of a table is the one that it tells, column by column where columns tell their own; what is not understood is listed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from word.test_variations import cell, document, paragraph, row, table

from xlprocess.word.open_document import open_document
from xlprocess.word.read_form import Reading, read_form
from xlprocess.word.units import UNKNOWN, is_statement, unit_of, unit_of_label

HEADS = ("机构名称", "收入合计", "上年结转", "公共财政拨款", "其他收入")
FIELDS = ("income_total", "carryover_prev", "public_budget", "other_income")
FIGURES = ("5000", "1000", "3000", "1000")
WHY = "金额单位没有看懂或不能确定，没有采用"


def rows_of(rows: list[tuple[str, ...]]) -> str:
    return table([row(*(cell(paragraph(t)) for t in line)) for line in rows], len(rows[0]))


def read(*parts: str) -> Reading:
    cover = [paragraph(t) for t in ("某区2021年度部门整体支出", "绩效评价自评报告", "部门（单位）名称：某局", "预算编码：001002")]
    basics = rows_of([("人员编制", "35", "实有人数", "36")])
    return read_form(open_document(document("".join([*cover, basics, *parts])), "a.docx"), "a.docx")


def income(reading: Reading, name: str = "汇总") -> dict[str, object]:
    return {s.field: p.given for s, p in reading.sources.items() if s.table == "income" and s.row == name}


def standard(heads: tuple[str, ...] = HEADS, figures: tuple[str, ...] = FIGURES) -> str:
    return rows_of([heads, ("局机关及二级机构汇总", *figures), ("1、局机关", *figures)])


def in_ten_thousands(power: int) -> dict[str, object]:
    return {f: Decimal(v).scaleb(power) for f, v in zip(FIELDS, FIGURES, strict=True)}


@pytest.mark.parametrize(
    ("caption", "power"),
    [
        ("年度收入情况（千元）", -1),
        ("年度收入情况（单位：百万元）", 2),
        ("年度收入情况（单位：千万元）", 3),
        ("年度收入情况（亿元）", 4),
        ("年度收入情况（金额单位为元）", -4),
        ("年度收入情况（单位：元、%）", -4),
        ("年度收入情况　　计量单位：元", -4),
        ("年度收入情况（金额单位均为人民币元）", -4),
        ("年度收入情况（元）　2021年", -4),
        ("年度收入情况（万元）", 0),
        ("年度收入情况", 0),
    ],
)
def test_a_caption_tells_the_unit_of_its_table(caption: str, power: int) -> None:
    reading = read(paragraph(caption), standard())
    assert income(reading) == in_ten_thousands(power)
    assert [u for u in reading.unplaced if any(f in u.text for f in FIGURES)] == []


@pytest.mark.parametrize(
    "caption", ["年度收入情况（单位：美元）", "年度收入情况（百元）", "年度收入情况　单位：万", "年度收入情况（单位：元、万元）"]
)
def test_a_table_with_a_unit_that_is_not_understood_is_listed(caption: str) -> None:
    reading = read(paragraph(caption), standard())
    assert income(reading) == {}
    told = [u for u in reading.unplaced if u.why == WHY]
    assert [u.text.split()[-1] for u in told] == [*FIGURES, *FIGURES]


def test_each_column_has_the_unit_of_its_own_label() -> None:
    heads = ("机构名称", "收入合计（万元）", "上年结转（元）", "公共财政拨款/万元", "其他收入（千元）")
    assert income(read(paragraph("年度收入情况"), standard(heads))) == {
        "income_total": 5000,
        "carryover_prev": Decimal("0.1"),
        "public_budget": 3000,
        "other_income": 100,
    }


def test_a_column_without_a_unit_has_that_of_the_caption() -> None:
    heads = (*HEADS[:-1], "其他收入（元）")
    got = income(read(paragraph("年度收入情况（万元）"), standard(heads)))
    assert got == {**in_ten_thousands(0), "other_income": Decimal("0.1")}


def test_where_only_one_column_tells_another_unit_the_others_are_listed() -> None:
    reading = read(paragraph("年度收入情况"), standard((*HEADS[:-1], "其他收入（元）")))
    assert income(reading) == {"other_income": Decimal("0.1")}
    assert sum(u.why == WHY for u in reading.unplaced) == 6


def test_a_row_of_units_below_the_header_tells_them() -> None:
    lines = [HEADS, ("", "元", "元", "万元", "千元"), ("局机关及二级机构汇总", *FIGURES)]
    reading = read(paragraph("年度收入情况"), rows_of([*lines]))
    assert list(income(reading).values()) == [Decimal("0.5"), Decimal("0.1"), 3000, 100]
    assert reading.unplaced == []


def test_a_column_of_units_tells_that_of_each_row() -> None:
    heads = ("机构名称", "单位", *HEADS[1:])
    lines = [heads, ("汇总", "万元", *FIGURES), ("局机关", "元", *FIGURES), ("执法大队", "美元", *FIGURES)]
    reading = read(paragraph("年度收入情况"), rows_of([*lines]))
    assert (income(reading), income(reading, "局机关")) == (in_ten_thousands(0), in_ten_thousands(-4))
    assert income(reading, "执法大队") == {}
    assert sum(u.why == WHY for u in reading.unplaced) == 4


@pytest.mark.parametrize(
    "lines",
    [
        ("单位：元", "二、部门（单位）收支情况", "（一）年度收入情况"),
        ("注：本表金额单位为元", "年度收入情况"),
        ("说明：以上各表金额单位为元", "年度收入情况"),
        ("金额单位：元", "年度收入情况", "下表由财务股填写", "各机构分别填写", "合计在第一行"),
    ],
)
def test_the_unit_may_stand_further_up(lines: tuple[str, ...]) -> None:
    assert income(read(*map(paragraph, lines), standard())) == in_ten_thousands(-4)


@pytest.mark.parametrize("inside", [True, False])
def test_a_note_below_a_table_tells_its_unit(inside: bool) -> None:
    note = "注：以上金额单位为元"
    if inside:
        lines = [row(*(cell(paragraph(t)) for t in line)) for line in (HEADS, ("汇总", *FIGURES))]
        body = table([*lines, row(cell(paragraph(note), len(HEADS)))], len(HEADS))
    else:
        body = standard() + paragraph(note)
    assert income(read(paragraph("年度收入情况"), body)) == in_ten_thousands(-4)


def test_the_unit_of_a_single_figure_is_not_that_of_the_table_below_it() -> None:
    single = rows_of([("三公经费人均支出（元）", "5000", "实有人数", "36")])
    assert income(read(single, standard())) == in_ten_thousands(0)
    assert income(read(paragraph("人均支出（元）：5000"), standard())) == in_ten_thousands(0)
    one = table([row(cell(paragraph("人均支出（元）"), 2), cell(paragraph("5000"), 3)), row(cell(paragraph("年度收入情况"), 5))], 5)
    assert income(read(one.replace("</w:tbl><w:p/>", "") + standard().partition("</w:tblGrid>")[2])) == in_ten_thousands(0)


def test_a_note_that_contradicts_the_caption_leaves_the_table_listed() -> None:
    reading = read(paragraph("年度收入情况（万元）"), standard(), paragraph("注：以上金额单位为元"))
    assert income(reading) == {}
    assert sum(u.why == WHY for u in reading.unplaced) == 8


def test_the_name_of_a_department_is_no_unit() -> None:
    assert [unit_of(t) for t in ("单位：广元市财政局", "填报单位：某局", "单位：人", "（人）", "补贴（500元）")] == [None] * 5
    assert unit_of("填报单位：某局　金额单位：万元") == "万元"
    assert (unit_of_label("收入合计"), unit_of_label("收入合计元"), unit_of_label("元")) == (None, "元", "元")
    assert unit_of("单位：元，单位：万元") == UNKNOWN
    assert (is_statement("金额单位均为万元"), is_statement("单位：美元"), is_statement("收入（元）")) == (True, False, False)


def test_lists_have_units_too() -> None:
    def social(caption: str) -> Reading:
        lines = [("项目", "金额"), ("养老保险", "100000"), ("医疗保险", "50000"), ("合计", "150000")]
        return read(paragraph("年度收入情况（万元）"), standard(), paragraph(caption), rows_of([*lines]))

    got = {(s.row, s.field): p.given for s, p in social("社会保障支出（元）").sources.items() if s.table == "social_items"}
    assert [got["1", "amount"], got["2", "amount"], got[None, "social_total"]] == [10, 5, 15]
    reading = social("社会保障支出（单位：美元）")
    assert [p.given for s, p in reading.sources.items() if s.table == "social_items"] == ["养老保险", "医疗保险"]
    assert [u.text.split()[-1] for u in reading.unplaced if u.why == WHY] == ["100000", "50000", "150000"]
    parts = [("资金名称", "年度", "金额（万元）", "用途", "用途金额（元）"), ("防汛资金", "2021", "70", "堤防", "630000")]
    fund = read(paragraph("年度收入情况"), standard(), paragraph("专项资金"), rows_of([*parts]))
    assert [p.given for s, p in fund.sources.items() if s.table == "special_funds"] == ["防汛资金", "2021", 70, "堤防", 63]
