"""总览: how many reported, the totals as reported and as their parts give them, grades, findings by rule, charts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell

from xlprocess.consolidation.between import NAMED
from xlprocess.consolidation.consolidation import Consolidation
from xlprocess.finding import RANK, SEVERITY_WORD
from xlprocess.form.model import Field, Table
from xlprocess.form.styles import BORDER, HEI
from xlprocess.writers.summary.amounts import excel
from xlprocess.writers.summary.book import Book, Kind, Look
from xlprocess.writers.summary.diagrams import GAP, Plot, chart, strips
from xlprocess.writers.summary.editions import Edition, told
from xlprocess.writers.summary.findings import Findings
from xlprocess.writers.summary.handing_in import ROLES, HandingIn, moment
from xlprocess.writers.summary.listing import Column, Listing, Row, number_of
from xlprocess.writers.summary.scores import Scores
from xlprocess.writers.summary.section import Section, kind_of
from xlprocess.writers.summary.top_down import CAPTION, HEADS, LINE, WIDTHS, TopDown, lines_of

NAME = "总览"
_TOGETHER = 3  # matters that stand with their caption
TOP_RULES = 12
SHOWN = 30
"""Matters to confirm that stand on the first page; where there are more, all of them stand on a sheet of their own."""
QUESTIONS = "需要确认的事项"


class Questions(Section):
    """Every matter that somebody has to confirm."""

    def __init__(self, book: Book, said: Sequence[str]) -> None:
        columns = [Column("序号", 6, "count"), Column("需要确认的事项", 110, wrap=True)]
        self.listing = Listing(book, QUESTIONS, columns, "较重的在前；不在名单上的部门在后。", unit="项")
        self.said = said

    def rest(self) -> Iterable[Row]:
        for number, sentence in enumerate(self.said, 1):
            yield Row([number, sentence])


class Overview(TopDown):
    """The first sheet. It is made first and written last, when everything has gone by."""

    def __init__(self, book: Book, consolidation: Consolidation) -> None:
        super().__init__(book, NAME)
        self.found = consolidation

    def write(
        self,
        year: int | None,
        editions: Sequence[Edition],
        scores: Scores,
        findings: Findings,
        handing_in: HandingIn,
        plots: Sequence[tuple[Plot, int]],
    ) -> None:
        form = self.found.form
        sheet, format = self.sheet, self.book.format
        title = f"{year}年度{form.edition.title}汇总" if year else f"{form.edition.title}汇总"
        self._across(title, 36, format(font_name=HEI, font_size=18, align="center"))
        under = f"汇总时间：{moment(self.found.started)}　　金额单位：{form.edition.unit}"
        self._across(under, 15, format(align="center", font_color="#404040"))
        self._gap()
        self._reported(handing_in)
        self._totals(editions[0], "二、主要数据")
        for edition in editions[1:]:
            self._totals(edition, "")
        self._in_yuan(findings)
        self._gap()
        self._grades(scores)
        self._rules(findings)
        self._questions()
        self._charts(plots)
        sheet.fit_to_pages(1, 0)
        sheet.set_h_pagebreaks(self.page.breaks)
        sheet.print_area(0, 0, self.row, len(WIDTHS) - 1)
        sheet.activate()

    def questions(self) -> Questions | None:
        """The sheet of all matters to confirm, where the first page does not hold them."""
        return Questions(self.book, self.found.suggestions) if len(self.found.suggestions) > SHOWN else None

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
            said += f"合计只含用同一种表样的 {counted - unlike} 个部门，另外 {unlike} 个用的是别的表样，在后面另行合计。"
        self._across(said, 16 * lines_of(said, 0.9) + 4, self.book.format(font_size=11, text_wrap=True))
        departments = [("计入汇总的部门", counted)]
        departments += [(f"其中：{state}", n) for state, n in handing_in.states.items() if state != "已报"]
        if found.expected is not None:
            departments += [("未报的部门", len(missing)), *((f"{k}的部门", n) for k, n in excused.items())]
        roles: Counter[str] = Counter(f.role for f in found.files if f.role != "current")
        files = [("计入汇总的文件", counted), *((ROLES[r], roles[r]) for r in ROLES if r in roles)]
        self._pairs(("部门", "个数"), departments, ("文件", "份数"), files)
        self._gap()

    def _pairs(
        self, heads: tuple[str, str], left: Sequence[tuple[str, int]], other: tuple[str, str], right: Sequence[tuple[str, int]]
    ) -> None:
        """Two short tables beside one another; the second begins in the third column."""
        last = len(WIDTHS) - 1
        for column, text in enumerate(heads):
            self.book.write_text(self.sheet, self.row, column, text, self.book.head())
        self.sheet.merge_range(self.row, 2, self.row, last - 1, other[0], self.book.head())
        self.book.write_text(self.sheet, self.row, last, other[1], self.book.head())
        self._step(HEADS)
        name, number = self.book.cell("text", wrap=True), self.book.cell("count")
        for k in range(max(len(left), len(right))):
            for begin, end, line in ((0, 1, left[k : k + 1]), (2, last, right[k : k + 1])):
                if end - begin > 1:
                    self.sheet.merge_range(self.row, begin, self.row, end - 1, "", name)
                if line:
                    self.book.write_text(self.sheet, self.row, begin, line[0][0], name)
                    self.sheet.write_number(self.row, end, line[0][1], number)
                else:
                    self.sheet.write_blank(self.row, begin, None, name)
                    self.sheet.write_blank(self.row, end, None, number)
            self._step()

    def _totals(self, edition: Edition, caption: str) -> None:
        """The totals of an edition. `caption`: "" of what goes on beneath those of another."""
        form, totals = edition.form, edition.totals
        shown_fields = sum(field.id in totals for section in edition.amounts for _, field in section.fields)
        height = CAPTION + HEADS + LINE * (shown_fields + 4)
        if caption:
            self.page.fit(height)
        self._keep(height)
        if caption:
            self._caption(caption)
        if edition.departments is not None:
            self._remark(f"采用{told(form)}填报的 {edition.departments} 个部门：" + ("" if caption else "（不计入上面的合计）"))
        self._heads(("项目", "按各部门填报", "按分项更正后", "相差", "有数的部门", "所在表"))
        cells: dict[str, str] = {}
        partial: list[str] = []
        for section in edition.amounts:
            for k, (table, field) in enumerate(section.fields, 3):
                total = totals.get(field.id)
                if total is None:
                    continue
                kind = kind_of(field)
                name = f"{table.title}{field.label}" if table.kind == "list" else field.label
                value = None if total.value is None else number_of(total.value)
                corrected = None if total.corrected is None else number_of(total.corrected)
                shown: Any = value
                if field.aggregate == "sum":
                    areas = ",".join(part.column(k) for part in section.listing.parts)
                    shown = (f'=IF(COUNT({areas}),SUM({areas}),"")', "" if value is None else value)
                    cells[field.id] = xl_rowcol_to_cell(self.row, 1)
                elif field.aggregate == "recompute":
                    formula = form.formula(table, field)
                    less = {key: f"({cells[key]}-{left})" for key, left in total.apart.items() if key in cells}
                    live = excel(formula.tree, {**cells, **less}) if formula else None
                    if total.without:
                        partial.append(f"“{field.label}”没有计入 {total.without} 个部门")
                    shown = (f'=IFERROR({live},"")', "" if value is None else value) if live else value
                gap = None
                least = Decimal("0.00005") if kind == "rate" else Decimal("0.005")
                if total.value is not None and total.corrected is not None and abs(total.value - total.corrected) >= least:
                    gap = number_of(total.value - total.corrected)
                line: list[tuple[Any, Kind]] = [(name, "text"), (shown, kind), (corrected, kind), (gap, kind)]
                line += [(total.departments if total.departments else None, "count"), (section.listing.name, "text")]
                self._line(line, {3: "warning"} if gap is not None else {}, self._name_style(table, field))
        if partial:
            self._remark(f"相除的两项只填了一项的部门，不计入该项比率：{'，'.join(partial)}。")
        if caption:
            self._remark(
                "“按各部门填报”是各部门汇总行原数之和；“按分项更正后”是合计改按其分项、汇总改按各机构相加的结果，"
                "相差不为空的，原表有不平或误以元填报之处，见“问题清单”。比率都按合计重新计算，不是各部门比率的平均。"
            )

    def _name_style(self, table: Table, field: Field) -> Format:
        """Further in the deeper 其中 stands; in bold what has parts."""
        depth, at = 0, field
        while at.under and at.under in table.fields:
            depth, at = depth + 1, table.fields[at.under]
        look: dict[str, Any] = {"bold": True} if any(f.under == field.id for f in table.field) else {}
        if depth:
            look["indent"] = depth
        return (
            self.book.format(**{**BORDER, "border_color": "#BFBFBF", "num_format": "@", **look})
            if look
            else self.book.cell("text", wrap=True)
        )

    def _in_yuan(self, findings: Findings) -> None:
        """Amounts in yuan, which make the totals thousands of times too large."""
        names = findings.in_yuan
        if names:
            rest = f"等 {len(names)} 个部门" if len(names) > NAMED else ""
            said = "、".join(f"“{name}”" for name in names[:NAMED])
            self._remark(
                f"注意：{said}{rest}的金额像是按元填报的，“按各部门填报”仍按原数相加，可能偏大很多，改正以前请勿使用；"
                "“按分项更正后”已换算为万元。见“问题清单”。"
            )

    def _grades(self, scores: Scores) -> None:
        form, values = self.found.form, scores.scores
        at = form.role("grade")
        known = [name for name, _ in at.field.bands] if at else []
        others = sorted(set(scores.grades) - set(known))
        self._keep(CAPTION + HEADS + LINE * (len(known) + len(others) + 1))
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
        self._gap()

    def _rules(self, findings: Findings) -> None:
        counts = findings.counts
        by_severity: Counter[str] = Counter()
        for (_, _, severity), number in counts.items():
            by_severity[severity] += number
        said = "、".join(f"{word} {by_severity[s]} 处" for s, word in SEVERITY_WORD.items())
        ranked = sorted(counts, key=lambda r: (RANK[r[2]], -counts[r], r[0]))
        self._keep(CAPTION + HEADS + LINE * (min(len(ranked), TOP_RULES) + 2))
        self._caption("四、检查发现的问题")
        self._remark(f"共 {sum(counts.values())} 处：{said}。" if counts else "没有发现问题。")
        if ranked:
            self._heads(("问题类型", "级别", "编号", "处数", "部门数"))
        for rule, name, severity in ranked[:TOP_RULES]:
            key = (rule, name, severity)
            line: list[tuple[Any, Kind]] = [(name, "text"), (SEVERITY_WORD[severity], "text"), (rule, "text")]
            looks: dict[int, Look] = {1: "error" if severity == "error" else "warning" if severity == "warning" else "notice"}
            self._line([*line, (counts[key], "count"), (findings.departments[key], "count")], looks)
        if len(ranked) > TOP_RULES:
            self._remark(f"另有 {len(ranked) - TOP_RULES} 类问题，见“问题清单”。")
        self._gap()

    def _questions(self) -> None:
        said = self.found.suggestions
        if not said:
            return
        heights = [15 * lines_of(text) + 4 for text in said[:SHOWN]]
        self._keep(CAPTION + sum(heights[:_TOGETHER]))
        self._caption("五、需要确认的事项")
        style = self.book.format(text_wrap=True, bottom=4, border_color="#BFBFBF")
        for text, height in zip(said, heights, strict=False):
            self._keep(height)
            self._across(text, height, style)
        if len(said) > SHOWN:
            self._remark(f"另有 {len(said) - SHOWN} 项，见“{QUESTIONS}”。")
        self._gap()

    def _charts(self, plots: Sequence[tuple[Plot, int]]) -> None:
        """Below the tables, where there is room for them; small ones beside one another."""
        for strip in strips([plot for plot, _ in plots], self.page.room, self.page.whole):
            self._keep(strip.height)
            x = 0
            for number, wide in strip.charts:
                made = chart(self.book, *plots[number], wide - GAP, strip.pixels - GAP)
                self.sheet.insert_chart(self.row, 0, made, {"x_offset": x + 2, "y_offset": 2, "object_position": 2})
                x += wide
            for _ in range(strip.rows):
                self._step()
