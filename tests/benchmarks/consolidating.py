"""How fast many workbooks become one summary, against named peers, in one run and taking turns:

    python tests/benchmarks/consolidating.py [--count 2000] [--rounds 3] [--processes 2] [--scale 20000]

    the whole, from a folder to a summary     against a bare python-calamine loop over the same files in as many processes
                                              (every sheet's values, nothing kept)
    the whole                                 against a loop of pandas with openpyxl in one process, merely reading: measured
                                              on a sample of the files, and scaled
    again with a ledger, 1 % of files changed against cold with a ledger (the writing of the summary apart)
    the parent's memory                       what it grows by for each file, from a tenth of the files to all of them, when
                                              the summary is not yet written
    --scale                                   the time for a file at so many files against that at --count

Medians. Every run of ours is a process of its own, as a user starts it; the time to write the summary is part of the whole.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from departments import department
from generate import SENT, generate
from shapes import workbook

SAMPLE = 40


class Took(NamedTuple):
    """A run of ours, in seconds: all of it, the reading (search to result), the writing; the memory of the parent in bytes when
    it had started and when all was read."""

    whole: float
    read: float
    write: float
    before: int
    after: int


def calamine(path: str) -> None:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(path)
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python()


def calamine_loop(paths: list[str], processes: int) -> float:
    start = time.perf_counter()
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for _ in pool.map(calamine, paths, chunksize=16):
            pass
    return time.perf_counter() - start


def pandas_loop(paths: list[str]) -> float:
    """Seconds for a file of a sample, without the start of a process."""
    import pandas as pd

    warnings.simplefilter("ignore")
    pd.read_excel(paths[0], sheet_name=None, header=None, engine="openpyxl")
    start = time.perf_counter()
    for path in paths:
        pd.read_excel(path, sheet_name=None, header=None, engine="openpyxl")
    return (time.perf_counter() - start) / len(paths)


def ours(folder: Path, processes: int, ledger: Path | None = None) -> Took:
    command = [sys.executable, __file__, "--one", str(folder), str(processes), str(ledger or "")]
    start = time.perf_counter()
    told = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    whole = time.perf_counter() - start
    if told.returncode:
        sys.exit(told.stderr)
    return Took(whole, **json.loads(told.stdout))


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
        read, after = time.perf_counter() - start, memory()
        write_summary(found, Path(beside) / "summary.xlsx", base=folder)
        stamped_file((Path(beside) / "summary.xlsx").read_bytes(), "summary.xlsx")
        write = time.perf_counter() - start - read
    print(json.dumps({"read": read, "write": write, "before": before, "after": after}))


def memory() -> int:
    """The most that this process has held, in bytes."""
    try:
        import resource
    except ImportError:  # Windows
        return 0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


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
    bare: list[float] = []
    whole: list[Took] = []
    for _ in range(rounds):
        bare.append(calamine_loop(paths, processes))
        whole.append(ours(folder, processes))
    each = pandas_loop(random.Random(1).sample(paths, min(SAMPLE, count)))
    cold: list[float] = []
    warm: list[float] = []
    for number in range(rounds):
        ledger = home / f"{number}.ledger"
        cold.append(ours(folder, processes, ledger).read)
        change(folder, 0.01)
        warm.append(ours(folder, processes, ledger).read)
    few = home / "few" / SENT
    few.mkdir(parents=True)
    for path in paths[: count // 10]:
        shutil.copyfile(path, few / Path(path).name)
    some = ours(few, processes)
    grown = (statistics.median(w.after for w in whole) - some.after) / (count - count // 10)
    return {
        "calamine": statistics.median(bare),
        "whole": statistics.median(w.whole for w in whole),
        "write": statistics.median(w.write for w in whole),
        "pandas": each * count,
        "cold": statistics.median(cold),
        "warm": statistics.median(warm),
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
            found["each"], found["each_of_many"] = (
                ours(f, processes).whole / n for f, n in ((home / SENT, count), (larger / SENT, arguments.scale))
            )
    if arguments.json:
        print(json.dumps(found, indent=1))
        return
    rows = [
        ("xlprocess consolidate, to the summary", f"{found['whole']:.1f} s", f"of which writing {found['write']:.1f} s"),
        ("bare calamine", f"{found['calamine']:.1f} s", f"in {processes} processes"),
        ("pandas+openpyxl, one process", f"{found['pandas']:.0f} s", f"scaled from {min(SAMPLE, count)} files"),
        ("with ledger, cold · 1 % changed", f"{found['cold']:.1f} s · {found['warm']:.2f} s", "reading, the summary apart"),
    ]
    limit = 4 * found["calamine"] + 4
    wanted = [
        ("wall / (4 × calamine + 4 s)", found["whole"] / limit, "at most 1"),
        ("pandas+openpyxl / wall", found["pandas"] / found["whole"], "at least 8"),
        ("cold / warm", found["cold"] / found["warm"], "at least 8"),
        ("parent's growth, bytes a file", found["growth"], "at most 8192"),
    ]
    if arguments.scale:
        wanted.append((f"a file at {arguments.scale} / at {count}", found["each_of_many"] / found["each"], "at most 1.1"))
    print(f"{count} workbooks, {processes} processes, medians of {arguments.rounds} rounds")
    for name, value, remark in rows:
        print(f"  {name:40} {value:>18}   {remark}")
    for name, ratio, goal in wanted:
        print(f"  {name:40} {ratio:18.2f}   {goal}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(Path(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]) if sys.argv[4] else None)
    else:
        main()
