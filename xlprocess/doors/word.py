"""`import`: a Word report becomes a workbook."""

from __future__ import annotations

from pathlib import Path

import click

from xlprocess.doors.chinese import Command, FilePath, UsageError, option
from xlprocess.doors.output import Output


@click.command("import", cls=Command, short_help="把 Word 自评报告转为工作簿")
@click.argument("report", type=FilePath(), metavar="REPORT.docx")
@option("-o", "out", type=FilePath(), metavar="OUT.xlsx", required=True, help="要新建的工作簿")
@option("--force", is_flag=True, help="已有同名文件时覆盖")
@click.pass_obj
def import_report(output: Output, report: Path, out: Path, force: bool) -> int:
    """把一份 Word 自评报告（.docx，也可以是提取出的文本 .txt；.doc、.wps 需装有 LibreOffice）转为工作簿。

    每个数取自报告的哪一处，列在工作簿的“导入来源”表；没有找到位置的内容逐条列出，并写到标准错误。
    """
    if out.suffix.lower() != ".xlsx":
        raise UsageError(f"文件名要以 .xlsx 结尾，不能是 {out}", click.get_current_context())
    from xlprocess.books.guard import read_bytes
    from xlprocess.form.template import build
    from xlprocess.jobs.inputs import reach
    from xlprocess.jobs.save import create
    from xlprocess.word.open_document import open_document
    from xlprocess.word.read_form import read_form
    from xlprocess.word.sources_sheet import notes, sources_sheet

    reading = read_form(open_document(read_bytes(reach(report)), report.name), report.name)
    data = build(reading.form, reading.values, marks=notes(reading), more=sources_sheet(reading, report.name))
    create(out, data, force=force)
    doubtful = sum(v.doubtful for v in reading.sources.values())
    output.message(
        f"已放入 {len(reading.sources)} 项，其中 {doubtful} 项取自文字，待核；没有找到位置的 {len(reading.unplaced)} 处。"
    )
    for item in reading.unplaced:
        output.message(str(item))
    output.lines([f"已新建 {out.name}，来源见“导入来源”表"])
    return 0
