"""What a person typed in a number, rate or date cell, read once.

Every reader takes a cell's value as a book gives it and returns a `Reading`; none raises, whatever the value. What has
one meaning is read; what has two, and a number of 10^15 or more, is `unreadable` rather than guessed. Blank, nothing (a
dash, a slash, `无`) and zero are three things. The noise of binary floats is removed here and nowhere else.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from typing import Literal

import msgspec

from xlprocess.books.book import Scalar

State = Literal["blank", "nothing", "number", "text_number", "unreadable"]
MoneyUnit = Literal["元", "千元", "万元", "百万元", "千万元", "亿元"]
_Parser = Callable[[str], Decimal | None]
_Teller = Callable[[Decimal], str]


class Reading(msgspec.Struct, frozen=True):
    """A cell as read. `value` is None when it is blank, nothing or unreadable; else exact, without trailing zeros.

    `how` is a Chinese clause (`按 952.55 万元读取`) for a text whose reading is worth telling: None when the text is
    the plain number itself. `open` is for rates only: no percent sign and no percent format, so that `value` is as
    typed and may be a fraction (0.95) or a percentage (95)."""

    value: Decimal | None
    state: State
    how: str | None = None
    open: bool = False


BLANK = Reading(None, "blank")
NOTHING = Reading(None, "nothing")
UNREADABLE = Reading(None, "unreadable")

MONEY_EXPONENT: dict[str, int] = {"元": 0, "千元": 3, "万元": 4, "百万元": 6, "千万元": 7, "亿元": 8}
COUNT_WORDS = "人名位个次件起例辆台套项家户批场期份条处所篇天"

_ANY_LENGTH = Context(prec=2000)  # Excel's largest number has 309 digits, a product of several the more
_BOUND_DIGITS = 15  # no department has 10^15 of anything, and Excel keeps no more digits
_BOUND = 10**_BOUND_DIGITS
_LONGEST = 64  # characters of a text that can still be a number or a date


def read_money(raw: Scalar, unit: MoneyUnit = "万元") -> Reading:
    """An amount in the unit of its cell. A typed unit is honoured exactly: `9525500元` is 952.55 in 万元. `¥`, `RMB`
    and `人民币` alone name no unit. `(64.06)` is negative, as accountants write it; `△64.06` is not read: its meaning
    differs. `1.2E3` is not read either: what shows so has been rounded."""
    return _read(raw, lambda text: _money(text, unit), lambda value: f"按 {write_money(value)} {unit}读取")


def read_count(raw: Scalar) -> Reading:
    """A number of people or things: `35`, `35人`. 35.5 is read as typed; whether it can be is a rule's affair."""
    return _read(raw, lambda text: _plain(text, COUNT_WORDS), lambda value: f"按 {write_number(value)} 读取")


def read_number(raw: Scalar) -> Reading:
    """A plain number, such as a score: `92`, `92分`, `九十二分`."""
    return _read(raw, lambda text: _plain(text, "分"), lambda value: f"按 {write_number(value)} 读取")


def read_rate(raw: Scalar, percent_format: bool) -> Reading:
    """A rate as a fraction: `95%`, `百分之九十五` and a number shown as a percentage are 0.95. A number without either,
    and a text without a percent sign even in a cell formatted as percentage, come back as typed with `open` set."""
    reading = _read(raw, _percentage, lambda value: f"按 {write_number(shift(value, 2))}% 读取")
    if reading.state == "number":
        return reading if percent_format else msgspec.structs.replace(reading, open=True)
    if reading.state != "unreadable":
        return reading
    plain = _read(raw, lambda text: _plain(text, ""), lambda value: f"按 {write_number(value)} 读取")
    return msgspec.structs.replace(plain, open=True) if plain.value is not None else plain


def read_year(raw: Scalar) -> tuple[int | None, State]:
    """A year of four digits, 1949 to 2100: 2021, `2021年度`, `二〇二一年`, or a date's year. `21年` is not read."""
    if isinstance(raw, dt.date):
        return _year(raw.year, "number")
    reading = _read(raw, _year_text, write_number)
    if reading.value is None:
        return None, reading.state
    if reading.value != reading.value.to_integral_value():
        return None, "unreadable"
    return _year(int(reading.value), reading.state)


def read_date(raw: Scalar) -> tuple[dt.date | None, State]:
    """A day between 1949 and 2100: a date, Excel's serial number for one (1900 system), 20220630, or a text of year,
    month and day in this order. A day that no calendar has is unreadable, and so is a month or year alone."""
    if isinstance(raw, dt.datetime):
        return _day(raw.year, raw.month, raw.day, "number")
    if isinstance(raw, dt.date):
        return _day(raw.year, raw.month, raw.day, "number")
    if isinstance(raw, str):
        return _date_text(raw)
    reading = _read(raw, lambda text: None, write_number)
    if reading.value is None:
        return None, reading.state
    return _date_number(reading.value)


def write_money(value: Decimal) -> str:
    """An amount with at least two decimals, more where it has more: `10.00`, `5.374`. No exponent, no `-0.00`."""
    whole, _, decimals = write_number(value).partition(".")
    return f"{whole}.{decimals.ljust(2, '0')}" if value.is_finite() else str(value)


def rounded(value: Decimal, decimals: int) -> Decimal:
    """Half up, as figures are printed; at any length."""
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, _ANY_LENGTH)


# Numbers as cells hold them


def _read(raw: Scalar, parse: _Parser, tell: _Teller) -> Reading:
    if raw is None:
        return BLANK
    if isinstance(raw, bool):
        return UNREADABLE
    if isinstance(raw, int):
        return Reading(Decimal(raw), "number") if -_BOUND < raw < _BOUND else UNREADABLE
    if isinstance(raw, float):
        return Reading(_denoised(raw), "number") if -_BOUND < raw < _BOUND else UNREADABLE  # nan is within no bounds
    if not isinstance(raw, str):
        return UNREADABLE  # a date in a number cell: somebody's format, and no telling what was meant
    text = _clean(raw)
    if not text:
        return BLANK
    if text.upper() in _NOTHINGS or not text.strip(_DASHES):
        return NOTHING
    value = parse(text) if len(text) <= _LONGEST else None
    if value is None or is_too_large(value):
        return UNREADABLE
    value = _tidy(value)
    return Reading(value, "text_number", None if _PLAIN.fullmatch(raw) else tell(value))


_FIFTEEN_DIGITS = Context(prec=15, rounding=ROUND_HALF_EVEN)
_TENTH_DECIMAL = Decimal("1E-10")


def _denoised(number: float) -> Decimal:
    """What was meant by a binary float: no more than the fifteen digits that Excel keeps, and no more than ten
    decimals, since differences of amounts (1016.61 - 952.55 = 64.06000000000006) carry noise beyond."""
    if number.is_integer():
        return Decimal(int(number))
    written = repr(number)
    if len(written) <= 11 and "e" not in written:
        return Decimal(written)  # most amounts: so short that there is neither noise nor anything to tidy
    value = _FIFTEEN_DIGITS.create_decimal(Decimal(written))
    if value.as_tuple().exponent < -10:  # type: ignore[operator]  # finite: the exponent is a number
        value = value.quantize(_TENTH_DECIMAL, rounding=ROUND_HALF_EVEN)
    return _tidy(value)


def _tidy(value: Decimal) -> Decimal:
    """The same number without trailing zeros, exponent or sign of zero. Exact at any length."""
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        return value
    if not any(digits):
        return Decimal(0)
    if exponent > 0:
        return Decimal((sign, digits + (0,) * exponent, 0))
    end = len(digits)
    while exponent < 0 and digits[end - 1] == 0:
        end -= 1
        exponent += 1
    return Decimal((sign, digits[:end], exponent))


def is_too_large(value: Decimal) -> bool:
    """10^15 or more, or no finite number: nothing that a form asks for."""
    return not value.is_finite() or (value != 0 and value.adjusted() >= _BOUND_DIGITS)


def shift(value: Decimal, places: int) -> Decimal:
    """Exactly value × 10^places, whatever the precision of the context."""
    sign, digits, exponent = value.as_tuple()
    return Decimal((sign, digits, exponent + places)) if isinstance(exponent, int) else value


def write_number(value: Decimal) -> str:
    """A number as one writes it by hand: no trailing zeros, no exponent, no `-0`."""
    written = format(value, "f")
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    return "0" if written == "-0" else written


def as_shown(raw: Scalar) -> str:
    """What a person sees of a cell's value: 999 and not 999.0, TRUE and not True; a date in ISO form."""
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < _BOUND:
        return str(int(raw))
    if isinstance(raw, dt.datetime) and raw.time() == dt.time():
        return raw.date().isoformat()
    return "" if raw is None else str(raw)


# Texts

_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_INVISIBLE = "\u00ad\u061c\u180e\ufeff" + "".join(
    map(chr, (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)))
)
_CLEAN: dict[int, str | None] = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_CLEAN |= {ord(c): " " for c in _SPACES}
_CLEAN |= {ord(c): "\n" for c in "\t\n\r\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029"}
_CLEAN |= {ord(c): None for c in _INVISIBLE}
_CLEAN |= {ord(c): "-" for c in "\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d"}
_CLEAN |= {ord("﹢"): "+", ord("﹪"): "%", ord("￥"): "¥", ord("‘"): "'", ord("’"): "'", ord("﹙"): "(", ord("﹚"): ")"}

_DASHES = "-—―─━ "
_NOTHINGS = frozenset(("/", "\\", "无", "暂无", "没有", "无此项", "不适用", "N/A", "NA"))
_DOT_BETWEEN_DIGITS = re.compile(r"(?<=[0-9])[·・•‧∙⋅｡。](?=[0-9])")
_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def _clean(raw: str) -> str:
    """Full-width as half-width, spaces of all kinds as one kind, what cannot be seen gone; a line break or tab stays a
    break, so that two numbers in one cell do not become one."""
    text = raw.translate(_CLEAN).strip().lstrip("'").strip()
    return _DOT_BETWEEN_DIGITS.sub(".", text).rstrip("。").rstrip()


_DIGITS = r"(?:[1-9][0-9]{0,2}(?:(?:,[0-9]{3})+|(?: [0-9]{3})+)|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+"
_HAN = "零〇一二两三四五六七八九十百千点"
_NUMBER = rf"(?P<number>{_DIGITS}|[{_HAN}]+)"
_SIGN = r"(?P<{}>[+-])?\s*"

_MONEY_UNITS = {
    "元": 0,
    "圆": 0,
    "千元": 3,
    "万": 4,
    "万元": 4,
    "万圆": 4,
    "百万": 6,
    "百万元": 6,
    "千万": 7,
    "千万元": 7,
}
_MONEY_UNITS |= {"亿": 8, "亿元": 8, "亿圆": 8}
_UNIT = "|".join(sorted(_MONEY_UNITS, key=len, reverse=True))
_CURRENCY = r"(?:(?:人民币|RMB|CNY)\s*:?\s*)?(?:¥\s*)?"
_MONEY = re.compile(
    rf"{_SIGN.format('before')}{_CURRENCY}{_SIGN.format('after')}(?P<open>\(\s*)?{_CURRENCY}{_NUMBER}\s*"
    rf"(?P<inside>(?:{_UNIT})[整正]?)?\s*(?P<close>\))?\s*(?P<outside>(?:{_UNIT})[整正]?|\((?P<bracketed>{_UNIT})\))?",
    re.IGNORECASE,
)


def _money(text: str, unit: MoneyUnit) -> Decimal | None:
    found = _MONEY.fullmatch(text)
    if not found:
        return None
    bracketed = found["open"] is not None
    if bracketed != (found["close"] is not None) or (found["inside"] and found["outside"]):
        return None
    signs = [sign for sign in (found["before"], found["after"]) if sign]
    if len(signs) > 1 or (bracketed and signs):
        return None
    value = _digits(found["number"])
    if value is None:
        return None
    typed = (found["bracketed"] or found["inside"] or found["outside"] or unit).rstrip("整正")
    exponent = _MONEY_UNITS[typed] - MONEY_EXPONENT[unit]
    value = shift(value, exponent)
    return value.copy_negate() if bracketed or signs == ["-"] else value


def _plain(text: str, words: str) -> Decimal | None:
    ending = rf"\s*[{words}]?" if words else ""
    found = re.fullmatch(rf"{_SIGN.format('sign')}{_NUMBER}{ending}", text)
    return _signed(found) if found else None


_PERCENT = re.compile(rf"{_SIGN.format('sign')}{_NUMBER}\s*(?P<mark>[%‰])|(?P<word>[百千])分之\s*(?P<after>{_DIGITS}|[{_HAN}]+)")


def _percentage(text: str) -> Decimal | None:
    found = _PERCENT.fullmatch(text)
    if not found:
        return None
    if found["word"]:
        value = _digits(found["after"])
        return None if value is None else shift(value, -2 if found["word"] == "百" else -3)
    signed = _signed(found)
    return None if signed is None else shift(signed, -2 if found["mark"] == "%" else -3)


def _signed(found: re.Match[str]) -> Decimal | None:
    value = _digits(found["number"])
    return value.copy_negate() if value is not None and found["sign"] == "-" else value


def _digits(text: str) -> Decimal | None:
    if text[0] in _HAN:
        return _han(text)
    return Decimal(text.replace(",", "").replace(" ", ""))


# Numbers in Chinese characters

_HAN_DIGIT = {**{c: n for n, c in enumerate("零一二三四五六七八九")}, "〇": 0, "○": 0, "◯": 0, "两": 2}
_HAN_PLACE = {"千": 1000, "百": 100, "十": 10}


def _han(text: str) -> Decimal | None:
    """`三十五`, `九十五点五`; only as one writes it: `三五`, `十百` are no numbers."""
    whole, point, decimals = text.partition("点")
    integer = _han_integer(whole)
    if integer is None:
        return None
    if not point:
        return Decimal(integer)
    if not decimals or any(c not in _HAN_DIGIT for c in decimals):
        return None
    return Decimal(f"{integer}.{''.join(str(_HAN_DIGIT[c]) for c in decimals)}")


def _han_integer(text: str) -> int | None:
    """A number below ten thousand, or None if it is not written the one usual way."""
    total, digit = 0, 1 if text[:1] == "十" else 0
    for c in text:
        if c in _HAN_PLACE:
            total, digit = total + digit * _HAN_PLACE[c], 0
        else:
            digit = _HAN_DIGIT.get(c, 0)
    total += digit
    spelled = text.replace("两", "二").replace("〇", "零")
    usual = _spell(total)
    return total if spelled in (usual, usual.removeprefix("一") if usual.startswith("一十") else usual) else None


def _spell(number: int) -> str:
    if number == 0:
        return "零"
    words, gap = "", False
    for place, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // place % 10
        if digit:
            words += ("零" if gap and words else "") + "零一二三四五六七八九"[digit] + word
            gap = False
        else:
            gap = True
    return words


# Years and dates

_FIRST_YEAR, _LAST_YEAR = 1949, 2100
_EPOCH = dt.date(1899, 12, 30)
_HAN_YEAR = "[零〇○◯一二三四五六七八九]{4}"
_YEAR = re.compile(rf"(?P<year>[0-9]{{4}}|{_HAN_YEAR})\s*(?:年|年度)?")
_DATE = re.compile(
    rf"(?P<year>[0-9]{{4}}|{_HAN_YEAR})\s*(?P<first>[-/.年])\s*(?P<month>[0-9]{{1,2}}|[一二三四五六七八九十]{{1,2}})\s*"
    r"(?P<second>[-/.月])\s*(?P<day>[0-9]{1,2}|[一二三四五六七八九十]{1,3})\s*(?P<last>[日号])?"
    r"(?:[T\s]\s*[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?"
)
_COMPACT_DATE = re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})")


def _year(year: int, state: State) -> tuple[int | None, State]:
    return (year, state) if _FIRST_YEAR <= year <= _LAST_YEAR else (None, "unreadable")


def _year_text(text: str) -> Decimal | None:
    found = _YEAR.fullmatch(text)
    return Decimal(_figures(found["year"])) if found else None


def _figures(text: str) -> int:
    """Digits, Chinese or not, one after the other: `二〇二二`."""
    return int("".join(str(_HAN_DIGIT.get(c, c)) for c in text))


def _date_text(raw: str) -> tuple[dt.date | None, State]:
    text = _clean(raw)
    if not text:
        return None, "blank"
    if text.upper() in _NOTHINGS or not text.strip(_DASHES):
        return None, "nothing"
    if found := _COMPACT_DATE.fullmatch(text):
        return _day(int(found["year"]), int(found["month"]), int(found["day"]), "text_number")
    found = _DATE.fullmatch(text)
    if not found:
        return None, "unreadable"
    in_words = found["first"] == "年"
    if in_words != (found["second"] == "月") or (not in_words and (found["first"] != found["second"] or found["last"])):
        return None, "unreadable"
    month, day = (int(t) if t.isdigit() else _han_integer(t) for t in (found["month"], found["day"]))
    if month is None or day is None:
        return None, "unreadable"
    return _day(_figures(found["year"]), month, day, "text_number")


def _date_number(value: Decimal) -> tuple[dt.date | None, State]:
    whole = int(value) if abs(value) < 100_000_000 else 0
    if whole >= 19_000_000 and whole == value:
        return _day(whole // 10000, whole // 100 % 100, whole % 100, "number")
    if 0 < whole < 100_000:
        day = _EPOCH + dt.timedelta(days=whole)
        return _day(day.year, day.month, day.day, "number")
    return None, "unreadable"


def _day(year: int, month: int, day: int, state: State) -> tuple[dt.date | None, State]:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None, "unreadable"
    try:
        return dt.date(year, month, day), state
    except ValueError:
        return None, "unreadable"
