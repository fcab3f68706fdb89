"""The work on many files, spread over a cluster of Dask: the same worker, through the interface of `concurrent.futures`.

The machines of the cluster must see the files under the same paths. A worker that dies costs time only: what it had is done again.
Dask is the extra `cluster`, imported here alone."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from xlprocess.consolidation.ledger import rules_version
from xlprocess.consolidation.pool import LARGEST_CHUNK
from xlprocess.consolidation.worker import Done, Job, done, failed, work
from xlprocess.errors import Refused

if TYPE_CHECKING:
    from distributed import Client

_PATIENCE = 15  # seconds for a connection and a first worker
_AHEAD = 3  # chunks under way for each thread of the cluster
_one_at_a_time = Lock()


def cluster_results(jobs: Iterable[Job], count: int, address: str) -> Iterator[list[Done]]:
    """What becomes of each of `count` jobs, chunk by chunk, in no certain order. Raises Refused when the cluster cannot be used, or
    is lost; what was done by then is done."""
    if count == 0:
        return
    with _client(address) as client:
        threads = _threads(client, address)
        size = max(1, min(LARGEST_CHUNK, count // (threads * 4)))
        jobs = iter(jobs)
        try:
            yield from _spread(client, iter(lambda: list(islice(jobs, size)), []), _AHEAD * threads)
        except (CancelledError, OSError, TimeoutError):
            raise Refused(
                f"与集群 {address} 的连接中断，汇总没有完成。已读的结果记在台账里，恢复连接后再运行一次，会接着做。"
            ) from None


def work_there(jobs: Sequence[Job]) -> list[Done]:
    """A chunk, on a machine of the cluster. The reading is not made for several threads of one process at once."""
    with _one_at_a_time:
        return work(jobs)


def _spread(client: Client, chunks: Iterator[list[Job]], ahead: int) -> Iterator[list[Done]]:
    executor = client.get_executor(pure=False)
    running: dict[Future[list[Done]], list[Job]] = {}
    try:
        for chunk in chunks:
            running[executor.submit(work_there, chunk)] = chunk
            while len(running) >= ahead:
                yield from _finished(executor, running)
        while running:
            yield from _finished(executor, running)
    finally:
        executor.shutdown(wait=False)  # what is under way is cancelled


def _finished(executor: Any, running: dict[Future[list[Done]], list[Job]]) -> Iterator[list[Done]]:
    """Waits for one chunk at least. A chunk that took several workers with it is done again file by file, so that the file that
    does it is known."""
    from distributed import KilledWorker

    ready, _ = wait(running, return_when=FIRST_COMPLETED)
    for future in ready:
        jobs = running.pop(future)
        try:
            yield future.result()
        except KilledWorker:
            if len(jobs) == 1:
                yield [_lost(jobs[0])]
            else:
                running.update({executor.submit(work_there, [job]): [job] for job in jobs})


def _lost(job: Job) -> Done:
    name = Path(job.path).name
    sentence = f"无法处理 {name}：处理它的计算节点几次意外中止，可能是内存不足。请单独检查这个文件，或交给技术人员查找原因。"
    return done(job, "", failed("not_checked", "internal", sentence))


@contextlib.contextmanager
def _client(address: str) -> Iterator[Client]:
    try:
        from distributed import Client
    except ModuleNotFoundError:
        raise Refused("--cluster 要用 Dask，这里没有安装。请安装 xlprocess[cluster]，或去掉 --cluster 在本机上汇总。") from None
    for name in ("distributed", "tornado"):  # what they say of a lost worker is not for staff
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, TimeoutError, ValueError):
        raise Refused(f"连不上集群 {address}。请检查地址，确认调度器（dask scheduler）正在运行，或去掉 --cluster。") from None
    try:
        yield client
    finally:
        client.close(timeout=_PATIENCE)


def _threads(client: Client, address: str) -> int:
    """How much the cluster does at once; only one that has the same version of everything is used."""
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
        versions = client.run(rules_version)
    except TimeoutError:
        raise Refused(f"集群 {address} 上没有计算节点（dask worker）。请先启动，或去掉 --cluster。") from None
    except (ImportError, AttributeError):
        versions = {"": ""}
    if {*versions.values()} - {rules_version()}:
        raise Refused(
            f"集群 {address} 上有计算节点没有安装 xlprocess，或与本机的版本不同，结果会不一致。请在全部节点上安装同一版本。"
        )
    return sum(client.ncores().values()) or 1
