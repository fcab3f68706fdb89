"""Where results go, by name alone."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlprocess.jobs.inputs import Input
from xlprocess.jobs.targets import Names, numbered, others


def planned(*names: str, out: str | None = None, in_place: bool = False) -> list[str]:
    inputs = [Input(Path(n), Path(Path(n).name)) for n in names]
    given_names = Names(inputs, Path(out) if out else None, in_place)
    return [given_names.give(item).path.as_posix() for item in inputs]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("d/a.xlsx", "d/a（检查）.xlsx"),
        ("d/a.xlsm", "d/a（检查）.xlsm"),
        ("d/a.XLSX", "d/a（检查）.XLSX"),
        ("d/a.xls", "d/a（检查）.xlsx"),
        ("d/a", "d/a（检查）.xlsx"),
        ("d/a.b.xlsx", "d/a.b（检查）.xlsx"),
        ("d/a（检查）.xlsx", "d/a（检查）.xlsx"),
        ("d/a（检查） (2).xlsx", "d/a（检查） (2).xlsx"),
    ],
)
def test_beside_the_original(name: str, expected: str) -> None:
    assert planned(name) == [expected]


def test_over_the_original() -> None:
    assert planned("d/a.xlsx", "e/a.xlsx", in_place=True) == ["d/a.xlsx", "e/a.xlsx"]


def test_into_another_folder() -> None:
    assert planned("d/a.xlsx", "d/b（检查）.xlsx", "d/c.xls", out="o") == ["o/a.xlsx", "o/b（检查）.xlsx", "o/c.xlsx"]


def test_results_that_would_meet_are_numbered_and_it_is_said() -> None:
    inputs = [Input(Path(n), Path(Path(n).name)) for n in ("d/a.xlsx", "e/A.xlsx", "f/a.xlsx", "g/a (2).xlsx")]
    given_names = Names(inputs, Path("o"))
    targets = [given_names.give(item) for item in inputs]
    assert [t.path.as_posix() for t in targets] == ["o/a.xlsx", "o/A (2).xlsx", "o/a (3).xlsx", "o/a (2) (2).xlsx"]
    assert [t.remark for t in targets[:2]] == [None, "结果名 A.xlsx 已用于 a.xlsx，改为 A (2).xlsx。"]
    assert given_names.is_taken(Path("o/A.xlsx"))
    assert not given_names.is_taken(Path("o/b.xlsx"))


def test_a_file_without_a_result_takes_no_name() -> None:
    inputs = [Input(Path(n), Path(Path(n).name)) for n in ("d/a.xls", "e/a.xlsx", "f/a (2).xlsx")]
    given_names = Names(inputs, Path("o"))
    assert given_names.is_taken(Path("o/a (2).xlsx")), "nothing else is to be written where a result may still go"
    target = given_names.give(inputs[1])
    assert (target.path.as_posix(), target.remark) == ("o/a.xlsx", None)


def test_a_result_that_went_elsewhere_keeps_its_place() -> None:
    inputs = [Input(Path(n), Path(Path(n).name)) for n in ("d/a.xlsx", "e/a.xlsx")]
    given_names = Names(inputs, Path("o"))
    given_names.give(inputs[0])
    given_names.take(Path("o/a (2).xlsx"), inputs[0])
    assert given_names.give(inputs[1]).path.as_posix() == "o/a (3).xlsx"


def test_no_result_falls_on_another_input() -> None:
    assert planned("d/a.xlsx", "d/a（检查）.xlsx") == ["d/a（检查） (2).xlsx", "d/a（检查）.xlsx"]
    assert planned("d/a.xlsx", "o/a.xlsx", out="o") == ["o/a (2).xlsx", "o/a.xlsx"]


def test_other_names_for_what_is_open() -> None:
    assert [p.name for p in islice(others(Path("a.xlsx"), True), 2)] == ["a（检查）.xlsx", "a（检查） (2).xlsx"]
    assert [p.name for p in islice(others(Path("a.xlsx"), False), 2)] == ["a (2).xlsx", "a (3).xlsx"]
    assert [p.name for p in islice(numbered(Path("a（检查） (2).xlsx")), 1)] == ["a（检查） (3).xlsx"]


NAMES = st.builds("{}/{}{}.xlsx".format, st.sampled_from("de"), st.sampled_from("aAbé"), st.sampled_from(["", "（检查）", " (2)"]))


@given(st.lists(NAMES, unique=True, max_size=8), st.sampled_from([None, "o", "d"]))
def test_targets_never_meet_and_never_hit_another_input(names: list[str], out: str | None) -> None:
    targets = planned(*names, out=out)
    folded = [t.casefold() for t in targets]
    assert len(set(folded)) == len(folded) or len({n.casefold() for n in names}) < len(names)
    for name, target in zip(names, targets, strict=True):
        assert target == name or target not in names
