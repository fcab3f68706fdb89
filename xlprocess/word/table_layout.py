"""How a printed table is laid out: the columns share the width of the page by what stands in them."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Emu

PAGE = Cm(16)
"""Width of the text on a page, in EMU."""
_ACROSS = 86  # half characters of 10.5 points on a line
_LEAST, _LABEL = 8, 12  # half characters
_NAME = 15  # half characters for the names of rows
_DIGIT = 1.2  # width of a digit in the widest of the fonts that stand in
_FIGURE = re.compile(r"[\x21-\x7e]+")
_PADDING = 45  # twentieths of a point, above and below


def lay_out(table: Any, *, most: int = 40, head: int = 0) -> None:
    """Gives a filled table of python-docx its widths, and its cells room. A column asks for its widest text, `most` half
    characters at the most (the first `head` rows: for a narrow label), but always for its widest figure: that is never broken."""
    grid = list(table._tbl.tblGrid.gridCol_lst)
    least, wanted = [_LEAST] * len(grid), [_LEAST] * len(grid)
    cells = [(left, tc) for row in table._tbl.tr_lst for left, tc in _placed(row)]
    for number, row in enumerate(table._tbl.tr_lst):
        for left, tc in _placed(row):
            if tc.grid_span == 1:
                whole, unbroken = _widths(tc)
                least[left] = max(least[left], min(most, unbroken))
                wanted[left] = max(wanted[left], least[left], min(_LABEL if number < head else most, whole))
    if head > 1:
        least[0] = max(least[0], min(wanted[0], _NAME))
    widths = _shared(least, wanted)
    table.autofit = False
    for column, width in zip(grid, widths, strict=True):
        column.w = Emu(width)
    for left, tc in cells:
        tc.width = Emu(sum(widths[left : left + tc.grid_span]))
    for row in table._tbl.tr_lst:
        properties = row.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
    _pad(table._tbl.tblPr)


def _shared(least: list[int], wanted: list[int]) -> list[int]:
    """The widths in EMU: what is wanted, or what must be and a share of the rest."""
    over = [w - n for w, n in zip(wanted, least, strict=True)]
    room = _ACROSS - sum(least)
    if sum(wanted) <= _ACROSS or room <= 0:
        parts = [float(w) for w in (wanted if room > 0 else least)]
    else:
        parts = [n + room * o / sum(over) for n, o in zip(least, over, strict=True)]
    return [int(int(PAGE) * part / sum(parts)) for part in parts]


def middle(cell: Any) -> None:
    """What stands in the cell stands in its middle."""
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER


def repeat_head(table: Any, rows: int) -> None:
    """The first rows are printed again on every page that the table goes on to."""
    for row in table._tbl.tr_lst[:rows]:
        row.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _placed(row: Any) -> list[tuple[int, Any]]:
    found, left = [], 0
    for tc in row.tc_lst:
        found.append((left, tc))
        left += tc.grid_span
    return found


def _widths(tc: Any) -> tuple[int, int]:
    """The widest line of a cell, and the widest piece that must not be broken, in half characters."""
    lines = ["".join(t.text or "" for t in p.iter(qn("w:t"))) for p in tc.p_lst]
    whole = max((sum(1 + (unicodedata.east_asian_width(c) in "WF") for c in line) for line in lines), default=0)
    unbroken = max((len(piece) for line in lines for piece in _FIGURE.findall(line)), default=0)
    return whole + 3, round(unbroken * _DIGIT) + 2


def _pad(properties: Any) -> None:
    margins = OxmlElement("w:tblCellMar")
    for side in ("top", "bottom"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(_PADDING))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    look = properties.find(qn("w:tblLook"))
    if look is not None:
        look.addprevious(margins)
    else:
        properties.append(margins)
