"""The work on a real cluster of Dask: a scheduler and two worker processes, started here."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from generate import SENT, generate

from xlprocess.consolidate import consolidate
from xlprocess.consolidation.ledger import Ledger
from xlprocess.errors import Refused
from xlprocess.jobs.inputs import find
from xlprocess.writers.summary import write_summary

pytest.importorskip("distributed")
# what Dask itself does on the way
pytestmark = pytest.mark.filterwarnings("default")
ROOT = Path(__file__).parents[2]
COUNT = 60


class Cluster(NamedTuple):
    address: str
    workers: list[subprocess.Popen[bytes]]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    told = tmp_path / "scheduler.json"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__DASHBOARD__LINK": ""}
    given = ["--scheduler-file", str(told)]
    commands = [["scheduler", *given, "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]]
    commands += [["worker", *given, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(tmp_path)]] * 2
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "dask", *command], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for command in commands
    ]
    try:
        yield Cluster(_address(told), running[1:])
    finally:
        for process in running:
            process.kill()
            process.wait()


def _address(told: Path) -> str:
    import json

    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            return str(json.loads(told.read_text(encoding="utf-8"))["address"])
        except (OSError, ValueError, KeyError):
            time.sleep(0.1)
    raise AssertionError("the scheduler did not start")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("各部门 报来")
    generate(home, COUNT)
    return home / SENT


def summary(folder: Path, path: Path, cluster: Cluster | None, kill: bool = False) -> dict[str, bytes]:
    """The parts of the summary but for the one that holds its times. `kill`: a worker dies when the first files are done."""
    told: list[int] = []

    def progress(count: int, total: int) -> None:
        if kill and not told and cluster is not None:
            os.kill(cluster.workers[0].pid, getattr(signal, "SIGKILL", signal.SIGTERM))
        told.append(count)

    with Ledger(None) as ledger:
        address = None if cluster is None else cluster.address
        found = consolidate(find([folder]).inputs, ledger, processes=None if cluster else 1, cluster=address, progress=progress)
        found.started = "2022-07-01T09:30:00+08:00"
        write_summary(found, path, base=folder)
    assert told[0] < told[-1]
    with zipfile.ZipFile(path) as package:
        return {n: package.read(n) for n in package.namelist() if n != "docProps/core.xml"}


def test_a_cluster_gives_the_same_summary_also_when_a_worker_is_killed(folder: Path, tmp_path: Path, cluster: Cluster) -> None:
    alone = summary(folder, tmp_path / "a.xlsx", None)
    assert summary(folder, tmp_path / "b.xlsx", cluster) == alone
    assert cluster.workers[0].poll() is None
    assert summary(folder, tmp_path / "c.xlsx", cluster, kill=True) == alone
    assert cluster.workers[0].wait(10) != 0 and cluster.workers[1].poll() is None


def test_a_cluster_that_is_not_there_is_refused_in_a_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from xlprocess.consolidation import cluster

    monkeypatch.setattr(cluster, "_PATIENCE", 1)
    with Ledger(None) as ledger, pytest.raises(Refused) as refused:
        consolidate(find([folder]).inputs, ledger, cluster="tcp://127.0.0.1:9")
    assert str(refused.value) == (
        "连不上集群 tcp://127.0.0.1:9。请检查地址，确认调度器（dask scheduler）正在运行，或去掉 --cluster。"
    )
