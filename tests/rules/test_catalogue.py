"""The catalogue as a whole: nothing is left out, nothing is remembered, names say the fault."""

import importlib
import pkgutil
import re

import pytest

from xlprocess import rules
from xlprocess.checking import catalogue, check
from xlprocess.consolidation.between import BETWEEN_RULES
from xlprocess.form.load import editions, load
from xlprocess.form_rules import rules_of
from xlprocess.rules import CATALOGUE
from xlprocess.rules.rule import Rule

HELPERS = {"rule", "diagnosed", "indicators"}
"""What rules share: the only files of the folder that hold no rule."""
MODULES = {m.name for m in pkgutil.iter_modules(rules.__path__)}
ALL = [*CATALOGUE, *(rule for edition in editions() for rule in rules_of(load(edition))), *BETWEEN_RULES]


def test_every_rule_file_is_listed():
    assert {rule.fault for rule in CATALOGUE} == MODULES - HELPERS


@pytest.mark.parametrize("rule", CATALOGUE, ids=lambda rule: rule.id)
def test_file_function_and_rule_have_one_name(rule):
    module = importlib.import_module(f"xlprocess.rules.{rule.fault}")
    assert getattr(module, rule.fault) is rule
    assert [name for name, value in vars(module).items() if isinstance(value, Rule)] == [rule.fault]
    assert rule.check.__name__ == rule.fault


def test_numbers_are_unique_and_go_up():
    numbers = [rule.id for rule in CATALOGUE]
    assert numbers == sorted(set(numbers))
    assert len({rule.id for rule in ALL}) == len(ALL)
    assert len({rule.fault for rule in ALL}) == len(ALL)
    assert len({rule.name for rule in ALL}) == len(ALL)


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_every_rule_explains_itself_in_chinese(rule):
    assert re.fullmatch("R[1-9][0-9]{2}", rule.id)
    for text in (rule.basis, rule.remedy):
        assert text.endswith("。"), text
    assert not rule.name.endswith("。")
    for text in (rule.name, rule.basis, rule.remedy):
        assert len(text) >= 4
        assert not re.search("[A-Za-z_]{3,}", text.replace("Excel", "").replace("WPS", "")), text


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_names_say_the_fault(rule):
    """A name tells what is wrong, never what to do about it."""
    assert not re.match("检查|核对|应|请|必须|确保|更正|补填|改", rule.name)
    assert not re.match("check|ensure|require[sd]?_to|should|must|fix|validate|verify|no_wrong", rule.fault)
    assert re.fullmatch("[a-z]+(_[a-z]+)+", rule.fault)


@pytest.mark.parametrize("rule", [r for r in ALL if r.id[1] not in "278"], ids=lambda rule: rule.id)
def test_every_rule_has_its_tests(rule, request):
    """Those about the workbook itself (R2xx) are tested with reading, those of general-2022 (R7xx) with it, those between
    workbooks (R8xx) with consolidation."""
    assert (request.path.parent / f"test_{rule.fault}.py").exists()


def failing(report):
    figures = {"carryover_prev": "79.97", "public_budget": "922.68", "income_total": "952.55", "exp_total": "1"}
    other = {"score": "120", "grade": "差", "report_date": "2021-01-01", "staff_actual": 12, "social_total": "5"}
    return report(**figures, **other, summary=figures, previous=report(fiscal_year=2020, dept_name="别的单位"))


def test_a_second_run_in_the_same_process_finds_the_same(report):
    first, second = failing(report), failing(report)
    found = check(first)
    assert len(found) > 8
    assert check(second) == found
    assert check(first) == found


def test_every_finding_carries_its_rule_and_ends_in_one_full_stop(report):
    known = {rule.id: rule for rule in catalogue(failing(report))}
    for finding in check(failing(report)):
        assert finding.name == known[finding.rule].name
        assert finding.message.endswith("。")
        assert "。。" not in finding.message
        assert "None" not in finding.message
        assert not re.search("[a-z]+_[a-z]+", finding.message), finding.message
