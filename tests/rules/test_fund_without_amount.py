"""R218: funds and parts that are named and have no amount."""

import pytest

from xlprocess.checking import check


def fund(*parts, amount="20", name="安全生产资金"):
    return [{"name": name, "year": 2021, "amount": amount, "parts": [{"name": n, "amount": a} for n, a in parts]}]


def test_flags_a_part(report, found):
    case = report(special_funds=fund(("宣传", "20"), ("培训", None)))
    assert found(case) == ["R218 special_funds 1 parts[2].amount"]
    assert check(case)[0].message == "第 1 项的明细“培训”没有填金额。"


def test_flags_a_fund_and_tells_the_sum_of_its_parts(report, found):
    case = report(special_funds=fund(("宣传", "12"), ("培训", "8"), amount=None))
    assert found(case) == ["R218 special_funds 1 amount"]
    assert check(case)[0].message == "第 1 项“安全生产资金”没有填“金额”，各项明细合计 20.00。"


def test_flags_an_item_of_a_sum(report, found):
    case = report(social_items=[{"name": "基本养老保险", "amount": None}])
    assert "R218 social_items 1 amount" in found(case)


@pytest.mark.parametrize("case", [
    fund(("宣传培训", None)),
    fund(amount="无"),
    fund(amount=None, name="无"),
    fund(("宣传", "20"), ("培训", "—")),
    fund(("宣传", "20"), ("无", None)),
])  # fmt: skip
def test_accepts_uses_without_figures_and_what_is_said_to_be_nothing(report, found, case):
    assert [x for x in found(report(special_funds=case)) if "R218" in x] == []
