"""What is being typed into a cell of LibreOffice, and is not in the cell yet."""

from __future__ import annotations

from typing import Any

import unohelper
from com.sun.star.frame import XStatusListener

from xlprocess.desktop.struct import struct

_ONLY_WHILE_TYPING = ".uno:InsertMode"
_TAKES_OVER = ".uno:Calculate"
"""Ends the typing and leaves the selection alone. A formula that is being typed stays open; moves of the cursor would drop it."""


def take_over(app: Any, frame: Any) -> bool:
    """What is being typed in a window goes into its cell. False where only the person can say so: LibreOffice does not close a
    formula by itself, nor takes what the cell refuses."""
    if not _is_typed(app, frame):
        return True
    app.service("com.sun.star.frame.DispatchHelper").executeDispatch(frame, _TAKES_OVER, "", 0, ())
    return not _is_typed(app, frame)


def _is_typed(app: Any, frame: Any) -> bool:
    """LibreOffice has no question for it: switching between inserting and overwriting is offered while something is typed."""
    url = struct("util.URL", Complete=_ONLY_WHILE_TYPING)
    _, url = app.service("com.sun.star.util.URLTransformer").parseStrict(url)
    dispatch = frame.queryDispatch(url, "", 0)
    if dispatch is None:
        return False
    listener = _Enabled()
    dispatch.addStatusListener(listener, url)
    dispatch.removeStatusListener(listener, url)
    return listener.enabled


class _Enabled(unohelper.Base, XStatusListener):  # type: ignore[misc]
    """Is told the present state at once, when it begins to listen."""

    enabled = False

    def statusChanged(self, event: Any) -> None:  # noqa: N802
        self.enabled = bool(event.IsEnabled)

    def disposing(self, source: Any) -> None:
        pass
