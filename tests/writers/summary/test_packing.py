"""The summary is packed by the quick deflater, and XlsxWriter is left as it was."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from xlsxwriter import workbook

from xlprocess.books import deflate
from xlprocess.writers.summary import packing
from xlprocess.writers.summary.packing import PackedWorkbook


def written(path: Path) -> bytes:
    book = PackedWorkbook(str(path))
    sheet = book.add_worksheet("甲")
    for row in range(200):
        sheet.write_string(row, 0, f"第{row}行")
    book.close()
    return path.read_bytes()


def test_every_part_is_whole_and_as_small_as_our_deflater_makes_it(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(written(tmp_path / "汇总.xlsx"))) as package:
        assert package.testzip() is None
        parts = {entry.filename: (entry.compress_type, entry.compress_size) for entry in package.infolist()}
        bodies = {name: package.read(name) for name in parts}
    assert parts == {name: (zipfile.ZIP_DEFLATED, len(deflate.deflate(body))) for name, body in bodies.items()}
    assert "第199行".encode() in bodies["xl/sharedStrings.xml"]


def test_the_library_is_left_as_it_was_also_when_the_disk_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*rest: object, **named: object) -> None:
        raise OSError(28, "No space left on device")

    before = workbook.ZipFile
    written(tmp_path / "a.xlsx")
    assert workbook.ZipFile is before
    monkeypatch.setattr(packing._Package, "write", full)
    with pytest.raises(OSError, match="No space"):
        written(tmp_path / "b.xlsx")
    assert workbook.ZipFile is before
