"""What goes back to the departments: which workbooks, how they are stamped, what the note says; and what comes back of it."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import subprocess
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import docx
import pytest

from tests.summaries import document, workbook
from xlprocess.books.book import CellWrite, Changes, Ref
from xlprocess.books.file import FileBook
from xlprocess.books.guard import damaged
from xlprocess.consolidate import consolidate
from xlprocess.consolidation.consolidation import Between, Consolidation, said
from xlprocess.consolidation.feedback import (
    Folders,
    Returned,
    deadline,
    note_name,
    returned_name,
    write_feedback,
    write_notes_on_unread,
)
from xlprocess.consolidation.ledger import Ledger
from xlprocess.consolidation.returns import Return, returns
from xlprocess.jobs.inputs import find
from xlprocess.pipeline import check_book, is_untouched, open_book
from xlprocess.result_list import EXPLANATION
from xlprocess.stamps import ANSWERED_HASH_PROPERTY, ANSWERS_PROPERTY, ROUND, ROUND_PROPERTY, place_of, round_of, stamped_text
from xlprocess.writers.return_note import is_our_note

NOTE = note_name(1)


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with Ledger(None) as opened:
        yield opened


def consolidated(folder: Path, ledger: Ledger) -> Consolidation:
    return consolidate(find([folder]).inputs, ledger, processes=1)


def told(each: Return) -> tuple[str, int, list[str], int, int]:
    return each.department.name, each.number, [f"{f.rule} {f.severity}" for f in each.flaws], each.following, len(each.refused)


def sent_back(folder: Path, ledger: Ledger, out: Path, *, force: bool = False) -> tuple[list[Return], list[Returned]]:
    found = consolidated(folder, ledger)
    every = list(returns(found))
    return every, list(write_feedback(found, every, out, force=force))


def explained(data: bytes, rule: str, text: str) -> bytes:
    """The workbook after somebody wrote `text` as 说明 of the first finding of a rule."""
    book = FileBook.open(data, "a")
    sheet = book.sheet("检查结果")
    row = next(r for r in range(4, 60) if sheet.value(r, EXPLANATION + 1) == rule)
    write = CellWrite("检查结果", Ref(row, EXPLANATION), text)
    book.apply(Changes(cells=[write], notes={}, results=None, properties={}))
    return book.to_bytes()


def mended(data: bytes, table: str, row: str | None, field: str, value: Decimal) -> bytes:
    """The workbook after somebody typed another value."""
    book = FileBook.open(data, "a")
    report = check_book(book, "a").report
    line = report.tables[table].row(row)
    assert line is not None
    cell = line.cell(field)
    assert cell.sheet is not None
    assert cell.ref is not None
    book.apply(Changes(cells=[CellWrite(cell.sheet, cell.ref, value)], notes={}, results=None, properties={}))
    return book.to_bytes()


def made(name: str = "第1局", **fields: str) -> bytes:
    """A workbook with a wrong total unless `income` is ok (R101, and what follows from it in 汇总), and a grade of another band
    (R311)."""
    values = document(0)
    summary, first, *_ = values["rows"]
    if fields.pop("income", "wrong") == "wrong":
        first["income_total"] = str(Decimal(first["income_total"]) + Decimal("9.90"))
    summary["income_total"] = str(sum(Decimal(row["income_total"]) for row in values["rows"][1:]))
    values.update({"dept_name": name, "budget_code": "000001", "score": "86", "grade": "优", **fields})
    return workbook(values)


def test_what_is_neither_mended_nor_explained_goes_back(folder: Path, ledger: Ledger) -> None:
    (folder / "甲.xlsx").write_bytes(made())
    found = consolidated(folder, ledger)
    first = told(next(returns(found)))
    assert first == ("第1局", 1, ["R101 error", "R311 warning"], 1, 0)


def test_an_explanation_waits_for_the_officer_and_goes_back_only_when_it_is_not_accepted(
    folder: Path, ledger: Ledger, tmp_path: Path
) -> None:
    (folder / "甲.xlsx").write_bytes(made())
    _, (done,) = sent_back(folder, ledger, tmp_path / "退回")
    assert done.workbook is not None
    (folder / "甲.xlsx").write_bytes(explained(done.workbook.read_bytes(), "R101", "决算口径不同"))
    found = consolidated(folder, ledger)
    department, submission = next(found.current())
    assert [f for each in returns(found) for f in each.flaws if f.rule == "R101"] == []
    flaw = next(f for f in submission.flaws if f.rule == "R101" and f.explanation)
    found.verdicts[department.key, flaw.key, said(flaw.message)] = "不采纳"
    (each,) = returns(found)
    assert each.refused == {0: "决算口径不同"}
    assert each.flaws[0] == flaw
    found.verdicts[department.key, flaw.key, said(flaw.message)] = "采纳"
    assert [f for each in returns(found) for f in each.flaws if f.rule == "R101"] == []


def test_what_only_several_workbooks_show_goes_back_once(folder: Path, ledger: Ledger, tmp_path: Path) -> None:
    (folder / "甲.xlsx").write_bytes(made(income="ok", score="95"))
    found = consolidated(folder, ledger)
    assert list(returns(found)) == []
    about = Between(
        found.departments[0].key, "R801", "与决算不符", "warning", "income", None, None, "收支情况", "B5", "与决算相差 3.00。"
    )
    found.between = [about]
    (each,) = returns(found)
    assert each.flaws == [about]
    (done,) = write_feedback(found, [each], tmp_path / "退回")
    assert done.workbook is not None
    texts = [p.text for p in docx.Document(str(done.workbook.parent / NOTE)).paragraphs]
    assert any("是与其他报表对照发现的：请核对后改正" in text for text in texts)
    (folder / "甲.xlsx").write_bytes(done.workbook.read_bytes())
    again = consolidated(folder, ledger)
    again.between = [about]
    assert list(returns(again)) == []
    again.verdicts[about.department, about.key, said(about.message)] = "不采纳"
    assert [r.flaws for r in returns(again)] == [[about]]


def test_the_copy_is_annotated_and_stamped_and_the_original_is_as_it_was(folder: Path, ledger: Ledger, tmp_path: Path) -> None:
    original = made()
    (folder / "甲.xlsx").write_bytes(original)
    (each,), (done,) = sent_back(folder, ledger, tmp_path / "退回")
    assert (folder / "甲.xlsx").read_bytes() == original
    assert done == Returned(tmp_path / "退回" / "000001 第1局" / "甲（第1轮退回）.xlsx", [])
    assert done.workbook is not None
    book = open_book(done.workbook.read_bytes(), "a")
    properties = book.properties()
    assert properties[ROUND_PROPERTY] == "1"
    assert properties[ANSWERS_PROPERTY] == "甲.xlsx"
    assert properties[ANSWERED_HASH_PROPERTY] == each.department.current.hash
    assert stamped_text(book, ROUND) == "第 1 轮"
    said = book.sheet("检查结果").value(2, 1)
    assert isinstance(said, str)
    assert said.startswith("第 1 轮退回（针对 甲.xlsx），请在本工作簿中改好后报回。错误 2 处")
    assert any("R101" in text for text in book.notes().values())


def test_the_note_says_what_where_and_by_when(folder: Path, ledger: Ledger, tmp_path: Path) -> None:
    (folder / "甲.xlsx").write_bytes(made())
    (each,), _ = sent_back(folder, ledger, tmp_path / "退回")
    note = docx.Document(str(tmp_path / "退回" / "000001 第1局" / NOTE))
    texts = [p.text for p in note.paragraphs if p.text]
    due = deadline(dt.date.today(), 10)
    assert texts[:5] == [
        "部门整体支出绩效评价自评报告退回说明",
        "（第 1 轮）",
        "第1局（000001）：",
        f"你单位报来的《部门整体支出绩效评价自评报告》（文件“甲.xlsx”，校验码 {each.check_code}）需要修改。"
        "有错误 1 处，应当改正；有警告 1 处，请逐条核对，改正或写明理由。",
        f"请于 {due.year} 年 {due.month} 月 {due.day} 日前改好报回。",
    ]
    assert any("甲（第1轮退回）.xlsx" in text for text in texts)
    rows = [[cell.text for cell in row.cells] for row in note.tables[0].rows]
    assert rows[0] == ["序号", "级别", "位置", "问题和可能的原因", "怎样处理"]
    assert rows[1][:3] == ["1", "错误", f"{each.flaws[0].sheet}!{each.flaws[0].cell}"]
    assert rows[1][3] == each.flaws[0].message
    assert len(rows) == 3


def test_a_second_time_gives_the_same_bytes_and_what_somebody_changed_is_not_replaced(
    folder: Path, ledger: Ledger, tmp_path: Path
) -> None:
    (folder / "甲.xlsx").write_bytes(made())
    out = tmp_path / "退回"
    _, (first,) = sent_back(folder, ledger, out)
    assert first.workbook is not None
    data = first.workbook.read_bytes()
    _, (second,) = sent_back(folder, ledger, out)
    assert (second, first.workbook.read_bytes()) == (first, data)
    note = first.workbook.parent / NOTE
    assert is_our_note(note.read_bytes(), NOTE)
    document = docx.Document(str(note))
    document.paragraphs[4].text = "请于下周一前报回。"
    document.save(str(note))
    first.workbook.write_bytes(mended(data, "income", "局机关", "income_total", Decimal("6.00")))
    assert not is_untouched(first.workbook.read_bytes(), "a")
    _, (third,) = sent_back(folder, ledger, out)
    assert third.workbook is None
    assert [("甲（第1轮退回）.xlsx" in s, "被人改过" in s) for s in third.wrong] == [(True, True)]
    first.workbook.write_bytes(data)
    _, (third,) = sent_back(folder, ledger, out)
    assert [(NOTE in s, "被人改过" in s) for s in third.wrong] == [(True, True)]
    _, (fourth,) = sent_back(folder, ledger, out, force=True)
    assert (fourth, first.workbook.read_bytes()) == (first, data)


def test_a_mended_copy_that_comes_back_counts_and_what_it_changed_is_listed(folder: Path, ledger: Ledger, tmp_path: Path) -> None:
    (folder / "甲.xlsx").write_bytes(made())
    _, (done,) = sent_back(folder, ledger, tmp_path / "退回")
    assert done.workbook is not None
    back = folder / "又报来的.xlsx"
    back.write_bytes(mended(done.workbook.read_bytes(), "income", "局机关", "income_total", Decimal("7.00")))
    found = consolidated(folder, ledger)
    (department,) = found.departments
    assert (department.current.path, [(f.path, f.role) for f in department.others]) == (
        "又报来的.xlsx",
        [("甲.xlsx", "superseded")],
    )
    assert [(c.field, c.old, c.new) for c in department.changes] == [("income_total", "33691.9", "7")]
    (each,) = returns(found)
    assert each.number == 2
    assert returned_name(department.current, 2) == "又报来的（第2轮退回）.xlsx"


def test_the_copy_that_went_back_and_the_mended_one_may_both_be_handed_in(folder: Path, ledger: Ledger, tmp_path: Path) -> None:
    (folder / "甲.xlsx").write_bytes(made())
    _, (done,) = sent_back(folder, ledger, tmp_path / "退回")
    assert done.workbook is not None
    (folder / "原样.xlsx").write_bytes(done.workbook.read_bytes())
    (folder / "原样（检查）.xlsx").write_bytes(mended(done.workbook.read_bytes(), "evaluation", None, "score", Decimal(95)))
    (department,) = consolidated(folder, ledger).departments
    assert department.current.path == "原样（检查）.xlsx"
    assert {f.path: f.role for f in department.others} == {"原样.xlsx": "superseded", "甲.xlsx": "superseded"}


def test_the_round_is_read_from_the_cell_where_a_program_dropped_the_properties() -> None:
    book = FileBook.open(made(), "a")
    place = place_of(book, ROUND)
    assert place is not None
    book.apply(Changes(cells=[CellWrite(*place, "第3轮")], notes={}, results=None, properties={}))
    assert round_of(book) == 3
    book.apply(Changes(cells=[], notes={}, results=None, properties={ROUND_PROPERTY: "4"}))
    assert round_of(book) == 4


def test_many_go_back_over_several_processes(folder: Path, ledger: Ledger, tmp_path: Path) -> None:
    for number in range(14):
        (folder / f"{number}.xlsx").write_bytes(made(f"第{number}局", budget_code=f"1{number:05}"))
    looked: list[tuple[int, int]] = []
    found = consolidated(folder, ledger)
    results = list(write_feedback(found, returns(found, lambda *d: looked.append(d)), tmp_path / "退回", processes=2))
    names = {f"1{n:05} 第{n}局/{n}（第1轮退回）.xlsx" for n in range(14)}
    assert {r.workbook.relative_to(tmp_path / "退回").as_posix() for r in results if r.workbook} == names
    assert [r.wrong for r in results] == [[]] * 14
    assert looked[-1] == (14, 14)


def test_a_process_that_dies_takes_only_what_it_was_at(folder: Path, ledger: Ledger, tmp_path: Path) -> None:
    for number in range(24):
        (folder / f"{number}.xlsx").write_bytes(made(f"第{number}局", budget_code=f"1{number:05}"))
    found = consolidated(folder, ledger)
    results = []
    for done in write_feedback(found, returns(found), tmp_path / "退回", processes=2):
        if not results:
            multiprocessing.active_children()[0].kill()
        results.append(done)
    written = {r.workbook.stem.partition("（")[0] for r in results if r.workbook}
    lost = [sentence for r in results for sentence in r.wrong]
    assert len(results) == 24
    assert len(written) + len(lost) == 24
    assert 1 <= len(lost) <= 8
    assert all(s.endswith(".xlsx：处理它的进程意外中止，可能是内存不足。请再运行一次。") for s in lost)


def test_two_different_workbooks_of_a_department_are_asked_about(folder: Path, ledger: Ledger, tmp_path: Path) -> None:
    (folder / "甲.xlsx").write_bytes(made(report_date="2022-03-01"))
    (folder / "乙.xlsx").write_bytes(made(report_date="2022-02-01"))
    (each,), _ = sent_back(folder, ledger, tmp_path / "退回")
    assert [f.path for f in each.conflicts] == ["乙.xlsx"]
    note = docx.Document(str(tmp_path / "退回" / "000001 第1局" / NOTE))
    wanted = "你单位还报来了内容不同的“乙.xlsx”，看不出以哪一份为准；这里退回的是“甲.xlsx”，请以它为底稿修改。"
    assert wanted in [p.text for p in note.paragraphs]


def test_names_of_copies_and_folders_are_ones_that_every_system_takes(tmp_path: Path, folder: Path, ledger: Ledger) -> None:
    names = Folders(tmp_path)
    asked = ["001 甲/乙局", "001 甲_乙局", "CON", "..", "局" * 300]
    assert [names.of(n).name for n in asked] == ["001 甲_乙局", "001 甲_乙局 (2)", "_CON", "未填名称", "局" * 80]
    (folder / "甲（第1轮退回）（检查）.xlsx").write_bytes(made())
    (department,) = consolidated(folder, ledger).departments
    assert returned_name(department.current, 2) == "甲（第2轮退回）.xlsx"


def test_a_file_that_could_not_be_read_gets_a_note(folder: Path, ledger: Ledger, tmp_path: Path) -> None:
    (folder / "甲.xlsx").write_bytes(made())
    (folder / "第1局补报.xlsx").write_bytes(b"PK\x03\x04")
    (folder / "不知谁的.xlsx").write_bytes(b"PK\x03\x04")
    found = consolidated(folder, ledger)
    assert list(write_notes_on_unread(found, tmp_path / "退回")) == [None, None]
    notes = sorted(p.relative_to(tmp_path / "退回").as_posix() for p in (tmp_path / "退回").rglob("*.docx"))
    assert notes == ["000001 第1局/退回说明（第1局补报.xlsx）.docx", "不知谁的/退回说明（不知谁的.xlsx）.docx"]
    note = docx.Document(str(tmp_path / "退回" / notes[0]))
    due = deadline(dt.date.today(), 10)
    assert [p.text for p in note.paragraphs] == [
        "部门整体支出绩效评价自评报告退回说明",
        "第1局：",
        f"你单位报来的文件“第1局补报.xlsx”没有列入汇总。{damaged('第1局补报.xlsx').message}",
        f"请于 {due.year} 年 {due.month} 月 {due.day} 日前重新报送《部门整体支出绩效评价自评报告》的电子表。",
    ]
    assert list(write_notes_on_unread(found, tmp_path / "退回")) == [None, None]


def test_a_deadline_is_no_weekend() -> None:
    days = [dt.date(2022, 7, d) for d in (1, 6, 7, 8)]
    assert [deadline(d, 10).isoformat() for d in days] == ["2022-07-11", "2022-07-18", "2022-07-18", "2022-07-18"]


def test_hostile_texts_go_into_the_note(folder: Path, ledger: Ledger, tmp_path: Path) -> None:
    (folder / "甲.xlsx").write_bytes(made("=甲\x0b局\U0001f600"))
    _, (done,) = sent_back(folder, ledger, tmp_path / "退回")
    assert done.wrong == []
    note = docx.Document(BytesIO((tmp_path / "退回" / "000001 =甲_局\U0001f600" / NOTE).read_bytes()))
    assert "=甲局\U0001f600（000001）：" in [p.text for p in note.paragraphs]


@pytest.mark.validator
def test_the_validator_of_the_standard_finds_nothing(folder: Path, ledger: Ledger, tmp_path: Path, validator: str) -> None:
    (folder / "甲.xlsx").write_bytes(made())
    _, (done,) = sent_back(folder, ledger, tmp_path / "退回")
    assert done.workbook is not None
    for path in (done.workbook, done.workbook.parent / NOTE):
        said = subprocess.run([validator, str(path)], capture_output=True, text=True, encoding="utf-8", check=False)
        assert '"ok": true' in said.stdout, said.stdout
