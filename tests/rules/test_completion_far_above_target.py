"""R405: a completion above 130%."""

from xlprocess.checking import check


def indicators(target, actual, name="开展执法检查", level2="数量指标"):
    return [{"level1": "产出目标", "level2": level2, "name": name, "target": target, "actual": actual}]


def test_flags_half_as_much_again(report, found):
    case = report(indicators=indicators("12次", "18次"))
    assert found(case) == ["R405 indicators 1 completion 150.00"]
    assert check(case)[0].message == ("第 1 项指标目标值“12次”，实际“18次”，完成率 150.00%，超过 130%，目标值可能定得过低。")


def test_flags_far_less_where_less_is_better(report, found):
    assert found(report(indicators=indicators("≤10起", "5起"))) == ["R405 indicators 1 completion 200.00"]


def test_accepts_130_percent(report, found):
    assert found(report(indicators=indicators("10次", "13次"))) == []


def test_does_not_praise_a_cost_above_its_bare_figure(report, found):
    assert found(report(indicators=indicators("10万元", "15万元", "会议费", "成本指标"))) == []
