"""How long an import takes: python tests/benchmarks/word_import.py [--rounds N] [--json]

    a report of thirty pages (.docx)     read into values, warm and as a whole process
    the same as .doc                     against LibreOffice converting it to .docx by itself, interleaved

The report is written from the sample with many organisations, indicators and long texts; its pages are counted in the PDF that
LibreOffice makes of it, where it is installed. Medians.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from xlprocess.derive import derive
from xlprocess.form.load import load
from xlprocess.values import read_values, report_of
from xlprocess.word.convert import to_docx, to_pdf
from xlprocess.word.open_document import open_document
from xlprocess.word.read_form import read_form
from xlprocess.word.report_docx import write_report

SAMPLE = Path(__file__).parents[2] / "workbooks" / "samples" / "档案馆2021.json"
_PAGE = re.compile(rb"/Type\s*/Page[^s]")


def thirty_pages() -> bytes:
    """The sample with twenty organisations, two hundred indicators and long texts."""
    document = json.loads(SAMPLE.read_text(encoding="utf-8"))
    lead = next(r for r in document["rows"] if r["org"] == "局机关")
    document["rows"] += [{**lead, "org": f"下属单位{'甲乙丙丁戊己庚辛壬癸'[k % 10]}{'东西'[k // 10]}"} for k in range(18)]
    document["indicators"] = [
        {**document["indicators"][k % len(document["indicators"])], "name": f"第{k}项工作按时完成"} for k in range(200)
    ]
    sentence = "全年按照年初计划推进各项重点工作，资金支出与工作进度基本匹配，专款专用，台账清楚。"
    document["narrative"] = {f"s{k}": "\n".join([sentence * 6] * 6) for k in range(1, 10)}
    form = load("yueyang-2021")
    report = report_of(form, read_values(form, json.dumps(document), "benchmark"))
    derive(report)
    return write_report(report)


def timed(work: Callable[[], object], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=9)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    found: dict[str, float] = {}
    data = thirty_pages()

    def read() -> object:
        return read_form(open_document(data, "报告.docx"), "报告.docx")

    read()
    found["import of the .docx, warm (s)"] = timed(read, given.rounds)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "报告.docx").write_bytes(data)
        command = [sys.executable, "-m", "xlprocess", "import", "报告.docx", "-o", "表.xlsx", "--force"]

        def whole() -> object:
            return subprocess.run(command, cwd=folder, capture_output=True, check=True)

        found["xlprocess import, whole process (s)"] = timed(whole, max(given.rounds // 2, 3))
        if shutil.which("soffice"):
            found["pages"] = len(_PAGE.findall(to_pdf(data, "报告.docx")))
            profile = (folder / "profile").as_uri()
            office = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--norestore", "--convert-to"]
            subprocess.run([*office, "doc", "--outdir", name, str(folder / "报告.docx")], capture_output=True, check=True)
            old = (folder / "报告.doc").read_bytes()
            alone, ours = [], []
            for _ in range(max(given.rounds // 3, 3)):
                alone.append(timed(lambda: to_docx(old, "报告.doc"), 1))
                ours.append(timed(lambda: read_form(open_document(old, "报告.doc"), "报告.doc"), 1))
            found["LibreOffice converts the .doc (s)"] = statistics.median(alone)
            found["import of the .doc (s)"] = statistics.median(ours)
            found["more than LibreOffice alone (s)"] = statistics.median(o - a for o, a in zip(ours, alone, strict=True))
    if given.json:
        print(json.dumps(found, indent=1))
        return
    for what, value in found.items():
        print(f"{what:40}{value:8.3f}" if what != "pages" else f"{what:40}{value:8.0f}")


if __name__ == "__main__":
    main()
