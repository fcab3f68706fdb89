"""Everything that the buttons need, made from `macros/` into a folder."""

from __future__ import annotations

from pathlib import Path

from xlprocess.addin.extension import extension
from xlprocess.addin.workbook import addin, importable, with_buttons
from xlprocess.form.load import Form
from xlprocess.form.template import build
from xlprocess.jobs.save import create, refuse_present

ADDIN, ADDIN_FOR_MAC, EXTENSION, WORKBOOK = "xlprocess.xlam", "xlprocess-mac.xlam", "xlprocess.oxt", "自评表.xlsm"
MODULES = "vba"


def build_all(folder: Path, form: Form, *, force: bool = False) -> list[Path]:
    """The files made. Raises Unreadable (no_access) with the sentence where one is there already, or cannot be written."""
    made = {
        ADDIN: addin(),
        ADDIN_FOR_MAC: addin(mac=True),
        EXTENSION: extension(),
        WORKBOOK: build(form, more=with_buttons()),
        **{f"{MODULES}/{name}": data for name, data in importable().items()},
    }
    for name in made:
        refuse_present(folder / name, force=force)
    for name, data in made.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        create(folder / name, data, force=force)
    return [folder / name for name in made]
