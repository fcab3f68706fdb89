"""An organisation's row that is wrong as a whole is named in every column, also where the printed balances of 汇总 agree with the
wrong figures."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.test_diagnose import BALANCES, SUMS, found

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
