"""Whatever stands in the cells, every rule comes to its end: a rule that raises is a report that was not checked."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlprocess.checking import check, roundings
from xlprocess.derive import derive, derived
from xlprocess.form.load import editions, load
from xlprocess.read import read_cell
from xlprocess.values import Line, Values, report_of, write_values

TEXTS = (
    "NaN|Infinity|-0|1e5|—|无|/|０|95%|0.95|2000万|952.55万元|(64.06)|约10|十二|零事故|≥95%|不超过10万元|未完成|2021-12-31|"
    "去年|2021|优|合格|住房公积金|数量指标|{}|扣8分"
)
NUMBERS = [Decimal(n) for n in ("0", "-0.00", "1E+18", "-1E+300", "1E-300", "2021", "0.005", "100")]


def given_value(random):
    match random.randrange(8):
        case 0 | 1:
            return None
        case 2 | 3 | 4:
            return Decimal(random.randrange(-5000, 200000)) / 100
        case 5:
            return random.choice(NUMBERS)
        case 6:
            return random.choice(TEXTS.split("|"))
    return "".join(random.choices("零一2０.,%-—/元万起 天以上\n㎡😀", k=random.randrange(1, 7)))


def a_report(form, random):
    """Random values in every place of an edition: cells may be missing, rows added, what only we fill typed over."""
    values = Values()
    for table in form.tables.values():
        if table.kind == "fields":
            values.fields.update({(table.id, f.id): given_value(random) for f in table.field})
        if table.total:
            values.fields[table.id, table.total.id] = given_value(random)
        if table.kind == "list":
            values.lines[table.id] = [a_line(table, random) for _ in range(random.randrange(4))]
    for row_set in form.row_sets.values():
        fields = [f.id for t in form.grids(row_set.id) for f in t.field]
        names = [row_set.summary, *random.sample([*row_set.items, "新中心"], random.randrange(4))]
        values.rows[row_set.id] = [(name, {f: given_value(random) for f in fields if random.random() < 0.7}) for name in names]
    report = report_of(form, values)
    for data in report.tables.values():
        for row in data.rows:
            for field_id in list(row.cells):
                field = data.table.fields[field_id]
                if field.kind == "derived" and random.random() < 0.4:
                    row.cells[field_id] = read_cell(field, given_value(random), percent=False)
                elif random.random() < 0.02:
                    del row.cells[field_id]
    return report


def a_line(table, random):
    plain, inner = [f.id for f in table.field if not f.part], [f.id for f in table.field if f.part]
    parts = [{f: given_value(random) for f in inner} for _ in range(random.randrange(3))] if inner else []
    return Line({f: given_value(random) for f in plain}, parts)


@pytest.mark.parametrize("edition", editions())
@settings(max_examples=80, deadline=None)
@given(random=st.randoms(use_true_random=True))
def test_every_rule_comes_to_its_end(edition, random):
    form = load(edition)
    report = a_report(form, random)
    if random.random() < 0.5:
        report.previous = a_report(form, random)
        derive(report.previous)
    derive(report)
    for finding in check(report):
        assert finding.message
    assert list(derived(report)) is not None
    assert list(roundings(report)) is not None
    assert write_values(report)["form"] == edition


def test_a_blank_report_is_asked_for_what_is_required_and_no_more():
    form = load("yueyang-2021")
    report = report_of(form, Values())
    derive(report)
    assert {finding.rule for finding in check(report)} == {"R201", "R212"}
