"""`rules`: the catalogue, and one rule in full."""

from __future__ import annotations

import click

from xlprocess.doors.chinese import Command, UsageError
from xlprocess.doors.output import Output


@click.command(cls=Command, short_help="列出检查规则；给出编号时说明这一条")
@click.argument("rule", required=False, metavar="RULE")
@click.pass_obj
def rules(output: Output, rule: str | None) -> int:
    """列出全部检查规则：编号、级别、名称。给出编号（如 R101）时，写出这一条的依据和处理办法。"""
    from xlprocess.writers.columns import plain
    from xlprocess.writers.rules import listed_rules, rule_lines, table_lines

    listed = listed_rules()
    if rule is None:
        output.lines(table_lines(listed))
        return 0
    wanted = [entry for entry in listed if entry.rule.id == rule.upper()]
    if not wanted:
        sentence = f"没有编号为 {plain(rule)} 的规则，不带编号运行可看到全部规则"
        raise UsageError(sentence, click.get_current_context())
    for number, entry in enumerate(wanted):
        output.lines([*([""] if number else []), *rule_lines(entry, output.look.columns)])
    return 0
