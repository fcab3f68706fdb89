"""A dialog of LibreOffice with buttons of our own wording: its message boxes speak the language of its menus."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from math import ceil
from typing import Any

from xlprocess.desktop.struct import struct

WIDTH, MARGIN, LINE, BUTTON, GAP = 220, 10, 10, 16, 6
"""In the units of dialogs: a quarter of a character wide, an eighth high."""
_OK, _CANCEL = 1, 2  # com.sun.star.awt.PushButtonType
_POSITION = 3  # com.sun.star.awt.PosSize.POS


def ask(app: Any, controller: Any, title: str, heading: str, text: str, buttons: Sequence[str]) -> int:
    """Shows the dialog over the window of a document; gives the place of the button that was pressed, the last one when the
    dialog was closed otherwise. One or two buttons."""
    model = app.service("com.sun.star.awt.UnoControlDialogModel")
    room = WIDTH - 2 * MARGIN
    down = MARGIN
    for name, said, size in (("heading", heading, 1.4), ("text", text, 1.0)):
        if said:
            height = ceil(_lines(said, room / size) * LINE * size) + 2
            look = {"FontDescriptor": struct("awt.FontDescriptor", Height=14, Weight=150.0)} if size > 1 else {}
            # without NoLabel it would be given a letter to press
            _add(model, name, "FixedText", MARGIN, down, room, height, Label=said, MultiLine=True, NoLabel=True, **look)
            down += height + GAP
    down += GAP
    right = WIDTH - MARGIN
    for number, label in reversed(list(enumerate(buttons))):
        width = max(45, 4 * _width(label) + 14)
        right -= width
        kind = _CANCEL if number == len(buttons) - 1 else _OK
        _add(
            model,
            f"button{number}",
            "Button",
            right,
            down,
            width,
            BUTTON,
            Label=label,
            PushButtonType=kind,
            DefaultButton=number == 0,
            TabIndex=number,
        )
        right -= GAP
    model.setPropertyValues(
        ("Closeable", "Height", "Moveable", "Title", "Width"), (True, down + BUTTON + MARGIN, True, title, WIDTH)
    )
    dialog = app.service("com.sun.star.awt.UnoControlDialog")
    dialog.setModel(model)
    window = controller.Frame.ContainerWindow
    dialog.createPeer(window.Toolkit, window)
    size, outer = dialog.PosSize, window.PosSize
    dialog.setPosSize(max(0, (outer.Width - size.Width) // 2), max(0, (outer.Height - size.Height) // 3), 0, 0, _POSITION)
    try:
        return 0 if dialog.execute() == 1 else len(buttons) - 1
    finally:
        dialog.dispose()


def _add(model: Any, name: str, kind: str, x: int, y: int, width: int, height: int, **more: Any) -> None:
    control = model.createInstance(f"com.sun.star.awt.UnoControl{kind}Model")
    values = {"Height": height, "Name": name, "PositionX": x, "PositionY": y, "Width": width, **more}
    ordered = dict(sorted(values.items()))  # UNO wants them so
    control.setPropertyValues(tuple(ordered), tuple(ordered.values()))
    model.insertByName(name, control)


def _lines(text: str, room: float) -> int:
    return sum(max(1, ceil(_width(line) * 4.4 / room)) for line in text.split("\n"))


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(ch) in "WFA" else 1 for ch in text)
