"""Book + form → Report: every field found by two anchors, its defined name and its printed label, and read once."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from xlprocess.books.book import Scalar
from xlprocess.form.formula import Value
from xlprocess.form.model import Field
from xlprocess.report import Cell, State
from xlprocess.typed import Reading, read_count, read_date, read_money, read_number, read_rate, read_year


def read_cell(field: Field, raw: Scalar | Decimal, percent: bool) -> Cell:
    """What stands in a cell, read as its field's type says. `percent`: the cell's number format shows a percentage."""
    if raw is None or raw == "":
        return Cell()
    if isinstance(raw, Decimal):
        return Cell(raw=str(raw), state="typed", value=raw)
    match field.type:
        case "money":
            return _from_reading(raw, read_money(raw))
        case "count":
            return _from_reading(raw, read_count(raw))
        case "rate":
            return _from_reading(raw, read_rate(raw, percent))
        case "number" | "score":
            return _from_reading(raw, read_number(raw))
        case "year":
            year, state = read_year(raw)
            return Cell(raw=raw, state=_state(state), value=None if year is None else Decimal(year))
        case "date":
            date, state = read_date(raw)
            return Cell(raw=raw, state=_state(state), value=date)
    return _text(field, raw, percent)


def _from_reading(raw: Scalar, reading: Reading) -> Cell:
    return Cell(raw=raw, state=_state(reading.state), value=reading.value, how=reading.how)


def _state(state: str) -> State:
    return "typed" if state == "number" else state  # type: ignore[return-value]


def _text(field: Field, raw: Scalar, percent: bool) -> Cell:
    """A text as typed. A number in a text cell is written the way the cell shows it: 0.95 in a percent format is 95%."""
    if isinstance(raw, str):
        return Cell(raw=raw, state="typed", value=raw) if raw.strip() else Cell(raw=raw)
    value: Value
    if isinstance(raw, bool):
        value = "是" if raw else "否"
    elif isinstance(raw, (int, float)):
        number = read_number(raw).value
        value = str(raw) if number is None else _shown(number * 100 if percent else number) + ("%" if percent else "")
    elif isinstance(raw, dt.datetime) and raw.time() == dt.time():
        value = f"{raw.year}年{raw.month}月{raw.day}日"
    else:
        value = str(raw)
    return Cell(raw=raw, state="typed", value=value)


def _shown(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
