"""R604: a count beside a list of another length."""

import pytest

from xlprocess.checking import check


def of(report, said):
    return [f for f in check(report(narrative={"s1": said})) if f.rule == "R604"]


@pytest.mark.parametrize(
    ("said", "stated", "listed"),
    [
        ("我局内设4个股室：办公室、财务股、法规股、执法股、信息股。", "4", "5"),
        ("内设机构三个，分别为：办公室、财务股。", "3", "2"),
        ("下属单位2个：执法大队、救援中心、宣教中心，编制30名。", "2", "3"),
    ],
)
def test_flags(report, said, stated, listed):
    (finding,) = of(report, said)
    assert (finding.actual, finding.expected, finding.severity, finding.where.field) == (stated, listed, "warning", "s1")
    assert finding.message.endswith(f"说的是 {stated} 个，列出了 {listed} 个。")


@pytest.mark.parametrize(
    "said",
    [
        "我局内设5个股室：办公室、财务股、法规股、执法股、信息股。",
        "内设3个股室：办公室、矿山、化工和工贸安全监管股、执法股（审批股、督查股）。",
        "内设4个股室：办公室、财务股、法规股和执法股。",
        "内设5个股室：办公室、财务股、法规股等。",
        "内设5个股室，下属单位2个。",
        "我局主要职责共有3项：一是监管，二是执法。",
        "涉及8个部门13个领域的工作。",
    ],
)
def test_accepts(report, said):
    assert of(report, said) == []
