"""A row is the whole, an organisation, or listed: nothing else passes for an organisation."""

from __future__ import annotations

import pytest
from word.test_units import FIGURES, HEADS, in_ten_thousands, income, read, rows_of
from word.test_variations import paragraph

from xlprocess.word.row_names import is_no_organisation, is_whole


@pytest.mark.parametrize(
    "name", ["总计", "合　计", "共计", "全局合计", "合计（1+2）", "部门合计", "局机关及所属单位合计", "机构汇总"]
)
@pytest.mark.parametrize("first", [True, False])
def test_the_whole_under_any_name_is_the_summary(name: str, first: bool) -> None:
    whole, own = (name, *FIGURES), ("1、局机关", "1", "2", "3", "4")
    reading = read(paragraph("年度收入情况"), rows_of([HEADS, *([whole, own] if first else [own, whole])]))
    assert income(reading) == in_ten_thousands(0)
    assert [n for n, _ in reading.values.rows["organisations"]] == ["汇总", "局机关"]
    assert reading.unplaced == []


@pytest.mark.parametrize(
    "name",
    [
        "其中：在职",
        "其中：人员经费拨款",
        "其中在职人员",
        "人员经费",
        "基本支出",
        "栏次",
        "二级机构小计",
        "其他",
        "下属单位合计",
        "预算数",
        "上年数",
        "2020年",
        "3",
    ],
)
def test_a_row_that_is_no_organisation_is_listed(name: str) -> None:
    lines = [HEADS, ("汇总", *FIGURES), ("1、局机关", "1", "2", "3", "4"), (name, "601", "602", "603", "604")]
    reading = read(paragraph("年度收入情况"), rows_of([*lines]))
    assert [n for n, _ in reading.values.rows["organisations"]] == ["汇总", "局机关"]
    assert [u.text for u in reading.unplaced] == [f"{name}　601　602　603　604"]


def test_names_of_organisations() -> None:
    for name in (
        "局机关",
        "二级机构1",
        "信息中心",
        "机关后勤服务中心",
        "地震台",
        "收费管理所",
        "国库支付中心",
        "预算股",
        "审核中心",
    ):
        assert not is_no_organisation(name), name
        assert not is_whole(name), name


@pytest.mark.parametrize("caption", ["续表", "（续表）", "年度收入情况（续）", "接上表（万元）"])
def test_a_table_that_goes_on_after_a_page_is_one(caption: str) -> None:
    first = rows_of([HEADS, ("汇总", *FIGURES), ("1、局机关", "11", "12", "13", "14")])
    rest = rows_of([HEADS, ("2、信息中心", *FIGURES), ("局机关", "21", "22", "23", "24")])
    reading = read(paragraph("年度收入情况"), first, paragraph(caption), rest)
    assert [n for n, _ in reading.values.rows["organisations"]] == ["汇总", "局机关", "信息中心"]
    assert income(reading, "信息中心") == in_ten_thousands(0)
    assert "局机关　21　22　23　24" in [u.text for u in reading.unplaced if u.why == "前面已有同名的行，没有采用"]
