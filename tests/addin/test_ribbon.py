"""The tab of the ribbon: by the rules of its XML, and every button calls a macro that is there."""

from __future__ import annotations

import io
import json
import re
import subprocess
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from xlprocess.addin.sources import modules, read
from xlprocess.addin.workbook import IN_ADDIN, IN_ADDIN_FOR_MAC, addin

SCHEMA = etree.XMLSchema(etree.parse(str(Path(__file__).with_name("ribbon.xsd"))))
CALLBACK = re.compile(r"^Public Sub (\w+)\(control As IRibbonControl\)$", re.MULTILINE)


def ribbon() -> etree._Element:
    return etree.fromstring(read("excel", "ribbon.xml").encode("utf-8"))


def test_keeps_the_rules_of_the_ribbon() -> None:
    assert SCHEMA.validate(ribbon()), SCHEMA.error_log


def test_the_rules_find_a_button_that_is_wrong() -> None:
    wrong = ribbon()
    wrong.findall(".//{*}button")[1].set("onclick", "x")
    assert not SCHEMA.validate(wrong)


def test_the_tab_has_these_buttons() -> None:
    (tab,) = ribbon().findall(".//{*}tab")
    assert tab.get("label") == "绩效自评"
    assert [b.get("label") for b in tab.findall(".//{*}button")] == [
        "运行检查", "只填充", "清除标注", "生成综述初稿", "生成报告", "汇总文件夹…", "说明",
    ]  # fmt: skip


def test_every_button_calls_a_macro_that_is_there() -> None:
    called = [b.get("onAction") for b in ribbon().findall(".//{*}button")]
    for sources in (modules(IN_ADDIN), modules(IN_ADDIN_FOR_MAC, mac=True)):
        assert CALLBACK.findall(sources["XlpRibbon"]) == called


@pytest.mark.validator
def test_microsofts_own_validator_knows_the_ribbon(tmp_path: Path, validator: str) -> None:
    """`test_workbook.py` holds that it finds nothing wrong in ours."""
    path = tmp_path / "wrong.xlam"
    with zipfile.ZipFile(io.BytesIO(addin())) as made, zipfile.ZipFile(path, "w") as package:
        for name in made.namelist():
            package.writestr(name, made.read(name).replace(b'size="large"', b'size="huge"'))
    run = subprocess.run([validator, str(path)], capture_output=True, text=True, check=False)
    found = json.loads(run.stdout)["errors"]
    assert {error["path"] for error in found} == {"/customUI/customUI.xml"}
    assert "The attribute 'size' has invalid value 'huge'" in found[0]["description"]
