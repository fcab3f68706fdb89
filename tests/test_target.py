"""Which way is better, how far a target was reached, and whether it was missed: as people type it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlprocess.target import completion_of, direction, is_measurable, is_percentage, missed

MORE = "≥95% ＞９５％ >=95% ≧95% 95%以上 不低于95% 不少于3场 100% 100 12次 1,200人 0.95 95分 达到95% 10万元 十次 百分之九"
LESS = "≤5起 <5% ＜5% 不超过10万元 不高于5% 低于5% 少于3件 10万元以内 10万元以下 控制在9万元以内 30天内 降至5%"
NONE = "零事故 0起 0 ０起 0事故 零投诉 不发生 杜绝重大事故 遏制重特大事故 实现零上访"
UNCLEAR = "完成 3-5次 3~5次 3至5次 2022年12月31日前 12月底前 2021年 30天 95%左右 控制在95%以上 1级 前3名 零增长 零星 一次性完成 —"


@pytest.mark.parametrize("target", MORE.split())
def test_more_is_better(target):
    assert direction(target) == "more"


@pytest.mark.parametrize("target", LESS.split())
def test_less_is_better(target):
    assert direction(target) == "less"


@pytest.mark.parametrize("target", NONE.split())
def test_nothing_of_the_kind_may_happen(target):
    assert direction(target) == "none"


@pytest.mark.parametrize("target", [*UNCLEAR.split(), "", " ", None])
def test_is_unclear(target):
    assert direction(target) == "unclear"


@pytest.mark.parametrize(
    ("target", "actual", "completion"),
    [
        ("100%", "100%", "1"),
        ("≥95%", "95%", "1"),
        ("≥80%", "９０％", "1.125"),
        ("12次", "12", "1"),
        ("12次", "完成15次", "1.25"),
        ("12次/年", "12次", "1"),
        ("1,200人", "1200人", "1"),
        ("1.2万人", "12000人", "1"),
        ("10万元", "9.5万元", "0.95"),
        ("10万元", "95000元", "0.95"),
        ("不超过10万元", "8万元", "1.25"),
        ("≤5起", "4起", "1.25"),
        ("30天内", "25天", "1.2"),
        ("80%", "0.9", "1.125"),
        ("下降5%", "下降6%", "1.2"),
        ("十次", "5次", "0.5"),
        ("90㎡", "45m²", "0.5"),
        ("1.2万m³", "1.2万m³", "1"),
        ("90", "90㎡", "1"),
    ],
)
def test_completion(target, actual, completion):
    assert completion_of(target, actual) == Decimal(completion)


@pytest.mark.parametrize(
    ("target", "actual"),
    [
        ("12次", "0"),
        ("0起", "1起"),
        ("零事故", "未发生"),
        ("12次", "完成"),
        ("12次", "10个"),
        ("100%", "12"),
        ("10", "9.5万元"),
        ("3-5次", "4次"),
        ("2022年12月31日前", "2022年12月1日"),
        ("12次", "10次，覆盖率95%"),
        ("95%", "95%以上"),
        ("下降5%", "6%"),
        ("-5%", "5%"),
        ("30天", "25天"),
        (None, "100%"),
        ("100%", None),
    ],
)
def test_no_completion(target, actual):
    assert completion_of(target, actual) is None


@pytest.mark.parametrize(
    ("target", "actual", "name"),
    [
        ("12次", "10次", None),
        ("12次", "0", None),
        ("≥95%", "94.9%", None),
        ("≤5起", "6起", None),
        ("＜5起", "5起", None),  # not met by equality
        (">95%", "95%", None),
        ("不超过10万元", "12万元", None),
        ("零事故", "1起", None),
        ("0起", "2", None),
        (None, "未完成", None),
        (None, "尚未完成", None),
        (None, "部分完成", None),
        (None, "未达标", None),
        (None, "未达到预期目标", None),
        (None, "2项未完成", None),
        (None, "因疫情无法完成", None),
        (None, "已完成九成，其余未按期完成。", None),
        (None, "90%", "群众满意度不低于95%"),
        (None, "发生2起", "杜绝重特大事故"),
    ],
)
def test_missed(target, actual, name):
    assert missed(target, actual, name) is True


@pytest.mark.parametrize(
    ("target", "actual", "name"),
    [
        ("12次", "12次", None),
        ("12次", "13次", None),
        ("≥95%", "95%以上", None),
        ("≤5起", "5起", None),
        ("零事故", "未发生", None),
        ("零事故", "0起", None),
        ("杜绝事故", "100%", None),
        (None, "下降", "减少安全事故的发生"),
        (None, "未发生", "遏制重特大安全生产事故发生"),
        (None, "未超预算", None),
        (None, "完成", None),
        (None, "基本完成", None),
        (None, "效果明显", None),
        (None, "无未完成事项", None),
        (None, "不存在未达标情况", None),
        (None, "对未完成整改的企业进行了约谈", None),
        (None, "未达到起付线的不予补助", None),
        (None, "95%", "群众满意度"),
    ],
)
def test_met(target, actual, name):
    assert missed(target, actual, name) is False


@pytest.mark.parametrize(
    ("target", "actual", "name"),
    [
        ("10万元", "9.5万元", None),  # a bare amount may be a ceiling
        ("5%", "3%", "群众投诉率"),
        ("100%", "12", None),
        ("12次", "10个", None),
        ("高于95%", "95%", None),
        ("下降5%", "6%", None),
        ("12次", None, None),
    ],
)
def test_silent_where_it_cannot_be_told(target, actual, name):
    assert missed(target, actual, name) is None


def test_measurable():
    assert [is_measurable(t) for t in ("≥95%", "3-5次", "2021年12月31日前", "零事故", "不发生")] == [True] * 5
    assert [is_measurable(t) for t in ("完成", "有所提高", "", None)] == [False] * 4
    assert is_measurable(None, "满意度≥90%")
    assert not is_measurable(None, "遏制重特大安全生产事故发生")
    assert not is_measurable(None, "5.12全国防灾减灾宣传活动")


def test_percentage():
    assert [is_percentage(t) for t in ("100%", "９５％", "百分之九十五", "≥95%", "已完成100%")] == [True] * 5
    assert [is_percentage(t) for t in ("100", "检查12家，100%", "完成", None)] == [False] * 4


PIECES = st.sampled_from(
    [*"≥≤<>=%‰.,-~万亿元次起人天年月日零0123456789不超过低于以上内控制在完成未达到部分的，。 ", "百分之", "杜绝"]
)


@given(st.lists(PIECES, max_size=14).map("".join), st.lists(PIECES, max_size=14).map("".join))
def test_never_raises(target, actual):
    completion = completion_of(target, actual)
    assert completion is None or completion > 0
    assert missed(target, actual, target) in (True, False, None)
    assert direction(target) in ("more", "less", "none", "unclear")


@given(st.text(max_size=80), st.text(max_size=80))
def test_never_raises_on_any_text(target, actual):
    assert missed(target, actual, target) in (True, False, None)
    assert completion_of(target, actual) is None or quantity_like(target)


def quantity_like(text):
    return any(ch.isnumeric() for ch in text)
