"""The rows of one list, kept in a temporary file until it is known what each column holds."""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import IO, Literal, NamedTuple

import msgspec

from xlprocess.writers.summary.book import Link
from xlprocess.writers.summary.listing import Column, Value

Type = Literal["text", "integer", "decimal", "rate"]
Plain = str | int | Decimal | None
_TYPES: dict[str, Type] = {"count": "integer", "rate": "rate", "money": "decimal", "score": "decimal", "number": "decimal"}
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[str | list[str] | None]).decode


class Field(NamedTuple):
    """A column of a file. `source`: of the list; `part`: the text itself, the file that a link leads to, or what stands as a text
    in a column of numbers. `scale`: decimal places at most."""

    name: str
    type: Type
    source: int
    part: Literal["value", "file", "text"] = "value"
    scale: int = 0


class Table:
    """`add` takes the rows as the list does; then `fields` are the columns and `rows` the rows."""

    def __init__(self, name: str, columns: Sequence[Column]) -> None:
        self.name = name
        self.columns = columns
        self.count = 0
        self._types = [_TYPES.get(c.kind, "text") for c in columns]
        self._scales = [0] * len(columns)
        self._texts: set[int] = set()
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115

    def add(self, values: Sequence[Value]) -> None:
        """A number is kept as its exact text; a text in a column of numbers, and a link, as a list."""
        kept: list[str | list[str] | None] = []
        for k, value in enumerate(values):
            if value is None or value == "":
                kept.append(None)
            elif isinstance(value, Link):
                kept.append([value.text, value.file.path])
            elif isinstance(value, str):
                kept.append(value if self._types[k] == "text" else [value])
                if self._types[k] != "text":
                    self._texts.add(k)
            else:
                number = Decimal(value)
                if number.is_finite():
                    self._scales[k] = max(self._scales[k], -int(number.normalize().as_tuple().exponent))
                    kept.append(str(number))
                else:
                    self._texts.add(k)
                    kept.append([str(number)])
        data = _encode([_clean(v) for v in kept])
        self._file.write(struct.pack("<I", len(data)) + data)
        self.count += 1

    @property
    def fields(self) -> list[Field]:
        found: list[Field] = []
        taken: set[str] = set()

        def put(name: str, *rest: object) -> None:
            unique, number = name, 1
            while unique in taken:
                number += 1
                unique = f"{name}（{number}）"
            taken.add(unique)
            found.append(Field(unique, *rest))  # type: ignore[arg-type]

        for k, column in enumerate(self.columns):
            kind, head = self._types[k], column.head
            if kind == "integer" and self._scales[k] > 0:
                kind = "decimal"
            put(head, kind, k, "value", max(self._scales[k], 2 if column.kind == "money" else 0))
            if column.kind == "link":
                put(f"{head}所在文件", "text", k, "file")
            if k in self._texts:
                put(f"{head}（原文）", "text", k, "text")
        return found

    def rows(self) -> Iterator[list[Plain]]:
        fields = self.fields
        self._file.seek(0)
        while head := self._file.read(4):
            values = _decode(self._file.read(struct.unpack("<I", head)[0]))
            yield [_plain(values[f.source], f) for f in fields]

    def close(self) -> None:
        self._file.close()


def _plain(value: str | list[str] | None, field: Field) -> Plain:
    if value is None:
        return None
    if isinstance(value, list):
        if field.part == "file":
            return value[1]
        is_wanted = (field.part == "value") == (len(value) == 2)
        return value[0] if is_wanted else None
    if field.part != "value":
        return None
    if field.type == "text":
        return value
    return int(Decimal(value)) if field.type == "integer" else Decimal(value)


def _clean(value: str | list[str] | None) -> str | list[str] | None:
    """Without halves of characters, which no file can hold."""
    if isinstance(value, list):
        return [_whole(v) for v in value]
    return None if value is None else _whole(value)


def _whole(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
