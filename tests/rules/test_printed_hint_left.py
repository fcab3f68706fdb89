"""R608: printed hints and blanks that were left in a text."""

import pytest

from xlprocess.checking import check


def of(report, said, at="s2"):
    return [f for f in check(report(narrative={at: said})) if f.rule == "R608"]


def test_flags_the_printed_hint_once(report):
    (finding,) = of(report, "资金拨付及时。\n有2个及以上专项资金的，要分别总结基本情况\n资金使用规范。")
    assert (finding.severity, finding.where.field) == ("notice", "s2")
    assert finding.message == (
        "“二、一般公共预算支出情况”中的“有2个及以上专项资金的，要分别总结基本情况”看来是表样的填写提示或没有填的空位。"
    )


@pytest.mark.parametrize(
    "said", ["××局项目支出____万元。", "20XX年支出平稳。", "（请根据实际情况填写）", "XX项目已经完工。", "支出   万元。"]
)
def test_flags_blanks_and_crosses(report, said):
    assert len(of(report, said)) == 1


@pytest.mark.parametrize("said", ["长×宽为3×4米。", "采用EXX型设备。", "（请示件）已经办结。", "有2个专项资金，分别总结如下。"])
def test_accepts(report, said):
    assert of(report, said) == []
