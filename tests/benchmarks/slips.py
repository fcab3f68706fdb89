"""Slips of clerks, planted in documents that are right, and what a reviewer who knew of each would write down.

The truth is written from the design of the diagnosis, not from what the program says: a slip in a department of
several organisations whose 汇总 is right is confirmed by two sums and has one cause; one that nothing outside its own row confirms
competes.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from random import Random
from typing import Any

from departments import LEAVES, TOTALS, Document
from shapes import Spot

Planted = dict[str, Any]
"""kind, rule, spot, and for a broken sum cause {kind, fields, rows} or the competing kinds."""
Slip = Callable[[Document, Random], "Planted | None"]


def _lines(document: Document) -> list[int]:
    """The organisations of a department in which a slip is confirmed: several of them, beside a 汇总 that was typed."""
    rows = document["rows"]
    return list(range(1, len(rows))) if len(rows) > 2 and len(rows[0]) > 1 else []


def _addends(row: Document, total: str) -> list[str]:
    return [f for f in TOTALS[total] if f in row]


def omitted_addend(document: Document, random: Random) -> Planted | None:
    return _addition(document, random, "omitted_addend", -1)


def counted_twice(document: Document, random: Random) -> Planted | None:
    return _addition(document, random, "counted_twice", 1)


def _addition(document: Document, random: Random, kind: str, sign: int) -> Planted | None:
    """An organisation's total, added up wrongly; 汇总 was added up from the parts."""
    lines = _lines(document)
    if not lines:
        return None
    line = random.choice(lines)
    row = document["rows"][line]
    table, total = random.choice([("income", "income_total"), ("expenditure", "exp_total"), ("three_public", "tp_total")])
    addends = _addends(row, total)
    if len(addends) < 3 and not (total == "exp_total" and len(addends) == 2):
        return None
    addend = "carryover_prev" if total == "income_total" and "carryover_prev" in row else random.choice(addends)
    row[total] += sign * row[addend]
    return _planted(kind, "R101", (table, line, total), [addend])


def _leaf(document: Document, random: Random) -> tuple[str, int, str, Decimal] | None:
    """A figure at the bottom of an organisation of several."""
    lines = _lines(document)
    if not lines:
        return None
    line = random.choice(lines)
    row = document["rows"][line]
    table = random.choice(("income", "expenditure", "fixed_assets", "three_public"))
    field = random.choice([f for f in LEAVES[table] if f in row] or [""])
    return (table, line, field, row[field]) if field else None


def _of_leaf(kind: str, change: Callable[[Decimal, Random], Decimal | None]) -> Slip:
    def slip(document: Document, random: Random) -> Planted | None:
        found = _leaf(document, random)
        if found is None:
            return None
        table, line, field, right = found
        wrong = change(right, random)
        if wrong is None or wrong == right:
            return None
        document["rows"][line][field] = wrong
        return _planted(kind, "R101", (table, line, field), [field])

    slip.__name__ = kind
    return slip


def _swapped(right: Decimal, random: Random) -> Decimal | None:
    digits = f"{right:.2f}".replace(".", "")
    places = [k for k in range(len(digits) - 3) if digits[k] != digits[k + 1] and digits[k + 1] != "0"]
    if not places:
        return None
    k = random.choice(places)
    return Decimal(f"{digits[:k]}{digits[k + 1]}{digits[k]}{digits[k + 2 :]}").scaleb(-2)


def _mistyped(right: Decimal, random: Random) -> Decimal | None:
    text = f"{right:.2f}"
    k = random.choice([k for k, digit in enumerate(text) if digit != "." and k < len(text) - 2])
    return Decimal(text[:k] + random.choice([d for d in "123456789" if d != text[k]]) + text[k + 1 :])


def _shifted(right: Decimal, random: Random) -> Decimal:
    return right * random.choice((10, 100))


swapped_digits = _of_leaf("swapped_digits", _swapped)
mistyped_digit = _of_leaf("mistyped_digit", _mistyped)
sign = _of_leaf("sign", lambda right, random: -right)
decimal_shift = _of_leaf("decimal_shift", _shifted)
unit = _of_leaf("unit", lambda right, random: right * 10_000)


def exchanged_cells(document: Document, random: Random) -> Planted | None:
    """Two neighbours of one organisation: its own sums do not notice, 汇总 does."""
    lines = _lines(document)
    if not lines:
        return None
    line = random.choice(lines)
    row = document["rows"][line]
    pairs = [("income", "carryover_prev", "public_budget"), ("expenditure", "exp_staff", "exp_public_use")]
    pairs += [("three_public", "tp_reception", "tp_vehicle_operation")]
    table, first, second = random.choice(pairs)
    if first not in row or second not in row or abs(row[first] - row[second]) < 1:
        return None
    row[first], row[second] = row[second], row[first]
    return _planted("exchanged_cells", "R103", (table, line, first), [first, second], [row["org"]])


def missing_item(document: Document, random: Random) -> Planted | None:
    """A use of a special fund, or a line of the social items, that was left out of an open list."""
    items = document["social_items"]
    if len(items) > 2 and random.random() < 0.5:
        gone = items.pop(random.randrange(len(items)))
        found = _planted("missing_item", "R105", ("", None, "social_total"), ["social_total"])
        return None if _is_one_digit(gone["amount"]) else found
    number = random.randrange(len(document["special_funds"]))
    parts = document["special_funds"][number]["parts"]
    gone = parts.pop(random.randrange(len(parts)))
    if len(parts) < 2 or _is_one_digit(gone["amount"]):
        return None
    return _planted("missing_item", "R105", ("special_funds", number + 1, "amount"), ["amount"])


def _is_one_digit(amount: Decimal) -> bool:
    """One digit and noughts, within the tolerance of a sum: what is missing might be mistyped as well."""
    step = Decimal(10) ** (len(str(int(amount))) - 1)
    return abs(amount - round(amount / step) * step) <= Decimal("0.06")


def competing(document: Document, random: Random) -> Planted | None:
    """A round amount too many in the total of a single organisation, carried into 汇总: mistyped, or an item left out."""
    rows = document["rows"]
    if len(rows) != 2 or len(rows[0]) == 1:
        return None
    table, total = random.choice((("income", "income_total"), ("three_public", "tp_total")))
    right = rows[1].get(total)
    if right is None or (table == "income" and right < 100):
        return None
    step = Decimal(10) ** (len(str(int(right))) - 1)
    first = int(right / step)
    if first == 9:
        return None
    wrong = right + step * random.randint(1, 9 - first)
    rows[0][total] = rows[1][total] = wrong
    return {
        "kind": "competing",
        "rule": "R101",
        "spot": (table, 1, total),
        "cause": None,
        "competing": ["mistyped_digit", "missing_item"],
    }


def _planted(kind: str, rule: str, spot: Spot, fields: list[str], rows: list[str] | None = None) -> Planted:
    return {
        "kind": kind,
        "rule": rule,
        "spot": spot,
        "cause": {"kind": kind, "fields": fields, "rows": rows or []},
        "competing": [],
    }


def _plain(kind: str, rule: str, spot: Spot) -> Planted:
    return {"kind": kind, "rule": rule, "spot": spot, "cause": None, "competing": []}


# ---- what is wrong otherwise


def over_quota(document: Document, random: Random) -> Planted | None:
    document["staff_actual"] = document["staff_quota"] + random.randint(1, 5)
    return _plain("over_quota", "R301", ("", None, "staff_actual"))


def grade_not_of_band(document: Document, random: Random) -> Planted | None:
    document["grade"] = "良" if document["grade"] == "优" else "优"
    return _plain("grade_not_of_band", "R311", ("", None, "grade"))


def score_out_of_range(document: Document, random: Random) -> Planted | None:
    document["score"], document["grade"] = Decimal(100 + random.randint(1, 9)), "优"
    return _plain("score_out_of_range", "R312", ("", None, "score"))


def required_blank(document: Document, random: Random) -> Planted | None:
    document["staff_quota"] = None
    return _plain("required_blank", "R201", ("", None, "staff_quota"))


def dated_too_early(document: Document, random: Random) -> Planted | None:
    document["report_date"] = f"{document['fiscal_year']}-{random.randint(3, 11):02}-15"
    return _plain("dated_too_early", "R302", ("", None, "report_date"))


def unreadable_number(document: Document, random: Random) -> Planted | None:
    line = random.randrange(1, len(document["rows"]))
    if len(document["rows"][0]) == 1 or "fa_other" in document["rows"][0] or "fa_other" in document["rows"][line]:
        return None
    document["rows"][line]["fa_other"] = random.choice(("详见台账", "正在核实"))
    return _plain("unreadable_number", "R202", ("fixed_assets", line, "fa_other"))


def typed_as_text(document: Document, random: Random) -> Planted | None:
    line = random.randrange(1, len(document["rows"]))
    row = document["rows"][line]
    if len(document["rows"][0]) == 1:
        return None
    row["public_budget"] = f"{row['public_budget']}万元"
    return _plain("typed_as_text", "R203", ("income", line, "public_budget"))


def fund_of_another_year(document: Document, random: Random) -> Planted | None:
    number = random.randrange(len(document["special_funds"]))
    document["special_funds"][number]["year"] -= random.randint(1, 2)
    return _plain("fund_of_another_year", "R502", ("special_funds", number + 1, "year"))


def text_differs(document: Document, random: Random) -> Planted | None:
    whole = document["rows"][0]
    if len(whole) == 1:
        return None
    said = f"项目支出{whole['exp_project']}万元"
    changed = f"项目支出{whole['exp_project'] + random.randint(11, 60) + Decimal('1.57')}万元"
    document["narrative"]["s2"] = document["narrative"]["s2"].replace(said, changed)
    return _plain("text_differs", "R601", ("narrative", None, "s2"))


DIAGNOSED: tuple[Slip, ...] = (
    omitted_addend, counted_twice, swapped_digits, mistyped_digit, sign, decimal_shift, unit, exchanged_cells, missing_item,
    competing,
)  # fmt: skip
OTHERS: tuple[Slip, ...] = (
    over_quota, grade_not_of_band, score_out_of_range, required_blank, dated_too_early, unreadable_number, typed_as_text,
    fund_of_another_year, text_differs,
)  # fmt: skip
