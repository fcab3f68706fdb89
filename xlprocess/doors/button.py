"""`python -m xlprocess.doors.button ACTION [--window HINT] [--file PATH | --document UID]`: what a button in the
office program starts.

The workbook that the person has open is worked on before their eyes, saved or not, and a dialog says what came of it. Whatever
goes wrong, they read one sentence. A second click while the first is at work does nothing.
"""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn

from xlprocess.desktop.one_at_a_time import Busy, one_at_a_time
from xlprocess.errors import CannotProcess, Refused

ACTIONS = ("run", "fill", "clear", "draft", "report", "consolidate", "help")
_PARTS = ("xlwings", "pywintypes", "platformdirs", "docx", "xlsxwriter")
INCOMPLETE = '检查程序装得不完整，缺少组件 {}。请重新运行安装程序，或运行 pip install "xlprocess[live]"。'
GONE = "办公软件中途关闭了，没有做完。请重新打开工作簿，再点按钮。"
INTERNAL = "程序内部出错，没有做完。请把工作簿交给技术人员查找原因。"


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when done, 2 when it could not be, 64 for wrong usage."""
    options = _parser().parse_args(arguments)
    try:
        with one_at_a_time(options.file or options.document or options.window or "active"):
            return _at_window(options.action, options.file or None, options.window, options.document)
    except Busy:
        return 0
    except Exception as error:
        from xlprocess.desktop.plain_message import plain_message

        plain_message(_sentence(error))
        return 2


def _at_window(action: str, file: str | None, window: str | None, document: str | None) -> int:
    from xlprocess.desktop.connect import NotReached, spare_imports

    spare_imports()
    from xlprocess.desktop.plain_message import plain_message
    from xlprocess.desktop.reach import reached
    from xlprocess.doors.clicked import HELP, clicked

    try:
        native = reached(file, window, document)
    except NotReached:
        if action != "help":
            raise
        plain_message(HELP)  # needs no workbook
        return 0
    try:
        clicked(action, native)
        return 0
    except Exception as error:
        sentence = _sentence(error)
        try:
            native.progress(None)
            native.ask("没有做完", sentence, ["知道了"])
        except Exception:  # the program is gone, or takes no questions now
            foreseen = isinstance(error, (CannotProcess, Refused)) and getattr(error, "kind", "") != "internal"
            plain_message(sentence if foreseen else GONE)
        return 2


def _sentence(error: Exception) -> str:
    """What the person reads. What nobody foresaw goes into a log for technicians, and is raised where XLPROCESS_DEBUG is set."""
    from xlprocess.desktop.connect import NotReached
    from xlprocess.jobs.process import debugging

    if isinstance(error, (CannotProcess, Refused, NotReached)):
        if isinstance(error, CannotProcess) and error.kind == "internal":
            _log(error)
        return error.message
    if isinstance(error, ModuleNotFoundError) and error.name in _PARTS:
        return INCOMPLETE.format(error.name)
    if debugging():
        raise error
    _log(error)
    return INTERNAL


def _log(error: Exception) -> None:
    from contextlib import suppress

    from platformdirs import user_log_path

    with suppress(OSError):
        path = user_log_path("xlprocess", appauthor=False, ensure_exists=True) / "button.log"
        keep = "a" if path.exists() and path.stat().st_size < 1_000_000 else "w"
        with path.open(keep, encoding="utf-8") as log:
            log.write(f"pid {os.getpid()} {' '.join(sys.argv)}\n{''.join(traceback.format_exception(error))}\n")


def _parser() -> argparse.ArgumentParser:
    class Parser(argparse.ArgumentParser):
        def error(self, message: str) -> NoReturn:
            self.exit(64, f"{self.prog}: {message}\n")

    parser = Parser(prog="xlprocess.doors.button", description="Work on the workbook that is open in the office program.")
    parser.add_argument("action", choices=ACTIONS)
    parser.add_argument("--window", metavar="HINT", help="the handle of a window of Excel, or libreoffice")
    parser.add_argument("--file", metavar="PATH", help="where the workbook is saved, or its address; without it the one in front")
    parser.add_argument("--document", metavar="UID", help="what LibreOffice calls a workbook that was never saved")
    return parser


if __name__ == "__main__":
    sys.exit(main())
