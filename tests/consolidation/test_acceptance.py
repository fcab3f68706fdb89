"""Two hundred departments' workbooks with planted errors, consolidated by the command: what is found is what was planted, every
file and line of the roster is accounted for, and the totals are those that pandas gives from what the generator wrote down."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pandas as pd
import pytest
from departments import TOTALS
from generate import SENT, generate
from office import Office

from xlprocess.consolidation.ledger import rules_version

# openpyxl does not know the data bars of Excel 2010
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")
COUNT = 200
HEAD = 3


class Done(NamedTuple):
    truth: dict[str, Any]
    document: dict[str, Any]
    path: Path

    def sheet(self, name: str, head: int | None = HEAD) -> pd.DataFrame:
        return pd.read_excel(self.path, sheet_name=name, header=head, dtype=object, engine="openpyxl")


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Done:
    folder = tmp_path_factory.mktemp("各部门 报来")
    truth = json.loads(json.dumps(generate(folder, COUNT), default=str))
    path = folder / "汇总.xlsx"
    command = [sys.executable, "-m", "xlprocess", "consolidate", str(folder / SENT), "-o", str(path), "--no-ledger", "--json"]
    told = subprocess.run(
        [*command, "--roster", str(folder / "名单.csv")], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert told.returncode == 2, told.stderr  # some files cannot be read
    return Done(truth, json.loads(told.stdout), path)


def planted(done: Done) -> list[tuple[str, dict[str, Any]]]:
    return [(d["name"], p) for d in done.truth["departments"] for p in d["planted"]]


def test_enough_is_planted_of_every_kind(done: Done) -> None:
    kinds = Counter(p["kind"] for _, p in planted(done))
    assert len(kinds) == 19 and min(kinds.values()) >= 4, kinds
    assert Counter(f["as"] for f in done.truth["files"].values()) == {
        "current": 200, "superseded": 20, "duplicate": 10, "conflicting": 10, "unreadable": 10, "not_a_form": 10, "attachment": 10,
    }  # fmt: skip


def test_every_planted_error_is_found_with_its_cause_and_nothing_else_is(done: Done) -> None:
    name_of = {d["file"]: d["name"] for d in done.truth["departments"]}
    found: list[tuple[object, ...]] = []
    following: set[str] = set()
    for report in done.document["reports"]:
        whose = name_of.get(str(Path(report["file"]).relative_to(done.path.parent / SENT).as_posix()))
        for f in report["findings"] if whose else ():
            if f["follows"] is not None:
                following.add(str(whose))
                continue
            cause = f["cause"] and (f["cause"]["kind"], tuple(f["cause"]["fields"]), tuple(f["cause"]["rows"]))
            found.append((whose, f["rule"], f["sheet"], f["cell"], cause, frozenset(c["kind"] for c in f["competing"])))
    wanted = [
        (
            name,
            p["rule"],
            p["sheet"],
            p["cell"],
            p["cause"] and (p["cause"]["kind"], tuple(p["cause"]["fields"]), tuple(p["cause"]["rows"])),
            frozenset(p["competing"]),
        )
        for name, p in planted(done)
    ]
    assert Counter(found) == Counter(wanted)
    assert following <= {name for name, p in planted(done) if p["cause"] or p["competing"]}


def test_the_list_of_findings_has_every_planted_error_once_at_its_cell(done: Done) -> None:
    listed = done.sheet("问题清单")
    listed = listed[listed["标识"].notna()]
    roots = listed[listed["随哪一处"].isna()]
    wanted = Counter((name, p["rule"], f"{p['sheet']}!{p['cell']}") for name, p in planted(done))
    assert Counter(zip(roots["部门名称"], roots["编号"], roots["位置"], strict=True)) == wanted
    blamed = {(name, f"{p['sheet']}!{p['cell']}") for name, p in planted(done)}
    follows = listed[listed["随哪一处"].notna()]
    assert {*zip(follows["部门名称"], follows["随哪一处"], strict=True)} <= blamed


def test_every_file_and_every_line_of_the_roster_is_accounted_for(done: Done) -> None:
    files = done.truth["files"]
    told = {
        Path(f["file"]).relative_to(done.path.parent / SENT).as_posix() if Path(f["file"]).is_absolute() else f["file"]: (
            f["as"],
            f["department"],
        )
        for f in done.document["files"]
    }
    unread = {
        path: next((n for n in done.truth["missing"] if n in path), None) for path, f in files.items() if f["as"] == "unreadable"
    }
    assert told == {name: (f["as"], unread.get(name, f["department"])) for name, f in files.items()}
    handed = done.sheet("报送情况")
    states = dict(zip(handed["部门名称"], handed["状态"], strict=False))
    departments = {d["name"]: d for d in done.truth["departments"]}
    roles: dict[str, set[str]] = {}
    for f in files.values():
        roles.setdefault(f["department"], set()).add(f["as"])
    for name in departments:
        state = "重报" if "superseded" in roles[name] else "请确认" if "conflicting" in roles[name] else "已报"
        assert states[name] == state, name
    assert [states[name] for name in done.truth["excused"]] == ["涉密"] * len(done.truth["excused"])
    scanned = {f["department"] for f in files.values() if f["as"] == "attachment"}
    assert {n: states[n] for n in done.truth["missing"]} == {
        n: "无法读取" if n in unread.values() else "只报来附件" if n in scanned else "未报" for n in done.truth["missing"]
    }
    strays = handed[handed["部门名称"] == "（不知是哪个部门）"]
    assert Counter(strays["状态"]) == Counter({"无法读取": list(unread.values()).count(None), "不是本套表": 10})
    assert len(handed) == len(departments) + len(done.truth["missing"]) + len(done.truth["excused"]) + strays.shape[0]
    sources = done.sheet("数据来源")
    assert {*sources["文件"]} == {*files}
    checked = {name for name, f in files.items() if f["as"] not in ("unreadable", "not_a_form", "attachment")}
    assert {*sources["文件"][sources["规则版本"] == rules_version()]} == checked
    assert {*sources["文件"][sources["规则版本"].isna()]} == {*files} - checked
    assert (done.document["departments"], done.document["expected"]) == (COUNT, COUNT + len(done.truth["missing"]))


def test_totals_are_those_of_an_independent_computation(done: Done) -> None:
    typed = pd.DataFrame([d["typed"] for d in done.truth["departments"]]).map(exact)
    parts = pd.DataFrame([d["parts"] for d in done.truth["departments"]]).map(exact)
    whole = typed.where(typed.notna(), parts)
    sums = {field: whole[field].dropna().sum() for field in whole}
    told = {field: Decimal(value) for field, value in done.document["totals"].items() if value is not None}
    for field, wanted in sums.items():
        assert told[field] == wanted, field
    both = whole[whole["staff_actual"].notna() & whole["staff_quota"].notna()]  # some left their quota blank
    assert 0 < len(both) < len(whole)
    for rate, value in {
        "execution_rate": sums["exp_total"] / (sums["carryover_prev"] + told["current_year_income"]),
        "fa_use_rate": sums["fa_in_use"] / (sums["fa_in_use"] + sums["fa_rented_out"] + sums["fa_other"]),
        "staff_control_rate": both["staff_actual"].sum() / both["staff_quota"].sum(),
    }.items():
        assert round(told[rate], 2) == round(value * 100, 2), rate
    assert len(sums) == 25 and {*TOTALS} <= {*sums}


def test_totals_corrected_by_their_parts_are_those_before_anything_was_planted(done: Done) -> None:
    right = pd.DataFrame([d["right"] for d in done.truth["departments"]]).map(exact)
    overview = done.sheet("总览", head=None)
    corrected = {str(row[0]).strip(): row[2] for row in overview.itertuples(index=False) if isinstance(row[2], (int, float))}
    for field, label in {
        "income_total": "收入合计", "carryover_prev": "上年结转", "public_budget": "公共财政拨款", "exp_total": "支出合计",
        "exp_staff": "人员支出", "exp_public_use": "公用支出", "exp_project": "项目支出", "balance_current": "当年结余",
        "balance_cumulative": "累计结余", "tp_total": "三公经费合计", "tp_vehicle_operation": "公务用车运维费",
        "fa_total": "固定资产合计", "fa_in_use": "在用固定资产", "social_total": "社会保障支出合计",
    }.items():  # fmt: skip
        assert corrected[label] == pytest.approx(float(right[field].dropna().sum()), abs=1e-6), label


def exact(value: object) -> Decimal | None:
    return Decimal(value) if isinstance(value, str) else None


@pytest.mark.office
def test_recalculated_by_an_office_program_the_totals_stay_the_same(done: Done, office: Office) -> None:
    formulas, values = openpyxl.load_workbook(done.path), openpyxl.load_workbook(done.path, data_only=True)
    cells = {
        s.title: [c.coordinate for c in s[HEAD] if c.data_type == "f"] for s in formulas if s.title not in ("总览", "图表数据")
    }
    cells["总览"] = [c.coordinate for row in formulas["总览"].iter_rows() for c in row if c.data_type == "f"]
    office.open(path=str(done.path))
    office.recalculate()
    given = office.values(cells=cells)
    office.close()
    checked = 0
    for sheet, places in cells.items():
        for cell in places:
            stored = values[sheet][cell].value
            expected = pytest.approx(stored, rel=1e-12) if isinstance(stored, (int, float)) else stored or ""
            assert given[sheet][cell] == expected, f"{sheet}!{cell} {formulas[sheet][cell].value}"
            checked += isinstance(stored, (int, float))
    assert checked > 40
