"""What this year's report takes over, and who wins where several give a value."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal

from xlprocess.books.book import CellWrite, Changes
from xlprocess.carry_over import carried, carry_over, merged
from xlprocess.form.load import load
from xlprocess.form.template import build
from xlprocess.identity import Spot
from xlprocess.pipeline import open_book, read_book
from xlprocess.report import Cell, Report
from xlprocess.values import Given, Values, read_values, write_values

FORM = load("yueyang-2021")
OTHER = load("general-2022")
Rows = list[tuple[str, dict[str, Given]]]


def values(**fields: Given) -> Values:
    return Values(fields={("basics", name): given for name, given in fields.items()})


def rows(values: Values) -> Rows:
    return values.rows["organisations"]


def last_year(report: Callable[..., Report], **changed: object) -> Report:
    """A report as read from its workbook, so that rows have the names that stand there."""
    return read_book(open_book(written(report, **changed), "去年.xlsx"), "去年.xlsx")


def written(report: Callable[..., Report], **changed: object) -> bytes:
    document = json.dumps(write_values(report(**changed)), ensure_ascii=False)
    return build(FORM, read_values(FORM, document, "test"))


def names(report: Report, table: str, row: str) -> list[Cell]:
    return [r.name for r in report.tables[table].rows if r.key == row]


def test_name_code_quota_organisations_and_the_balance(report: Callable[..., Report]) -> None:
    taken = carry_over(FORM, last_year(report))
    assert {name: given for (_, name), given in taken.fields.items()} == {
        "dept_name": "某区应急管理局",
        "budget_code": "507001",
        "staff_quota": Decimal(10),
    }
    assert rows(taken) == [("汇总", {"carryover_prev": None}), ("局机关", {"carryover_prev": Decimal("10.00")})]
    assert taken.lines == {}


def test_the_balance_of_the_summary_where_no_organisation_has_one(report: Callable[..., Report]) -> None:
    last = last_year(report, rows=[{"org": "局机关"}], summary={"balance_cumulative": "3.5"})
    assert rows(carry_over(FORM, last)) == [
        ("汇总", {"carryover_prev": Decimal("3.5")}),
        ("局机关", {"carryover_prev": None}),
    ]


def test_a_row_without_a_name_is_no_organisation(report: Callable[..., Report]) -> None:
    book = open_book(written(report, rows=[{"org": "局机关"}, {"org": "大队", "public_budget": "5"}]), "去年.xlsx")
    named = [(cell.sheet, cell.ref) for t in FORM.grids("organisations") for cell in names(read_book(book, "x"), t.id, "大队")]
    book.apply(Changes([CellWrite(s, r, None) for s, r in named if s and r], {}, None, {}))
    last = read_book(book, "去年.xlsx")
    assert last.organisations(FORM.row_sets["organisations"]) == ["局机关", "未填名称"]
    assert [name for name, _ in rows(carry_over(FORM, last))] == ["汇总", "局机关"]


def test_another_edition_takes_over_what_it_has_too(report: Callable[..., Report]) -> None:
    taken = carry_over(OTHER, last_year(report))
    given = {name: value for (_, name), value in taken.fields.items() if value is not None}
    at = OTHER.role("name")
    assert at is not None and given[at.field.id] == "某区应急管理局"


def test_the_stronger_wins_and_a_blank_gives_nothing() -> None:
    both = merged(values(a="1", b=None), values(a="2", b="3", c="4"), FORM)
    assert both == values(a="1", b="3", c="4")


def test_organisations_are_the_strongers_where_it_names_any() -> None:
    weaker = Values(rows={"organisations": [("汇总", {}), ("甲", {"carryover_prev": "1"}), ("乙", {})]})
    named = Values(rows={"organisations": [("甲", {"public_budget": "5"}), ("丙", {})]})
    assert rows(merged(named, weaker, FORM)) == [("甲", {"carryover_prev": "1", "public_budget": "5"}), ("丙", {})]
    unnamed = Values(rows={"organisations": [("汇总", {"public_budget": "5"})]})
    assert rows(merged(unnamed, weaker, FORM)) == [
        ("汇总", {"public_budget": "5"}),
        ("甲", {"carryover_prev": "1"}),
        ("乙", {}),
    ]


def test_only_what_last_year_gave_is_marked() -> None:
    last = Values(rows={"organisations": [("甲", {"carryover_prev": Decimal(1)}), ("乙", {"carryover_prev": Decimal(2)})]})
    given = Values(rows={"organisations": [("甲", {"carryover_prev": Decimal(1)}), ("乙", {})]})
    assert carried(FORM, merged(given, last, FORM), last, given) == [Spot("income", "乙", "carryover_prev")]
