"""Editions that come with the program load; one that contradicts itself is refused, and the complaint names file and
key."""

# ruff: noqa: E501 - each case is a line

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from xlprocess.form.contradictions import contradictions
from xlprocess.form.load import FORMS, FormError, editions, load, load_folder

EDITION = """
id = "small"
title = "小表"
version = 1
year = 2022
tables = ["basics", "money", "items"]
carry_over = ["dept_name"]

[roles]
name = "dept_name"

[[sheet]]
name = "填报说明"
title = "填报说明"

[[sheet]]
name = "表"
title = "表"

[[sheet]]
name = "检查结果"
title = "检查结果"

[[rows]]
id = "units"
heading = "机构"
member = "机构"
summary = "汇总"
summary_printed = "汇总"
items = ["甲", "乙"]
placeholders = ["乙"]
json = "rows"
key = "org"

[rows.item_spellings]
"甲" = ["其中：甲"]

[[rule]]
id = "R701"
name = "不等"
fault = "differs"
severity = "error"
table = "money"
rows = ["summary"]
at = "total"
when = "filled(first)"
require = "first <= 100"
message = "第一 {first}，最多 100。"
basis = "规定。"
remedy = "更正。"
"""

BASICS = """
id = "basics"
sheet = "表"
kind = "fields"
title = "基本"

[[field]]
id = "dept_name"
label = "名称"
type = "text"

[[field]]
id = "points"
label = "总分"
type = "score"
kind = "stated"
formula = "sum(items.amount) + bonus"
after = "items"

[[field]]
id = "grade"
label = "等次"
type = "text"
kind = "stated"
choices = ["优", "差"]
bands = [["优", "90"], ["差", "0"]]
of = "points"
"""

MONEY = """
id = "money"
sheet = "表"
kind = "grid"
rows = "units"
title = "金额"

[[field]]
id = "total"
label = "合计"
aggregate = "sum"

[[field]]
id = "first"
label = "第一"
under = "total"
aggregate = "sum"

[[field]]
id = "second"
label = "第二"
under = "total"
aggregate = "sum"

[[field]]
id = "rate"
label = "比率"
type = "rate"
kind = "derived"
formula = "first / total"
aggregate = "recompute"

[[field]]
id = "bonus"
label = "加分"
type = "score"
minimum = "0"
maximum = "10"
only = ["汇总"]
"""

ITEMS = """
id = "items"
sheet = "表"
kind = "list"
title = "明细"
json = "items"

[[field]]
id = "name"
label = "项目"
type = "text"

[[field]]
id = "amount"
label = "金额"
type = "money"

[[field]]
id = "parts.amount"
label = "用途金额"
part = true
beside = "amount"

[total]
id = "items_total"
label = "明细合计"
of = "amount"
"""

FILES = {"edition": EDITION, "basics": BASICS, "money": MONEY, "items": ITEMS}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    small = tmp_path / "small"
    small.mkdir()
    for name, text in FILES.items():
        (small / f"{name}.toml").write_text(text, encoding="utf-8")
    return small


def complaint(folder: Path) -> str:
    with pytest.raises(FormError) as caught:
        load_folder(folder)
    return str(caught.value)


def test_the_editions_that_come_with_the_program() -> None:
    assert editions() == ("general-2022", "yueyang-2021")


@pytest.mark.parametrize("edition", editions())
def test_no_edition_contradicts_itself(edition: str) -> None:
    assert list(contradictions(load(edition))) == []


def test_an_edition_that_is_not_known_has_its_own_error() -> None:
    with pytest.raises(KeyError):
        load("yueyang-1999")


def test_the_small_edition_loads(folder: Path) -> None:
    form = load_folder(folder)
    assert form.id == "small"
    assert form.fields["bonus"].table.id == "money"


def test_a_field_with_others_under_it_is_stated(folder: Path) -> None:
    form = load_folder(folder)
    table = form.tables["money"]
    assert table.fields["total"].kind == "stated"
    formula = form.formula(table, table.fields["total"])
    assert formula is not None and formula.text == "first + second"


def test_a_field_of_a_single_row_can_be_named_anywhere(folder: Path) -> None:
    form = load_folder(folder)
    table = form.tables["money"]
    assert form.only_row(table, table.fields["bonus"]) == "汇总"
    assert form.only_row(table, table.fields["first"]) is None


def test_a_row_is_known_by_all_its_spellings(folder: Path) -> None:
    rows = load_folder(folder).row_sets["units"]
    assert [rows.named(t) for t in ("甲", "其中： 甲", " 乙 ", "汇总", "丙")] == ["甲", "甲", "乙", "汇总", None]


# the file, what is changed in it, into what, and the complaint
CASES = [
    # edition.toml
    ("edition", 'id = "small"', 'id = "large"', "edition.toml: id is 'large', the folder is 'small'"),
    ("edition", 'version = 1', 'version = "one"', "edition.toml: Expected `int`, got `str` - at `$.version`"),
    ("edition", 'version = 1', "", "edition.toml: Object missing required field `version`"),
    ("edition", 'version = 1', "version = 1\nversoin = 2", "edition.toml: Object contains unknown field `versoin`"),
    ("edition", 'version = 1', "version = = 1", "edition.toml: Invalid value (at line 4, column 11)"),
    ("edition", '"money", "items"]', '"money", "items", "more"]', "more.toml: there is no such file"),
    ("edition", '"money", "items"]', '"money"]', "edition.toml: tables: 'items' is not among them, but items.toml is there"),
    ("edition", '"money", "items"]', '"money", "items", "money"]', "edition.toml: tables: 'money' stands twice"),
    ("edition", 'name = "表"', 'name = "另表"', "edition.toml: sheet: there is no sheet '表'"),
    ("edition", 'name = "检查结果"', 'name = "结果"', "edition.toml: sheet: there is no sheet '检查结果'"),
    ("edition", 'name = "检查结果"', 'name = "表"', "edition.toml: sheet: there is no sheet '检查结果'"),
    ("edition", '[[rows]]', '[[sheet]]\nname = "表"\ntitle = "表"\n\n[[rows]]', "edition.toml: sheet: '表' stands twice"),
    ("edition", 'name = "dept_name"', 'name = "dept"', "edition.toml: roles.name: there is no field 'dept'"),
    ("edition", 'name = "dept_name"', 'nmae = "dept_name"', "edition.toml: roles.nmae: there is no such role; there are code, date, grade, name, score, year"),
    ("edition", 'carry_over = ["dept_name"]', 'carry_over = ["dept"]', "edition.toml: carry_over: there is no field 'dept'"),
    ("edition", 'year = 2022', 'year = 2022\ncap = "-0.05"', "edition.toml: cap: it is below zero"),
    ("edition", 'placeholders = ["乙"]', 'placeholders = ["丙"]', "edition.toml: rows.units: '丙' is not among the items"),
    ("edition", 'placeholders = ["乙"]', 'lead = "丙"', "edition.toml: rows.units: '丙' is not among the items"),
    ("edition", '"甲" = [', '"丙" = [', "edition.toml: rows.units: '丙' is not among the items"),
    ("edition", '["其中：甲"]', '["乙"]', "edition.toml: rows.units: '乙' names two rows"),
    ("edition", 'items = ["甲", "乙"]', 'items = ["甲", "乙", "汇总"]', "edition.toml: rows.units: '汇总' names two rows"),
    ("edition", 'key = "org"', 'key = "first"', "edition.toml: rows.units: key: 'first' is taken"),
    ("edition", 'json = "rows"', 'json = "items"', "edition.toml: json: table items and rows units want the key 'items'"),
    ("edition", 'json = "rows"', 'json = "form"', "edition.toml: json: the form's id and rows units want the key 'form'"),
    # rules
    ("edition", 'table = "money"', 'table = "gold"', "edition.toml: rule.R701: table: there is no table 'gold'"),
    ("edition", 'rows = ["summary"]', 'rows = ["丙"]', "edition.toml: rule.R701: rows: there is no row '丙'"),
    ("edition", 'at = "total"', 'at = "sum"', "edition.toml: rule.R701: at: there is no field 'sum'"),
    ("edition", 'table = "money"\nrows = ["summary"]\nat = "total"', 'at = "total"', "edition.toml: rule.R701: at: 'total' stands in a table with other rows"),
    ("edition", 'table = "money"\nrows = ["summary"]\nat = "total"', 'at = "points"', "edition.toml: rule.R701: when: 'first' stands in a table with other rows"),
    ("edition", 'require = "first <= 100"', 'require = "frist <= 100"', "edition.toml: rule.R701: require: there is no field 'frist'"),
    ("edition", 'require = "first <= 100"', 'require = "first"', "edition.toml: rule.R701: require: 'first' is no condition"),
    ("edition", 'require = "first <= 100"', 'require = "first ** 2 <= 100"', "edition.toml: rule.R701: require: 'first ** 2 <= 100': an operator that is not of the language"),
    ("edition", 'when = "filled(first)"', 'when = "first"', "edition.toml: rule.R701: when: 'first' is no condition"),
    ("edition", 'require = "first <= 100"', 'equal = ["first", "second > 1"]', "edition.toml: rule.R701: equal: 'second > 1' is a condition and no figure"),
    ("edition", 'require = "first <= 100"', "", "edition.toml: rule.R701: one of require, avoid, equal is needed, and only one"),
    ("edition", 'require = "first <= 100"', 'require = "first <= 100"\navoid = "first > 100"', "edition.toml: rule.R701: one of require, avoid, equal is needed, and only one"),
    ("edition", 'require = "first <= 100"', 'equal = ["first", "second"]\ntolerance = "-1"', "edition.toml: rule.R701: tolerance: it is below zero"),
    ("edition", 'require = "first <= 100"', 'equal = ["sum(items.price)", "first"]', "edition.toml: rule.R701: equal: there is no field items.price"),
    ("edition", 'require = "first <= 100"', 'equal = ["sum(money.first)", "first"]', "edition.toml: rule.R701: equal: sum(money.first): only the lines of a list are added up, a grid has its own total"),
    ("edition", 'require = "first <= 100"', 'equal = ["sum(items.name)", "first"]', "edition.toml: rule.R701: equal: sum(items.name): it is no figure of a line"),
    ("edition", "{first}，", "{frist}，", "edition.toml: rule.R701: message: there is no field 'frist'"),
    ("edition", "{first}，", "{first，", "edition.toml: rule.R701: message: a brace without its other"),
    ("edition", "{first}，", "{first > 1}，", "edition.toml: rule.R701: message: 'first > 1' is a condition and no figure"),
    ("edition", 'severity = "error"', 'severity = "fatal"', "edition.toml: Invalid enum value 'fatal' - at `$.rule[0].severity`"),
    # tables
    ("money", 'id = "money"', 'id = "gold"', "edition.toml: tables: the id in money.toml is not 'money'"),
    ("money", 'rows = "units"', 'rows = "others"', "edition.toml: rows.units: no table has these rows"),
    ("money", 'rows = "units"', 'rows = "units"\njson = "gold"', "money.toml: json: a grid stands under the key of its rows"),
    ("money", 'rows = "units"', 'rows = "units"\nlines = 3', "money.toml: lines: only a list has them"),
    ("basics", 'kind = "fields"', 'kind = "fields"\nrows = "units"', "basics.toml: rows: only a grid has named rows"),
    ("basics", 'kind = "fields"', 'kind = "boxes"', "basics.toml: Invalid enum value 'boxes' - at `$.kind`"),
    ("basics", 'title = "基本"', 'title = "基本"\n\n[total]\nid = "sum"\nlabel = "和"\nof = "points"', "basics.toml: total: only a list has one"),
    ("items", 'json = "items"', "", "items.toml: json: a list needs the key under which it stands"),
    ("items", 'json = "items"', 'json = "points"', "edition.toml: json: field points of basics and table items want the key 'points'"),
    ("items", 'id = "name"', 'id = "amount"', "items.toml: field.amount: the id stands twice"),
    ("items", 'label = "项目"', 'label = "金 额"', "items.toml: field: '金额' is the label of two fields"),
    # fields
    ("basics", 'type = "score"', 'type = "points"', "basics.toml: Invalid enum value 'points' - at `$.field[1].type`"),
    ("basics", 'id = "points"', 'id = "first"', "basics.toml: field.first: the table 'money' has this id too"),
    ("items", 'id = "items_total"', 'id = "points"', "edition.toml: json: field points of basics and total of items want the key 'points'"),
    ("basics", 'after = "items"', 'after = "lines"', "basics.toml: field.points.after: there is no table 'lines' beside this table of fields on its sheet"),
    ("basics", 'kind = "stated"\nformula', 'formula', "basics.toml: field.points.formula: an input field has none"),
    ("basics", '+ bonus"', '+ bouns"', "basics.toml: field.points.formula: there is no field 'bouns'"),
    ("basics", '+ bonus"', '+ first"', "basics.toml: field.points.formula: 'first' stands in a table with other rows"),
    ("basics", '+ bonus"', '+ points"', "basics.toml: field.points.formula: it leads back to itself"),
    ("basics", '+ bonus"', '+ typed(bonus)"', "basics.toml: field.points.formula: typed() is for rules"),
    ("basics", '+ bonus"', '> bonus"', "basics.toml: field.points.formula: a condition gives no figure"),
    ("basics", '+ bonus"', '+ "', "basics.toml: field.points.formula: 'sum(items.amount) + ' is no formula"),
    ("basics", 'formula = "sum(items.amount) + bonus"\n', "", "basics.toml: field.points: a stated field needs a formula, parts or bands"),
    ("basics", 'of = "points"', 'of = "score"', "basics.toml: field.grade.of: there is no field 'score'"),
    ("basics", 'of = "points"', "", "basics.toml: field.grade.of: bands need the field that they divide"),
    ("basics", 'bands = [["优", "90"], ["差", "0"]]\n', "", "basics.toml: field.grade.of: only bands and totals have it"),
    ("basics", '[["优", "90"], ["差", "0"]]', '[["差", "0"], ["优", "90"]]', "basics.toml: field.grade.bands: they do not go down"),
    ("basics", 'choices = ["优", "差"]', 'choices = ["优", "中"]', "basics.toml: field.grade.bands: they differ from choices"),
    ("basics", 'choices = ["优", "差"]', 'choices = ["优", "差", "优"]', "basics.toml: field.grade.choices: '优' stands twice"),
    ("basics", 'label = "名称"', 'label = "名称"\nminimum = "0"', "basics.toml: field.dept_name.minimum: only numbers have bounds"),
    ("basics", 'label = "名称"', 'label = "名称"\nnamed = ["全称"]', "basics.toml: field.dept_name.named: texts tell figures and choices only"),
    ("basics", 'label = "名称"', 'label = "名称"\ndenied = ["全称"]', "basics.toml: field.dept_name.denied: only figures can be nothing"),
    ("basics", 'label = "名称"', 'label = "名称"\nplan = true', "basics.toml: field.dept_name.plan: only long texts have it"),
    ("basics", 'label = "名称"', 'label = "名称"\npart_of = ["third"]', "basics.toml: field.dept_name.part_of: there is no field 'third'"),
    ("basics", 'label = "名称"', 'label = "名称"\naggregate = "sum"', "basics.toml: field.dept_name.aggregate: text gives no sum"),
    ("money", 'under = "total"\naggregate = "sum"', 'under = "total"\naggregate = "recompute"', "money.toml: field.first.aggregate: without a formula nothing can be computed again"),
    ("basics", 'label = "名称"', 'label = "名称"\npersonal = true\naggregate = "count"', "basics.toml: field.dept_name.aggregate: what is personal is never consolidated"),
    ("basics", 'label = "名称"', 'label = "名称"\nprevious = "old_name"', "basics.toml: field.dept_name.previous: there is no field 'old_name'"),
    ("basics", 'label = "名称"', 'label = "名称"\ndiffers_because = "另有原因"', "basics.toml: field.dept_name.differs_because: it has no formula to differ from"),
    ("basics", 'label = "名称"', 'label = "名称"\npart = true', "basics.toml: field.dept_name.part: the lines inside a line are those whose id begins with 'parts.'"),
    ("money", 'minimum = "0"', 'minimum = "20"', "money.toml: field.bonus.minimum: it is above the maximum"),
    ("money", 'minimum = "0"', 'measure = true', "money.toml: field.bonus.measure: only texts have it"),
    ("money", 'minimum = "0"', 'choices = ["1", "2"]', "money.toml: field.bonus.choices: only texts have them"),
    ("money", 'only = ["汇总"]', 'only = ["丙"]', "money.toml: field.bonus.only: there is no row '丙'"),
    ("money", 'label = "第一"\nunder = "total"', 'label = "第一"\nunder = "sum"', "money.toml: field.first.under: there is no field 'sum' in this table"),
    ("money", 'label = "第一"\nunder = "total"', 'label = "第一"\nunder = "first"', "money.toml: field.first.under: a field is no part of itself"),
    ("money", 'label = "第一"\nunder = "total"', 'label = "第一"\nunder = "total"\nbeside = "total"', "money.toml: field.first: under and beside exclude each other"),
    ("money", 'label = "第一"\nunder = "total"', 'label = "第一"\nunder = "total"\ntype = "count"', "money.toml: field.first.under: count adds up to no money"),
    ("money", 'label = "合计"', 'label = "合计"\nunder = "first"', "money.toml: field.total.formula: it leads back to itself"),
    ("money", 'label = "合计"', 'label = "合计"\nkind = "stated"\nformula = "first"', "money.toml: field.total.formula: the columns under it are its formula"),
    ("money", 'label = "合计"', 'label = "合计"\nomitted = "漏了"', "money.toml: field.total.omitted: it is no addend of a total"),
    ("money", 'formula = "first / total"\n', "", "money.toml: field.rate.formula: a derived field needs one"),
    ("money", 'formula = "first / total"', 'formula = "rate / total"', "money.toml: field.rate.formula: it leads back to itself"),
    ("money", 'formula = "first / total"', 'formula = "first / points"', ""),
    ("items", 'label = "金额"', 'label = "金额"\nfull = "name"', "items.toml: field.amount.full: there is no figure 'name' in this table"),
    ("items", 'of = "amount"', 'of = "price"', "items.toml: total.of: there is no field 'price' in this table"),
    ("items", 'part = true\n', "", "items.toml: field.parts.amount.part: the lines inside a line are those whose id begins with 'parts.'"),
    ("items", 'label = "金额"', 'label = "金额"\ncolour = "red"', "items.toml: Object contains unknown field `colour` - at `$.field[1]`"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "expected"), CASES, ids=[f"{c[0]}-{k}" for k, c in enumerate(CASES)])
def test_refuses_an_edition_that_contradicts_itself(folder: Path, file: str, old: str, new: str, expected: str) -> None:
    path = folder / f"{file}.toml"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1, "the case changes nothing"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    if expected:
        assert complaint(folder) == f"small/{expected}"
    else:
        load_folder(folder)


def test_rule_numbers_and_faults_stand_once(folder: Path) -> None:
    path = folder / "edition.toml"
    rule = EDITION[EDITION.index("[[rule]]") :]
    path.write_text(EDITION + rule, encoding="utf-8")
    assert complaint(folder) == "small/edition.toml: rule.R701: the number stands twice"
    path.write_text(EDITION + rule.replace("R701", "R702"), encoding="utf-8")
    assert complaint(folder) == "small/edition.toml: rule: the fault 'differs' stands twice"


def test_a_file_that_is_no_text_is_refused(folder: Path) -> None:
    (folder / "money.toml").write_bytes(b"\xff\xfe")
    assert complaint(folder).startswith("small/money.toml: ")


@pytest.mark.parametrize("edition", editions())
def test_a_renamed_edition_is_refused(edition: str, tmp_path: Path) -> None:
    shutil.copytree(FORMS / edition, tmp_path / "copy")
    assert complaint(tmp_path / "copy") == f"copy/edition.toml: id is '{edition}', the folder is 'copy'"
