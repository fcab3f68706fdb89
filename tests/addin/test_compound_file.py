"""Compound files, read back by olefile, which complains of what is not as the specification has it."""

from __future__ import annotations

import io

import olefile
import pytest

from xlprocess.addin.compound_file import compound_file


def opened(data: bytes) -> olefile.OleFileIO:
    return olefile.OleFileIO(io.BytesIO(data), raise_defects=olefile.DEFECT_POTENTIAL)


@pytest.mark.parametrize("sizes", [(1,), (0, 63, 64, 65), (4095, 4096, 4097), (100, 70_000, 3), (9,) * 40])
def test_streams_of_any_size_come_back(sizes: tuple[int, ...]) -> None:
    tree = {f"s{n}": bytes([n % 256]) * size for n, size in enumerate(sizes)}
    with opened(compound_file(tree)) as read:
        assert {path[0]: read.openstream(path).read() for path in read.listdir()} == tree


def test_storages_hold_their_own_streams() -> None:
    data = compound_file({"PROJECT": b"p", "VBA": {"dir": b"d" * 5000, "Module": b"m"}, "empty": {}})
    with opened(data) as read:
        assert sorted(read.listdir()) == [["PROJECT"], ["VBA", "Module"], ["VBA", "dir"]]
        assert read.openstream(["vba", "DIR"]).read() == b"d" * 5000
        assert sorted(read.listdir(streams=False, storages=True)) == [["VBA"], ["empty"]]


def test_is_the_same_every_time() -> None:
    tree = {"b": b"1", "a": {"c": b"2"}}
    assert compound_file(tree) == compound_file(tree)


def test_more_than_its_table_can_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="too large"):
        compound_file({"x": bytes(7_200_000)})
