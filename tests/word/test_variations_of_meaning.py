"""What tables say of themselves — units, years, the stage of the budget, the meaning of rows — varied alone and together: a figure
is at its place with its right amount, or listed; never a wrong one, never lost."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
from word.test_variations import INCOME, THREE, cell, document, paragraph, row, table

from xlprocess.word.open_document import open_document
from xlprocess.word.read_form import read_form

POWERS = {"元": -4, "千元": -1, "万元": 0, "百万元": 2}
STRANGE = ("美元", "百元", "元、万元")
TOTALS = ("合计", "总计", "全局合计", "合计（1+2）", "局机关及二级机构汇总", "局机关及所属单位合计")
NO_ROWS = ("其中：在职", "其中：人员经费", "小计", "栏次", "上年数", "预算数", "备注", "二级机构小计")
CAPTIONS = ("{t}（{u}）", "{t}（单位：{u}）", "{t}　金额单位：{u}", "{t}（金额单位为{u}）")
SWITCHES = (
    "unit by column", "unit row", "unit below", "unit far above", "strange unit", "no unit", "another year", "budget",
    "heading of another year", "groups", "under each label", "total named", "no organisation", "doubled column",
)  # fmt: skip


class Report:
    """A report, what is true of it (amount in 万元 by table, organisation and field), and every figure that is printed."""

    def __init__(self, choose: random.Random, on: set[str]) -> None:
        self.choose = choose
        self.on = on
        self.truth: dict[tuple[str, str], Decimal] = {}
        self.figures: dict[str, tuple[str, str] | None] = {}
        self.unsure: set[str] = set()
        lines = ["某区2021年度部门整体支出", "绩效评价自评报告", "部门（单位）名称：某局", "预算编码：001"]
        parts = [*map(paragraph, lines), table([row(*(cell(paragraph(t), 2) for t in ("人员编制", "35", "实有人数", "36")))])]
        titles = (("年度收入情况", INCOME), ("三公经费", THREE))
        if "heading of another year" in on:
            parts += [paragraph("2020年部门决算数据"), *(self.other(t, f) for t, f in titles), paragraph("2021年部门决算数据")]
        for title, fields in titles:
            if {"another year", "budget"} & on:
                named = choose.choice(
                    [f"2019年度{title.removeprefix('年度')}", f"上年度{title}"] if "another year" in on else [f"年初预算{title}"]
                )
                parts.append(self.other(named, fields))
            parts.append(self.own(title, fields))
        self.data = document("".join(parts))

    def figure(self, at: tuple[str, str] | None, unit: str | None) -> str:
        """A figure that is printed nowhere else. `unit`: None where nobody can know it."""
        while True:
            text = f"{self.choose.randint(100_000, 99_999_999) / 100:.2f}"
            if text not in self.figures:
                break
        self.figures[text] = at
        if at is not None and unit is not None:
            self.truth[at] = Decimal(text).scaleb(POWERS[unit])
        else:
            self.unsure.add(text)
        return text

    def other(self, caption: str, fields: dict[str, str]) -> str:
        rows = [("机构名称", *fields)] + [(n, *(self.figure(None, None) for _ in fields)) for n in ("汇总", "局机关")]
        return paragraph(f"{caption}（万元）") + self.table(rows)

    def own(self, title: str, fields: dict[str, str]) -> str:
        on, choose = self.on, self.choose
        unit: str | None = choose.choice(list(POWERS))
        caption = choose.choice(CAPTIONS).format(t=title, u=unit)
        after = before = ""
        units: list[str | None] = [unit] * len(fields)
        labels = list(fields)
        lines: list[tuple[str, ...]] = []
        if "strange unit" in on and choose.random() < 0.5:
            caption, units = f"{title}（单位：{choose.choice(STRANGE)}）", [None] * len(fields)
        elif "unit by column" in on:
            told = [choose.choice(list(POWERS)) for _ in fields]
            labels, units = [f"{t}（{u}）" for t, u in zip(fields, told, strict=True)], list(told)
        elif "unit row" in on:
            told = [choose.choice(list(POWERS)) for _ in fields]
            units = list(told)
            lines = [("", *told)]
        elif "unit below" in on:
            caption, after = title, paragraph(f"注：以上金额单位为{unit}")
        elif "unit far above" in on:
            caption, before = title, "".join(map(paragraph, (f"单位：{unit}", "二、部门（单位）收支情况", "由财务股填写")))
        elif "no unit" in on and not {"another year", "budget", "heading of another year"} & on:
            caption, units = title, ["万元" if title == "年度收入情况" else self.last] * len(fields)
        self.last = units[0]
        heads: list[tuple[str, ...]] = [("机构名称", *labels)]
        rows: list[tuple[str, ...]] = []
        shown = choose.choice(TOTALS) if "total named" in on else "局机关及二级机构汇总"
        groups, pairs = "groups" in on, "under each label" in on and "groups" not in on
        doubled = choose.randrange(1, len(labels)) if "doubled column" in on and not (groups or pairs) else None
        for name in ("汇总", "局机关", "救援中心"):
            own = [
                self.figure((name, f), u if k != doubled else None)
                for k, (f, u) in enumerate(zip(fields.values(), units, strict=True))
            ]
            others = [self.figure(None, None) for _ in own] if groups or pairs else []
            if groups:
                own = [*others, *own]
            elif pairs:
                own = [t for pair in zip(others, own, strict=True) for t in pair]
            elif doubled is not None:
                own.append(self.figure(None, None))
            rows.append((shown if name == "汇总" else name, *own))
        first, second = choose.choice([("上年数", "本年数"), ("2020年", "2021年"), ("预算数", "决算数")])
        if groups:
            heads = [("", *[first] * len(labels), *[second] * len(labels)), ("机构名称", *labels, *labels)]
            lines = [(t, *line, *line) for t, *line in lines]
        elif pairs:
            heads = [("机构名称", *(t for label in labels for t in (label, ""))), ("", *(first, second) * len(labels))]
            lines = [(t, *(x for u in line for x in (u, u))) for t, *line in lines]
        elif doubled is not None:
            heads = [(*heads[0], labels[doubled])]
            lines = [(*line, line[doubled + 1]) for line in lines]
        if choose.random() < 0.5:
            rows = [*rows[1:], rows[0]]
        if "no organisation" in on:
            rows.insert(
                choose.randrange(1, len(rows) + 1), (choose.choice(NO_ROWS), *(self.figure(None, None) for _ in rows[0][1:]))
            )
        return before + paragraph(caption) + self.table([*heads, *lines, *rows]) + after

    last: str | None = "万元"

    def table(self, rows: list[tuple[str, ...]]) -> str:
        return table([row(*(cell(paragraph(t)) for t in line)) for line in rows], len(rows[0]))


def check(choose: random.Random, on: set[str]) -> None:
    made = Report(choose, on)
    reading = read_form(open_document(made.data, "a.docx"), "a.docx")
    told = " ".join(u.text for u in reading.unplaced)
    placed: set[str] = set()
    for spot, value in reading.sources.items():
        if spot.row is not None and isinstance(value.given, Decimal):
            assert value.given == made.truth.get((spot.row, spot.field)), (on, spot, value.raw)
            placed.add(value.raw)
    lost = [t for t in made.figures if t not in placed and t not in told]
    assert lost == [], (on, lost)
    missed = [t for t in made.figures if t not in placed and t not in made.unsure]
    assert missed == [], (on, missed, told)


@pytest.mark.parametrize("switch", ["", *SWITCHES])
@pytest.mark.parametrize("seed", range(4))
def test_each_variation_alone(switch: str, seed: int) -> None:
    check(random.Random(f"{switch}{seed}"), {switch})


@pytest.mark.parametrize("seed", range(80))
def test_variations_together(seed: int) -> None:
    choose = random.Random(seed)
    check(choose, {s for s in SWITCHES if choose.random() < 0.3})
