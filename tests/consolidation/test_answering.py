"""What became of what went back, and the officer's answers: read back from the summary before, and never lost."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from tests.consolidation.test_feedback import consolidated, explained, made, mended, sent_back
from xlprocess.consolidation.answering import answer
from xlprocess.consolidation.consolidation import Consolidation
from xlprocess.consolidation.earlier_summary import FINDINGS, RESULTS, EarlierSummary
from xlprocess.consolidation.ledger import Ledger
from xlprocess.errors import Unreadable
from xlprocess.pipeline import stamped_file
from xlprocess.writers.summary import write_summary

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")  # of openpyxl, about data bars


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with Ledger(None) as opened:
        yield opened


def answered(found: Consolidation) -> list[tuple[str, str, str | None, str | None]]:
    return [(a.rule, a.became, a.explanation, a.verdict) for d in found.departments for a in d.answered]


def summary(found: Consolidation, path: Path) -> EarlierSummary:
    write_summary(found, path)
    path.write_bytes(stamped_file(path.read_bytes(), path.name))
    return EarlierSummary.at(path)


def filled_in(path: Path, sheet: str, verdicts: dict[str, str]) -> EarlierSummary:
    """The summary after an officer, in another program, wrote answers to the first finding of a rule that each department has."""
    book = openpyxl.load_workbook(BytesIO(path.read_bytes()))
    rows = list(book[sheet].iter_rows(min_row=4))
    heads = [cell.value for cell in rows[0]]
    done: set[object] = set()
    for row in rows[1:]:
        place = row[heads.index("部门名称")].value, row[heads.index("编号")].value
        verdict = None if place in done else verdicts.get(str(place[1]))
        done.add(place)
        if verdict is not None:
            row[heads.index("意见")].value = verdict
    book.save(path)
    return EarlierSummary.at(path)


def shown(path: Path, sheet: str) -> list[tuple[str, str | None]]:
    """Rule and answer of every line."""
    book = openpyxl.load_workbook(BytesIO(path.read_bytes()))
    if sheet not in book.sheetnames:
        return []
    rows = list(book[sheet].iter_rows(min_row=4, values_only=True))
    return [(str(r[rows[0].index("编号")]), r[rows[0].index("意见")]) for r in rows[1:]]  # type: ignore[misc]


def first_round(folder: Path, ledger: Ledger, out: Path) -> bytes:
    """The copy that went back."""
    (folder / "甲.xlsx").write_bytes(made())
    _, (done,) = sent_back(folder, ledger, out)
    assert done.workbook is not None
    return done.workbook.read_bytes()


def test_each_returned_finding_is_mended_explained_or_not(folder: Path, ledger: Ledger, tmp_path: Path) -> None:
    back = first_round(folder, ledger, tmp_path / "退回")
    total = Decimal("33691.90") - Decimal("9.90")
    for data, wanted in (
        (back, [("R101", "未改", None, None), ("R311", "未改", None, None)]),
        (mended(back, "income", "局机关", "income_total", total), [("R101", "已改", None, None), ("R311", "未改", None, None)]),
        (explained(back, "R311", "已报上级批准"), [("R101", "未改", None, None), ("R311", "已说明", "已报上级批准", None)]),
    ):
        (folder / "再报.xlsx").write_bytes(data)
        found = consolidated(folder, ledger)
        answer(found, ledger)
        assert answered(found) == wanted


def test_the_file_that_a_copy_answers_is_found_in_the_ledger_when_it_is_gone(folder: Path, ledger: Ledger, tmp_path: Path) -> None:
    (folder / "甲.xlsx").write_bytes(
        mended(first_round(folder, ledger, tmp_path / "退回"), "evaluation", None, "score", Decimal(95))
    )
    found = consolidated(folder, ledger)
    answer(found, ledger)
    assert answered(found) == [("R101", "未改", None, None), ("R311", "已改", None, None)]


def test_the_summary_before_tells_it_when_neither_the_file_nor_the_ledger_does(
    folder: Path, ledger: Ledger, tmp_path: Path
) -> None:
    back = first_round(folder, ledger, tmp_path / "退回")
    before = summary(consolidated(folder, ledger), tmp_path / "汇总1.xlsx")
    (folder / "甲.xlsx").write_bytes(mended(back, "evaluation", None, "score", Decimal(95)))
    with Ledger(None) as other:
        found = consolidated(folder, other)
        answer(found, other, [before])
        wanted = [("R101", "未改", None, None), ("R311", "已改", None, None)]
        assert answered(found) == wanted
        later = summary(found, tmp_path / "汇总2.xlsx")
        again = consolidated(folder, other)
        answer(again, other, [later])
        assert answered(again) == wanted


def test_answers_are_read_back_and_shown_again(folder: Path, ledger: Ledger, tmp_path: Path) -> None:
    back = explained(first_round(folder, ledger, tmp_path / "退回"), "R311", "已报上级批准")
    (folder / "再报.xlsx").write_bytes(back)
    found = consolidated(folder, ledger)
    answer(found, ledger)
    path = tmp_path / "汇总.xlsx"
    assert not summary(consolidated(folder, ledger), path).holds_answers
    assert summary(found, path).holds_answers
    before = filled_in(path, RESULTS, {"R311": "不采纳"})
    next_ = consolidated(folder, ledger)
    answer(next_, ledger, [before])
    assert answered(next_) == [("R101", "未改", None, None), ("R311", "已说明", "已报上级批准", "不采纳")]
    summary(next_, path)
    assert [line for line in shown(path, FINDINGS) if line[1]] == [("R311", "不采纳")]
    assert shown(path, RESULTS) == [("R101", None), ("R311", "不采纳")]
    third = consolidated(folder, ledger)
    answer(third, ledger, [EarlierSummary.at(path)])
    assert answered(third) == answered(next_)
    assert (third.verdicts, third.kept, third.suggestions) == (next_.verdicts, [], [])


def test_an_answer_stays_when_its_finding_or_its_department_is_gone(folder: Path, ledger: Ledger, tmp_path: Path) -> None:
    (folder / "甲.xlsx").write_bytes(made())
    (folder / "乙.xlsx").write_bytes(made("第2局", budget_code="000002"))
    path = tmp_path / "汇总.xlsx"
    summary(consolidated(folder, ledger), path)
    before = filled_in(path, FINDINGS, {"R101": "采纳"})
    (folder / "乙.xlsx").unlink()
    (folder / "甲.xlsx").write_bytes(made(income="ok", score="90"))
    for _ in range(2):
        found = consolidated(folder, ledger)
        answer(found, ledger, [before])
        assert sorted((k.name, k.rule, k.verdict) for k in found.kept) == [("第1局", "R101", "采纳"), ("第2局", "R101", "采纳")]
        before = summary(found, path)
        assert shown(path, RESULTS) == [("R101", "采纳"), ("R101", "采纳")]
    (folder / "乙.xlsx").write_bytes(made("第2局", budget_code="000002"))
    found = consolidated(folder, ledger)
    answer(found, ledger, [before])
    assert [(k.name, k.verdict) for k in found.kept] == [("第1局", "采纳")]
    summary(found, path)
    assert [line for line in shown(path, FINDINGS) if line[1]] == [("R101", "采纳")]


def test_an_answer_to_other_figures_is_not_taken_for_one_to_these(folder: Path, ledger: Ledger, tmp_path: Path) -> None:
    (folder / "甲.xlsx").write_bytes(made())
    path = tmp_path / "汇总.xlsx"
    summary(consolidated(folder, ledger), path)
    before = filled_in(path, FINDINGS, {"R311": "采纳"})
    (folder / "甲.xlsx").write_bytes(made(score="85"))
    found = consolidated(folder, ledger)
    answer(found, ledger, [before])
    department, submission = next(found.current())
    assert [found.verdict(department, f) for f in submission.flaws if f.rule == "R311"] == [None]
    assert [(k.rule, k.verdict) for k in found.kept] == [("R311", "采纳")]


def test_two_answers_to_one_finding_are_asked_about(folder: Path, ledger: Ledger, tmp_path: Path) -> None:
    back = explained(first_round(folder, ledger, tmp_path / "退回"), "R311", "已报上级批准")
    (folder / "再报.xlsx").write_bytes(back)
    found = consolidated(folder, ledger)
    answer(found, ledger)
    path = tmp_path / "汇总.xlsx"
    summary(found, path)
    filled_in(path, FINDINGS, {"R311": "采纳"})
    before = filled_in(path, RESULTS, {"R311": "不采纳"})
    again = consolidated(folder, ledger)
    answer(again, ledger, [before])
    assert [a[3] for a in answered(again)] == [None, "不采纳"]
    assert [
        s for s in again.suggestions if "两种意见" in s and "（不采纳、采纳），暂取“不采纳”，请确认。" in s
    ] == again.suggestions


def test_columns_that_somebody_moved_and_lines_that_he_sorted_are_found(folder: Path, ledger: Ledger, tmp_path: Path) -> None:
    (folder / "甲.xlsx").write_bytes(made())
    path = tmp_path / "汇总.xlsx"
    summary(consolidated(folder, ledger), path)
    filled_in(path, FINDINGS, {"R101": "采纳"})
    book = openpyxl.load_workbook(BytesIO(path.read_bytes()))
    book[FINDINGS].insert_cols(2)
    book[FINDINGS].insert_rows(1, 2)
    saved = BytesIO()
    book.save(saved)
    read = EarlierSummary(saved.getvalue(), "汇总.xlsx")
    found = consolidated(folder, ledger)
    answer(found, ledger, [read])
    assert list(found.verdicts.values()) == ["采纳"]


def test_a_list_that_reaches_too_far_is_refused_before_it_is_read(folder: Path, ledger: Ledger, tmp_path: Path) -> None:
    (folder / "甲.xlsx").write_bytes(made())
    path = tmp_path / "汇总.xlsx"
    summary(consolidated(folder, ledger), path)
    book = openpyxl.load_workbook(BytesIO(path.read_bytes()))
    book[FINDINGS]["XFD1048576"] = 1
    saved = BytesIO()
    book.save(saved)
    with pytest.raises(Unreadable) as refused:
        list(EarlierSummary(saved.getvalue(), "汇总.xlsx").noted)
    assert refused.value.message == (
        "无法读回 汇总.xlsx：工作表“问题清单”的内容一直延伸到 XFD 列，范围过大。请删除列表以外多余的单元格，保存后再运行。"
    )


def test_refuses_what_is_no_summary(folder: Path) -> None:
    for data in (b"PK\x03\x04", made()):
        with pytest.raises(Unreadable) as refused:
            EarlierSummary(data, "某表.xlsx")
        assert refused.value.message == "无法读回 某表.xlsx：这不是本程序生成的汇总。请给出上一次的汇总工作簿。"
