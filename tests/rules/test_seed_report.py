"""The report that the form came with: exactly what must be found in it, and nothing else."""

from pathlib import Path

import pytest

from xlprocess.checking import check
from xlprocess.derive import derive
from xlprocess.form.load import load
from xlprocess.values import read_values, report_of

GOLDEN = Path(__file__).parent.parent / "golden" / "yueyang-2021.json"


@pytest.fixture
def seed():
    form = load("yueyang-2021")
    report = report_of(form, read_values(form, GOLDEN.read_text(encoding="utf-8"), GOLDEN.name))
    derive(report)
    return report


def told(finding):
    where = finding.where
    return (finding.rule, finding.severity, where.table, where.row, where.field)


def test_finds_what_must_be_found(seed):
    """R2xx, what has not been filled in, is told by the tests of reading."""
    assert [told(f) for f in check(seed) if not f.rule.startswith("R2")] == [
        ("R101", "error", "income", "局机关", "income_total"),
        ("R101", "error", "income", "汇总", "income_total"),
        ("R305", "notice", "expenditure", "汇总", "balance_current"),
        ("R403", "notice", "evaluation", None, "score"),
        ("R401", "notice", "indicators", None, "target"),
        ("R402", "notice", "indicators", "3", "actual"),
        ("R402", "notice", "indicators", "4", "actual"),
        ("R501", "notice", "special_funds", None, None),
        ("R502", "notice", "special_funds", "1", "year"),
        ("R503", "notice", "social_items", None, "social_total"),
    ]


def test_says_why(seed):
    findings = {(f.rule, f.where.row): f for f in check(seed)}
    root, follower = findings["R101", "局机关"], findings["R101", "汇总"]
    assert (root.actual, root.expected, root.difference) == ("952.55", "1032.52", "-79.97")
    assert (root.cause.kind, root.cause.fields) == ("omitted_addend", ("carryover_prev",))
    assert follower.cause == root.cause
    assert follower.follows == root.where
    assert findings["R305", "汇总"].message == ("当年支出 1016.61 大于本年收入 952.55，超出 64.06，由上年结转 79.97 弥补。")
    assert findings["R501", None].message == (
        "专项资金说明了 10.00 + 70.00 = 80.00 万元，占“项目支出” 557.51 万元的 14.35%，其余项目不要求说明。"
    )
    assert findings["R503", None].message.startswith("社会保障支出 65.59 万元")
    assert "住房公积金 18.48 不属于社会保险" in findings["R503", None].message
