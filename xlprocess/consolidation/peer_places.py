"""Where each department stands among its peers: numbers in columns, of which a place is made when somebody asks for it."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import NamedTuple

_NONE = -1  # nothing is known here, or of too few others


class Place(NamedTuple):
    """Where a department stands in its group: `rank` from the highest, among `known`; None where errors make its figures doubtful,
    which are no measure for others and are said already."""

    value: float
    rank: int | None
    known: int
    far: bool


class PeerPlaces:
    """The places of departments, which go by their number or key, in measures. `values`: by measure, then by department."""

    def __init__(self, keys: Sequence[str], values: Sequence[array[float]]) -> None:
        self._numbers = {key: number for number, key in enumerate(keys)}
        self._values = values
        self._ranks = [array("i", [_NONE]) * len(keys) for _ in values]
        self._known = [array("i", [0]) * len(keys) for _ in values]
        self._far = [bytearray(len(keys)) for _ in values]

    def put(self, number: int, measure: int, rank: int, known: int, far: bool = False) -> None:
        """`rank`: 0 where the figure is doubtful."""
        self._ranks[measure][number], self._known[measure][number], self._far[measure][number] = rank, known, far

    def of(self, number: int) -> list[Place | None]:
        """A department's places, measure by measure; None where it has none."""
        return [
            None if ranks[number] == _NONE else Place(values[number], ranks[number] or None, known[number], bool(far[number]))
            for values, ranks, known, far in zip(self._values, self._ranks, self._known, self._far, strict=True)
        ]

    def get(self, key: str) -> list[Place | None] | None:
        number = self._numbers.get(key)
        return None if number is None else self.of(number)

    def __getitem__(self, key: str) -> list[Place | None]:
        return self.of(self._numbers[key])
