"""Archives and parts as no office program writes them, valid all the same: they are read, and stay whole after a run."""

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

import xlprocess
from xlprocess.errors import Unreadable

SAMPLE = Path(__file__).parents[2] / "workbooks" / "samples" / "应急管理局2021.xlsx"


def in_utf16(big):
    """The sample, each sheet and the shared texts in UTF-16."""
    source, out = zipfile.ZipFile(SAMPLE), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name.startswith("xl/worksheets/sheet") or name == "xl/sharedStrings.xml":
                text = content.decode().replace('encoding="UTF-8"', 'encoding="UTF-16"')
                content = b"\xfe\xff" + text.encode("utf-16-be") if big else b"\xff\xfe" + text.encode("utf-16-le")
            target.writestr(name, content)
    return out.getvalue()


def filled_up(count):
    return SAMPLE.read_bytes() + bytes(count)


def commented():
    out = io.BytesIO(SAMPLE.read_bytes())
    with zipfile.ZipFile(out, "a") as target:
        target.comment = "报送件".encode() * 100
    return out.getvalue()


ODD = {
    "UTF-16, little end first": lambda: in_utf16(False),
    "UTF-16, big end first": lambda: in_utf16(True),
    "zeros behind": lambda: filled_up(100),
    "more zeros behind than a comment can hold": lambda: filled_up(70_000),
    "a comment": commented,
}


@pytest.mark.parametrize("kind", ODD)
def test_it_is_read_like_any_other(kind):
    def told(found):
        return [(f.rule, f.where, f.message) for f in found.findings]

    assert told(xlprocess.check(ODD[kind]())) == told(xlprocess.check(SAMPLE))


@pytest.mark.parametrize("kind", ODD)
def test_the_result_opens_and_a_second_run_changes_no_byte(kind):
    once = xlprocess.run(ODD[kind]()).data
    assert xlprocess.run(once).data == once
    assert "检查结果" in openpyxl.load_workbook(io.BytesIO(once)).sheetnames


def test_a_part_that_says_utf_16_and_is_cut_off_is_damaged():
    source, out = zipfile.ZipFile(SAMPLE), io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            cut = name == "xl/worksheets/sheet1.xml"
            target.writestr(name, b"\xff\xfe<\x00?" if cut else source.read(name))
    with pytest.raises(Unreadable) as refused:
        xlprocess.check(out.getvalue())
    assert refused.value.kind == "damaged"
