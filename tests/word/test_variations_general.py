"""Structural variations of the other edition's printed form: funds by source, indicators with scores. A figure is at its place or
listed, never wrong and never lost. Written as bare XML."""

from __future__ import annotations

import json
import random
from decimal import Decimal
from typing import Any

import pytest
from word.test_variations import WAYS, cell, document, figure, paragraph, printed, row, table

from xlprocess.values import report_of, write_values
from xlprocess.word.open_document import open_document
from xlprocess.word.read_form import read_form

WIDTH = 8
SOURCES = ("年度资金总额", "当年财政拨款", "上年结转资金", "其他资金")
FUNDS = {"年初预算数": "budget_initial", "全年预算数": "budget_full", "全年执行数": "executed"}
SPELLED = {
    "年初预算数": "年初部门预算数",
    "全年预算数": "全年预算数（A）",
    "全年执行数": "全年执行数（B）",
    "执行率": "执行率（B/A）",
}
LEVELS = (("产出指标", ("数量指标", "质量指标")), ("效益指标", ("社会效益指标",)), ("满意度指标", ("服务对象满意度指标",)))
SWITCHES = (
    "one table", "yuan", "thousands", "wide digits", "broken labels", "spelled", "extra column", "merged levels", "levels once",
    "total first", "goals aside", "nested", "numbered names",
)  # fmt: skip


def merged(content: str, start: bool) -> str:
    return f"<w:tc><w:tcPr><w:vMerge{' w:val=' + chr(34) + 'restart' + chr(34) if start else ''}/></w:tcPr>{content}</w:tc>"


class Form:
    """A document, what must be in it, and what must be listed."""

    def __init__(self, choose: random.Random, on: set[str]) -> None:
        self.choose = choose
        self.on = on
        self.funds: dict[tuple[str, str], Decimal] = {}
        self.lines: list[dict[str, str]] = []
        self.listed: list[str] = []
        basics = [row(*(cell(paragraph(t), 2) for t in ("部门（单位）名称", "某县农业局", "评价年度", "2022")))]
        pieces = [basics, self.money(), self.goals(), self.indicators()]
        body = table([r for p in pieces for r in p]) if "one table" in on else "".join(map(table, pieces))
        self.data = document(paragraph("部门整体支出绩效自评表") + (table([row(cell(body))], 1) if "nested" in on else body))

    def head(self, text: str) -> str:
        if "spelled" in self.on:
            text = SPELLED.get(text, text)
        return paragraph(text) if "broken labels" not in self.on or len(text) < 4 else paragraph(text[:2]) + paragraph(text[2:])

    def amount(self) -> tuple[Decimal, str]:
        amount = Decimal(self.choose.randint(100_000, 99_999_999)) / 100
        return amount, figure(printed(amount, self.on), self.choose.choice(WAYS))

    def money(self) -> list[str]:
        unit = "元" if "yuan" in self.on else "万元"
        labels = [*FUNDS, "分值", "执行率", "得分"]
        if "extra column" in self.on:
            labels.insert(self.choose.randint(1, 3), "上年执行数")
        spans = [1] * (len(labels) - 1) + [WIDTH - len(labels)]
        rows = [row(cell(paragraph(f"年度资金总额及资金来源（{unit}）"), WIDTH))]
        rows.append(row(cell(paragraph("资金来源")), *(cell(self.head(t), s) for t, s in zip(labels, spans, strict=True))))
        for name in SOURCES if "total first" in self.on else (*SOURCES[1:], SOURCES[0]):
            cells = [cell(paragraph(name))]
            for text, span in zip(labels, spans, strict=True):
                if text in FUNDS:
                    amount, content = self.amount()
                    self.funds[name, FUNDS[text]] = amount
                    cells.append(cell(content, span))
                elif text == "上年执行数":
                    amount, content = self.amount()
                    self.listed.append(printed(amount, self.on))
                    cells.append(cell(content, span))
                else:
                    cells.append(cell(paragraph({"分值": "10", "得分": "9.5"}.get(text, "") if name == SOURCES[0] else ""), span))
            rows.append(row(*cells))
        return rows

    def goals(self) -> list[str]:
        if "goals aside" in self.on:
            return [
                row(cell(paragraph(t), 2), cell(paragraph(v), 6))
                for t, v in (("预期目标", "完成春耕。"), ("实际完成情况", "已完成。"))
            ]
        heads = row(cell(paragraph("预期目标"), 4), cell(paragraph("实际完成情况"), 4))
        return [heads, row(cell(paragraph("完成春耕。"), 4), cell(paragraph("已完成。"), 4))]

    def indicators(self) -> list[str]:
        labels = ("一级指标", "二级指标", "三级指标", "指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施")
        rows = [row(*(cell(self.head(t)) for t in labels))]
        for one, twos in LEVELS:
            for first, two in ((two is twos[0], two) for two in twos):
                for second in (True, False):
                    k = len(self.lines) + 1
                    weight, score = self.choose.randint(2, 20), self.choose.randint(1, 2000)
                    line = {
                        "level1": one,
                        "level2": two,
                        "name": f"工作{chr(0x4E00 + k)}",
                        "target": f"≥{k}0次",
                        "actual": f"{k}1次",
                    }
                    line |= {"weight": str(weight), "score": f"{score / 100:.2f}", "reason": "汛期影响" if k % 3 == 0 else ""}
                    self.lines.append(line)
                    levels = []
                    for text, start in ((one, first and second), (two, second)):
                        if "merged levels" in self.on:
                            levels.append(merged(paragraph(text if start else ""), start))
                        else:
                            levels.append(cell(paragraph(text if start or "levels once" not in self.on else "")))
                    name = f"指标{k}：{line['name']}" if "numbered names" in self.on else line["name"]
                    shown = (name, *(line[f] for f in ("target", "actual", "weight", "score", "reason")))
                    rows.append(row(*levels, *(cell(paragraph(t)) for t in shown)))
        rows.append(row(cell(paragraph("总分"), 6), cell(paragraph("96.4")), cell(paragraph(""))))
        return rows


def check(choose: random.Random, on: set[str]) -> None:
    made = Form(choose, on)
    reading = read_form(open_document(made.data, "a.docx"), "a.docx")
    assert reading.form.id == "general-2022"
    got: dict[str, Any] = json.loads(json.dumps(write_values(report_of(reading.form, reading.values))))
    assert (got["dept_name"], got["fiscal_year"], got["score"]) == ("某县农业局", 2022, "96.4")
    assert (got["goal_text"], got["goal_result"]) == ("完成春耕。", "已完成。")
    funds = {r["source"]: r for r in got["funds"]}
    assert {key: Decimal(funds[key[0]][key[1]] or -1) for key in made.funds} == made.funds
    assert (funds["年度资金总额"]["budget_weight"], funds["年度资金总额"]["budget_score"]) == ("10", "9.5")
    lines = [{k: "" if v is None else v for k, v in line.items()} for line in got["indicators"]]
    assert [{**line, "score": f"{Decimal(line['score']):.2f}"} for line in lines] == made.lines
    told = " ".join(u.text for u in reading.unplaced)
    assert [text for text in made.listed if text not in told] == []
    assert len(reading.unplaced) == len(made.listed) + bool(made.listed), told


@pytest.mark.parametrize("switch", ["", *SWITCHES])
def test_each_variation_alone_leaves_every_figure_at_its_place(switch: str) -> None:
    check(random.Random(switch), {switch})


@pytest.mark.parametrize("seed", range(30))
def test_variations_together_leave_every_figure_at_its_place(seed: int) -> None:
    choose = random.Random(seed)
    check(choose, {s for s in SWITCHES if choose.random() < 0.5})


def test_all_variations_together() -> None:
    check(random.Random(1), set(SWITCHES))
