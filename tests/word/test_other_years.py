"""A report whose cover names another year than its tables: said once, not for every figure."""

from __future__ import annotations

from word.test_units import read, standard
from word.test_variations import paragraph

from xlprocess.word.ledger import Unplaced
from xlprocess.word.other_years import sentences


def test_a_cover_with_the_wrong_year_is_told_in_one_sentence() -> None:
    reading = read(paragraph("2020年度收入情况"), standard())
    count = len([u for u in reading.unplaced if u.why.endswith("是2020年的，没有采用")])
    assert count >= 10
    assert sentences(reading.unplaced) == [
        f"2020年的表与报告写的年度不同，其中 {count} 处没有采用（从第2个表第2行第1列起，逐条见“导入来源”表）。"
        "报告的年度写错的，请更正后重新导入。"
    ]


def test_a_few_figures_of_another_year_and_all_else_are_told_one_by_one() -> None:
    reading = read(paragraph("2020年度收入情况"), standard())
    few = [*reading.unplaced[:2], Unplaced(reading.unplaced[0].origin, "其他费", "没有对应的栏目")]
    assert sentences(few) == [str(u) for u in few]
