"""From a click to the dialog, in a window of LibreOffice that listens on nothing: `python tests/benchmarks/button.py [ROUNDS]`.

The click is a real one on 运行检查 of the sample with its buttons; the dialog is there when LibreOffice has a second window.
The launcher notes when it is started: what lies before is LibreOffice's own start of the macro. Then one process tells where its
time goes.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))
sys.path.insert(0, str(ROOT))

from at_screen import Desk  # noqa: E402
from screen import Screen  # noqa: E402

STAGES = """
import sys, time
begun = time.perf_counter()
said = []
def lap(what):
    global begun
    now = time.perf_counter()
    said.append(f"{what} {(now - begun) * 1e3:.0f}")
    begun = now
from pathlib import Path
from xlprocess.desktop.connect import spare_imports
spare_imports()
from xlprocess.desktop.reach import reached
lap("import_door")
native = reached(sys.argv[1], "libreoffice")
lap("reach_window")
import xlprocess.doors.clicked
from xlprocess.books.live import LiveBook
from xlprocess.checking import check, roundings
from xlprocess.derive import derived
from xlprocess.pipeline import Checked, annotate_book, read_book
lap("import_rules")
book = LiveBook(native.book, native)
report = read_book(book, "x")
lap("read")
checked = Checked(report, check(report), list(derived(report)), list(roundings(report)))
lap("check")
annotate_book(book, checked)
lap("write")
print(" ".join(said))
"""


def main(rounds: int) -> None:
    screen = Screen()
    try:
        os.environ.update(DISPLAY=screen.display, HOME=str(screen.home))
        screen.install_buttons()
        launcher = screen.home / ".local" / "share" / "xlprocess" / "button"
        started = screen.home / "started"
        lines = launcher.read_text(encoding="utf-8").splitlines()
        launcher.write_text("\n".join([lines[0], f'date +%s.%N > "{started}"', *lines[1:]]), encoding="utf-8")
        path = Path(tempfile.mkdtemp(dir=screen.home)) / "made.xlsm"
        values = ROOT / "workbooks" / "samples" / "应急管理局2021.json"
        subprocess.run(
            [sys.executable, "-m", "xlprocess", "new", str(path), "--data", str(values)], check=True, capture_output=True
        )
        data = path.read_bytes()
        first, again = [], []
        stages: dict[str, list[float]] = {}
        desk = Desk(screen, data, "预备.xlsm")
        one(desk, started)  # everything is compiled
        screen.close()
        for number in range(rounds):
            desk = Desk(screen, data, f"自评 {number}.xlsm")
            first.append(one(desk, started))
            again.append(one(desk, started))
            screen.close()
            desk = Desk(screen, data, f"分段 {number}.xlsm")
            done = subprocess.run(
                [sys.executable, "-P", "-c", STAGES, str(desk.path)],
                env=screen.environment,
                capture_output=True,
                text=True,
                check=True,
            )
            words = done.stdout.split()
            for what, took in zip(words[::2], words[1::2], strict=True):
                stages.setdefault(what, []).append(float(took))
            screen.close()
        for what, took in (("first click", first), ("second click", again)):
            macro, door, ours, office = (statistics.median(column) * 1e3 for column in zip(*took, strict=True))
            print(
                f"{what}: macro start {macro:.0f} ms, from there to the dialog {door:.0f} ms, of which processors worked "
                f"{ours:.0f} ms for us and {office:.0f} ms for LibreOffice (medians of {rounds})"
            )
        print(
            "where the time goes (first click, one process): "
            + ", ".join(f"{k} {statistics.median(v):.0f} ms" for k, v in stages.items())
        )
    finally:
        screen.stop()


def one(desk: Desk, started: Path) -> tuple[float, float, float, float]:
    """Seconds from the click to the start of our program, and from there to the dialog; and what processors worked meanwhile, for
    our program and for LibreOffice: that hardly depends on what else the machine does."""
    started.unlink(missing_ok=True)
    with desk.desktop() as (context, _):
        toolkit = context.ServiceManager.createInstanceWithContext("com.sun.star.awt.Toolkit", context)
        windows = toolkit.TopWindowCount
        before = worked("soffice.bin")
        clicked = desk.click("运行检查")
        end = time.monotonic() + 60
        while toolkit.TopWindowCount == windows:
            if time.monotonic() > end:
                raise TimeoutError("no dialog")
            time.sleep(0.005)
        shown = time.time()
        ours, office = worked("xlprocess.doors.button", desk.path.name), worked("soffice.bin") - before
    begun = float(started.read_text())
    desk.answered()
    return begun - clicked, shown - begun, ours, office


def worked(*words: str) -> float:
    """Seconds of processors for the processes on this screen whose command has these words."""
    total = 0.0
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes().decode("utf-8", "replace")
            if all(quote(word) in command or word in command for word in words) and screen_of(entry) == os.environ["DISPLAY"]:
                fields = (entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
                total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        except OSError:
            continue
    return total


def screen_of(entry: Path) -> str:
    words = (entry / "environ").read_bytes().decode("utf-8", "replace").split("\0")
    return next((word.removeprefix("DISPLAY=") for word in words if word.startswith("DISPLAY=")), "")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
