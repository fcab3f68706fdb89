"""`import` and `report`: a Word report becomes a workbook, and a workbook the Word report that is signed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from xlprocess.doors.chinese import Command, FilePath, UsageError, option
from xlprocess.doors.output import Output

if TYPE_CHECKING:
    from xlprocess.report import Report


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
    from xlprocess.jobs.save import create, refuse_present
    from xlprocess.word.open_document import open_document
    from xlprocess.word.other_years import sentences
    from xlprocess.word.read_form import read_form
    from xlprocess.word.sources_sheet import notes, sources_sheet

    refuse_present(out, force=force)
    reading = read_form(open_document(read_bytes(reach(report), what="自评报告"), report.name), report.name)
    data = build(reading.form, reading.values, marks=notes(reading), more=sources_sheet(reading, report.name))
    create(out, data, force=force)
    doubtful = sum(v.doubtful for v in reading.sources.values())
    output.message(
        f"已放入 {len(reading.sources)} 项，其中 {doubtful} 项取自文字，待核；没有找到位置的 {len(reading.unplaced)} 处。"
    )
    for sentence in sentences(reading.unplaced):
        output.message(sentence)
    output.lines([f"已新建 {out.name}，来源见“导入来源”表"])
    return 0


@click.command(cls=Command, short_help="把工作簿印成 Word 自评报告")
@click.argument("file", type=FilePath(), metavar="FILE.xlsx")
@option("-o", "out", type=FilePath(), metavar="REPORT.docx", required=True, help="要新建的报告")
@option("--draft", is_flag=True, help="空白的综述按表中的数写出初稿，标有“【初稿】”")
@option("--public", is_flag=True, help="用于公开：不含联系人、电话、评价人员和签字栏")
@option("--pdf", is_flag=True, help="同时生成同名的 PDF（需装有 LibreOffice）")
@option("--force", is_flag=True, help="已有同名文件时覆盖")
@click.pass_obj
def report(output: Output, file: Path, out: Path, draft: bool, public: bool, pdf: bool, force: bool) -> int:
    """按表样把一份工作簿印成 Word 自评报告，供打印、签字、盖章。

    没有填的栏目留空；由公式算出的数照印。已经写好的文字一字不改，工作簿不变。
    """
    if out.suffix.lower() != ".docx":
        raise UsageError(f"文件名要以 .docx 结尾，不能是 {out}", click.get_current_context())
    from xlprocess.jobs.process import read_report
    from xlprocess.jobs.save import create, refuse_present
    from xlprocess.word.convert import to_pdf
    from xlprocess.word.report_docx import write_report

    for path in (out, out.with_suffix(".pdf"))[: 1 + pdf]:
        refuse_present(path, force=force)
    content = read_report(file)
    said = _drafted(content) if draft else []
    data = write_report(content, public=public)
    paper = to_pdf(data, out.name) if pdf else None
    create(out, data, force=force)
    if paper is not None:
        create(out.with_suffix(".pdf"), paper, force=force)
    made = f"{out.name} 和 {out.with_suffix('.pdf').name}" if paper is not None else out.name
    output.lines([*said, f"已新建 {made}"])
    return 0


def _drafted(content: Report) -> list[str]:
    """Fills the blank texts with drafts, and says which."""
    from xlprocess.draft import MARK, still_blank, write_drafts

    made = [content.label(spot) for spot in write_drafts(content)]
    blank = still_blank(content)
    said = [f"已写出初稿 {len(made)} 段，标有“{MARK}”，请核实、修改后删去标记：{'，'.join(made)}。"] if made else []
    if blank:
        said.append(f"表中没有可以据以起草的数，仍为空白：{'，'.join(blank)}。")
    return said or ["没有需要起草的空白文字。"]
