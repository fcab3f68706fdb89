"""What an edition says of other workbooks (accounts, years, peers, dealings), and what of it is refused."""

# ruff: noqa: E501 - each case is a line

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from xlprocess.consolidation.between import BETWEEN_RULES
from xlprocess.form.accounts import account_columns, account_heads
from xlprocess.form.load import FORMS, FormError, editions, load, load_folder
from xlprocess.form.model import normal

CASES = [
    ('column = "income"', 'column = "incom"', "account: there is no column 'incom'"),
    ('field = "current_year_income"', 'field = "nothing"', "account.income: there is no field 'nothing'"),
    ("exp_total / ref_budget_full", "exp_total / ref_budget", "control.budget_completion_out_of_range: there is no column 'ref_budget'"),
    ("exp_public_use / ref_public_use", "exp_public / ref_public_use", "control.public_use_over_budget: there is no field 'exp_public'"),
    ("exp_public_use / ref_public_use", "exp_public_use //", "control.public_use_over_budget: 'exp_public_use //' is no formula"),
    ('[[yearly]]\nfield = "staff_actual"', '[[yearly]]\nfield = "staff"', "yearly: there is no field 'staff'"),
    ('formula = "fa_total / staff_actual"', 'formula = "fa_total / staff"', "peer.人均固定资产: there is no field 'staff'"),
    ('received = "other_income"', 'received = "others"', "internal: there is no field 'others'"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "complaint"), CASES)
def test_refuses_what_nobody_could_compare(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    folder = tmp_path / "yueyang-2021"
    shutil.copytree(FORMS / "yueyang-2021", folder)
    text = (folder / "edition.toml").read_text(encoding="utf-8")
    assert old in text
    (folder / "edition.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(FormError) as refused:
        load_folder(folder)
    assert str(refused.value) == f"yueyang-2021/edition.toml: {complaint}"


@pytest.mark.parametrize("edition", editions())
def test_every_rule_that_an_edition_names_is_in_the_catalogue(edition: str) -> None:
    known = {rule.fault for rule in BETWEEN_RULES}
    stated = load(edition).edition
    assert {c.rule for c in stated.control} | {y.rule for y in stated.yearly if y.rule} <= known


def test_every_head_of_the_accounts_means_one_column() -> None:
    texts = [normal(t) for c in account_columns().values() for t in dict.fromkeys((c.label, *c.spellings))]
    assert len(texts) == len(set(texts)) == len(account_heads())
