"""Edition general-2022: an invented department's report, clean and with one fault each, and that nothing of this
edition stands in the program."""

from __future__ import annotations

import ast
import copy
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import xlprocess
from xlprocess.checking import check, roundings
from xlprocess.derive import derive
from xlprocess.errors import Refused
from xlprocess.finding import Finding
from xlprocess.form.load import Form, load
from xlprocess.form.model import normal
from xlprocess.identity import Spot
from xlprocess.report import Report
from xlprocess.sums import identities
from xlprocess.values import read_values, report_of, write_values

EDITION = "general-2022"
GOLDEN = Path(__file__).parents[1] / "golden" / "general-2022.json"
DEPARTMENT = json.loads(GOLDEN.read_text(encoding="utf-8"))
TOTAL, GRANTS, CARRIED, OTHER = "年度资金总额", "当年财政拨款", "上年结转资金", "其他资金"
Change = Callable[[dict[str, Any]], None]


@pytest.fixture
def form() -> Form:
    return load(EDITION)


def read(document: dict[str, Any]) -> Report:
    form = load(EDITION)
    report = report_of(form, read_values(form, json.dumps(document, ensure_ascii=False), "测试"))
    derive(report)
    return report


def changed(*changes: tuple[str, Any]) -> dict[str, Any]:
    """The department's document with values put in: `score`, `indicators.3.score` (lines from 1),
    `funds.其他资金.executed`."""
    document = copy.deepcopy(DEPARTMENT)
    for path, value in changes:
        *way, last = path.split(".")
        place: Any = document
        for step in way:
            if isinstance(place, list) and step.isdecimal():
                place = place[int(step) - 1]
            elif isinstance(place, list):
                place = next(row for row in place if row["source"] == step)
            else:
                place = place[step]
        place[last] = value
    return document


def blank(*paths: str) -> tuple[tuple[str, None], ...]:
    return tuple((path, None) for path in paths)


def line(finding: Finding) -> str:
    where = finding.where
    words = [finding.rule, finding.severity, ".".join(w for w in (where.table, where.row, where.field) if w)]
    if finding.expected is not None:
        words.append(f"{finding.actual} expected {finding.expected}")
    if finding.cause is not None:
        words.append(f"{finding.cause.kind}({','.join((*finding.cause.fields, *finding.cause.rows))})")
    return " ".join(words)


def found(*changes: tuple[str, Any]) -> list[str]:
    return [line(f) for f in check(read(changed(*changes)))]


def messages(*changes: tuple[str, Any]) -> list[str]:
    return [f.message for f in check(read(changed(*changes)))]


# ---- the form


def test_a_clean_report_raises_nothing() -> None:
    assert found() == []


def test_the_rows_are_fixed_and_the_first_has_points(form: Form) -> None:
    table = form.tables["funds"]
    rows = form.rows_of(table)
    assert (rows.summary, rows.items, rows.open) == (TOTAL, (GRANTS, CARRIED, OTHER), False)
    assert [f.id for f in table.field if f.only] == ["budget_weight", "budget_score"]
    report = read(DEPARTMENT)
    assert [r.key for r in report.tables["funds"].rows] == [TOTAL, GRANTS, CARRIED, OTHER]
    assert "budget_weight" not in report.tables["funds"].rows[1].cells


@pytest.mark.parametrize(
    ("printed", "row"),
    [
        ("年度资金总额", TOTAL),
        ("其中：当年财政拨款", GRANTS),
        ("其中: 本年财政拨款", GRANTS),
        ("上年结转", CARRIED),
        ("　其他资金", OTHER),
    ],
)
def test_rows_are_known_as_they_are_printed(form: Form, printed: str, row: str) -> None:
    assert form.rows_of(form.tables["funds"]).named(printed) == row


@pytest.mark.parametrize(
    ("printed", "table", "field"),
    [
        ("年初预算", "funds", "budget_initial"),
        ("全年预算数（A）", "funds", "budget_full"),
        ("全年执行数(B)", "funds", "executed"),
        ("分值（10分）", "funds", "budget_weight"),
        ("执行率（B/A）", "funds", "budget_rate"),
        ("年度\n指标值", "indicators", "target"),
        ("实际 完成值", "indicators", "actual"),
        ("偏差原因分析\n及改进措施", "indicators", "reason"),
        ("自评等级", "evaluation", "grade"),
        ("填表日期", "basics", "report_date"),
    ],
)
def test_labels_are_known_as_they_are_printed(form: Form, printed: str, table: str, field: str) -> None:
    assert [f.id for f in form.tables[table].field if normal(printed) in f.known_labels] == [field]


def test_roles_are_those_of_every_edition(form: Form) -> None:
    report = read(DEPARTMENT)
    shown = [report.role(r).figure for r in ("name", "code", "year", "score", "grade")]
    assert shown == ["清河县农业农村局", "012001", Decimal(2022), Decimal("99.30"), "优"]


# ---- what is derived


def test_fills_what_is_computed() -> None:
    report = read(
        changed(
            *blank(f"funds.{TOTAL}.budget_initial", f"funds.{TOTAL}.budget_full", f"funds.{TOTAL}.executed"),
            *blank(*(f"funds.{row}.budget_rate" for row in (TOTAL, GRANTS, CARRIED, OTHER))),
            *blank(f"funds.{TOTAL}.budget_score", "score", "grade"),
        )
    )
    document = write_values(report)
    assert document["funds"][0]["derived"] == {
        "budget_initial": "1860.00",
        "budget_full": "2045.50",
        "executed": "1987.35",
        "budget_rate": "97.16",
        "budget_score": "9.72",
    }
    assert document["funds"][2]["derived"] == {"budget_rate": "88.89"}
    assert document["derived"]["weight_total"] == "100"
    assert document["derived"]["score"] == "99.30"
    assert document["derived"]["grade"] == "优"
    assert check(report) == []


def test_no_more_than_full_points_for_spending_more() -> None:
    report = read(
        changed((f"funds.{GRANTS}.executed", "1950.50"), *blank(f"funds.{TOTAL}.executed", f"funds.{TOTAL}.budget_score"))
    )
    assert report.cell("budget_score").filled == Decimal(10)


def test_an_empty_source_has_no_rate() -> None:
    report = read(changed(*blank(*(f"funds.{OTHER}.{f}" for f in ("budget_initial", "budget_full", "executed", "budget_rate")))))
    assert report.cell("budget_rate", OTHER).figure is None


def test_nothing_is_derived_of_a_blank_form() -> None:
    report = read({"form": EDITION})
    assert [spot for spot, _, cell in report.spots() if cell.filled is not None] == []


# ---- the sums


def test_every_column_is_the_sum_of_the_sources() -> None:
    report = read(DEPARTMENT)
    sums = {i.total.field: tuple(t.spot.row for t in i.parts) for i in identities(report)}
    assert sums == dict.fromkeys(("budget_initial", "budget_full", "executed"), (GRANTS, CARRIED, OTHER))


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (
            "executed",
            "1967.35",
            "R103 error funds.年度资金总额.executed 1967.35 expected 1987.35 mistyped_digit(executed)",
        ),
        (
            "executed",
            "1897.35",
            "R103 error funds.年度资金总额.executed 1897.35 expected 1987.35 swapped_digits(executed)",
        ),
        (
            "executed",
            "1867.35",
            "R103 error funds.年度资金总额.executed 1867.35 expected 1987.35 omitted_addend(executed,上年结转资金)",
        ),
        (
            "executed",
            "19873.5",
            "R103 error funds.年度资金总额.executed 19873.50 expected 1987.35 decimal_shift(executed)",
        ),
        ("executed", "19873500", "R103 error funds.年度资金总额.executed 19873500.00 expected 1987.35 unit(executed)"),
        ("budget_initial", "0", "R102 error funds.年度资金总额.budget_initial 0.00 expected 1860.00"),
    ],
)
def test_a_slip_in_the_total_is_told(path: str, value: str, expected: str) -> None:
    assert expected in [line(f).split(" competing")[0] for f in check(read(changed((f"funds.{TOTAL}.{path}", value))))]


def test_sources_are_called_sources() -> None:
    assert messages((f"funds.{TOTAL}.executed", "1867.35"))[0] == (
        "年度资金总额“全年执行数” 1867.35，各资金来源之和 1987.35，少 120.00，恰等于“上年结转资金”的“全年执行数”，"
        "合计可能漏加了这一项。"
    )


def test_a_rounding_gap_is_listed_and_not_flagged() -> None:
    report = read(changed((f"funds.{TOTAL}.executed", "1987.36")))
    assert [line(f) for f in check(report)] == []
    assert [(r.spot, r.difference) for r in roundings(report)] == [(Spot("funds", TOTAL, "executed"), Decimal("0.01"))]


# ---- the edition's own rules: the fault, and what is found


CASES: list[tuple[str, list[tuple[str, Any]], list[str]]] = [
    (
        "an indicator's weight is wrong, and the points go with it",
        [("indicators.6.weight", "8"), ("indicators.6.score", "8"), ("score", "97.30")],
        ["R701 error evaluation.weight_total 98 expected 100"],
    ),
    (
        "the budget has no 10 points of its own",
        [(f"funds.{TOTAL}.budget_weight", "20"), (f"funds.{TOTAL}.budget_score", "19.43"), ("score", "109.01")],
        [
            "R312 error evaluation.score",
            "R701 error evaluation.weight_total 110 expected 100",
        ],
    ),
    (
        "more points than there are",
        [("indicators.1.score", "16"), ("score", "100.30")],
        ["R312 error evaluation.score", "R702 error indicators.1.score"],
    ),
    (
        "less than no points",
        [("indicators.1.score", "-1"), ("indicators.1.reason", "返工"), ("score", "83.30"), ("grade", "良")],
        ["R702 error indicators.1.score"],
    ),
    (
        "more points for the budget than there are",
        [(f"funds.{TOTAL}.budget_score", "10.5"), ("score", "100.08")],
        ["R312 error evaluation.score", "R703 error funds.年度资金总额.budget_score"],
    ),
    (
        "full points for the budget all the same",
        [(f"funds.{TOTAL}.budget_score", "10"), ("score", "99.58")],
        ["R705 warning funds.年度资金总额.budget_score 10 expected 9.72"],
    ),
    (
        "the rate of the initial budget",
        [(f"funds.{TOTAL}.budget_rate", "106.85")],
        ["R310 warning funds.年度资金总额.budget_rate 106.85 expected 97.16"],
    ),
    (
        "a total that is not the sum of its points",
        [("score", "98.30")],
        ["R706 error evaluation.score 98.3 expected 99.3"],
    ),
    (
        "points lost and no reason",
        [("indicators.3.reason", None)],
        ["R707 warning indicators.3.reason"],
    ),
    (
        "nothing is no reason",
        [("indicators.3.reason", "无")],
        ["R707 warning indicators.3.reason"],
    ),
    (
        "an indicator that says not what came of it",
        [("indicators.7.actual", None)],
        ["R709 warning indicators.7.actual"],
    ),
    (
        "an indicator without a target: told at its target",
        [("indicators.7.target", None)],
        ["R710 warning indicators.7.target"],
    ),
    (
        "an indicator with neither: told once",
        [("indicators.7.target", None), ("indicators.7.actual", None)],
        ["R709 warning indicators.7.actual"],
    ),
    (
        "full points on a missed target",
        [("indicators.3.score", "10"), ("score", "99.72")],
        ["R404 warning indicators.3.score"],
    ),
    (
        "an indicator without its points",
        [("indicators.6.score", None), ("score", "89.30"), ("grade", "良")],
        ["R201 error indicators.6.score"],
    ),
    (
        "a grade of another band",
        [("grade", "良")],
        ["R311 warning evaluation.grade 良 expected 优"],
    ),
    (
        "spent more than budgeted",
        [
            (f"funds.{OTHER}.executed", "65.00"), (f"funds.{OTHER}.budget_rate", "108.33"),
            (f"funds.{TOTAL}.executed", "1997.35"), (f"funds.{TOTAL}.budget_rate", "97.65"),
            (f"funds.{TOTAL}.budget_score", "9.77"), ("score", "99.35"),
        ],
        ["R704 warning funds.其他资金.executed"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_one_fault_one_finding(changes: list[tuple[str, Any]], expected: list[str]) -> None:
    assert sorted(found(*changes)) == expected


@pytest.mark.parametrize(
    "changes",
    [
        [("indicators.3.weight", "10.00"), ("score", "99.3")],
        [(f"funds.{TOTAL}.budget_score", "9.7"), ("score", "99.28")],
        [(f"funds.{TOTAL}.budget_score", "9.7"), ("score", "99.3")],
        [(f"funds.{TOTAL}.budget_score", None)],
        [(f"funds.{TOTAL}.budget_score", "9.72"), ("score", None), ("grade", None)],
        [(f"funds.{TOTAL}.budget_rate", None)],
        [(f"funds.{TOTAL}.budget_rate", "97.15")],
        [("indicators.3.reason", "0.42分：两个标段受汛期影响")],
    ],
)
def test_accepts(changes: list[tuple[str, Any]]) -> None:
    assert found(*changes) == []


def test_a_rate_may_be_typed_as_a_fraction_or_a_percentage() -> None:
    for typed in (Decimal("0.9716"), Decimal("97.16")):
        report = read(DEPARTMENT)
        cell = report.cell("budget_rate", TOTAL)
        cell.raw, cell.value = float(typed), typed
        derive(report)
        assert cell.value == Decimal("0.9716")
        assert check(report) == []


def test_a_rate_with_its_percent_sign_is_read_and_said() -> None:
    assert found((f"funds.{TOTAL}.budget_rate", "97.16%")) == ["R203 warning funds.年度资金总额.budget_rate"]


def test_what_could_not_be_read_is_said_once() -> None:
    assert found(("indicators.1.weight", "十几分")) == ["R202 error indicators.1.weight"]
    assert found(("indicators.1.score", "优秀")) == ["R202 error indicators.1.score"]


def test_money_that_is_missing_is_an_error() -> None:
    changes = [
        (f"funds.{row}.{field}", None) for row in (TOTAL, GRANTS, CARRIED, OTHER) for field in ("budget_full", "budget_rate")
    ]
    assert "R708 error funds.年度资金总额.budget_full" in found(*changes)
    assert found(*((f"funds.{TOTAL}.{field}", None) for field in ("budget_full", "executed"))) == []


def test_money_spent_that_is_missing_is_told_at_its_own_cell() -> None:
    changes = [(f"funds.{row}.{field}", None) for row in (TOTAL, GRANTS, CARRIED, OTHER) for field in ("executed", "budget_rate")]
    assert "R711 error funds.年度资金总额.executed" in found(*changes)
    assert not [x for x in found(*changes) if x.startswith("R708")]


def test_a_blank_form_asks_for_what_is_required() -> None:
    assert sorted(line(f) for f in check(read({"form": EDITION}))) == [
        "R201 error basics.budget_code",
        "R201 error basics.dept_name",
        "R201 error basics.fiscal_year",
        "R201 error evaluation.grade",
        "R201 error evaluation.score",
        "R201 error funds.年度资金总额.budget_weight",
        "R212 warning evaluation",
        "R708 error funds.年度资金总额.budget_full",
    ]


def test_says_it_in_plain_chinese() -> None:
    assert messages(("indicators.6.weight", "8"), ("indicators.6.score", "8"), ("score", "97.30")) == [
        "分值合计 98 分，应为 100 分：指标的分值合计 88 分，预算执行率的分值 10 分。"
    ]
    assert messages((f"funds.{TOTAL}.budget_score", "10"), ("score", "99.58")) == [
        "预算执行率得分 10 分，按分值 10 分乘以执行率 97.16%，应为 9.72 分。"
    ]
    assert messages(("score", "98.30")) == ["总分 98.3 分，各项得分之和 99.3 分：指标得分合计 89.58 分，预算执行率得分 9.72 分。"]
    assert messages(("indicators.3.reason", None)) == [
        "指标“项目按期完工率”得分 9.58 分，比分值 10 分少 0.42 分，没有写明偏差原因和改进措施。"
    ]


def test_the_same_report_gives_the_same_findings_twice() -> None:
    report = read(changed(("indicators.3.reason", None), ("score", "98.30"), (f"funds.{TOTAL}.executed", "1867.35")))
    first = check(report)
    assert check(report) == first
    assert len(first) > 2


# ---- JSON


def without_derived(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: without_derived(v) for k, v in value.items() if k != "derived"}
    return [without_derived(v) for v in value] if isinstance(value, list) else value


def test_export_gives_back_what_was_given() -> None:
    assert without_derived(write_values(read(DEPARTMENT))) == DEPARTMENT


def test_export_gives_back_blanks_and_what_could_not_be_read() -> None:
    document = changed(("indicators.1.score", "优秀"), *blank("score", "report_date", f"funds.{TOTAL}.budget_rate"))
    assert without_derived(write_values(read(document))) == document


def test_export_keeps_what_was_typed_of_a_rate() -> None:
    document = changed((f"funds.{TOTAL}.budget_rate", "97.157"))
    assert without_derived(write_values(read(document))) == document


@pytest.mark.parametrize(
    ("document", "what"),
    [
        ({"funds": [{"source": "专项资金"}]}, "funds[0].source 没有名为“专项资金”的行"),
        ({"funds": [{"source": TOTAL}, {"source": TOTAL}]}, "funds[1].source “年度资金总额”写了两次"),
        ({"funds": [{"source": GRANTS, "budget_weight": 10}]}, "funds[0].budget_weight “当年财政拨款”没有这一栏"),
        ({"funds": [{"source": TOTAL, "income_total": 1}]}, "funds[0].income_total 不是表中的栏目"),
        ({"indicators": [{"completion": 1}]}, "indicators[0].completion 不是表中的栏目"),
        ({"staff_quota": 35}, "staff_quota 不是表中的栏目"),
    ],
)
def test_refuses_values_that_the_form_has_no_place_for(form: Form, document: dict[str, Any], what: str) -> None:
    with pytest.raises(Refused) as caught:
        read_values(form, json.dumps(document), "数据.json")
    assert caught.value.message == f"无法使用 数据.json：{what}。请参照 export 的输出格式改正后重试。"


# ---- data only


def texts_of_the_program() -> dict[str, set[str]]:
    """The texts in each Python file of the package, its docstrings left out."""
    found = {}
    root = Path(xlprocess.__file__).parent
    for path in root.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docstrings = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and node.body and isinstance(node.body[0], ast.Expr)
        }
        constants = (n for n in ast.walk(tree) if isinstance(n, ast.Constant) and id(n) not in docstrings)
        found[str(path.relative_to(root))] = {n.value for n in constants if isinstance(n.value, str)}
    return found


def words_of(form: Form) -> tuple[set[str], set[str]]:
    """Ids and printed words of an edition."""
    fields = [f for t in form.tables.values() for f in (*t.field, *((t.total,) if t.total else ()))]
    rows = form.edition.rows
    ids = {f.id for f in fields} | {r.id for r in form.edition.rule} | set(form.tables) | {r.id for r in rows}
    ids |= {r.json for r in rows} | {t.json for t in form.tables.values()}
    printed = {t for f in fields for t in (f.label, *f.spellings, *f.choices)}
    printed |= {t for r in rows for t in (r.heading, r.summary, *r.items, *r.summary_spellings)}
    return ids, printed | {s.name for s in form.edition.sheet} | {t.title for t in form.tables.values()}


def test_nothing_of_this_edition_stands_in_the_program(form: Form) -> None:
    ids, printed = words_of(form)
    other_ids, other_printed = words_of(load("yueyang-2021"))
    own_ids = ids - other_ids
    own_printed = {t for t in printed if not any(t in other for other in other_printed)}
    assert {"budget_full", "weight", "funds", "R701"} <= own_ids
    assert {"年度资金总额", "全年执行数", "偏差原因分析及改进措施"} <= own_printed
    for file, texts in texts_of_the_program().items():
        assert own_ids & texts == set(), file
        assert not [t for t in own_printed if len(t) > 2 and any(t in text for text in texts)], file
        assert not [t for t in texts if EDITION in t], file
