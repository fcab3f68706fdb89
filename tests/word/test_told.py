"""Sums that are told in sentences: this year's, in the unit that each is printed with, and no part twice."""

from __future__ import annotations

from decimal import Decimal

import pytest

from xlprocess.word.told import told_funds, told_items

ITEMS = "其中养老保险缴费支出40.5万元，医疗保险缴费支出12.77万元，职业年金123200元"


@pytest.mark.parametrize(
    "head",
    [
        "社会保障支出上年60万元，本年65.59万元，",
        "预算60万元，实际支出65.59万元，",
        "社会保障支出65.59万元，",
        "全年缴费655,900元，较上年同期61万元略增，",
    ],
)
def test_the_total_is_this_years_and_every_item_has_its_own_unit(head: str) -> None:
    told = told_items(f"{head}{ITEMS}。")
    assert told is not None
    assert told[0] == Decimal("65.59")
    assert [(i.name, i.amount) for i in told[1]] == [
        ("养老保险", Decimal("40.5")), ("医疗保险", Decimal("12.77")), ("职业年金", Decimal("12.32")),
    ]  # fmt: skip


def test_a_part_of_an_item_is_no_item() -> None:
    told = told_items("社会保障支出65.59万元，其中养老保险40.5万元，其中单位部分30万元，医疗保险25.09万元。")
    assert told is not None
    assert [i.name for i in told[1]] == ["养老保险", "医疗保险"]


def test_where_two_totals_are_told_none_is_taken() -> None:
    assert told_items("行政人员支出30万元，事业人员支出35.59万元，其中养老保险40.5万元，医疗保险25.09万元。") is None


@pytest.mark.parametrize(
    "line", ["2020年结转资金79.97万元。", "上级下达资金100万元。", "财政资金30万元。", "其他资金5万元。", "上年结转结余资金7万元。"]
)
def test_money_that_comes_from_somewhere_is_no_fund(line: str) -> None:
    assert told_funds(line) == []


def test_a_fund_with_thousands_separators() -> None:
    found = told_funds("（1）2021年防汛救灾资金1,250.5万元，用于堤防加固1,000万元，物资储备250.5万元。")
    assert [(f.name, f.year, f.amount, [p.amount for p in f.parts]) for f in found] == [
        ("防汛救灾资金", "2021", Decimal("1250.5"), [Decimal(1000), Decimal("250.5")])
    ]
