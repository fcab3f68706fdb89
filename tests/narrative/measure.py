"""What the rules about texts find in the paragraphs of a set: `python tests/narrative/measure.py first` prints the table. Of a
paragraph, `found` is what is found and `missed` what a person would have found besides."""

from __future__ import annotations

import json
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

from xlprocess.checking import check
from xlprocess.derive import derive
from xlprocess.finding import Finding
from xlprocess.form.load import load
from xlprocess.report import Report
from xlprocess.values import read_values, report_of

PARAGRAPHS = Path(__file__).parent / "paragraphs"


def paragraphs(name: str) -> list[dict[str, Any]]:
    """The paragraphs of a set, each with the values of its report."""
    document = tomllib.loads((PARAGRAPHS / f"{name}.toml").read_text(encoding="utf-8"))
    given = document["report"] | {"rows": [{"org": "局机关", **document["figures"]}]}
    return [{**given, **paragraph} for paragraph in document["paragraph"]]


def report(paragraph: dict[str, Any]) -> Report:
    form = load("yueyang-2021")
    values = {k: v for k, v in paragraph.items() if k not in ("at", "text", "found", "missed", "why")}
    values["narrative"] = {paragraph["at"]: paragraph["text"]}
    made = report_of(form, read_values(form, json.dumps(values, ensure_ascii=False), "paragraph"))
    derive(made)
    return made


def findings(paragraph: dict[str, Any]) -> list[Finding]:
    """What the rules about texts find in it."""
    return [f for f in check(report(paragraph)) if f.rule.startswith("R6")]


def table(name: str, tell: bool = True) -> dict[str, list[int]]:
    """Found, missed and false for each rule."""
    rows: dict[str, list[int]] = {}
    for paragraph in paragraphs(name):
        got = findings(paragraph)
        have = Counter(f"{f.rule} {f.severity}" for f in got)
        want = Counter(paragraph["found"] + paragraph.get("missed", []))
        for key in have | want:
            row = rows.setdefault(key[:4], [0, 0, 0])
            both = min(have[key], want[key])
            row[0] += both
            row[1] += want[key] - both
            row[2] += have[key] - both
        if have != want and tell:
            print(paragraph["text"], "\n  wanted", dict(want), "\n  " + "\n  ".join(f.rule + f.message for f in got))
    return dict(sorted(rows.items()))


if __name__ == "__main__":
    result = table(sys.argv[1])
    print("rule found missed false", *(f"{rule} {a} {b} {c}" for rule, (a, b, c) in result.items()), sep="\n")
