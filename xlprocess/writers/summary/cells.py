"""Cells as XML, for the rows of long lists, which are most of a summary: XlsxWriter's own way takes six times as long.

`ref`: A1; `style`: the index of a format. Texts are escaped as XlsxWriter does it."""

from __future__ import annotations

import re
from decimal import Decimal
from math import isfinite

from xlsxwriter.xmlwriter import XMLwriter

_SPECIAL = re.compile("[&<>\x00-\x1f_\ufffe\uffff]")
_EDGE = (" ", "\t", "\n", "\r", "\u3000", "\xa0")
_TINY = ("0.0000", "-0.0000")
_escape_controls = XMLwriter._escape_control_characters


def text_cell(ref: str, style: str, value: str) -> str:
    """A text of any kind, in the cell itself."""
    return f'<c r="{ref}" s="{style}" t="inlineStr"><is>{inside(value)}'


def inside(value: str) -> str:
    """The rest of such a cell."""
    space = ' xml:space="preserve"' if value.startswith(_EDGE) or value.endswith(_EDGE) else ""
    return f"<t{space}>{escaped(value)}</t></is></c>"


def number_text(value: Decimal | int) -> str | None:
    """A number as Excel holds it; None where it is none. What has fifteen digits at most is the same text as a float of it, which
    is told ten times as slowly."""
    text = str(value)
    if len(text) > 15 or text.startswith(_TINY) or text.lower() != text:  # with an exponent, or no number at all
        shown = float(value)
        return repr(shown) if isfinite(shown) else None
    if "." not in text:
        return f"{text}.0"
    text = text.rstrip("0")
    return f"{text}0" if text.endswith(".") else text


def formula_cell(ref: str, style: str, formula: str, value: str) -> str:
    """A formula that gives a text. It is given without its equals sign."""
    return f'<c r="{ref}" s="{style}" t="str"><f>{escaped(formula)}</f><v>{escaped(value)}</v></c>'


def escaped(value: str) -> str:
    if _SPECIAL.search(value) is None:
        return value
    value = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return str(_escape_controls(value))
