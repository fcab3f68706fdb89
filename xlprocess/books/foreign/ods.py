"""The content of an .ods file, looked through without reading a value. Source: OpenDocument 1.3, part 3, 9.1."""

from __future__ import annotations

from xml.parsers import expat

from xlprocess.books.book import Ref
from xlprocess.books.foreign.outline import LockedError, Outline, OutlineError, Outlines, TooLargeError
from xlprocess.books.limits import DEEPEST, MOST_SHEETS, MOST_TAGS
from xlprocess.books.parts import Parts


def outlines(parts: Parts) -> Outlines:
    """The sheets of the file. Raises OutlineError, TooLargeError or LockedError."""
    content, manifest = parts.find("content.xml"), parts.find("META-INF/manifest.xml")
    if manifest is not None and b"encryption-data" in parts[manifest]:
        raise LockedError
    if content is None:
        raise OutlineError("no content")
    data = parts[content]
    if data.count(b"<") > MOST_TAGS:
        raise TooLargeError("内容过多")
    walker = _Walker()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = walker.start
    parser.EndElementHandler = walker.end
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise OutlineError(str(error)) from error
    walker.found.check()
    return walker.found


def _number(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(name, "1")
    if not text.isdecimal() or len(text) > 9:
        raise OutlineError("no number")
    return max(int(text), 1)


class _Walker:
    def __init__(self) -> None:
        self.found = Outlines()
        self.hidden_styles: set[str] = set()
        self.style: str | None = None
        self.sheet: Outline | None = None
        self.depth = self.inner = 0
        self.row = self.column = self.rows = 0
        self.width = 0
        self.block: Ref | None = None

    def start(self, tag: str, given: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise TooLargeError("内容的嵌套层次过多")
        name = tag.rpartition(" ")[2]
        attributes = {key.rpartition(" ")[2]: value for key, value in given.items()}
        if name == "style":
            self.style = attributes.get("name")
        elif name == "table-properties" and attributes.get("display") == "false" and self.style is not None:
            self.hidden_styles.add(self.style)
        elif name == "table":
            self.inner += 1
            if self.inner == 1:
                self.sheet = Outline(hidden=attributes.get("style-name") in self.hidden_styles)
                self.found[attributes.get("name", "")] = self.sheet
                self.row, self.rows = 1, 0
                if len(self.found) > MOST_SHEETS:
                    raise TooLargeError("工作表过多")
        elif self.inner == 1 and name == "table-row":
            self.row += self.rows
            self.rows = _number(attributes, "number-rows-repeated")
            self.column = 1
        elif self.inner == 1 and name in ("table-cell", "covered-table-cell"):
            self.cell(attributes)
        elif self.inner == 1 and name == "p" and self.block is not None:
            self.fill(self.block)

    def cell(self, attributes: dict[str, str]) -> None:
        place = Ref(self.row, self.column)
        self.width = _number(attributes, "number-columns-repeated")
        self.column += self.width
        self.block = place
        down, across = _number(attributes, "number-rows-spanned"), _number(attributes, "number-columns-spanned")
        if self.sheet is not None and down * across > 1:
            self.sheet.merged.append((place, Ref(place.row + down - 1, place.column + across - 1)))
        if self.sheet is not None and "formula" in attributes:
            self.sheet.formulas.add(place)
        if "value-type" in attributes:
            self.fill(place)
            if self.sheet is not None and attributes["value-type"] == "percentage":
                if self.width * self.rows > 10_000:
                    raise TooLargeError("内容过多")
                self.sheet.percents.update(
                    Ref(place.row + r, place.column + c) for r in range(self.rows) for c in range(self.width)
                )

    def fill(self, place: Ref) -> None:
        if self.sheet is not None:
            self.sheet.take(place.row, place.column, self.rows, self.width)
        self.block = None

    def end(self, tag: str) -> None:
        self.depth -= 1
        name = tag.rpartition(" ")[2]
        if name == "table":
            self.inner -= 1
            if not self.inner:
                self.sheet = None
        elif self.inner == 1 and name in ("table-cell", "covered-table-cell"):
            self.block = None
