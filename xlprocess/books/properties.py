"""Custom document properties: small texts that a workbook carries about itself."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from xlprocess.books.package import OFFICE, STRICT_OFFICE, Package, local, namespace, parse
from xlprocess.books.remembered import remembered

_WORDS = ("custom-properties", "customProperties")
_CORE_WORDS = ("core-properties", "coreProperties")
_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_TRANSITIONAL = (
    f"{OFFICE}/custom-properties",
    "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties",
    "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes",
)
_STRICT = (
    f"{STRICT_OFFICE}/customProperties",
    "http://purl.oclc.org/ooxml/officeDocument/customProperties",
    "http://purl.oclc.org/ooxml/officeDocument/docPropsVTypes",
)
_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_FIRST_ID = 2  # 0 and 1 are taken by the format itself


def part_of(package: Package) -> str | None:
    """Where the properties lie, or None."""
    relation = package.related("", *_WORDS)
    return relation.target if relation else None


def read(package: Package) -> dict[str, str]:
    part = part_of(package)
    if part is None:
        return {}
    return dict(_told(package.read(part)))


@remembered
def _told(data: bytes) -> dict[str, str]:
    return {
        element.get("name", ""): "".join(str(text) for text in element.itertext()).strip()
        for element in parse(data)
        if local(element) == "property" and len(element)
    }


def last_saved(package: Package) -> tuple[str | None, str | None]:
    """When the document says that it was saved last (ISO, as it stands there), and by whom."""
    relation = package.related("", *_CORE_WORDS)
    if relation is None or relation.target is None or package.find(relation.target) is None:
        return None, None
    said = {local(element): (element.text or "").strip() or None for element in package.tree(relation.target)}
    return said.get("modified") or said.get("created"), said.get("lastModifiedBy") or said.get("creator")


def write(package: Package, properties: Mapping[str, str | None], is_strict: bool) -> None:
    """Sets texts; None takes one away. The part comes with the first property and goes with the last."""
    now = read(package)
    changes = {name: text for name, text in properties.items() if now.get(name) != text}
    if not changes:
        return
    part = part_of(package)
    kind, space, types = _STRICT if is_strict else _TRANSITIONAL
    if part is None:
        part = package.free_name("docProps/custom%d.xml") if package.find("docProps/custom.xml") else "docProps/custom.xml"
        head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        package.add(part, f'{head}<Properties xmlns="{space}" xmlns:vt="{types}"/>'.encode(), _TYPE)
        package.relate("", kind, part)
    root = package.edit(part)
    ns = namespace(root)
    vt = root.nsmap.get("vt") or (_STRICT[2] if ns.strip("{}") == _STRICT[1] else _TRANSITIONAL[2])
    for name, text in changes.items():
        element = next((e for e in root if local(e) == "property" and e.get("name") == name), None)
        if text is None:
            if element is not None:
                root.remove(element)
            continue
        if element is None:
            used = {int(e.get("pid", "0")) for e in root if local(e) == "property"}
            number = max(used, default=_FIRST_ID - 1) + 1
            element = etree.SubElement(root, ns + "property", fmtid=_FORMAT, pid=str(number), name=name)
        for child in list(element):
            element.remove(child)
        etree.SubElement(element, f"{{{vt}}}lpwstr").text = text
    if not any(local(e) == "property" for e in root):
        relation = package.related("", *_WORDS)
        package.remove(part)
        if relation is not None:
            package.unrelate("", relation.id)
