"""A document and an edition of the form → a `Reading`: the values for a workbook, where each came from, what found no place."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from xlprocess.derive import derive
from xlprocess.errors import NotAForm
from xlprocess.form.load import Form, editions, load
from xlprocess.form.model import RowSet
from xlprocess.identity import Spot
from xlprocess.values import Given, Line, Values, report_of
from xlprocess.word.document import Document, Grid, Paragraph
from xlprocess.word.labels import Labels
from xlprocess.word.ledger import GridRow, Ledger, LineRead, Placed, Unplaced
from xlprocess.word.marks import TYPED
from xlprocess.word.read_fields import FieldReader
from xlprocess.word.read_narrative import NarrativeReader
from xlprocess.word.read_tables import TableReader
from xlprocess.word.report_year import report_year
from xlprocess.word.told import told_funds, told_items
from xlprocess.word.units import unit_below

DOUBTFUL = "待核：取自综述中的文字"
_NOTES = 4
"""So many paragraphs behind a table can tell something of it."""
_ENOUGH = 5
"""Values and rows that a document must give to count as this form."""


class Reading(msgspec.Struct):
    """What was read of a document. `sources` tells of every value where it stood; `unplaced` is everything else that was said.
    `found` tells how much of the form was recognised, filled in or not."""

    form: Form
    values: Values
    sources: dict[Spot, Placed]
    unplaced: list[Unplaced]
    found: int = 0


def read_form(documents: dict[str, Document], name: str) -> Reading:
    """The reading in the edition that fits best; `documents` by edition (an extracted text is cut by an edition's own words).
    Raises NotAForm."""
    readings = [_read(documents[edition], load(edition)) for edition in editions()]
    best = max(readings, key=lambda r: r.found)
    if best.found < _ENOUGH:
        raise NotAForm(
            "not_this_form",
            f"无法导入 {name}：没有找到部门整体支出绩效自评的表格。请确认文件是自评报告，且表格没有粘贴为图片。",
        )
    return best


def _read(document: Document, form: Form) -> Reading:
    labels, ledger = Labels(form), Ledger(document)
    tables = TableReader(form, labels, document, ledger, report_year(form, labels, document))
    fields = FieldReader(form, labels, document, ledger)
    narrative = NarrativeReader(labels, document, ledger)
    above: list[str] = []
    for k, block in enumerate(document.blocks):
        if isinstance(block, Paragraph):
            above += [block.text.strip()] if block.text.strip() and not (document.exact and block.style in TYPED) else []
            continue
        for cell in block.all_cells():
            if narrative.is_narrative(cell.paragraphs):
                before = narrative.read(cell.paragraphs)
                ledger.use(cell)
                for paragraph in before:
                    if not labels.is_layout(paragraph.text):
                        ledger.reject(paragraph, "没有对应的栏目")
        tables.read(block, above, _unit_below(document, k))
        fields.read(block, tables.unit)
        above = []
    _read_paragraphs(document, labels, ledger, fields, narrative)
    for grid in document.grids:
        ledger.sweep(grid, lambda text: labels.is_layout(text) or labels.is_box(text), labels.in_boxes)
    _take_what_is_told(form, labels, ledger)
    for origin, text, why in document.lost:
        ledger.leave(origin, text, why)
    return assembled(form, ledger)


def _unit_below(document: Document, at: int) -> str | None:
    """The unit that a note behind a table tells of it."""
    for block in document.blocks[at + 1 : at + 1 + _NOTES]:
        told = unit_below(block.text) if isinstance(block, Paragraph) else None
        if told is not None or isinstance(block, Grid):
            return told
    return None


def _read_paragraphs(document: Document, labels: Labels, ledger: Ledger, fields: FieldReader, narrative: NarrativeReader) -> None:
    rest = narrative.read(document.paragraphs) if narrative.is_narrative(document.paragraphs) else document.paragraphs
    first = next((k for k, b in enumerate(document.blocks) if isinstance(b, Grid)), len(document.blocks))
    cover = {id(b) for b in document.blocks[:first]}
    for paragraph in rest:
        if document.exact and fields.read_exact(paragraph):
            continue
        if not paragraph.text.strip() or labels.is_layout(paragraph.text) or labels.is_box(paragraph.text):
            ledger.use(paragraph)
            continue
        if fields.read_inline(paragraph, paragraph.text):
            continue
        if id(paragraph) in cover:
            fields.read_cover(paragraph)
        ledger.reject(paragraph, "没有对应的栏目")


def _take_what_is_told(form: Form, labels: Labels, ledger: Ledger) -> None:
    """Lists that the report does not print as a table, from the sentences of their section."""
    for table in form.tables.values():
        section = ledger.fields.get((labels.narrative.id, table.told)) if labels.narrative and table.told else None
        if section is None or ledger.lines.get(table.id) or ledger.document.exact:
            continue

        def from_sentence(value: Given, sentence: str, section: Placed = section) -> Placed:
            return Placed(value, sentence, section.origin, f"{DOUBTFUL}：{sentence}", doubtful=True)

        columns = [f for f in table.field if not f.part]
        name = next(f.id for f in columns if f.type == "text")
        amount = next(f.id for f in columns if f.type == "money")
        text = str(section.given)
        if table.total is not None:
            told = told_items(text)
            if told is not None:
                whole, items, sentence = told
                ledger.put(table.id, table.total.id, from_sentence(whole, sentence))
                ledger.lines[table.id] = [
                    LineRead({name: from_sentence(i.name, sentence), amount: from_sentence(i.amount, sentence)}) for i in items
                ]
            continue
        year = next((f.id for f in columns if f.type == "year"), None)
        inner = [f for f in table.field if f.part]
        part_name = next((f.id for f in inner if f.type == "text"), None)
        part_amount = next((f.id for f in inner if f.type == "money"), None)
        for fund in told_funds(text):
            values = {name: from_sentence(fund.name, fund.sentence), amount: from_sentence(fund.amount, fund.sentence)}
            if year is not None and fund.year is not None:
                values[year] = from_sentence(fund.year, fund.sentence)
            line = LineRead(values, [])
            if part_name is not None and part_amount is not None:
                line.parts = [
                    {part_name: from_sentence(p.name, fund.sentence), part_amount: from_sentence(p.amount, fund.sentence)}
                    for p in fund.parts
                ]
            ledger.lines.setdefault(table.id, []).append(line)


def assembled(form: Form, ledger: Ledger) -> Reading:
    """The values and their sources, from what has been read."""
    values = Values()
    sources: dict[Spot, Placed] = {}
    for (table, field), value in ledger.fields.items():
        if value.given not in (None, ""):
            values.fields[table, field] = value.given
            sources[Spot(table, None, field)] = value
    for row_set in form.row_sets.values():
        _join(form, row_set, ledger, values, sources)
    for table_id, lines in ledger.lines.items():
        made: list[Line] = []
        for k, line in enumerate(lines, 1):
            made.append(Line({f: v.given for f, v in line.values.items()}, []))
            sources.update({Spot(table_id, str(k), f): v for f, v in line.values.items()})
            for n, part in enumerate(line.parts, 1):
                made[-1].parts.append({f: v.given for f, v in part.items()})
                sources.update({Spot(table_id, str(k), f"parts[{n}].{f.removeprefix('parts.')}"): v for f, v in part.items()})
        values.lines[table_id] = made
    _compare_derived(form, values, ledger)
    order = sorted(ledger.unplaced, key=lambda u: (u.origin.table or 0, u.origin.paragraph or 0, u.origin.row or 0))
    seen = sum(map(len, ledger.rows.values())) + len(ledger.lines) + len(ledger.fields) + ledger.recognised
    return Reading(form, values, sources, order, len(sources) + seen)


def _join(form: Form, row_set: RowSet, ledger: Ledger, values: Values, sources: dict[Spot, Placed]) -> None:
    """The same organisation is one row in all tables: by its name; what has another name is a row of its own."""
    names: dict[str, dict[str, Given]] = {}
    if not ledger.document.exact:
        _leave_out_lone_texts(form, row_set, ledger)
    found = [(t, r) for t in form.grids(row_set.id) for r in ledger.rows.get(t.id, ())]
    counts: dict[str, set[str]] = {}
    for table, row in found:
        target = names.setdefault(row.name, {})
        counts.setdefault(row.name, set()).add(table.id)
        for field, value in row.values.items():
            target[field] = value.given
            sources[Spot(table.id, row.name, field)] = value
    given = sorted(names.items(), key=lambda item: item[0] != row_set.summary)
    values.rows[row_set.id] = given
    present = {t.id for t in form.grids(row_set.id) if ledger.rows.get(t.id)}
    for name, tables in counts.items():
        missing = present - tables
        if missing and row_set.open and any(isinstance(v, Decimal) for v in names[name].values()):
            titles = "、".join(form.tables[t].title for t in form.tables if t in missing)
            row = next(r for _, r in found if r.name == name)
            ledger.leave(row.origin, name, f"在“{titles}”中没有同名的行，单独列为一行")


def _leave_out_lone_texts(form: Form, row_set: RowSet, ledger: Ledger) -> None:
    """A row of nothing but a text that stands in no other place as a row, and that the form does not know, is the caption of what
    follows or a remark; an organisation without any figure is told with it."""
    places: dict[str, list[GridRow]] = {}
    for table in form.grids(row_set.id):
        for row in ledger.rows.get(table.id, ()):
            places.setdefault(row.name, []).append(row)
    lone = {
        name
        for name, rows in places.items()
        if row_set.named(name) is None and not any(r.values for r in rows) and len({r.origin for r in rows}) == 1
    }
    for name in lone:
        ledger.leave(places[name][0].origin, name, "这一行只有文字，没有数，没有当作机构")
    for table in form.grids(row_set.id):
        if lone and table.id in ledger.rows:
            ledger.rows[table.id] = [r for r in ledger.rows[table.id] if r.name not in lone]


def _compare_derived(form: Form, values: Values, ledger: Ledger) -> None:
    """A figure that the form computes is not taken; one that differs from what is computed is told, and taken where the form
    lets it be typed."""
    if not ledger.derived:
        return
    report = report_of(form, values)
    derive(report)
    for table, row, field, value in ledger.derived:
        data = report.tables[table]
        of = data.table.fields.get(field) or data.table.total
        line = data.row(row)
        cell = data.total if of is data.table.total else line.cell(field) if line is not None else None
        computed = cell.figure if cell is not None else None
        same = isinstance(value.given, Decimal) and isinstance(computed, Decimal) and abs(value.given - computed) < Decimal("0.005")
        if isinstance(value.given, Decimal) and of is not None and of.type == "rate":
            same = isinstance(computed, Decimal) and abs(value.given - computed) <= Decimal("0.00005")
        if same or value.given == computed or value.given is None:
            continue
        ledger.leave(value.origin, value.raw, f"是由系统计算的“{of.label if of else field}”，与算出的数不同，没有采用")
