"""The numbers that Word prints before the paragraphs of a list: they are nowhere in the text."""

from __future__ import annotations

import re

import msgspec
from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HAN = "零一二三四五六七八九"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_CHINESE = frozenset(
    ("chineseCounting", "chineseCountingThousand", "ideographDigital", "japaneseCounting", "taiwaneseCountingThousand")
)
_DEEPEST = 9


class _Level(msgspec.Struct):
    text: str
    format: str
    start: int


class Numbering:
    """Counts through a document, paragraph by paragraph."""

    def __init__(self, numbering: etree._Element | None, styles: etree._Element | None) -> None:
        self._lists: dict[str, tuple[str, list[_Level]]] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._styles: dict[str, tuple[str, int]] = {}
        self._restarts: dict[tuple[str, int], int] = {}
        if numbering is not None:
            self._read(numbering)
        for style in styles.iter(f"{W}style") if styles is not None else ():
            found = style.find(f"{W}pPr/{W}numPr")
            if found is not None and self._asked(found) is not None:
                self._styles[style.get(f"{W}styleId", "")] = self._asked(found) or ("", 0)

    def _read(self, numbering: etree._Element) -> None:
        abstract = {a.get(f"{W}abstractNumId"): a for a in numbering.iter(f"{W}abstractNum")}
        for num in numbering.iter(f"{W}num"):
            link = num.find(f"{W}abstractNumId")
            key = link.get(f"{W}val") if link is not None else None
            definition = abstract.get(key)
            if definition is None:
                continue
            levels = [_level(e) for e in definition.findall(f"{W}lvl")[:_DEEPEST]]
            self._lists[num.get(f"{W}numId", "")] = (str(key), levels)
            for override in num.iter(f"{W}lvlOverride"):
                start, level = override.find(f"{W}startOverride"), override.get(f"{W}ilvl", "")
                begins = start.get(f"{W}val", "") if start is not None else ""
                if level.isdecimal() and begins.isdecimal():
                    self._restarts[num.get(f"{W}numId", ""), int(level)] = int(begins)

    def _asked(self, properties: etree._Element) -> tuple[str, int] | None:
        number, level = properties.find(f"{W}numId"), properties.find(f"{W}ilvl")
        if number is None:
            return None
        deep = level.get(f"{W}val", "0") if level is not None else "0"
        return number.get(f"{W}val", "0"), int(deep) if deep.isdecimal() else 0

    def prefix(self, properties: etree._Element | None, style: str | None) -> str:
        """What is printed before the paragraph of these properties; "" for none, and for a bullet."""
        own = properties.find(f"{W}numPr") if properties is not None else None
        asked = self._asked(own) if own is not None else None
        asked = asked or self._styles.get(style or "")
        if asked is None or asked[0] not in self._lists:
            return ""
        key, levels = self._lists[asked[0]]
        depth = asked[1]
        if depth >= len(levels):
            return ""
        counts = self._counts.setdefault(key, [None] * _DEEPEST)
        before = counts[depth]
        restart = self._restarts.pop((asked[0], depth), None)  # a list that begins anew does so once
        counts[depth] = restart if restart is not None else levels[depth].start if before is None else before + 1
        counts[depth + 1 :] = [None] * (_DEEPEST - depth - 1)
        if levels[depth].format in ("bullet", "none"):
            return ""

        def shown(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            if at >= len(levels):
                return ""
            count = counts[at]
            return _written(levels[at].start if count is None else count, levels[at].format)

        return re.sub(r"%([1-9])", shown, levels[depth].text)


def _level(element: etree._Element) -> _Level:
    def value(name: str, otherwise: str) -> str:
        found = element.find(f"{W}{name}")
        return otherwise if found is None else found.get(f"{W}val", otherwise)

    start = value("start", "1")
    return _Level(value("lvlText", ""), value("numFmt", "decimal"), int(start) if start.isdecimal() else 1)


def _written(number: int, format: str) -> str:
    if format in _CHINESE and 0 < number < 100:
        tens, ones = divmod(number, 10)
        head = "" if not tens else "十" if tens == 1 else f"{_HAN[tens]}十"
        return head + (_HAN[ones] if ones else "")
    if format == "decimalEnclosedCircle" and 0 < number <= len(_CIRCLED):
        return _CIRCLED[number - 1]
    if format in ("upperLetter", "lowerLetter") and 0 < number <= 26:
        return chr((65 if format == "upperLetter" else 97) + number - 1)
    return str(number)
