"""R406: the same indicator twice."""

from xlprocess.checking import check


def indicator(name, level2="数量指标"):
    return {"level1": "产出目标", "level2": level2, "name": name, "target": "12次", "actual": "12次"}


def test_flags_the_later_line(report, found):
    case = report(indicators=[indicator("开展执法检查"), indicator("召开会议"), indicator("指标3：开展 执法检查")])
    assert found(case) == ["R406 indicators 3 name 指标3：开展 执法检查"]
    assert check(case)[0].message == "第 3 项指标“指标3：开展 执法检查”与第 1 项相同。"


def test_accepts_the_same_name_in_another_kind(report, found):
    assert found(report(indicators=[indicator("开展执法检查"), indicator("开展执法检查", "时效指标")])) == []


def test_accepts_names_that_differ(report, found):
    assert found(report(indicators=[indicator("开展执法检查"), indicator("开展执法检查（二季度）")])) == []
