"""The package of a workbook (Open Packaging Conventions): parts, relationships, content types.

Only parts that are edited are parsed, and a part whose edited tree says what it said before keeps its very bytes. Part
names do not know case, zip entries do; targets may be absolute, relative, or written with backslashes.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from lxml import etree

from xlprocess.books.archive import Archive, DamagedError
from xlprocess.books.remembered import remembered

Element = etree._Element

CONTENT_TYPES = "[Content_Types].xml"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_RELS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

_DECLARATION = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml\b([^>]*)\?>\s*)?")
_START_TAG = re.compile(rb"""<[^!?/](?:[^<>"']|"[^"]*"|'[^']*')*>""")
_ENDS = re.compile(rb"/?>")
_NEW_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


class Relation(NamedTuple):
    """A relationship: `word` is the last word of its type, `target` the part as the zip spells it (None: outside, or
    missing)."""

    id: str
    word: str
    target: str | None


def parse(data: bytes) -> Element:
    """The root of a part. Nothing outside the part is ever fetched, no entity is expanded.

    A parser of its own for each call: a shared one keeps the names of everything that it ever met.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,
        strip_cdata=False,
        remove_blank_text=False,
    )
    return etree.fromstring(data, parser)


def namespace(element: Element) -> str:
    """The namespace of an element in braces, as a prefix for tags."""
    tag = str(element.tag)
    return tag[: tag.index("}") + 1] if tag.startswith("{") else ""


def local(element: Element) -> str:
    """An element's name without its namespace; comments and processing instructions have none."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def relation_id(element: Element) -> str | None:
    """The r:id of an element, transitional or strict."""
    found = element.get(f"{{{OFFICE}}}id")
    return found if found is not None else element.get(f"{{{STRICT_OFFICE}}}id")


class Edited:
    """A part that is being edited: its tree, and the bytes that it came from. `is_changed`: known to say something else now."""

    def __init__(self, data: bytes) -> None:
        self.original = data
        self.root = parse(data)
        self.is_changed = False

    def written(self) -> bytes:
        """The part's bytes: the very old ones when nothing changed. Else what XML does not count as content is given
        back where it can be: the declaration, the order inside the root tag (lxml sorts namespaces before attributes),
        the ends of lines."""
        now = _plain(self.root)
        head = _DECLARATION.match(self.original)
        declaration = head.group() if head else b""
        stated = (head.group(1) or b"").lower() if head else b""
        if (b"encoding" in stated and b"utf-8" not in stated) or self.original[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return self.original if now == _plain(parse(self.original)) else _NEW_DECLARATION + now
        tag = _START_TAG.match(self.original, len(declaration))
        before = _written_tag(tag.group()) if tag else b""
        kept, body = b"", now
        end = _ENDS.match(now, len(before)) if tag and now.startswith(before) else None
        if tag and end and _closes(tag.group()) == _closes(end.group()):
            kept, body = tag.group(), now[end.end() :]
        stripped = self.original.rstrip()
        if tag and kept and stripped.endswith(body) and len(stripped) - tag.end() == len(body):
            return self.original
        if not self.is_changed and now == _plain(parse(self.original)):
            return self.original
        rest = self.original[len(declaration) :]
        # not in a sheet: the reader of values takes a carriage return inside a text for a part of it
        if b"\r\n" in rest and rest.count(b"\n") == rest.count(b"\r\n") and local(self.root) != "worksheet":
            body = body.replace(b"\n", b"\r\n")
        return declaration + kept + body + self.original[len(stripped) :]


def _plain(root: Element) -> bytes:
    return etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=False)


@lru_cache(maxsize=1 << 8)
def _written_tag(tag: bytes) -> bytes:
    """A root tag as lxml writes it, without its end: it sorts namespaces before attributes."""
    return _plain(parse(tag if _closes(tag) else tag[:-1] + b"/>"))[:-2]


def _closes(tag: bytes) -> bool:
    return tag.endswith(b"/>")


_Told = tuple[str, str, str | None]
"""A relationship as it is written: its id, the last word of its type, and its target within the package."""


def _told(root: Element) -> list[_Told]:
    return [
        (
            r.get("Id", ""),
            r.get("Type", "").rpartition("/")[2],
            None if r.get("TargetMode") == "External" else r.get("Target", "").replace("\\", "/"),
        )
        for r in root
        if local(r) == "Relationship"
    ]


@remembered
def _written(data: bytes) -> list[_Told]:
    return _told(parse(data))


class Package:
    """The parts of a workbook file. Edits stay in memory until `save`."""

    def __init__(self, data: bytes, inflated: Mapping[str, bytes] | None = None) -> None:
        """`inflated`: the parts as whoever looked at the file before has inflated them already."""
        self._data = data
        self._inflated = inflated
        names = self._archive.by_name if inflated is None else inflated
        self._spelled = {name.lower().lstrip("/"): name for name in names}
        self._edited: dict[str, Edited] = {}
        self._raw: dict[str, bytes] = {}
        self._gone: set[str] = set()
        self._relations: dict[str, list[Relation]] = {}

    @cached_property
    def _archive(self) -> Archive:
        """Needed to save, and where nobody has inflated the parts."""
        return Archive(self._data)

    # parts

    def find(self, part: str) -> str | None:
        """The part as the zip spells it, or None when it is not there."""
        spelled = self._spelled.get(part.lower().lstrip("/"))
        if spelled is None and "%" in part:
            spelled = self._spelled.get(unquote(part).lower().lstrip("/"))
        return spelled

    def parts(self) -> list[str]:
        return list(self._spelled.values())

    def read(self, part: str) -> bytes:
        """A part's bytes, edits included."""
        if part in self._edited:
            return self._edited[part].written()
        if part in self._raw:
            return self._raw[part]
        return self._stored(part)

    def _stored(self, part: str) -> bytes:
        """A part's bytes as they lie in the file."""
        if self._inflated is not None and part in self._inflated:
            return self._inflated[part]
        return self._archive.read(part)

    def tree(self, part: str) -> Element:
        """A part's tree, only to look at."""
        return self._edited[part].root if part in self._edited else parse(self.read(part))

    def edit(self, part: str) -> Element:
        """A part's tree; what is changed in it will be saved."""
        if part not in self._edited:
            self._edited[part] = Edited(self.read(part))
        return self._edited[part].root

    def touch(self, part: str) -> None:
        """An edited part is known to say something else than before: it need not be compared."""
        self._edited[part].is_changed = True

    def replace(self, part: str, data: bytes) -> None:
        """Other bytes for a part that is there (one that is no XML, such as a drawing of notes)."""
        self._edited.pop(part, None)
        self._raw[part] = data

    def add(self, part: str, data: bytes, content_type: str) -> None:
        """A new part. An .xml is declared by an Override, anything else by a Default."""
        self._spelled[part.lower()] = part
        self._raw[part] = data
        self._gone.discard(part)
        self._declare(part, content_type)

    def remove(self, part: str) -> None:
        """The part goes, with its own relationships and its declaration; relationships to it are the caller's."""
        rels = self._rels_part(part)
        for name in (part, rels) if rels in self._spelled.values() else (part,):
            self._edited.pop(name, None)
            self._raw.pop(name, None)
            self._spelled.pop(name.lower().lstrip("/"), None)
            if name in self._archive.by_name:
                self._gone.add(name)
            self._withdraw(name)
        self._relations.pop(part, None)

    def free_name(self, pattern: str) -> str:
        """The first part name of a pattern like `xl/comments%d.xml` that nobody uses."""
        number = 1
        while self.find(pattern % number) is not None:
            number += 1
        return pattern % number

    # content types

    def _declare(self, part: str, content_type: str) -> None:
        types = self.edit(CONTENT_TYPES)
        extension = part.rpartition(".")[2].lower()
        defaults = {d.get("Extension", "").lower(): d.get("ContentType", "") for d in types.iter(_TYPES + "Default")}
        if defaults.get(extension) == content_type:
            return
        self.touch(CONTENT_TYPES)
        if extension == "xml" or extension in defaults:
            etree.SubElement(types, _TYPES + "Override", PartName="/" + part, ContentType=content_type)
        else:
            # some writers declare every .rels by an Override: a new one would be unknown to Excel, and the file damaged
            types.insert(0, types.makeelement(_TYPES + "Default", Extension=extension, ContentType=content_type))

    def _withdraw(self, part: str) -> None:
        types = self.edit(CONTENT_TYPES)
        overrides = {o.get("PartName", "").lower().lstrip("/"): o for o in types.iter(_TYPES + "Override")}
        if (own := overrides.get(part.lower().lstrip("/"))) is not None:
            types.remove(own)
            return
        # a Default in first place is one of ours (see _declare); it goes with the last part that needs it
        extension = part.rpartition(".")[2].lower()
        if len(types) and local(types[0]) == "Default" and types[0].get("Extension", "").lower() == extension:
            still = (name for name in self._spelled if name.rpartition(".")[2] == extension and name not in overrides)
            if next(still, None) is None:
                types.remove(types[0])

    # relationships

    def _rels_part(self, part: str) -> str:
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", name + ".rels")
        return self.find(rels) or rels

    def relations(self, part: str) -> list[Relation]:
        """The relationships of a part ('' for those of the package), in their order."""
        if part not in self._relations:
            rels = self._rels_part(part)
            told = (
                (_told(self._edited[rels].root) if rels in self._edited else _written(self.read(rels))) if self.find(rels) else ()
            )
            self._relations[part] = [self._relation(part, *each) for each in told]
        return self._relations[part]

    def _relation(self, part: str, identifier: str, word: str, written: str | None) -> Relation:
        target = None
        if written is not None:
            folder = posixpath.dirname(part)
            target = self._spelled.get(f"{folder}/{written}".lower())  # how nearly all are written
            if target is None:
                target = self.find(posixpath.normpath(posixpath.join("/" + folder, written)))
        return Relation(identifier, word, target)

    def related(self, part: str, *words: str) -> Relation | None:
        """The first relationship of one of these kinds whose target is there."""
        return next((r for r in self.relations(part) if r.word in words and r.target is not None), None)

    def relate(self, part: str, kind: str, target: str) -> str:
        """A new relationship of the type `kind` from a part to another; its id."""
        rels = self._rels_part(part)
        if self.find(rels) is None:
            self.add(rels, _NEW_DECLARATION + b'<Relationships xmlns="%s"/>' % _RELATIONSHIPS.encode(), _RELS_TYPE)
        root = self.edit(rels)
        used = {r.get("Id", "").lower() for r in root}
        number = len(used) + 1
        while f"rid{number}" in used:
            number += 1
        written = posixpath.relpath("/" + target, "/" + posixpath.dirname(part))
        self.touch(rels)
        etree.SubElement(root, f"{{{_RELATIONSHIPS}}}Relationship", Id=f"rId{number}", Type=kind, Target=written)
        self._relations.pop(part, None)
        return f"rId{number}"

    def unrelate(self, part: str, identifier: str) -> None:
        """A relationship goes; the part that holds relationships goes with the last of them."""
        rels = self._rels_part(part)
        if self.find(rels) is None:
            return
        root = self.edit(rels)
        for element in [r for r in root if r.get("Id") == identifier]:
            root.remove(element)
        self._relations.pop(part, None)
        if len(root) == 0:
            self.remove(rels)

    def spell_targets(self, part: str) -> None:
        """The relationships of a part rewritten so that each says its target exactly as the zip spells it."""
        targets = {r.id: r.target for r in self.relations(part) if r.target is not None}
        for element in self.edit(self._rels_part(part)):
            if (target := targets.get(element.get("Id", ""))) is not None:
                element.set("Target", "/" + target)
        self._relations.pop(part, None)

    # the whole

    def _changed(self) -> dict[str, bytes]:
        bodies = dict(self._raw)
        bodies.update((part, edited.written()) for part, edited in self._edited.items())
        known = self._archive.by_name
        return {part: body for part, body in bodies.items() if part not in known or body != self._stored(part)}

    def save(self) -> bytes:
        """The file's bytes. New parts stand behind the old ones in the order of their making."""
        changed = self._changed()
        order = [part for part in self._spelled.values() if part in changed]
        return self._archive.rewritten({part: changed[part] for part in order}, self._gone)

    def fingerprint(self, besides: set[str]) -> list[tuple[str, int, int]]:
        """Name, CRC and length of every entry but `besides`, from the directory alone (edits must have been saved)."""
        return sorted((e.name, e.crc, e.size) for e in self._archive.entries if e.name not in besides)


__all__ = [
    "CONTENT_TYPES",
    "DamagedError",
    "Element",
    "Package",
    "Relation",
    "local",
    "namespace",
    "parse",
    "relation_id",
]
