"""The garbage collector rests during a step and is as it was afterwards."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

import xlprocess
from xlprocess.uncollected import seldom_collected, uncollected

SAMPLES = sorted((Path(__file__).parents[1] / "workbooks" / "samples").glob("*.xlsx"))


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


@pytest.mark.parametrize("step", [xlprocess.check, xlprocess.run])
@pytest.mark.parametrize("sample", SAMPLES, ids=[s.stem for s in SAMPLES])
def test_a_report_is_freed_as_soon_as_nobody_holds_it(step, sample):
    """Nothing of it refers to itself: in a batch, what waits for the collector is looked through again and again."""
    step(sample)  # what is kept for the next workbook is there
    gc.collect()
    gc.disable()
    try:
        step(sample)
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_work_on_many_workbooks_is_collected_seldom_and_then_as_before():
    usual = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    try:
        with seldom_collected():
            assert gc.get_threshold() == (50_000, 10, 10)
            with pytest.raises(ValueError, match="wrong"), seldom_collected():
                raise ValueError("wrong")
            assert gc.get_threshold() == (50_000, 10, 10)
        assert gc.get_threshold() == (700, 10, 10)
        gc.set_threshold(0)
        with seldom_collected():
            assert gc.get_threshold()[0] == 0
    finally:
        gc.set_threshold(*usual)
