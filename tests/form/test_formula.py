"""The language of an edition's formulas and conditions: what it gives, what blank makes of it, and what it refuses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlprocess.form import functions as _functions  # noqa: F401
from xlprocess.form.formula import Formula, FormulaError, Value, placeholders

D = Decimal


class Row:
    """Names by value; `typed` what stands in the cells, `columns` the lines of other tables."""

    def __init__(self, typed: dict[str, Value], columns: dict[str, Sequence[Value]], **values: Value) -> None:
        self.values, self.as_typed, self.columns = values, typed, columns

    def __call__(self, name: str) -> Value:
        return self.values.get(name)

    def typed(self, name: str) -> Value:
        return self.as_typed.get(name)

    def shown(self, name: str) -> Value:
        return self.as_typed.get(name, self.values.get(name))

    def column(self, table: str, field: str) -> Sequence[Value]:
        return self.columns.get(f"{table}.{field}", ())


def value(text: str, typed: dict[str, Value] | None = None, columns: object = None, **values: object) -> Value:
    """The formula's value; whole numbers stand for decimals."""
    row = {k: D(v) if isinstance(v, int) and not isinstance(v, bool) else v for k, v in values.items()}
    return Formula(text)(Row(typed or {}, columns or {}, **row))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + b - c", D(8)),
        ("a - (b - c)", D(12)),
        ("a * b", D(20)),
        ("a / b", D("5")),
        ("-a", D(-10)),
        ("a * 0.1", D("1.0")),
        ("min(a, b)", D(2)),
        ("max(a, b)", D(10)),
        ("a - 3", D(7)),
        ("round(a / 3, 2)", D("3.33")),
        ("round(a / 16, 2)", D("0.63")),
        ("round(0 - a / 16, 2)", D("-0.63")),
        ("round(a, 0)", D(10)),
        ("a < b", False),
        ("b <= a and c >= 4", True),
        ("0 <= b <= a", True),
        ("a == 10", True),
        ("a != 10", False),
        ("a < b or c == 4", True),
        ("not a < b", True),
        ("  a\t", D(10)),
    ],
)
def test_computes(text: str, expected: Value) -> None:
    assert value(text, a=10, b=2, c=4) == expected


def test_a_decimal_is_exact() -> None:
    assert value("a + 0.1 + 0.2", a=0) == D("0.3")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + gone", D(10)),
        ("gone + a", D(10)),
        ("gone - a", D(-10)),
        ("gone + gone", None),
        ("a * gone", None),
        ("a / gone", None),
        ("a / zero", None),
        ("-gone", None),
        ("min(a, gone)", None),
        ("max(gone, a)", None),
        ("round(gone, 2)", None),
        ("gone < a", None),
        ("gone == gone", None),
        ("a < gone < 3", None),
        ("not gone < a", None),
        ("gone - a", D(-10)),
        ("gone + zero - a + a", D(0)),
        ("a - (zero - a)", D(20)),
        ("gone - gone", None),
        ("gone < a and a > 1", None),
        ("gone < a and a < 1", False),
        ("gone < a or a > 1", True),
        ("gone < a or a < 1", None),
        ("filled(gone)", False),
        ("filled(a)", True),
        ("blank(gone)", True),
        ("blank(zero)", False),
    ],
)
def test_blank_is_not_zero(text: str, expected: Value) -> None:
    assert value(text, a=10, zero=0) == expected


@pytest.mark.parametrize(
    "text",
    ["a + lost", "lost - a", "a * lost", "a / lost", "lost / a", "min(a, lost)", "max(lost, a)", "round(lost, 2)"],
)
def test_what_could_not_be_read_stays_unknown(text: str) -> None:
    found = value(text, a=10, lost=D("NaN"))
    assert isinstance(found, D) and found.is_nan()


def test_a_comparison_with_what_could_not_be_read_is_neither_true_nor_false() -> None:
    assert value("lost < 3", lost=D("NaN")) is None


def test_figures_and_texts_are_not_compared() -> None:
    assert value("a == b", a=D(1), b="1") is None
    assert value("a == 'x'", a="x") is True


def test_a_figure_as_typed_is_another_than_the_figure_from_the_leaves() -> None:
    assert value("typed(a) - a", typed={"a": D(9)}, a=10) == D(-1)
    assert value("typed(a)", a=10) is None
    assert value("shown(a)", typed={"a": D(9)}, a=10) == D(9)
    assert value("shown(a)", a=10) == D(10)


def test_adds_up_the_lines_of_a_list() -> None:
    lines: dict[str, Sequence[Value]] = {"items.amount": (D(1), None, D("2.5"))}
    assert value("sum(items.amount) + a", columns=lines, a=1) == D("4.5")
    assert value("sum(items.other)", columns=lines) is None


def test_a_line_that_could_not_be_read_makes_the_sum_unknown() -> None:
    found = value("sum(items.amount)", columns={"items.amount": (D(1), D("NaN"))})
    assert isinstance(found, D) and found.is_nan()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("验收推迟", True),
        ("无", False),
        ("—", False),
        ("/", False),
        ("  ", False),
        ("", False),
        (None, False),
        ("0", True),
    ],
)
def test_nothing_to_say_is_not_said(text: str | None, expected: bool) -> None:
    assert value("said(a)", a=text) is expected


def test_the_last_day_of_a_year() -> None:
    assert value("a >= year_end(y)", a=dt.date(2022, 6, 30), y=2021) is True
    assert value("year_end(y)", y=D(0)) is None
    assert value("year_end(y)") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a +",
        "a ** b",
        "a // b",
        "a % b",
        "a[0]",
        "a.b",
        "sum(a)",
        "sum(a.b, c.d)",
        "sum(a.b.c)",
        "sum(x=a.b)",
        "typed(a + b)",
        "typed()",
        "shown(a + b)",
        "unknown(a)",
        "min(a)",
        "min(a, b, c)",
        "min(a, b=c)",
        "True",
        "None",
        "a is b",
        "a in b",
        "lambda: a",
        "__import__('os')",
        "(a for a in b)",
        "a if b else c",
        "a := 1",
        "1j",
        "f'{a}'",
        "a\0b",
    ],
)
def test_refuses_what_is_not_of_the_language(text: str) -> None:
    with pytest.raises(FormulaError):
        Formula(text)


def test_tells_what_it_speaks_of() -> None:
    formula = Formula("typed(a) + b - sum(t.c) * min(shown(d), 1)")
    assert formula.names == ("a", "b", "d")
    assert formula.typed == ("a",)
    assert formula.members == (("t", "c"),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + b - c", ((1, "a"), (1, "b"), (-1, "c"))),
        ("a - (b - c)", ((1, "a"), (-1, "b"), (1, "c"))),
        ("a", ((1, "a"),)),
        ("a * b", None),
        ("a + 1", None),
        ("min(a, b)", None),
        ("a + sum(t.b)", None),
        ("typed(a) + b", None),
        ("shown(a) + b", None),
    ],
)
def test_signed_names_of_what_only_adds_and_subtracts(text: str, expected: object) -> None:
    assert Formula(text).linear() == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a < b", True),
        ("a < b and c < d", True),
        ("not a < b", True),
        ("filled(a)", True),
        ("said(a)", True),
        ("a + b", False),
        ("a", False),
        ("-a", False),
        ("min(a, b)", False),
        ("typed(a)", False),
        ("completion(a, b)", False),
    ],
)
def test_a_condition_is_told_from_a_figure(text: str, expected: bool) -> None:
    assert Formula(text).is_condition is expected


def test_the_expressions_of_a_message() -> None:
    assert placeholders("得分 {score}，比 {weight - score} 少") == ("score", "weight - score")
    assert placeholders("没有") == ()


amounts = st.decimals(min_value=-(10**6), max_value=10**6, places=2) | st.none()


@given(amounts, amounts, amounts)
def test_a_linear_formula_is_the_sum_of_its_signed_names(a: D | None, b: D | None, c: D | None) -> None:
    formula = Formula("a - (b - c)")
    values = {"a": a, "b": b, "c": c}
    known = [sign * v for sign, name in formula.linear() or () if (v := values[name]) is not None]
    assert formula(Row({}, {}, **values)) == (sum(known, D(0)) if known else None)
