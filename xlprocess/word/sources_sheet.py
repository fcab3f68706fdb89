"""The sheet 导入来源 of an imported workbook: for every value the cell that it went to, what was printed, and where; at its foot
what found no place. A sheet, and not a note in every cell: it is read beside the Word file from top to bottom, it can be deleted
when all was compared, and notes stay for what must be mended."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from xlsxwriter import Workbook

from xlprocess.books.address import quoted
from xlprocess.form.layout import Layout
from xlprocess.form.styles import SONG
from xlprocess.identity import Spot
from xlprocess.word.ledger import Placed
from xlprocess.word.read_form import Reading

SHEET = "导入来源"
_LONGEST = 200
_HEADS = (("位置", 18), ("栏目", 34), ("文件中的写法", 46), ("在文件中的位置", 30), ("说明", 46))


def sources_sheet(reading: Reading, name: str) -> Callable[[Workbook, Layout], None]:
    """What adds the sheet to a workbook that is being made. `name` of the file that was imported."""

    def write(book: Workbook, layout: Layout) -> None:
        sheet = book.add_worksheet(SHEET)
        plain = {"font_name": SONG, "font_size": 10, "valign": "top", "text_wrap": True, "border": 1}
        body, head = book.add_format(plain), book.add_format({**plain, "bold": True, "bg_color": "#E7E6E6", "align": "center"})
        link = book.add_format({**plain, "font_color": "#0563C1", "underline": 1})
        loud = book.add_format({**plain, "bg_color": "#FFF2CC"})
        title = book.add_format({"font_name": SONG, "font_size": 14, "bold": True})
        sheet.write_string(0, 0, f"{SHEET}：{name}", title)
        for column, (text, width) in enumerate(_HEADS):
            sheet.set_column(column, column, width)
            sheet.write_string(1, column, text, head)
        row = 2
        for value, place, label in lines(reading.sources, layout):
            sheet.write_url(row, 0, f"internal:{quoted(place[0])}!{place[1]}", link, f"{place[0]}!{place[1]}")
            for column, text in enumerate((label, _short(value.raw), str(value.origin), value.remark or ""), 1):
                sheet.write_string(row, column, _short(text), loud if value.doubtful else body)
            row += 1
        row += 1
        sheet.write_string(row, 0, f"没有找到位置的内容（{len(reading.unplaced)} 处），请逐条核对，需要的手工填入", title)
        for item in reading.unplaced:
            row += 1
            for column, text in enumerate(("", "", _short(item.text), str(item.origin), item.why)):
                sheet.write_string(row, column, text, loud)
        sheet.freeze_panes(2, 0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(1)

    return write


def notes(reading: Reading) -> dict[Spot, str]:
    """The notes of cells whose value somebody must verify."""
    return {s: v.remark or "待核" for s, v in reading.sources.items() if v.doubtful and "[" not in s.field}


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}……"


def lines(sources: Mapping[Spot, Placed], layout: Layout) -> list[tuple[Placed, tuple[str, str], str]]:
    """Every value with the cell that it went to and what that cell is, in the order of the workbook."""
    found = []
    for plan, slot in layout.slots():
        row, _, part = (slot.row or "").partition(".")
        if slot.table.kind != "list":
            spot = Spot(slot.table.id, slot.row, slot.field.id)
        elif slot.field.part:
            spot = Spot(slot.table.id, row, f"parts[{part or 1}].{slot.field.id.removeprefix('parts.')}")
        else:
            spot = Spot(slot.table.id, slot.row, slot.field.id)
        value = sources.get(spot)
        if value is not None:
            words = [slot.table.title, f"第{row}行" if slot.table.kind == "list" and row else slot.row, slot.field.label]
            found.append((value, (plan.name, str(slot.first)), "　".join(w for w in words if w)))
    return found
