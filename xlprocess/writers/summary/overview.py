"""总览: how many reported, the totals as reported and as their parts give them, grades, findings by rule, charts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from xlprocess.consolidation.between import NAMED
from xlprocess.consolidation.consolidation import Consolidation
from xlprocess.consolidation.totals import Total
from xlprocess.finding import RANK, SEVERITY_WORD
from xlprocess.form.load import Form
from xlprocess.form.styles import BORDER, HEI
from xlprocess.writers.summary.amounts import Amounts, excel
from xlprocess.writers.summary.book import Book, Kind, Look
from xlprocess.writers.summary.diagrams import Plot, chart
from xlprocess.writers.summary.findings import Findings
from xlprocess.writers.summary.handing_in import ROLES, HandingIn, moment
from xlprocess.writers.summary.listing import Column, Listing, Row, number_of
from xlprocess.writers.summary.scores import Scores
from xlprocess.writers.summary.section import Section, kind_of

NAME = "总览"
WIDTHS = (34, 17, 17, 14, 11, 11)
TOP_RULES = 12
SHOWN = 30
"""Matters to confirm that stand on the first page; where there are more, all of them stand on a sheet of their own."""
QUESTIONS = "需要确认的事项"
_PIXELS = 20
"""Height of a row, in pixels."""


class Questions(Section):
    """Every matter that somebody has to confirm."""

    def __init__(self, book: Book, said: Sequence[str]) -> None:
        columns = [Column("序号", 6, "count"), Column("需要确认的事项", 110, wrap=True)]
        self.listing = Listing(book, QUESTIONS, columns, "较重的在前；不在名单上的部门在后。", unit="项")
        self.said = said

    def rest(self) -> Iterable[Row]:
        for number, sentence in enumerate(self.said, 1):
            yield Row([number, sentence])


class Overview:
    """The first sheet. It is made first and written last, when everything has gone by."""

    def __init__(self, book: Book, consolidation: Consolidation) -> None:
        self.book = book
        self.found = consolidation
        self.sheet: Worksheet = book.sheet(NAME)
        for column, width in enumerate(WIDTHS):
            self.sheet.set_column(column, column, width)
        self.row = 0

    def write(
        self,
        year: int | None,
        totals: Mapping[str, Total],
        amounts: Sequence[Amounts],
        scores: Scores,
        findings: Findings,
        handing_in: HandingIn,
        plots: Sequence[tuple[Plot, int]],
    ) -> None:
        form = self.found.form
        sheet, format = self.sheet, self.book.format
        sheet.set_row(0, 36)
        title = f"{year}年度{form.edition.title}汇总" if year else f"{form.edition.title}汇总"
        sheet.merge_range(0, 0, 0, len(WIDTHS) - 1, title, format(font_name=HEI, font_size=18, align="center"))
        under = f"汇总时间：{moment(self.found.started)}　　金额单位：{form.edition.unit}"
        sheet.merge_range(1, 0, 1, len(WIDTHS) - 1, under, format(align="center", font_color="#404040"))
        self.row = 3
        self._reported(handing_in)
        self._totals(form, totals, amounts)
        self._in_yuan(findings)
        self._grades(scores)
        self._rules(findings)
        self._questions()
        self._charts(plots)
        sheet.activate()

    def questions(self) -> Questions | None:
        """The sheet of all matters to confirm, where the first page does not hold them."""
        return Questions(self.book, self.found.suggestions) if len(self.found.suggestions) > SHOWN else None

    # ---- pieces

    def _caption(self, text: str) -> None:
        self.sheet.set_row(self.row, 24)
        self.book.write_text(self.sheet, self.row, 0, text, self.book.format(font_name=HEI, font_size=12))
        self.row += 1

    def _remark(self, text: str, lines: int = 1) -> None:
        self.sheet.set_row(self.row, 15 * lines)
        style = self.book.format(font_size=9, font_color="#404040", text_wrap=True, valign="top")
        self.sheet.merge_range(self.row, 0, self.row, len(WIDTHS) - 1, text, style)
        self.row += 1

    def _heads(self, heads: Sequence[str]) -> None:
        self.sheet.set_row(self.row, 20)
        for column, head in enumerate(heads):
            self.book.write_text(self.sheet, self.row, column, head, self.book.head())
        self.row += 1

    def _line(self, values: Sequence[tuple[Any, Kind]], looks: Mapping[int, Look] | None = None) -> None:
        """Values, or a formula with its value, as (("=…", value), kind)."""
        for column, (value, kind) in enumerate(values):
            style = self.book.cell(kind, (looks or {}).get(column, ""), wrap=kind == "text")
            if value is None:
                self.sheet.write_blank(self.row, column, None, style)
            elif isinstance(value, tuple):
                self.sheet.write_formula(self.row, column, value[0], style, value[1])
            elif isinstance(value, str):
                self.book.write_text(self.sheet, self.row, column, value, style)
            else:
                self.sheet.write_number(self.row, column, value, style)
        self.row += 1

    # ---- what stands in it

    def _reported(self, handing_in: HandingIn) -> None:
        found = self.found
        counted, missing = len(found.departments), [line for line in found.missing if line.excused is None]
        excused = Counter(line.excused for line in found.roster or () if line.excused)
        unlike = sum(head.form != found.form.id for head in handing_in.heads.values())
        self._caption("一、报送情况")
        on_roster = sum(d.line is not None and d.line.excused is None for d in found.departments)
        if found.expected is not None:
            share = f"（{on_roster / found.expected:.1%}）" if found.expected else ""
            said = f"名单上应报 {found.expected} 个部门，已报 {on_roster} 个{share}，未报 {len(missing)} 个。"
            said += f"另有名单以外的 {counted - on_roster} 个部门报来了表。" if counted > on_roster else ""
            said += f"合计只含已报的 {counted} 个部门。" if not unlike else ""
        else:
            said = f"共汇总 {counted} 个部门（没有提供名单，不能判断是否报齐）。"
        if unlike:
            said += f"合计只含用同一种表样的 {counted - unlike} 个部门，另外 {unlike} 个用的是别的表样。"
        self.sheet.set_row(self.row, 32)
        style = self.book.format(font_size=11, text_wrap=True)
        self.sheet.merge_range(self.row, 0, self.row, len(WIDTHS) - 1, said, style)
        self.row += 1
        cards: list[tuple[str, int]] = [("计入汇总的部门", counted)]
        if found.expected is not None:
            cards += [("未报的部门", len(missing)), *((str(k), n) for k, n in excused.items())]
        cards += [(f"其中：{state}", n) for state, n in handing_in.states.items() if state != "已报"]
        roles: Counter[str] = Counter(f.role for f in found.files if f.role != "current")
        cards += [(f"文件：{ROLES[r]}", roles[r]) for r in ROLES if r in roles]
        for at in range(0, len(cards), 3):
            for k, (name, count) in enumerate(cards[at : at + 3]):
                self.book.write_text(self.sheet, self.row, 2 * k, name, self.book.head())
                number = self.book.format(**BORDER, num_format="#,##0", align="center", bold=True, font_size=11)
                self.sheet.write_number(self.row, 2 * k + 1, count, number)
            self.sheet.set_row(self.row, 30)
            self.row += 1
        self.row += 1

    def _totals(self, form: Form, totals: Mapping[str, Total], amounts: Sequence[Amounts]) -> None:
        self._caption("二、主要数据")
        self._heads(("项目", "按各部门填报", "按分项更正后", "相差", "有数的部门", "所在表"))
        cells: dict[str, str] = {}
        for section in amounts:
            first = True
            for k, (table, field) in enumerate(section.fields, 3):
                total = totals.get(field.id)
                if total is None:
                    continue
                kind = kind_of(field)
                name = f"{table.title}{field.label}" if table.kind == "list" else field.label
                head = name if first else f"　{name}"
                first = False
                value = None if total.value is None else number_of(total.value)
                corrected = None if total.corrected is None else number_of(total.corrected)
                shown: Any = value
                if field.aggregate == "sum":
                    areas = ",".join(part.column(k) for part in section.listing.parts)
                    shown = (f'=IF(COUNT({areas}),SUM({areas}),"")', "" if value is None else value)
                    cells[field.id] = xl_rowcol_to_cell(self.row, 1)
                elif field.aggregate == "recompute":
                    formula = form.formula(table, field)
                    live = excel(formula.tree, cells) if formula else None
                    shown = (f'=IFERROR({live},"")', "" if value is None else value) if live else value
                gap = None
                least = Decimal("0.00005") if kind == "rate" else Decimal("0.005")
                if total.value is not None and total.corrected is not None and abs(total.value - total.corrected) >= least:
                    gap = number_of(total.value - total.corrected)
                line: list[tuple[Any, Kind]] = [(head, "text"), (shown, kind), (corrected, kind), (gap, kind)]
                line += [(total.departments if total.departments else None, "count"), (section.listing.name, "text")]
                self._line(line, {3: "warning"} if gap is not None else {})
        self._remark(
            "“按各部门填报”是各部门汇总行原数之和；“按分项更正后”是合计改按其分项、汇总改按各机构相加的结果，"
            "相差不为空的，原表有不平之处，见“问题清单”。比率都按合计重新计算，不是各部门比率的平均。",
            2,
        )

    def _in_yuan(self, findings: Findings) -> None:
        """Whole tables in yuan, which make the totals thousands of times too large."""
        names = findings.in_yuan
        if names:
            rest = f"等 {len(names)} 个部门" if len(names) > NAMED else ""
            said = "、".join(f"“{name}”" for name in names[:NAMED])
            self._remark(
                f"注意：{said}{rest}的表像是按元填报的，合计仍按原数相加，可能偏大很多；改正以前请勿使用。见“问题清单”。", 2
            )
        self.row += 1

    def _grades(self, scores: Scores) -> None:
        form, values = self.found.form, scores.scores
        at = form.role("grade")
        known = [name for name, _ in at.field.bands] if at else []
        others = sorted(set(scores.grades) - set(known))
        self._caption("三、自评得分和等次")
        self._heads(("等次", "部门数", "占比"))
        count = sum(scores.grades.values())
        for name in (*known, *others):
            number = scores.grades.get(name, 0)
            self._line([(name, "text"), (number, "count"), (number / count if count else None, "rate")])
        if values:
            ordered = sorted(values)
            half = len(ordered) // 2
            median = ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
            mean = sum(values) / len(values)
            self._remark(f"平均 {mean:.2f} 分，中位数 {median:.2f} 分，最高 {ordered[-1]:.2f} 分，最低 {ordered[0]:.2f} 分。")
        self.row += 1

    def _rules(self, findings: Findings) -> None:
        self._caption("四、检查发现的问题")
        counts = findings.counts
        by_severity: Counter[str] = Counter()
        for (_, _, severity), number in counts.items():
            by_severity[severity] += number
        said = "、".join(f"{word} {by_severity[s]} 处" for s, word in SEVERITY_WORD.items())
        self._remark(f"共 {sum(counts.values())} 处：{said}。")
        ranked = sorted(counts, key=lambda r: (RANK[r[2]], -counts[r], r[0]))
        if ranked:
            self._heads(("问题类型", "级别", "编号", "处数", "部门数"))
        for rule, name, severity in ranked[:TOP_RULES]:
            key = (rule, name, severity)
            line: list[tuple[Any, Kind]] = [(name, "text"), (SEVERITY_WORD[severity], "text"), (rule, "text")]
            looks: dict[int, Look] = {1: "error" if severity == "error" else "warning" if severity == "warning" else "notice"}
            self._line([*line, (counts[key], "count"), (findings.departments[key], "count")], looks)
        if len(ranked) > TOP_RULES:
            self._remark(f"另有 {len(ranked) - TOP_RULES} 类问题，见“问题清单”。")
        self.row += 1

    def _questions(self) -> None:
        said = self.found.suggestions
        if not said:
            return
        self._caption("五、需要确认的事项")
        style = self.book.format(text_wrap=True, valign="top")
        for text in said[:SHOWN]:
            self.sheet.set_row(self.row, 30)
            self.sheet.merge_range(self.row, 0, self.row, len(WIDTHS) - 1, "", style)
            self.book.write_text(self.sheet, self.row, 0, text, style)
            self.row += 1
        if len(said) > SHOWN:
            self._remark(f"另有 {len(said) - SHOWN} 项，见“{QUESTIONS}”。")
        self.row += 1

    def _charts(self, plots: Sequence[tuple[Plot, int]]) -> None:
        """Below the tables, each page of the print begins with a chart."""
        breaks: list[int] = []
        used = 0
        if plots:
            breaks.append(self.row)
        for plot, head in plots:
            made, height = chart(self.book, plot, head)
            if used and used + height > 1000:
                breaks.append(self.row)
                used = 0
            self.sheet.insert_chart(self.row, 0, made, {"x_offset": 4, "y_offset": 4, "object_position": 2})
            rows = height // _PIXELS + 2
            self.row += rows
            used += rows * _PIXELS
        if breaks:
            self.sheet.set_h_pagebreaks(breaks)
