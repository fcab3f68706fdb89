"""R610: subordinate units in the text, blank rows in the tables."""

import pytest

from xlprocess.checking import check


def of(report, said, **values):
    return [f for f in check(report(narrative={"s1": said}, **values)) if f.rule == "R610"]


def test_flags_units_without_rows(report):
    (finding,) = of(report, "下属单位2个：执法大队、救援中心。")
    assert (finding.severity, finding.where.table, finding.where.row, finding.where.field) == ("notice", "income", None, None)
    assert (finding.actual, finding.expected) == ("0", "2")
    assert finding.message == (
        "“一、部门（单位）概况”中写“下属单位2个”，“收支情况”中局机关以外的机构都是空白，是否因为不独立核算、已并入局机关，请核对。"
    )


def test_flags_too_few_rows(report, figures):
    rows = [{"org": "局机关", **figures}, {"org": "执法大队", **figures}]
    (finding,) = of(report, "我局有两个下属单位。", rows=rows)
    assert (finding.actual, finding.expected) == ("1", "2")


@pytest.mark.parametrize(
    "said", ["下属单位2个，均不独立核算。", "没有下属单位。", "内设2个股室。", "下属单位若干。", "下属单位2个，其中二级单位1个。"]
)
def test_accepts(report, said):
    assert of(report, said) == []


def test_accepts_units_that_are_filled_in(report, figures):
    rows = [{"org": "局机关", **figures}, {"org": "执法大队", **figures}]
    assert of(report, "下属单位1个。", rows=rows) == []
