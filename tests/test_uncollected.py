"""The garbage collector rests during a step and is as it was afterwards."""

from __future__ import annotations

import gc

import pytest

from xlprocess.uncollected import uncollected


@uncollected
def is_collecting() -> bool:
    return gc.isenabled()


@uncollected
def fails() -> None:
    raise ValueError


def test_nothing_is_collected_meanwhile_and_everything_afterwards():
    assert not is_collecting()
    assert gc.isenabled()


def test_a_step_that_fails_leaves_the_collector_running():
    with pytest.raises(ValueError):
        fails()
    assert gc.isenabled()


def test_who_has_stopped_it_finds_it_stopped():
    gc.disable()
    try:
        assert not is_collecting()
        assert not gc.isenabled()
    finally:
        gc.enable()
