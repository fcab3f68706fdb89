"""R306: amounts typed in yuan: a whole table, an organisation, a single cell."""

from decimal import Decimal

import pytest

from xlprocess.checking import check


def in_yuan(figures, *tables):
    """The default figures of the tables, times 10000."""
    wanted = {"income": ("income", "carryover", "public_b"), "expenditure": ("exp_",), "three_public": ("tp_",)}
    wanted["fixed_assets"] = ("fa_",)
    prefixes = tuple(p for t in tables for p in wanted[t])
    return {k: str(Decimal(v) * 10000) for k, v in figures.items() if k.startswith(prefixes)}


def unit(field, figure):
    return f"R306 汇总 {field} {figure}0000.00 expected {figure}.00 unit({field})"


@pytest.mark.parametrize(("table", "field", "figure"), [("income", "income_total", 100), ("three_public", "tp_total", 3)])
def test_flags_one_table(report, found, figures, table, field, figure):
    assert found(report(**in_yuan(figures, table))) == [unit(field, figure)]


def test_flags_the_expenditure_once(report, found, figures):
    assert [x for x in found(report(**in_yuan(figures, "expenditure"), special_funds=[])) if "R306" in x] == [unit("exp_total", 90)]


def test_flags_fixed_assets(report, found, figures):
    assert found(report(**in_yuan(figures, "fixed_assets"))) == [unit("fa_total", 200)]


def test_flags_every_table_by_the_pay_a_head(report, found, figures):
    case = report(**in_yuan(figures, "income", "expenditure", "three_public", "fixed_assets"), special_funds=[])
    assert found(case) == [
        unit("income_total", 100),
        "R306 汇总 exp_staff 500000.00 expected 50.00 unit(exp_staff)",
        unit("tp_total", 3),
        unit("fa_total", 200),
    ]
    assert [f.message for f in check(case)][:2] == [
        "汇总“收入合计” 1000000.00 万元，是“支出合计” 换算为万元后的 90.00 的 11111 倍，"
        "“年度收入情况”整张表可能是以元填写的，换算后为 100.00 万元。",
        "汇总“人员支出” 500000.00 万元，按“实有人数” 10 平均为 50000 万元，"
        "“年度支出和结余情况”整张表可能是以元填写的，换算后为 50.00 万元。",
    ]


def test_leaves_the_one_table_alone_that_is_in_ten_thousands(report, found, figures):
    case = report(**in_yuan(figures, "income", "expenditure"), special_funds=[])
    assert [x.split()[2] for x in found(case) if "R306" in x] == ["income_total", "exp_staff"]


def test_accepts_assets_of_a_hundred_years(report, found):
    assert found(report(fa_total="9000", fa_in_use="9000")) == []


def test_accepts_large_transfers_by_a_small_staff(report, found):
    case = report(public_budget="60000", income_total="60010", exp_project="59000", exp_total="59070", special_funds=[])
    assert found(case) == []


def test_accepts_a_first_month(report, found):
    """A new unit: income came, next to nothing was spent."""
    spent = {"exp_total": "0.50", "exp_basic": "0.50", "exp_staff": None, "exp_public_use": "0.50", "exp_project": None}
    case = report(public_budget="890", income_total="900", tp_total=None, tp_reception=None, tp_vehicle_operation=None,
                  **spent, special_funds=[])  # fmt: skip
    assert found(case) == []


# ---- an organisation, a cell: by figures that stand there

SECOND = {"income_total": "30", "public_budget": "30", "exp_total": "30", "exp_basic": "30", "exp_staff": "20",
          "exp_public_use": "10", "fa_total": "40", "fa_in_use": "40"}  # fmt: skip


def two(figures, **second):
    return [{"org": "局机关", **figures}, {"org": "执法大队", **SECOND, **second}]


@pytest.mark.parametrize("summary", [{}, {"income_total": "300100", "public_budget": "300090", "carryover_prev": "10"}])
def test_flags_one_organisation(report, found, figures, summary):
    case = report(rows=two(figures, **in_yuan(SECOND, "income")), summary=summary)
    assert found(case) == ["R306 执法大队 income_total 300000.00 expected 30.00 unit(income_total; 执法大队)"]
    assert check(case)[0].message == (
        "执法大队“收入合计” 300000.00 万元，是汇总“支出合计” 120.00 的 2500 倍，这一行可能是以元填写的，换算后为 30.00 万元，"
        "汇总“收入合计” 300100.00 随之为 130.00。"
    )


def test_flags_one_cell(report, found, figures):
    case = report(rows=[{"org": "局机关", **figures, "public_budget": "900000", "income_total": "900010"}])
    assert found(case) == ["R306 局机关 public_budget 900000.00 expected 90.00 unit(public_budget; 局机关)"]
    assert check(case)[0].message == (
        "局机关“公共财政拨款” 900000.00 万元，是汇总“支出合计” 90.00 的 10000 倍，这一格可能是以元填写的，换算后为 90.00 万元，"
        "汇总“收入合计” 900010.00 随之为 100.00。"
    )


def test_flags_a_cell_beside_a_large_one_in_ten_thousands(report, found):
    """5000.00 万元 from the budget, the carry-over of 797.00 typed as 7970000."""
    large = {"exp_project": "4900", "exp_total": "4970", "special_funds": []}
    case = report(public_budget="5000", carryover_prev="7970000", income_total=None, **large)
    assert found(case) == ["R306 局机关 carryover_prev 7970000.00 expected 797.00 unit(carryover_prev; 局机关)"]


def test_flags_the_table_where_all_organisations_are_in_yuan(report, found, figures):
    rows = [{"org": "局机关", **figures, **in_yuan(figures, "income")}, {"org": "执法大队", **SECOND, **in_yuan(SECOND, "income")}]
    assert found(report(rows=rows)) == ["R306 汇总 income_total 1300000.00 expected 130.00 unit(income_total)"]


def test_flags_the_table_with_a_small_organisation_in_it(report, found, figures):
    small = in_yuan(SECOND, "income") | {"public_budget": "3000", "income_total": "3000"}
    rows = [{"org": "局机关", **figures, **in_yuan(figures, "income")}, {"org": "执法大队", **SECOND, **small}]
    assert found(report(rows=rows)) == ["R306 汇总 income_total 1003000.00 expected 100.30 unit(income_total)"]


def test_every_figure_that_a_sentence_compares_stands_in_a_cell(report, figures):
    case = report(rows=two(figures, **in_yuan(SECOND, "expenditure")))
    (finding,) = [f for f in check(case) if f.rule == "R306"]
    assert finding.message == (
        "执法大队“支出合计” 300000.00 万元，是汇总“收入合计” 130.00 的 2308 倍，这一行可能是以元填写的，换算后为 30.00 万元，"
        "汇总“支出合计” 300090.00 随之为 120.00。"
    )
