"""Buttons that make a file of their own: the Word report of the open workbook, and the summary of a folder."""

from __future__ import annotations

from pathlib import Path

from xlprocess.desktop.native import Native
from xlprocess.doors.opening import open_in_its_program
from xlprocess.errors import Refused
from xlprocess.report import Report

_MOST_NAMED = 8


def print_report(native: Native, report: Report) -> None:
    """The Word report, beside the workbook. Asks before it replaces a file."""
    from xlprocess.jobs.inputs import reach
    from xlprocess.jobs.save import create
    from xlprocess.word.report_docx import write_report

    if native.path is None and native.is_saved:
        raise Refused("这本工作簿保存在网络位置上，报告没有地方放。请另存到本机，再点“生成报告”。")
    if native.path is None:
        raise Refused("这本工作簿还没有保存过。请先保存，再点“生成报告”：报告放在工作簿旁边。")
    out = native.path.with_name(f"{native.path.stem}（报告）.docx")
    present = reach(out).exists()
    if present and native.ask("要覆盖原来的报告吗？", f"{out.name} 已经有了。", ["覆盖", "取消"]) != 0:
        return
    native.progress("正在生成报告…")
    try:
        create(out, write_report(report), force=present)
    finally:
        native.progress(None)
    opened = _opened(native, out)
    native.ask("报告已生成", f"{out.name}，放在工作簿旁边。{opened}", ["关闭"])


def consolidate_folder(native: Native) -> None:
    """The summary of a folder that the person chooses, beside the folder."""
    folder = native.ask_folder("选择存放各部门工作簿的文件夹")
    if folder is None:
        return
    from xlprocess.consolidate import consolidate
    from xlprocess.consolidation.ledger import Ledger, usual_place
    from xlprocess.doors.consolidating import write
    from xlprocess.jobs.inputs import find, real
    from xlprocess.jobs.save import refuse_taken
    from xlprocess.pipeline import is_our_file

    out = folder.with_name(f"{folder.name}（汇总）.xlsx") if folder.name else folder / "汇总.xlsx"
    refuse_taken(out, is_our_file)
    inputs = [item for item in find([folder]).inputs if real(item.path) != real(out)]
    if not inputs:
        raise Refused(f"文件夹 {folder.name or folder} 里没有找到可以汇总的工作簿。")
    native.progress(f"正在汇总 {len(inputs)} 个文件…")
    try:
        with Ledger(usual_place()) as ledger:
            found = consolidate(inputs, ledger, progress=lambda done, number: native.progress(f"正在汇总：{done}/{number}"))
            saved = write(found, out, False)
    finally:
        native.progress(None)
    opened = _opened(native, saved.path)
    said = [f"结果：{saved.path.name}，放在所选文件夹旁边。{opened}", *([saved.remark] if saved.remark else [])]
    failed = found.of_role("unreadable", "not_a_form")
    if failed:
        said.append(f"有 {len(failed)} 个文件无法处理：")
        said += [f"　{Path(f.path).name}" for f in failed[:_MOST_NAMED]]
        said += ["　……"] if len(failed) > _MOST_NAMED else []
    native.ask(f"已汇总 {len(found.departments)} 个部门", "\n".join(said), ["关闭"])


def _opened(native: Native, path: Path) -> str:
    return "已打开。" if native.open_file(path) or open_in_its_program(path) else "没有找到能打开它的程序，请自己打开。"
