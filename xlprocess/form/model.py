"""The standard form as data: what an edition's TOML says, typed. Nothing here knows a cell.

An edition is a folder: `edition.toml` (names, sheets, row sets, rules) and one TOML file for each table. Keys that nobody
reads are refused, so that a misspelt key is not passed over.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Literal

import msgspec

from xlprocess.finding import Severity

FieldType = Literal["money", "count", "rate", "number", "score", "year", "date", "text", "longtext"]
Kind = Literal["input", "stated", "derived"]
ROLES = frozenset({"name", "code", "year", "score", "grade", "date"})
"""The parts that a field can play in every edition."""
NUMBERS = frozenset({"money", "count", "rate", "number", "score"})


class Draft(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A sentence of a first draft of a long text, with expressions over the figures of the report between braces. It is written
    only when it can be: `when` holds, and every figure that it prints is there and not below zero.

    `items`: parts of which those are taken that are there and not zero, joined where the sentence says `{items}`; `whole` is the
    figure that they must add up to. `each`: a list; the sentence is written for every line of it, whose lines inside it are printed
    by `part`. `otherwise`: the sentence in place of one whose figures or items cannot be told."""

    text: str
    when: str | None = None
    items: tuple[str, ...] = ()
    whole: str | None = None
    each: str | None = None
    part: str | None = None
    otherwise: str | None = None


class Field(msgspec.Struct, forbid_unknown_fields=True, dict=True):
    """A figure or text of the form.

    `kind`: input (I), stated (C: printed with a formula that the department may type over), derived (D: ours).
    A field with others `under` it (printed under 其中) or `beside` it is stated and equals their sum; nobody writes that formula.
    `only`: in a table with named rows, the rows that have this field.
    `part`: belongs to the lines inside a line (用途明细).
    `previous`: the field of last year's report that this one takes over.
    `differs`: how grave it is when a stated figure is not what its formula gives, and `differs_because` what to say of it.
    `omitted`: what to say when a total leaves exactly this addend out.
    `full`: the field of the same line that holds the full marks of this one.
    `behind`: in a list, the field behind whose text the Word report prints this one; it has no column there.
    `after`: in a table of fields, the table of the same sheet below which this field is printed; `column`: the field of that list
    under which a printed form may show it, in the row of its totals.

    For the rules about texts: `named` are the names under which prose tells this figure (several fields may share one: the text
    must agree with one of them), `denied` those of which it says that there is none. Of a long text: `plan`, it tells what is
    intended; `tells`, the only figures that it tells; `part_of`, figures of whose money it may leave out; `hints`, printed
    instructions that should not be left in it; `about`, words that what stands here uses, and `strange`, words of what does not
    belong here; `draft`, the sentences of a first draft."""

    id: str
    label: str
    type: FieldType = "money"
    kind: Kind = "input"
    required: bool = False
    formula: str | None = None
    under: str | None = None
    beside: str | None = None
    group: str | None = None
    spellings: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    bands: tuple[tuple[str, Decimal], ...] = ()
    of: str | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    negative: bool = False
    personal: bool = False
    part: bool = False
    only: tuple[str, ...] = ()
    previous: str | None = None
    differs: Severity = "error"
    differs_because: str | None = None
    omitted: str | None = None
    aggregate: Literal["sum", "recompute", "count", "never"] = "never"
    wanted: bool = False
    measure: bool = False
    prompt: str | None = None
    width: float | None = None
    lines: int | None = None
    after: str | None = None
    column: str | None = None
    full: str | None = None
    behind: str | None = None
    named: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()
    plan: bool = False
    tells: tuple[str, ...] | None = None
    part_of: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    strange: tuple[str, ...] = ()
    draft: tuple[Draft, ...] = ()

    @property
    def is_number(self) -> bool:
        return self.type in NUMBERS

    @cached_property
    def known_labels(self) -> frozenset[str]:
        return frozenset(normal(t) for t in (self.label, *self.spellings))


class Scale(msgspec.Struct, forbid_unknown_fields=True):
    """What tells that a table of amounts was typed in 元: its `figure` is `times` as large as `against`, or larger, which no
    department reaches. Figures below `least` decide nothing."""

    figure: str
    against: str
    times: Decimal
    least: Decimal = Decimal(0)


class Table(msgspec.Struct, forbid_unknown_fields=True, dict=True):
    """One table of the form. `kind`: fields (a label and its cell), grid (columns by named rows), list (numbered lines).

    `json`: where its values stand in the Report's JSON: "" for the top level, else the key of an object or list.
    `rows`: the row set of a grid. `lines`: blank lines of a list in the blank workbook.
    `total`: the figure at the foot of a list, the sum of its field `of`.
    `told`: the section of the narrative that tells the same in sentences, where a printed report has no such table; with a
    `total` as a total and its items, else fund by fund.
    `summary`: the sheet of the summary workbook that lists it, department by department; none without it.
    `scale`: how large its amounts can be beside those of its neighbours."""

    id: str
    sheet: str
    kind: Literal["fields", "grid", "list"]
    title: str
    field: tuple[Field, ...]
    spellings: tuple[str, ...] = ()
    caption: str | None = None
    unit: str | None = None
    rows: str | None = None
    json: str = ""
    lines: int = 0
    hint: str | None = None
    told: str | None = None
    total: Field | None = None
    scale: tuple[Scale, ...] = ()
    summary: str | None = None

    @cached_property
    def fields(self) -> dict[str, Field]:
        return {f.id: f for f in self.field}

    @cached_property
    def labels(self) -> frozenset[str]:
        """All labels of its fields, as they compare."""
        return frozenset(label for f in self.field for label in f.known_labels)

    @cached_property
    def computed(self) -> tuple[Field, ...]:
        """The fields with a formula, written out or not."""
        return tuple(f for f in self.field if f.kind != "input")

    def children(self, field: Field) -> tuple[Field, ...]:
        """What adds up to `field`: the columns under its 其中, and those printed beside it."""
        return self._children.get(field.id, ())

    @cached_property
    def _children(self) -> dict[str, tuple[Field, ...]]:
        found: dict[str, tuple[Field, ...]] = {}
        for f in self.field:
            for parent in (f.under, f.beside):
                if parent:
                    found[parent] = (*found.get(parent, ()), f)
        return found


class RowSet(msgspec.Struct, forbid_unknown_fields=True, dict=True):
    """The rows that grids share. `summary` = Σ of the other rows, column by column. `open`: a department may add rows.
    `member` is what a sentence calls one of the other rows (机构, 资金来源). `item_spellings`: other labels of the items.
    `placeholders` are printed names that stand for nothing until a department writes its own over them. `called`: what prose calls
    the rows that a department adds."""

    id: str
    heading: str
    summary: str
    summary_printed: str
    items: tuple[str, ...]
    json: str
    key: str
    member: str
    summary_spellings: tuple[str, ...] = ()
    item_spellings: dict[str, tuple[str, ...]] = {}
    open: bool = False
    numbered: bool = False
    placeholders: tuple[str, ...] = ()
    called: tuple[str, ...] = ()
    lead: str | None = None
    hint: str | None = None

    @cached_property
    def summary_labels(self) -> frozenset[str]:
        return frozenset(normal(t) for t in (self.summary, self.summary_printed, *self.summary_spellings))

    @cached_property
    def _names(self) -> dict[str, str]:
        items = {normal(t): item for item in self.items for t in (item, *self.item_spellings.get(item, ()))}
        return items | dict.fromkeys(self.summary_labels, self.summary)

    def named(self, printed: str) -> str | None:
        """The row that a printed label names, in any of its known spellings; None for a name of a department's own."""
        return self._names.get(normal(printed))


class Box(msgspec.Struct, forbid_unknown_fields=True):
    """A box in which somebody writes by hand on the printed form: an opinion, a signature (`sign`), a date."""

    label: str
    sign: str | None = None
    lines: int = 3
    date: bool = True


class SheetSpec(msgspec.Struct, forbid_unknown_fields=True):
    """A sheet of the blank workbook, in order. `title` is the line printed at its head, `box` and `foot` (lines for a hand to
    fill) what stands below its tables."""

    name: str
    title: str
    landscape: bool = False
    spellings: tuple[str, ...] = ()
    intro: str | None = None
    box: tuple[Box, ...] = ()
    foot: tuple[str, ...] = ()


class FormRule(msgspec.Struct, forbid_unknown_fields=True, dict=True):
    """A rule that an edition states as data.

    `table`: the rule is applied to each row of it (each row of a grid, each line of a list); without it, once to the report.
    `at`: the field at which the finding stands. `rows`: only these rows of a grid; "summary" means the row that judgements look at.
    `when`: the condition under which the rule speaks at all; a name that is blank makes arithmetic blank, and a comparison with
    blank is neither kept nor broken.
    One of: `require` (a condition that must hold), `equal` (two expressions that must agree within `tolerance`, which unless it is
    given lets figures agree that print the same with two decimals; `interval`: half a unit for each figure that is added up, as in
    every sum of the form, and a gap within it is a 尾差), `avoid` (a condition that must not hold).
    `follows`: the rules about single figures (blank, out of range) whose findings this one only follows from where it would not
    speak if that figure were right. `leads`: the rules whose findings only follow from this one's in the same way."""

    id: str
    name: str
    fault: str
    severity: Severity
    at: str
    basis: str
    remedy: str
    message: str
    table: str | None = None
    rows: tuple[str, ...] = ()
    when: str | None = None
    require: str | None = None
    avoid: str | None = None
    equal: tuple[str, str] | None = None
    tolerance: Decimal = Decimal("0.005")
    interval: bool = False
    follows: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()


class Diagram(msgspec.Struct, forbid_unknown_fields=True):
    """A chart of the summary workbook. `kind`: compare (bars beside each other, department by department), stack (bars upon each
    other), distribution (how many departments lie where, of one rate)."""

    title: str
    kind: Literal["compare", "stack", "distribution"]
    fields: tuple[str, ...]


class Account(msgspec.Struct, forbid_unknown_fields=True):
    """A figure of the form that must be the one in a column of the accounts (决算, 预算) that a bureau compares with: `column` is
    of `xlprocess.consolidation.reference`, `differs` how grave a difference is, `because` what to say of it."""

    column: str
    field: str
    differs: Severity = "error"
    because: str | None = None


class Control(msgspec.Struct, forbid_unknown_fields=True):
    """A rate over figures of the form and columns of the accounts (`ref_` before their name). `rule`: the fault of the rule that
    speaks when it is above `most` or below `least`; `at`: the field at which the finding stands."""

    rule: str
    label: str
    formula: str
    at: str
    most: Decimal | None = None
    least: Decimal | None = None


class Yearly(msgspec.Struct, forbid_unknown_fields=True):
    """A figure of the form that is compared with last year's. `rule`: the fault of the rule that speaks when it has grown by more
    than `most` of last year's, or shrunk by more than `least` (below zero)."""

    field: str
    rule: str | None = None
    most: Decimal | None = None
    least: Decimal | None = None


class Peer(msgspec.Struct, forbid_unknown_fields=True):
    """A measure by which departments of one group are compared: an amount that does not depend on their size (a head), or a `share`
    (a fraction). `at`: the field at which a finding stands."""

    label: str
    formula: str
    at: str
    share: bool = False


class Internal(msgspec.Struct, forbid_unknown_fields=True):
    """Where dealings between departments are in the totals unless it is said: what one pays to another is in the field `paid` of
    the one and in `received` of the other."""

    paid: str
    received: str


class GuideSection(msgspec.Struct, forbid_unknown_fields=True):
    """A paragraph of the page 填报说明."""

    heading: str
    text: tuple[str, ...]


class Edition(msgspec.Struct, forbid_unknown_fields=True):
    """`edition.toml`."""

    id: str
    title: str
    version: int
    year: int
    tables: tuple[str, ...]
    sheet: tuple[SheetSpec, ...]
    rows: tuple[RowSet, ...] = ()
    rule: tuple[FormRule, ...] = ()
    guide: tuple[GuideSection, ...] = ()
    diagram: tuple[Diagram, ...] = ()
    account: tuple[Account, ...] = ()
    control: tuple[Control, ...] = ()
    yearly: tuple[Yearly, ...] = ()
    peer: tuple[Peer, ...] = ()
    internal: Internal | None = None
    unit: Literal["万元", "元"] = "万元"
    cap: Decimal = Decimal("0.05")
    guide_sheet: str = "填报说明"
    results_sheet: str = "检查结果"
    maker: str | None = None
    roles: dict[str, str] = {}
    settings: dict[str, str] = {}
    carry_over: tuple[str, ...] = ()

    @property
    def way_back(self) -> str:
        """The text of the link to the list of findings that stands on every sheet."""
        return f"→ {self.results_sheet}"


_DECORATION = re.compile(r"[()（）:：,，。.*＊_【】\[\]]+")


def folded(text: str) -> str:
    """A text as it is compared: full-width forms folded, white space and decoration gone."""
    return _DECORATION.sub("", "".join(unicodedata.normalize("NFKC", text).split()))


@lru_cache(maxsize=1 << 14)
def normal(text: str) -> str:
    """The same of a label, or of what else is short and met again."""
    return folded(text)
