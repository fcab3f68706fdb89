"""Workbooks by the thousand: a workbook of each shape is built once, with values by which its cells are found again, and then
only what differs is put in its place. Where a cell stands is learnt from the file itself, as another program reads it.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import struct
import zipfile
import zlib
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from departments import BALANCES, LEAVES, TOTALS, YEAR, Document, add_up, sums

from xlprocess.form.load import load
from xlprocess.form.template import build
from xlprocess.values import read_values

FORM = "yueyang-2021"
Spot = tuple[str, int | None, str]
"""Where a value belongs: table, line (in a money table 0 is 汇总, 1 the first organisation), field."""
Value = Decimal | int | str | None
_DAY_0 = dt.date(1899, 12, 30)
_TABLE = {field: table for table, fields in LEAVES.items() for field in fields}
_TABLE |= {"income_total": "income", "tp_total": "three_public", "fa_total": "fixed_assets"}
_TABLE |= dict.fromkeys(("exp_basic", "exp_total", "balance_current", "balance_cumulative"), "expenditure")
_CELL = re.compile(r'<c r="([A-Z]+[0-9]+)"((?: [a-z]+="[^"]*")*)(?:/>|>(.*?)</c>)', re.S)
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")


class Place(NamedTuple):
    sheet: str
    cell: str


class _Slot(NamedTuple):
    """A cell of a sheet that gets another value in each workbook."""

    spot: Spot
    cell: str
    style: str
    formula: str


class _Part(NamedTuple):
    """A part of a workbook: what stays, and between it what differs. `packed`: its bytes, deflated, where all of it stays."""

    name: str
    pieces: list[str]
    slots: list[Any]
    packed: bytes
    crc: int
    size: int


class Shape(NamedTuple):
    parts: list[_Part]
    places: dict[Spot, Place]


def workbook(document: Document) -> tuple[bytes, dict[Spot, Place]]:
    """The bytes of a workbook in which a document was typed, and where each value stands."""
    rows = document["rows"]
    shape = _shape(
        len(rows) - 1,
        len(rows[0]) > 1,
        len(document["indicators"]),
        tuple(len(f["parts"]) for f in document["special_funds"]),
        len(document["social_items"]),
        len(document["reviewers"]),
    )
    values = values_of(document)
    entries: list[tuple[str, bytes, int, int]] = []
    for part in shape.parts:
        if not part.slots:
            entries.append((part.name, part.packed, part.crc, part.size))
            continue
        pieces = [part.pieces[0]]
        for slot, piece in zip(part.slots, part.pieces[1:], strict=True):
            pieces.append(_cell(slot, values.get(slot.spot)) if isinstance(slot, _Slot) else escape(str(values.get(slot) or "")))
            pieces.append(piece)
        data = "".join(pieces).encode("utf-8")
        entries.append((part.name, _deflated(data), zlib.crc32(data), len(data)))
    return _zipped(entries), shape.places


def values_of(document: Document) -> dict[Spot, Value]:
    """Every value of a document by its spot: what is typed, what the form adds up where nothing was typed, its rates."""
    found: dict[Spot, Value] = {}
    rows = document["rows"]
    whole = rows[0] if len(rows[0]) > 1 else {**sums(rows[1:]), "org": "汇总"}
    for line, row in enumerate((whole, *rows[1:])):
        for field, value in row.items():
            if field in _TABLE:
                found[_TABLE[field], line, field] = value
        found["organisations", line, "org"] = row["org"]
        found.update(_derived(row, line))
    for field, value in document.items():
        if not isinstance(value, (list, dict)):
            found["", None, field] = value
    found["", None, "staff_control_rate"] = _rate(Decimal(document["staff_actual"] or 0), Decimal(document["staff_quota"] or 0))
    found["", None, "report_date"] = (dt.date.fromisoformat(document["report_date"]) - _DAY_0).days
    for field, value in document["narrative"].items():
        found["narrative", None, field] = value
    for table in ("indicators", "social_items", "reviewers", "special_funds"):
        for line, item in enumerate(document[table], 1):
            for field, value in item.items():
                if not isinstance(value, list):
                    found[table, line, field] = value
            for number, part in enumerate(item.get("parts", ()), 1):
                found.update({(table, line, f"parts[{number}].{field}"): value for field, value in part.items()})
    return found


def _derived(row: Document, line: int) -> dict[Spot, Value]:
    """What the form computes in a row."""

    def number(field: str) -> Decimal:
        value = row.get(field)
        return value if isinstance(value, Decimal) else Decimal(0)

    income = sum((number(f) for f in LEAVES["income"][1:]), Decimal(0))
    spent = sum((number(f) for f in LEAVES["expenditure"]), Decimal(0))
    assets = sum((number(f) for f in LEAVES["fixed_assets"]), Decimal(0))
    return {
        ("income", line, "current_year_income"): income,
        ("expenditure", line, "execution_rate"): _rate(spent, income + number("carryover_prev")),
        ("fixed_assets", line, "fa_use_rate"): _rate(number("fa_in_use"), assets),
    }


def _rate(part: Decimal, whole: Decimal) -> Decimal | None:
    return part / whole if whole else None


def _cell(slot: _Slot, value: Value) -> str:
    start = f'<c r="{slot.cell}"{slot.style}'
    if isinstance(value, str):
        return f'{start} t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    if value is None:
        return f'{start} t="str">{slot.formula}<v></v></c>' if slot.formula else f"{start}/>"
    return f"{start}>{slot.formula}<v>{float(value)!r}</v></c>"


# ---- shapes


@cache
def _shape(organisations: int, is_typed: bool, indicators: int, parts: tuple[int, ...], social: int, reviewers: int) -> Shape:
    document = _marked(organisations, is_typed, indicators, parts, social, reviewers)
    form = load(FORM)
    data = build(form, read_values(form, json.dumps(document, ensure_ascii=False, default=str), "shape"))
    values = values_of(document)
    numbers = {round(float(v), 9): s for s, v in values.items() if isinstance(v, (Decimal, int)) and s[2] != "fiscal_year"}
    texts = {v: s for s, v in values.items() if isinstance(v, str) and v.startswith("〔")}
    places: dict[Spot, Place] = {}
    found: list[_Part] = []
    mark = re.compile("〔[0-9]+〕")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = re.findall(r'<sheet name="([^"]+)"', package.read("xl/workbook.xml").decode("utf-8"))
        strings = re.findall(r"<si><t[^>]*>(.*?)</t></si>", package.read("xl/sharedStrings.xml").decode("utf-8"), re.S)
        indices = {k: texts[m[0]] for k, said in enumerate(strings) if (m := mark.search(said))}
        for entry in package.infolist():
            text = package.read(entry).decode("utf-8")
            pieces, slots = [text], []
            if entry.filename == "xl/sharedStrings.xml":
                pieces, slots = _split_texts(text, texts)
            elif entry.filename.startswith("xl/worksheets/sheet"):
                sheet = names[int(entry.filename.removeprefix("xl/worksheets/sheet").removesuffix(".xml")) - 1]
                pieces, slots = _split_cells(text, sheet, numbers, indices, places)
            raw = text.encode("utf-8")
            found.append(_Part(entry.filename, pieces, slots, _deflated(raw), zlib.crc32(raw), len(raw)))
    lost = [s for s in (*numbers.values(), *texts.values()) if s not in places]
    assert not lost, f"not found again: {lost[:5]}"
    return Shape(found, places)


def _marked(organisations: int, is_typed: bool, indicators: int, parts: tuple[int, ...], social: int, reviewers: int) -> Document:
    """A document in which every value is another."""
    marks = iter(range(1, 10_000))

    def text() -> str:
        return f"〔{next(marks)}〕"

    def number() -> Decimal:
        return Decimal(next(marks) ** 3 % 999_983) + Decimal("1000000.07")

    rows: list[Document] = []
    for _ in range(organisations):
        row: Document = {"org": text(), **{f: number() for fields in LEAVES.values() for f in fields}}
        add_up(row)
        if is_typed:
            row.update({f: number() for f in (*TOTALS, *BALANCES)})
        rows.append(row)
    whole = {f: number() for f in sums(rows)} if is_typed else {}
    document: Document = {f: text() for f in ("dept_name", "budget_code", "eval_method", "eval_body", "grade")}
    document.update({f: text() for f in ("duties", "tasks", "achievements", "goal_text", "goal_result")})
    document.update(
        form=FORM, fiscal_year=YEAR, report_date="2031-03-07", score=number(), social_total=number() if social else None
    )
    document.update(staff_quota=7_000_001, staff_actual=7_000_003, rows=[{"org": "汇总", **whole}, *rows])
    keys = ("level1", "level2", "name", "target", "actual")
    document["indicators"] = [{key: text() for key in keys} for _ in range(indicators)]
    document["social_items"] = [{"name": text(), "amount": number()} for _ in range(social)]
    document["reviewers"] = [{"name": text(), "title": text(), "unit": text()} for _ in range(reviewers)]
    document["narrative"] = {f"s{k}": text() for k in range(1, 10)}
    document["special_funds"] = [
        {
            "name": text(),
            "year": 2001 + k,
            "amount": number(),
            "parts": [{"name": text(), "amount": number()} for _ in range(count)],
        }
        for k, count in enumerate(parts)
    ]
    return document


def _split_texts(text: str, texts: dict[str, Spot]) -> tuple[list[str], list[Any]]:
    pieces = re.split("(〔[0-9]+〕)", text)
    return pieces[::2], [texts[mark] for mark in pieces[1::2]]


def _split_cells(
    text: str, sheet: str, numbers: dict[float, Spot], strings: dict[int, Spot], places: dict[Spot, Place]
) -> tuple[list[str], list[Any]]:
    pieces: list[str] = []
    slots: list[Any] = []
    last = 0
    for match in _CELL.finditer(text):
        cell, attributes, inside = match.groups()
        value = re.search("<v>(.*?)</v>", inside or "", re.S)
        if value is None:
            continue
        if ' t="s"' in attributes:
            spot = strings.get(int(value[1]))
            if spot is not None:
                places.setdefault(spot, Place(sheet, cell))
            continue
        if not _NUMBER.fullmatch(value[1]) or round(float(value[1]), 9) not in numbers:
            continue
        spot = numbers[round(float(value[1]), 9)]
        formula = re.search("<f.*?</f>", inside, re.S)
        style = re.sub(' t="[a-z]+"', "", attributes)
        places.setdefault(spot, Place(sheet, cell))
        slots.append(_Slot(spot, cell, style, formula[0] if formula else ""))
        pieces.append(text[last : match.start()])
        last = match.end()
    return [*pieces, text[last:]], slots


# ---- the package


def _deflated(data: bytes) -> bytes:
    pressed = zlib.compressobj(1, zlib.DEFLATED, -15)
    return pressed.compress(data) + pressed.flush()


def _zipped(entries: list[tuple[str, bytes, int, int]]) -> bytes:
    """A zip archive of entries that are deflated already."""
    body, directory = bytearray(), bytearray()
    for name, packed, crc, size in entries:
        told = name.encode("utf-8")
        head = struct.pack("<HHHHHIIIHH", 20, 0x800, 8, 0, 0x21, crc, len(packed), size, len(told), 0)
        directory += b"PK\x01\x02\x14\x00" + head + struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + told
        body += b"PK\x03\x04" + head + told + packed
    end = struct.pack("<HHHHIIH", 0, 0, len(entries), len(entries), len(directory), len(body), 0)
    return bytes(body + directory + b"PK\x05\x06" + end)
