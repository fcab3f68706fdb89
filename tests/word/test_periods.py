"""Last year's figures and those of the budget are not taken for the report's, and are listed."""

from __future__ import annotations

import pytest
from word.test_units import FIELDS, FIGURES, HEADS, in_ten_thousands, income, read, rows_of, standard
from word.test_variations import document, paragraph

from xlprocess.word.open_document import open_document
from xlprocess.word.periods import OWN, period_of, period_of_column, without_year
from xlprocess.word.read_form import read_form

OTHERS = ("701", "702", "703", "704")


@pytest.mark.parametrize(
    ("caption", "why"),
    [
        ("2020年度收入情况（万元）", "是2020年的，没有采用"),
        ("二〇二〇年度收入情况", "是2020年的，没有采用"),
        ("上年度收入情况", "是上年的，没有采用"),
        ("年初预算收入情况（万元）", "是预算的数，没有采用"),
        ("2021年部门预算收入情况", "是预算的数，没有采用"),
    ],
)
@pytest.mark.parametrize("own", ["年度收入情况（万元）", "2021年度收入情况（万元）"])
def test_a_table_of_another_year_or_of_the_budget_before_the_right_one_is_listed(caption: str, why: str, own: str) -> None:
    reading = read(paragraph(caption), standard(figures=OTHERS), paragraph(own), standard())
    assert income(reading) == in_ten_thousands(0)
    assert [u.text for u in reading.unplaced if u.why == f"“年度收入情况”{why}"] == [
        "局机关及二级机构汇总", *OTHERS, "1、局机关", *OTHERS,
    ]  # fmt: skip


def test_a_heading_of_another_year_holds_for_all_tables_below_it_until_the_next() -> None:
    public = rows_of([("机构名称", "三公经费合计", "公务接待费", "因公出国费"), ("汇总", "1", "2", "3")])
    own = public.replace('<w:t xml:space="preserve">1<', '<w:t xml:space="preserve">9<')
    lines = [paragraph("2020年部门决算数据"), paragraph("年度收入情况"), standard(figures=OTHERS), paragraph("三公经费"), public]
    lines += [paragraph("2021年部门决算数据"), paragraph("年度收入情况"), standard(), paragraph("三公经费"), own]
    reading = read(*lines)
    assert income(reading) == in_ten_thousands(0)
    assert [p.given for s, p in reading.sources.items() if s.field == "tp_total"] == [9]


@pytest.mark.parametrize("groups", [("上年数", "本年数"), ("2020年", "2021年"), ("预算数", "决算数"), ("年初预算数", "全年执行数")])
@pytest.mark.parametrize("repeated", [True, False])
def test_of_two_groups_of_columns_the_reports_own_is_taken(groups: tuple[str, str], repeated: bool) -> None:
    first, second = groups
    more = 3
    over = ("", *[first] * 4, *[second] * 4) if repeated else ("", first, *[""] * more, second, *[""] * more)
    lines = [over, (HEADS[0], *HEADS[1:], *HEADS[1:]), ("汇总", *OTHERS, *FIGURES)]
    reading = read(paragraph("年度收入情况"), rows_of([*lines]))
    assert income(reading) == in_ten_thousands(0)
    told = " ".join(u.text for u in reading.unplaced)
    assert [t for t in OTHERS if t not in told] == []


def test_below_each_label_the_reports_own_column_is_taken() -> None:
    heads = ("机构名称", *(t for label in HEADS[1:] for t in (label, "")))
    lines = [heads, ("", *["预算数", "决算数"] * 4), ("汇总", *(t for pair in zip(OTHERS, FIGURES, strict=True) for t in pair))]
    reading = read(paragraph("年度收入情况"), rows_of([*lines]))
    assert income(reading) == in_ten_thousands(0)
    assert [u.text.split()[-1] for u in reading.unplaced if u.why == "是预算的数，没有采用"] == list(OTHERS)


def test_a_field_that_two_columns_could_be_is_taken_from_neither() -> None:
    lines = [("机构名称", "收入合计", *HEADS[1:]), ("汇总", "90", *FIGURES)]
    reading = read(paragraph("年度收入情况"), rows_of([*lines]))
    assert income(reading) == {f: v for f, v in in_ten_thousands(0).items() if f != FIELDS[0]}
    assert [u.text.split()[-1] for u in reading.unplaced if "不能确定是哪一栏" in u.why] == ["90", FIGURES[0]]


def test_without_a_year_of_the_report_tables_of_several_years_are_listed() -> None:
    parts = [paragraph("部门（单位）名称：某局"), rows_of([("人员编制", "35", "实有人数", "36", "预算编码", "001")])]
    parts += [paragraph("2020年度收入情况"), standard(figures=OTHERS), paragraph("2021年度收入情况"), standard()]
    parts += [paragraph("绩效自评综合得分：92"), paragraph("评价等次：优")]
    reading = read_form(open_document(document("".join(parts)), "a.docx"), "a.docx")
    assert income(reading) == {}
    told = " ".join(u.text for u in reading.unplaced)
    assert [t for t in (*OTHERS, *FIGURES) if t not in told] == []


def test_what_is_no_period() -> None:
    for text in ("一般公共预算支出情况", "预算执行情况", "上年结转", "2022年6月30日", "某市财政局（2022年制）", "预算编码：001"):
        assert period_of(text, 2021) is None, text
    for text in ("收入合计", "其他", "合计", "上年结转", "备注", "执行率", "其中："):
        assert period_of_column(text, 2021) is None, text
    assert [period_of_column(t, 2021) for t in ("本年数", "决算数", "2021年决算数", "年末数")] == [OWN] * 4
    assert without_year("（一）2020年度收入情况") == "年度收入情况"


def test_a_section_of_the_narrative_before_the_tables_says_nothing_of_them() -> None:
    lines = ["一、2021年部门预算情况", "2021年部门预算收入1000万元，支出1000万元。", "附表1", "年度收入情况（单位：万元）"]
    assert income(read(*map(paragraph, lines), standard())) == in_ten_thousands(0)


def test_a_report_whose_only_table_is_of_another_year_is_known_and_says_why() -> None:
    reading = read(paragraph("2019年度收入情况"), standard())
    assert (reading.form.id, income(reading)) == ("yueyang-2021", {})
    assert {u.why for u in reading.unplaced} == {"“年度收入情况”是2019年的，没有采用"}
