"""R216: an organisation that has figures in one table only."""

from xlprocess.checking import check

TOWN = "镇应急站"


def test_tells_of_an_organisation_that_is_blank_elsewhere(report, found, figures):
    case = report(rows=[{"org": "局机关", **figures}, {"org": TOWN, "income_total": "5", "public_budget": "5"}])
    assert found(case) == ["R216 income 镇应急站"]
    (finding,) = check(case)
    assert (finding.severity, finding.where.table) == ("notice", "income")
    assert finding.message == ("“镇应急站”只在“年度收入情况”中填有数字，“年度支出和结余情况”、“三公经费”、“固定资产”中是空白。")


def test_warns_where_the_other_tables_have_no_such_row(report, figures):
    case = report(rows=[{"org": "局机关", **figures}, {"org": TOWN, "income_total": "5", "public_budget": "5"}])
    for table in ("expenditure", "three_public"):
        case.tables[table].rows = [r for r in case.tables[table].rows if r.key != TOWN]
    (finding,) = [f for f in check(case) if f.rule == "R216"]
    assert finding.severity == "warning"
    assert finding.message == (
        "“镇应急站”只在“年度收入情况”中填有数字，“年度支出和结余情况”、“三公经费”中没有这一行，“固定资产”中是空白。"
    )


def test_accepts_two_tables_and_a_report_that_is_filled_in_one_table(report, found, figures):
    both = {"income_total": "5", "public_budget": "5", "exp_total": "5", "exp_project": "5"}
    spent = report(rows=[{"org": "局机关", **figures}, {"org": TOWN, **both}])
    assert [x for x in found(spent) if "R216" in x] == []
    only = {k: v for k, v in figures.items() if k.startswith(("income", "carry", "public"))}
    one = report(rows=[{"org": "局机关", **only}, {"org": TOWN, "income_total": "5", "public_budget": "5"}])
    assert [x for x in found(one) if "R216" in x] == []
