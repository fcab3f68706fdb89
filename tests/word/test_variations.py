"""Structural variations of the printed form, alone and together: a figure is at its place or listed, never wrong and never lost.

The documents are written as bare XML, without the code that the project writes reports with."""

from __future__ import annotations

import json
import random
import zipfile
from decimal import Decimal
from io import BytesIO
from typing import Any

import docx
import pytest

from xlprocess.values import report_of, write_values
from xlprocess.word.open_document import open_document
from xlprocess.word.read_form import Reading, read_form

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
INCOME = {
    "收入合计": "income_total",
    "上年结转": "carryover_prev",
    "公共财政拨款": "public_budget",
    "政府基金拨款": "gov_fund",
    "纳入专户管理的非税收入拨款": "special_account_nontax",
    "其他收入": "other_income",
}
THREE = {
    "三公经费合计": "tp_total",
    "公务接待费": "tp_reception",
    "公务用车运维费": "tp_vehicle_operation",
    "公务用车购置费": "tp_vehicle_purchase",
    "因公出国费": "tp_abroad",
}
TABLES = (("年度收入情况", INCOME), ("三公经费", THREE))
WAYS = ("plain", "tracked", "moved", "hidden", "control", "box", "split", "inserted paragraph")
SWITCHES = ("one table", "yuan", "extra column", "summary last", "wide digits", "thousands", "broken labels", "numbered", "nested")
WIDTH = 8


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def figure(text: str, way: str) -> str:
    """The paragraphs of a cell that shows this text, and may hold another that is not shown."""
    mark = 'w:id="1" w:author="x" w:date="2022-01-01T00:00:00Z"'
    deleted = f"<w:del {mark}><w:r><w:delText>777777</w:delText></w:r></w:del>"
    box = f"<w:r><w:pict><v:textbox><w:txbxContent><w:p>{run(text)}</w:p></w:txbxContent></v:textbox></w:pict></w:r>"
    return {
        "plain": f"<w:p>{run(text)}</w:p>",
        "tracked": f"<w:p>{deleted}<w:ins {mark}>{run(text)}</w:ins></w:p>",
        "moved": f"<w:p><w:moveFrom {mark}>{run('777777')}</w:moveFrom><w:moveTo {mark}>{run(text)}</w:moveTo></w:p>",
        "hidden": f"<w:p>{run('777777', '<w:vanish/>')}{run(text)}</w:p>",
        "control": f"<w:sdt><w:sdtPr/><w:sdtContent><w:p>{run(text)}</w:p></w:sdtContent></w:sdt>",
        "box": f"<w:p>{box}</w:p>",
        "split": f"<w:p>{run(text[:2])}{run(text[2:])}</w:p>",
        "inserted paragraph": f"<w:p><w:pPr><w:rPr><w:del {mark}/></w:rPr></w:pPr>{run(text[:1])}</w:p><w:p>{run(text[1:])}</w:p>",
    }[way]


def cell(content: str, span: int = 1) -> str:
    return f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/></w:tcPr>{content}</w:tc>'


def row(*cells: str) -> str:
    return f"<w:tr>{''.join(cells)}</w:tr>"


def table(rows: list[str], width: int = WIDTH) -> str:
    columns = '<w:gridCol w:w="1000"/>' * width
    return f"<w:tbl><w:tblPr/><w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl><w:p/>"


def paragraph(text: str, properties: str = "") -> str:
    return f"<w:p>{properties}{run(text)}</w:p>"


def printed(amount: Decimal, on: set[str]) -> str:
    shown = amount * 10000 if "yuan" in on else amount
    text = f"{shown:,.2f}" if "thousands" in on else f"{shown:.2f}"
    return text.translate({k: k - 0x20 + 0xFF00 for k in map(ord, "0123456789.,")}) if "wide digits" in on else text


Wanted = list[tuple[str, str | None, Decimal, str]]


def form(choose: random.Random, on: set[str]) -> tuple[bytes, Wanted]:
    """A report, and the figures in it: organisation, field (None for a column that the form lacks), amount, as printed."""
    wanted: Wanted = []
    unit = "元" if "yuan" in on else "万元"
    names = ["汇总", "局机关", "执法大队", "救援中心", "服务中心"]
    if "summary last" in on:
        names = [*names[1:], names[0]]
    pieces: list[list[str]] = []
    for title, fields in TABLES:
        labels = list(fields)
        if "extra column" in on:
            labels.insert(choose.randint(1, len(labels)), "上级补助")
        first = title is TABLES[0][0]
        rows = [row(cell(paragraph(f"{title}（{unit}）" if first else title), WIDTH))]  # the second table has no unit of its own
        spare = WIDTH - 1 - len(labels)
        heads = [paragraph(t) if "broken labels" not in on else paragraph(t[:3]) + paragraph(t[3:]) for t in labels]
        spans = [1] * (len(labels) - 1) + [1 + spare]
        rows.append(row(cell(paragraph("机构名称")), *(cell(h, s) for h, s in zip(heads, spans, strict=True))))
        for at, name in enumerate(names):
            shown = ("局机关及二级机构汇总" if at == 0 else "合计") if name == "汇总" else name
            if name == "汇总" or "numbered" not in on:
                label = paragraph(shown)
            else:
                label = paragraph(shown, '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>')
            cells = [cell(label)]
            for text, span in zip(labels, spans, strict=True):
                amount = Decimal(choose.randint(100_000, 99_999_999)) / 100
                wanted.append((name, fields.get(text), amount, printed(amount, on)))
                cells.append(cell(figure(printed(amount, on), choose.choice(WAYS)), span))
            rows.append(row(*cells))
        pieces.append(rows)
    basics = [row(*(cell(paragraph(t), 2) for t in ("人员编制", "35", "实有人数", "36")))]
    body = table([*basics, *(r for p in pieces for r in p)]) if "one table" in on else "".join(map(table, [basics, *pieces]))
    if "nested" in on:
        body = table([row(cell(body))], 1)
    return document(paragraph("部门（单位）名称：某区应急管理局") + body), wanted


def document(body: str) -> bytes:
    source, target = BytesIO(), BytesIO()
    docx.Document().save(source)
    level = '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1、"/></w:lvl>'
    restart = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    again = f'<w:num w:numId="2"><w:abstractNumId w:val="0"/>{restart}</w:num>'
    lists = (
        f'<w:abstractNum w:abstractNumId="0">{level}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>{again}'
    )
    names = f'xmlns:w="{W}" xmlns:v="urn:schemas-microsoft-com:vml"'
    parts = {
        "word/document.xml": f"<w:document {names}><w:body>{body}</w:body></w:document>",
        "word/numbering.xml": f"<w:numbering {names}>{lists}</w:numbering>",
    }
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, parts.get(name, old.read(name)))
    return target.getvalue()


def rows_of(reading: Reading) -> dict[str, dict[str, Any]]:
    document = json.loads(json.dumps(write_values(report_of(reading.form, reading.values))))
    return {r["org"]: r for r in document["rows"]}


def check(data: bytes, wanted: Wanted) -> None:
    reading = read_form(open_document(data, "a.docx"), "a.docx")
    rows = rows_of(reading)
    listed = " ".join(u.text for u in reading.unplaced)
    for name, field, amount, text in wanted:
        if field is None:
            assert text in listed, (name, text)
        else:
            got = rows.get(name, {}).get(field)
            assert got is not None and Decimal(got) == amount, (name, field, text, got, listed)
    assert "777777" not in listed
    assert len(reading.unplaced) == sum(f is None for _, f, _, _ in wanted) + 2 * any(f is None for _, f, _, _ in wanted)


@pytest.mark.parametrize("switch", SWITCHES)
def test_each_variation_alone_leaves_every_figure_at_its_place(switch: str) -> None:
    check(*form(random.Random(switch), {switch}))


@pytest.mark.parametrize("seed", range(40))
def test_variations_together_leave_every_figure_at_its_place(seed: int) -> None:
    choose = random.Random(seed)
    on = {s for s in SWITCHES if choose.random() < 0.5}
    check(*form(choose, on))


def test_all_variations_together() -> None:
    check(*form(random.Random(1), set(SWITCHES)))


def test_text_boxes_controls_and_numbers_of_lists_outside_the_tables() -> None:
    def listed(text: str, number: int) -> str:
        return paragraph(text, f'<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr></w:pPr>')

    basics = row(*(cell(paragraph(t), 2) for t in ("人员编制", "35", "实有人数", "36")))
    narrative = [
        paragraph("一、部门（单位）概况"),
        *(listed(t, 1) for t in ("负责监管。", "负责救援。")),
        figure("另有3个临时机构。", "box"),
        paragraph("二、一般公共预算支出情况"),
        *(listed(t, 2) for t in ("基本支出459.1万元。", "项目支出10万元。")),
    ]
    cover = [paragraph("部门（单位）名称：某局"), figure("预算编码：0507001", "box"), figure("备用金12.34万元", "box")]
    more = [figure("评价等次：优", "control"), paragraph("绩效自评综合得分：92")]
    data = document("".join([*cover, table([basics]), *more, *narrative]))
    reading = read_form(open_document(data, "a.docx"), "a.docx")
    got = json.loads(json.dumps(write_values(report_of(reading.form, reading.values))))
    assert (got["budget_code"], got["grade"], got["score"]) == ("0507001", "优", "92")
    assert got["narrative"]["s1"] == "1、负责监管。\n2、负责救援。\n另有3个临时机构。"
    assert got["narrative"]["s2"] == "1、基本支出459.1万元。\n2、项目支出10万元。"
    assert [u.text for u in reading.unplaced] == ["备用金12.34万元"]
