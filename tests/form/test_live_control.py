"""The control cells (校验) against the engine: one office program calculates, the engine checks the very same file."""

from __future__ import annotations

import io
from collections import Counter
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pytest
from office import Office
from random_values import random_values

import xlprocess
from xlprocess.books.book import Ref
from xlprocess.form.arrange import arrange
from xlprocess.form.controls import TEXTS, control_formula
from xlprocess.form.load import Form, load, load_folder
from xlprocess.form.model import Table
from xlprocess.form.template import build, seen_by_excel
from xlprocess.pipeline import check_book, open_book
from xlprocess.report import RowScope
from xlprocess.sums import figures, identities
from xlprocess.typed import rounded
from xlprocess.values import Given, Line, Values, read_values

ROOT = Path(__file__).parents[2]
EDITIONS = (load("yueyang-2021"), load("general-2022"))
COUNTY = load_folder(Path(__file__).parent / "editions" / "county-2023")
BOOKS = 200
TEXT_BOOKS = 60
ANYTHING = "?"
REMARKS = 4
"""The column that somebody inserts."""
SUMS = ("columns", "operands", "organisations", "lines")
Where = tuple[str, str, str]
"""The kind of a control, the sheet and the cell of its total."""


# ---- wherever an identity is broken, the control says so, and nowhere else


@pytest.mark.office
def test_controls_say_what_the_engine_says_of_the_very_file(office: Office, tmp_path: Path) -> None:
    """Also where somebody put a column of remarks between the figures, in every fourth book."""
    seen: Counter[tuple[str, str]] = Counter()
    for seed in range(BOOKS):
        form = EDITIONS[seed % 5 == 4]
        values = some_values(form, Random(seed))
        data, path = build(form, values), tmp_path / f"{seed}.xlsx"
        path.write_bytes(data)
        said = by_the_engine(data)
        shown = by_the_controls(form, values, office, path, remarks=seed % 4 == 1)
        assert said.keys() <= shown.keys()
        for where, text in shown.items():
            if where in said:
                assert said[where] in (text, ANYTHING), (seed, where, text)
            else:
                assert text in ("", "平"), (seed, where)
            seen[where[0], said.get(where, "")[:1]] += 1
            seen[f"{where[0]} shown", text[:1]] += 1
            seen["beside remarks", text[:1]] += seed % 4 == 1
    for kind in ("columns", "operands", "organisations", "lines"):
        for verdict in ("平", "差", ""):
            assert seen[kind, verdict] >= 20, seen
    assert seen["beside remarks", "差"] >= 40, seen
    assert seen["formula", ""] and seen["formula", "差"], seen
    for verdict in ("平", "差", ""):
        assert seen["rate shown", verdict] >= 10, seen


@pytest.mark.office
def test_a_control_that_leaves_a_text_out_says_so_instead_of_a_difference(office: Office, tmp_path: Path) -> None:
    """Texts with units are read by the engine, others are not; Excel leaves both out. A text that the sum has nothing to do with,
    whatever figure it were, hides no difference."""
    seen: Counter[str] = Counter()
    for seed in range(BOOKS, BOOKS + TEXT_BOOKS):
        form = EDITIONS[seed % 5 == 4]
        values = with_texts(random_values(form, Random(seed)), Random(seed))
        data, path = build(form, values), tmp_path / f"{seed}.xlsx"
        path.write_bytes(data)
        checked = check_book(open_book(data, "book.xlsx"), "book.xlsx")
        texts = [
            (str(c.sheet), str(c.ref))
            for _, f, c in checked.report.spots()
            if f.is_number and c.state in ("text_number", "unreadable")
        ]
        said = by_the_engine(data)
        one, other = (by_the_engine(instead_of(texts, data, first)) for first in (1234567, 7654321)) if texts else (said, said)
        for where, text in by_the_controls(form, values, office, path, remarks=seed % 2 == 1).items():
            if where[0] not in SUMS:
                continue
            depends = one.get(where) != other.get(where)
            if text == TEXTS:
                assert depends, (seed, where)
                seen["texts"] += 1
            elif text.startswith("差"):
                assert said.get(where) in (text, ANYTHING), (seed, where, text)
                seen["差"] += 1
            elif said.get(where, "").startswith("差"):
                assert texts, (seed, where, text)
            if texts and not depends and said.get(where, "").startswith("差") and (where[1], where[2]) not in texts:
                assert text == said[where], (seed, where)
                seen["in spite of texts"] += 1
    assert seen["texts"] >= 15 and seen["差"] >= 20 and seen["in spite of texts"] >= 20, seen


def with_texts(values: Values, random: Random) -> Values:
    """Here and there a figure of a grid is typed with its unit, or as about so much."""
    for rows in values.rows.values():
        for _, given in rows:
            for field, figure in given.items():
                if isinstance(figure, Decimal) and random.random() < 0.08:
                    given[field] = random.choice(("{}万元", "约{}")).format(figure)
    return values


def instead_of(texts: list[tuple[str, str]], data: bytes, first: int) -> bytes:
    """The same workbook with other figures where texts stand."""
    book, saved = openpyxl.load_workbook(io.BytesIO(data)), io.BytesIO()
    for number, (sheet, cell) in enumerate(texts):
        book[sheet][cell].value = first + 1009 * number * number * (first % 7)
    book.save(saved)
    return saved.getvalue()


def by_the_engine(data: bytes) -> dict[Where, str]:
    """What stands in a control cell if it says what the engine does."""
    checked = check_book(open_book(data, "book.xlsx"), "book.xlsx")
    typed = figures(checked.report)
    found: dict[Where, str] = {}
    for identity in identities(checked.report):
        cell = checked.report.at(identity.total)
        text = "平" if identity.holds(typed) else difference(identity.difference(typed))
        found[identity.addends, str(cell.sheet), str(cell.ref)] = text
    for finding in checked.findings:  # an edition's own rules, where a total is more than a sum
        where = finding.where
        if finding.rule in ("R705", "R706") and finding.difference is not None:
            found["formula", str(where.sheet), str(where.ref)] = difference(Decimal(finding.difference))
        elif finding.rule == "R310" and finding.difference is not None:
            found["rate", str(where.sheet), str(where.ref)] = f"{difference(Decimal(finding.difference))}%"
        elif finding.rule == "R703":  # what is out of range is compared no further
            found["formula", str(where.sheet), str(where.ref)] = ANYTHING
    return found


def difference(gap: Decimal) -> str:
    whole, _, decimals = format(abs(gap), "f").partition(".")
    return f"差 {'−' if gap < 0 else ''}{whole}.{decimals.rstrip('0').ljust(2, '0')}"


def by_the_controls(form: Form, values: Values, office: Office, path: Path, remarks: bool = False) -> dict[Where, str]:
    """`remarks`: in every sheet somebody inserts a column, and writes in each of its cells."""
    layout = arrange(form, values)
    controls = [c for c in layout.controls if c.kind in (*SUMS, "formula", "rate")]
    wanted: dict[str, list[str]] = {}
    for control in controls:
        wanted.setdefault(control.sheet, []).append(shown_at(control.ref, remarks))
    office.open(path=str(path))
    if remarks:
        office.unprotect()
        for sheet in wanted:
            office.insert_columns(sheet=sheet, column=REMARKS, count=1)
            rows = range(2, layout.sheets[sheet].length + 1)
            office.set(sheet=sheet, cells={str(Ref(row, REMARKS)): "待核" for row in rows})
    office.recalculate()
    held = office.values(cells=wanted)
    office.close()
    found: dict[Where, str] = {}
    for c in controls:
        total = layout.places(c.sheet).cell(c.table.id, c.field.id, c.row)
        found[c.kind, c.sheet, str(total)] = held[c.sheet][shown_at(c.ref, remarks)]
    return found


def shown_at(ref: Ref, remarks: bool) -> str:
    return str(Ref(ref.row, ref.column + 1) if remarks and ref.column >= REMARKS else ref)


def some_values(form: Form, random: Random) -> Values:
    """Random values in which what a formula gives is mostly typed as it gives it, and texts with units are dashes: Excel
    leaves such a text out where the engine reads it."""
    values = random_values(form, random)
    for name, rows in values.rows.items():
        values.rows[name] = [(organisation, plain(row)) for organisation, row in rows]
    values.fields = {k: dashed(v) for k, v in values.fields.items()}
    for table, lines in values.lines.items():
        values.lines[table] = [Line(plain(line.values), [plain(part) for part in line.parts]) for line in lines]
    report = seen_by_excel(form, values)
    for table in form.tables.values():
        for field in table.field:
            if field.kind != "stated" or not field.is_number or field.formula is None or random.random() < 0.2:
                continue
            for row in report.tables[table.id].rows:
                given = RowScope(report, table, row)(field.id)
                if isinstance(given, Decimal) and (table.kind == "fields" or field.id in row.cells):
                    is_rate = field.type == "rate"
                    decimals, slips = (random.choice((2, 3, 4)), RATE_SLIPS) if is_rate else (2, SLIPS)
                    type_in(values, table, row.key, field.id, rounded(given, decimals) + random.choice(slips))
    return values


SLIPS = tuple(map(Decimal, ("0", "0", "0", "0", "0.01", "-0.02", "0.04", "-0.05", "0.06", "10", "-79.97")))
RATE_SLIPS = tuple(map(Decimal, ("0", "0", "0", "0.0001", "-0.0002", "0.004", "0.01", "-0.1", "9")))


def plain(given: dict[str, Given]) -> dict[str, Given]:
    return {k: dashed(v) for k, v in given.items()}


def dashed(given: Given) -> Given:
    is_read = (isinstance(given, str) and any(c.isdecimal() for c in given)) or given == "见附件"
    return "—" if is_read and not str(given).startswith("第") else given


def type_in(values: Values, table: Table, row: str | None, field: str, number: Decimal) -> None:
    if table.kind == "fields":
        values.fields[table.id, field] = number
        return
    for name, given in values.rows[table.rows or ""]:
        if name == row:
            given[field] = number


RATES = (
    ("0.00%", 0.9716, "平"),
    ("0.00%", 0.97, "平"),
    ("0.00%", 0.9616, "差 −1.00%"),
    ("0.00%", 0.98, "差 0.84%"),
    ("0.00%", 97.16, "差 9618.84%"),
    ("General", 97.16, "平"),
    ("General", 0.9716, "平"),
    ("General", 96.2, "差 −0.96%"),
    ("General", "见附件", ""),
    ("General", None, ""),
)


@pytest.mark.office
def test_a_typed_rate_is_controlled_as_its_cell_shows_it(office: Office, tmp_path: Path) -> None:
    """As a percentage, or pasted as a plain number; the first page counts it. 0.9716 is what the figures give."""
    form = EDITIONS[1]
    values = read_values(form, (ROOT / "tests" / "golden" / "general-2022.json").read_bytes(), "test")
    layout = arrange(form, values)
    (control,) = (c for c in layout.controls if c.kind == "rate" and c.row == form.row_sets["sources"].summary)
    at = layout.places(control.sheet).cell(control.table.id, control.field.id, control.row)
    for n, (shows, typed, wanted) in enumerate(RATES):
        book, path = openpyxl.load_workbook(io.BytesIO(build(form, values))), tmp_path / f"{n}.xlsx"
        book[control.sheet][at].number_format, book[control.sheet][at].value = shows, typed
        book.save(path)
        office.open(path=str(path))
        office.recalculate()
        held = office.values(cells={control.sheet: [str(control.ref)], "填报说明": [f"A{r}" for r in range(1, 60)]})
        office.close()
        said = [f"差 {f.difference}%".replace("-", "−") for f in xlprocess.check(path).findings if f.rule == "R310"]
        assert held[control.sheet][str(control.ref)] == wanted, (shows, typed)
        assert said == [wanted] if wanted.startswith("差") else said == [], (shows, typed)
        first = next(v for v in held["填报说明"].values() if v.startswith("勾稽关系"))
        assert first.startswith("勾稽关系：不平 1 处" if wanted.startswith("差") else "勾稽关系：全部平"), (shows, typed)


# ---- a mended figure, typed in the open workbook


@pytest.mark.office
def test_a_mended_figure_turns_the_control_and_the_first_page_at_once(office: Office, tmp_path: Path) -> None:
    """Nothing is recalculated by us: the open workbook does it, as it does for somebody who types."""
    path = tmp_path / "应急管理局2021.xlsx"
    path.write_bytes((ROOT / "workbooks" / "samples" / path.name).read_bytes())
    guide, sheet = "填报说明", "收支情况"
    office.open(path=str(path))
    line = next(
        c for c, v in office.values(cells={guide: [f"A{n}" for n in range(1, 60)]})[guide].items() if v.startswith("勾稽关系")
    )
    steps: list[tuple[dict[str, Any], tuple[str, str, str]]] = [
        ({}, ("差 −79.97", "差 −79.97", "勾稽关系：不平 2 处，先看“收支情况”")),
        ({"B6": 1032.52}, ("平", "差 −79.97", "勾稽关系：不平 2 处，先看“收支情况”")),
        ({"B5": 1032.52}, ("平", "平", "勾稽关系：全部平")),
        ({"C6": 79.79}, ("差 0.18", "平", "勾稽关系：不平")),
        ({"C6": 79.97, "B6": None}, ("", "平", "勾稽关系：全部平")),
    ]
    for typed, expected in steps:
        office.set(sheet=sheet, cells=typed)
        held = office.values(cells={sheet: ["K6", "K5"], guide: [line]})
        assert (held[sheet]["K6"], held[sheet]["K5"]) == expected[:2], typed
        assert held[guide][line].startswith(expected[2]), typed
    office.close()


# ---- texts among the figures, and what the first page says of them

SHEET = "收支情况"
BALANCED_SAMPLE: dict[str, Any] = {"B5": 1032.52, "B6": 1032.52}
FIRST_PAGE: list[tuple[dict[str, Any], dict[str, str], str, str]] = [
    (BALANCED_SAMPLE, {}, "勾稽关系：全部平", "平"),
    # B26 and B27 are figures: what stands beside them has no part in that sum
    (
        {**BALANCED_SAMPLE, "E27": "12.38万元", "B27": 30, "B26": 22.63},
        {"K27": TEXTS, "B31": "差 −7.37", "E31": TEXTS},
        "勾稽关系：不平 1 处，先看“收支情况”；另有 2 处未核",
        "不平 1 处，未核 2 处",
    ),
    (
        {**BALANCED_SAMPLE, "C6": "79.97万元", "C5": 79.97},
        {"K6": TEXTS, "C10": TEXTS},
        "勾稽关系：有 2 处未核，先看“收支情况”",
        "未核 2 处",
    ),
]


@pytest.mark.office
@pytest.mark.parametrize(("typed", "controls", "first", "line"), FIRST_PAGE)
def test_the_first_page_never_says_all_is_balanced_where_a_sum_was_not_controlled(
    office: Office, tmp_path: Path, typed: dict[str, Any], controls: dict[str, str], first: str, line: str
) -> None:
    path = tmp_path / "应急管理局2021.xlsx"
    path.write_bytes((ROOT / "workbooks" / "samples" / path.name).read_bytes())
    office.open(path=str(path))
    office.set(sheet=SHEET, cells=typed)
    office.recalculate()
    held = office.values(cells={SHEET: list(controls), "填报说明": [f"{c}{r}" for r in range(1, 60) for c in "AB"]})
    office.close()
    guide = held["填报说明"]
    assert held[SHEET] == controls
    assert [v for v in guide.values() if v.startswith("勾稽关系：")] == [first]
    assert [guide[f"B{c[1:]}"] for c, v in guide.items() if v == SHEET and c[0] == "A"] == [line]


@pytest.mark.office
def test_what_is_stored_on_the_first_page_is_what_its_formulas_give(office: Office, tmp_path: Path) -> None:
    seen: set[str] = set()
    for number in range(24):
        form, path = EDITIONS[number % 4 == 3], tmp_path / f"{number}.xlsx"
        random = Random(number)
        values = with_texts(some_values(form, random), random) if number % 3 else some_values(form, random)
        path.write_bytes(build(form, values))
        stored = openpyxl.load_workbook(path, data_only=True)["填报说明"]
        cells = [f"{c}{r}" for r in range(1, stored.max_row + 1) for c in "AB"]
        office.open(path=str(path))
        office.recalculate()
        held = office.values(cells={"填报说明": cells})["填报说明"]
        office.close()
        assert {c: str(v) for c, v in held.items()} == {c: str(stored[c].value or "") for c in cells}, number
        seen |= {v[5:7] for v in map(str, held.values()) if v.startswith("勾稽关系：")}
        seen |= {"另有" for v in map(str, held.values()) if "；另有" in v}
    assert seen >= {"不平", "另有"}, seen


@pytest.mark.office
def test_a_column_of_remarks_between_the_figures_silences_no_control(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "应急管理局2021.xlsx"
    path.write_bytes((ROOT / "workbooks" / "samples" / path.name).read_bytes())
    office.open(path=str(path))
    office.unprotect()
    office.insert_columns(sheet=SHEET, column=4, count=1)
    office.set(sheet=SHEET, cells={"D4": "备注", "D5": "待核", "D6": "待核", "D7": 5})
    office.recalculate()
    assert office.values(cells={SHEET: ["L5", "L6"]})[SHEET] == {"L5": "差 −79.97", "L6": "差 −79.97"}
    office.close()


# ---- a person's own formula, more organisations


@pytest.mark.office
@pytest.mark.parametrize(
    ("formula", "shown"),
    [("=SUM(C6:G6)", "平"), ("=SUM(D6:G6)", "差 −79.97"), ("=952.55+79.97", "平"), ("=952.55", "差 −79.97")],
)
def test_a_persons_own_formula_counts_as_typed(office: Office, tmp_path: Path, formula: str, shown: str) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes((ROOT / "workbooks" / "samples" / "应急管理局2021.xlsx").read_bytes())
    office.open(path=str(path))
    office.set(sheet="收支情况", cells={"B6": formula})
    assert office.values(cells={"收支情况": ["K6"]})["收支情况"]["K6"] == shown
    office.close()


@pytest.mark.parametrize("form", [*EDITIONS, COUNTY], ids=lambda f: f.id)
def test_the_formula_of_a_control_fits_into_a_cell_however_many_organisations(form: Form) -> None:
    values = Values(rows={r: [(f"单位{k}", {}) for k in range(1, 1200)] for r, s in form.row_sets.items() if s.open})
    layout = arrange(form, values)
    assert max(len(control_formula(form, c, layout.places(c.sheet))) for c in layout.controls) < 8192
