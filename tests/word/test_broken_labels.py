"""Labels that are broken over several rows of a header whose cells are not merged, as pasting leaves them: every figure is under
its label or listed."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest
from word.test_units import FIELDS, FIGURES, HEADS, income, read, rows_of
from word.test_variations import document, paragraph

from xlprocess.errors import NotAForm
from xlprocess.form.heads import header
from xlprocess.form.load import editions, load
from xlprocess.form.model import Table
from xlprocess.word.open_document import open_document
from xlprocess.word.read_form import read_form

CLOSE = [dict(zip(FIELDS, map(Decimal, FIGURES), strict=True))] * 2


def broken(at: set[int], cut: int = 2) -> tuple[tuple[str, ...], tuple[str, ...]]:
    upper = tuple(t[:cut] if k in at else t for k, t in enumerate(HEADS))
    return upper, tuple(t[cut:] if k in at else "" for k, t in enumerate(HEADS))


@pytest.mark.parametrize("at", [{1}, {2}, {3}, {4}, {2, 3}, {1, 2, 3, 4}, {0, 1, 2, 3, 4}])
def test_labels_in_two_pieces_one_below_the_other_are_one_label(at: set[int]) -> None:
    reading = read(paragraph("年度收入情况"), rows_of([*broken(at), ("汇总", *FIGURES), ("局机关", *FIGURES)]))
    assert [income(reading), income(reading, "局机关")] == CLOSE
    assert reading.unplaced == []


def test_a_label_in_three_pieces_is_one_label() -> None:
    upper, lower = broken({2})
    rows = [upper, tuple(t[:1] for t in lower), tuple(t[1:] for t in lower), ("汇总", *FIGURES), ("局机关", *FIGURES)]
    reading = read(paragraph("年度收入情况"), rows_of(rows))
    assert ([income(reading), income(reading, "局机关")], reading.unplaced) == (CLOSE, [])


def test_a_label_whose_lower_piece_stands_beside_whole_labels_is_one_label() -> None:
    rows = [("机构名称", "", "上年", "", ""), ("", "收入合计", "结转", "公共财政拨款", "其他收入")]
    reading = read(paragraph("年度收入情况"), rows_of([*rows, ("汇总", *FIGURES), ("局机关", *FIGURES)]))
    assert ([income(reading), income(reading, "局机关")], reading.unplaced) == (CLOSE, [])


def pasted(table: Table, random: Random) -> tuple[list[tuple[str, ...]], dict[str, str]]:
    """A table whose header was pasted as plain cells, labels broken at random; the figures by field."""
    form_columns = [f for f in header(table).columns if f.kind != "derived"]
    figures = {
        f.id: f"{random.randint(1, 99999)}.{random.randint(10, 99)}" for f in form_columns if f.type == "money" and not f.only
    }
    depth = random.randint(1, 3)
    rows = [["机构名称" if k == 0 else ""] for k in range(depth)]
    for field in form_columns:
        cuts = sorted(random.sample(range(1, len(field.label)), min(random.randint(0, depth - 1), len(field.label) - 1)))
        pieces = [field.label[a:b] for a, b in zip([0, *cuts], [*cuts, None], strict=True)]
        start = random.randint(0, depth - len(pieces))
        for k in range(depth):
            rows[k].append(pieces[k - start] if start <= k < start + len(pieces) else "")
    return [tuple(r) for r in rows], figures


@pytest.mark.parametrize("edition", editions())
@pytest.mark.parametrize("seed", range(30))
def test_a_figure_below_labels_broken_at_random_is_at_its_place_or_listed(edition: str, seed: int) -> None:
    form, random = load(edition), Random(seed)
    parts, wanted = [paragraph("某区2021年度部门整体支出"), paragraph(form.edition.title)], {}
    parts.append(rows_of([("部门（单位）名称", "某局", "预算编码", "001")]))
    for table in (t for t in form.tables.values() if t.kind == "grid"):
        row_set = form.rows_of(table)
        heads, figures = pasted(table, random)
        name = "局机关" if row_set.open else row_set.items[-1]
        columns = [f for f in header(table).columns if f.kind != "derived"]
        parts += [paragraph(table.title), rows_of([*heads, (name, *(figures.get(f.id, "") for f in columns))])]
        wanted |= {(table.id, name, f): v for f, v in figures.items()}
    try:
        reading = read_form(open_document(document("".join(parts)), "a.docx"), "a.docx")
    except NotAForm:
        return
    listed = " ".join(u.text for u in reading.unplaced)
    placed = {(s.table, s.row, s.field): p.given for s, p in reading.sources.items()}
    for (of, row, field), figure in wanted.items():
        got = placed.get((of, row, field))
        assert got == Decimal(figure) if got is not None else figure in listed, (of, field, figure)
    right = {(t, r, f): Decimal(v) for (t, r, f), v in wanted.items()}
    known = {t.id for t in form.tables.values() if t.kind == "grid"}
    assert {k: v for k, v in placed.items() if k[0] in known and v != right.get(k)} == {}  # type: ignore[comparison-overlap]
