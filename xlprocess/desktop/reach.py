"""The window in which somebody clicked."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import xlwings as xw

from xlprocess.desktop.connect import NotReached, running
from xlprocess.desktop.engine import engine_over
from xlprocess.desktop.native import Native

EXCEL, LIBREOFFICE = "excel", "libreoffice"


def reached(file: Path | None, hint: str | None = None) -> Native:
    """The workbook saved at `file`, or the one in front where that is None (it was never saved), in the office program that
    runs. `hint`: the handle of a window of Excel (a number), or `libreoffice`. Raises NotReached."""
    program = (hint or "").partition(":")[0]
    if program.isdecimal():
        program = EXCEL
    if program != LIBREOFFICE and (program == EXCEL or sys.platform in ("win32", "darwin")):
        raise NotReached("这个按钮还不能在 Excel 中使用。请保存工作簿，再把它拖到“拖到这里检查”上。")
    return _in_libreoffice(file)


def _in_libreoffice(file: Path | None) -> Native:
    for office in running():
        engine = engine_over(office.context())
        native = _among(engine, file)
        if native is not None:
            return native
        desktop = engine.impl.app.desktop
        if not desktop.Components.hasElements():  # it had ended, and was started by the question
            desktop.terminate()
    raise _not_open(file, "LibreOffice")


def _among(engine: Any, file: Path | None) -> Native | None:
    """The workbook in this LibreOffice; None when it is not open there."""
    from xlprocess.desktop.libreoffice import LibreOffice

    app = engine.apps.active
    books: list[xw.Book] = list(app.books)
    if file is None:
        in_front = app.api.CurrentComponent
        shown = [b for b in books if in_front is not None and b.api.RuntimeUID == in_front.RuntimeUID]
        found = shown or (books if len(books) == 1 else [])
        return LibreOffice(found[0]) if found else None
    if not file.is_absolute():  # a workbook that was never saved has its name alone
        return next((LibreOffice(book) for book in books if book.name == file.name), None)
    for native in map(LibreOffice, books):
        if native.path is not None and is_same(native.path, file):
            return native
    return None


def is_same(one: Path, other: Path) -> bool:
    """Whether two paths name one file."""
    if one == other:
        return True
    try:
        return one.samefile(other)
    except OSError:
        return False


def _not_open(file: Path | None, program: str) -> NotReached:
    which = f"工作簿 {file.name}" if file is not None else "打开的工作簿"
    return NotReached(f"没有在 {program} 中找到{which}。请打开工作簿后再点按钮。")
