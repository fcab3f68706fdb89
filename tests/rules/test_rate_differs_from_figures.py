"""R310: a typed rate that its figures do not give, in an edition whose rates are printed (general-2022)."""

import pytest

from xlprocess.checking import check
from xlprocess.derive import derive
from xlprocess.form.load import load
from xlprocess.read import read_cell
from xlprocess.rules.rate_differs_from_figures import rate_differs_from_figures
from xlprocess.values import Values, report_of


def rate(raw, budget="1000", executed="950"):
    """A report whose rate was typed as `raw`, and what is said of it."""
    form = load("general-2022")
    report = report_of(form, Values())
    row = report.tables["funds"].row("年度资金总额")
    for field, value in (("budget_full", budget), ("executed", executed), ("budget_rate", raw)):
        row.cells[field] = read_cell(row_field(form, field), value, percent=False)
    derive(report)
    return [
        (f.rule, f.where.row, f.where.field, f.actual, f.expected, f.difference, f.message)
        for f in rate_differs_from_figures.findings(report)
    ]


def row_field(form, field):
    return form.tables["funds"].fields[field]


@pytest.mark.parametrize("raw", ["95%", "95.00%", 0.95, 95, "95", "0.95", "９５％", "百分之九十五", "95.01%", None])
def test_takes_the_reading_that_the_figures_give(raw):
    assert rate(raw) == []


@pytest.mark.parametrize("raw", ["97%", 97, 0.97, "97.2%", 97.16, "97.15%"])
def test_takes_a_rate_that_was_rounded(raw):
    assert rate(raw, budget="2045.50", executed="1987.35") == []


@pytest.mark.parametrize("raw", ["96%", "97.1%", "97.14%"])
def test_flags_a_rate_that_was_rounded_to_something_else(raw):
    assert [f[0] for f in rate(raw, budget="2045.50", executed="1987.35")] == ["R310"]


def test_says_so_where_a_percentage_was_typed_into_a_percent_format():
    (finding,) = rate("9500%")
    assert finding[-1] == (
        "年度资金总额“执行率”填的是 9500.00%，按表中数字计算为 95.00%，这一格是百分比格式，应填 95%，可能填成了 9500%。"
    )


@pytest.mark.parametrize(
    ("raw", "shown", "difference"),
    [("98%", "98.00", "3.00"), (0.9, "90.00", "-5.00"), (100, "100.00", "5.00"), ("0.95%", "0.95", "-94.05")],
)
def test_flags_what_no_reading_gives(raw, shown, difference):
    message = f"年度资金总额“执行率”填的是 {shown}%，按表中数字计算为 95.00%。"
    assert rate(raw) == [("R310", "年度资金总额", "budget_rate", shown, "95.00", difference, message)]


def test_says_nothing_without_figures():
    assert rate("98%", budget=None) == []
    assert rate("98%", budget="若干") == []


def test_leaves_a_cell_that_only_we_fill_to_the_rule_about_formulas(report, found):
    case = report(typed={("expenditure", "局机关", "execution_rate"): 0.5})
    assert [f.rule for f in check(case) if f.rule == "R310"] == []
