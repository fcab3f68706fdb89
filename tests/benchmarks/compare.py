"""How fast, against named peers, all in one run and interleaved: python tests/benchmarks/compare.py [WORKBOOK] [--rounds N]

    read + derive + check    against bare python-calamine, and against pandas with openpyxl merely reading
    run in place             against openpyxl load + save
    xlprocess check (whole)  against python -c "import openpyxl"

Medians; warm, in one process, except the last: the jobs take turns, and each is done five times in a row when it is its turn,
as in a batch that does nothing else. Prints a table, and with --json a document.
"""

from __future__ import annotations

import argparse
import gc
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

SAMPLES = Path(__file__).parents[2] / "workbooks" / "samples"


def calamine(path: Path) -> None:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(str(path))
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python()


def pandas_openpyxl(path: Path) -> None:
    import pandas as pd

    pd.read_excel(path, sheet_name=None, header=None, engine="openpyxl")


def ours_check(path: Path) -> None:
    import xlprocess

    xlprocess.check(path)


def ours_in_place(path: Path) -> None:
    import xlprocess

    data = xlprocess.run(path).data
    assert data is not None
    beside = path.with_suffix(".tmp")
    beside.write_bytes(data)
    beside.replace(path)


def openpyxl_in_place(path: Path) -> None:
    import openpyxl

    book = openpyxl.load_workbook(path)
    book.save(path)


def process(*command: str) -> Callable[[Path], None]:
    def start(path: Path) -> None:
        subprocess.run([sys.executable, *command, *([str(path)] if "check" in command else [])], capture_output=True, check=False)

    return start


JOBS: dict[str, Callable[[Path], None]] = {
    "calamine, all values": calamine,
    "xlprocess read+derive+check": ours_check,
    "pandas+openpyxl, reading": pandas_openpyxl,
    "xlprocess run in place": ours_in_place,
    "openpyxl load+save": openpyxl_in_place,
    "process: xlprocess check": process("-m", "xlprocess", "check"),
    "process: import openpyxl": process("-c", "import openpyxl"),
}
RATIOS = (
    ("xlprocess read+derive+check", "calamine, all values", "at most 3.5"),
    ("pandas+openpyxl, reading", "xlprocess read+derive+check", "at least 5"),
    ("openpyxl load+save", "xlprocess run in place", "at least 6"),
    ("process: xlprocess check", "process: import openpyxl", "at most 1"),
)


IN_A_ROW = 5


def measure(sample: Path, rounds: int) -> dict[str, float]:
    """Medians in seconds; the jobs take turns. Each works on a fresh copy, as it would be the first time."""
    times: dict[str, list[float]] = {name: [] for name in JOBS}
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(rounds + 1):
            for number, (name, job) in enumerate(JOBS.items()):
                path = Path(folder) / f"{number}.xlsx"
                gc.collect()
                for _ in range(1 if name.startswith("process") else IN_A_ROW):
                    shutil.copyfile(sample, path)
                    start = time.perf_counter()
                    job(path)
                    took = time.perf_counter() - start
                    if turn:  # the first turn warms up
                        times[name].append(took)
    return {name: statistics.median(t) for name, t in times.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("workbook", nargs="?", type=Path, default=None)
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    sample = arguments.workbook or sorted(SAMPLES.glob("*.xlsx"))[0]
    warnings.simplefilter("ignore")
    medians = measure(sample, arguments.rounds)
    ratios = {f"{a} / {b}": medians[a] / medians[b] for a, b, _ in RATIOS}
    if arguments.json:
        print(json.dumps({"medians": medians, "ratios": ratios}, ensure_ascii=False, indent=1))
        return
    for name, seconds in medians.items():
        print(f"{name:32} {seconds * 1000:9.2f} ms")
    for (a, b, wanted), ratio in zip(RATIOS, ratios.values(), strict=True):
        print(f"{a} / {b}: {ratio:.2f} ({wanted})")


if __name__ == "__main__":
    main()
