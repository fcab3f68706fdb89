"""What an edition says against itself. Each complaint names the file and the key, for those who write editions.

What is looked for would otherwise go wrong in silence: a sum that counts twice, a rule that can never speak, a label
that finds two columns, a key that nobody reads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeVar

from xlprocess.form.accounts import contradictions_of_accounts
from xlprocess.form.drafts import contradictions_of_drafts
from xlprocess.form.formula import Formula, FormulaError, placeholders
from xlprocess.form.model import ROLES, Field, FormRule, RowSet, Table, normal

if TYPE_CHECKING:
    from xlprocess.form.load import Form

T = TypeVar("T", bound=Hashable)


def contradictions(form: Form) -> Iterator[str]:
    """All complaints about an edition."""
    where = form.folder.name
    yield from (f"{where}/edition.toml: {c}" for c in _of_edition(form))
    yield from (f"{where}/edition.toml: rows.{r.id}: {c}" for r in form.edition.rows for c in _of_rows(form, r))
    for table in form.tables.values():
        yield from (f"{where}/{table.id}.toml: {c}" for c in _of_table(form, table))
        for field in _all_fields(table):
            key = "total" if field is table.total else f"field.{field.id}"
            yield from (f"{where}/{table.id}.toml: {key}{c}" for c in _of_field(form, table, field))
            yield from (f"{where}/{table.id}.toml: {key}{c}" for c in contradictions_of_drafts(form, table, field))
    yield from (f"{where}/edition.toml: {c}" for c in contradictions_of_accounts(form))
    yield from (f"{where}/edition.toml: rule.{r.id}: {c}" for r in form.edition.rule for c in _of_rule(form, r))


def _of_edition(form: Form) -> Iterator[str]:
    edition = form.edition
    if edition.id != form.folder.name:
        yield f"id is {edition.id!r}, the folder is {form.folder.name!r}"
    sheets = [s.name for s in edition.sheet]
    needed = (*(t.sheet for t in form.tables.values()), edition.guide_sheet, edition.results_sheet)
    yield from (f"sheet: there is no sheet {name!r}" for name in dict.fromkeys(needed) if name not in sheets)
    yield from (f"sheet: {name!r} stands twice" for name in _repeated(sheets))
    yield from (f"tables: {name!r} stands twice" for name in _repeated(edition.tables))
    yield from (f"tables: the id in {name}.toml is not {name!r}" for name in edition.tables if name not in form.tables)
    files = {p.stem for p in form.folder.glob("*.toml")} - {"edition", *edition.tables}
    yield from (f"tables: {name!r} is not among them, but {name}.toml is there" for name in sorted(files))
    for role, field in edition.roles.items():
        if role not in ROLES:
            yield f"roles.{role}: there is no such role; there are {', '.join(sorted(ROLES))}"
        if field not in form.fields:
            yield f"roles.{role}: there is no field {field!r}"
    yield from (f"carry_over: there is no field {name!r}" for name in edition.carry_over if name not in form.fields)
    for diagram in edition.diagram:
        yield from (f"diagram.{diagram.title}: there is no field {name!r}" for name in diagram.fields if name not in form.fields)
        if diagram.kind == "distribution" and len(diagram.fields) != 1:
            yield f"diagram.{diagram.title}: a distribution is of one field"
    yield from (
        f"summary: the sheet {name!r} stands twice" for name in _repeated(t.summary for t in form.tables.values() if t.summary)
    )
    if edition.cap < 0:
        yield "cap: it is below zero"
    yield from (f"rows.{name}: the id stands twice" for name in _repeated(r.id for r in edition.rows))
    yield from (f"rule.{name}: the number stands twice" for name in _repeated(r.id for r in edition.rule))
    yield from (f"rule: the fault {name!r} stands twice" for name in _repeated(r.fault for r in edition.rule))
    yield from (f"json: {who} want the key {key!r}" for key, who in _shared_keys(_json_keys(form)).items())


def _json_keys(form: Form) -> Iterator[tuple[str, str]]:
    """The keys of a Report's JSON at the top level, and what wants them."""
    yield from (("form", "the form's id"), ("derived", "what is derived"))
    for table in form.tables.values():
        if table.kind == "fields" and not table.json:
            yield from ((f.id, f"field {f.id} of {table.id}") for f in table.field)
        elif table.kind != "grid":
            yield table.json, f"table {table.id}"
        if table.total:
            yield table.total.id, f"total of {table.id}"
    yield from ((r.json, f"rows {r.id}") for r in form.edition.rows)


def _shared_keys(keys: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    wanted: dict[str, list[str]] = {}
    for key, who in keys:
        wanted.setdefault(key, []).append(who)
    return {key: " and ".join(who) for key, who in wanted.items() if len(who) > 1}


def _of_rows(form: Form, rows: RowSet) -> Iterator[str]:
    for listed in (*rows.placeholders, *((rows.lead,) if rows.lead else ()), *rows.item_spellings):
        if listed not in rows.items:
            yield f"{listed!r} is not among the items"
    labels = [
        *((normal(t), item) for item in rows.items for t in {item, *rows.item_spellings.get(item, ())}),
        *((label, rows.summary) for label in rows.summary_labels),
    ]
    yield from (f"{label!r} names two rows" for label in _repeated(label for label, _ in labels))
    if not form.grids(rows.id):
        yield "no table has these rows"
    fields = {f.id for t in form.grids(rows.id) for f in t.field}
    if rows.key in fields or rows.key == "derived":
        yield f"key: {rows.key!r} is taken"


def _of_table(form: Form, table: Table) -> Iterator[str]:
    if not table.field:
        yield "field: a table has at least one"
    if table.kind == "grid" and table.rows not in form.row_sets:
        yield f"rows: there is no row set {table.rows!r}"
    if table.kind != "grid" and table.rows:
        yield "rows: only a grid has named rows"
    if table.kind == "list" and not table.json:
        yield "json: a list needs the key under which it stands"
    if table.kind == "grid" and table.json:
        yield "json: a grid stands under the key of its rows"
    if table.kind != "list" and table.total:
        yield "total: only a list has one"
    sections = {f.id for t in form.tables.values() if t.kind == "fields" and t.json for f in t.field}
    if table.told is not None and (table.kind != "list" or table.told not in sections):
        yield f"told: only a list has it, and it names a section of the narrative; there is none {table.told!r}"
    if table.kind != "list" and table.lines:
        yield "lines: only a list has them"
    for scale in table.scale:
        if scale.figure not in table.fields or table.fields[scale.figure].type != "money":
            yield f"scale: {scale.figure!r} is no amount of this table"
        measure = form.fields.get(scale.against)
        if measure is None or (measure.table.kind == "grid" and measure.table.rows != table.rows):
            yield f"scale: there is no field {scale.against!r} beside this table"
    yield from (f"field.{name}: the id stands twice" for name in _repeated(f.id for f in table.field))
    labels = [(label, f.group if table.kind == "fields" else None) for f in table.field for label in f.known_labels]
    yield from (f"field: {label!r} is the label of two fields" for label, _ in _repeated(labels))


def _of_field(form: Form, table: Table, field: Field) -> Iterator[str]:
    if field.behind is not None and (table.kind != "list" or field.behind not in table.fields or field.behind == field.id):
        yield f": behind: there is no field {field.behind!r} in this list"
    yield from _of_place(form, table, field)
    yield from _of_parts(table, field)
    yield from _of_value(form, table, field)
    yield from _of_prose(form, field)
    if field.formula and field.kind == "input":
        yield ".formula: an input field has none"
    if field.formula and table.children(field):
        yield ".formula: the columns under it are its formula"
    if field.kind == "derived" and not field.formula:
        yield ".formula: a derived field needs one"
    if field.kind == "stated" and not (field.formula or table.children(field) or field.bands or field.of):
        yield ": a stated field needs a formula, parts or bands"
    try:
        formula = form.formula(table, field)
    except FormulaError as error:
        yield f".formula: {error}"
        return
    if formula is None:
        return
    if formula.is_condition:
        yield ".formula: a condition gives no figure"
    if formula.typed:
        yield ".formula: typed() is for rules"
    unknown = tuple(_unknown_names(form, table, formula))
    yield from (f".formula: {c}" for c in unknown)
    if not unknown and _is_circular(form, table, field, ()):
        yield ".formula: it leads back to itself"


def _of_place(form: Form, table: Table, field: Field) -> Iterator[str]:
    """Where a field stands, and whether it is found there."""
    owner = form.fields.get(field.id)
    if (table.kind != "list" or field is table.total) and owner is not None and owner.field is not field:
        yield f": the table {owner.table.id!r} has this id too"
    if field.part != field.id.startswith("parts."):
        yield ".part: the lines inside a line are those whose id begins with 'parts.'"
    elif field.part and table.kind != "list":
        yield ".part: only a list has lines inside its lines"
    if field.id in ("parts", "derived"):
        yield f".id: {field.id!r} is taken"
    if field.full is not None and (field.full not in table.fields or not table.fields[field.full].is_number):
        yield f".full: there is no figure {field.full!r} in this table"
    if field.after is not None:
        other = form.tables.get(field.after)
        if table.kind != "fields" or other is None or other is table or other.sheet != table.sheet:
            yield f".after: there is no table {field.after!r} beside this table of fields on its sheet"
    rows = form.row_sets.get(table.rows or "")
    for name in field.only:
        if rows is None or name not in (rows.summary, *rows.items):
            yield f".only: there is no row {name!r}"


def _of_parts(table: Table, field: Field) -> Iterator[str]:
    for attribute, parent in (("under", field.under), ("beside", field.beside)):
        if parent and parent not in table.fields:
            yield f".{attribute}: there is no field {parent!r} in this table"
        elif parent == field.id:
            yield f".{attribute}: a field is no part of itself"
        elif parent and table.fields[parent].type != field.type:
            yield f".{attribute}: {field.type} adds up to no {table.fields[parent].type}"
    if field.under and field.beside:
        yield ": under and beside exclude each other"
    if field.omitted and not (field.under or field.beside):
        yield ".omitted: it is no addend of a total"
    if field is table.total:
        if field.of not in table.fields:
            yield f".of: there is no field {field.of!r} in this table"
    elif field.bands and not field.of:
        yield ".of: bands need the field that they divide"
    elif field.of and not field.bands:
        yield ".of: only bands and totals have it"


def _of_value(form: Form, table: Table, field: Field) -> Iterator[str]:
    if field.bands:
        if field.of and field.of not in form.fields:
            yield f".of: there is no field {field.of!r}"
        least = [b for _, b in field.bands]
        if least != sorted(set(least), reverse=True):
            yield ".bands: they do not go down"
        if field.choices and {name for name, _ in field.bands} != set(field.choices):
            yield ".bands: they differ from choices"
    measurable = field.is_number or field.type == "year"
    if not measurable and (field.minimum is not None or field.maximum is not None):
        yield ".minimum: only numbers have bounds"
    elif field.minimum is not None and field.maximum is not None and field.minimum > field.maximum:
        yield ".minimum: it is above the maximum"
    if field.choices and field.type != "text":
        yield ".choices: only texts have them"
    if field.measure and field.type != "text":
        yield ".measure: only texts have it"
    if field.aggregate in ("sum", "recompute") and not field.is_number:
        yield f".aggregate: {field.type} gives no {field.aggregate}"
    if field.aggregate == "recompute" and field.kind == "input":
        yield ".aggregate: without a formula nothing can be computed again"
    if field.personal and field.aggregate != "never":
        yield ".aggregate: what is personal is never consolidated"
    if field.previous and field.previous not in form.fields:
        yield f".previous: there is no field {field.previous!r}"
    if field.differs_because and not field.formula:
        yield ".differs_because: it has no formula to differ from"
    yield from (f".choices: {name!r} stands twice" for name in _repeated(field.choices))


def _of_prose(form: Form, field: Field) -> Iterator[str]:
    """What the rules about texts are told."""
    if field.named and not (field.is_number or field.choices):
        yield ".named: texts tell figures and choices only"
    if field.denied and not field.is_number:
        yield ".denied: only figures can be nothing"
    for key, said in (("plan", field.plan), ("tells", field.tells is not None), ("hints", field.hints), ("about", field.about)):
        if said and field.type != "longtext":
            yield f".{key}: only long texts have it"
    for key, names in (("tells", field.tells or ()), ("part_of", field.part_of)):
        yield from (f".{key}: there is no field {name!r}" for name in names if name not in form.fields)


def _unknown_names(form: Form, table: Table | None, formula: Formula) -> Iterator[str]:
    for name in formula.names:
        if table is not None and name in table.fields:
            continue
        if name not in form.fields:
            yield f"there is no field {name!r}"
            continue
        other, field = form.fields[name]
        shares_rows = table is not None and other.rows == table.rows
        if other.kind == "grid" and not shares_rows and form.only_row(other, field) is None:
            yield f"{name!r} stands in a table with other rows"
    for table_id, name in formula.members:
        members = form.tables.get(table_id)
        if members is None or name not in members.fields:
            yield f"there is no field {table_id}.{name}"
        elif members.kind != "list":
            yield f"sum({table_id}.{name}): only the lines of a list are added up, a grid has its own total"
        elif members.fields[name].part or not members.fields[name].is_number:
            yield f"sum({table_id}.{name}): it is no figure of a line"


def _is_circular(form: Form, table: Table, field: Field, above: tuple[tuple[str, str], ...]) -> bool:
    here = (table.id, field.id)
    if here in above:
        return True
    try:
        formula = form.formula(table, field)
    except FormulaError:
        return False
    if formula is None:
        return False
    inner = [(table, table.fields[n]) if n in table.fields else form.fields.get(n) for n in formula.names]
    for table_id, name in formula.members:
        members = form.tables.get(table_id)
        inner.append((members, members.fields[name]) if members and name in members.fields else None)
    return any(_is_circular(form, *each, (*above, here)) for each in inner if each)


def _of_rule(form: Form, rule: FormRule) -> Iterator[str]:
    table = form.tables.get(rule.table) if rule.table else None
    if rule.table and table is None:
        yield f"table: there is no table {rule.table!r}"
        return
    if rule.at not in form.fields and (table is None or rule.at not in table.fields):
        yield f"at: there is no field {rule.at!r}"
    elif rule.at in form.fields and (table is None or rule.at not in table.fields):
        other, field = form.fields[rule.at]
        if other.kind == "grid" and form.only_row(other, field) is None:
            yield f"at: {rule.at!r} stands in a table with other rows"
    rows = form.row_sets.get(table.rows or "") if table else None
    for name in rule.rows:
        if rows is None or name not in ("summary", rows.summary, *rows.items):
            yield f"rows: there is no row {name!r}"
    if sum(x is not None for x in (rule.require, rule.avoid, rule.equal)) != 1:
        yield "one of require, avoid, equal is needed, and only one"
    if rule.tolerance < 0:
        yield "tolerance: it is below zero"
    yield from (f"{key}: {c}" for key, text, truth in _texts(rule) for c in _of_expression(form, table, text, truth))
    outside = rule.message
    for piece in placeholders(rule.message):
        outside = outside.replace("{" + piece + "}", "")
    if "{" in outside or "}" in outside:
        yield "message: a brace without its other"


def _texts(rule: FormRule) -> Iterator[tuple[str, str, bool]]:
    """The expressions of a rule, and whether each must be a condition."""
    for key, text in (("when", rule.when), ("require", rule.require), ("avoid", rule.avoid)):
        if text is not None:
            yield key, text, True
    yield from (("equal", text, False) for text in rule.equal or ())
    yield from (("message", text, False) for text in placeholders(rule.message))


def _of_expression(form: Form, table: Table | None, text: str, truth: bool) -> Iterator[str]:
    try:
        formula = Formula(text)
    except FormulaError as error:
        yield str(error)
        return
    if formula.is_condition is not truth:
        yield f"{text!r} is {'no condition' if truth else 'a condition and no figure'}"
    yield from _unknown_names(form, table, formula)


def _all_fields(table: Table) -> tuple[Field, ...]:
    return (*table.field, *((table.total,) if table.total else ()))


def _repeated(things: Iterable[T]) -> list[T]:
    return [thing for thing, count in Counter(things).items() if count > 1]
