"""The catalogue of rules, as a table, and one rule in full."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from xlprocess.consolidation.between import BETWEEN_RULES, BetweenRule
from xlprocess.finding import SEVERITY_WORD
from xlprocess.form.load import editions, load
from xlprocess.form_rules import rules_of
from xlprocess.rules import CATALOGUE
from xlprocess.rules.rule import Rule
from xlprocess.writers.columns import pad, width, wrapped


class Listed(msgspec.Struct, frozen=True):
    """A rule, and the editions that state it (none: it holds for every edition)."""

    rule: Rule | BetweenRule
    editions: tuple[str, ...] = ()


def listed_rules() -> list[Listed]:
    """The program's rules, then those of every edition (what several editions state in the same words is listed once), then
    those that look at several workbooks."""
    stated: dict[tuple[str, ...], tuple[Rule, list[str]]] = {}
    for edition in editions():
        for rule in rules_of(load(edition)):
            key = (rule.id, rule.name, rule.severity, rule.basis, rule.remedy)
            stated.setdefault(key, (rule, []))[1].append(edition)
    own = sorted(stated.values(), key=lambda entry: entry[0].id)
    stated_by = [Listed(rule, tuple(names)) for rule, names in own]
    return [*(Listed(rule) for rule in CATALOGUE), *stated_by, *(Listed(rule) for rule in BETWEEN_RULES)]


def table_lines(rules: Sequence[Listed]) -> Iterator[str]:
    """One line a rule: number, level, name, and the editions where it is not for all."""
    numbers = max((width(r.rule.id) for r in rules), default=0)
    names = max((width(r.rule.name) for r in rules if r.editions), default=0)
    for entry in rules:
        rule = entry.rule
        only = f"  （表样 {'、'.join(entry.editions)}）" if entry.editions else ""
        name = pad(rule.name, names) if only else rule.name
        yield f"{pad(rule.id, numbers)}  {SEVERITY_WORD[rule.severity]}  {name}{only}"


def rule_lines(entry: Listed, columns: int | None) -> Iterator[str]:
    """A rule in full."""
    rule = entry.rule
    yield f"{rule.id} {rule.name}"
    yield f"级别：{SEVERITY_WORD[rule.severity]}"
    if entry.editions:
        yield f"表样：{'、'.join(entry.editions)}"
    yield from wrapped(f"依据：{rule.basis}", columns, 6)
    yield from wrapped(f"处理：{rule.remedy}", columns, 6)
