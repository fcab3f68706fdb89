"""What a summary carries so that it can be an input of the next level: every file that it was made from, with its exact Submission.

It stands on a sheet of its own that nobody sees, as text in cells: that outlives being saved by any office program. Blocks of
files are packed together, which takes a fifth of the room; the last row holds the `Seal`, by which a change is noticed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

import msgspec

from xlprocess.books.deflate import Error, decompressobj, deflate
from xlprocess.consolidation.dealing import Dealing
from xlprocess.consolidation.submission import Submission
from xlprocess.form.model import normal

SHEET = "汇总数据"
MAGIC = "xlprocess-summary"
FORMAT = 1
BLOCK = 64
"""Files that are packed together."""
_PIECE = 32_000  # characters in a cell
_LARGEST_BLOCK = 64 << 20  # bytes, unpacked


class Leaf(msgspec.Struct, array_like=True):
    """A file that the summary accounts for. `number`: its place among all of them. `path` as the summary shows it, `place` where
    it lies from the summary's own folder. `inside`: the summary of a still lower level that it came from. `submission`: None where
    it could not be read. `rules`: the version of forms and rules by which it was checked."""

    number: int
    path: str
    place: str
    hash: str
    size: int
    modified: float
    status: str
    role: str
    department: str | None
    code: str | None
    why: str | None
    inside: str | None
    group: str | None
    submission: Submission | None = None
    rules: str | None = None


class Sealed(msgspec.Struct, array_like=True):
    """A sheet of figures as it was written: the heads of the columns that the `mark` is taken over, and in which row they stand."""

    sheet: str
    row: int
    heads: tuple[str, ...]
    mark: str


class Seal(msgspec.Struct):
    """What the last row says. `rules`: the version of forms and rules; `expected` and `missing`: what its roster asked for and
    which of it never came, as (code, name); `dealings`: what its departments passed on to one another."""

    program: str
    rules: str
    started: str
    files: int
    expected: int | None
    missing: list[tuple[str, str]]
    sheets: list[Sealed]
    dealings: list[Dealing] = []


class SealError(ValueError):
    """What a summary carries is not whole, was changed, or was written by a program that writes otherwise."""


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Leaf]).decode
_decode_seal = msgspec.json.Decoder(Seal).decode


class Writer:
    """Gives the rows of the sheet: `head`, for each full block a row, and at the end the rest and the seal."""

    def __init__(self) -> None:
        self.files = 0
        self._block: list[Leaf] = []
        self._hashed = hashlib.sha256()

    def head(self) -> list[str]:
        return [MAGIC, str(FORMAT)]

    def add(self, leaf: Leaf) -> list[str] | None:
        """Takes a file; the row of a block when it is full."""
        self.files += 1
        self._block.append(leaf)
        return self._flush() if len(self._block) == BLOCK else None

    def end(self, seal: Seal) -> Iterator[list[str]]:
        if self._block:
            yield self._flush()
        told = msgspec.json.encode(seal)
        self._hashed.update(told)
        yield ["seal", self._hashed.hexdigest(), *_pieces(told)]

    def _flush(self) -> list[str]:
        packed = deflate(_encode(self._block))
        self._block = []
        self._hashed.update(packed)
        return ["block", *_pieces(packed)]


def read_rows(rows: Iterable[Sequence[str]]) -> tuple[list[Leaf], Seal]:
    """The files and the seal in the rows of the sheet. Raises SealError."""
    leaves: list[Leaf] = []
    hashed = hashlib.sha256()
    seal: Seal | None = None
    waiting = iter(rows)
    if list(next(waiting, ())) != [MAGIC, str(FORMAT)]:
        raise SealError("another format")
    try:
        for kind, *cells in waiting:
            if seal is not None:
                raise SealError("rows behind the seal")
            if kind == "block":
                packed = base64.b64decode("".join(cells), validate=True)
                hashed.update(packed)
                leaves += _decode(_unpacked(packed))
            elif kind == "seal":
                told = base64.b64decode("".join(cells[1:]), validate=True)
                hashed.update(told)
                if hashed.hexdigest() != cells[0]:
                    raise SealError("changed")
                seal = _decode_seal(told)
            else:
                raise SealError("a row of another kind")
    except (ValueError, IndexError, binascii.Error, msgspec.MsgspecError, Error) as error:
        raise SealError(str(error)) from error
    if seal is None or seal.files != len(leaves):
        raise SealError("cut short")
    return sorted(leaves, key=lambda leaf: leaf.number), seal


def _pieces(data: bytes) -> list[str]:
    text = base64.b64encode(data).decode()
    return [text[k : k + _PIECE] for k in range(0, len(text), _PIECE)]


def _unpacked(packed: bytes) -> bytes:
    inflater = decompressobj(-15)
    data = inflater.decompress(packed, _LARGEST_BLOCK)
    if not inflater.eof:
        raise SealError("a block is larger than any")
    return data


class Mark:
    """A mark over the figures of a sheet, the same in whatever order its rows stand."""

    def __init__(self) -> None:
        self._sum = 0

    def add(self, values: Iterable[object]) -> None:
        """A row: numbers by their value, texts as they compare."""
        said = "\x1f".join(map(_said, values))
        self._sum += int.from_bytes(hashlib.blake2b(said.encode("utf-8", "replace"), digest_size=8).digest(), "big")

    def __str__(self) -> str:
        return f"{self._sum % (1 << 64):016x}"


def _said(value: object) -> str:
    if type(value) is Decimal:  # most are
        return f"{float(value):.12g}"
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, Decimal | int | float):
        return f"{float(value):.12g}"  # programs save from 15 digits on
    return normal(str(value))
