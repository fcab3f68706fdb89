"""The work on many files, spread over the processors. What is done comes back at once; a process that dies costs time only."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing.connection import wait as wait_for
from pathlib import Path
from typing import TypeVar

from xlprocess.consolidation.worker import Done, Job, done, failed, work

R = TypeVar("R")
W = TypeVar("W")
FEW = 48
"""Fewer files than this are read sooner than other processes have started."""
LARGEST_CHUNK = 16
_SELDOM = 50_000  # objects more than there were


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


def results(jobs: Iterable[Job], count: int, processes: int | None = None) -> Iterator[list[Done]]:
    """What becomes of each of `count` jobs, chunk by chunk, in no certain order. `processes`: all processors unless given."""
    processes = min(processes or processors(), 61)  # Windows can wait for no more
    jobs = iter(jobs)
    if processes == 1 or count < FEW:
        for job in jobs:
            yield work([job])
        return
    size = max(1, min(LARGEST_CHUNK, count // (processes * 4)))
    chunks = iter(lambda: list(islice(jobs, size)), [])
    yield from _spread(chunks, processes)


def _spread(chunks: Iterator[list[Job]], processes: int) -> Iterator[list[Done]]:
    """Chunks over a pool, a few ahead of what is done. When a process dies, what was under way is done again file by file, so
    that a file that takes a process with it is known, and only it is lost. Where no process can be started at all (a program that
    forgot to guard its main module, a machine that forbids it) the work is done in this one."""
    chunk: list[Job] | None = next(chunks, None)
    has_started = False
    while chunk is not None:
        running: dict[Future[list[Done]], list[Job]] = {}
        pool = pool_of(processes)
        try:
            while chunk is not None:
                running[pool.submit(work, chunk)] = chunk
                chunk = next(chunks, None)
                while len(running) >= 3 * processes:
                    yield from finished(running)
                    has_started = True
            while running:
                yield from finished(running)
                has_started = True
            pool.shutdown(wait=False)  # they end by themselves, while what they found is put together
        except BrokenProcessPool:
            pool.shutdown(wait=False, cancel_futures=True)
            has_started = has_started or _can_start()
            for lost in running.values():
                for job in lost:
                    yield [_alone(job)] if has_started else work([job])
            while chunk is not None and not has_started:
                yield work(chunk)
                chunk = next(chunks, None)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def finished(running: dict[Future[R], W]) -> Iterator[R]:
    """Waits for one piece of work at least. It stays in `running` until its result is there."""
    ready, _ = wait(running, return_when=FIRST_COMPLETED)
    for future in ready:
        result = future.result()
        del running[future]
        yield result


def _alone(job: Job) -> Done:
    pool = pool_of(1)
    try:
        return pool.submit(work, [job]).result()[0]
    except BrokenProcessPool:
        name = Path(job.path).name
        sentence = f"无法处理 {name}：处理它的进程意外中止，可能是内存不足。请单独检查这个文件，或交给技术人员查找原因。"
        return done(job, "", failed("not_checked", "internal", sentence))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _can_start() -> bool:
    pool = pool_of(1)
    try:
        return pool.submit(processors).result() > 0
    except BrokenProcessPool:
        return False
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def pool_of(processes: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn"), initializer=_start)


def _start() -> None:
    """Ctrl-C is for the process that gives out the work. What is loaded by now stays: the garbage collector need not look at it,
    and seldom at the rest, which goes by itself with each file."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.freeze()
    gc.set_threshold(_SELDOM, 10, 10)


def _end_with_parent() -> None:
    """A process that was killed takes its workers with it: they would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
        os._exit(1)
