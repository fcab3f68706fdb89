"""Many files into one Consolidation: every file and every line of the roster accounted for, totals as computed apart."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from xlprocess.consolidate import consolidate
from xlprocess.consolidation import pool
from xlprocess.consolidation import reading as flow
from xlprocess.consolidation.consolidation import Change, Consolidation, RosterLine
from xlprocess.consolidation.ledger import Ledger
from xlprocess.consolidation.submission import Submission
from xlprocess.consolidation.totals import Total, totals
from xlprocess.consolidation.worker import Job
from xlprocess.form.load import Form, load
from xlprocess.form.model import Table
from xlprocess.jobs.inputs import find
from xlprocess.values import Values
from xlprocess.writers.consolidation_json import consolidation_document

ROOT = Path(__file__).parents[2]
ROSTER = [RosterLine(k + 2, f"0{k:05}", f"第{k}局", excused="涉密" if k == 9 else None) for k in range(1, 11)]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were opened."""
    opened: list[str] = []
    spread = flow.results

    def results(jobs, count, processes=None):  # type: ignore[no-untyped-def]
        jobs = list(jobs)
        opened.extend(sorted(Path(j.path).name for j in jobs))
        yield from spread(iter(jobs), count, processes)

    monkeypatch.setattr(flow, "results", results)
    return opened


def accounted(found: Consolidation) -> dict[str, tuple[str, str | None]]:
    """Every file, what it is, and the department it was given to."""
    return {f.path: (f.role, f.department) for f in found.files}


# ---- completeness


def test_what_else_is_to_be_confirmed_stands_before_departments_that_are_on_no_roster(
    folder: Path, workbook: Callable[..., bytes]
) -> None:
    (folder / "外.xlsx").write_bytes(workbook(55))
    (folder / "第3局盖章.pdf").write_bytes(b"%PDF-1.4")
    with Ledger(None) as ledger:
        found = consolidate(find([folder]).inputs, ledger, roster=ROSTER[1:3])
    assert found.suggestions == [
        "“第3局”只报来附件（第3局盖章.pdf），没有报来工作簿。",
        "“第55局”（000055）不在名单中，已计入汇总，请确认。",
    ]


def test_an_unreadable_file_is_told_of_the_missing_department_whose_name_it_bears(
    folder: Path, workbook: Callable[..., bytes]
) -> None:
    (folder / "一.xlsx").write_bytes(workbook(1))
    (folder / "第2局自评报告.xlsx").write_bytes(b"PK\x03\x04")
    (folder / "第1局另一份.xlsx").write_bytes(b"PK\x03\x04")
    (folder / "第3局盖章.pdf").write_bytes(b"%PDF-1.4")
    with Ledger(None) as ledger:
        found = consolidate(find([folder]).inputs, ledger, roster=ROSTER[:3])
    assert [f.department for f in found.of_role("unreadable")] == [None, "第2局"]
    assert [line.name for line in found.missing] == ["第2局", "第3局"]
    assert found.suggestions == [
        "“第3局”只报来附件（第3局盖章.pdf），没有报来工作簿。",
        "“第2局”报来的文件（第2局自评报告.xlsx）无法读取；是按文件名认的，请核对，并请重新报送。",
    ]


def test_accounts_for_every_file_and_every_line_of_the_roster(folder: Path, workbook: Callable[..., bytes]) -> None:
    inside = folder / "下级"
    inside.mkdir()
    (folder / "一.xlsx").write_bytes(workbook(1))
    (inside / "二.xlsx").write_bytes(workbook(2))
    (inside / "二 副本.xlsx").write_bytes(workbook(2))
    (folder / "三.xlsx").write_bytes(workbook(3))
    (folder / "三 重报.xlsx").write_bytes(workbook(3, round=1, public_budget=Decimal("123.45")))
    (folder / "四甲.xlsx").write_bytes(workbook(4, report_date="2022-03-01"))
    (folder / "四乙.xlsx").write_bytes(workbook(4, report_date="2022-03-02"))
    (folder / "五.xlsx").write_bytes(workbook(5))
    (folder / "外.xlsx").write_bytes(workbook(77))
    (folder / "坏.xlsx").write_bytes(workbook(6)[:5000])
    (folder / "别的.xlsx").write_bytes(foreign())
    (folder / "第7局盖章页.pdf").write_bytes(b"%PDF-1.4")
    (folder / "~$一.xlsx").write_bytes(b"")
    with Ledger(None) as ledger:
        found = consolidate(find([folder]).inputs, ledger, roster=ROSTER, exclude=[folder / "五.xlsx"])
        document = json.loads(b"".join(consolidation_document(found, Path("汇总.xlsx"))))
        changed = {d.name: d.changes for d in found.departments if d.changes}
        was = found.submission(next(f for f in found.files if f.path == "三.xlsx")).figure("income", "局机关", "public_budget")
    assert accounted(found) == {
        "一.xlsx": ("current", "第1局"),
        "下级/二.xlsx": ("current", "第2局") if found.departments[1].current.path == "下级/二.xlsx" else ("duplicate", "第2局"),
        "下级/二 副本.xlsx": ("duplicate", "第2局")
        if found.departments[1].current.path == "下级/二.xlsx"
        else ("current", "第2局"),
        "三.xlsx": ("superseded", "第3局"),
        "三 重报.xlsx": ("current", "第3局"),
        "四甲.xlsx": ("conflicting", "第4局"),
        "四乙.xlsx": ("current", "第4局"),
        "五.xlsx": ("excluded", "第5局"),
        "外.xlsx": ("current", "第77局"),
        "坏.xlsx": ("unreadable", None),
        "别的.xlsx": ("not_a_form", None),
        "第7局盖章页.pdf": ("attachment", "第7局"),
    }
    assert [(d.name, d.line.number if d.line else None) for d in found.departments] == [
        ("第1局", 3),
        ("第2局", 4),
        ("第3局", 5),
        ("第4局", 6),
        ("第77局", None),
    ]
    assert [line.name for line in found.missing] == ["第5局", "第6局", "第7局", "第8局", "第10局"]
    assert found.expected == 9
    assert was is not None
    assert changed == {"第3局": [Change("income", "局机关", "public_budget", was.value, "123.45")]}
    assert found.suggestions == [
        "“第7局”只报来附件（第7局盖章页.pdf），没有报来工作簿。",
        "“第77局”（000077）不在名单中，与未报的“第7局”（000007）相近；没有自动合并，请确认是否同一部门。",
    ]
    assert [f["as"] for f in document["files"]] == [f.role for f in found.files]
    assert [r["status"] for r in document["reports"]] == [f.status for f in found.files]
    assert (document["summary"], document["departments"], document["expected"]) == ("汇总.xlsx", 5, 9)
    assert document["missing"][0] == {"code": "000005", "name": "第5局"}
    assert [r["error"]["kind"] for r in document["reports"] if r["error"]] == ["not_this_form", "damaged", "attachment"]


def foreign() -> bytes:
    from io import BytesIO

    from xlsxwriter import Workbook

    target = BytesIO()
    book = Workbook(target)
    book.add_worksheet("别的").write(0, 0, "别的表")
    book.close()
    return target.getvalue()


def test_the_reports_of_the_json_are_those_of_check(folder: Path, workbook: Callable[..., bytes]) -> None:
    from xlprocess.jobs.process import check_file
    from xlprocess.writers.json import outcome_json

    (folder / "一.xlsx").write_bytes(workbook(1, income_total=Decimal("5.00"), score="150"))
    (folder / "坏.xlsx").write_bytes(b"PK\x03\x04")
    inputs = find([folder]).inputs
    with Ledger(None) as ledger:
        found = consolidate(inputs, ledger)
        document = json.loads(b"".join(consolidation_document(found, Path("汇总.xlsx"))))
    assert document["reports"] == [outcome_json(check_file(item)) for item in inputs]
    assert {f["rule"] for f in document["reports"][0]["findings"]} >= {"R101"}


# ---- totals


def expected_totals(form: Form, all_values: list[Values]) -> dict[str, Decimal]:
    """Sums over all departments and organisations, from the values that were typed: leaves, then what stands above them."""
    found: dict[str, Decimal] = {}
    for values in all_values:
        for rows in values.rows.values():
            for _, row in rows:
                for field, value in row.items():
                    if isinstance(value, Decimal):
                        found[field] = found.get(field, Decimal(0)) + value

    def total(table: Table, field: str) -> Decimal:
        children = table.children(table.fields[field])
        return sum((total(table, c.id) for c in children), Decimal(0)) if children else found[field]

    for table in form.tables.values():
        for field in table.field if table.kind == "grid" else ():
            if table.children(field):
                found[field.id] = total(table, field.id)
    return found


def test_totals_equal_what_is_computed_from_the_values_apart(
    folder: Path, workbook: Callable[..., bytes], values: Callable[..., Values]
) -> None:
    form = load("yueyang-2021")
    for number in range(1, 15):
        (folder / f"{number}.xlsx").write_bytes(workbook(number))
    with Ledger(None) as ledger:
        found = consolidate(find([folder]).inputs, ledger)
        sums = totals(found.form, (s for _, s in found.current()))
    expected = expected_totals(form, [values(n) for n in range(1, 15)])
    income, spent = expected["income_total"], expected["exp_total"]
    assert {f: t.value for f, t in sums.items() if f in expected} == expected
    assert all(t.corrected == t.value for t in sums.values())
    assert sums["execution_rate"].value == spent / income
    assert sums["balance_cumulative"].value == income - spent
    assert sums["fa_use_rate"].value == expected["fa_in_use"] / expected["fa_total"]
    assert sums["exp_total"].departments == 14
    assert sums["staff_quota"] == Total("basics", "staff_quota", None, None, 0)


def test_totals_of_another_edition(folder: Path, workbook: Callable[..., bytes], values: Callable[..., Values]) -> None:
    form = load("general-2022")
    for number in (1, 2, 3):
        (folder / f"{number}.xlsx").write_bytes(workbook(number, form=form))
    (folder / "另一表样.xlsx").write_bytes(workbook(4))
    with Ledger(None) as ledger:
        found = consolidate(find([folder]).inputs, ledger)
        sums = totals(found.form, (s for _, s in found.current()))
    expected = expected_totals(form, [values(n, form=form) for n in (1, 2, 3)])
    assert {f: t.value for f, t in sums.items()} == {**expected, "budget_rate": expected["executed"] / expected["budget_full"]}
    assert [s.partition("用的表样")[0] for s in found.suggestions if "表样" in s] == ["“第4局”"]


def test_what_many_departments_have_in_common_is_one_matter_to_confirm_and_clashes_stand_before_it(
    folder: Path, workbook: Callable[..., bytes]
) -> None:
    for number in (1, 2, 3, 4):
        (folder / f"{number}.xlsx").write_bytes(workbook(number))
    for number in (5, 6):
        (folder / f"{number}.xlsx").write_bytes(workbook(number, form=load("general-2022")))
    (folder / "7.xlsx").write_bytes(workbook(7, name="第2局", code="000001"))
    (folder / "第8局.pdf").write_bytes(b"%PDF-1.4")
    roster = [RosterLine(k, f"{k:06}", f"第{k}局") for k in (1, 2, 3, 4, 5, 6, 8)]
    with Ledger(None) as ledger:
        found = consolidate(find([folder]).inputs, ledger, roster=roster)
    assert [s.partition("，")[0] for s in found.suggestions] == [
        "编码冲突：7.xlsx 填的编码 000001 是“第1局”的",
        "“第8局”只报来附件（第8局.pdf）",
        "“第5局”、“第6局”用的表样是“部门整体支出绩效自评表”（2022 年）",
    ]


def test_a_department_that_sent_two_editions_counts_with_the_one_that_most_used(
    folder: Path, workbook: Callable[..., bytes], values: Callable[..., Values]
) -> None:
    for number in (1, 2, 3):
        (folder / f"{number}.xlsx").write_bytes(workbook(number))
    (folder / "3 新表.xlsx").write_bytes(workbook(3, form=load("general-2022"), round=1))
    (folder / "4 新表.xlsx").write_bytes(workbook(4, form=load("general-2022")))
    with Ledger(None) as ledger:
        found = consolidate(find([folder]).inputs, ledger)
        sums = totals(found.form, (s for _, s in found.current()))
    roles = {f.path: (f.role, f.why) for f in found.files if "3" in f.path}
    assert roles == {
        "3.xlsx": ("current", "另报来的 3 新表.xlsx 用的是别的表样；多数部门用的是这一份的表样，按这一份计入，请确认。"),
        "3 新表.xlsx": ("conflicting", "用的表样与计入的 3.xlsx 不同；多数部门用的是 3.xlsx 的表样，按那一份计入，请确认。"),
    }
    expected = expected_totals(found.form, [values(n) for n in (1, 2, 3)])
    assert {f: t.value for f, t in sums.items() if f in expected} == expected
    assert (found.forms, [d.changes for d in found.departments]) == ({"yueyang-2021": 3, "general-2022": 1}, [[]] * 4)


def test_totals_as_reported_and_as_corrected_by_their_parts(folder: Path, workbook: Callable[..., bytes]) -> None:
    one = {"tp_reception": Decimal("1.00"), "tp_vehicle_operation": Decimal("2.00"), "tp_vehicle_purchase": None, "tp_abroad": None}
    summary = {"tp_total": Decimal("50000.00")}
    (folder / "1.xlsx").write_bytes(workbook(1, **one, tp_total=Decimal("9.00"), summary=summary))
    with Ledger(None) as ledger:
        found = consolidate(find([folder]).inputs, ledger)
        submission = found.submission(found.departments[0].current)
        total = totals(found.form, [submission])["tp_total"]
    figure = submission.figure("three_public", "局机关", "tp_total")
    assert figure is not None
    assert (figure.cell, figure.value, figure.from_parts, figure.blamed, figure.state) == ("B25", "9", "3", True, "typed")
    assert total.corrected == submission_parts(submission)
    assert total.value == Decimal(50000)


def submission_parts(submission: Submission) -> Decimal:
    leaves = ("tp_reception", "tp_vehicle_operation", "tp_vehicle_purchase", "tp_abroad")
    return sum((f.number for f in submission.figures if f.field in leaves and f.row != "汇总"), Decimal(0))


# ---- the ledger and the pool


def test_reads_again_only_what_is_new_or_changed(
    folder: Path, workbook: Callable[..., bytes], tmp_path: Path, read: list[str]
) -> None:
    for number in range(1, 5):
        (folder / f"{number}.xlsx").write_bytes(workbook(number))
    with Ledger(tmp_path / "ledger") as ledger:
        first = consolidate(find([folder]).inputs, ledger)
        before = totals(first.form, (s for _, s in first.current()))
    assert read == ["1.xlsx", "2.xlsx", "3.xlsx", "4.xlsx"]
    read.clear()
    (folder / "2.xlsx").rename(folder / "改名.xlsx")
    with Ledger(tmp_path / "ledger") as ledger:
        again = consolidate(find([folder]).inputs, ledger)
        assert totals(again.form, (s for _, s in again.current())) == before
    assert read == []
    assert accounted(again)["改名.xlsx"] == ("current", "第2局")
    (folder / "3.xlsx").write_bytes(workbook(3, public_budget=Decimal("1.00")))
    (folder / "5.xlsx").write_bytes(workbook(5))
    with Ledger(tmp_path / "ledger") as ledger:
        assert len(consolidate(find([folder]).inputs, ledger).departments) == 5
    assert read == ["3.xlsx", "5.xlsx"]


RUN = """
import sys
from pathlib import Path
from xlprocess.consolidate import consolidate
from xlprocess.consolidation.ledger import Ledger
from xlprocess.jobs.inputs import find

if __name__ == "__main__":
    with Ledger(Path(sys.argv[2])) as ledger:
        consolidate(find([Path(sys.argv[1])]).inputs, ledger, processes=1)
"""


def test_a_killed_run_is_resumed(folder: Path, workbook: Callable[..., bytes], tmp_path: Path, read: list[str]) -> None:
    for number in range(1, 41):
        (folder / f"{number:02}.xlsx").write_bytes(workbook(number))
    script = tmp_path / "run.py"
    script.write_text(RUN, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    running = subprocess.Popen([sys.executable, str(script), str(folder), str(tmp_path / "ledger")], env=environment)
    end = time.monotonic() + 60
    kept = 0
    while kept < 5 and time.monotonic() < end:
        time.sleep(0.02)
        if (tmp_path / "ledger").exists():
            with Ledger(tmp_path / "ledger") as ledger:
                kept = ledger._connection.execute("select count(*) from submissions").fetchone()[0]
    running.kill()
    running.wait()
    with Ledger(tmp_path / "ledger") as ledger:
        kept = ledger._connection.execute("select count(*) from submissions").fetchone()[0]
        found = consolidate(find([folder]).inputs, ledger)
        assert [d.current.role for d in found.departments] == ["current"] * 40
    assert 5 <= kept < 40
    assert len(read) == 40 - kept


def test_where_no_process_can_be_started_the_work_is_done_in_this_one(folder: Path, workbook: Callable[..., bytes]) -> None:
    for number in range(1, 15):
        (folder / f"{number:02}.xlsx").write_bytes(workbook(number))
    script = folder.parent / "unguarded.py"
    script.write_text(
        "import sys\nfrom pathlib import Path\nfrom xlprocess.consolidate import consolidate\n"
        "from xlprocess.consolidation.ledger import Ledger\nfrom xlprocess.jobs.inputs import find\n"
        "with Ledger(None) as ledger:\n"
        "    found = consolidate(find([Path(sys.argv[1])]).inputs, ledger, processes=2)\n"
        "    print([f.role for f in found.files])\n",
        encoding="utf-8",
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    told = subprocess.run([sys.executable, str(script), str(folder)], env=environment, capture_output=True, text=True, check=False)
    assert told.stdout.splitlines()[-1] == str(["current"] * 14), told.stderr


def test_a_process_that_dies_costs_time_only(folder: Path, workbook: Callable[..., bytes]) -> None:
    data, count = workbook(1), pool.FEW + 8
    for number in range(count):
        (folder / f"{number:02}.xlsx").write_bytes(data)
    jobs = [Job(k, str(folder / f"{k:02}.xlsx")) for k in range(count)]
    seen: list[tuple[int, str]] = []
    killed = False
    for chunk in pool.results(iter(jobs), count, 2):
        seen += [(d.number, d.status) for d in chunk]
        if not killed:
            child = multiprocessing.active_children()[0]
            os.kill(child.pid or 0, getattr(signal, "SIGKILL", signal.SIGTERM))
            killed = True
    assert sorted(seen) == [(k, "checked") for k in range(count)]


def test_processes_give_the_same_as_one(folder: Path, workbook: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "FEW", 2)
    for number in range(1, 15):
        (folder / f"{number}.xlsx").write_bytes(workbook(number, income_total=Decimal("5.00")))

    def document(processes: int) -> bytes:
        with Ledger(None) as ledger:
            found = consolidate(find([folder]).inputs, ledger, processes=processes)
            return b"".join(consolidation_document(found, Path("汇总.xlsx")))

    assert document(1) == document(2)


def test_tells_how_far_it_is(folder: Path, workbook: Callable[..., bytes], tmp_path: Path) -> None:
    for number in range(1, 4):
        (folder / f"{number}.xlsx").write_bytes(workbook(number))
    told: list[tuple[int, int]] = []
    with Ledger(tmp_path / "ledger") as ledger:
        consolidate(find([folder]).inputs, ledger, progress=lambda done, total: told.append((done, total)))
        assert told == [(1, 3), (2, 3), (3, 3)]
        told.clear()
        consolidate(find([folder]).inputs, ledger, progress=lambda done, total: told.append((done, total)))
        assert told == [(3, 3)]
