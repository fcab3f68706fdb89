"""A folder of workbooks as departments send them in, and the truth about it: python tests/benchmarks/generate.py N FOLDER [--plain]

FOLDER/报送/…      N departments' workbooks, about half of them with a planted slip; unless --plain also what else arrives:
                   resubmissions, copies, contradictions, unreadable and foreign files, scans
FOLDER/名单.csv    the roster, in the encoding that Excel writes here (GBK), its codes without their leading zeros
FOLDER/truth.json  every file and what it is, every department's figures, every planted error: written from what was planted
"""

from __future__ import annotations

import argparse
import copy
import csv
import json
import os
import time
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from departments import MONEY, Document, department, meant, sums
from shapes import Place, Spot, workbook
from slips import DIAGNOSED, OTHERS, Planted, Slip

SENT = "报送"


def generate(folder: Path, count: int, *, plain: bool = False) -> dict[str, Any]:
    """Writes everything, and returns the truth. The same for the same arguments."""
    random, times = Random(f"{count} departments"), Counter[Slip]()
    made = _Made(folder)
    extras = 0 if plain else max(count // 20, 1)
    for number in range(count):
        right = department(number)
        document = copy.deepcopy(right)
        planted = _plant(document, number, random, times)
        name = f"{number // 500:03}/{document['budget_code']}.xlsx" if plain else _name(document, random)
        made.right = right
        if number < 4 * extras and not plain:
            _several(made, ("resubmitted", "copied", "contradicting", "resubmitted")[number % 4], name, right, document, planted)
        else:
            made.current(name, document, planted)
    if not plain:
        _others(made, count, extras)
    made.finish()
    return made.truth


class _Made:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.truth: dict[str, Any] = {"departments": [], "files": {}, "missing": [], "excused": []}
        self.roster: list[dict[str, str]] = []
        self.right: Document = {}

    def put(self, name: str, data: bytes, role: str, whose: str | None) -> None:
        path = self.folder / SENT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        if role == "duplicate":
            os.utime(path, (1_640_000_000, 1_640_000_000))  # the older copy
        self.truth["files"][name] = {"as": role, "department": whose}

    def current(self, name: str, document: Document, planted: list[Planted], round: int | None = None) -> None:
        data, places = workbook(document)
        self.put(name, _returned(data, round) if round else data, "current", document["dept_name"])
        self.expect(document)
        self.truth["departments"].append(
            {
                "code": document["budget_code"],
                "name": document["dept_name"],
                "file": name,
                "typed": _figures(document, document["rows"][0]),
                "parts": _figures(document, sums(document["rows"][1:])),
                "right": _figures(self.right, sums(self.right["rows"][1:])),
                "score": document["score"],
                "planted": [_told(p, places) for p in planted],
            }
        )

    def expect(self, document: Document, excused: str = "") -> None:
        """A line of the roster."""
        line = {"预算编码": document["budget_code"].lstrip("0"), "部门名称": document["dept_name"], "分组": "政府部门"}
        self.roster.append({**line, "免报": excused})

    def finish(self) -> None:
        with (self.folder / "名单.csv").open("w", encoding="gbk", newline="") as file:
            writer = csv.DictWriter(file, ["预算编码", "部门名称", "分组", "免报"])
            writer.writeheader()
            writer.writerows(self.roster)
        text = json.dumps(self.truth, ensure_ascii=False, indent=1, default=str)
        (self.folder / "truth.json").write_text(text, encoding="utf-8")


def _plant(document: Document, number: int, random: Random, times: Counter[Slip]) -> list[Planted]:
    """In half of the departments one slip, in some of these another that has nothing to do with sums; of each kind as many."""
    found: list[Planted] = []
    if random.random() >= 0.5:
        return found
    first = _one(document, random, sorted((*DIAGNOSED, *OTHERS), key=lambda slip: times[slip]), times, found)
    if first in DIAGNOSED and random.random() < 0.3:
        _one(document, random, [OTHERS[number % 5]], times, found)
    return found


def _one(document: Document, random: Random, slips: Iterable[Slip], times: Counter[Slip], found: list[Planted]) -> Slip | None:
    """The first of the slips for which this document has a place."""
    for slip in slips:
        trial = copy.deepcopy(document)
        planted = slip(trial, random)
        if planted is not None:
            document.clear()
            document.update(trial)
            found.append(planted)
            times[slip] += 1
            return slip
    return None


def _name(document: Document, random: Random) -> str:
    """As clerks name their files: never to be relied on."""
    name, code = document["dept_name"], document["budget_code"]
    return random.choice(
        (f"{name}.xlsx", f"{code} {name}自评表.xlsx", f"第{int(code) % 3 + 1}批/{name}.xlsx", f"{name}（终稿2）.xlsx")
    )


def _several(made: _Made, what: str, name: str, right: Document, document: Document, planted: list[Planted]) -> None:
    whose = document["dept_name"]
    if what == "copied":
        made.current(name, document, planted)
        made.put(f"再发一次/{whose}.xlsx", workbook(document)[0], "duplicate", whose)
        return
    wrong = copy.deepcopy(right)
    wrong["staff_actual"] = wrong["staff_quota"] + 9
    wrong["report_date"] = "2021-01-05"  # before any that is right
    if what == "resubmitted":
        made.put(f"第一次/{whose}.xlsx", workbook(wrong)[0], "superseded", whose)
        made.current(name, document, planted, round=1)
    else:
        made.put(f"来历不明/{whose}.xlsx", workbook(wrong)[0], "conflicting", whose)
        made.current(name, document, planted)


def _others(made: _Made, count: int, extras: int) -> None:
    """What else arrives, and who sends nothing."""
    for k in range(extras):
        absent, damaged, scanned, excused = (department(count + 4 * k + each) for each in range(4))
        good = workbook(damaged)[0]
        made.put(
            f"坏文件/{damaged['dept_name']}.xlsx", (good[: len(good) // 2], b"", b"not a workbook" * 99)[k % 3], "unreadable", None
        )
        made.put(f"别的/名册{k}.xlsx", _foreign(k), "not_a_form", None)
        made.put(f"盖章/{scanned['dept_name']}.pdf", b"%PDF-1.4 scan", "attachment", scanned["dept_name"])
        for document in (absent, damaged, scanned):
            made.expect(document)
            made.truth["missing"].append(document["dept_name"])
        made.expect(excused, "涉密")
        made.truth["excused"].append(excused["dept_name"])


def _foreign(number: int) -> bytes:
    from io import BytesIO

    from xlsxwriter import Workbook

    target = BytesIO()
    book = Workbook(target)
    sheet = book.add_worksheet("名册")
    for row in range(number + 3):
        sheet.write_row(row, 0, ["序号", row, "物品", row * 3.5])
    book.close()
    return target.getvalue()


def _returned(data: bytes, round: int) -> bytes:
    """The same in a copy that was returned for the round and mended."""
    from xlprocess.books.book import Changes
    from xlprocess.books.file import FileBook
    from xlprocess.stamps import ROUND_PROPERTY

    book = FileBook.open(data, "returned")
    book.apply(Changes(cells=[], notes={}, results=None, properties={ROUND_PROPERTY: str(round)}))
    return book.to_bytes()


def _figures(document: Document, row: Document) -> dict[str, Decimal]:
    """What is added up over departments: a row of the money tables, people, and the foot of the social items."""
    found = {f: v for f in MONEY if (v := meant(row.get(f))) is not None}
    found.update({f: Decimal(document[f]) for f in ("staff_quota", "staff_actual") if document[f] is not None})
    if document.get("social_total") is not None:
        found["social_total"] = document["social_total"]
    return found


def _told(planted: Planted, places: dict[Spot, Place]) -> dict[str, Any]:
    place = places[planted["spot"]]
    return {**{k: v for k, v in planted.items() if k != "spot"}, "sheet": place.sheet, "cell": place.cell}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--plain", action="store_true", help="departments only")
    arguments = parser.parse_args()
    start = time.perf_counter()
    truth = generate(arguments.folder, arguments.count, plain=arguments.plain)
    print(f"{len(truth['files'])} files in {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()
