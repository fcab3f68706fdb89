"""同类比较: what stands far from its peers, tables in yuan, groups, and that nothing is said of too few."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from xlprocess.consolidation.between import compare
from xlprocess.consolidation.consolidation import Consolidation, Department, File
from xlprocess.consolidation.peers import FEWEST, SHEET, Peers, PeersComparison
from xlprocess.consolidation.submission import Figure, Flaw, Submission
from xlprocess.finding import Cause
from xlprocess.form.load import Form, load
from xlprocess.writers.summary import write_summary

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")
FORM = load("yueyang-2021")
USUAL = {"staff_actual": 10, "income_total": 100, "exp_total": 90, "exp_basic": 70, "exp_staff": 50, "exp_public_use": 20,
         "exp_project": 20, "balance_cumulative": 10, "tp_total": 3, "fa_total": 200}  # fmt: skip
Given = dict[str, Any]


def submission(number: int, form: Form = FORM, **given: Any) -> Submission:
    """A department whose figures vary by a few hundredths with its number; `given` stand as they are."""
    times = 1 + Decimal(number % 7 - 3) / 50
    figures = []
    for field, value in ({k: v for k, v in {**USUAL, **given}.items() if k in form.fields}).items():
        at = form.fields[field]
        row = form.rows_of(at.table).summary if at.table.kind == "grid" else None
        number_ = Decimal(str(value)) if field in given or at.field.type == "count" else Decimal(value) * times
        figures.append(Figure(at.table.id, row, field, at.table.sheet, f"B{len(figures)}", str(number_)))
    score = given.get("score")
    return Submission("checked", form=form.id, score=None if score is None else str(score), figures=figures)


@pytest.fixture
def compared() -> Callable[..., Consolidation]:
    def make(all_given: list[Given], groups: list[str | None] | None = None, form: Form = FORM) -> Consolidation:
        submissions = [submission(n, form, **given) for n, given in enumerate(all_given)]
        files = [File(n, f"{n}.xlsx", Path(f"{n}.xlsx"), "", 0, 0.0, "checked", "current") for n in range(len(submissions))]
        departments = [
            Department(f"第{n}局", f"第{n}局", f"{n:06}", f, group=groups[n] if groups else None) for n, f in enumerate(files)
        ]
        found = Consolidation(form, load, "2022-07-01", departments, files, [], None, lambda file: submissions[file.key])
        compare(found, [PeersComparison(form)])
        return found

    return make


def lines(found: Consolidation) -> list[str]:
    """The whole finding, but for its sentence, in one line."""
    return [
        f"{b.rule} {b.severity} {b.department} {b.table} {b.row} {b.field} {b.actual} expected {b.expected}" for b in found.between
    ]


def test_flags_a_department_far_from_its_peers_with_its_place(compared: Callable[..., Consolidation]) -> None:
    found = compared([{}] * 23 + [{"fa_total": 5000}])
    assert lines(found) == ["R821 notice 第23局 fixed_assets 汇总 fa_total 500.00 expected 20.00"]
    assert found.between[0].message == (
        "汇总“固定资产合计” 5000.00，人均固定资产 500.00 万元，"
        "全部 24 个部门的中位数为 20.00 万元，为其 25.00 倍，由高到低居第 1 位。"
    )


def test_flags_a_share_far_from_its_peers(compared: Callable[..., Consolidation]) -> None:
    found = compared([{}] * 23 + [{"exp_project": 81, "exp_total": 90}])
    assert [(b.field, b.actual, b.expected, b.difference) for b in found.between] == [("exp_project", "90.00%", "22.22%", "67.78%")]
    assert "相差 67.78 个百分点，由高到低居第 1 位" in found.between[0].message


def test_accepts_what_varies_as_departments_do(compared: Callable[..., Consolidation]) -> None:
    given = [{"fa_total": 100 * 1.1**n, "tp_total": 1 + n % 9} for n in range(24)]
    assert lines(compared(given)) == []


def test_accepts_figures_that_are_all_alike_but_one_nearly_so(compared: Callable[..., Consolidation]) -> None:
    alike = {"fa_total": 200, "tp_total": 3, "exp_project": 20, "exp_total": 90}
    assert lines(compared([alike] * 20 + [{**alike, "fa_total": 230, "tp_total": 4}])) == []


@pytest.mark.parametrize(("peers", "said"), [(FEWEST - 1, 0), (FEWEST, 1)])
def test_says_nothing_of_fewer_peers_than_statistics_bear(compared: Callable[..., Consolidation], peers: int, said: int) -> None:
    found = compared([{}] * (peers - 1) + [{"fa_total": 50000}])
    assert len(found.between) == said
    assert (SHEET in found.extra) is bool(said)


def test_compares_within_the_group_alone(compared: Callable[..., Consolidation]) -> None:
    """What is usual in one group is far from the other's, and a group of a few is not compared."""
    given = [{}] * 12 + [{"fa_total": 4000}] * 12 + [{"fa_total": 9}] * 3
    groups: list[str | None] = ["政府部门"] * 12 + ["学校"] * 12 + ["其他"] * 3
    assert lines(compared(given, groups)) == []
    given[0] = {"fa_total": 4000}
    found = compared(given, groups)
    assert lines(found) == ["R821 notice 第0局 fixed_assets 汇总 fa_total 400.00 expected 20.00"]
    assert "，同组 12 个部门的中位数" in found.between[0].message
    table = found.extra[SHEET]
    assert isinstance(table, Peers)
    assert {n.group for n in table.norms} == {"政府部门", "学校"}


def test_a_whole_table_in_yuan_is_found_against_the_peers(compared: Callable[..., Consolidation]) -> None:
    yuan = {"tp_total": 31000}
    found = compared([{}] * 19 + [yuan])
    assert lines(found) == ["R822 warning 第19局 three_public 汇总 tp_total 31000.00 expected 3.10"]
    assert found.between[0].cause == Cause("unit", fields=("tp_total",))
    assert found.between[0].message == (
        "汇总“三公经费合计” 31000.00 万元，人均三公经费 3100.00 万元，是同类 20 个部门中位数 0.30 万元的 10333 倍，"
        "“三公经费”整张表可能是以元填写的，换算后为 3.10 万元。"
    )


def test_everything_in_yuan_is_found_table_by_table(compared: Callable[..., Consolidation]) -> None:
    yuan = {k: v * 10_000 for k, v in USUAL.items() if k != "staff_actual"}
    found = compared([{}] * 19 + [yuan])
    assert [(b.rule, b.field) for b in found.between] == [
        ("R822", "income_total"), ("R822", "exp_total"), ("R822", "tp_total"), ("R822", "fa_total"),
    ]  # fmt: skip


def test_what_its_own_report_says_is_not_said_again(compared: Callable[..., Consolidation]) -> None:
    """A department whose table is known to be in yuan, or whose sums do not hold, is no outlier besides."""
    submissions = [submission(n) for n in range(20)]
    flaw = Flaw(
        "R306",
        "",
        "warning",
        None,
        None,
        "fixed_assets",
        None,
        "fa_total",
        None,
        None,
        None,
        Cause("unit"),
        (),
        None,
        "",
        None,
        "",
        "",
    )
    submissions[3] = submission(3, fa_total=2_000_000)
    submissions[3].flaws = [flaw]
    found = compared([{}] * 20)
    found.submission = lambda file: submissions[file.key]
    found.between.clear()
    compare(found, [PeersComparison(FORM)])
    assert lines(found) == []


def test_scores_that_are_all_high_are_said(compared: Callable[..., Consolidation]) -> None:
    found = compared([{"score": 98 + n % 3} for n in range(6)] + [{"score": 80}], ["甲组"] * 6 + ["乙组"])
    assert lines(found)[:1] == ["R825 notice 第0局 evaluation None score 98 expected None"]
    assert len(found.between) == 6
    assert found.between[0].message == "“绩效自评综合得分” 98，同组 6 个部门的得分都不低于 98 分。"
    assert found.suggestions == [
        "“甲组”组的自评得分都不低于 98 分，看不出差别：“第0局”、“第1局”、“第2局”、“第3局”、“第4局”、“第5局”。"
    ]


def test_one_lower_score_is_enough(compared: Callable[..., Consolidation]) -> None:
    assert lines(compared([{"score": 99}] * 20 + [{"score": "97.99"}])) == []


def test_another_edition_is_compared_by_its_own_measures(compared: Callable[..., Consolidation]) -> None:
    form = load("general-2022")
    usual = {"budget_initial": 90, "budget_full": 100, "executed": 97}
    found = compared([usual] * 15 + [{**usual, "executed": 40}], form=form)
    assert lines(found) == ["R821 notice 第15局 funds 年度资金总额 executed 40.00% expected 97.00%"]


def test_the_sheets_show_values_places_and_what_is_usual(compared: Callable[..., Consolidation], tmp_path: Path) -> None:
    found = compared([{}] * 11 + [{"fa_total": 5000}])
    write_summary(found, tmp_path / "汇总.xlsx")
    book = openpyxl.load_workbook(tmp_path / "汇总.xlsx", data_only=True)
    heads = [c.value for c in book[SHEET][4]]
    at = heads.index("人均固定资产")
    last = book[SHEET][16]
    assert (last[at].value, last[at + 1].value, last[at].fill.fgColor.rgb) == (500, "1/12", last[at + 1].fill.fgColor.rgb)
    rows = {r[1].value: [c.value for c in r] for r in book["同类基准"].iter_rows(min_row=5)}
    assert rows["人均固定资产"][:4] == ["全部部门", "人均固定资产", 12, pytest.approx(20, abs=1)]
