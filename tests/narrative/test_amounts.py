"""The amounts in a text, and what is none."""

from decimal import Decimal

import pytest

from xlprocess.form.load import load
from xlprocess.identity import Spot
from xlprocess.narrative.amounts import amounts
from xlprocess.narrative.passage import Passage

FIELD = load("yueyang-2021").tables["narrative"].fields["s2"]


def passage(text):
    return Passage(Spot("narrative", None, "s2"), FIELD, text)


@pytest.mark.parametrize(
    ("text", "value", "half"),
    [
        ("459.1万元", "459.1", "0.05"),
        ("４５９．１０万元", "459.10", "0.005"),
        ("4,591,000元", "459.1", "0.00005"),
        ("0.2亿元", "2000", "500"),
        ("五十万元", "50", "0.5"),
        ("负64.06万元", "-64.06", "0.005"),
        ("￥30,000.00", "3", "0.0000005"),
        ("3千万元", "3000", "500"),
        ("2.5亿", "25000", "500"),
    ],
)
def test_reads_an_amount_with_unit_sign_and_precision(text, value, half):
    (amount,) = passage(text).amounts
    assert (amount.figure(4), amount.half(4), amount.is_exact) == (Decimal(value), Decimal(half), True)


@pytest.mark.parametrize(
    "text", ["约10万元", "10余万元", "10万元左右", "10-20万元", "超过10万元", "不足10万元", "10万元以上", "近十万元"]
)
def test_what_is_no_exact_amount_says_so(text):
    assert not any(a.is_exact for a in amounts(text))


@pytest.mark.parametrize(
    "text",
    [
        "2021年5月12日",
        "5.12全国防灾减灾宣传活动",
        "岳办发〔2019〕81号",
        "电话0730-8410000",
        "全年365天",
        "第3项",
        "1万人次",
        "100万亩",
        "十分重要",
        "部分项目",
        "3人次",
        "一人一档",
        "GB50016",
    ],
)
def test_what_is_no_amount(text):
    assert amounts(text) == ()


def test_the_ends_of_a_range_are_not_exact():
    assert [a.is_exact for a in amounts("10万元-20万元，另30万元")] == [False, False, True]
