"""The JSON of a Report: what `new --data` takes and `export --json` gives back.

Money in the form's unit, printed with at least two decimals; rates in percent with two decimals; counts and years as
whole numbers; a cell that could not be read as its raw text; blank, —, / and 无 in a number cell as null.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from xlprocess.errors import Refused
from xlprocess.form.formula import Value
from xlprocess.form.load import Form
from xlprocess.form.model import Field, RowSet, Table
from xlprocess.read import read_cell
from xlprocess.report import Cell, Report, Row, TableData, as_text
from xlprocess.typed import as_shown, is_too_large, rounded, shift, write_money

Given = Decimal | str | None
"""A value to be put into a blank workbook: a number, or a text as somebody would type it (dates too)."""
_LONGEST = 100  # digits of a number that still fits a cell, rounded


class Line(msgspec.Struct):
    """A line of a list, with the lines inside it."""

    values: dict[str, Given]
    parts: list[dict[str, Given]] = msgspec.field(default_factory=list)


class Values(msgspec.Struct):
    """What a workbook is filled with. `fields` by table and field id; `rows` by row set, in order, with their names;
    `lines` by table."""

    fields: dict[tuple[str, str], Given] = msgspec.field(default_factory=dict)
    rows: dict[str, list[tuple[str, dict[str, Given]]]] = msgspec.field(default_factory=dict)
    lines: dict[str, list[Line]] = msgspec.field(default_factory=dict)


# ---- in


def read_values(form: Form, text: bytes | str, source: str) -> Values:
    """The values of a JSON document. Raises Refused with one Chinese sentence that names the place in the document."""
    import json

    try:
        document = json.loads(text, parse_float=_parsed, parse_int=_parsed_whole, parse_constant=_no_number)
    except (ValueError, RecursionError, UnicodeDecodeError) as error:
        raise Refused(f"无法读取 {source}：不是有效的 JSON 文件。请检查文件内容后重试。") from error
    if not isinstance(document, dict):
        raise Refused(f"无法读取 {source}：最外层应为一个对象。请参照 export 的输出格式。")
    stated = document.get("form")
    if stated not in (None, form.id):
        raise Refused(f"无法使用 {source}：数据属于表样 {stated}，而要新建的是 {form.id}。请用 --form {stated} 新建。")
    return _Reader(form, source).read(document)


def _no_number(name: str) -> Any:
    raise ValueError(name)


def _parsed(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent that no Decimal has
        return Decimal("Infinity") if "-" not in text.lower().partition("e")[2] else Decimal(0)


def _parsed_whole(text: str) -> int | Decimal:
    return int(text) if len(text) <= 20 else Decimal(text)  # int() refuses thousands of digits


class _Reader:
    def __init__(self, form: Form, source: str) -> None:
        self.form = form
        self.source = source
        self.values = Values()

    def refuse(self, place: str, what: str) -> Refused:
        return Refused(f"无法使用 {self.source}：{place} {what}。请参照 export 的输出格式改正后重试。")

    def read(self, document: Mapping[str, Any]) -> Values:
        top, objects, lists, row_sets = self._keys()
        for key, value in document.items():
            if key in ("form", "derived"):
                continue
            if key in top:
                table, field = top[key]
                self.values.fields[table.id, field.id] = self.given(key, value, field)
            elif key in objects:
                for name, inner in self.mapping(key, value).items():
                    if name not in objects[key].fields:
                        raise self.refuse(f"{key}.{name}", "不是表中的栏目")
                    field = objects[key].fields[name]
                    self.values.fields[objects[key].id, name] = self.given(f"{key}.{name}", inner, field)
            elif key in lists:
                self.values.lines[lists[key].id] = [
                    self.line(lists[key], f"{key}[{k}]", item) for k, item in enumerate(self.array(key, value))
                ]
            elif key in row_sets:
                self.read_rows(key, value)
            else:
                raise self.refuse(key, "不是表中的栏目")
        return self.values

    def _keys(self) -> tuple[dict[str, tuple[Table, Field]], dict[str, Table], dict[str, Table], dict[str, str]]:
        top: dict[str, tuple[Table, Field]] = {}
        objects: dict[str, Table] = {}
        lists: dict[str, Table] = {}
        for table in self.form.tables.values():
            if table.kind == "list":
                lists[table.json] = table
            elif table.kind == "fields" and table.json:
                objects[table.json] = table
            elif table.kind == "fields":
                top.update({f.id: (table, f) for f in table.field})
            if table.total:
                top[table.total.id] = (table, table.total)
        return top, objects, lists, {r.json: r.id for r in self.form.row_sets.values()}

    def mapping(self, place: str, value: Any) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            raise self.refuse(place, "应为一个对象")
        return value

    def array(self, place: str, value: Any) -> list[Any]:
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.refuse(place, "应为一个列表")
        return value

    def read_rows(self, key: str, value: Any) -> None:
        row_set = next(r for r in self.form.row_sets.values() if r.json == key)
        fields = {f.id: f for t in self.form.grids(row_set.id) for f in t.field}
        rows: list[tuple[str, dict[str, Given]]] = []
        for k, item in enumerate(self.array(key, value)):
            place = f"{key}[{k}]"
            row = dict(self.mapping(place, item))
            name = row.pop(row_set.key, None)
            row.pop("derived", None)
            if not isinstance(name, str):
                raise self.refuse(f"{place}.{row_set.key}", "应为行的名称")
            if any(name == other for other, _ in rows):
                raise self.refuse(f"{place}.{row_set.key}", f"“{name}”写了两次")
            for field in row:
                if field not in fields:
                    raise self.refuse(f"{place}.{field}", "不是表中的栏目")
            if not row_set.open and name not in (row_set.summary, *row_set.items):
                raise self.refuse(f"{place}.{row_set.key}", f"没有名为“{name}”的行")
            for field in row:
                if fields[field].only and name not in fields[field].only:
                    raise self.refuse(f"{place}.{field}", f"“{name}”没有这一栏")
            rows.append((name, {f: self.given(f"{place}.{f}", v, fields[f]) for f, v in row.items()}))
        self.values.rows[row_set.id] = rows

    def line(self, table: Table, place: str, item: Any) -> Line:
        line = Line({})
        for key, value in self.mapping(place, item).items():
            if key == "derived":
                continue
            if key == "parts" and any(f.part for f in table.field):
                for k, part in enumerate(self.array(f"{place}.parts", value)):
                    inner: dict[str, Given] = {}
                    for name, v in self.mapping(f"{place}.parts[{k}]", part).items():
                        if f"parts.{name}" not in table.fields:
                            raise self.refuse(f"{place}.parts[{k}].{name}", "不是表中的栏目")
                        where = f"{place}.parts[{k}].{name}"
                        inner[f"parts.{name}"] = self.given(where, v, table.fields[f"parts.{name}"])
                    line.parts.append(inner)
            elif key in table.fields and not table.fields[key].part:
                line.values[key] = self.given(f"{place}.{key}", value, table.fields[key])
            else:
                raise self.refuse(f"{place}.{key}", "不是表中的栏目")
        return line

    def given(self, place: str, value: Any, field: Field) -> Given:
        if value is None or field.kind == "derived":
            return None
        if isinstance(value, bool) or not isinstance(value, (int, Decimal, str)):
            raise self.refuse(place, "应为数字或文字")
        if isinstance(value, str):
            if not value:
                return None
            return self.number(place, field, _decimal(value)) if field.is_number or field.type == "year" else value
        if field.is_number or field.type == "year":
            return self.number(place, field, Decimal(value))
        return str(value)

    def number(self, place: str, field: Field, value: Decimal | str) -> Given:
        number = _number(field, value)
        if isinstance(number, Decimal):
            if is_too_large(number):
                raise self.refuse(place, "数字过大")
            if len(number.as_tuple().digits) > _LONGEST or number.adjusted() < -_LONGEST:
                raise self.refuse(place, "小数位数过多")
        return number


def _number(field: Field, value: Decimal | str) -> Decimal | str:
    """A number as it is put into a cell: a rate is in percent in JSON and a fraction in the cell."""
    return shift(value, -2) if field.type == "rate" and isinstance(value, Decimal) else value


def _decimal(text: str) -> Decimal | str:
    """A text that is a plain number is one; any other stays what somebody typed. ("0" is a number, and not nothing.)"""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return number if number.is_finite() and text.strip() == text and "_" not in text else text


def report_of(form: Form, values: Values, file: str = "") -> Report:
    """The Report that a workbook filled with these values would give; its cells stand nowhere yet."""
    tables: dict[str, TableData] = {}
    for table in form.tables.values():
        rows: list[Row] = []
        if table.kind == "fields":
            rows = [Row(None, {f.id: given_cell(f, values.fields.get((table.id, f.id))) for f in table.field})]
        elif table.kind == "grid":
            row_set = form.rows_of(table)
            for name, given in rows_or_printed(row_set, values):
                fields = [f for f in table.field if not f.only or name in f.only]
                rows.append(Row(name, {f.id: given_cell(f, given.get(f.id)) for f in fields}))
        else:
            for k, line in enumerate(values.lines.get(table.id, []), 1):
                cells = {f.id: given_cell(f, line.values.get(f.id)) for f in table.field if not f.part}
                parts = [{n: given_cell(table.fields[n], v) for n, v in part.items()} for part in line.parts]
                rows.append(Row(str(k), cells, parts=parts))
        total = table.total
        cell = given_cell(total, values.fields.get((table.id, total.id))) if total else Cell()
        tables[table.id] = TableData(table, table.sheet, rows, cell)
    return Report(form, file, tables, [])


def rows_or_printed(row_set: RowSet, values: Values) -> list[tuple[str, dict[str, Given]]]:
    """The rows to be written: those given, with 汇总 first, or the printed ones. Of a closed row set always the printed
    ones."""
    given = values.rows.get(row_set.id) or []
    if all(name == row_set.summary for name, _ in given):
        given = [*given, *((name, {}) for name in row_set.items)]
    if not row_set.open:
        by_name = dict(given)
        given = [(name, by_name.get(name, {})) for name in (row_set.summary, *row_set.items)]
    summary = next((r for r in given if r[0] == row_set.summary), (row_set.summary, {}))
    return [summary, *(r for r in given if r[0] != row_set.summary)]


def given_cell(field: Field, given: Given) -> Cell:
    """The cell that reading will find where `given` was written."""
    return read_cell(field, given, percent=False)


# ---- out


def write_values(report: Report) -> dict[str, Any]:
    """The Report as a JSON document."""
    form = report.form
    document: dict[str, Any] = {"form": form.id}
    derived: dict[str, Any] = {}
    done: set[str] = set()
    for table in form.tables.values():
        data = report.tables[table.id]
        if table.kind == "fields":
            target = document.setdefault(table.json, {}) if table.json else document
            _put(target, derived, table.field, data.rows[0].cells if data.rows else {})
        elif table.kind == "grid" and (table.rows or "") not in done:
            row_set = form.rows_of(table)
            done.add(row_set.id)
            document[row_set.json] = [_grid_row(report, row_set.id, key) for key in report.row_keys(row_set)]
        elif table.kind == "list":
            document[table.json] = [_list_line(table, row) for row in data.rows]
            if table.total:
                _put(document, derived, (table.total,), {table.total.id: data.total})
    if derived:
        document["derived"] = derived
    return document


def _grid_row(report: Report, row_set_id: str, key: str) -> dict[str, Any]:
    row_set = report.form.row_sets[row_set_id]
    written: dict[str, Any] = {row_set.key: key}
    derived: dict[str, Any] = {}
    for table in report.form.grids(row_set_id):
        row = report.tables[table.id].row(key)
        _put(written, derived, table.field, row.cells if row else {}, key)
    if derived:
        written["derived"] = derived
    return written


def _list_line(table: Table, row: Row) -> dict[str, Any]:
    written: dict[str, Any] = {}
    derived: dict[str, Any] = {}
    _put(written, derived, tuple(f for f in table.field if not f.part), row.cells)
    if any(f.part for f in table.field):
        written["parts"] = [
            {name.removeprefix("parts."): write_value(table.fields[name], c) for name, c in part.items()} for part in row.parts
        ]
    if derived:
        written["derived"] = derived
    return written


def _put(
    target: dict[str, Any],
    derived: dict[str, Any],
    fields: tuple[Field, ...],
    cells: Mapping[str, Cell],
    row: str | None = None,
) -> None:
    for field in fields:
        if field.only and row is not None and row not in field.only:
            continue
        cell = cells.get(field.id, Cell())
        if field.kind != "derived":
            target[field.id] = write_value(field, cell)
        if cell.filled is not None:
            derived[field.id] = write_plain(field, cell.filled)


def write_value(field: Field, cell: Cell) -> Any:
    """What was typed in a cell, as JSON; a typed rate keeps all its decimals."""
    if cell.state in ("unreadable", "no_value"):
        return None if cell.raw is None else as_shown(cell.raw)
    if field.type == "rate" and isinstance(cell.value, Decimal):
        return write_money(shift(cell.value, 2))
    return write_plain(field, cell.value)


def write_plain(field: Field, value: Value) -> Any:
    """A value as JSON: numbers as texts, exact; counts and years as whole numbers; rates in percent, two decimals."""
    if isinstance(value, Decimal):
        if field.type == "money":
            return write_money(value)
        if field.type == "rate":
            return write_rate(value)
        if field.type in ("count", "year") and value == value.to_integral_value():
            return int(value)
    return as_text(value)


def write_rate(value: Decimal) -> str:
    """A fraction as percent with two decimals: 0.98457 is "98.46"."""
    return format(rounded(value * 100, 2), "f")
