"""`migrate`: an old, damaged or home-made workbook becomes a fresh standard one."""

from __future__ import annotations

from pathlib import Path

import click

from xlprocess.doors.chinese import Command, FilePath, UsageError, option
from xlprocess.doors.output import Output


@click.command(cls=Command, short_help="把旧的、损坏的或自制的工作簿转为标准工作簿")
@click.argument("old", type=FilePath(), metavar="OLD")
@option("-o", "out", type=FilePath(), metavar="NEW.xlsx", required=True, help="要新建的工作簿")
@option("--force", is_flag=True, help="已有同名文件时覆盖")
@option("--json", "as_json", is_flag=True, help="迁移清单以 JSON 写到标准输出")
@click.pass_obj
def migrate(output: Output, old: Path, out: Path, force: bool, as_json: bool) -> int:
    """把一份工作簿（.xlsx、.xlsm、.xls、.xlsb、.ods）的内容转到新的标准工作簿。

    旧版表样、从 Word 粘贴的表、改过的表头、被数字取代的公式都可以。每个数来自原文件的哪一格，列在“迁移来源”表；
    没有位置的内容列在“未迁移”表，并写到标准错误。原文件不变。
    """
    if out.suffix.lower() != ".xlsx":
        raise UsageError(f"文件名要以 .xlsx 结尾，不能是 {out}", click.get_current_context())
    from xlprocess.books.guard import read_bytes
    from xlprocess.jobs.inputs import reach
    from xlprocess.jobs.save import create, refuse_present
    from xlprocess.migration.workbook import migrated
    from xlprocess.writers.migration import document, lines, summary

    refuse_present(out, force=force)
    found, data = migrated(read_bytes(reach(old)), old.name)
    create(out, data, force=force)
    output.message(summary(found))
    for line in lines(found):
        output.message(line)
    if as_json:
        output.data(document(found, out))
    else:
        output.lines([f"已新建 {out.name}，来源见“迁移来源”表，没有位置的见“未迁移”表"])
    return 0
