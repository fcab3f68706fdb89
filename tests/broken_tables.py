"""Tables of money that agree or do not, as the form has them, and what the diagnosis says of them in one line each."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from xlprocess.diagnose import Diagnosis, diagnose
from xlprocess.identity import HALF_UNIT, Identity, Spot, Term

Addends = Literal["columns", "organisations", "lines", "operands"]
CAP = Decimal("0.05")
SUMS = {
    "income_total": ("carryover_prev", "public_budget", "gov_fund", "special_account_nontax", "other_income"),
    "exp_total": ("exp_basic", "exp_project"),
    "exp_basic": ("exp_staff", "exp_public_use"),
    "tp_total": ("tp_reception", "tp_vehicle_operation", "tp_vehicle_purchase", "tp_abroad"),
    "fa_total": ("fa_in_use", "fa_rented_out", "fa_other"),
}
TABLES = {
    "income": ("income_total", *SUMS["income_total"]),
    "expenditure": ("exp_total", "exp_basic", "exp_staff", "exp_public_use", "exp_project"),
    "three_public": ("tp_total", *SUMS["tp_total"]),
    "fixed_assets": ("fa_total", *SUMS["fa_total"]),
}
BALANCES = {
    "balance_current": (*SUMS["income_total"][1:], "-exp_staff", "-exp_public_use", "-exp_project"),
    "balance_cumulative": ("carryover_prev", "balance_current"),
}
TABLE = {field: table for table, fields in TABLES.items() for field in fields} | dict.fromkeys(BALANCES, "expenditure")


def spot(row: str, field: str) -> Spot:
    return Spot(TABLE[field], row, field)


def figures(**rows: dict[str, str]) -> dict[Spot, Decimal]:
    return {spot(row, field): Decimal(value) for row, typed in rows.items() for field, value in typed.items()}


def identity(total: Spot, parts: list[Term], addends: Addends, typed: dict[Spot, Decimal]) -> Identity:
    count = 1 + sum(part.spot in typed for part in parts)
    return Identity(total, tuple(parts), addends, min(HALF_UNIT * count, CAP))


def identities(typed: dict[Spot, Decimal], organisations: tuple[str, ...]) -> list[Identity]:
    """Every identity of the four money tables whose total is stated, as the form gives them."""
    found: list[tuple[Spot, list[Term], Addends]] = []
    for row in ("汇总", *organisations):
        for total, parts in SUMS.items():
            found.append((spot(row, total), [Term(1, spot(row, part)) for part in parts], "columns"))
        for total, parts in BALANCES.items():
            terms = [Term(-1 if part[0] == "-" else 1, spot(row, part.lstrip("-"))) for part in parts]
            found.append((spot(row, total), terms, "operands"))
    for field in TABLE:
        found.append((spot("汇总", field), [Term(1, spot(row, field)) for row in organisations], "organisations"))
    return [identity(*each, typed) for each in found if each[0] in typed]


def told(each: Diagnosis) -> str:
    """One line: where it stands, by how much, why, what it follows from."""

    def short(place: Spot) -> str:
        return f"{place.row} {place.field}"

    def cause(kind: str, fields: tuple[str, ...], rows: tuple[str, ...]) -> str:
        return f"{kind}({', '.join([*fields, *rows])})"

    line = f"{short(each.blamed)} {each.difference:+}"
    if each.identity.total != each.blamed:
        line += f" in {short(each.identity.total)}"
    if each.cause:
        line += " " + cause(each.cause.kind, each.cause.fields, each.cause.rows)
    if each.competing:
        line += " perhaps " + " or ".join(cause(c.kind, c.fields, c.rows) for c in each.competing)
    return line + (f" follows {short(each.follows)}" if each.follows else "")


def found(
    organisations: tuple[str, ...] = ("局机关",), elsewhere: dict[Spot, Decimal] | None = None, **rows: dict[str, str]
) -> list[str]:
    typed = figures(**rows)
    return [told(each) for each in diagnose(typed, identities(typed, organisations), elsewhere=elsewhere or {})]


SEED = {
    "income_total": "1032.52",
    "carryover_prev": "79.97",
    "public_budget": "922.68",
    "other_income": "29.87",
    "exp_total": "1016.61",
    "exp_basic": "459.10",
    "exp_staff": "349.43",
    "exp_public_use": "109.67",
    "exp_project": "557.51",
}
THREE = ("局机关", "二级机构1", "二级机构2")
FIRST = {"income_total": "1032.52", "carryover_prev": "79.97", "public_budget": "922.68", "other_income": "29.87"}
SECOND = {"income_total": "300.25", "carryover_prev": "50.15", "public_budget": "200.00", "other_income": "50.10"}
THIRD = {"income_total": "75.33", "carryover_prev": "10.11", "public_budget": "60.22", "other_income": "5.00"}


def but(row: dict[str, str], **typed: str | None) -> dict[str, str]:
    return {field: value for field, value in {**row, **typed}.items() if value is not None}


def summed(*rows: dict[str, str]) -> dict[str, str]:
    return {field: str(sum(Decimal(row[field]) for row in rows)) for field in rows[0]}


def both(row: dict[str, str] = SEED, **typed: str | None) -> list[str]:
    """A single organisation, whose row was copied into 汇总."""
    return found(局机关=but(row, **typed), 汇总=but(row, **typed))


def in_office(**typed: str | None) -> list[str]:
    return found(局机关=but(SEED, **typed), 汇总=SEED)


def in_summary(**typed: str | None) -> list[str]:
    return found(局机关=SEED, 汇总=but(SEED, **typed))


def three(first: dict[str, str] = FIRST, second: dict[str, str] = SECOND, summary: dict[str, str] | None = None) -> list[str]:
    """Three organisations; 汇总 added up from what stands in them unless it is given."""
    summary = summary or summed(first, second, THIRD)
    return found(THREE, 局机关=first, 二级机构1=second, 二级机构2=THIRD, 汇总=summary)


ALL = summed(FIRST, SECOND, THIRD)


# Three organisations, to the last digit

OFFICE = {
    **SEED,
    "income_total": "1091.33",
    "public_budget": "932.68",
    "gov_fund": "31.45",
    "special_account_nontax": "17.36",
    "tp_total": "22.63",
    "tp_reception": "2.96",
    "tp_vehicle_operation": "7.29",
    "tp_vehicle_purchase": "12.38",
    "balance_current": "-5.25",
    "balance_cumulative": "74.72",
}
BRANCH = {
    "income_total": "254.37",
    "carryover_prev": "13.52",
    "public_budget": "236.14",
    "other_income": "4.71",
    "exp_total": "239.76",
    "exp_basic": "167.12",
    "exp_staff": "121.83",
    "exp_public_use": "45.29",
    "exp_project": "72.64",
    "tp_total": "4.00",
    "tp_reception": "0.83",
    "tp_vehicle_operation": "3.17",
    "balance_current": "1.09",
    "balance_cumulative": "14.61",
}
CENTRE = {
    "income_total": "359.24",
    "carryover_prev": "26.38",
    "public_budget": "318.59",
    "gov_fund": "14.27",
    "exp_total": "319.25",
    "exp_basic": "221.90",
    "exp_staff": "163.74",
    "exp_public_use": "58.16",
    "exp_project": "97.35",
    "tp_total": "9.38",
    "tp_reception": "1.29",
    "tp_vehicle_operation": "4.68",
    "tp_abroad": "3.41",
    "balance_current": "13.61",
    "balance_cumulative": "39.99",
}
BALANCED = {field: str(sum(Decimal(row.get(field, "0")) for row in (OFFICE, BRANCH, CENTRE))) for field in {**OFFICE, **CENTRE}}


def exact(
    office: dict[str, str] = OFFICE,
    branch: dict[str, str] = BRANCH,
    centre: dict[str, str] = CENTRE,
    summary: dict[str, str] | None = BALANCED,
    balances: bool = False,
) -> list[str]:
    rows = {"局机关": office, "二级机构1": branch, "二级机构2": centre} | ({"汇总": summary} if summary else {})
    kept = {row: {f: v for f, v in typed.items() if balances or f not in BALANCES} for row, typed in rows.items()}
    return found(THREE, **kept)
