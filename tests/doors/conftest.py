"""Workbooks for commands, and a command run in a folder of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from xlprocess.doors.cli import execute
from xlprocess.form.load import load
from xlprocess.form.template import build
from xlprocess.report import Report
from xlprocess.values import read_values, write_values

FORM = load("yueyang-2021")


class Done(NamedTuple):
    """What a command gave: exit status, standard output, standard error."""

    status: int
    out: str
    err: str

    @property
    def last(self) -> str:
        return self.out.rstrip("\n").rpartition("\n")[2]

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Done]
Workbook = Callable[..., bytes]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def xlprocess(here: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """The program, run in the folder `here`."""

    def run(*arguments: str) -> Done:
        capfdbinary.readouterr()
        status = execute(arguments)
        out, err = capfdbinary.readouterr()
        return Done(status, out.decode(), err.decode())

    return run


@pytest.fixture(scope="session")
def built() -> dict[str, bytes]:
    return {}


@pytest.fixture
def workbook(report: Callable[..., Report], built: dict[str, bytes]) -> Workbook:
    """The bytes of a workbook that raises nothing, but for what `values` change."""

    def make(**values: Any) -> bytes:
        document = json.dumps(write_values(report(**values)), ensure_ascii=False)
        if document not in built:
            built[document] = build(FORM, read_values(FORM, document, "test"))
        return built[document]

    return make
