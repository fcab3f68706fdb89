"""R403: points lost, and nothing says why."""

from xlprocess.checking import check

NARRATIVE = {f"s{n}": "已说明。" for n in range(1, 10)}
MISSED = [{"level1": "产出目标", "level2": "数量指标", "name": "开展执法检查", "target": "12次", "actual": "10次"}]


def test_flags_eight_lost_points(report, found):
    case = report(score="92")
    assert found(case) == ["R403 score 92"]
    assert check(case)[0].message == (
        "“绩效自评综合得分” 92 分，比满分少 8 分，所列 1 项指标的完成情况却没有一项写明未完成，缺少扣分的原因。"
    )


def test_asks_for_the_reason_and_never_for_a_score(report):
    from xlprocess.rules.points_lost_without_reason import points_lost_without_reason as rule

    assert rule.severity == "notice"
    assert rule.remedy == "在综述或“说明”中写明扣分的指标和原因；得分本身不需要改动。"


def test_accepts_full_marks(report, found):
    assert found(report(score="100")) == []


def test_accepts_a_missed_target_as_reason(report, found):
    assert found(report(score="92", indicators=MISSED)) == []


def test_accepts_a_reason_in_the_narrative(report, found):
    assert found(report(score="92", narrative={**NARRATIVE, "s6": "预算编制不够细化，扣8分。"})) == []


def test_says_nothing_without_indicators(report, found):
    assert found(report(score="92", indicators=[])) == []
