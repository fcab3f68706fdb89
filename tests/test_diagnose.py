"""Which slip a broken table is said to hold. The tables are small ones of the form; every test reads the whole diagnosis."""

from __future__ import annotations

from decimal import Decimal as D

from xlprocess.diagnose import Diagnosis, diagnose
from xlprocess.identity import HALF_UNIT, Identity, Spot, Term

CAP = D("0.05")
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


def figures(**rows: dict[str, str]) -> dict[Spot, D]:
    return {spot(row, field): D(value) for row, typed in rows.items() for field, value in typed.items()}


def identity(total: Spot, parts: list[Term], addends: str, typed: dict[Spot, D]) -> Identity:
    count = 1 + sum(part.spot in typed for part in parts)
    return Identity(total, tuple(parts), addends, min(HALF_UNIT * count, CAP))  # type: ignore[arg-type]


def identities(typed: dict[Spot, D], organisations: tuple[str, ...]) -> list[Identity]:
    """Every identity of the four money tables whose total is stated, as the form gives them."""
    found = []
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
    organisations: tuple[str, ...] = ("局机关",), elsewhere: dict[Spot, D] | None = None, **rows: dict[str, str]
) -> list[str]:
    typed = figures(**rows)
    return [told(each) for each in diagnose(typed, identities(typed, organisations), elsewhere=elsewhere or {})]


def test_the_seed_report_leaves_the_carryover_out_of_its_total_in_both_rows() -> None:
    row = {"income_total": "952.55", "carryover_prev": "79.97", "public_budget": "922.68", "other_income": "29.87"}
    assert found(("局机关", "二级机构1", "二级机构2"), 局机关=row, 汇总=row) == [
        "局机关 income_total -79.97 omitted_addend(carryover_prev)",
        "汇总 income_total -79.97 omitted_addend(carryover_prev) follows 局机关 income_total",
    ]
