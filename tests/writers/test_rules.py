"""The catalogue as a table."""

from __future__ import annotations

from xlprocess.consolidation.between import BETWEEN_RULES
from xlprocess.form.load import editions, load
from xlprocess.rules import CATALOGUE
from xlprocess.writers.columns import width
from xlprocess.writers.rules import listed_rules, rule_lines, table_lines


def test_every_rule_of_the_program_and_of_every_edition_is_listed() -> None:
    listed = listed_rules()
    assert [entry.rule for entry in listed if not entry.editions] == [*CATALOGUE, *BETWEEN_RULES]
    stated = {(e, rule.id) for e in editions() for rule in load(e).rules}
    assert {(e, entry.rule.id) for entry in listed for e in entry.editions} == stated


def test_the_editions_stand_in_one_column() -> None:
    lines = [line.partition("（表样")[0] for line in table_lines(listed_rules()) if "（表样" in line]
    assert len(set(map(width, lines))) == 1


def test_a_rule_in_full_fits_its_width() -> None:
    for entry in listed_rules():
        lines = list(rule_lines(entry, 80))
        assert lines[0] == f"{entry.rule.id} {entry.rule.name}"
        assert all(width(line) <= 80 for line in lines)
