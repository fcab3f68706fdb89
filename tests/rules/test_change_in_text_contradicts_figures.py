"""R603: rises, falls and shares that a sentence's own figures contradict."""

import pytest

from xlprocess.checking import check


def of(report, said):
    return [f.message.split("，写的是")[-1] for f in check(report(narrative={"s6": said})) if f.rule == "R603"]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("事故起数由12人下降到15人。", "“下降”，而12人到15人是增加。"),
        ("培训费由8.2万元增加到9.1万元，增长15.2%。", "“增长15.2%”，而8.2万元到9.1万元变动 10.98%。"),
        ("会议费4.5万元，比上年减少0.5万元，增长10%。", "“减少0.5万元”，而后面又写增长10%。"),
        ("会议费4.5万元，比上年减少0.5万元，下降15%。", "“下降15%”，而4.5万元比原数减少0.5万元，变动 10.00%。"),
        ("会议费4.5万元，比上年5.0万元增加0.5万元。", "“增加”，而5.0万元到4.5万元是减少。"),
        ("预算安排200万元，实际支出190万元，执行率98%。", "“98%”，而190万元是200万元的 95.00%。"),
    ],
)
def test_flags(report, said, told):
    assert of(report, said) == [told]


def test_flags_a_share_that_the_cell_does_not_give(report):
    (finding,) = [f for f in check(report(narrative={"s2": "项目支出20万元，占支出合计的32.2%。"})) if f.rule == "R603"]
    assert (finding.actual, finding.expected) == ("32.2%", "22.22%")
    assert finding.message == "“二、一般公共预算支出情况”中写“20万元，占支出合计的32.2%”，按支出合计计算是 22.22%。"


@pytest.mark.parametrize(
    "said",
    [
        "培训费由8.2万元增加到9.1万元，增长11%。",
        "会议费4.5万元，比上年减少0.5万元，下降10%。",
        "会议费4.5万元，比上年减少0.5万元，下降约一成。",
        "项目支出20万元，占支出合计的22.2%。",
        "项目支出20万元，占项目资金的40%。",
        "满意度由92%提高到95%，提高3个百分点。",
        "预算安排200万元，实际支出190万元，执行率95%。",
        "从2人一组增加到3人一组。",
    ],
)
def test_accepts(report, said):
    assert of(report, said) == []
