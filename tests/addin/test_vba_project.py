"""The macros: what may stand in them, and that they are read back as they were written."""

from __future__ import annotations

import re

import pytest
from olevba_reader import modules as read_back

from xlprocess.addin.extension import basic
from xlprocess.addin.sources import folder, modules, texts
from xlprocess.addin.vba_project import vba_project
from xlprocess.addin.workbook import IN_ADDIN, IN_ADDIN_FOR_MAC, IN_WORKBOOK
from xlprocess.doors.button import ACTIONS

PROJECTS = {
    "workbook": modules(IN_WORKBOOK),
    "addin": modules(IN_ADDIN),
    "addin for macOS": modules(IN_ADDIN_FOR_MAC, mac=True),
}
SOURCES = [(project, name) for project, sources in PROJECTS.items() for name in sources]
DOCUMENTS = ["ThisWorkbook", "Sheet1", "Sheet2"]
PROCEDURE = re.compile(r"^(?:Public |Private )?(?:Sub|Function) (\w+)", re.MULTILINE)
OWN = re.compile(r"\b(Xlp\w+)")


@pytest.mark.parametrize("project", PROJECTS)
def test_an_independent_reader_gets_the_same_source(project: str) -> None:
    sources = PROJECTS[project]
    found = read_back(vba_project(sources, DOCUMENTS))
    assert list(found) == [f"{name}.cls" for name in DOCUMENTS] + [f"{name}.bas" for name in sources]
    for name, text in sources.items():
        assert found[f"{name}.bas"].splitlines() == text.splitlines()


@pytest.mark.parametrize(("project", "name"), SOURCES)
def test_no_condition_of_the_compiler_and_nothing_but_ascii(project: str, name: str) -> None:
    """LibreOffice compiles every branch of an #If; characters depend on the machine's code page."""
    lines = PROJECTS[project][name].splitlines()
    assert [line for line in lines if line.lstrip().startswith("#") or not line.isascii()] == []
    assert [line for line in lines if len(line) > 1023] == []


@pytest.mark.parametrize("project", PROJECTS)
def test_every_name_of_ours_is_there_once_and_none_is_a_modules(project: str) -> None:
    """Excel takes the name of a module for the module, not for the procedure in it. Names from nowhere are found when clicked."""
    sources = PROJECTS[project]
    procedures = [name for text in sources.values() for name in PROCEDURE.findall(text)]
    assert len(procedures) == len(set(procedures))
    assert not set(procedures) & set(sources)
    code = [line for text in sources.values() for line in text.splitlines() if not line.startswith(("'", "Attribute "))]
    used = {name for line in code for name in OWN.findall(line.partition(" '")[0])}
    assert used == {name for name in procedures if name.startswith("Xlp")}


def test_what_the_macros_say_is_the_texts() -> None:
    found = {}
    for name, body in re.findall(
        r"Public Function XlpText(\w+)\(\).*?\n(.*?)End Function", PROJECTS["addin"]["XlpTexts"], re.DOTALL
    ):
        key = re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()
        found[key] = "".join(chr(int(code)) for code in re.findall(r"ChrW\((\d+)\)", body))
    assert found == texts()


@pytest.mark.parametrize(
    "text", ['Attribute VB_Name = "M"\n\' 注\n', 'Attribute VB_Name = "M"\n#If VBA7 Then\n', "Sub M()\nEnd Sub\n"]
)
def test_source_that_would_not_run_everywhere_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="M"):
        vba_project({"M": text}, DOCUMENTS)


def test_every_source_is_used() -> None:
    used = {f"{name}.bas" for sources in PROJECTS.values() for name in sources} - {"XlpTexts.bas"}
    assert {path.name for path in folder("excel").rglob("*.bas")} == used


def test_what_the_buttons_ask_for_is_what_the_program_can_do() -> None:
    """In the workbook, in the ribbon, in LibreOffice's toolbar."""
    asked = [re.findall(r'XlpStart "(\w+)"', text) for sources in PROJECTS.values() for text in sources.values()]
    asked.append(re.findall(r'Start\("(\w+)"\)', basic()))
    assert {action for actions in asked for action in actions} == set(ACTIONS)
