"""A workbook condensed: whole, exact, and nothing personal."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from xlprocess import api
from xlprocess.consolidation.condense import signature
from xlprocess.consolidation.submission import SHORTEST, Submission, decode, encode
from xlprocess.consolidation.totals import totals
from xlprocess.consolidation.worker import Job, submission_of, unpack, work
from xlprocess.form.load import load
from xlprocess.form.template import build
from xlprocess.values import Line, Values


def test_tells_whose_it_is_and_when(workbook: Callable[..., bytes]) -> None:
    found = submission_of(workbook(3, round=2, report_date="2022-03-01", score="96"), "a.xlsx")
    assert (found.status, found.form, found.version, found.department, found.code, found.year) == (
        "checked",
        "yueyang-2021",
        load("yueyang-2021").edition.version,
        "第3局",
        "000003",
        2021,
    )
    assert (found.report_date, found.saved, found.round, found.score, found.grade) == (
        "2022-03-01",
        "2022-01-01T00:00:00Z",
        2,
        "96",
        "优",
    )


def test_the_check_code_is_of_the_input_values_alone(workbook: Callable[..., bytes]) -> None:
    first = submission_of(workbook(3), "a.xlsx")
    stamped = submission_of(workbook(3, round=1), "b.xlsx")
    filled = api.run(workbook(3)).data
    assert filled is not None
    changed = submission_of(workbook(3, public_budget=Decimal("0.01")), "a.xlsx")
    codes = [s.check_code for s in (first, stamped, submission_of(filled, "a（检查）.xlsx"), changed)]
    assert codes[0] == codes[1] == codes[2] != codes[3]
    assert len(codes[0]) == 8
    assert (first.stated_code, submission_of(filled, "a").stated_code) == (None, codes[0])
    assert first.figures_hash == stamped.figures_hash != changed.figures_hash


def test_nothing_personal_and_no_narrative_is_kept(values: Callable[..., object]) -> None:
    form = load("yueyang-2021")
    given = values(1, contact_name="某某某", contact_phone="13800000000", duties="负责全区的林业工作。" * 20)
    given.lines["reviewers"] = [Line({"name": "某某某", "unit": "某单位"})]  # type: ignore[attr-defined]
    given.lines["indicators"] = [Line({"name": "植树", "target": "100亩", "actual": "90亩"})]  # type: ignore[attr-defined]
    found = submission_of(build(form, given), "a.xlsx")  # type: ignore[arg-type]
    packed = encode(found).decode("utf-8", "replace")
    assert not [word for word in ("某某某", "某单位", "13800000000", "林业工作") if word in packed]
    assert [(t.field, t.length) for t in found.texts] == [("duties", 200)]
    assert [(line.table, line.number, line.values["name"], line.cells["name"]) for line in found.lines] == [
        ("indicators", "1", "植树", found.lines[0].cells["name"])
    ]


def test_a_text_of_which_no_copy_is_looked_for_has_no_fingerprint(workbook: Callable[..., bytes]) -> None:
    texts = [("负责全区的林业工作。" * 20)[:length] for length in (SHORTEST - 1, SHORTEST)]
    found = [submission_of(workbook(1, duties=text), "a.xlsx").texts for text in texts]
    assert [[(t.length, bool(t.signature)) for t in each] for each in found] == [[(79, False)], [(80, True)]]


def test_an_explanation_of_the_department_comes_with_its_finding(workbook: Callable[..., bytes]) -> None:
    from xlprocess.books.book import CellWrite, Changes, Ref
    from xlprocess.books.file import FileBook
    from xlprocess.result_list import EXPLANATION

    data = api.run(workbook(1, income_total=Decimal("5.00"))).data
    assert data is not None
    book = FileBook.open(data, "a")
    sheet = book.sheet("检查结果")
    row = next(r for r in range(4, 60) if sheet.value(r, EXPLANATION + 1) == "R101")
    write = CellWrite("检查结果", Ref(row, EXPLANATION), "决算口径不同", None)
    book.apply(Changes(cells=[write], notes={}, results=None, properties={}))
    found = submission_of(book.to_bytes(), "a.xlsx")
    assert [(f.rule, f.explanation) for f in found.flaws if f.explanation] == [("R101", "决算口径不同")]


def test_a_head_is_the_submission_without_its_details(workbook: Callable[..., bytes]) -> None:
    found = submission_of(workbook(1), "a.xlsx")
    assert decode(encode(found)) == found
    head = found.head()
    assert (head.department, head.figures_hash, head.figures, head.rows) == ("第1局", found.figures_hash, [], {})


def test_texts_that_share_most_of_their_words_share_most_of_their_signature() -> None:
    text = "".join(chr(0x4E00 + k * 7 % 5000) for k in range(600))
    changed = text[:300] + "另外" + text[300:]
    shared = set(signature(text)) & set(signature(changed))
    assert len(signature(text)) == 32
    assert len(shared) >= 28
    assert not set(signature(text)) & set(signature(text[::-1]))


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "坏.xlsx").write_bytes(b"PK\x03\x04")
    damaged, vanished = work([Job(0, str(tmp_path / "坏.xlsx")), Job(1, str(tmp_path / "没有.xlsx"))])
    assert (damaged.status, unpack(damaged.packed).error_kind) == ("unreadable", "damaged")
    assert (vanished.status, vanished.hash) == ("unreadable", "")
    assert unpack(vanished.packed) == Submission(
        "unreadable", "no_access", "无法处理 没有.xlsx：找不到这个文件。请确认文件没有被移走、改名或删除。"
    )


def test_a_wrong_figure_is_blamed_also_where_it_only_follows_from_another(values: Callable[..., Values]) -> None:
    form = load("yueyang-2021")
    given = values(1)
    table = form.fields["income_total"].table
    rows = given.rows[table.rows or ""]
    for _, row in rows[1:]:
        parts = [row[field.id] for field in table.field if field.id in row]
        row["income_total"] = sum(parts[1:], Decimal(0))  # the carry-over is left out, in every row
    rows[0][1]["income_total"] = sum((row["income_total"] for _, row in rows[1:]), Decimal(0))
    found = submission_of(build(form, given), "a.xlsx")
    at_whole = [f for f in found.flaws if (f.row, f.field) == (rows[0][0], "income_total")]
    assert [(f.rule, f.follows is None) for f in at_whole] == [("R101", False)]
    assert [f.blamed for f in found.figures if f.field == "income_total"] == [True, True, True]


TABLES = {"income", "expenditure", "three_public", "fixed_assets"}
Make = Callable[..., Values]


def in_yuan(values: Make, tables: set[str], rows: int) -> tuple[Submission, Submission]:
    """A department as it should be, and the same with the amounts of its first organisations typed in yuan in these tables."""
    form = load("yueyang-2021")

    def made(times: int) -> Submission:
        given = values(3, staff_actual=Decimal(9000))
        for _, row in [pair for pair in given.rows["organisations"] if pair[0] != "汇总"][:rows]:
            row.update({field: row[field] * times for field in row if form.fields[field].table.id in tables})
        return submission_of(build(form, given), "a.xlsx")

    return made(1), made(10000)


def corrected(found: Submission) -> dict[str, Decimal | None]:
    return {t.field: t.corrected for t in totals(load("yueyang-2021"), [found]).values()}


@pytest.mark.parametrize("tables", [TABLES, {"three_public"}], ids=["whole report", "one table"])
def test_what_was_typed_in_yuan_is_corrected_into_ten_thousands(values: Make, tables: set[str]) -> None:
    right, wrong = in_yuan(values, tables, 9)
    assert {f.rule for f in wrong.flaws if f.follows is None} - {f.rule for f in right.flaws} == {"R306"}
    assert corrected(wrong) == corrected(right)
    assert all(f.blamed for f in wrong.figures if f.table in tables and f.state == "typed")


def test_one_organisation_in_yuan_is_corrected_into_ten_thousands(values: Make) -> None:
    right, wrong = in_yuan(values, {"income"}, 1)
    assert {f.rule for f in wrong.flaws if f.follows is None} - {f.rule for f in right.flaws} == {"R306"}
    assert corrected(wrong) == corrected(right)


def test_a_name_is_kept_as_it_was_typed(workbook: Callable[..., bytes]) -> None:
    assert [submission_of(workbook(3, name=name), "a.xlsx").department for name in ("\t制表局", "ＡＢ局 ", "  ")] == [
        "\t制表局",
        "ＡＢ局 ",
        None,
    ]
