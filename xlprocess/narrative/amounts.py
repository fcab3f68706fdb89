"""The amounts in a text: figure, unit, precision, and whether it was meant exactly.

What has no unit is no amount: years, dates (`5月12日`, `5.12`), telephone and document numbers, ordinals. In the lists of
`lists` figures without a unit take that of their whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Literal, NamedTuple

from xlprocess.typed import read_number, shift

Kind = Literal["money", "percent", "points", "people", "score"]
HALF = Decimal("0.5")

NUMBER = r"(?<!\d)(?:\d{1,3}(?:,\d{3})++|\d++)(?:\.\d++)?"
_DIGITS = "一二三四五六七八九十百千两零"
_HAN = f"[{_DIGITS}]{{1,6}}"
_END = r"(?=[，,。；;、)：:\s]|$)"
_UNITS: dict[str, tuple[Kind, int]] = {
    "亿元": ("money", 8), "千万元": ("money", 7), "百万元": ("money", 6), "万元": ("money", 4), "千元": ("money", 3),
    "元": ("money", 0), "亿": ("money", 8), "万": ("money", 4), "%": ("percent", 0), "个百分点": ("points", 0),
    "人": ("people", 0), "名": ("people", 0), "分": ("score", 0),
}  # fmt: skip
_APPROXIMATE = re.compile(
    r"(?:约|近|超过|超|逾|不足|不超过|将近|接近|大约|不低于|不高于|高于|低于|至少|≤|≥|<|>|控制在)\s*[¥+-]?\s*$"
)
_SIGN = re.compile(r"(?:(?<![\d.元%人名分亿万])[-+]|负|(?<=[^真改纠修])正)\s*¥?\s*$")
_NEVER = re.compile(r"[\d.A-Za-z〔第\[]$")
_AMOUNT = re.compile(
    rf"(?P<number>{NUMBER}|{_HAN})(?P<to>(?:\s*[-~—至到]\s*{NUMBER})?)\s*(?P<more>[多余几]?)\s*"
    rf"(?P<unit>亿元|千万元|百万元|万元|千元|元|[亿万]{_END}|%|个百分点|人(?!次|口|均|民|员|才|大|工|行|居|社)|名(?!录|单|称|牌|优)"
    rf"|分(?![别钟之为配布管类项工解期局析享级辖队层块红内]))"
    r"(?P<after>(?:左右|以上|以内|以下|上下|多)?)"
)
_STARTS = re.compile(rf"[0-9{_DIGITS}](?:(?<=[0-9])|(?=[{_DIGITS}]{{0,6}}\s*[-~—至到多余几亿万元%个人名分]))")
"""What an amount begins with: to look for that alone is many times as fast."""
_CURRENCY = re.compile(rf"¥\s*(?P<number>{NUMBER})(?!\d|\s*[万亿千元])")


class Amount(NamedTuple):
    """`value` as printed, in a unit of 10^`power` yuan where it is money. `is_exact`: no 约, no range, no 以上."""

    start: int
    end: int
    value: Decimal
    kind: Kind
    power: int
    decimals: int
    is_exact: bool
    has_unit: bool = True

    def figure(self, power: int) -> Decimal:
        """The value in a unit of 10^`power` yuan."""
        return shift(self.value, self.power - power) if self.kind == "money" else self.value

    def half(self, power: int) -> Decimal:
        """Half of the last printed digit, in that unit."""
        half = shift(HALF, -self.decimals)
        return shift(half, self.power - power) if self.kind == "money" else half


def amounts(text: str) -> tuple[Amount, ...]:
    """The amounts in a folded text, in order."""
    found = [amount for match in _matches(text) if (amount := _amount(match, text)) is not None]
    if "¥" in text:
        taken = {a.end for a in found}
        for match in _CURRENCY.finditer(text):
            if match.end() not in taken:
                number = match["number"].replace(",", "")
                found.append(Amount(match.start(), match.end(), Decimal(number), "money", 0, _decimals(number), True))
        found.sort()
    return tuple(_ranges(text, found))


def _matches(text: str) -> Iterator[re.Match[str]]:
    at = 0
    while begin := _STARTS.search(text, at):
        match = _AMOUNT.match(text, begin.start())
        if match:
            yield match
        at = match.end() if match else begin.end()


def bare(text: str, start: int, end: int, like: Amount) -> Amount:
    """A figure without a unit of its own, in the unit of `like`."""
    number = text[start:end].replace(",", "")
    return Amount(start, end, Decimal(number), like.kind, like.power, _decimals(number), True, has_unit=False)


def _amount(match: re.Match[str], text: str) -> Amount | None:
    kind, power = _UNITS[match["unit"]]
    number = match["number"].replace(",", "")
    before = text[max(match.start() - 8, 0) : match.start()]
    if _NEVER.search(before):
        return None
    if "0" <= number[0] <= "9":
        value: Decimal | None = Decimal(number)
    else:
        value = read_number(number).value
        if kind == "score" or (kind == "people" and value is not None and value < 3):
            return None  # 一人, 十分
    if value is None or len(number) > 16:
        return None
    sign = _SIGN.search(before)
    exact = not (_APPROXIMATE.search(before) or match["to"] or match["more"] or match["after"])
    start = match.start() - (len(before) - sign.start() if sign else 0)
    value = -value if sign and sign[0][0] in "-负" else value
    return Amount(start, match.end(), value, kind, power, _decimals(number), exact)


def _decimals(number: str) -> int:
    return len(number.partition(".")[2])


def _ranges(text: str, found: list[Amount]) -> list[Amount]:
    """`10万元-20万元` is a range: neither end is meant exactly."""
    for k in range(len(found) - 1):
        between = text[found[k].end : found[k + 1].start].strip()
        if between in ("-", "~", "—", "——"):
            found[k], found[k + 1] = found[k]._replace(is_exact=False), found[k + 1]._replace(is_exact=False)
    return found
