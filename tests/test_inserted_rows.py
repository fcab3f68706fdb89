"""校验 of the rows that a person inserted: at the foot of the column while one types, beside the row after a run."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from office import Office

import xlprocess
from xlprocess.books.file import FileBook
from xlprocess.form.load import load
from xlprocess.form.template import build

FORM = load("yueyang-2021")
SHEET = "收支情况"
CONTROLS = ("K9", "K11", "K21", "L21", "M21", "N21", "K23", "L23", "M23", "N23")
TYPED = {
    "A9": "4、档案馆", "B9": 44, "D9": 33, "A21": "4、档案馆", "B21": 12, "D21": 10, "G21": 23, "H21": 25, "D8": 5,
}  # fmt: skip
BESIDE = {"K9": "差 11.00", "K21": "差 2.00", "L21": "平", "M21": "平", "N21": "差 2.00"}

pytestmark = pytest.mark.office


@pytest.fixture
def inserted(office: Office, tmp_path: Path) -> Path:
    """A workbook in which somebody inserted a row for a third 二级机构 above the hints of the first two tables, and typed in it."""
    before, after = tmp_path / "填报.xlsx", tmp_path / "插入行.xlsx"
    before.write_bytes(build(FORM))
    office.open(path=str(before))
    office.unprotect()
    office.insert_rows(sheet=SHEET, row=9, count=1)
    office.insert_rows(sheet=SHEET, row=21, count=1)
    office.set(sheet=SHEET, cells=TYPED)
    office.recalculate()
    office.save(path=str(after))
    office.close()
    return after


def shown(office: Office, path: Path) -> dict[str, str]:
    """What the controls say once all is calculated."""
    office.open(path=str(path))
    office.recalculate()
    held = office.values(cells={SHEET: list(CONTROLS)})[SHEET]
    office.close()
    return {cell: str(held[cell]) for cell in CONTROLS if held[cell]}


def stored(data: bytes) -> dict[str, str]:
    sheet = openpyxl.load_workbook(io.BytesIO(data), data_only=True)[SHEET]
    return {cell: sheet[cell].value for cell in CONTROLS if sheet[cell].value}


def test_before_a_run_the_foot_of_the_column_speaks_for_the_inserted_row(office: Office, inserted: Path) -> None:
    feet = {"K11": "差 11.00（插入的行）", "K23": "差 2.00（插入的行）", "M23": "平", "N23": "差 2.00（插入的行）"}
    assert shown(office, inserted) == feet
    wrong = {f"{f.where.ref} {f.difference}" for f in xlprocess.check(inserted).findings if f.rule in ("R101", "R104")}
    assert wrong == {"B9 11.00", "B21 2.00", "H21 2.00"}


def test_a_run_puts_the_controls_beside_the_inserted_row(office: Office, inserted: Path, tmp_path: Path) -> None:
    """With the result that they show, as an office program calculates it, and the foot says nothing twice."""
    after = tmp_path / "检查.xlsx"
    data = xlprocess.run(inserted).data
    assert data is not None
    after.write_bytes(data)
    assert stored(data) == shown(office, after) == BESIDE
    again = xlprocess.run(after).data
    assert again is None or again == data


def test_the_control_beside_an_inserted_row_is_live(office: Office, inserted: Path, tmp_path: Path) -> None:
    after = tmp_path / "检查.xlsx"
    after.write_bytes(xlprocess.run(inserted).data or b"")
    office.open(path=str(after))
    office.unprotect()
    office.set(sheet=SHEET, cells={"B9": 33, "B21": "10", "E21": 2.5})
    held = office.values(cells={SHEET: ["K9", "K21"]})[SHEET]
    office.close()
    assert (held["K9"], held["K21"]) == ("平", "")


def test_nothing_is_written_beside_rows_that_have_their_controls(tmp_path: Path) -> None:
    path = tmp_path / "填报.xlsx"
    path.write_bytes(build(FORM))
    book = openpyxl.load_workbook(path)
    for cell, value in {"D8": 5, "B8": 7, "J1": "=1+1"}.items():
        book[SHEET][cell] = value
    book.save(path)
    before = FileBook.open(path.read_bytes(), path.name).sheet(SHEET).formulas
    after = tmp_path / "检查.xlsx"
    after.write_bytes(xlprocess.run(path).data or b"")
    controls = {r: f.text for r, f in FileBook.open(after.read_bytes(), after.name).sheet(SHEET).formulas.items() if r.column > 10}
    assert controls == {r: f.text for r, f in before.items() if r.column > 10}
