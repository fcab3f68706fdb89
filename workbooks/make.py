"""Makes the workbooks of this folder again: `python workbooks/make.py`. A test says when they are stale."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from xlprocess.addin.workbook import with_buttons
from xlprocess.form.load import load
from xlprocess.form.template import build
from xlprocess.values import read_values

HERE = Path(__file__).parent
EDITION = "yueyang-2021"


def workbooks() -> Iterator[tuple[Path, bytes]]:
    """The blank workbook, the same with buttons, and a sample for each JSON file."""
    form = load(EDITION)
    yield HERE / "template.xlsx", build(form)
    yield HERE / "template.xlsm", build(form, more=with_buttons())
    for source in sorted((HERE / "samples").glob("*.json")):
        yield source.with_suffix(".xlsx"), build(form, read_values(form, source.read_bytes(), source.name))


if __name__ == "__main__":
    for path, data in workbooks():
        path.write_bytes(data)
