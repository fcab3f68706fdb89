"""What people type in number cells, and what it is read as."""

import datetime as dt
import math
import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlprocess.typed import (
    Reading,
    as_shown,
    read_count,
    read_date,
    read_money,
    read_number,
    read_rate,
    read_year,
    write_money,
)

AMOUNTS = {
    "1,016.61": "1016.61",
    "1，016.61": "1016.61",
    "１０１６．６１": "1016.61",
    "1 016.61": "1016.61",
    "1\u00a0016.61": "1016.61",
    "1\u2009016\u2009500.5": "1016500.5",
    "1,016": "1016",
    "952.55万元": "952.55",
    "952.55 万": "952.55",
    "952.55（万元）": "952.55",
    "952.55\n万元": "952.55",
    "9525500元": "952.55",
    "9,525,500.00 元": "952.55",
    "2000万": "2000",
    "0.2亿元": "2000",
    "500千元": "50",
    "5千万元": "5000",
    "五百万元": "500",
    "五千万元": "5000",
    "¥952.55": "952.55",
    "￥952.55": "952.55",
    "RMB 952.55": "952.55",
    "人民币952.55万元": "952.55",
    "人民币：￥952.55万元整": "952.55",
    "(64.06)": "-64.06",
    "（64.06）": "-64.06",
    "（64.06万元）": "-64.06",
    "(64.06)万元": "-64.06",
    "-64.06": "-64.06",
    "−64.06": "-64.06",
    "－64.06": "-64.06",
    "–64.06": "-64.06",
    "-￥64.06": "-64.06",
    "- 64.06": "-64.06",
    "+5": "5",
    "2477·1": "2477.1",
    "2477・1": "2477.1",
    "2477•1": "2477.1",
    "2477．1": "2477.1",
    "2477。1": "2477.1",
    "952.55。": "952.55",
    "\u3000952.55\u00a0": "952.55",
    "\u200b952.55\ufeff": "952.55",
    "\t952.55\n": "952.55",
    "'952.55": "952.55",
    "’952.55": "952.55",
    "459.1": "459.1",
    ".5": "0.5",
    "5.": "5",
    "0": "0",
    "０": "0",
    "零": "0",
    "-0.00": "0",
    "0.00元": "0",
}

NOT_AMOUNTS = [
    "1,01,6.6",
    "1.016,61",
    "12.3.4",
    "约952万",
    "952.55万元左右",
    "952.55/29.87",
    "100-200",
    "100—200",
    "—64.06",
    "--5",
    "+-5",
    "(-5)",
    "-(5)",
    "(5",
    "5)",
    "5-",
    "#REF!",
    "#DIV/0!",
    "1,23",
    "0,123",
    "1,0000",
    "1 01",
    "10\n200",
    "10\t200",
    "1、016",
    "10.5万人",
    "100美元",
    "$100",
    "2千",
    "万元",
    "95%",
    "1.2E3",
    "1.2E+03",
    "NaN",
    "inf",
    "Infinity",
    "1_000",
    "△64.06",
    "▲64.06",
    "·952",
    "①",
    "½",
    "9²",
    "٣",
    "=952.55",
    "=1+2",
    "三五",
    "十百",
    "合计952.55",
    "见附件",
    "9" * 65,
    "()",
    ".",
    "-.",
    "¥",
    "x" * 100_000,
]


@pytest.mark.parametrize(("typed", "value"), AMOUNTS.items())
def test_reads_an_amount_as_typed(typed, value):
    reading = read_money(typed)
    assert (reading.value, reading.state) == (Decimal(value), "text_number")
    assert str(reading.value) == value


@pytest.mark.parametrize("typed", NOT_AMOUNTS)
def test_does_not_guess_an_amount(typed):
    assert read_money(typed) == Reading(None, "unreadable")


@pytest.mark.parametrize(
    "typed", ["—", "——", "-", "–", "－", "--", "/", "／", "无", "暂无", "不适用", "N/A", "n/a", " — ", "无。", "'-"]
)
def test_nothing_is_neither_blank_nor_zero(typed):
    assert read_money(typed) == read_count(typed) == read_rate(typed, True) == read_number(typed) == Reading(None, "nothing")
    assert read_year(typed) == read_date(typed) == (None, "nothing")


@pytest.mark.parametrize("typed", [None, "", " ", "\u3000\u00a0", "\u200b\n", "'"])
def test_blank_is_blank(typed):
    assert read_money(typed) == read_count(typed) == read_rate(typed, False) == read_number(typed) == Reading(None, "blank")
    assert read_year(typed) == read_date(typed) == (None, "blank")


@pytest.mark.parametrize(
    ("number", "value"),
    [
        (29.870000000000001, "29.87"),
        (1016.6099999999999, "1016.61"),
        (0.1 + 0.2, "0.3"),
        (1016.61 - 952.55, "64.06"),
        (952.55 - 1016.61, "-64.06"),
        (5.374, "5.374"),
        (123456.789012, "123456.789012"),
        (0, "0"),
        (0.0, "0"),
        (-0.0, "0"),
        (1e-13, "0"),
        (100.0, "100"),
        (999999999999999, "999999999999999"),
        (999999999999999.0, "999999999999999"),
        (1016, "1016"),
    ],
)
def test_a_number_loses_its_float_noise_and_nothing_else(number, value):
    reading = read_money(number)
    assert (str(reading.value), reading.state, reading.how) == (value, "number", None)


@pytest.mark.parametrize(
    "raw",
    [
        True,
        False,
        math.nan,
        math.inf,
        -math.inf,
        dt.datetime(2022, 6, 30),
        dt.date(2022, 6, 30),
        dt.time(9),
        dt.timedelta(1),
    ],
)
def test_what_is_no_number_is_unreadable_in_a_number_cell(raw):
    assert read_money(raw) == read_count(raw) == read_rate(raw, True) == read_number(raw) == Reading(None, "unreadable")


def test_the_unit_of_the_cell_is_honoured():
    assert read_money("2000万", "元").value == Decimal(20000000)
    assert read_money("9525500元", "亿元").value == Decimal("0.095255")
    assert read_money("952.55", "元").value == Decimal("952.55")
    assert read_money("0.123456789012345678901234567890123456789亿元").value == Decimal("1234.56789012345678901234567890123456789")


def test_tells_how_a_text_was_read_unless_it_is_the_plain_number():
    assert read_money("9525500元").how == "按 952.55 万元读取"
    assert read_money("2000万", "元").how == "按 20000000.00 元读取"
    assert read_money("459.1").how is None
    assert read_money("-459.10").how is None
    assert read_money("459.1 ").how == "按 459.10 万元读取"
    assert read_count("35人").how == "按 35 读取"
    assert read_rate("95%", False).how == "按 95% 读取"
    assert read_rate("百分之九十五", False).how == "按 95% 读取"
    assert read_number("92分").how == "按 92 读取"


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("35人", "35"),
        ("35 ", "35"),
        ("３５", "35"),
        ("35 名", "35"),
        ("三十五人", "35"),
        ("35.5", "35.5"),
        ("1,035", "1035"),
        (35, "35"),
        (35.5, "35.5"),
    ],
)
def test_reads_a_count(typed, value):
    assert str(read_count(typed).value) == value


@pytest.mark.parametrize("typed", ["35万元", "35左右", "35/36", "35人人", "1.2万人", "(35", "约35人"])
def test_does_not_guess_a_count(typed):
    assert read_count(typed) == Reading(None, "unreadable")


@pytest.mark.parametrize(
    ("typed", "percent_format", "value", "is_open"),
    [
        ("95%", False, "0.95", False),
        ("95％", True, "0.95", False),
        ("98.46 %", False, "0.9846", False),
        ("-5%", False, "-0.05", False),
        ("5‰", False, "0.005", False),
        ("百分之九十五", False, "0.95", False),
        ("百分之九十五点五", False, "0.955", False),
        ("百分之98.46", False, "0.9846", False),
        ("百分之一百", False, "1", False),
        (0.9846, True, "0.9846", False),
        (95, True, "95", False),
        (0.95, False, "0.95", True),
        (95, False, "95", True),
        ("95", False, "95", True),
        ("95", True, "95", True),
    ],
)
def test_reads_a_rate(typed, percent_format, value, is_open):
    reading = read_rate(typed, percent_format)
    assert (str(reading.value), reading.open) == (value, is_open)


@pytest.mark.parametrize("typed", ["95%以上", "≥95%", "百分之", "95%%", "九成", "95/100", "百分之三五", "#DIV/0!"])
def test_does_not_guess_a_rate(typed):
    assert read_rate(typed, False) == Reading(None, "unreadable")


@pytest.mark.parametrize(("typed", "value"), [(92, "92"), (92.5, "92.5"), ("92分", "92"), ("92 分。", "92"), ("九十二分", "92")])
def test_reads_a_plain_number(typed, value):
    assert str(read_number(typed).value) == value


@pytest.mark.parametrize("typed", ["92/100", "92%", "92人", "92分左右"])
def test_does_not_guess_a_plain_number(typed):
    assert read_number(typed) == Reading(None, "unreadable")


@pytest.mark.parametrize(
    ("typed", "year", "state"),
    [
        (2021, 2021, "number"),
        (2021.0, 2021, "number"),
        ("2021", 2021, "text_number"),
        ("2021年", 2021, "text_number"),
        ("2021 年度", 2021, "text_number"),
        ("２０２１年", 2021, "text_number"),
        ("二〇二一年度", 2021, "text_number"),
        ("二零二一年", 2021, "text_number"),
        (dt.datetime(2021, 12, 31), 2021, "number"),
        (dt.datetime(1905, 7, 13), None, "unreadable"),
        (2021.5, None, "unreadable"),
        (21, None, "unreadable"),
        ("21年", None, "unreadable"),
        ("2021-2022", None, "unreadable"),
        ("20211", None, "unreadable"),
        (10**400, None, "unreadable"),
        (True, None, "unreadable"),
    ],
)
def test_reads_a_year(typed, year, state):
    assert read_year(typed) == (year, state)


@pytest.mark.parametrize(
    ("typed", "state"),
    [
        (dt.datetime(2022, 6, 30), "number"),
        (dt.datetime(2022, 6, 30, 9, 15), "number"),
        (dt.date(2022, 6, 30), "number"),
        (44742, "number"),
        (44742.0, "number"),
        (44742.5, "number"),
        (20220630, "number"),
        ("20220630", "text_number"),
        ("2022年6月30日", "text_number"),
        ("2022年06月30日", "text_number"),
        ("2022 年 6 月 30 日", "text_number"),
        ("2022年6月30号", "text_number"),
        ("2022年6月30", "text_number"),
        ("2022-6-30", "text_number"),
        ("2022/06/30", "text_number"),
        ("2022.6.30", "text_number"),
        ("2022。6。30", "text_number"),
        ("2022-06-30 00:00:00", "text_number"),
        ("2022-06-30T00:00:00", "text_number"),
        ("２０２２－０６－３０", "text_number"),
        ("２０２２年６月３０日", "text_number"),
        ("二〇二二年六月三十日", "text_number"),
        ("二零二二年六月三十日", "text_number"),
        ("二○二二年六月三十日", "text_number"),
    ],
)
def test_reads_a_date(typed, state):
    assert read_date(typed) == (dt.date(2022, 6, 30), state)


def test_reads_the_days_of_a_month_in_chinese():
    assert read_date("二〇二二年十二月三十一日") == (dt.date(2022, 12, 31), "text_number")
    assert read_date("二〇二二年十月十一日") == (dt.date(2022, 10, 11), "text_number")
    assert read_date("二〇二二年十一月二十日") == (dt.date(2022, 11, 20), "text_number")


@pytest.mark.parametrize(
    "typed",
    [
        "2022年6月31日",
        "2021-2-29",
        "2022-13-01",
        "20220631",
        20220631,
        "2022年6月",
        "2022",
        2022,
        "2022-6/30",
        "2022-6-30日",
        "22.6.30",
        "6/30/2022",
        "2022,6,30",
        "1022-6-30",
        "2022年6月30日前",
        "二〇二二年六月三一日",
        dt.datetime(1900, 1, 5),
        dt.time(9),
        5,
        -44742,
        1e300,
        math.nan,
        True,
        "#VALUE!",
    ],
)
def test_does_not_guess_a_date(typed):
    assert read_date(typed) == (None, "unreadable")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("10", "10.00"),
        ("5.374", "5.374"),
        ("5.3740", "5.374"),
        ("-0.00", "0.00"),
        ("1E+3", "1000.00"),
        ("1E-7", "0.0000001"),
        ("-64.06", "-64.06"),
        ("459.1", "459.10"),
    ],
)
def test_writes_money_with_at_least_two_decimals(value, text):
    assert write_money(Decimal(value)) == text


scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.text(alphabet="0123456789.,，·-−+()（）%％ ¥元万亿千百十零一二两年月日/—人分点之\n\u3000"),
    st.datetimes(),
    st.dates(),
    st.times(),
    st.timedeltas(),
)


@given(scalars)
def test_never_raises(raw):
    for reading in (
        read_money(raw),
        read_money(raw, "元"),
        read_count(raw),
        read_number(raw),
        read_rate(raw, True),
        read_rate(raw, False),
    ):
        assert (reading.value is not None) == (reading.state in ("number", "text_number"))
        if reading.value is not None:
            assert reading.value.is_finite()
            assert read_money(write_money(reading.value)).value in (reading.value, None)
    for value, state in (read_year(raw), read_date(raw)):
        assert (value is not None) == (state in ("number", "text_number"))


amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=6)
FULL_WIDTH = {ord(c): chr(ord(c) + 0xFEE0) for c in "0123456789.,-"}


@given(amounts)
def test_reads_back_an_amount_in_every_typed_style(value):
    plain = format(value, "f")
    grouped = format(value, ",f")
    for text in (
        plain,
        grouped,
        grouped.replace(",", "，"),
        grouped.replace(",", " "),
        grouped.translate(FULL_WIDTH),
        plain.replace("-", "−"),
        plain.replace(".", "·"),
        f" {plain}万元\u3000",
        f"{plain} 万",
        f"￥{plain}",
        f"人民币{grouped}万元",
        f"'{plain}",
        f"({plain.lstrip('-')})" if value < 0 else plain,
        f"{format(value * 10000, 'f')}元",
        f"{format(value.scaleb(-4), 'f')}亿元",
    ):
        assert read_money(text) == Reading(value, "text_number", read_money(text).how), text
    assert read_rate(f"{plain}%", False).value == value.scaleb(-2)


@given(st.decimals(min_value=-(10**8), max_value=10**8, places=6))
def test_reads_back_an_amount_stored_as_a_float(value):
    assert read_money(float(value)).value == value


@given(st.dates(dt.date(1949, 1, 1), dt.date(2100, 12, 31)))
def test_reads_back_a_date_in_every_typed_style(day):
    for text in (
        f"{day.year}年{day.month}月{day.day}日",
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}.{day.month:02}.{day.day:02}",
        day.strftime("%Y%m%d"),
    ):
        assert read_date(text) == (day, "text_number")


READERS = (read_money, read_count, read_number, lambda raw: read_rate(raw, True), lambda raw: read_rate(raw, False))


@pytest.mark.parametrize(
    "raw",
    [10**15, -(10**15), 10**400, 1e15, -1e15, 1e22, 1e300, math.inf, -math.inf, math.nan, "1000000000000000", "-" + "9" * 16],
)
def test_a_number_beyond_all_bounds_is_unreadable(raw):
    for read in READERS:
        reading = read(raw)
        assert (reading.value, reading.state) == (None, "unreadable")
    assert read_year(raw) == (None, "unreadable")
    assert read_date(raw) == (None, "unreadable")


def test_the_bound_is_on_the_number_in_the_unit_of_its_cell():
    assert read_money("1000000000000000元").value == Decimal("100000000000")
    assert read_money("999999999999999.99").value == Decimal("999999999999999.99")
    assert read_money("100000000000亿").state == "unreadable"
    assert read_money("999999999999999万元", "元").state == "unreadable"
    assert read_rate("99999999999999999%", False).value == Decimal("999999999999999.99")
    assert read_rate("100000000000000000%", False).state == "unreadable"


@pytest.mark.parametrize("digit", ["9", "９", "0", "九", "1,", "1 ", "1。", "-", "("])
def test_a_long_text_is_read_at_once(digit):
    raw = (digit * 32767)[:32767]
    start = time.perf_counter()
    for text in (raw, raw[:-1] + "%", raw[:-1] + "元", raw[:-1] + "x"):
        for read in READERS:
            assert read(text).value is None
        read_year(text)
        read_date(text)
    assert time.perf_counter() - start < 60  # a hundredth of it; minutes where a pattern starts again at every sign


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (999.0, "999"),
        (0.5, "0.5"),
        (True, "TRUE"),
        (None, ""),
        ("待定", "待定"),
        (dt.datetime(2022, 6, 30), "2022-06-30"),
    ],
)
def test_a_value_is_shown_as_a_person_sees_it(raw, shown):
    assert as_shown(raw) == shown
