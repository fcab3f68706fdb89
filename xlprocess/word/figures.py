"""A printed figure as it is given to a workbook, in the unit of the form."""

from __future__ import annotations

from decimal import Decimal
from typing import cast

from xlprocess.form.model import Field
from xlprocess.typed import (
    MONEY_EXPONENT,
    MoneyUnit,
    read_count,
    read_date,
    read_money,
    read_number,
    read_rate,
    read_year,
    shift,
    write_money,
)
from xlprocess.values import Given
from xlprocess.word.document import Cell
from xlprocess.word.ledger import Placed


def placed(field: Field, cell: Cell, unit: str, form_unit: str, header: str = "") -> Placed:
    """The value of a cell for a field. `unit` of money in the document; `header` is the label over it (a rate may say % there).
    What cannot be read stays the text that it is: its cell will say so."""
    return given(field, cell.text, cell, unit, form_unit, header)


def given(field: Field, text: str, cell: Cell, unit: str, form_unit: str, header: str = "") -> Placed:
    value: Given = text if text.strip() else None
    remark = None
    if cell.number is not None and text == cell.text and (field.is_number or field.type == "year"):
        value, remark = _scaled(cell.number, unit, form_unit) if field.type == "money" else (cell.number, None)
    elif value is not None and field.type == "money":
        value, remark = _money(text, unit, form_unit)
    elif value is not None and field.type == "count":
        value = _or_text(read_count(text).value, text)
    elif value is not None and field.type in ("number", "score"):
        value = _or_text(read_number(text).value, text)
    elif value is not None and field.type == "rate":
        reading = read_rate(text, percent_format=False)
        value = _or_text(reading.value, text)
        if reading.value is not None and reading.open:
            value = shift(reading.value, -2) if "%" in header or "％" in header else text
    elif value is not None and field.type == "year":
        year, _ = read_year(text)
        value = text if year is None else str(year)
    elif value is not None and field.type == "date":
        day, _ = read_date(text)
        value = text if day is None else day.isoformat()
    return Placed(value, text, cell.origin, remark)


def _or_text(value: Given, text: str) -> Given:
    return text if value is None else value


def _money(text: str, unit: str, form_unit: str) -> tuple[Given, str | None]:
    reading = read_money(text, cast(MoneyUnit, unit))
    if reading.value is None:
        return text, None
    value, remark = _scaled(reading.value, unit, form_unit)
    return value, remark or reading.how


def _scaled(amount: Decimal, unit: str, form_unit: str) -> tuple[Decimal, str | None]:
    power = MONEY_EXPONENT[unit] - MONEY_EXPONENT[form_unit]
    value = shift(amount, power) if power <= 0 else amount * 10**power
    return value, f"原表单位为{unit}，换算为 {write_money(value)} {form_unit}" if unit != form_unit else None
