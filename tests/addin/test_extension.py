"""The extension for LibreOffice: what is in it, and that every button calls a macro that is there."""

from __future__ import annotations

import io
import re
import zipfile

from lxml import etree

from xlprocess import __version__
from xlprocess.addin.extension import IDENTIFIER, basic, extension
from xlprocess.addin.sources import texts

CAPTIONS = ["运行检查", "只填充", "清除标注", "生成综述初稿", "生成报告", "汇总文件夹…", "说明"]
MACROS = ["RunChecks", "FillOnly", "ClearNotes", "DraftTexts", "MakeReport", "Consolidate", "ShowHelp"]
NAME = "{http://openoffice.org/2001/registry}name"


def parts() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(extension())) as package:
        return {name: package.read(name) for name in package.namelist()}


def properties(tree: etree._Element, node: str, name: str) -> list[str | None]:
    (found,) = (n for n in tree.iter("node") if n.get(NAME) == node)
    return [p.findtext("value") for p in found.iter("prop") if p.get(NAME) == name]


def test_says_what_it_is() -> None:
    description = etree.fromstring(parts()["description.xml"])
    assert [description.find(f"{{*}}{n}").get("value") for n in ("identifier", "version")] == [IDENTIFIER, __version__]


def test_the_manifest_names_what_is_there() -> None:
    found = parts()
    manifest = etree.fromstring(found["META-INF/manifest.xml"])
    paths = [value for entry in manifest for key, value in entry.attrib.items() if str(key).endswith("full-path")]
    assert paths == ["XlpButtons/", "Addons.xcu", "CalcWindowState.xcu"]
    assert [p for p in paths if not any(name.startswith(str(p)) for name in found)] == []
    for name, data in found.items():
        if not name.endswith(".txt"):
            etree.fromstring(data)


def test_toolbar_and_menu_have_these_buttons() -> None:
    addons = etree.fromstring(parts()["Addons.xcu"])
    assert properties(addons, "org.xlprocess.toolbar", "Title") == CAPTIONS
    assert properties(addons, "org.xlprocess.menu", "Title") == ["绩效自评(~J)", *CAPTIONS]


def test_every_button_calls_a_macro_that_is_there() -> None:
    addons = etree.fromstring(parts()["Addons.xcu"])
    addresses = [f"vnd.sun.star.script:XlpButtons.Buttons.{macro}?language=Basic&location=application" for macro in MACROS]
    for node in ("org.xlprocess.toolbar", "org.xlprocess.menu"):
        assert [a for a in properties(addons, node, "URL") if a != "private:separator"] == addresses
    module = etree.fromstring(parts()["XlpButtons/Buttons.xba"]).text
    assert module == basic()
    assert re.findall(r"^Sub (\w+)\(\)$", basic(), re.MULTILINE) == MACROS


def test_what_the_macros_say_is_the_texts() -> None:
    assert "@" not in basic()
    assert f'MsgBox "{texts()["not_installed"]}"' in basic()


def test_is_the_same_every_time() -> None:
    assert extension() == extension()
