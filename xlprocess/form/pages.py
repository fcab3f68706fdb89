"""The pages of the workbook that hold no field: 填报说明 and 检查结果; and how every sheet is printed,
protected and highlighted."""

from __future__ import annotations

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from xlprocess.books.address import quoted
from xlprocess.books.book import Link, letters
from xlprocess.form.layout import SheetPlan
from xlprocess.form.load import Form
from xlprocess.form.styles import CONTROL_COLOUR, LINK_COLOUR, SEVERITY_FILL, Styles

PROTECTION = {
    "format_cells": True,
    "format_columns": True,
    "format_rows": True,
    "insert_columns": True,
    "insert_rows": True,
    "insert_hyperlinks": True,
    "sort": True,
    "autofilter": True,
    "objects": True,
}
"""What staff may do on a protected sheet (no password: it guards against slips, not against people)."""
QUIET = ("number_stored_as_text", "formula_differs", "formula_range", "formula_unlocked", "empty_cell_reference")


def finish_sheet(sheet: Worksheet, plan: SheetPlan, form: Form, styles: Styles) -> None:
    """Sizes, page, protection, highlights."""
    for column, width in enumerate(plan.widths):
        sheet.set_column(column, column, width, styles.get())
    sheet.set_column(plan.width, plan.width, 2)
    sheet.set_column(plan.width + 1, plan.width + 8, 15)
    for row, height in plan.heights.items():
        sheet.set_row(row - 1, height)
    way_back(sheet, 0, plan.width + 1, form, styles)
    printed(sheet, plan.landscape, form.edition.title)
    sheet.print_area(0, 0, plan.length - 1, plan.width - 1)
    sheet.repeat_rows(plan.repeated_from - 1, plan.repeated - 1)
    sheet.set_h_pagebreaks(plan.breaks)
    sheet.freeze_panes(plan.frozen.row - 1, plan.frozen.column - 1)
    sheet.protect("", PROTECTION)
    everything = f"A1:{letters(plan.width)}{plan.length}"
    sheet.ignore_errors(dict.fromkeys(QUIET, everything))
    for first, last in plan.control_areas():
        for begins, colour in CONTROL_COLOUR.items():
            criteria = f'=LEFT({first},{len(begins)})="{begins}"'
            look = {"type": "formula", "criteria": criteria, "format": styles.marked(colour)}
            sheet.conditional_format(f"{first}:{last}", look)
    for word, colour in SEVERITY_FILL.items():
        key = f'"{plan.name}!"&ADDRESS(ROW(),COLUMN(),4)'
        criteria = f'=COUNTIFS(xlp_result_keys,{key},xlp_result_kinds,"{word}")>0'
        style = styles.highlight(colour)
        sheet.conditional_format(everything, {"type": "formula", "criteria": criteria, "format": style, "stop_if_true": True})


def way_back(sheet: Worksheet, row: int, column: int, form: Form, styles: Styles) -> None:
    """A link to the list of findings."""
    target = form.edition.results_sheet
    style = styles.get(font_color=LINK_COLOUR, underline=1, font_size=9, align="center")
    sheet.write_url(row, column, f"internal:{quoted(target)}!A1", style, form.edition.way_back)


def printed(sheet: Worksheet, landscape: bool, title: str | None = None) -> None:
    """A4, as wide as the page, numbered; `title` at the head of each page."""
    sheet.set_paper(9)
    if landscape:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.center_horizontally()
    if title:
        sheet.set_header(f'&R&"宋体,常规"&9{title.replace("&", "&&")}')
    sheet.set_footer('&C&"宋体,常规"&9第 &P 页　共 &N 页')
    sheet.hide_gridlines(2)


def write_results(book: Workbook, sheet: Worksheet, form: Form, styles: Styles) -> None:
    """The list before the first check; a run writes its content."""
    from xlprocess.result_list import LAST_ROW, blank_list  # the rules come with it: only where a workbook is made

    blank = blank_list(form.edition.results_sheet)
    for column, width in enumerate(blank.widths):
        hidden = {"hidden": True} if column + 1 in blank.hidden_columns else {}
        sheet.set_column(column, column, width, None, hidden)
    for row, cells in enumerate(blank.rows):
        if (height := blank.heights[row]) is not None:
            sheet.set_row(row, height)
        for column, cell in enumerate(cells):
            text = cell.value.text if isinstance(cell.value, Link) else cell.value
            if text:
                sheet.write_string(row, column, text, styles.listed(cell.style))
    for first, last in blank.merged:
        style = styles.listed(blank.rows[first.row - 1][0].style)
        value = blank.rows[first.row - 1][0].value
        sheet.merge_range(first.row - 1, first.column - 1, last.row - 1, last.column - 1, str(value), style)
    printed(sheet, landscape=True)
    sheet.ignore_errors({"number_stored_as_text": f"A1:{letters(len(blank.widths))}{LAST_ROW}"})
    sheet.freeze_panes(blank.frozen_rows, 0)
    sheet.repeat_rows(blank.frozen_rows - 1)
    for name, (first, last) in blank.names.items():
        area = f"${letters(first.column)}${first.row}:${letters(last.column)}${last.row}"
        book.define_name(name, f"={quoted(form.edition.results_sheet)}!{area}")
