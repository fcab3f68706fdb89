"""One figure against another: which simple slip turns what should be there into what was typed."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from xlprocess.finding import CauseKind

PLACES = 2
"""Decimals that are printed and signed; more are read where more are stored."""

CENT = Decimal(1).scaleb(-PLACES)
SHIFTS = (10, 100)
OFF = tuple(Decimal(off).scaleb(-PLACES) for off in (0, 1, -1, 2, -2))
"""How far a figure whose last digits are lost is looked for around what is needed."""
FARTHEST = max(OFF)
HALF = Decimal("0.5").scaleb(-PLACES)
"""What the last printed digit leaves open."""
UNIT = 10000
"""元 in a form of 万元."""


def slips(typed: Decimal, needed: Decimal, slack: Decimal) -> Iterator[tuple[CauseKind, Decimal]]:
    """The slips that explain `typed` where `needed` ± `slack` should stand, each with the figure that mends it.

    Of digits those come first that come nearest to `needed`. `slack` is what the other figures of the identity leave
    open by their rounding. A figure keeps its length: a digit dropped or added is no mistyped digit. Zero is a slip of
    nothing, and nothing is a slip of zero."""
    if not typed:
        return
    places = PLACES if typed.same_quantum(CENT) else max(PLACES, -int(typed.as_tuple().exponent))
    sign = 1 if typed > 0 else -1
    size = int(abs(typed).scaleb(places))
    aim, open_ = needed.scaleb(places) * sign, slack.scaleb(places)
    low = int((aim - open_).to_integral_value(ROUND_CEILING))
    high = int((aim + open_).to_integral_value(ROUND_FLOOR))
    for kind, mended in sorted(_of_digits(size, low, high, places), key=lambda found: abs(found[1] - aim)):
        yield kind, Decimal(sign * mended).scaleb(-places)
    if low <= -size <= high:
        yield "sign", -typed
    yield from _of_the_point(typed, size, needed, slack, places)


def _of_digits(size: int, low: int, high: int, places: int) -> Iterator[tuple[CauseKind, int]]:
    """Swapped and mistyped digits. The first digit of a figure of 10 and more is never 0."""
    width = max(len(str(size)), places + 1)
    long = width > places + 1
    least, most = low - size, high - size
    for place in range(width):
        step = 10**place
        fewest, greatest = -(-least // step), most // step
        if fewest > greatest:
            continue  # nearly always: no number of units of this place comes near
        digit = size // step % 10
        first = long and place == width - 1
        for more in range(max(fewest, -digit), min(greatest, 9 - digit) + 1):
            if more and size + more * step > 0 and not (first and digit + more == 0):
                yield "mistyped_digit", size + more * step
    for place in range(width - 1):
        step = 10**place
        if -(-least // (9 * step)) > most // (9 * step):
            continue
        right, left = size // step % 10, size // (10 * step) % 10
        swapped = size + (right - left) * 9 * step
        first = place == width - 2 and 0 in (right, left) and (long or swapped in (size * 10, size // 10))
        if right != left and low <= swapped <= high and not first:
            yield "swapped_digits", swapped


def _of_the_point(typed: Decimal, size: int, needed: Decimal, slack: Decimal, places: int) -> Iterator[tuple[CauseKind, Decimal]]:
    """Shifted decimal points and 元 for 万元. A point shifted to the left may have cost the last digits."""
    for by in SHIFTS:
        lost = by * HALF if places == PLACES else Decimal(0)
        yield from _nearest("decimal_shift", typed * by, lost, needed, slack)
        if size % by == 0:
            yield from _nearest("decimal_shift", typed / by, Decimal(0), needed, slack)
    yield from _nearest("unit", typed / UNIT, HALF, needed, slack)


def _nearest(
    kind: CauseKind, mended: Decimal, lost: Decimal, needed: Decimal, slack: Decimal
) -> Iterator[tuple[CauseKind, Decimal]]:
    gap = abs(mended - needed)
    if gap <= slack < abs(mended):
        yield kind, mended
    elif lost and gap <= lost + FARTHEST:
        for off in OFF:
            figure = needed + off
            if abs(off) <= slack < abs(figure) and abs(figure - mended) <= lost:
                yield kind, figure
