"""The standard workbook with its buttons, and the add-in: valid by others' validators; the workbook is worked on as any other."""

from __future__ import annotations

import io
import json
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree
from openxml_audit import OpenXmlValidator

from xlprocess.addin.workbook import BUTTONS, addin, importable, with_buttons
from xlprocess.doors.cli import execute
from xlprocess.form.load import Form, load
from xlprocess.form.template import build
from xlprocess.values import read_values

ROOT = Path(__file__).parents[2]
SAMPLE = (ROOT / "workbooks/samples/应急管理局2021.json").read_bytes()
EDITIONS = [load("yueyang-2021"), load("general-2022")]
MADE: dict[str, Callable[[], bytes]] = {
    "standard.xlsm": lambda: build(EDITIONS[0], more=with_buttons()),
    "other.xlsm": lambda: build(EDITIONS[1], more=with_buttons()),
    "xlprocess.xlam": addin,
    "xlprocess-mac.xlam": lambda: addin(mac=True),
}


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def sample() -> bytes:
    form = EDITIONS[0]
    return build(form, read_values(form, SAMPLE, "sample"), more=with_buttons())


@pytest.mark.validator
@pytest.mark.parametrize("name", MADE)
def test_is_valid_by_microsofts_own_validator(name: str, tmp_path: Path, validator: str) -> None:
    path = tmp_path / name
    path.write_bytes(MADE[name]())
    run = subprocess.run([validator, str(path)], capture_output=True, text=True, check=False)
    assert json.loads(run.stdout)["errors"] == []


@pytest.mark.parametrize("name", MADE)
def test_is_valid_by_the_stricter_one(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(MADE[name]())
    result = OpenXmlValidator().validate(str(path))
    assert result.is_valid, result.errors


@pytest.mark.parametrize("name", MADE)
def test_is_the_same_every_time(name: str) -> None:
    assert MADE[name]() == MADE[name]()


@pytest.mark.parametrize("form", EDITIONS, ids=lambda f: f.id)
def test_every_sheet_but_the_list_has_both_buttons_and_they_are_not_printed(form: Form) -> None:
    found = parts(build(form, more=with_buttons()))
    drawings = [etree.fromstring(data) for name, data in found.items() if name.startswith("xl/drawings/vmlDrawing")]
    assert len(drawings) == len(form.edition.sheet) - 1
    for drawing in drawings:
        buttons = drawing.findall(".//{*}ClientData[@ObjectType='Button']")
        assert [b.findtext("{*}FmlaMacro") for b in buttons] == [f"[0]!{macro}" for _, macro in BUTTONS]
        assert [b.findtext("{*}PrintObject") for b in buttons] == ["False", "False"]
        assert ["".join(box.itertext()) for box in drawing.findall(".//{*}textbox")] == [caption for caption, _ in BUTTONS]


def test_the_workbook_is_otherwise_the_one_without_buttons() -> None:
    plain, made = parts(build(EDITIONS[0])), parts(build(EDITIONS[0], more=with_buttons()))
    assert set(plain) < set(made)
    assert [n for n in plain if n.startswith("xl/worksheets/sheet") and _cells(plain[n]) != _cells(made[n])] == []


def _cells(sheet: bytes) -> list[bytes]:
    return [etree.tostring(row) for row in etree.fromstring(sheet).iter("{*}row")]


def test_the_addin_is_an_addin_that_nobody_sees_with_its_ribbon() -> None:
    found = parts(addin())
    assert b"application/vnd.ms-excel.addin.macroEnabled.main+xml" in found["[Content_Types].xml"]
    assert found["customUI/customUI.xml"] == (ROOT / "macros/excel/ribbon.xml").read_bytes()
    (link,) = [r for r in etree.fromstring(found["_rels/.rels"]) if r.get("Target") == "customUI/customUI.xml"]
    assert link.get("Type") == "http://schemas.microsoft.com/office/2006/relationships/ui/extensibility"
    assert etree.fromstring(found["xl/workbook.xml"]).find(".//{*}workbookView").get("visibility") == "hidden"


def test_run_twice_and_clear_leave_macros_and_buttons_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "自评.xlsm"
    path.write_bytes(sample())
    kept = _macros_and_buttons(sample())
    assert execute(["run", "--in-place", str(path)]) == 0
    first = path.read_bytes()
    assert first != sample() and _macros_and_buttons(first) == kept
    assert execute(["run", "--in-place", str(path)]) == 0
    assert path.read_bytes() == first
    assert execute(["clear", "--in-place", str(path)]) == 0
    assert _macros_and_buttons(path.read_bytes()) == kept


def _macros_and_buttons(data: bytes) -> tuple[bytes, list[list[str | None]], bytes]:
    found = parts(data)
    buttons = []
    for name in sorted(n for n in found if n.startswith("xl/drawings/vmlDrawing")):
        held = etree.fromstring(found[name]).findall(".//{*}ClientData[@ObjectType='Button']")
        buttons.append([f"{b.findtext('{*}Anchor')} {b.findtext('{*}FmlaMacro')}" for b in held])
    names = b"".join(sorted(found["xl/workbook.xml"].split(b"codeName=")[1:2]))[:16]
    return found["xl/vbaProject.bin"], buttons, names


def test_the_modules_can_be_imported_by_hand() -> None:
    made = importable()
    assert sorted(made) == ["XlpButtons.bas", "XlpLauncher.bas", "XlpLibreOffice.bas", "XlpRibbon.bas", "XlpTexts.bas"]
    for name, data in made.items():
        assert data.startswith(f'Attribute VB_Name = "{name[:-4]}"\r\n'.encode())
        assert data.count(b"\n") == data.count(b"\r\n")
