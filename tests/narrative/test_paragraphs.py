"""The rules about texts on whole paragraphs of two kinds, and on the real report."""

from __future__ import annotations

import importlib.util
from collections import Counter
from pathlib import Path

import pytest

from xlprocess.checking import check


def load(name):
    spec = importlib.util.spec_from_file_location(f"narrative_{name}", Path(__file__).parent / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


measure, seed = load("measure"), load("seed")
SETS = [
    (name, k)
    for name in ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
    for k in range(len(measure.paragraphs(name)))
]


@pytest.mark.parametrize(("name", "number"), SETS)
def test_finds_in_a_paragraph_what_is_wrong_and_nothing_else(name, number):
    paragraph = measure.paragraphs(name)[number]
    found = measure.findings(paragraph)
    assert Counter(f"{f.rule} {f.severity}" for f in found) == Counter(paragraph["found"]), [f.message for f in found]


TABLES = {
    "fifth": {
        "R601": (3, 0, 0),
        "R602": (3, 0, 0),
        "R603": (7, 0, 0),
        "R604": (2, 0, 0),
        "R605": (5, 0, 0),
        "R606": (6, 0, 0),
        "R607": (3, 0, 0),
        "R608": (2, 0, 0),
        "R611": (4, 0, 0),
    },
    "sixth": {
        "R601": (6, 0, 0),
        "R602": (4, 1, 0),
        "R603": (7, 0, 0),
        "R604": (2, 0, 0),
        "R605": (7, 0, 0),
        "R606": (5, 0, 0),
        "R607": (2, 0, 0),
        "R608": (3, 0, 0),
        "R609": (1, 0, 0),
        "R610": (2, 0, 0),
        "R611": (4, 0, 0),
    },
    "seventh": {
        "R601": (2, 0, 0),
        "R602": (1, 0, 0),
        "R603": (3, 0, 0),
        "R604": (1, 0, 0),
        "R605": (4, 0, 0),
        "R606": (4, 0, 0),
        "R607": (1, 0, 0),
        "R608": (1, 0, 0),
        "R611": (3, 0, 0),
    },
    "eighth": {
        "R602": (0, 1, 0),
        "R603": (3, 0, 0),
        "R604": (1, 0, 0),
        "R605": (3, 0, 0),
        "R606": (5, 0, 0),
        "R608": (1, 0, 0),
        "R611": (2, 0, 0),
    },
}
"""Of each rule: found, missed, false."""


@pytest.mark.parametrize(("name", "rows"), TABLES.items())
def test_how_much_is_found_and_missed_and_that_nothing_is_false(name, rows):
    assert {rule: tuple(row) for rule, row in measure.table(name, tell=False).items()} == rows


def of_texts(report):
    return [(f.rule, f.severity, f.where.table, f.where.field) for f in check(report) if f.rule.startswith("R6")]


REAL = [
    ("R610", "notice", "income", None),
    ("R607", "notice", "narrative", "s2"),
    ("R608", "notice", "narrative", "s2"),
]


def test_finds_in_the_real_report_what_must_be_found_and_nothing_that_must_not():
    assert of_texts(seed.seed()) == REAL


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (
            "基本支出459.1万元",
            "基本支出495.1万元",
            [("R601", "warning", "narrative", "s2"), ("R602", "warning", "narrative", "s2")],
        ),
        (
            "公用支出109.67万元",
            "公用支出106.97万元",
            [("R601", "warning", "narrative", "s2"), ("R602", "warning", "narrative", "s2")],
        ),
        ("长岭街道10", "长岭街道15", [("R602", "warning", "narrative", "s2")]),
        ("内设5个股室", "内设7个股室", []),
        ("基本养老保险缴费支出24.64", "基本养老保险缴费支出26.64", [("R602", "warning", "narrative", "s5")]),
        (
            "因公出国（境）费支出0万元",
            "因公出国（境）费支出3万元",
            [("R601", "warning", "narrative", "s2"), ("R602", "warning", "narrative", "s2")],
        ),
        ("2021年无政府性基金", "2020年无政府性基金", [("R606", "warning", "narrative", "s3")]),
    ],
)
def test_finds_a_slip_made_in_the_real_report(old, new, found):
    more = [f for f in of_texts(seed.seed({old: new})) if f not in REAL]
    assert more == found
