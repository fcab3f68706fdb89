"""Notes of one sheet in a file: the texts (comments part), the boxes (VML) and what ties them to the sheet.

What is ours and what a person's is decided in `mark`. A person's note keeps its author, its formats and its box; ours
is a run of its own below, or, where the person's text has no runs, the end of that text: so it can be taken away
without a trace.
"""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from xlprocess.books import mark
from xlprocess.books.book import Ref
from xlprocess.books.boxes import Boxes, Geometry, blocks, new_drawing
from xlprocess.books.formulas import reference
from xlprocess.books.package import Element, Package, local, namespace, relation_id
from xlprocess.books.place import insert
from xlprocess.books.workbook import SheetEntry, Workbook
from xlprocess.books.xstring import plain, put, stored, texts

_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def read(package: Package, sheet: SheetEntry) -> dict[Ref, str]:
    """The plain text of every note of a sheet, those behind threads too."""
    relation = package.related(sheet.part, "comments")
    if relation is None or relation.target is None:
        return {}
    found = {}
    for comment in _comments(package.tree(relation.target)):
        text = next((e for e in comment if local(e) == "text"), None)
        found[_place(comment)] = "" if text is None else plain(text)
    return found


def threads(package: Package, sheet: SheetEntry) -> set[Ref]:
    """Cells of a sheet that carry a threaded comment."""
    found = set()
    for relation in package.relations(sheet.part):
        if relation.word == "threadedComment" and relation.target is not None:
            root = package.tree(relation.target)
            found |= {_place(e) for e in root if local(e) == "threadedComment" and e.get("ref")}
    return found


def _place(element: Element) -> Ref:
    return reference((element.get("ref") or "A1").partition(":")[0].replace("$", ""))


def _comments(root: Element) -> list[Element]:
    holder = root.find(namespace(root) + "commentList")
    return [] if holder is None else [e for e in holder if local(e) == "comment"]


def write(package: Package, workbook: Workbook, sheet: SheetEntry, changes: Mapping[Ref, str | None]) -> None:
    """Our part of notes put, replaced or (None) taken away. Cells with a thread are left alone."""
    owned = threads(package, sheet)
    wanted = {ref: text for ref, text in changes.items() if ref not in owned}
    there = package.related(sheet.part, "comments")
    if there is None:
        wanted = {ref: text for ref, text in wanted.items() if text is not None}
    if wanted:
        _SheetNotes(package, workbook, sheet).write(wanted)


class _SheetNotes:
    def __init__(self, package: Package, workbook: Workbook, sheet: SheetEntry) -> None:
        self._package = package
        self._workbook = workbook
        self._sheet = sheet
        self._root = package.edit(sheet.part)
        relation = package.related(sheet.part, "comments")
        self._part = relation.target if relation and relation.target else self._new_comments()
        self._comments = package.edit(self._part)
        self._ns = namespace(self._comments)
        self._by_place = {_place(c): c for c in _comments(self._comments)}
        self._geometry: Geometry | None = None
        self._drawing = self._drawing_part()
        self._boxes: Boxes | None = None

    def write(self, changes: Mapping[Ref, str | None]) -> None:
        for ref in sorted(changes):
            ours = changes[ref]
            comment = self._by_place.get(ref)
            if ours is None:
                if comment is not None:
                    self._take_away(ref, comment)
            elif comment is None:
                self._put_new(ref, mark.checked(ours))
            else:
                self._put(ref, comment, mark.checked(ours))
        if self._boxes is not None and self._drawing is not None:
            self._package.replace(self._drawing, self._boxes.written())
        self._forget_what_is_empty()

    # texts

    def _put_new(self, ref: Ref, ours: str) -> None:
        holder = self._comments.find(self._ns + "commentList")
        if holder is None:
            holder = etree.SubElement(self._comments, self._ns + "commentList")
        self._package.touch(self._part)
        comment = etree.SubElement(holder, self._ns + "comment", ref=str(ref), authorId=str(self._author()))
        etree.SubElement(comment, self._ns + "text").append(self._run(ours))
        self._by_place[ref] = comment
        boxes = self._all_boxes()
        if not boxes.has(ref):
            boxes.add(ref, self._anchor(ref, ours))

    def _put(self, ref: Ref, comment: Element, ours: str) -> None:
        rich = comment.find(self._ns + "text")
        if rich is None:
            rich = comment.makeelement(self._ns + "text")
            comment.insert(0, rich)
        now = "".join(t.text or "" for t in texts(rich))
        if now == mark.with_ours(now, stored(ours)):
            return
        if mark.without_ours(now) is None:
            for child in list(rich):
                rich.remove(child)
            rich.append(self._run(ours))
            if self._drawing is not None and self._all_boxes().has(ref):
                self._all_boxes().resize(ref, self._anchor(ref, ours))
            return
        _cut(rich)
        elements = texts(rich)
        if elements and elements[-1].getparent() is rich:
            elements[-1].text = (elements[-1].text or "") + stored(mark.below(ours))
            return
        run = self._run(mark.below(ours))
        last = max((k for k, e in enumerate(rich) if local(e) in ("t", "r")), default=-1)
        rich.insert(last + 1, run)

    def _take_away(self, ref: Ref, comment: Element) -> None:
        rich = comment.find(self._ns + "text")
        now = "" if rich is None else "".join(t.text or "" for t in texts(rich))
        if rich is None or not mark.spans(now):
            return
        if mark.without_ours(now) is not None:
            _cut(rich)
            return
        holder = comment.getparent()
        if holder is not None:
            holder.remove(comment)
        del self._by_place[ref]
        if self._drawing is not None:
            self._all_boxes().remove(ref)

    def _run(self, text: str) -> Element:
        ns = self._ns
        run = self._comments.makeelement(ns + "r")
        look = etree.SubElement(run, ns + "rPr")
        etree.SubElement(look, ns + "sz", val="9")
        etree.SubElement(look, ns + "color", indexed="81")
        etree.SubElement(look, ns + "rFont", val="宋体")
        etree.SubElement(look, ns + "charset", val="134")
        put(etree.SubElement(run, ns + "t"), text)
        return run

    def _author(self) -> int:
        holder = self._comments.find(self._ns + "authors")
        if holder is None:
            holder = self._comments.makeelement(self._ns + "authors")
            self._comments.insert(0, holder)
        names = [a.text or "" for a in holder]
        if mark.AUTHOR not in names:
            etree.SubElement(holder, self._ns + "author").text = mark.AUTHOR
            names.append(mark.AUTHOR)
        return names.index(mark.AUTHOR)

    # parts

    def _new_comments(self) -> str:
        part = self._package.free_name("xl/comments%d.xml")
        main = self._workbook.ns.strip("{}")
        body = f'<comments xmlns="{main}"><authors/><commentList/></comments>'
        self._package.add(part, _DECLARATION + body.encode(), _COMMENTS_TYPE)
        self._package.relate(self._sheet.part, f"{self._workbook.office}/comments", part)
        return part

    def _holder(self) -> Element | None:
        return self._root.find(namespace(self._root) + "legacyDrawing")

    def _drawing_part(self) -> str | None:
        holder = self._holder()
        if holder is None:
            return None
        wanted = relation_id(holder)
        return next((r.target for r in self._package.relations(self._sheet.part) if r.id == wanted and r.target), None)

    def _all_boxes(self) -> Boxes:
        if self._drawing is None:
            used = {n for p in self._package.parts() if p.lower().endswith(".vml") for n in blocks(self._package.read(p))}
            block = next(n for n in range(1, len(used) + 2) if n not in used)
            self._drawing = self._package.free_name("xl/drawings/vmlDrawing%d.vml")
            self._package.add(self._drawing, new_drawing(block), _DRAWING_TYPE)
            identifier = self._package.relate(self._sheet.part, f"{self._workbook.office}/vmlDrawing", self._drawing)
            self._package.touch(self._sheet.part)
            holder = self._holder()
            if holder is None:
                holder = self._root.makeelement(namespace(self._root) + "legacyDrawing")
                insert(self._root, holder)
            holder.set(f"{{{self._workbook.office}}}id", identifier)
        if self._boxes is None:
            self._boxes = Boxes(self._package.read(self._drawing))
        return self._boxes

    def _anchor(self, ref: Ref, text: str) -> str:
        if self._geometry is None:
            self._geometry = Geometry(self._root)
        return self._geometry.anchor(ref, text)

    def _forget_what_is_empty(self) -> None:
        """A comments part without notes whose only author are we: it came with our first note and goes with the last.
        So does the drawing, if nothing else is drawn there."""
        holder = self._comments.find(self._ns + "authors")
        authors = [] if holder is None else list(holder)
        used = {c.get("authorId") for c in self._by_place.values()}
        if holder is not None and authors and authors[-1].text == mark.AUTHOR and str(len(authors) - 1) not in used:
            if len(authors) > 1 or self._by_place:
                holder.remove(authors[-1])
            else:
                self._remove(self._part)
                if self._drawing is not None and self._boxes is not None and self._boxes.is_empty():
                    self._remove(self._drawing)

    def _remove(self, part: str) -> None:
        relations = [r for r in self._package.relations(self._sheet.part) if r.target == part]
        ours = {r.id for r in relations}
        for element in [e for e in self._root if relation_id(e) in ours and relation_id(e) is not None]:
            self._root.remove(element)
        self._package.remove(part)
        for relation in relations:
            self._package.unrelate(self._sheet.part, relation.id)


def _cut(rich: Element) -> None:
    """Takes our stretches out of a rich text; a run that held nothing else goes."""
    elements = texts(rich)
    cut = mark.spans("".join(t.text or "" for t in elements))
    at = 0
    for element in elements:
        text = element.text or ""
        kept, done = "", 0
        for start, end in cut:
            a, b = max(start - at, done), min(end - at, len(text))
            if a < b:
                kept += text[done:a]
                done = b
        at += len(text)
        if done:
            kept += text[done:]
            element.text = kept
            run = element.getparent()
            if not kept and run is not None and local(run) == "r" and (parent := run.getparent()) is not None:
                parent.remove(run)
