"""How fast many workbooks become one summary, against named peers, in one run and taking turns:

    python tests/benchmarks/consolidating.py [--count 2000] [--rounds 3] [--processes 2] [--scale 20000]

    the whole, from a folder to a summary     against a bare python-calamine loop over the same files in as many processes
                                              (every sheet's values, nothing kept)
    the whole                                 against the loop that one would write oneself (by_pandas.py): pandas with openpyxl
                                              in one process, plain tables and plain checks; measured on a sample of the files,
                                              and scaled. What it takes merely to read them is told beside it
    again with a ledger, 1 % of files changed against cold with a ledger (the writing of the summary apart)
    the parent's memory                       what it grows by for each file, from a tenth of the files to all of them, when
                                              the summary is not yet written
    --scale                                   the time for a file at so many files against that at --count

Medians. Every run of ours is a process of its own, as a user starts it; the time to write the summary is part of the whole. Wall
times mean something on a machine that does nothing else; the seconds of processor time beside them mean something on any.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import active_children, get_context
from pathlib import Path
from typing import NamedTuple

from departments import department
from generate import SENT, generate
from shapes import workbook

SAMPLE = 100


class Took(NamedTuple):
    """A run of ours, in seconds: all of it, the processors' part, the reading (search to result), the writing; the memory of the
    parent in bytes when it had started and when all was read; the processors' part of the reading, workers included."""

    whole: float
    cpu: float
    read: float
    write: float
    before: int
    after: int
    read_cpu: float


class Loop(NamedTuple):
    """Seconds of a loop: by the clock, and of the processors."""

    whole: float
    cpu: float


def children() -> float:
    """Seconds of the processors that processes have taken which have ended."""
    times = os.times()
    return times.children_user + times.children_system


def calamine(path: str) -> None:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(path)
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python()


def calamine_loop(paths: list[str], processes: int) -> Loop:
    start, before = time.perf_counter(), children()
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for _ in pool.map(calamine, paths, chunksize=16):
            pass
    return Loop(time.perf_counter() - start, children() - before)


def pandas_loop(paths: list[str], target: Path | None) -> Loop:
    """For a file of a sample, without the start of a process. `target`: where the tables go; merely reading without it."""
    import by_pandas

    def loop(paths: list[str]) -> None:
        if target is None:
            by_pandas.read(paths)
        else:
            by_pandas.consolidate(paths, target)

    loop(paths[:1])
    start, before = time.perf_counter(), time.process_time()
    loop(paths)
    return Loop((time.perf_counter() - start) / len(paths), (time.process_time() - before) / len(paths))


def ours(folder: Path, processes: int, ledger: Path | None = None) -> Took:
    command = [sys.executable, __file__, "--one", str(folder), str(processes), str(ledger or "")]
    start, before = time.perf_counter(), children()
    told = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    whole, cpu = time.perf_counter() - start, children() - before
    if told.returncode:
        sys.exit(told.stderr)
    return Took(whole, cpu, **json.loads(told.stdout))


def one(folder: Path, processes: int, ledger_path: Path | None) -> None:
    """A consolidation as the command does it; says what it took."""
    from xlprocess.consolidate import consolidate
    from xlprocess.consolidation.ledger import Ledger
    from xlprocess.jobs.inputs import find
    from xlprocess.pipeline import stamped_file
    from xlprocess.writers.summary import write_summary

    before, start = memory(), time.perf_counter()
    with tempfile.TemporaryDirectory() as beside, Ledger(ledger_path) as ledger:
        found = consolidate(find([folder]).inputs, ledger, processes=processes)
        read, after, read_cpu = time.perf_counter() - start, memory(), time.process_time()
        write_summary(found, Path(beside) / "summary.xlsx", base=folder)
        stamped_file((Path(beside) / "summary.xlsx").read_bytes(), "summary.xlsx")
        write = time.perf_counter() - start - read
    for process in active_children():
        process.join()
    print(json.dumps({"read": read, "write": write, "before": before, "after": after, "read_cpu": read_cpu + children()}))


def memory() -> int:
    """The most that this process has held, in bytes; 0 where no system tells. (What `getrusage` says begins, on Linux, with what
    the process that started this one held.)"""
    status = Path("/proc/self/status")
    if status.exists():
        told = next(line for line in status.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM"))
        return int(told.split()[1]) * 1024
    if sys.platform != "darwin":
        return 0
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def change(folder: Path, share: float) -> int:
    """Other figures in some of the files."""
    paths = sorted(folder.rglob("*.xlsx"))
    chosen = random.Random(len(paths)).sample(paths, max(round(len(paths) * share), 1))
    for number, path in enumerate(chosen):
        document = department(number)
        document["staff_actual"] -= 1
        document["budget_code"] = path.stem
        path.write_bytes(workbook(document)[0])
    return len(chosen)


def measure(home: Path, count: int, rounds: int, processes: int) -> dict[str, float]:
    folder = home / SENT
    paths = [str(p) for p in sorted(folder.rglob("*.xlsx"))]
    bare: list[Loop] = []
    whole: list[Took] = []
    for _ in range(rounds):
        bare.append(calamine_loop(paths, processes))
        whole.append(ours(folder, processes))
    sample = random.Random(1).sample(paths, min(SAMPLE, count))
    merely, each = pandas_loop(sample, None), pandas_loop(sample, home / "by_pandas.xlsx")
    cold: list[Took] = []
    warm: list[Took] = []
    for number in range(rounds):
        ledger = home / f"{number}.ledger"
        cold.append(ours(folder, processes, ledger))
        change(folder, 0.01)
        warm.append(ours(folder, processes, ledger))
    few = home / "few" / SENT
    few.mkdir(parents=True)
    for path in paths[: count // 10]:
        shutil.copyfile(path, few / Path(path).name)
    some = ours(few, processes)
    grown = (statistics.median(w.after for w in whole) - some.after) / (count - count // 10)
    middle = statistics.median
    return {
        "calamine": middle(t.whole for t in bare),
        "calamine_cpu": middle(t.cpu for t in bare),
        "whole": middle(w.whole for w in whole),
        "whole_cpu": middle(w.cpu for w in whole),
        "write": middle(w.write for w in whole),
        "pandas": each.whole * count,
        "pandas_cpu": each.cpu * count,
        "pandas_reading": merely.whole * count,
        "pandas_reading_cpu": merely.cpu * count,
        "cold": middle(t.read for t in cold),
        "cold_cpu": middle(t.read_cpu for t in cold),
        "warm": middle(t.read for t in warm),
        "warm_cpu": middle(t.read_cpu for t in warm),
        "growth": grown,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--scale", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    count, processes = arguments.count, arguments.processes
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "all"
        generate(home, count, plain=True)
        found = measure(home, count, arguments.rounds, processes)
        if arguments.scale:
            larger = Path(folder) / "larger"
            generate(larger, arguments.scale, plain=True)
            few, many = ours(home / SENT, processes), ours(larger / SENT, processes)
            found["each"], found["each_of_many"] = few.whole / count, many.whole / arguments.scale
            found["each_cpu"], found["each_of_many_cpu"] = few.cpu / count, many.cpu / arguments.scale
            found["growth_of_many"] = (many.after - few.after) / (arguments.scale - count)
    if arguments.json:
        print(json.dumps(found, indent=1))
        return
    tell(found, arguments)


def tell(found: dict[str, float], arguments: argparse.Namespace) -> None:
    count, processes = arguments.count, arguments.processes
    rows = [
        ("xlprocess consolidate, to the summary", "whole", f"of which writing {found['write']:.1f} s"),
        ("bare calamine", "calamine", f"in {processes} processes"),
        ("pandas+openpyxl, one process", "pandas", f"scaled from {min(SAMPLE, count)} files"),
        ("pandas+openpyxl, merely reading", "pandas_reading", "the same"),
        ("with a ledger, cold", "cold", "reading, the summary apart"),
        ("with a ledger, 1 % changed", "warm", "reading, the summary apart"),
    ]

    def per(name: str, other: str) -> tuple[float, float]:
        return found[name] / found[other], found[f"{name}_cpu"] / found[f"{other}_cpu"]

    whole, cpu = found["whole"], found["whole_cpu"]
    limit, limit_cpu = 4 * found["calamine"] + 4, 4 * found["calamine_cpu"] + 4
    wanted = [
        ("whole / (4 × calamine + 4 s)", (whole / limit, cpu / limit_cpu), "at most 1"),
        ("pandas+openpyxl / whole", (found["pandas"] / whole, found["pandas_cpu"] / cpu * processes), "at least 8"),
        (
            "pandas+openpyxl, merely reading / whole",
            (found["pandas_reading"] / whole, found["pandas_reading_cpu"] / cpu * processes),
            "for comparison",
        ),
        ("cold / warm", per("cold", "warm"), "at least 8"),
    ]
    if arguments.scale:
        wanted.append((f"a file at {arguments.scale} / at {count}", per("each_of_many", "each"), "at most 1.1"))
    print(f"{count} workbooks, {processes} processes, medians of {arguments.rounds} rounds")
    print(f"  {'':40} {'by the clock':>14} {'of processors':>14}")
    for name, key, remark in rows:
        print(f"  {name:40} {found[key]:12.2f} s {found[f'{key}_cpu']:12.2f} s   {remark}")
    for name, (ratio, ratio_cpu), goal in wanted:
        print(f"  {name:40} {ratio:14.2f} {ratio_cpu:14.2f}   {goal}")
    for name in ("growth", "growth_of_many"):
        if name in found:
            print(f"  {'the memory of the parent, bytes a file':40} {found[name]:14.0f} {'':14}   at most 8192")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(Path(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]) if sys.argv[4] else None)
    else:
        main()
