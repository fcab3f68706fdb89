"""R406: the same indicator twice."""

from xlprocess.checking import check


def indicator(name, level2="数量指标", target="12次"):
    return {"level1": "产出目标", "level2": level2, "name": name, "target": target, "actual": "12次"}


def test_flags_the_later_line(report, found):
    case = report(indicators=[indicator("开展执法检查"), indicator("召开会议"), indicator("指标3：开展 执法检查")])
    assert found(case) == ["R406 indicators 3 name 指标3：开展 执法检查"]
    assert check(case)[0].message == "第 3 项指标“指标3：开展 执法检查”与第 1 项相同。"


def test_accepts_the_same_name_in_another_kind(report, found):
    assert found(report(indicators=[indicator("开展执法检查"), indicator("开展执法检查", "时效指标")])) == []


def test_accepts_names_that_differ(report, found):
    assert found(report(indicators=[indicator("开展执法检查"), indicator("开展执法检查（二季度）")])) == []


def test_a_number_in_brackets_is_no_part_of_the_name(report, found):
    case = report(indicators=[indicator("（1）开展执法检查"), indicator("（2）开展执法检查"), indicator("③开展执法检查")])
    assert found(case) == ["R406 indicators 2 name （2）开展执法检查", "R406 indicators 3 name ③开展执法检查"]


def test_accepts_one_name_with_two_targets(report, found):
    assert found(report(indicators=[indicator("开展检查"), indicator("开展检查", target="10次")])) == []


def test_a_blank_target_tells_no_indicators_apart(report, found):
    case = report(indicators=[indicator("开展检查"), indicator("开展检查", target=None)])
    assert found(case) == ["R406 indicators 2 name 开展检查"]
