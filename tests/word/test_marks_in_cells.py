"""What stands in a cell besides its figure — the mark of a note, a figure that was struck out, a picture — neither runs into the
figure nor is lost; nor is what stands in the margins of the pages."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO

import docx
import pytest
from word.test_units import FIGURES, HEADS, income, read, rows_of
from word.test_variations import cell, paragraph, row, run, table

from xlprocess.form.load import load
from xlprocess.word.ledger import Unplaced
from xlprocess.word.open_document import open_document
from xlprocess.word.open_docx import IN_MARGIN, IN_OBJECT, STRUCK
from xlprocess.word.read_form import Reading, read_form
from xlprocess.word.read_lines import chosen

RAISED = '<w:vertAlign w:val="superscript"/>'
PICTURE = '<w:r><w:drawing xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"><wp:inline/></w:drawing></w:r>'
OBJECT = "<w:r><w:object><v:shape/></w:object></w:r>"


def with_cell(content: str, name: str = "汇总") -> Reading:
    lines = [row(*(cell(paragraph(t)) for t in HEADS))]
    lines.append(row(cell(paragraph(name)), cell(f"<w:p>{content}</w:p>"), *(cell(paragraph(t)) for t in FIGURES[1:])))
    return read(paragraph("年度收入情况"), table(lines, len(HEADS)))


def asides(reading: Reading) -> list[tuple[str, str]]:
    return [(u.text, u.why) for u in reading.unplaced]


@pytest.mark.parametrize("look", [RAISED, '<w:vertAlign w:val="subscript"/>', '<w:position w:val="8"/>'])
@pytest.mark.parametrize("mark", ["1", "①", "*", "[2]", "注1"])
def test_a_raised_mark_behind_a_figure_is_no_part_of_it(look: str, mark: str) -> None:
    assert income(with_cell(run("100.00") + run(mark, look)))["income_total"] == f"100.00〔{mark}〕"


def test_a_raised_mark_behind_a_name_or_label_is_no_part_of_it() -> None:
    heads = [cell(f"<w:p>{run(t)}{run('1', RAISED)}</w:p>") for t in HEADS]
    names = [cell(f"<w:p>{run('局机关')}{run('2', RAISED)}</w:p>"), *(cell(paragraph(t)) for t in FIGURES)]
    reading = read(paragraph("年度收入情况"), table([row(*heads), row(*names)], len(HEADS)))
    assert list(income(reading, "局机关").values()) == [Decimal(f) for f in FIGURES]


def test_a_raised_digit_of_a_unit_stays_in_the_text() -> None:
    assert income(with_cell(run("80m") + run("2", RAISED)))["income_total"] == "80m2"


@pytest.mark.parametrize("look", ["<w:strike/>", "<w:dstrike/>", '<w:strike w:val="1"/>'])
def test_a_figure_that_was_struck_out_is_listed_and_the_other_taken(look: str) -> None:
    reading = with_cell(run("50", look) + run("60"))
    assert (income(reading)["income_total"], asides(reading)) == (60, [("50", STRUCK)])


def test_text_that_is_not_struck_out_after_all_is_taken() -> None:
    assert income(with_cell(run("60", '<w:strike w:val="0"/>')))["income_total"] == 60


@pytest.mark.parametrize(("content", "word"), [(PICTURE, "图片"), (OBJECT, "嵌入的对象")])
def test_a_picture_in_place_of_a_figure_is_listed(content: str, word: str) -> None:
    reading = with_cell(content)
    assert "income_total" not in income(reading)
    assert asides(reading) == [(word, IN_OBJECT)]


def test_what_the_margins_of_the_pages_say_is_listed_but_not_their_numbers() -> None:
    made = docx.Document()
    made.add_paragraph("2021年度部门整体支出绩效评价自评报告")
    for line in (("部门（单位）名称", "某局", "预算编码", "001"), ("人员编制", "35", "实有人数", "36")):
        for k, text in enumerate(line):
            if k == 0:
                grid = made.add_table(1, 4)
            grid.cell(0, k).text = text
    made.sections[0].header.paragraphs[0].text = "某局2021年度自评报告"
    made.sections[0].header.add_paragraph("收入合计333.33万元")
    made.sections[0].footer.paragraphs[0].text = "第 3 页 共 12 页"
    target = BytesIO()
    made.save(target)
    reading = read_form(open_document(target.getvalue(), "a.docx"), "a.docx")
    assert [str(u) for u in reading.unplaced] == [f"页眉：“收入合计333.33万元”{IN_MARGIN}"]


def test_the_choice_that_is_ticked() -> None:
    grade = load("yueyang-2021").tables["evaluation"].fields["grade"]
    texts = ("优☑ 良□ 中□ 差□", "□优 √良 □中 □差", "优□良□中■差□", "□优□良□中□差", "☑优☑良□中□差", "不优", "良好（80-90分）")
    assert [chosen(grade, t) for t in texts] == ["优", "良", "中", texts[3], texts[4], "不优", "良"]


def test_two_values_in_one_line() -> None:
    reading = read(paragraph("年度收入情况"), rows_of([HEADS, ("汇总", *FIGURES)]), paragraph("自评得分：88分，评价等次：良。"))
    assert {s.field: p.given for s, p in reading.sources.items() if s.table == "evaluation"} == {"score": 88, "grade": "良"}
    assert reading.unplaced == list[Unplaced]()
