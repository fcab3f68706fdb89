"""Finding one's way in a report: every place and the cell that stands there."""

from __future__ import annotations

from collections.abc import Callable

from xlprocess.identity import Spot
from xlprocess.report import NO_CELL, Report

Build = Callable[..., Report]
FUNDS = [
    {
        "name": "资金",
        "year": 2021,
        "amount": "12.34",
        "parts": [{"name": "宣传", "amount": "2.34"}, {"name": "演练", "amount": "10"}],
    },
    {"name": "另一笔", "year": 2021, "amount": "5"},
]


def test_every_cell_is_found_by_its_spot(report: Build) -> None:
    case = report(special_funds=FUNDS)
    assert all(case.at(spot) is cell for spot, _, cell in case.spots())
    assert case.at(Spot("special_funds", "1", "parts[2].amount")).value == 10
    assert case.at(Spot("special_funds", "1", "parts[3].amount")) is NO_CELL
    assert case.at(Spot("special_funds", "3", "amount")) is NO_CELL
    assert case.at(Spot("nowhere", None, "amount")) is NO_CELL


def test_every_spot_stands_once_with_the_field_that_it_names(report: Build) -> None:
    spots = [(spot, field.id) for spot, field, _ in report(special_funds=FUNDS).spots()]
    assert len({spot for spot, _ in spots}) == len(spots)
    assert all(spot.field == field or spot.field.startswith("parts[") for spot, field in spots)
    parts = [(spot.field, field) for spot, field in spots if spot.table == "special_funds" and spot.row == "1"][-4:]
    assert parts == [
        ("parts[1].name", "parts.name"),
        ("parts[1].amount", "parts.amount"),
        ("parts[2].name", "parts.name"),
        ("parts[2].amount", "parts.amount"),
    ]


def test_reports_of_other_rows_have_other_places(report: Build) -> None:
    one, two = report(special_funds=FUNDS), report(special_funds=FUNDS[:1])
    assert {spot.row for spot, _, _ in one.spots() if spot.table == "special_funds"} == {"1", "2"}
    assert {spot.row for spot, _, _ in two.spots() if spot.table == "special_funds"} == {"1"}
