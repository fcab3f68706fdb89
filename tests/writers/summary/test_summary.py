"""The summary workbook: what stands in it, that its totals live, that any text comes out as it went in, that others can read it."""

from __future__ import annotations

import io
import json
import subprocess
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from msgspec.structs import replace
from office import Office
from openxml_audit import OpenXmlValidator
from summaries import FUNDED, SAMPLE, consolidation, document, plant, with_everything

from xlprocess.consolidation.between import between, flaw_of, rule_of
from xlprocess.consolidation.consolidation import Change, Consolidation
from xlprocess.consolidation.totals import totals
from xlprocess.finding import Cause
from xlprocess.rules.amounts_look_like_yuan import amounts_look_like_yuan
from xlprocess.writers.summary import write_summary
from xlprocess.writers.summary.book import LONGEST, text

# openpyxl does not know the data bars of Excel 2010
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")
COUNT = 12
EDITIONS = {"yueyang-2021": SAMPLE, "general-2022": FUNDED}


@pytest.fixture(scope="module", params=EDITIONS)
def found(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Consolidation, Path]]:
    folder = tmp_path_factory.mktemp("summary")
    made = with_everything(folder, COUNT, EDITIONS[request.param])
    write_summary(made, folder / "汇总.xlsx")
    yield made, folder / "汇总.xlsx"


def opened(path: Path, values: bool = True) -> Any:
    return openpyxl.load_workbook(io.BytesIO(path.read_bytes()), data_only=values)


def column(sheet: Any, head: str) -> list[Any]:
    """The cells of a list below a head."""
    heads = [c.value for c in sheet[4]]
    return [row[heads.index(head)].value for row in sheet.iter_rows(min_row=5)]


def total(sheet: Any, head: str) -> Any:
    return sheet.cell(3, [c.value for c in sheet[4]].index(head) + 1).value


# ---- what stands in it


def test_every_department_is_a_row_with_its_figures_and_a_link_to_the_cell(found: tuple[Consolidation, Path]) -> None:
    made, path = found
    values, formulas = opened(path), opened(path, values=False)
    for table in made.form.tables.values():
        if table.kind != "grid":
            continue
        sheet = values[table.summary]
        assert column(sheet, "部门名称") == [d.name for d in made.departments]
        field = table.field[0]
        summary = made.form.rows_of(table).summary
        figures = [s.figure(table.id, summary, field.id) for _, s in made.current()]
        assert column(sheet, field.label) == [float(f.value) for f in figures if f]
        for (department, _), figure, link in zip(made.current(), figures, column(formulas[table.summary], "来源"), strict=True):
            assert figure is not None
            target = f"报送/{department.current.location.name}#'{figure.sheet}'!{figure.cell}"
            assert link == f'=HYPERLINK("{target}","{figure.sheet}!{figure.cell}")'


def test_totals_are_live_and_rates_are_computed_from_them(found: tuple[Consolidation, Path]) -> None:
    made, path = found
    values, formulas = opened(path), opened(path, values=False)
    wanted = totals(made.form, (s for _, s in made.current()))
    seen = 0
    for table in made.form.tables.values():
        for field in table.field if table.kind == "grid" else ():
            if field.aggregate == "never":
                continue
            heads = {str(c.value).removeprefix("其中："): c.column for c in values[table.summary][4]}
            at = (3, heads[field.label])
            value = wanted[field.id].value
            assert values[table.summary].cell(*at).value == (pytest.approx(float(value)) if value is not None else None)
            assert ("SUBTOTAL(109," if field.aggregate == "sum" else "IFERROR(") in formulas[table.summary].cell(*at).value
            seen += value is not None
    assert seen >= 4


def test_the_roster_and_every_file_are_accounted_for(found: tuple[Consolidation, Path]) -> None:
    made, path = found
    book = opened(path)
    states = dict(zip(column(book["报送情况"], "部门名称"), column(book["报送情况"], "状态"), strict=True))
    assert states["示例区体育局"] == "未报"
    assert states["示例区供销社"] == "只报来附件"
    assert states["示例区国家安全办"] == "涉密"
    assert states["（不知是哪个部门）"] == "无法读取"
    assert states[made.departments[0].name] == "重报"
    assert len(states) == COUNT + 4
    assert column(book["数据来源"], "文件") == [f.path for f in made.files]
    assert f"名单上应报 {COUNT + 2} 个部门，已报 {COUNT} 个" in book["总览"]["A5"].value


def test_a_telephone_number_stands_in_the_reminder_alone(found: tuple[Consolidation, Path]) -> None:
    book = opened(found[1])
    places = [
        (s.title, s.cell(4, c.column).value) for s in book for r in s.iter_rows() for c in r if "0000-0000000" in str(c.value)
    ]
    assert places == [("报送情况", "催报")]


def test_every_finding_is_listed_once_and_blamed_figures_are_red(found: tuple[Consolidation, Path]) -> None:
    made, path = found
    book = opened(path)
    sheet = book["问题清单"]
    listed = list(zip(*(column(sheet, h) for h in ("部门名称", "编号", "文件", "位置", "问题和可能原因")), strict=True))
    wanted = [
        (d.name, f.rule, d.current.path, f"{f.sheet}!{f.cell}" if f.sheet else d.current.path, f.message)
        for d, s in made.current()
        for f in s.flaws
    ]
    assert listed == wanted
    assert wanted
    red = {(s.title, c.value) for s in book for r in s.iter_rows(min_row=5) for c in r if c.fill.fgColor.rgb == "FFF8CBC6"}
    for _, submission in made.current():
        for figure in submission.figures:
            table = made.form.tables[figure.table]
            if figure.blamed and table.kind == "grid" and figure.row == made.form.rows_of(table).summary:
                assert (table.summary, float(figure.value)) in red


def test_a_code_is_listed_as_it_was_typed_and_changes_by_the_labels_of_their_own_form(tmp_path: Path) -> None:
    made = consolidation(tmp_path, [document(0), document(1), document(2, FUNDED)])
    first, other = made.departments[0], made.departments[2]
    code = made.form.role("code")
    assert code is not None
    rule = rule_of("text_copied_from_another")
    made.between.append(
        between(rule, first, "编码不同。", table=code.table.id, field=code.field.id, actual="006704", expected="099999")
    )
    made.between.append(replace(made.between[0], cause=Cause("sign", (), ())))
    figure = made.submission(other.current).figures[0]
    other.changes = [Change(figure.table, figure.row, figure.field, "1.00", "2.00")]
    write_summary(made, tmp_path / "汇总.xlsx")
    book = opened(tmp_path / "汇总.xlsx")
    lines = zip(*(column(book["问题清单"], h) for h in ("编号", "填报数", "应为", "原因")), strict=True)
    assert [line[1:] for line in lines if line[0] == rule.id] == [
        ("006704", "099999", None),
        ("006704", "099999", "正负号填反"),
    ]
    table = made.form_of("general-2022").tables[figure.table]
    changed = book["重报差异"]
    assert (column(changed, "表"), column(changed, "栏目")) == ([table.title], [table.fields[figure.field].label])


def test_the_first_page_warns_of_departments_that_reported_in_yuan(tmp_path: Path) -> None:
    made = consolidation(tmp_path, [document(0), document(1)])
    write_summary(made, tmp_path / "汇总.xlsx")
    assert not [c.value for c in opened(tmp_path / "汇总.xlsx")["总览"]["A"] if "按元填报" in str(c.value)]
    first = made.departments[0]
    told = between(rule_of("text_copied_from_another"), first, "整张表像是以元填报。", severity="warning")
    made.submission(first.current).flaws.append(flaw_of(replace(told, rule=amounts_look_like_yuan.id, cause=Cause("unit"))))
    write_summary(made, tmp_path / "汇总.xlsx")
    said = [c.value for c in opened(tmp_path / "汇总.xlsx")["总览"]["A"] if "按元填报" in str(c.value)]
    assert [s.startswith(f"注意：“{first.name}”的金额像是按元填报的") for s in said] == [True]


def test_all_that_is_to_be_confirmed_stands_somewhere(tmp_path: Path) -> None:
    made = consolidation(tmp_path, [document(0)])
    made.suggestions = [f"第 {k} 项，请确认。" for k in range(1, 32)]
    write_summary(made, tmp_path / "汇总.xlsx")
    book = opened(tmp_path / "汇总.xlsx")
    assert column(book["需要确认的事项"], "需要确认的事项") == made.suggestions
    assert "另有 1 项，见“需要确认的事项”。" in [c.value for c in book["总览"]["A"]]
    made.suggestions.pop()
    write_summary(made, tmp_path / "汇总.xlsx")
    assert "需要确认的事项" not in opened(tmp_path / "汇总.xlsx").sheetnames


def test_what_was_returned_and_what_was_changed_is_told(found: tuple[Consolidation, Path]) -> None:
    book = opened(found[1])
    assert column(book["整改情况"], "整改") == ["已改", "已说明"]
    assert column(book["整改情况"], "意见") == [None, "采纳"]
    assert column(book["重报差异"], "原报") == [100]


def test_each_edition_that_occurs_has_its_sheets_and_its_totals(tmp_path: Path) -> None:
    made = consolidation(tmp_path, [document(0), document(1), document(2, FUNDED)])
    few = made.departments[2].name
    write_summary(made, tmp_path / "汇总.xlsx")
    book = opened(tmp_path / "汇总.xlsx")
    form = made.form_of("general-2022")
    sums = totals(form, (s for _, s in made.current()))
    table = next(t for t in form.tables.values() if t.kind == "grid")
    sheet = book[table.summary]
    assert column(sheet, "部门名称") == [few]
    assert [total(sheet, f.label) for f in table.field if f.aggregate == "sum"] == [
        float(sums[f.id].value or 0) for f in table.field if f.aggregate == "sum"
    ]
    assert set(column(book["指标明细（2022年表样）"], "部门名称")) == {few}
    assert few not in column(book["指标明细"], "部门名称")
    assert few in column(book["绩效得分"], "部门名称")
    assert sheet["A2"].value.startswith("本表只列采用2022年《部门整体支出绩效自评表》填报的 1 个部门。")
    said = [str(c.value) for c in book["总览"]["A"]]
    assert "采用2022年《部门整体支出绩效自评表》填报的 1 个部门：（不计入上面的合计）" in said
    assert "采用2021年《部门整体支出绩效评价自评报告》填报的 2 个部门：" in said


# ---- how it looks


def test_columns_in_which_nobody_has_anything_are_hidden_and_named(found: tuple[Consolidation, Path]) -> None:
    sheet = opened(found[1])["报送情况"]
    at = {c.value: c.column_letter for c in sheet[4]}
    shown = {head: sheet.column_dimensions[at[head]].hidden for head in ("上级", "分组", "归口股室", "保存人", "退回轮次")}
    assert shown == {"上级": False, "分组": False, "归口股室": False, "保存人": True, "退回轮次": True}
    assert sheet["A2"].value.endswith("“保存人”“退回轮次”栏没有内容，已隐藏。")


def test_every_list_is_printed_on_a4_and_what_leads_elsewhere_is_left_out(found: tuple[Consolidation, Path]) -> None:
    book = opened(found[1])
    for sheet in book:
        if sheet.sheet_state == "visible":
            assert (sheet.title, sheet.page_setup.paperSize, bool(sheet.print_area)) == (sheet.title, 9, True)
    for name, head in (("绩效得分", "来源"), ("问题清单", "位置")):
        last = [c.value for c in book[name][4]].index(head)
        assert book[name].print_area.rpartition("$")[0].endswith(f":${book[name].cell(4, last).column_letter}")


def test_parts_stand_further_in_than_their_total_on_the_first_page(tmp_path: Path) -> None:
    made = consolidation(tmp_path, [document(0)])
    write_summary(made, tmp_path / "汇总.xlsx")
    sheet = opened(tmp_path / "汇总.xlsx")["总览"]
    looks = {c.value: (int(c.alignment.indent), bool(c.font.b)) for c in sheet["A"]}
    names = ("支出合计", "基本支出", "人员支出", "项目支出", "当年结余", "实有人数")
    assert [looks[n] for n in names] == [(0, True), (1, True), (2, False), (1, False), (0, False), (0, False)]


@pytest.mark.parametrize("matters", [0, 3, 9, 30])
def test_no_caption_of_the_first_sheet_stands_alone_at_the_foot_of_a_page(tmp_path: Path, matters: int) -> None:
    made = with_everything(tmp_path, 8)
    made.suggestions = [f"第 {k} 项需要确认的事项，请确认。" * (1 + k % 4) for k in range(matters)]
    write_summary(made, tmp_path / "汇总.xlsx")
    sheet = opened(tmp_path / "汇总.xlsx")["总览"]
    breaks = {b.id for b in sheet.row_breaks.brk}  # each after that row
    assert breaks
    captions = [c.row for c in sheet["A"] if str(c.value)[:2] in ("一、", "二、", "三、", "四、", "五、")]
    assert len(captions) == (5 if matters else 4)
    assert not [row for row in captions if breaks & {row, row + 1, row + 2}]
    heights = [sheet.row_dimensions[r].height or 15 for r in range(1, sheet.max_row + 1)]
    edges = [0, *sorted(breaks), len(heights)]
    assert max(sum(heights[a:b]) for a, b in pairwise(edges)) < 900


def test_departments_are_ranked_by_score(found: tuple[Consolidation, Path]) -> None:
    sheet = opened(found[1])["绩效得分"]
    scores, places = column(sheet, "得分"), column(sheet, "名次")
    assert scores == sorted(scores, reverse=True)
    assert places == [1 + sum(other > score for other in scores) for score in scores]


def test_a_score_that_an_error_blames_is_not_ranked_and_in_no_average(tmp_path: Path) -> None:
    given = [{**document(k), "score": score} for k, score in enumerate(("96", "105", "90"))]
    made = consolidation(tmp_path, given)
    wrong = made.departments[1]
    assert {f.rule for f in made.submission(wrong.current).flaws if f.field == "score"} == {"R312"}
    write_summary(made, tmp_path / "汇总.xlsx")
    book = opened(tmp_path / "汇总.xlsx")
    sheet = book["绩效得分"]
    assert list(zip(column(sheet, "名次"), column(sheet, "得分"), column(sheet, "说明"), strict=True)) == [
        (1, 96, None),
        (2, 90, None),
        (None, None, "填报的得分 105 有错误，不排名，不计入平均分。"),
    ]
    assert "平均 93.00 分，中位数 93.00 分，最高 96.00 分，最低 90.00 分。" in [c.value for c in book["总览"]["A"]]


# ---- texts


HOSTILE = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2",
    "@SUM(A1)",
    "<r>粗</r>",
    "_x0041_",
    "甲\x07乙",
    "😀局",
    "  前后空白  ",
    "https://a.b/c",
]


def test_any_text_comes_out_as_it_went_in(tmp_path: Path) -> None:
    made = consolidation(tmp_path, [document(n) for n in range(len(HOSTILE))])
    for department, name in zip(made.departments, HOSTILE, strict=True):
        department.name = name
    write_summary(made, tmp_path / "汇总.xlsx")
    import python_calamine

    rows = python_calamine.load_workbook(str(tmp_path / "汇总.xlsx")).get_sheet_by_name("收入").to_python(skip_empty_area=False)
    assert [r[2] for r in rows[4:]] == HOSTILE
    cells = [row[2] for row in opened(tmp_path / "汇总.xlsx", values=False)["收入"].iter_rows(min_row=5)]
    assert [c.data_type for c in cells] == ["s"] * len(HOSTILE)


def test_a_text_that_no_cell_holds_is_cut_and_says_so() -> None:
    cut = text("😀" * 20_000)
    assert len(cut.encode("utf-16-le")) // 2 <= LONGEST
    assert cut.startswith("😀😀") and cut.endswith("……（原文共 20000 字，单元格放不下，以下从略）")
    assert text("字" * LONGEST) == "字" * LONGEST
    assert text("\ud800坏\uffff") == "\ufffd坏\ufffd"


def test_a_file_that_no_formula_can_reach_is_named_without_a_link(tmp_path: Path) -> None:
    made = consolidation(tmp_path, [document(0), document(1)])
    made.departments[0].current.location = tmp_path / ("深" * 100) / ("层" * 200 + ".xlsx")
    made.departments[1].current.location = tmp_path / '甲#乙"丙.xlsx'
    write_summary(made, tmp_path / "汇总.xlsx")
    links = column(opened(tmp_path / "汇总.xlsx", values=False)["收入"], "来源")
    assert links[0] == "收支情况!B5"
    assert links[1] == '=HYPERLINK("甲%23乙""丙.xlsx#\'收支情况\'!B5","收支情况!B5")'


# ---- size


def test_a_list_longer_than_a_sheet_goes_on_on_the_next_and_says_so(tmp_path: Path) -> None:
    made = consolidation(tmp_path, [document(n) for n in range(7)])
    write_summary(made, tmp_path / "汇总.xlsx", rows=7)
    book = opened(tmp_path / "汇总.xlsx")
    names = [n for n in book.sheetnames if n.startswith("收入")]
    assert names == ["收入（1）", "收入（2）", "收入（3）"]
    assert [column(book[n], "序号") for n in names] == [[1, 2, 3], [4, 5, 6], [7]]
    assert "分为 3 张，这是第 2 张" in book["收入（2）"]["A2"].value
    whole = totals(made.form, (s for _, s in made.current()))["income_total"].value
    assert whole is not None
    assert sum(Decimal(str(total(book[n], "收入合计"))) for n in names) == whole
    assert float(whole) in [c.value for c in book["总览"]["B"]]


def test_nobody_handed_in_anything(tmp_path: Path) -> None:
    made = consolidation(tmp_path, [])
    write_summary(made, tmp_path / "汇总.xlsx")
    assert "名单上应报 0 个部门" in opened(tmp_path / "汇总.xlsx")["总览"]["A5"].value


def test_the_same_consolidation_gives_the_same_figures_twice(tmp_path: Path) -> None:
    made = with_everything(tmp_path, 5)
    write_summary(made, tmp_path / "a.xlsx")
    write_summary(made, tmp_path / "b.xlsx")
    first, second = (
        [[c.value for r in s.iter_rows() for c in r] for s in opened(tmp_path / name, values=False)]
        for name in ("a.xlsx", "b.xlsx")
    )
    assert first == second


# ---- others read it


@pytest.mark.validator
def test_the_validator_of_the_standard_finds_nothing(found: tuple[Consolidation, Path], validator: str) -> None:
    told = subprocess.run([validator, str(found[1])], capture_output=True, text=True, encoding="utf-8", check=False)
    assert json.loads(told.stdout)["errors"] == []


def test_the_strict_audit_finds_nothing_to_repair(found: tuple[Consolidation, Path]) -> None:
    assert OpenXmlValidator().validate(str(found[1])).is_valid


@pytest.mark.office
def test_recalculated_by_an_office_program_every_formula_gives_what_is_stored(
    found: tuple[Consolidation, Path], office: Office
) -> None:
    recalculated(found[1], office)


@pytest.mark.office
@pytest.mark.validator
def test_two_editions_beside_one_another_are_valid_and_recalculate(tmp_path: Path, office: Office, validator: str) -> None:
    write_summary(consolidation(tmp_path, [document(n, FUNDED if n % 3 else SAMPLE) for n in range(7)]), tmp_path / "汇总.xlsx")
    recalculated(tmp_path / "汇总.xlsx", office)
    told = subprocess.run([validator, str(tmp_path / "汇总.xlsx")], capture_output=True, encoding="utf-8", check=False)
    assert json.loads(told.stdout)["errors"] == []


def recalculated(path: Path, office: Office) -> None:
    """Every formula gives what is stored."""
    values, formulas = opened(path), opened(path, values=False)
    cells: dict[str, list[str]] = {}
    for sheet in formulas:
        for row in sheet.iter_rows():
            cells.setdefault(sheet.title, []).extend(c.coordinate for c in row if c.data_type == "f")
    wanted = {s: {c: values[s][c].value for c in places} for s, places in cells.items()}
    office.open(path=str(path))
    office.recalculate()
    given = office.values(cells=cells)
    office.close()
    for sheet, places in wanted.items():
        for cell, value in places.items():
            expected = pytest.approx(value, rel=1e-12) if isinstance(value, (int, float)) else value or ""
            assert given[sheet][cell] == expected, f"{sheet}!{cell} {formulas[sheet][cell].value}"


def with_one_side_only(tmp_path: Path) -> Path:
    """Four departments, of which two have only one side of a rate."""
    given = [{**document(k), "staff_quota": "20", "staff_actual": "19"} for k in range(4)]
    given[1].pop("staff_quota")
    given[3].pop("staff_actual")
    write_summary(consolidation(tmp_path, given), tmp_path / "汇总.xlsx")
    return tmp_path / "汇总.xlsx"


def test_a_rate_is_of_the_departments_that_have_both_sides_of_it(tmp_path: Path) -> None:
    sheet = opened(with_one_side_only(tmp_path))["总览"]
    rows = {c.value: [sheet.cell(c.row, k).value for k in (2, 3)] for c in sheet["A"]}
    assert rows["人员编制"] == [60, 60] and rows["实有人数"] == [57, 57]
    assert rows["在职人员控制率"] == [0.95, 0.95]
    assert "相除的两项只填了一项的部门，不计入该项比率：“在职人员控制率”没有计入 2 个部门。" in rows


@pytest.mark.office
def test_the_rate_of_those_that_have_both_sides_stays_the_same_recalculated(tmp_path: Path, office: Office) -> None:
    recalculated(with_one_side_only(tmp_path), office)


def test_planted_slips_are_there_to_be_found() -> None:
    values = document(1)
    plant(values, 1)
    assert values["rows"][1]["income_total"] != document(1)["rows"][1]["income_total"]
