"""R402: a 数量指标 answered with a percentage."""

from xlprocess.checking import check


def indicators(name="开展执法检查", target="12次", actual="100%", level2="数量指标"):
    return [{"level1": "产出目标", "level2": level2, "name": name, "target": target, "actual": actual}]


def test_flags_a_percentage_for_a_number(report, found):
    case = report(indicators=indicators())
    assert found(case) == ["R402 indicators 1 actual 100%"]
    assert check(case)[0].message == "第 1 项“完成情况”为“100%”，数量指标应写明实际数量。"


def test_accepts_a_number(report, found):
    assert found(report(indicators=indicators(actual="12次"))) == []


def test_accepts_a_percentage_that_was_asked_for(report, found):
    assert found(report(indicators=indicators(target="100%"))) == []
    assert found(report(indicators=indicators(name="隐患整改率"))) == []


def test_accepts_other_kinds_of_indicators(report, found):
    assert found(report(indicators=indicators(level2="质量指标"))) == []
