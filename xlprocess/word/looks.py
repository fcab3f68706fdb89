"""How the runs of a paragraph look, as far as it tells what they say: hidden text is not there, struck-out text is taken back, a
small raised digit is the mark of a note and no part of a figure. By their own properties and those of their styles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from xlprocess.word.numbering import W

_OFF = ("0", "false", "off")
_MOST_BASES = 20
Element = Any
"""An element of lxml."""


class Look(msgspec.Struct, frozen=True):
    hidden: bool = False
    struck: bool = False
    raised: bool = False


PLAIN = Look()


class Looks:
    """The looks of a document's styles."""

    def __init__(self, styles: Element) -> None:
        self._styles = {kind: _styles_that(styles, test) for kind, test in _TESTS.items()}

    def of_style(self, style: str | None) -> Look:
        return Look(*(style in self._styles[kind] for kind in _TESTS))

    def of_run(self, run: Element, over: Look) -> Look:
        """The look of a run in a paragraph of this look."""
        properties = run.find(f"{W}rPr")
        if properties is None:
            return over
        named = properties.find(f"{W}rStyle")
        style = self.of_style(named.get(f"{W}val")) if named is not None else PLAIN
        found = []
        for kind, test in _TESTS.items():
            own = test(properties)
            found.append(own if own is not None else getattr(style, kind) or getattr(over, kind))
        return Look(*found)


def _hidden(properties: Element) -> bool | None:
    return _switch(properties, "vanish")


def _struck(properties: Element) -> bool | None:
    switches = [_switch(properties, name) for name in ("strike", "dstrike")]
    return True if True in switches else False if False in switches else None


def _raised(properties: Element) -> bool | None:
    aligned, moved = properties.find(f"{W}vertAlign"), properties.find(f"{W}position")
    if aligned is not None:
        return aligned.get(f"{W}val") in ("superscript", "subscript")
    return None if moved is None else moved.get(f"{W}val", "0") not in ("0", "")


_TESTS: dict[str, Callable[[Element], bool | None]] = {"hidden": _hidden, "struck": _struck, "raised": _raised}


def _switch(properties: Element, name: str) -> bool | None:
    found = properties.find(f"{W}{name}")
    return None if found is None else found.get(f"{W}val", "1") not in _OFF


def _styles_that(styles: Element, test: Callable[[Element], bool | None]) -> frozenset[str]:
    """The styles that a test holds for, by themselves or by what they are based on."""
    if styles is None:
        return frozenset()
    own: dict[str, bool | None] = {}
    based: dict[str, str | None] = {}
    for style in styles.iter(f"{W}style"):
        name = style.get(f"{W}styleId", "")
        properties = style.find(f"{W}rPr")
        own[name] = None if properties is None else test(properties)
        base = style.find(f"{W}basedOn")
        based[name] = base.get(f"{W}val") if base is not None else None
    found: set[str] = set()
    for name in own:
        at: str | None = name
        for _ in range(_MOST_BASES):
            if at is None or own.get(at) is not None:
                break
            at = based.get(at)
        if at is not None and own.get(at):
            found.add(name)
    return frozenset(found)
