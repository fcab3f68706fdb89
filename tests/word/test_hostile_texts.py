"""Whatever somebody typed in a text comes back from the printed report to the letter: separators, labels and units of the form,
blanks and line breaks, figures, formulas."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from word.test_report_docx import all_text, imported, of, plain

from xlprocess.derive import derive
from xlprocess.form.load import Form, editions, load
from xlprocess.form.model import Field
from xlprocess.values import Given, Line, Values, report_of
from xlprocess.word.report_docx import write_report

PIECES = (
    *("甲", "乙局", "\n", "\t", " ", "　", "  ", "：", ":", "；", ";", "，", "。", "１２", "=1+1", "-3", "@x", "😀", "𠮷", "﹏"),
    *(
        "；目标值：",
        "；目标值:",
        "指标1：",
        "指标：",
        "单位：元",
        "（千元）",
        "万元",
        "亿元",
        "12.50",
        "1,200.00万元",
        "%",
        "—",
        "无",
        "/",
    ),
    *(
        "2019年度",
        "2021年",
        "上年数",
        "预算数",
        "年初预算",
        "1、",
        "一、",
        "（一）",
        "其中：",
        "□优☑良",
        "〔1〕",
        "初稿",
        "_x000D_",
        "年    月    日",
    ),
)


def words(form: Form) -> list[str]:
    """What the form itself prints."""
    found = {f.label for t in form.tables.values() for f in t.field} | {
        c for t in form.tables.values() for f in t.field for c in f.choices
    }
    for table in form.tables.values():
        found |= {table.title, *table.spellings, *((table.caption,) if table.caption else ())}
    for sheet in form.edition.sheet:
        found |= {sheet.name, sheet.title, *sheet.foot, *(b.label for b in sheet.box)}
    for row_set in form.row_sets.values():
        found |= {
            row_set.heading,
            row_set.summary,
            row_set.summary_printed,
            *row_set.items,
            *((row_set.hint,) if row_set.hint else ()),
        }
    return sorted(w for w in found | {"合计", "总计", "小计", "序号", "备注", form.edition.title} if w)


def texts(form: Form) -> st.SearchStrategy[str | None]:
    labels = st.sampled_from(words(form))
    return st.one_of(
        st.none(),
        labels,
        labels.map(lambda w: f"{w}："),
        st.sampled_from(PIECES),
        st.lists(st.one_of(st.sampled_from(PIECES), labels), min_size=1, max_size=6).map("".join),
        st.just("甲乙" * 300),
    )


def is_text(field: Field) -> bool:
    return field.type in ("text", "longtext") and field.kind != "derived"


@st.composite
def hostile(draw: st.DrawFn, form: Form) -> Values:
    values = Values()
    text = texts(form)
    for row_set in form.row_sets.values():
        numbers = [f.id for t in form.grids(row_set.id) for f in t.field if f.kind == "input" and not f.only][:2]
        named = draw(st.lists(text.map(lambda w: (w or "")[:100]), max_size=3, unique=True)) if row_set.open else []
        names = [row_set.summary, *(n for n in named if n.strip() and row_set.named(n) is None)]
        values.rows[row_set.id] = [(n, {f: Decimal(draw(st.integers(1, 999))) for f in numbers}) for n in names]
    for table in form.tables.values():
        if table.kind == "fields":
            for field in table.field:
                if is_text(field):
                    values.fields[table.id, field.id] = draw(text)
        elif table.kind == "list":
            drawn = [Line(draw(line(table.field, text)), draw(parts(table.field, text))) for _ in range(draw(st.integers(0, 3)))]
            values.lines[table.id] = [d for d in drawn if any(str(v or "").strip() for v in d.values.values())]
    return values


def line(fields: tuple[Field, ...], text: st.SearchStrategy[str | None]) -> st.SearchStrategy[dict[str, Given]]:
    return st.fixed_dictionaries({f.id: text for f in fields if is_text(f) and not f.part})


def parts(fields: tuple[Field, ...], text: st.SearchStrategy[str | None]) -> st.SearchStrategy[list[dict[str, Given]]]:
    inner: dict[str, Any] = {f.id: text for f in fields if is_text(f) and f.part}
    return st.lists(st.fixed_dictionaries(inner), max_size=2) if inner else st.just([])


@pytest.mark.parametrize("edition", editions())
@settings(max_examples=25, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(data=st.data())
def test_every_hostile_text_comes_back_from_the_printed_report(edition: str, data: st.DataObject) -> None:
    form = load(edition)
    report = report_of(form, data.draw(hostile(form)))
    derive(report)
    assert imported(write_report(report)) == plain(report)


LINE = {
    "level1": "产出目标",
    "level2": "数量指标",
    "name": "检查；目标值：另定",
    "target": "≥12次；目标值：全年",
    "actual": "指标1：13次",
}


def test_a_target_that_holds_the_separator_is_not_cut() -> None:
    data = write_report(of({"dept_name": "某局", "indicators": [LINE]}))
    assert "指标1：检查；目标值：另定；目标值：≥12次；目标值：全年" in all_text(data)
    assert imported(data)["indicators"] == [LINE]


def test_a_name_of_several_lines_and_blanks_on_the_cover_comes_back() -> None:
    for name in (" 某局\n（某中心） ", "某局：预算编码：001", "2019年度部门整体支出", "单位：元", "年度：2019"):
        report = of(
            {"dept_name": name, "budget_code": "001", "fiscal_year": 2021, "rows": [{"org": "汇总", "income_total": "12.00"}]}
        )
        assert imported(write_report(report)) == plain(report)


def test_a_report_whose_separators_were_typed_anew_is_cut_at_the_last_one() -> None:
    line = {**LINE, "name": "检查企业", "target": "≥12次"}
    made = docx.Document(BytesIO(write_report(of({"dept_name": "某局", "indicators": [line]}))))
    for element in list(made.element.body.iter(qn("w:rStyle"))):
        element.getparent().remove(element)
    assert imported(saved(made))["indicators"] == [line]
    assert imported(saved(made))["dept_name"] == "某局"


def saved(made: Any) -> bytes:
    target = BytesIO()
    made.save(target)
    return target.getvalue()
