"""Levels: districts into a city, and the city at once. Totals, findings, what counts once, what somebody changed."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from office import Office

from xlprocess.consolidate import consolidate
from xlprocess.consolidation.consolidation import Consolidation, RosterLine
from xlprocess.consolidation.leaves import SHEET
from xlprocess.consolidation.ledger import Ledger
from xlprocess.consolidation.lower_level import carried
from xlprocess.consolidation.totals import Total, totals
from xlprocess.form.load import load
from xlprocess.jobs.inputs import find
from xlprocess.pipeline import stamped_file
from xlprocess.writers.summary import write_summary

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")
Findings = list[tuple[str, str, str | None, str | None, str]]
LATER = {"report_date": "2022-03-02"}


class Seen:
    """A consolidation, looked at while its ledger is open."""

    def __init__(self, inputs: list[Path], summary: Path | None = None, **options: Any) -> None:
        with Ledger(None) as ledger:
            self.found: Consolidation = consolidate(find(inputs).inputs, ledger, **options)
            current = list(self.found.current())
            self.totals: dict[str, Total] = totals(self.found.form, (s for _, s in current))
            self.findings: Findings = [(d.key, f.rule, f.sheet, f.cell, f.message) for d, s in current for f in s.flaws]
            self.details = {d.key: s for d, s in current}
            if summary is not None:
                write_summary(self.found, summary)
                summary.write_bytes(stamped_file(summary.read_bytes(), summary.name))

    @property
    def files(self) -> dict[str, str]:
        return {f.path: f.role for f in self.found.files}


def put(folder: Path, name: str, data: bytes) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(data)
    return folder


def test_a_summary_with_two_editions_goes_on_to_the_next_level_whole(tmp_path: Path, workbook: Callable[..., bytes]) -> None:
    few = load("general-2022")
    south, north = tmp_path / "城南区", tmp_path / "城北区"
    for number in range(1, 7):
        put(south if number < 4 else north, f"{number}.xlsx", workbook(number, **({"form": few} if number in (1, 4, 5) else {})))
    Seen([south], tmp_path / "城南区汇总.xlsx")
    Seen([north], tmp_path / "城北区汇总.xlsx")
    city, at_once = Seen([tmp_path / "城南区汇总.xlsx", tmp_path / "城北区汇总.xlsx"]), Seen([south, north])
    for edition in ("yueyang-2021", "general-2022"):
        sums = [totals(load(edition), seen.details.values()) for seen in (city, at_once)]
        assert sums[0] == sums[1]
        assert max(t.departments for t in sums[0].values()) == 3
    assert city.findings == at_once.findings


@pytest.mark.parametrize("edition", ["yueyang-2021", "general-2022"])
def test_a_city_over_two_districts_equals_all_departments_at_once(
    tmp_path: Path, workbook: Callable[..., bytes], edition: str
) -> None:
    form = load(edition)
    money = next(f.id for t in form.tables.values() if t.kind == "grid" for f in t.field if f.kind == "input")
    south, north = tmp_path / "城南区", tmp_path / "城北区"
    for number in range(1, 8):
        wrong = {"summary": {money: Decimal("7.77")}} if number % 2 else {}
        put(south if number < 4 else north, f"{number}.xlsx", workbook(number, form=form, **wrong))
    put(south, "3 重报.xlsx", workbook(3, form=form, round=1, **{money: Decimal("12.34")}))
    put(north, "坏.xlsx", b"PK\x03\x04")
    Seen([south], tmp_path / "城南区汇总.xlsx")
    Seen([north], tmp_path / "城北区汇总.xlsx")
    city = Seen([tmp_path / "城南区汇总.xlsx", tmp_path / "城北区汇总.xlsx"], tmp_path / "市汇总.xlsx")
    province = Seen([tmp_path / "市汇总.xlsx"])
    at_once = Seen([south, north])
    assert city.totals == province.totals == at_once.totals
    assert len(at_once.findings) > 3
    assert city.findings == province.findings == at_once.findings
    assert city.details == province.details == at_once.details
    assert city.files == {
        "城南区汇总.xlsx": "summary",
        "城南区汇总.xlsx › 1.xlsx": "current",
        "城南区汇总.xlsx › 2.xlsx": "current",
        "城南区汇总.xlsx › 3 重报.xlsx": "current",
        "城南区汇总.xlsx › 3.xlsx": "superseded",
        "城北区汇总.xlsx": "summary",
        "城北区汇总.xlsx › 4.xlsx": "current",
        "城北区汇总.xlsx › 5.xlsx": "current",
        "城北区汇总.xlsx › 6.xlsx": "current",
        "城北区汇总.xlsx › 7.xlsx": "current",
        "城北区汇总.xlsx › 坏.xlsx": "unreadable",
    }
    assert province.files["市汇总.xlsx › 城北区汇总.xlsx › 7.xlsx"] == "current"
    leaf = next(f for f in province.found.files if f.path.endswith("7.xlsx"))
    assert (leaf.inside, leaf.location, leaf.is_held) == ("市汇总.xlsx › 城北区汇总.xlsx", north / "7.xlsx", False)
    assert [d.changes for d in city.found.departments] == [d.changes for d in at_once.found.departments]


def test_a_department_that_comes_both_ways_counts_once_and_that_is_said(tmp_path: Path, workbook: Callable[..., bytes]) -> None:
    south = put(tmp_path / "城南区", "1.xlsx", workbook(1))
    put(south, "2.xlsx", workbook(2))
    Seen([south], tmp_path / "城南区汇总.xlsx")
    put(tmp_path / "直报", "甲.xlsx", workbook(1))
    put(tmp_path / "直报", "乙.xlsx", workbook(2, round=1, public_budget=Decimal("1.00")))
    both = Seen([tmp_path / "城南区汇总.xlsx", tmp_path / "直报"])
    assert both.files == {
        "城南区汇总.xlsx": "summary",
        "城南区汇总.xlsx › 1.xlsx": "duplicate",
        "城南区汇总.xlsx › 2.xlsx": "superseded",
        "乙.xlsx": "current",
        "甲.xlsx": "current",
    }
    assert both.totals == Seen([tmp_path / "直报"]).totals
    assert both.found.suggestions == ["“第1局”在“城南区汇总.xlsx”中也有，内容相同，只按 甲.xlsx 计一次。"]


def test_an_earlier_summary_of_the_same_files_adds_nothing(tmp_path: Path, workbook: Callable[..., bytes]) -> None:
    """Left in the folder under another name, it is found by the search: the files count as they are now."""
    folder = put(tmp_path / "报送", "1.xlsx", workbook(1))
    put(folder, "2.xlsx", workbook(2))
    Seen([folder], folder / "上周汇总.xlsx")
    put(folder, "2.xlsx", workbook(2, public_budget=Decimal("1.00")))
    seen = Seen([folder])
    assert seen.files == {"1.xlsx": "current", "2.xlsx": "current", "上周汇总.xlsx": "summary"}
    assert seen.found.files[2].why == (
        "下级汇总，含 2 个部门，来自 2 份文件。"
        "其中的文件都直接参加了这次汇总，按文件现在的内容计入，不再重复；汇总以后改过的有 1 份。"
    )
    (folder / "上周汇总.xlsx").unlink()
    assert seen.totals == Seen([folder]).totals


def test_of_two_summaries_of_one_district_the_later_one_has_the_file_as_it_is(
    tmp_path: Path, workbook: Callable[..., bytes]
) -> None:
    south = put(tmp_path / "城南区", "1.xlsx", workbook(1, report_date="2022-05-05"))
    Seen([south], tmp_path / "旧汇总.xlsx")
    put(south, "1.xlsx", workbook(1, report_date="2022-03-03", public_budget=Decimal("1.00")))
    later = (tmp_path / "旧汇总.xlsx").stat().st_mtime + 60
    os.utime(south / "1.xlsx", (later, later))
    now = Seen([south], tmp_path / "新汇总.xlsx")
    both = Seen([tmp_path / "旧汇总.xlsx", tmp_path / "新汇总.xlsx"])
    assert both.files == {
        "旧汇总.xlsx": "summary",
        "旧汇总.xlsx › 1.xlsx": "superseded",
        "新汇总.xlsx": "summary",
        "新汇总.xlsx › 1.xlsx": "current",
    }
    assert both.totals == now.totals


def test_what_the_district_left_out_stays_out_and_its_missing_departments_are_told(
    tmp_path: Path, workbook: Callable[..., bytes]
) -> None:
    south = put(tmp_path / "城南区", "1.xlsx", workbook(1))
    put(south, "2.xlsx", workbook(2))
    roster = [RosterLine(2, "000001", "第1局", group="一组"), RosterLine(3, "000009", "第9局", contact="某", phone="0000-0000000")]
    Seen([south], tmp_path / "城南区汇总.xlsx", roster=roster, exclude=[south / "2.xlsx"])
    city = Seen([tmp_path / "城南区汇总.xlsx"])
    assert [(d.name, d.group) for d in city.found.departments] == [("第1局", "一组")]
    assert [(f.role, f.why) for f in city.found.files] == [
        ("summary", "下级汇总，含 1 个部门，来自 2 份文件。应报 2 个，未报 1 个：第9局。"),
        ("current", None),
        ("excluded", "按要求不计入汇总。"),
    ]
    assert city.found.suggestions == ["下级汇总 城南区汇总.xlsx：应报 2 个，未报 1 个：第9局。"]
    assert city.found.missing_below == [("000009", "第9局")]


def test_a_summary_that_is_excluded_is_left_out_with_all_its_files(tmp_path: Path, workbook: Callable[..., bytes]) -> None:
    south = put(tmp_path / "城南区", "1.xlsx", workbook(1))
    Seen([south], tmp_path / "城南区汇总.xlsx")
    put(tmp_path / "直报", "2.xlsx", workbook(2))
    seen = Seen([tmp_path / "城南区汇总.xlsx", tmp_path / "直报"], exclude=[tmp_path / "城南区汇总.xlsx"])
    assert [(f.path, f.role, f.why) for f in seen.found.files] == [
        ("城南区汇总.xlsx", "excluded", "按要求不计入汇总。"),
        ("城南区汇总.xlsx › 1.xlsx", "excluded", "按要求不计入汇总。"),
        ("2.xlsx", "current", None),
    ]
    assert [d.name for d in seen.found.departments] == ["第2局"]


def test_a_file_that_is_not_there_is_linked_to_the_summary_that_holds_it(tmp_path: Path, workbook: Callable[..., bytes]) -> None:
    south = put(tmp_path / "城南区", "1.xlsx", workbook(1))
    Seen([south], tmp_path / "城南区汇总.xlsx")
    (south / "1.xlsx").unlink()
    Seen([tmp_path / "城南区汇总.xlsx"], tmp_path / "市汇总.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "市汇总.xlsx")["收入"]
    links = [c.value for r in sheet.iter_rows(min_row=5) for c in r if "HYPERLINK" in str(c.value)]
    assert links == ['=HYPERLINK("城南区汇总.xlsx","收支情况!C7")'.replace("C7", links[0].rpartition("!")[2][:-2])]


# ---- what somebody did to a summary


def changed_by_hand(path: Path, sheet: str, cell: str, value: object) -> None:
    book = openpyxl.load_workbook(path)
    book[sheet][cell] = value
    book.save(path)


def test_a_figure_changed_by_hand_is_said_and_not_counted(tmp_path: Path, workbook: Callable[..., bytes]) -> None:
    south = put(tmp_path / "城南区", "1.xlsx", workbook(1))
    before = Seen([south], tmp_path / "城南区汇总.xlsx")
    changed_by_hand(tmp_path / "城南区汇总.xlsx", "收入", "D5", 99999)
    city = Seen([tmp_path / "城南区汇总.xlsx"])
    assert city.totals == before.totals
    assert city.found.files[0].why == (
        "下级汇总，含 1 个部门，来自 1 份文件。“收入”的数字在汇总以后被人改过；改动没有计入，仍按各部门原报的数字汇总。"
        "确需改数的，请改部门的工作簿后重新汇总。"
    )


def test_an_opinion_written_by_hand_is_no_change_of_figures(tmp_path: Path, workbook: Callable[..., bytes]) -> None:
    south = put(tmp_path / "城南区", "1.xlsx", workbook(1, score="150"))
    Seen([south], tmp_path / "城南区汇总.xlsx")
    changed_by_hand(tmp_path / "城南区汇总.xlsx", "问题清单", "Q5", "采纳")
    assert Seen([tmp_path / "城南区汇总.xlsx"]).found.files[0].why == "下级汇总，含 1 个部门，来自 1 份文件。"


@pytest.mark.office
def test_survives_being_saved_by_libreoffice(tmp_path: Path, workbook: Callable[..., bytes], office: Office) -> None:
    south = put(tmp_path / "城南区", "1.xlsx", workbook(1))
    before = Seen([south], tmp_path / "城南区汇总.xlsx")
    office.open(path=str(tmp_path / "城南区汇总.xlsx"))
    office.save(path=str(tmp_path / "另存.xlsx"))
    city = Seen([tmp_path / "另存.xlsx"])
    assert city.totals == before.totals
    summary = city.found.files[0]
    assert (summary.role, summary.why) == ("summary", "下级汇总，含 1 个部门，来自 1 份文件。")


@pytest.mark.parametrize("harm", ["a block changed", "the sheet gone"])
def test_a_summary_whose_data_is_not_whole_is_refused(tmp_path: Path, workbook: Callable[..., bytes], harm: str) -> None:
    south = put(tmp_path / "城南区", "1.xlsx", workbook(1))
    summary = tmp_path / "城南区汇总.xlsx"
    Seen([south], summary)
    book = openpyxl.load_workbook(summary)
    if harm == "the sheet gone":
        del book[SHEET]
    else:
        text = book[SHEET]["B2"].value
        book[SHEET]["B2"] = text[:100] + ("A" if text[100] != "A" else "B") + text[101:]
    book.save(summary)
    file = Seen([summary]).found.files[0]
    wrong, role = {
        "the sheet gone": ("这是一份汇总，但没有随带各部门的数据，可能在另存时丢失了", "not_a_form"),
        "a block changed": ("随汇总保存的各部门数据不完整，或被改动过", "unreadable"),
    }[harm]
    assert (file.role, file.why) == (
        role,
        f"无法使用 城南区汇总.xlsx：{wrong}。请改用汇总时生成的原文件，或直接汇总各部门的工作簿。",
    )


def test_nothing_personal_is_carried(tmp_path: Path, workbook: Callable[..., bytes]) -> None:
    south = put(tmp_path / "城南区", "1.xlsx", workbook(1, contact_name="某联系人", contact_phone="0000-1234567"))
    Seen([south], tmp_path / "城南区汇总.xlsx")
    found = carried((tmp_path / "城南区汇总.xlsx").read_bytes(), "城南区汇总.xlsx")
    assert found is not None
    said = b"".join(zlib.decompress(h.packed) for h in found.held)
    assert "第1局".encode() in said
    assert "某联系人".encode() not in said
    assert b"1234567" not in said
