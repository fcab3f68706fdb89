"""An organisation's row that is wrong as a whole is named in every column, also where the printed balances of 汇总 agree with the
wrong figures."""

from __future__ import annotations

from decimal import Decimal

import pytest
from broken_tables import BALANCES, SUMS, found

LEAVES = ("carryover_prev", "public_budget", "other_income", "exp_staff", "exp_public_use", "exp_project")
Row = dict[str, str]


def row(*leaves: str) -> Row:
    """A whole row that agrees with itself, balances typed."""
    typed = {field: Decimal(value) for field, value in zip(LEAVES, leaves, strict=True)}
    for total in ("income_total", "exp_basic", "exp_total"):
        typed[total] = sum((typed.get(part, Decimal(0)) for part in SUMS[total]), Decimal(0))
    for balance, parts in BALANCES.items():
        typed[balance] = sum(
            ((-1 if part[0] == "-" else 1) * typed.get(part.lstrip("-"), Decimal(0)) for part in parts), Decimal(0)
        )
    return {field: str(value) for field, value in typed.items()}


OFFICE = row("79.97", "922.68", "29.87", "349.43", "109.67", "557.51")
TEAM = row("50.15", "200.13", "50.10", "101.37", "33.21", "88.88")
CENTRE = row("10.11", "60.22", "5.07", "20.16", "9.34", "12.71")
NAMES = ("局机关", "执法大队", "信息中心")


def added(*rows: Row) -> Row:
    return {field: str(sum(Decimal(r[field]) for r in rows)) for field in rows[0]}


def three(summary: Row, team: Row = TEAM) -> list[str]:
    return found(NAMES, 局机关=OFFICE, 执法大队=team, 信息中心=CENTRE, 汇总=summary)


def test_a_row_that_agrees_raises_nothing() -> None:
    assert three(added(OFFICE, TEAM, CENTRE)) == []


def test_an_organisation_left_out_of_every_column() -> None:
    told = three(added(OFFICE, CENTRE))
    assert len(told) == len(TEAM)
    for field, value in TEAM.items():
        assert f"汇总 {field} {-Decimal(value):+} omitted_addend({field}, 执法大队)" in told


def test_an_organisation_added_up_twice() -> None:
    told = three(added(OFFICE, TEAM, TEAM, CENTRE))
    assert len(told) == len(TEAM)
    for field, value in TEAM.items():
        assert f"汇总 {field} {Decimal(value):+} counted_twice({field}, 执法大队)" in told


def test_a_new_organisation_with_one_figure_is_not_told_to_be_nothing() -> None:
    new = row("0", "10.37", "0", "0", "0", "0")
    summary = added(OFFICE, TEAM, CENTRE)
    told = found((*NAMES, "服务站"), 局机关=OFFICE, 执法大队=TEAM, 信息中心=CENTRE, 服务站=new, 汇总=summary)
    assert told == [
        f"汇总 {field} -10.37 omitted_addend({field}, 服务站)"
        for field in ("balance_cumulative", "balance_current", "income_total", "public_budget")
    ]


def test_a_whole_row_in_yuan_with_its_balances() -> None:
    yuan = {field: str(Decimal(value) * 10000) for field, value in TEAM.items()}
    told = three(added(OFFICE, TEAM, CENTRE), team=yuan)
    assert [line for line in told if "follows" not in line and "unit(" not in line] == []
    for field in ("carryover_prev", "public_budget", "exp_project", "balance_cumulative"):
        assert any(line.startswith(f"执法大队 {field} ") and f"unit({field}, 执法大队)" in line for line in told), field


@pytest.mark.parametrize("wrong", ["income_total", "exp_project"])
def test_another_slip_beside_the_row_left_out_keeps_its_own_cause(wrong: str) -> None:
    summary = added(OFFICE, CENTRE)
    summary[wrong] = str(Decimal(summary[wrong]) + Decimal("1000"))
    told = three(summary)
    assert not any(f"omitted_addend({wrong}, 执法大队)" in line for line in told)


def test_what_only_looks_like_a_row_is_not_named() -> None:
    """One column agrees by chance, the other is off by something else."""
    summary = added(OFFICE, TEAM, CENTRE)
    summary["public_budget"] = str(Decimal(summary["public_budget"]) - Decimal(TEAM["public_budget"]))
    summary["other_income"] = str(Decimal(summary["other_income"]) - Decimal("3.33"))
    told = three(summary)
    assert told and not any("omitted_addend(other_income" in line for line in told)


ONE_TABLE = {"public_budget": "33.00", "income_total": "33.00"}


def four(summary: Row, **rows: Row) -> list[str]:
    return found((*NAMES, *rows), 局机关=OFFICE, 执法大队=TEAM, 信息中心=CENTRE, 汇总=summary, **rows)


def test_a_new_organisation_that_stands_in_one_table_only_was_left_out() -> None:
    """The balances of 汇总 agree with its wrong figures, its own are blank: they deny nothing, and it is not accused."""
    assert four(added(OFFICE, TEAM, CENTRE), 馆=ONE_TABLE) == [
        "汇总 income_total -33.00 omitted_addend(income_total, 馆)",
        "汇总 public_budget -33.00 omitted_addend(public_budget, 馆)",
    ]


def test_a_new_organisation_left_out_of_the_one_column_that_is_typed() -> None:
    summary = {field: value for field, value in added(OFFICE, TEAM, CENTRE).items() if field != "income_total"}
    assert four(summary, 馆={"public_budget": "33.00"}) == ["汇总 public_budget -33.00 omitted_addend(public_budget, 馆)"]


def test_two_new_organisations_were_left_out() -> None:
    station = {"public_budget": "21.09", "other_income": "2.00", "income_total": "23.09"}
    assert four(added(OFFICE, TEAM, CENTRE), 馆=ONE_TABLE, 站=station) == [
        "汇总 income_total -56.09 omitted_addend(income_total, 馆, 站)",
        "汇总 other_income -2.00 omitted_addend(other_income, 站)",
        "汇总 public_budget -54.09 omitted_addend(public_budget, 馆, 站)",
    ]


def test_a_new_organisation_whose_figure_is_not_what_the_summary_lacks_is_not_named() -> None:
    summary = added(OFFICE, TEAM, CENTRE)
    for field in ("income_total", "public_budget"):
        summary[field] = str(Decimal(summary[field]) - Decimal("1.77"))
    assert not any("omitted_addend" in line for line in four(summary, 馆=ONE_TABLE))


def test_a_single_column_that_no_balance_denies_is_no_whole_row() -> None:
    """The blank balance of the organisation alone does not make it one: a digit of the total competes as ever."""
    summary = {"public_budget": str(Decimal(OFFICE["public_budget"]) + Decimal(TEAM["public_budget"]))}
    rows = {"局机关": {"public_budget": OFFICE["public_budget"]}, "执法大队": {"public_budget": TEAM["public_budget"]}}
    assert found(("局机关", "执法大队", "馆"), 汇总=summary, 馆={"public_budget": "30.00"}, **rows) == [
        "汇总 public_budget -30.00 perhaps omitted_addend(public_budget, 馆) or mistyped_digit(public_budget)"
    ]
