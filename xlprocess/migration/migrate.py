"""An old workbook → a fresh standard one. Each table of the form is taken from the reading that finds more of it: by defined names
and labels where the workbook still is the standard one, else by its header tree. Then every cell of the old workbook is accounted
for: moved, printed on the form, computed by it, or left."""

from __future__ import annotations

import re
from collections.abc import Iterable

from xlprocess.books.book import Book, Ref, Sheet
from xlprocess.books.guard import over_limit
from xlprocess.errors import NotAForm
from xlprocess.form.guide import STATUS
from xlprocess.form.load import Form, editions, load
from xlprocess.form.model import Table, normal
from xlprocess.identity import Spot
from xlprocess.migration.besides import explanations, left_before, near, notes
from xlprocess.migration.blank import anywhere, own_formulas, printed_texts
from xlprocess.migration.moved import NOT_MOVED, SOURCES, Address, Left, Migration, address
from xlprocess.migration.read_sheets import NumberedSheet, is_control, read_sheets
from xlprocess.migration.read_standard import anchored, read_standard
from xlprocess.migration.restore import restore
from xlprocess.read import FORM_PROPERTY, is_summary
from xlprocess.result_list import TITLE
from xlprocess.stamps import is_code_of_ours
from xlprocess.word.labels import TOTALS, Labels, key
from xlprocess.word.ledger import NO_FIELD, TWICE, Placed

MOST_LEFT = 100_000
"""So many things can be listed; a workbook with more is hardly a form."""
NO_RESULT = "公式没有存储的结果：请在 Excel 中打开、保存后再迁移"
_OF_ROW = re.compile("行.*没有采用")
"""A reason that holds for a whole row."""
_ENOUGH = 5
"""Values and rows that a workbook must give to count as this form."""


def migrate(book: Book, name: str) -> Migration:
    """What of a workbook goes where in a new one. Raises NotAForm where hardly anything of a form is in it."""
    if is_summary(book.sheet_names()):
        raise NotAForm("not_this_form", f"无法迁移 {name}：这是各部门的汇总，不是一个部门填报的工作簿。请选部门的工作簿。")
    sheets = [book.sheet(n) for n in book.sheet_names()]
    numbered = [NumberedSheet(k, s, _percents(book, s), _nothing(book, s)) for k, s in enumerate(sheets, 1)]
    best = max((_Candidate(load(e), book, numbered, name) for e in _possible(book)), key=lambda c: c.reading.found)
    if best.reading.found < _ENOUGH and len(best.chosen) < _ENOUGH:
        raise NotAForm(
            "not_this_form",
            f"无法迁移 {name}：没有找到部门整体支出绩效自评的表格。请确认文件是自评工作簿，且表格没有粘贴为图片。",
        )
    return best.migration(book, sheets)


def _possible(book: Book) -> Iterable[str]:
    stated = book.properties().get(FORM_PROPERTY)
    return (stated,) if stated in editions() else editions()


def _percents(book: Book, sheet: Sheet) -> set[Ref]:
    refs = [
        Ref(sheet.top + r, sheet.left + c)
        for r, row in enumerate(sheet.rows)
        for c, value in enumerate(row)
        if isinstance(value, float)
    ]
    return book.percent_cells(sheet.name, refs)


def _nothing(book: Book, sheet: Sheet) -> set[Ref]:
    """Links of ours to the list of findings. And formulas whose texts are not known and that give zero: most are the form's own,
    over nothing. Programs that save in these formats write a zero also where nothing is shown."""
    links = {load(name).edition.way_back for name in editions()}
    ours = {
        Ref(sheet.top + r, sheet.left + c)
        for r, row in enumerate(sheet.rows)
        for c, value in enumerate(row)
        if isinstance(value, str) and value in links
    }
    return ours if book.tells_formulas else ours | {ref for ref in sheet.formulas if sheet.value(*ref) in (0, None)}


Values = dict[Spot, Placed]


class _Candidate:
    """What a workbook gives for one edition."""

    def __init__(self, form: Form, book: Book, sheets: list[NumberedSheet], name: str) -> None:
        self.form = form
        self.name = name
        self.nothing = {s.number: s.nothing for s in sheets}
        self.labels = Labels(form)
        besides = (form.edition.guide_sheet, form.edition.results_sheet)
        read = sorted((s for s in sheets if s.sheet.name not in besides and not _is_made(s.sheet)), key=self.trust)
        self.reading = read_sheets(form, self.labels, read, name)
        standard = read_standard(book, form, name)
        self.chosen: dict[Spot, Placed] = {}
        self.from_standard: set[str] = set()
        trusted = anchored(book, form)
        for table in form.tables.values():
            mine = {s: p for s, p in self.reading.moved.items() if s.table == table.id}
            theirs = {s: p for s, p in standard.moved.items() if s.table == table.id}
            if self.is_better(table, theirs, mine, table.id in trusted, standard.doubts.get(table.id, 0)):
                mine = theirs
                self.from_standard.add(table.id)
            self.take(mine)
        self.rows = {r: self.row_names(r, self.reading.rows.get(r, []), standard.rows.get(r, [])) for r in form.row_sets}
        self.standard = standard

    def row_names(self, row_set: str, read: list[str], named: list[str]) -> list[str]:
        """The rows to be made, in order: those with something in them, and blank ones that have a name of their own."""
        spec = self.form.row_sets[row_set]
        grids = {t.id for t in self.form.grids(row_set)}
        filled = {s.row for s in self.chosen if s.table in grids and s.row is not None}
        base = named if grids <= self.from_standard or not read else read
        kept = [n for n in base if n in filled or n in (spec.summary, *spec.items) or base is read]
        return list(dict.fromkeys([*kept, *(s.row for s in self.chosen if s.table in grids and s.row is not None)]))

    def trust(self, sheet: NumberedSheet) -> tuple[bool, bool]:
        """The form's own sheets first, hidden ones last."""
        words = {normal(w) for s in self.form.edition.sheet for w in (s.name, *s.spellings)}
        return sheet.sheet.hidden, normal(sheet.sheet.name) not in words

    def is_better(self, table: Table, named: Values, read: Values, is_anchored: bool, doubts: int) -> bool:
        """Whether what is `named` is taken, and not what was `read` by the header tree. Without defined names it is taken only
        where nothing was read, and never of a grid: a row that is no organisation would pass for one. With names it is taken
        unless most of them point elsewhere than the labels, or less was found by them."""
        if not is_anchored:
            return not read and table.kind != "grid"
        shows_labels = any(key(v.raw) in self.labels.columns for v in named.values())
        if 2 * doubts >= len(table.field) and (read or shows_labels):
            return False
        return self.typed(table, named) >= self.typed(table, read)

    def typed(self, table: Table, values: Values) -> int:
        """How many values that no formula gives."""
        fields, summary = table.fields, self.form.rows_of(table).summary if table.kind == "grid" else None
        own = (s for s in values if s.row != summary or summary is None)
        return sum(s.field not in fields or fields[s.field].kind == "input" for s in own)

    def take(self, values: dict[Spot, Placed]) -> None:
        """A cell of the old workbook with a figure goes to one place only."""
        taken = {address(p.origin) for p in self.chosen.values()}
        for spot, value in values.items():
            if address(value.origin) not in taken or not any(ch.isdigit() for ch in value.raw):
                self.chosen[spot] = value

    # ---- the account

    def migration(self, book: Book, sheets: list[Sheet]) -> Migration:
        restored = restore(self.form, {s: p.given for s, p in self.chosen.items()}, self.rows)
        left = [x for k, sheet in enumerate(sheets, 1) for x in self.left_on(k, sheet)]
        if len(left) > MOST_LEFT:
            raise over_limit(self.name, f"不属于表样的内容有 {len(left)} 处，过多", "请先删去与自评表无关的工作表，再运行")
        left += notes(book, {s.name: s for s in sheets})
        zeros = sum(s.value(*ref) == 0 for k, s in enumerate(sheets, 1) for ref in self.nothing[k])
        remarks = [f"有 {zeros} 格公式的结果为 0，没有迁移：新工作簿会重新计算。"] if zeros else []
        if any(TWICE in w for w in self.reading.why.values()):
            remarks.append("有的表不止一份，采用的是靠前的一份，请对照“迁移来源”核对是不是本年的。")
        return Migration(self.form, restored.values, self.chosen, left, restored.spots, remarks)

    def left_on(self, number: int, sheet: Sheet) -> Iterable[Left]:
        """The cells of a sheet that are not accounted for."""
        edition = self.form.edition
        if sheet.name == edition.results_sheet and sheet.value(1, 1) == TITLE:
            yield from explanations(sheet)
            return
        if _is_made(sheet):
            yield from left_before(sheet)
            return
        moved = {address(p.origin) for p in self.chosen.values()}
        used = self.reading.names | self.standard.names
        used |= {a for a, table in self.reading.used.items() if table not in self.from_standard}
        computed = self.reading.computed | self.standard.computed
        why = {**self.reading.why, **self.standard.why}
        of_row = {(a.sheet, a.row): w for a, w in why.items() if _OF_ROW.search(w)}
        printed = printed_texts(self.form)
        nothing = self.nothing[number]
        guide = _status_row(sheet) if sheet.name == edition.guide_sheet else None
        for r, row in enumerate(sheet.rows[:guide], sheet.top):
            for c, value in enumerate(row, sheet.left):
                if value is None:
                    continue
                where, ref = Address(number, r, c), Ref(r, c)
                if where in moved or where in computed or ref in nothing:
                    continue
                if guide is not None and c == 1 and isinstance(value, str):
                    continue  # instructions, perhaps of an older version
                if isinstance(value, str) and (where in used or self.is_printed(value, printed)):
                    continue
                if isinstance(value, str) and is_code_of_ours(sheet, ref, value):
                    continue
                yield Left(sheet.name, ref, value, why.get(where) or of_row.get((number, r), NO_FIELD), near(sheet, ref))
        if guide is None:
            yield from self.without_value(number, sheet, computed)

    def without_value(self, number: int, sheet: Sheet, computed: set[Address]) -> Iterable[Left]:
        """Formulas that nobody has calculated yet, but for the form's own."""
        for ref, formula in sheet.formulas.items():
            if formula.has_value or Address(number, *ref) in computed:
                continue
            if anywhere(formula.text) not in own_formulas(self.form):
                yield Left(sheet.name, ref, f"={formula.text}", NO_RESULT, near(sheet, ref))

    def is_printed(self, text: str, printed: frozenset[str]) -> bool:
        """It says nothing about the department."""
        word = key(text)
        labels = self.labels
        known = word in labels.columns or word in labels.fields or word in TOTALS or labels.is_layout(text)
        return not text.strip() or known or normal(text) in printed or is_control(text) or labels.is_box(text)


def _status_row(sheet: Sheet) -> int | None:
    """So many rows of our guide stand over what it computes."""
    rows = (k for k, row in enumerate(sheet.rows) if any(isinstance(v, str) and v == STATUS for v in row))
    return next(rows, None)


def _is_made(sheet: Sheet) -> bool:
    """A list of ours that tells where values came from."""
    first = sheet.value(1, 1)
    return sheet.name in (*SOURCES, NOT_MOVED) and isinstance(first, str) and first.startswith(f"{sheet.name}：")
