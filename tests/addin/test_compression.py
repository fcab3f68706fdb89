"""What is compressed comes back, by oletools' reader: an independent one."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from olevba_reader import decompressed

from xlprocess.addin.compression import compressed


@given(st.lists(st.sampled_from([b"Public Sub ", b"End Sub\r\n", b"    ", b"x", b"\r\n", b"ChrW(26816) & "]), max_size=900))
def test_any_source_comes_back(words: list[bytes]) -> None:
    source = b"".join(words) or b"x"
    assert decompressed(compressed(source)) == source


@pytest.mark.parametrize("length", [1, 3, 16, 17, 4095, 4096, 4097, 8192, 20000])
def test_a_long_run_of_one_letter_comes_back(length: int) -> None:
    """Matches may be no longer than their token can tell: less the further into a chunk they begin."""
    source = b"ab" * 1200 + b"-" * length
    assert decompressed(compressed(source)) == source


def test_a_whole_chunk_that_would_grow_is_stored_as_it_is() -> None:
    noise = random.Random(5).randbytes(4096)
    assert decompressed(compressed(noise + b"End Sub")) == noise + b"End Sub"


def test_a_last_chunk_that_would_grow_beyond_a_chunk_is_refused() -> None:
    with pytest.raises(ValueError, match="does not compress"):
        compressed(random.Random(5).randbytes(4090))


def test_the_example_of_the_specification() -> None:
    """[MS-OVBA] 3.2.3, 3.2.2."""
    assert compressed(b"a" * 73) == bytes.fromhex("01 03 b0 02 61 45 00")
    assert compressed(b"abcdefghijklmnopqrstuv.").startswith(bytes.fromhex("01 19 b0 00 61 62 63 64 65 66 67 68 00 69"))
