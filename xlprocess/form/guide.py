"""The page 填报说明: how to fill, what the colours mean, and what is still out of balance or not filled, live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xlsxwriter.worksheet import Worksheet

from xlprocess.books.address import absolute, quoted
from xlprocess.books.book import Ref, letters
from xlprocess.form.controls import BALANCED, BLANK, OFF, SHOULD_BE, TEXTS, WRONG
from xlprocess.form.layout import Layout, SheetPlan
from xlprocess.form.pages import PROTECTION, printed
from xlprocess.form.paper import LINE, text_lines
from xlprocess.form.styles import BORDER, COMPUTED, HEI, LINK_COLOUR, SEVERITY_FILL, Styles

STATUS = "填报状态（随填随变）"
"""The heading over what is computed, down to the end of the page."""
WIDTHS = (24.0, 22.0, 22.0, 20.0)
COUNTS = (5, 6, 7, 8, 9)
"""Hidden columns, from 0: how many are out of balance, balanced, not filled, how many cells hold an error of Excel's, and how many
sums could not be controlled, for each sheet."""
OUT, EVEN, EMPTY, ERRORS, UNKNOWN = range(5)


class Guide:
    def __init__(self, sheet: Worksheet, layout: Layout, styles: Styles, shown: Mapping[tuple[str, Ref], str]) -> None:
        self.sheet = sheet
        self.layout = layout
        self.styles = styles
        self.counts = {name: _counts(plan, shown) for name, plan in layout.sheets.items()}
        self.row = -1

    def write(self) -> None:
        edition = self.layout.form.edition
        for column, width in enumerate(WIDTHS):
            self.sheet.set_column(column, column, width, self.styles.get())
        self.sheet.set_column(len(WIDTHS), COUNTS[0] - 1, 2)
        self.sheet.set_column(COUNTS[0], COUNTS[-1], 6, self.styles.get(), {"hidden": True})
        self.wide(edition.title, 36, font_name=HEI, font_size=18, align="center")
        by = f"{edition.maker}　" if edition.maker else ""
        self.wide(f"{by}{edition.year} 年度表样　第 {edition.version} 版", 20, align="center", font_color="#595959")
        for section in edition.guide:
            self.heading(section.heading)
            for number, text in enumerate(section.text, 1):
                self.paragraph(f"{number}．{text}")
        self.legend()
        self.status()
        printed(self.sheet, landscape=False)
        self.sheet.print_area(0, 0, self.row, len(WIDTHS) - 1)
        self.sheet.freeze_panes(1, 0)
        self.sheet.protect("", PROTECTION)

    # ---- lines

    def wide(self, text: str, height: float, **look: object) -> None:
        self.row += 1
        self.sheet.set_row(self.row, height)
        style = self.styles.get(**look)
        self.sheet.merge_range(self.row, 0, self.row, len(WIDTHS) - 1, None, style)
        self.sheet.write_string(self.row, 0, text, style)

    def heading(self, text: str) -> None:
        self.wide(text, 28, font_name=HEI, font_size=12, valign="bottom")

    def paragraph(self, text: str) -> None:
        self.wide(text, LINE * text_lines(text, sum(WIDTHS) - 4) + 5, text_wrap=True, indent=1)

    def legend(self) -> None:
        self.heading("颜色的意思")
        rows = ((("白底：由单位填写", "#FFFFFF"), ("浅灰：由公式算出", COMPUTED)), tuple(SEVERITY_FILL.items()))
        words = {"错误": "错误：应改正", "警告": "警告：请核对", "提示": "提示：供参考", "已填": "已填：由检查填入"}
        for row in rows:
            self.row += 1
            self.sheet.set_row(self.row, 22)
            for column, (text, colour) in enumerate(row):
                style = self.styles.get(**BORDER, bg_color=colour, align="center")
                self.sheet.write_string(self.row, column, words.get(text, text), style)

    # ---- what is still to be done

    def status(self) -> None:
        edition = self.layout.form.edition
        self.heading(STATUS)
        first = self.row + 4
        last = first + len(self.layout.sheets) - 1
        names = list(self.layout.sheets)
        out, even, empty, wrong, unknown = (f"SUM({letters(c + 1)}{first + 1}:{letters(c + 1)}{last + 1})" for c in COUNTS)
        totals = [sum(c[k] for c in self.counts.values()) for k in range(len(COUNTS))]
        self.line(
            f'=IF({wrong}>0,"有错误值（如 #DIV/0!）"&{wrong}&" 格，先看“"&{self.first_of(ERRORS, first)}&"”；","")&'
            f'"勾稽关系："&IF({out}>0,"不平 "&{out}&" 处，先看“"&{self.first_of(OUT, first)}&"”"&'
            f'IF({unknown}>0,"；另有 "&{unknown}&" 处未核",""),'
            f'IF({unknown}>0,"有 "&{unknown}&" 处未核，先看“"&{self.first_of(UNKNOWN, first)}&"”",'
            f'IF({even}>0,"全部平","还没有可以核对的数字")))',
            f"勾稽关系：{self.balance(totals)}",
        )
        self.line(
            f'=IF({empty}>0,"必填项：未填 "&{empty}&" 项，先看“"&{self.first_of(EMPTY, first)}&"”","必填项：全部已填")',
            f"必填项：未填 {totals[EMPTY]} 项，先看“{self.first_name(EMPTY)}”" if totals[EMPTY] else "必填项：全部已填",
        )
        self.row += 1
        self.sheet.set_row(self.row, 22)
        for column, text in enumerate(("表（点击前往）", "勾稽关系", "必填项")):
            self.sheet.write_string(self.row, column, text, self.styles.role("head"))
        for name in names:
            self.sheet_line(name)
        results = edition.results_sheet
        self.row += 1
        self.sheet.set_row(self.row, 22)
        style = self.styles.get(**BORDER, font_color=LINK_COLOUR, underline=1, indent=1)
        self.sheet.merge_range(self.row, 0, self.row, 2, None, style)
        self.sheet.write_url(self.row, 0, f"internal:{quoted(results)}!A1", style, f"{results}（检查后列出全部问题）")

    def line(self, formula: str, value: str) -> None:
        self.row += 1
        self.sheet.set_row(self.row, 24)
        style = self.styles.get(font_name=HEI, font_size=11, indent=1)
        self.sheet.merge_range(self.row, 0, self.row, len(WIDTHS) - 1, None, style)
        self.sheet.write_formula(self.row, 0, formula, style, value)

    def first_of(self, kind: int, first: int) -> str:
        """The sheet that has the first of them."""
        text = '""'
        for k, name in reversed(list(enumerate(self.layout.sheets))):
            text = f'IF({letters(COUNTS[kind] + 1)}{first + k + 1}>0,"{name}",{text})'
        return text

    def balance(self, totals: Sequence[int]) -> str:
        """What the status line says of all sheets."""
        out, unknown = totals[OUT], totals[UNKNOWN]
        if out:
            return f"不平 {out} 处，先看“{self.first_name(OUT)}”" + (f"；另有 {unknown} 处未核" if unknown else "")
        if unknown:
            return f"有 {unknown} 处未核，先看“{self.first_name(UNKNOWN)}”"
        return "全部平" if totals[EVEN] else "还没有可以核对的数字"

    def first_name(self, kind: int) -> str:
        return next(name for name, counts in self.counts.items() if counts[kind])

    def sheet_line(self, name: str) -> None:
        self.row += 1
        self.sheet.set_row(self.row, 22)
        plan, counts = self.layout.sheets[name], self.counts[name]
        link = self.styles.get(**BORDER, font_color=LINK_COLOUR, underline=1, indent=1)
        self.sheet.write_url(self.row, 0, f"internal:{quoted(name)}!A1", link, name)
        blocks = [f"{quoted(name)}!{absolute(a)}:{absolute(b)}" for a, b in plan.control_areas()]
        formulas = (
            "+".join(f'SUMPRODUCT((LEFT({b},1)="{OFF.strip()}")+(LEFT({b},2)="{SHOULD_BE}"))' for b in blocks),
            "+".join(f'COUNTIF({b},"{BALANCED}")' for b in blocks),
            "+".join(f'SUMPRODUCT(--(LEFT({b},2)="{BLANK[:2]}"))' for b in blocks),
            f"SUMPRODUCT(--ISERROR({quoted(name)}!$A$1:${letters(plan.width)}${plan.length}))",
            "+".join(f'COUNTIF({b},"{TEXTS}")+COUNTIF({b},"{WRONG}")' for b in blocks),
        )
        for column, formula, count in zip(COUNTS, formulas, counts, strict=True):
            if blocks or column == COUNTS[ERRORS]:
                self.sheet.write_formula(self.row, column, f"={formula}", self.styles.get(), count)
            else:
                self.sheet.write_number(self.row, column, 0, self.styles.get())
        out, even, empty, wrong, unknown = (f"{letters(c + 1)}{self.row + 1}" for c in COUNTS)
        style = self.styles.get(**BORDER, align="center")
        self.sheet.write_formula(
            self.row,
            1,
            f'=IF({wrong}>0,"有错误值 "&{wrong}&" 格",IF({out}>0,"不平 "&{out}&" 处"&IF({unknown}>0,"，未核 "&{unknown}&" 处",""),'
            f'IF({unknown}>0,"未核 "&{unknown}&" 处",IF({even}>0,"{BALANCED}","—"))))',
            style,
            _balance(counts),
        )
        required = any(c.kind == "required" for c in plan.controls)
        if required:
            value = f"未填 {counts[EMPTY]} 项" if counts[EMPTY] else "已填"
            self.sheet.write_formula(self.row, 2, f'=IF({empty}>0,"未填 "&{empty}&" 项","已填")', style, value)
        else:
            self.sheet.write_string(self.row, 2, "—", style)


def _counts(plan: SheetPlan, shown: Mapping[tuple[str, Ref], str]) -> tuple[int, int, int, int, int]:
    texts = [shown[c.sheet, c.ref] for c in plan.controls]
    return (
        sum(t.startswith((OFF.strip(), SHOULD_BE)) for t in texts),
        sum(t == BALANCED for t in texts),
        sum(t.startswith(BLANK[:2]) for t in texts),
        0,
        sum(t == TEXTS for t in texts),
    )


def _balance(counts: Sequence[int]) -> str:
    """What the line of a sheet says."""
    if counts[OUT]:
        return f"不平 {counts[OUT]} 处" + (f"，未核 {counts[UNKNOWN]} 处" if counts[UNKNOWN] else "")
    return f"未核 {counts[UNKNOWN]} 处" if counts[UNKNOWN] else BALANCED if counts[EVEN] else "—"
