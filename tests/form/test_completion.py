"""The completion that a cell shows is the one that we derive, to the last pair, and never another than the parser's."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from office import Office

from xlprocess.books.book import Ref
from xlprocess.form.arrange import arrange
from xlprocess.form.completion import DONE, LESS, MORE, NEUTRAL, TIMES, UNITS, completion_formula, shown_completion
from xlprocess.form.load import Form
from xlprocess.form.template import build
from xlprocess.target import completion_of
from xlprocess.values import Line, Values


def pairs(text: str) -> list[tuple[str, str]]:
    """Targets and results, a bar between them."""
    return [(target, actual) for pair in text.split() for target, actual in [pair.split("|")]]


PLAIN = pairs("""
    ≥95%|96% 95%|95% 100|98 12次|12次 ≥12次|15 12|15次 不超过10|8 不超过10万元|8万元 不低于90%|92.5% 90%以内|80%
    控制在10万元以内|9.5万元 ≤5%|4% 95%以上|98% 不高于30人|29人 >=3|4 1200人次|1180人次 不大于4|3 不少于6场|6场 达到90%|95%
    ９０％|９５% ≥９０|９５ 大于等于90%|0.95
    ≦5|4 ≧5|4 ＞＝5|6 5次以上|完成6次 12次/年|12次 每年12次|已完成12次 1,200人|1200人 30天内|25天
    ≤30天|25天 0.9|95% 不得低于95%|96% 80分|82 5个百分点|6个百分点
""")
WILD = pairs("""
    |5 5| 完成|完成 0起|0起 ≥95%|96 12次|12人 10万元|12 10|9.5万元 2021年12月底前|12 10-20|15 10以上12以下|11 ≥10小于20|15 5天|4天
    零事故|未发生 5|0 0|5 ≥95%|≥95% 1/2|1 -5|-5 下降10%|下降12% 1E3|1000 优良|5 3小时|2小时 ≥30天|35天
    大于10小于20|15 10次或12次|11次 ￥5|5 5:00|5 第3名|2 约90|95 90左右|95左右 90±5|91 控制在95%以上|96% 5|约6 5*|5 5|?5 1.2.3|1
    90%5|95 %90|95 12次|不足12次 10~20人|15人 3级|2级 2022.6.30|2022.6.1 5元|5万元
""")


@pytest.mark.parametrize("pair", PLAIN, ids="|".join)
def test_what_is_common_has_the_completion_of_the_parser(pair: tuple[str, str]) -> None:
    assert shown_completion(*pair) == completion_of(*pair) is not None


@pytest.mark.parametrize("pair", WILD, ids="|".join)
def test_what_is_unclear_has_none(pair: tuple[str, str]) -> None:
    assert shown_completion(*pair) is None


AMOUNTS = st.sampled_from(["90", "95", "0.9", "1.50", "1", "1,200", "９５", "12", "0"])
TARGETS = st.tuples(
    st.sampled_from(["", "", *MORE, *LESS, *NEUTRAL, "约", "第", "≥≤"]),
    AMOUNTS,
    st.sampled_from(["", "%", "％", *UNITS, *TIMES, "级", "左右"]),
    st.sampled_from(["", "", "以上", "以下", "以内", "内", "/年", "及以上"]),
)
RESULTS = st.tuples(
    st.sampled_from(["", "", *DONE, "约", "≥"]), AMOUNTS, st.sampled_from(["", "%", *UNITS, *TIMES]), st.sampled_from(["", "内"])
)


@given(TARGETS, RESULTS, st.booleans())
def test_is_never_another_than_that_of_the_parser(target: tuple[str, ...], actual: tuple[str, ...], alike: bool) -> None:
    """(The parser takes no sign beside a word that says the same.)"""
    if alike:
        actual = (*actual[:2], target[2], actual[3])
    shown = shown_completion("".join(target), "".join(actual))
    assert shown is None or target[0] in ("达到≥", "控制在≤", "不超过≤") or shown == completion_of("".join(target), "".join(actual))


@pytest.mark.office
def test_the_cell_shows_what_we_derive(form: Form, office: Office, tmp_path: Path) -> None:
    """For texts, for numbers, and for a text beside a number."""
    random = Random(7)
    given: list[tuple[str | float, str | float]] = [*PLAIN, *WILD]
    for _ in range(250):
        unit = random.choice([*UNITS, *TIMES, "", "%", "％", "级"])
        target = random.choice(["", *MORE, *LESS, *NEUTRAL[1:], "约"]) + random.choice(["90", "1,200", "９５", "0.9", "3.", " 12"])
        actual = (
            random.choice(["", "", *DONE[1:], "约"])
            + random.choice(["95", "１２．５", "1", "0.95", "0"])
            + random.choice([unit, "", "次"])
        )
        given.append((f"{target}{unit}{random.choice(['', '以上', '以内', '/年', ' ', '　', '及以上'])}", actual))
        given.append((random.choice([90, 0.9, 1200, -5]), actual))
        given.append((f"{target}{unit}", random.choice([95, 0.95, 1, 0])))
    values = Values(lines={"indicators": [Line({"name": "甲"}) for _ in given]})
    place = arrange(form, values).tables["indicators"]
    path = tmp_path / "book.xlsx"
    path.write_bytes(build(form, values))
    office.open(path=str(path))
    office.unprotect()

    def cell(number: int, field: str) -> str:
        return str(Ref(place.rows[str(number + 1)], place.columns[field]))

    typed = {cell(n, field): pair[i] for n, pair in enumerate(given) for i, field in enumerate(("target", "actual"))}
    office.set(sheet=place.sheet, cells=typed)
    office.recalculate()
    found = office.get(sheet=place.sheet, cells=[cell(n, "completion") for n in range(len(given))])
    office.close()
    figures = 0
    for number, (target, actual) in enumerate(given):
        got, expected = found[cell(number, "completion")][0], shown_completion(str(target), str(actual))
        figures += expected is not None
        if expected is None:
            assert got in ("", None), (target, actual, got)
        else:
            assert isinstance(got, float) and abs(Decimal(got) - expected) <= Decimal("1e-9") * expected, (target, actual, got)
    assert figures > 150


def test_fits_into_a_cell() -> None:
    formula = completion_formula("$AA$1000", "$AB$1000")
    depth = deepest = 0
    for mark in formula:
        depth += (mark == "(") - (mark == ")")
        deepest = max(deepest, depth)
    assert (len(formula) < 8192, deepest < 64, depth) == (True, True, 0)
