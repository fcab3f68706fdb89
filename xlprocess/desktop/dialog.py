"""A dialog of LibreOffice with buttons of our own wording: its message boxes speak the language of its menus."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any

from xlprocess.desktop.struct import struct
from xlprocess.writers.columns import width as width_of
from xlprocess.writers.columns import wrapped

WIDTH, MARGIN, LINE, BUTTON, GAP = 220, 10, 9, 16, 6
"""In the units of dialogs: a quarter of a character wide, an eighth high."""
COLUMNS = 60
"""Half-width characters in a line of text. Lines are broken here: LibreOffice itself lets the last character of a line be cut."""
_OK, _CANCEL = 1, 2  # com.sun.star.awt.PushButtonType
_POSITION = 3  # com.sun.star.awt.PosSize.POS


def ask(app: Any, controller: Any, title: str, heading: str, text: str, buttons: Sequence[str]) -> int:
    """Shows the dialog over the window of a document; gives the place of the button that was pressed, the last one when the
    dialog was closed otherwise. One or two buttons."""
    model = app.service("com.sun.star.awt.UnoControlDialogModel")
    down = MARGIN
    for name, said, size in (("heading", heading, 1.4), ("text", text, 1.0)):
        lines = [part for line in said.split("\n") for part in wrapped(line, int(COLUMNS / size))] if said else []
        if lines:
            height = ceil(len(lines) * LINE * size) + 2
            look = {"FontDescriptor": struct("awt.FontDescriptor", Height=14, Weight=150.0)} if size > 1 else {}
            # without NoLabel it would be given a letter to press
            look |= {"Label": "\n".join(lines), "MultiLine": True, "NoLabel": True}
            _add(model, name, "FixedText", MARGIN, down, WIDTH - 2 * MARGIN, height, **look)
            down += height + GAP
    down += GAP
    right = WIDTH - MARGIN
    for number, label in reversed(list(enumerate(buttons))):
        width = max(45, 4 * width_of(label) + 14)
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
