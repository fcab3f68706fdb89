"""The standard workbook with its buttons, and the add-in for Excel: both from the sources in `macros/excel`."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping

from xlsxwriter import Workbook

from xlprocess.addin.sources import modules, read
from xlprocess.addin.vba_project import vba_project
from xlprocess.form.guide import WIDTHS as GUIDE_WIDTHS
from xlprocess.form.layout import Layout
from xlprocess.form.template import CREATED

BUTTONS = (("运行检查", "XlpRunChecks"), ("清除标注", "XlpClearNotes"))
IN_WORKBOOK = ("XlpButtons", "XlpLauncher", "XlpLibreOffice")
IN_ADDIN = ("XlpRibbon", "XlpLauncher", "XlpLibreOffice")
IN_ADDIN_FOR_MAC = ("XlpRibbon", "XlpLauncher")
_BOOK = "ThisWorkbook"
_TITLE, _PURPOSE = "绩效自评", "填写、检查、汇总部门整体支出绩效评价自评报告"
_WIDTH, _HEIGHT, _GAP = 80, 26, 5
_EXTENSIBILITY = "http://schemas.microsoft.com/office/2006/relationships/ui/extensibility"
_RIBBON = "customUI/customUI.xml"


def with_buttons() -> Callable[[Workbook, Layout], None]:
    """What makes the workbook of a form one with buttons, for `template.build(more=…)`: on every sheet but
    the list, and not printed."""

    def add(book: Workbook, layout: Layout) -> None:
        _add_project(book, modules(IN_WORKBOOK))
        for sheet in book.worksheets():
            column = _column(sheet.get_name(), layout)
            for place, (caption, macro) in enumerate(BUTTONS if column is not None else ()):
                size = {"width": _WIDTH, "height": _HEIGHT, "x_offset": _GAP + place * (_WIDTH + _GAP), "y_offset": _GAP}
                sheet.insert_button(0, column, {"caption": caption, "macro": macro, "description": caption, **size})

    return add


def _column(sheet: str, layout: Layout) -> int | None:
    """Where the buttons stand, from 0: beside the page; on a wide page, whose end is out of sight, over the column that stays in
    sight, before the title."""
    if sheet == layout.form.edition.guide_sheet:
        return len(GUIDE_WIDTHS)
    plan = layout.sheets.get(sheet)
    if plan is None:
        return None
    return 0 if plan.landscape else plan.width + 1


def addin(*, mac: bool = False) -> bytes:
    """xlprocess.xlam: a workbook that nobody sees, its macros, and the tab 绩效自评 of the ribbon."""
    target = io.BytesIO()
    book = Workbook(target, {"in_memory": True})
    book.set_properties({"title": _TITLE, "comments": _PURPOSE, "author": "", "created": CREATED})
    book.add_worksheet("Sheet1")
    _add_project(book, modules(IN_ADDIN_FOR_MAC if mac else IN_ADDIN, mac=mac))
    book.close()
    return _as_addin(target.getvalue(), read("excel", "ribbon.xml").encode("utf-8"))


def _add_project(book: Workbook, sources: Mapping[str, str]) -> None:
    book.set_vba_name(_BOOK)
    names = []
    for place, sheet in enumerate(book.worksheets(), 1):
        names.append(f"Sheet{place}")
        sheet.set_vba_name(names[-1])
    book.add_vba_project(io.BytesIO(vba_project(sources, [_BOOK, *names])), is_stream=True)


def _as_addin(workbook: bytes, ribbon: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as made, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for item in made.infolist():
            data = made.read(item)
            if item.filename == "[Content_Types].xml":
                data = _replaced(data, b"ms-excel.sheet.macroEnabled.main", b"ms-excel.addin.macroEnabled.main")
            elif item.filename == "_rels/.rels":
                link = f'<Relationship Id="rIdRibbon" Type="{_EXTENSIBILITY}" Target="{_RIBBON}"/></Relationships>'
                data = _replaced(data, b"</Relationships>", link.encode("ascii"))
            elif item.filename == "xl/workbook.xml":
                data = _replaced(data, b"<workbookView ", b'<workbookView visibility="hidden" ')
            package.writestr(zipfile.ZipInfo(item.filename, item.date_time), data, zipfile.ZIP_DEFLATED)
        package.writestr(zipfile.ZipInfo(_RIBBON), ribbon, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _replaced(data: bytes, before: bytes, after: bytes) -> bytes:
    if data.count(before) != 1:
        raise ValueError(f"XlsxWriter writes {before.decode()} otherwise than expected")
    return data.replace(before, after)


def importable() -> dict[str, bytes]:
    """The modules as files that Excel's editor imports (Alt+F11), for where the built files are not accepted."""
    found = {**modules(IN_WORKBOOK), **modules(IN_ADDIN)}
    return {f"{name}.bas": "\r\n".join([*text.splitlines(), ""]).encode("ascii") for name, text in found.items()}
