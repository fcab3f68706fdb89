"""`new` and `export`: a workbook from values, and the values of a workbook."""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xlprocess.doors.chinese import Command, FilePath, UsageError, Year, option
from xlprocess.doors.output import Output

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlsxwriter import Workbook

    from xlprocess.form.layout import Layout
    from xlprocess.form.load import Form
    from xlprocess.values import Values

EDITION = "yueyang-2021"
"""The form that is made where none is asked for."""
LARGEST_DATA = 64 << 20


@click.command(cls=Command, short_help="新建一份空白或预填的工作簿")
@click.argument("out", type=FilePath(), metavar="OUT.xlsx")
@option("--form", "edition", default=EDITION, metavar="表样", help=f"表样，缺省为 {EDITION}")
@option("--department", metavar="名称", help="部门（单位）名称")
@option("--code", metavar="507001", help="预算编码，开头的 0 保留")
@option("--year", type=Year(), metavar="2021", help="评价年度")
@option("--data", type=FilePath(), metavar="values.json", help="预填的数据，格式与 export 的输出相同；“-”表示从标准输入读")
@option(
    "--previous",
    type=FilePath(),
    metavar="上年.xlsx",
    help="带入上年的名称、编码、编制、机构，上年累计结余作为上年结转",
)
@option("--force", is_flag=True, help="已有同名文件时覆盖")
@click.pass_obj
def new(
    output: Output,
    out: Path,
    edition: str,
    department: str | None,
    code: str | None,
    year: int | None,
    data: Path | None,
    previous: Path | None,
    force: bool,
) -> int:
    """新建一份工作簿，空白的或预填的。

    文件名以 .xlsm 结尾时，工作簿里带“运行检查”“清除标注”按钮。

    同一个数几处都给了时，命令行选项优先，其次是 --data，最后是 --previous。从上年带入的数标为“待核”。
    """
    ctx = click.get_current_context()
    _check_name(out, ctx)
    from xlprocess.carry_over import carried, carry_over, merged
    from xlprocess.form.load import editions, load
    from xlprocess.jobs.process import read_report
    from xlprocess.jobs.save import create
    from xlprocess.values import Values

    if edition not in editions():
        raise UsageError(f"没有 {edition} 这个表样，可用的有 {'、'.join(editions())}", ctx)
    form = load(edition)
    options = _options(form, department, code, year, ctx)
    given = merged(options, _data(form, data) if data else Values(), form)
    last = carry_over(form, read_report(previous)) if previous else Values()
    values = merged(given, last, form)
    from xlprocess.form.template import build

    create(out, build(form, values, marks=carried(form, values, last, given), more=_buttons(out)), force=force)
    output.lines([f"已新建 {out.name}"])
    return 0


@click.command(cls=Command, short_help="把工作簿的内容导出为 JSON")
@click.argument("file", type=FilePath(), metavar="FILE")
@option("--json", "as_json", is_flag=True, help="导出为 JSON，写到标准输出")
@click.pass_obj
def export(output: Output, file: Path, as_json: bool) -> int:
    """把一份工作簿的内容导出为 JSON，写到标准输出。new --data 接受同样的格式。"""
    if not as_json:
        raise UsageError("请加上 --json，目前只能导出为 JSON", click.get_current_context())
    from xlprocess.jobs.process import read_report
    from xlprocess.values import write_values
    from xlprocess.writers.json import encoded

    output.data(encoded(write_values(read_report(file)), indent=1) + b"\n")
    return 0


def _check_name(out: Path, ctx: click.Context) -> None:
    suffix = out.suffix.lower()
    if suffix not in (".xlsx", ".xlsm"):
        raise UsageError(f"文件名要以 .xlsx 结尾（带按钮的以 .xlsm 结尾），不能是 {out}", ctx)


def _buttons(out: Path) -> Callable[[Workbook, Layout], None] | None:
    """What gives a workbook its buttons, where its name asks for them."""
    if out.suffix.lower() != ".xlsm":
        return None
    from xlprocess.addin.workbook import with_buttons

    return with_buttons()


def _options(form: Form, department: str | None, code: str | None, year: int | None, ctx: click.Context) -> Values:
    from xlprocess.values import Values

    values = Values()
    words = (("name", "--department", department), ("code", "--code", code), ("year", "--year", year))
    for role, name, word in words:
        if word is None:
            continue
        at = form.role(role)
        if at is None:
            raise UsageError(f"表样 {form.id} 没有 {name} 对应的栏目", ctx)
        if isinstance(word, str) and not word.isprintable():
            raise UsageError(f"{name} 里有无法使用的字符", ctx)
        values.fields[at.table.id, at.field.id] = Decimal(word) if isinstance(word, int) else word or None
    return values


def _data(form: Form, path: Path) -> Values:
    """The values of a JSON document in a file, or on standard input. Raises CannotProcess or Refused with the
    sentence."""
    from xlprocess.books.guard import read_bytes
    from xlprocess.jobs.inputs import reach
    from xlprocess.values import read_values

    if str(path) == "-":
        source = getattr(sys.stdin, "buffer", sys.stdin)
        text = source.read(LARGEST_DATA) if source is not None else b""
        return read_values(form, _without_mark(text), "标准输入")
    return read_values(form, _without_mark(read_bytes(reach(path))), path.name)


def _without_mark(text: bytes | str) -> bytes | str:
    """Some editors of Windows put a mark before UTF-8."""
    return text.removeprefix(b"\xef\xbb\xbf") if isinstance(text, bytes) else text
