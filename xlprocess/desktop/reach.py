"""The window in which somebody clicked."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import xlwings as xw

from xlprocess.desktop.connect import NotReached, running
from xlprocess.desktop.engine import engine_over
from xlprocess.desktop.native import Native

LIBREOFFICE = "libreoffice"
_DRIVE = re.compile(r"/[A-Za-z]:")


def reached(file: str | None, hint: str | None = None, document: str | None = None) -> Native:
    """The workbook saved at `file` (a path, an address, or the name alone of one that was never saved), or the one in front where
    that is None, in the office program that runs. `hint`: the handle of a window of Excel (a number), or `libreoffice`.
    `document`: what LibreOffice calls a workbook that was never saved (RuntimeUID). Raises NotReached."""
    if hint == LIBREOFFICE or sys.platform not in ("win32", "darwin"):
        return _in_libreoffice(file, document)
    if sys.platform == "darwin":
        raise NotReached("苹果电脑上的 Excel 不能直接检查打开的工作簿。请保存后把它拖到“拖到这里检查”上。")
    from xlprocess.desktop.excel import in_excel

    found = in_excel(file, hint)
    if found is None:
        raise _not_open(file, "Excel")
    return found


def path_of(text: str) -> Path:
    """A path as it is, or out of its address: LibreOffice hands over `file:///…`."""
    if not text.startswith("file:"):
        return Path(text)
    parts = urlsplit(text)
    path = unquote(parts.path)
    if parts.netloc not in ("", "localhost"):
        return Path(f"//{parts.netloc}{path}")
    return Path(path[1:] if _DRIVE.match(path) else path)


def _in_libreoffice(file: str | None, document: str | None) -> Native:
    for office in running():
        engine = engine_over(office.context())
        native = _among(engine, file, document)
        if native is not None:
            return native
        desktop = engine.impl.app.desktop
        if not desktop.Components.hasElements():  # it had ended, and was started by the question
            desktop.terminate()
    raise _not_open(file, "LibreOffice")


def _among(engine: Any, file: str | None, document: str | None) -> Native | None:
    """The workbook in this LibreOffice; None when it is not open there."""
    from xlprocess.desktop.libreoffice import LibreOffice

    app = engine.apps.active
    books: list[xw.Book] = list(app.books)
    if document is not None:
        return next((LibreOffice(book) for book in books if book.api.RuntimeUID == document), None)
    if file is None:
        in_front = app.api.CurrentComponent
        shown = [b for b in books if in_front is not None and b.api.RuntimeUID == in_front.RuntimeUID]
        found = shown or (books if len(books) == 1 else [])
        return LibreOffice(found[0]) if found else None
    path = path_of(file)
    for native in map(LibreOffice, books):
        if file == native.document.URL or (native.path is not None and is_same(native.path, path)):
            return native
    # a workbook that was never saved has its name alone
    return next((LibreOffice(book) for book in books if book.name == file and not book.api.URL), None)


def is_same(one: Path, other: Path) -> bool:
    """Whether two paths name one file."""
    if one == other:
        return True
    try:
        return one.samefile(other)
    except OSError:
        return False


def _not_open(file: str | None, program: str) -> NotReached:
    which = f"工作簿 {path_of(file).name}" if file is not None else "打开的工作簿"
    return NotReached(f"没有在 {program} 中找到{which}。请打开工作簿后再点按钮。")
