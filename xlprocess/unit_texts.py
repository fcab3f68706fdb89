"""Amounts typed with the unit 元 where 万元 was meant: `1016.61元` in a column of 万元.

The unit that was typed is believed. Where that breaks a sum, and the number alone keeps every sum of its cell, the unit is the
slip: it is found before any other is looked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from xlprocess.diagnose import Diagnosis
from xlprocess.finding import Cause
from xlprocess.form.model import Field
from xlprocess.identity import Identity, Spot
from xlprocess.report import Cell, Report
from xlprocess.typed import shift

YUAN, OTHERS = "元圆", "万亿千百"


def meant(
    report: Report, texts: Iterable[tuple[Spot, Field, Cell]], figures: Mapping[Spot, Decimal], identities: Sequence[Identity]
) -> dict[Spot, Decimal]:
    """What such cells should be; none where their sums hold as they are, or do not hold with the number alone. `texts` are the
    cells with a text that was read as a figure."""
    suspects = {spot: n for spot, _, cell in texts if (n := without_unit(report, cell)) is not None}
    if not suspects:
        return {}
    mended = {**figures, **suspects}
    touching = {
        spot: [each for each in identities if each.total == spot or any(t.spot == spot for t in each.parts)] for spot in suspects
    }
    return {
        spot: amount
        for spot, amount in suspects.items()
        if any(not each.holds(figures) for each in touching[spot]) and all(each.holds(mended) for each in touching[spot])
    }


def without_unit(report: Report, cell: Cell) -> Decimal | None:
    """The number of a text in 元, in a form of 万元, as if its unit had not been typed."""
    if cell.state != "text_number" or cell.typed_number is None or report.form.edition.unit != "万元":
        return None
    text = str(cell.raw)
    is_in_yuan = any(c in text for c in YUAN) and not any(c in text for c in OTHERS)
    return shift(cell.typed_number, 4) if is_in_yuan else None


def explained(
    figures: Mapping[Spot, Decimal], slips: Mapping[Spot, Decimal], identities: Sequence[Identity]
) -> Iterator[Diagnosis]:
    """The broken sums that these slips explain: one at each slip, the others follow."""
    mended = {**figures, **slips}
    told: set[Spot] = set()
    for identity in identities:
        if identity.holds(figures) or not identity.holds(mended):
            continue
        spot = next(s for s in slips if s == identity.total or any(t.spot == s for t in identity.parts))
        yield Diagnosis(
            identity,
            identity.difference(figures),
            identity.expected(figures),
            identity.total if spot in told else spot,
            Cause("unit", (spot.field,), () if spot.row is None else (spot.row,)),
            follows=spot if spot in told else None,
            mended=((spot, slips[spot]),),
        )
        told.add(spot)
