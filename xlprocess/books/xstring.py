"""How a workbook stores texts (ST_Xstring): what XML cannot hold is written `_x0007_`, and what looks like that is
escaped."""

from __future__ import annotations

import re

from xlprocess.books.package import Element, local

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_TO_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b\x0c\x0d\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def stored(text: str) -> str:
    """A text as it is written into XML. A line of a cell ends with a bare line feed."""
    return _TO_ESCAPE.sub(lambda m: f"_x{ord(m[0]):04X}_", text.replace("\r\n", "\n").replace("\r", "\n"))


def shown(written: str) -> str:
    """What a person sees of a stored text."""
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), written) if "_x" in written else written


def put(element: Element, text: str) -> None:
    """The text into a `t` or `v`; blanks at its ends are kept by xml:space."""
    element.text = stored(text) or None  # an empty element closes itself
    if element.text and (element.text != element.text.strip() or "\n" in element.text):
        element.set(_SPACE, "preserve")


def as_xml(tag: str, text: str) -> str:
    """The element that `put` would fill, as XML."""
    written = stored(text)
    if not written:
        return f"<{tag}/>"
    keeps = ' xml:space="preserve"' if written != written.strip() or "\n" in written else ""
    if "&" in written or "<" in written or ">" in written:
        written = written.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<{tag}{keeps}>{written}</{tag}>"


def texts(rich: Element) -> list[Element]:
    """The `t` elements of a rich text in their order, without what is printed above Chinese characters (phonetic
    runs)."""
    found = []
    for child in rich:
        if local(child) == "t":
            found.append(child)
        elif local(child) == "r":
            found += [t for t in child if local(t) == "t"]
    return found


def plain(rich: Element) -> str:
    """The text of an `si`, `is` or a note's `text` without its formats."""
    return shown("".join(t.text or "" for t in texts(rich)))
