"""Links of a long list in an open workbook: as formulas, a column at once, for each real link takes calls of its own."""

from __future__ import annotations

from collections.abc import Iterator

from xlprocess.books.book import Link, Ref, ResultList

MOST_REAL = 40
"""A list with more links gets formulas."""


def links(results: ResultList) -> list[tuple[Ref, Link]]:
    """The links of a list and where they stand."""
    return [
        (Ref(row, column), content.value)
        for row, line in enumerate(results.rows, 1)
        for column, content in enumerate(line, 1)
        if isinstance(content.value, Link)
    ]


def quoted(link: Link) -> str:
    """The sheet of a link as an address has it."""
    return "'" + link.sheet.replace("'", "''") + "'"


def formula_blocks(found: list[tuple[Ref, Link]], separator: str) -> Iterator[tuple[Ref, list[str]]]:
    """First cell and formulas of the links that follow each other down a column. `separator`: of a function's arguments."""
    block: list[str] = []
    first = last = Ref(0, 0)
    for ref, link in sorted(found, key=lambda each: (each[0].column, each[0].row)):
        if block and ref != Ref(last.row + 1, last.column):
            yield first, block
            block = []
        if not block:
            first = ref
        block.append(_formula(link, separator))
        last = ref
    if block:
        yield first, block


def _formula(link: Link, separator: str) -> str:
    return f"=HYPERLINK({_text(f'#{quoted(link)}!{link.ref}')}{separator}{_text(link.text)})"


def _text(words: str) -> str:
    return '"{}"'.format(words.replace('"', '""'))
