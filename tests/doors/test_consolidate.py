"""`consolidate`: exit status, last line, what is refused, and the JSON document."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from xlprocess.books.guard import damaged

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")
DATA = "台账"


@pytest.fixture(autouse=True)
def ledger(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The usual place of the ledger, in a folder of the test."""
    place = tmp_path_factory.mktemp("data") / DATA
    monkeypatch.setattr("xlprocess.consolidation.ledger.usual_place", lambda: place)
    return place


@pytest.fixture
def sent(here: Path, workbook: Callable[..., bytes]) -> Path:
    """Two departments' workbooks in a folder."""
    folder = here / "报来"
    folder.mkdir()
    (folder / "甲.xlsx").write_bytes(workbook(dept_name="甲局", budget_code="012001"))
    (folder / "乙.xlsx").write_bytes(workbook(dept_name="乙局", budget_code="012002", public_budget="95.00"))
    return folder


def test_consolidates_a_folder(xlprocess: Callable[..., object], sent: Path, here: Path, ledger: Path) -> None:
    done = xlprocess("consolidate", "报来", "-o", "汇总.xlsx")
    assert (done.status, done.err) == (0, "")
    assert done.last == "汇总了 2 个部门，写入 汇总.xlsx"
    assert "总览" in CalamineWorkbook.from_path(here / "汇总.xlsx").sheet_names
    assert ledger.exists()


def test_tells_what_is_missing_and_what_could_not_be_read(xlprocess: Callable[..., object], sent: Path, here: Path) -> None:
    (sent / "坏.xlsx").write_bytes(b"PK\x03\x04")
    (sent / "丙局 扫描件.pdf").write_bytes(b"%PDF-1.4")
    (here / "名单.csv").write_text("预算编码,部门名称\n12001,甲局\n12002,某乙局\n12003,丙局\n", encoding="gbk")
    done = xlprocess("consolidate", "报来", "-o", "汇总.xlsx", "--roster", "名单.csv", "--no-ledger")
    assert done.status == 2
    assert done.out.splitlines() == [
        "未报的部门 1 个：",
        "  丙局（12003）",
        "",
        "没有汇总的文件 1 个：",
        f"  {damaged('坏.xlsx').message}",
        "",
        "附件 1 个，没有打开：",
        "  丙局 扫描件.pdf",
        "",
        "名称或编码与名单不同：",
        "  某乙局：名称在工作簿中是“乙局”，在名单中是“某乙局”。",
        "",
        "请留意：",
        "  “丙局”只报来附件（丙局 扫描件.pdf），没有报来工作簿。",
        "",
        "问题：错误 1，警告 0，提示 0。",
        "汇总了 2 个部门（应报 3 个，未报 1 个），写入 汇总.xlsx",
    ]


def test_gives_the_json_document(xlprocess: Callable[..., object], sent: Path) -> None:
    done = xlprocess("consolidate", "报来", "-o", "汇总.xlsx", "--json")
    document = done.json
    assert list(document) == ["summary", "departments", "expected", "totals", "files", "missing", "reports"]
    assert (document["summary"], document["departments"], document["expected"]) == ("汇总.xlsx", 2, None)
    assert document["totals"]["exp_total"] == "180.00"
    assert document["totals"]["execution_rate"] == "87.80"
    assert document["files"] == [
        {"file": str(Path("报来/乙.xlsx")), "status": "checked", "as": "current", "department": "乙局", "code": "012002"},
        {"file": str(Path("报来/甲.xlsx")), "status": "checked", "as": "current", "department": "甲局", "code": "012001"},
    ]
    assert [len(r["findings"]) for r in document["reports"]] == [1, 0]


def test_fails_on_findings_where_asked(xlprocess: Callable[..., object], sent: Path) -> None:
    assert xlprocess("consolidate", "报来", "-o", "汇总.xlsx", "--fail-on", "error").status == 1


def test_the_links_lead_from_where_the_summary_stands(xlprocess: Callable[..., object], sent: Path, here: Path) -> None:
    (here / "结果").mkdir()
    assert xlprocess("consolidate", "报来", "-o", "结果/汇总.xlsx").status == 0
    with zipfile.ZipFile(here / "结果" / "汇总.xlsx") as archive:
        sheets = [archive.read(n).decode() for n in archive.namelist() if n.startswith("xl/worksheets/sheet")]
    links = {link for sheet in sheets for link in re.findall(r'HYPERLINK\("([^"#]+)', sheet.replace("&quot;", '"'))}
    assert {link for link in links if not (here / "结果" / link).exists()} == set()
    assert links == {"../报来/甲.xlsx", "../报来/乙.xlsx"}


def test_its_own_summary_is_replaced_and_never_read(xlprocess: Callable[..., object], sent: Path) -> None:
    for _ in range(2):
        done = xlprocess("consolidate", "报来", "-o", "报来/汇总.xlsx")
        assert (done.status, done.last) == (0, "汇总了 2 个部门，写入 汇总.xlsx")


def test_what_stood_in_for_its_own_summary_is_never_read(xlprocess: Callable[..., object], sent: Path, here: Path) -> None:
    """汇总.xlsx was open in an office program, and 甲 has been withdrawn since."""
    assert xlprocess("consolidate", "报来", "-o", "报来/汇总.xlsx").status == 0
    (here / "报来/汇总.xlsx").rename(here / "报来/汇总 (2).xlsx")
    (here / "报来/甲.xlsx").unlink()
    done = xlprocess("consolidate", "报来", "-o", "报来/汇总.xlsx")
    assert (done.status, done.last) == (0, "汇总了 1 个部门，写入 汇总.xlsx")


def test_the_data_of_another_summary_is_no_submission(xlprocess: Callable[..., object], sent: Path) -> None:
    assert xlprocess("consolidate", "报来", "-o", "报来/汇总.xlsx", "--format", "csv").status == 0
    done = xlprocess("consolidate", "报来", "-o", "别的.xlsx", "--json")
    assert [(f["as"], f["status"]) for f in done.json["files"] if "（csv）" in f["file"]] == []


def test_a_path_that_is_not_there_leaves_the_earlier_summary_alone(
    xlprocess: Callable[..., object], sent: Path, here: Path
) -> None:
    assert xlprocess("consolidate", "报来", "-o", "汇总.xlsx").status == 0
    before = (here / "汇总.xlsx").read_bytes()
    done = xlprocess("consolidate", "报萊", "-o", "汇总.xlsx")
    assert (done.status, done.err) == (2, "没有找到可以汇总的工作簿。请检查给出的文件夹。\n")
    assert (here / "汇总.xlsx").read_bytes() == before


def handed_in(path: Path) -> list[list[object]]:
    """Name, state, counted file and other files of each line of 报送情况."""
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("报送情况").to_python()
    head = next(row for row in rows if "部门名称" in row)
    wanted = [head.index(name) for name in ("部门名称", "状态", "报来的文件", "其他文件", "催报")]
    return [[row[k] for k in wanted] for row in rows[rows.index(head) + 1 :]]


def test_every_attachment_stands_in_some_line(xlprocess: Callable[..., object], sent: Path, here: Path) -> None:
    for name in ("甲局盖章.pdf", "不知谁的.pdf"):
        (sent / name).write_bytes(b"%PDF-1.7\n")
    assert xlprocess("consolidate", "报来", "-o", "汇总.xlsx").status == 0
    lines = handed_in(here / "汇总.xlsx")
    assert sorted(line[:4] for line in lines) == [
        ["乙局", "已报", "乙.xlsx", ""],
        ["甲局", "已报", "甲.xlsx", "甲局盖章.pdf（附件）"],
        ["（不知是哪个部门）", "附件", "不知谁的.pdf", ""],
    ]


def test_the_department_of_an_excluded_file_is_not_asked_for_it(xlprocess: Callable[..., object], sent: Path, here: Path) -> None:
    (here / "名单.csv").write_text("预算编码,部门名称\n012001,甲局\n012002,乙局\n", encoding="utf-8")
    done = xlprocess("consolidate", "报来", "-o", "汇总.xlsx", "--roster", "名单.csv", "--exclude", "报来/甲.xlsx")
    assert done.status == 0
    lines = {line[0]: line for line in handed_in(here / "汇总.xlsx")}
    assert (lines["甲局"][1], lines["甲局"][4]) == ("按要求不计入", "")


def test_takes_the_summary_of_a_lower_level(xlprocess: Callable[..., object], sent: Path, here: Path) -> None:
    assert xlprocess("consolidate", "报来", "-o", "区汇总.xlsx").status == 0
    leaves = xlprocess("consolidate", "报来", "-o", "比较.xlsx", "--json").json
    done = xlprocess("consolidate", "区汇总.xlsx", "-o", "市汇总.xlsx", "--json")
    assert (done.status, done.json["totals"], done.json["departments"]) == (0, leaves["totals"], 2)
    assert done.json["files"] == [
        {"file": "区汇总.xlsx", "status": "checked", "as": "summary", "department": None, "code": None},
        *({**file, "inside": "区汇总.xlsx"} for file in leaves["files"]),
    ]
    assert [r["findings"] for r in done.json["reports"][1:]] == [r["findings"] for r in leaves["reports"]]
    told = xlprocess("consolidate", "区汇总.xlsx", "-o", "市汇总.xlsx").out.splitlines()
    assert told[:2] == ["下级汇总 1 个：", "  区汇总.xlsx：下级汇总，含 2 个部门，来自 2 份文件。"]
    checked = xlprocess("check", "区汇总.xlsx", "--json")
    assert [(r["status"], r["error"]["kind"]) for r in checked.json["reports"]] == [("not_a_form", "not_this_form")]


def test_findings_against_the_accounts_are_findings_like_others(xlprocess: Callable[..., object], sent: Path, here: Path) -> None:
    (here / "对照.csv").write_text("预算编码,决算支出\n12001,91.00\n12002,90.00\n", encoding="gbk")
    done = xlprocess("consolidate", "报来/甲.xlsx", "-o", "汇总.xlsx", "--reference", "对照.csv", "--json", "--fail-on", "error")
    assert done.status == 1
    assert done.json["reports"][0]["findings"] == [
        {
            "rule": "R801",
            "name": "与预算、决算数不符",
            "severity": "error",
            "sheet": "收支情况",
            "cell": "B14",
            "table": "expenditure",
            "row": "汇总",
            "field": "exp_total",
            "actual": "90.00",
            "expected": "91.00",
            "difference": "-1.00",
            "cause": None,
            "competing": [],
            "follows": None,
            "message": "汇总“支出合计” 90.00，对照表第 2 行的“决算支出”为 91.00，少 1.00。",
        }
    ]
    sheet = openpyxl.load_workbook(here / "汇总.xlsx")["支出和结余"]
    assert sheet["D5"].fill.fgColor.rgb == "FFF8CBC6"


def test_dealings_of_the_roster_are_taken_out_of_the_totals(xlprocess: Callable[..., object], sent: Path, here: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["预算编码", "部门名称"], ["012001", "甲局"], ["012002", "乙局"]):
        book.active.append(row)
    for row in (["拨出部门", "拨入部门", "金额", "收入栏目"], ["甲局", "乙局", 20, "公共财政拨款"]):
        (book["内部往来"] if "内部往来" in book.sheetnames else book.create_sheet("内部往来")).append(row)
    book.save(here / "名单.xlsx")
    document = xlprocess("consolidate", "报来", "-o", "汇总.xlsx", "--roster", "名单.xlsx", "--json").json
    assert list(document)[:5] == ["summary", "departments", "expected", "totals", "files"]
    after = document["totals_without_internal_dealings"]
    assert (document["totals"]["exp_total"], after["exp_total"], after["exp_project"]) == ("180.00", "160.00", "20.00")


def test_compares_with_last_year(xlprocess: Callable[..., object], sent: Path, here: Path, workbook: Callable[..., bytes]) -> None:
    (here / "上年").mkdir()
    (here / "上年" / "甲.xlsx").write_bytes(workbook(dept_name="甲局", budget_code="012009", fiscal_year=2020))
    done = xlprocess("consolidate", "报来", "-o", "汇总.xlsx", "--previous", "上年", "--json")
    found = [(f["rule"], f["actual"], f["expected"]) for r in done.json["reports"] for f in r["findings"] if f["rule"] == "R307"]
    assert found == [("R307", "012001", "012009")]
    (here / "空").mkdir()
    done = xlprocess("consolidate", "报来", "-o", "汇总.xlsx", "--previous", "空")
    assert (done.status, done.err) == (2, "空 中没有上年的工作簿。请检查 --previous 给出的文件夹。\n")


def test_refuses_a_file_that_is_not_its_own_unless_forced(xlprocess: Callable[..., object], sent: Path, here: Path) -> None:
    (here / "汇总.xlsx").write_bytes((sent / "甲.xlsx").read_bytes())
    done = xlprocess("consolidate", "报来", "-o", "汇总.xlsx")
    assert (done.status, done.out, done.err) == (
        2,
        "",
        "没有写入 汇总.xlsx：已有这个文件，而且它被人改过，或不是本程序写的。请先移走或改名；确认不再需要，可加 --force 覆盖。\n",
    )
    assert (here / "汇总.xlsx").read_bytes() == (sent / "甲.xlsx").read_bytes()
    assert xlprocess("consolidate", "报来", "-o", "汇总.xlsx", "--force").status == 0


def test_leaves_out_what_is_excluded(xlprocess: Callable[..., object], sent: Path) -> None:
    done = xlprocess("consolidate", "报来", "-o", "汇总.xlsx", "--exclude", "报来/乙.xlsx", "--json")
    assert [(f["department"], f["as"]) for f in done.json["files"]] == [("乙局", "excluded"), ("甲局", "current")]
    assert done.json["totals"]["exp_total"] == "90.00"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("报来",), "缺少 -o"),
        (("报来", "-o", "汇总.csv"), "-o 的文件名要以 .xlsx 结尾，不能是 汇总.csv"),
        (("报来", "-o", "汇总.xlsx", "--ledger", "a", "--no-ledger"), "--ledger 和 --no-ledger 只能用一个"),
        (("报来", "-o", "汇总.xlsx", "--jobs", "0"), "--jobs 要写 1 以上的整数，不能是 0"),
        (("报来", "-o", "汇总.xlsx", "--exclude", "没有.xlsx"), "--exclude 的 没有.xlsx 不在要汇总的文件里"),
    ],
)
def test_tells_wrong_usage(xlprocess: Callable[..., object], sent: Path, arguments: tuple[str, ...], sentence: str) -> None:
    done = xlprocess("consolidate", *arguments)
    assert (done.status, done.out) == (64, "")
    assert done.err == f"xlprocess consolidate：{sentence}。用法见 xlprocess consolidate --help。\n"


def test_says_that_there_is_nothing_to_consolidate(xlprocess: Callable[..., object], here: Path) -> None:
    (here / "空").mkdir()
    done = xlprocess("consolidate", "空", "-o", "汇总.xlsx")
    assert (done.status, done.out, done.err) == (2, "", "没有找到可以汇总的工作簿。请检查给出的文件夹。\n")
    assert not (here / "汇总.xlsx").exists()


def test_writes_what_goes_back_and_never_takes_it_as_an_input(xlprocess: Callable[..., object], sent: Path, here: Path) -> None:
    done = xlprocess("consolidate", "报来", "-o", "汇总.xlsx", "--feedback", "报来/退回", "--no-ledger")
    assert done.status == 0
    back = sent / "退回" / "012002 乙局"
    assert sorted(p.name for p in back.iterdir()) == ["乙（第1轮退回）.xlsx", "退回说明（第1轮）.docx"]
    assert done.out.splitlines()[-2:] == [
        f"退回 1 个部门的工作簿，连同退回说明写入 {Path('报来/退回')}",
        "汇总了 2 个部门，写入 汇总.xlsx",
    ]
    again = xlprocess("consolidate", "报来", "-o", "汇总.xlsx", "--feedback", "报来/退回", "--no-ledger", "--json")
    assert (again.status, again.json["departments"]) == (0, 2)
    assert f"退回 1 个部门的工作簿，连同退回说明写入 {Path('报来/退回')}" in again.err.splitlines()


def test_says_which_copy_could_not_go_back(xlprocess: Callable[..., object], sent: Path, here: Path) -> None:
    (here / "退回" / "012002 乙局").mkdir(parents=True)
    (here / "退回" / "012002 乙局" / "乙（第1轮退回）.xlsx").write_bytes(b"mine")
    done = xlprocess("consolidate", "报来", "-o", "汇总.xlsx", "--feedback", "退回", "--no-ledger")
    assert done.status == 2
    assert done.err.splitlines() == [
        "乙局：没有写入 乙（第1轮退回）.xlsx：已有这个文件，而且它被人改过，或不是本程序写的。"
        "请先移走或改名；确认不再需要，可加 --force 覆盖。"
    ]
    assert (here / "退回" / "012002 乙局" / "乙（第1轮退回）.xlsx").read_bytes() == b"mine"
    assert done.out.splitlines()[-2].startswith("退回 0 个部门的工作簿")


def test_the_folder_of_submissions_is_not_the_folder_of_returns(xlprocess: Callable[..., object], sent: Path) -> None:
    done = xlprocess("consolidate", "报来", "-o", "汇总.xlsx", "--feedback", "报来")
    assert done.status == 64
    assert "--feedback 的 报来 就是报送的文件夹，请另给一个" in done.err


def _answer(path: Path, verdict: str) -> None:
    """What an officer does: an answer to the first finding, saved by another program."""
    import openpyxl

    book = openpyxl.load_workbook(BytesIO(path.read_bytes()))
    rows = book["问题清单"].iter_rows(min_row=4)
    heads = [cell.value for cell in next(rows)]
    next(rows)[heads.index("意见")].value = verdict
    book.save(path)


@pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
def test_what_the_officer_answered_is_read_back_and_never_lost(xlprocess: Callable[..., object], sent: Path, here: Path) -> None:
    first = ("consolidate", "报来", "-o", "汇总.xlsx", "--no-ledger")
    assert xlprocess(*first, "--feedback", "退回").status == 0
    _answer(here / "汇总.xlsx", "不采纳")
    refused = xlprocess(*first)
    assert refused.status == 2
    assert refused.err == (
        "没有写入 汇总.xlsx：上次的汇总被人改过。加 --force 再运行，填写的意见（1 处）会读回新的汇总，"
        "其他改动不会保留；要留底的请先另存一份。\n"
    )
    (sent / "乙 再报.xlsx").write_bytes((here / "退回" / "012002 乙局" / "乙（第1轮退回）.xlsx").read_bytes())
    other = xlprocess("consolidate", "报来", "-o", "汇总2.xlsx", "--previous-summary", "汇总.xlsx", "--no-ledger")
    assert (other.status, other.err) == (0, "")
    assert "上次退回的问题：已改 0，已说明 0，未改 1。" in other.out.splitlines()
    assert xlprocess(*first, "--force").status == 0
    for name in ("汇总.xlsx", "汇总2.xlsx"):
        for sheet in ("问题清单", "整改情况"):
            rows = CalamineWorkbook.from_path(here / name).get_sheet_by_name(sheet).to_python(skip_empty_area=False)
            assert rows[4][rows[3].index("意见")] == "不采纳"


def test_a_summary_before_that_is_none_is_told(xlprocess: Callable[..., object], sent: Path) -> None:
    done = xlprocess("consolidate", "报来", "-o", "汇总.xlsx", "--previous-summary", "报来/甲.xlsx")
    assert done.status == 2
    assert done.err == "无法读回 甲.xlsx：这不是本程序生成的汇总。请给出上一次的汇总工作簿。\n"


def test_data_files_stand_beside_the_summary(xlprocess: Callable[..., object], sent: Path, here: Path) -> None:
    for _ in range(2):  # what we wrote ourselves is replaced, and is never an input
        done = xlprocess("consolidate", ".", "-o", "汇总.xlsx", "--format", "csv")
        assert (done.status, done.err) == (0, "")
        assert "各表的数据另存在文件夹 汇总（csv）。" in done.out.splitlines()
        assert done.last == "汇总了 2 个部门，写入 汇总.xlsx"
    rows = (here / "汇总（csv）" / "收入.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [row.split(",")[1:3] for row in rows] == [["预算编码", "部门名称"], ["012001", "甲局"], ["012002", "乙局"]]
    (here / "汇总（csv）" / "收入.csv").write_text("改过", encoding="utf-8")
    done = xlprocess("consolidate", "报来", "-o", "汇总.xlsx", "--format", "csv")
    assert done.status == 2
    assert done.err.startswith("没有写入 汇总（csv）：已有同名的文件或文件夹")
    assert xlprocess("consolidate", "报来", "-o", "汇总.xlsx", "--format", "csv", "--force").status == 0
    assert [path.name for path in here.iterdir() if path.name.startswith(".")] == []


def test_what_a_summary_of_a_lower_level_holds_goes_back_from_there(
    xlprocess: Callable[..., object], sent: Path, here: Path
) -> None:
    assert xlprocess("consolidate", "报来", "-o", "下级.xlsx", "--no-ledger").status == 0
    for path in sent.iterdir():
        path.unlink()
    done = xlprocess("consolidate", "下级.xlsx", "-o", "上级.xlsx", "--feedback", "退回", "--no-ledger")
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines()[-3:] == [
        "下级汇总中的 2 个部门没有退回，由汇总它们的下级退回。",
        "没有需要退回的工作簿。",
        "汇总了 2 个部门，写入 上级.xlsx",
    ]
    assert not (here / "退回").exists()


def test_what_is_to_be_confirmed_goes_to_standard_error_beside_the_document(
    xlprocess: Callable[..., object], sent: Path, here: Path
) -> None:
    (here / "名单.csv").write_text("预算编码,部门名称\n012001,甲局\n", encoding="utf-8")
    done = xlprocess("consolidate", "报来", "-o", "汇总.xlsx", "--roster", "名单.csv", "--no-ledger", "--json")
    assert done.json["departments"] == 2
    assert done.err.splitlines() == ["“乙局”（012002）不在名单中，已计入汇总，请确认。"]


def test_what_the_roster_of_a_lower_level_lacks_is_missing_in_the_document(
    xlprocess: Callable[..., object], sent: Path, here: Path
) -> None:
    (here / "名单.csv").write_text("预算编码,部门名称\n012001,甲局\n012002,乙局\n012003,丙局\n", encoding="utf-8")
    assert xlprocess("consolidate", "报来", "-o", "区汇总.xlsx", "--roster", "名单.csv").status == 0
    done = xlprocess("consolidate", "区汇总.xlsx", "-o", "市汇总.xlsx", "--json")
    assert done.json["missing"] == [{"code": "012003", "name": "丙局"}]
    assert done.err.splitlines() == ["下级汇总 区汇总.xlsx：应报 3 个，未报 1 个：丙局。"]
