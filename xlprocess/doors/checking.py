"""`check`, `run`, `clear`: workbooks checked, filled and flagged, and cleared again."""

from __future__ import annotations

from pathlib import Path

import click

from xlprocess.doors.chinese import Choice, Command, FilePath, UsageError, option
from xlprocess.doors.output import Output

FAIL_ON = ("error", "warning", "never")

_paths = click.argument("paths", nargs=-1, required=True, type=FilePath(), metavar="PATH…")
_files = click.argument("paths", nargs=-1, required=True, type=FilePath(), metavar="FILE…")
_out = option("-o", "out", type=FilePath(), metavar="DIR", help="结果写到这个文件夹，文件名不变，子文件夹照旧")
_in_place = option("--in-place", is_flag=True, help="结果写回原文件")
_previous = option("--previous", type=FilePath(), metavar="上年.xlsx", help="上年的工作簿，用来核对两年的衔接")
_force = option("--force", is_flag=True, help="已有的结果即使被人改过也覆盖")
_json = option("--json", "as_json", is_flag=True, help="在标准输出给出一份 JSON 文档")


@click.command(cls=Command, short_help="检查工作簿，只看不改")
@_paths
@_previous
@option(
    "--fail-on",
    type=Choice(FAIL_ON),
    default="error",
    metavar="error|warning|never",
    help="有这一级或更重的问题时退出码为 1，缺省为 error",
)
@_json
@click.pass_obj
def check(output: Output, paths: tuple[Path, ...], previous: Path | None, fail_on: str, as_json: bool) -> int:
    """检查工作簿：哪里不符、差多少、可能的原因、怎样处理。不改动任何文件。

    PATH 是文件或文件夹，文件夹会连同子文件夹一起查找。退出码：0 没有错误，1 有错误，2 有文件无法处理，64 用法不对。
    """
    from xlprocess.doors.batch import Batch
    from xlprocess.jobs.inputs import find
    from xlprocess.jobs.process import check_file
    from xlprocess.writers.text import file_lines

    batch = Batch(output, "正在检查", file_lines, fail_on=fail_on, as_json=as_json)  # type: ignore[arg-type]
    last = batch.previous(previous)
    search = find(paths)
    batch.go(search, search.inputs, lambda item: check_file(item, last))
    if not as_json:
        output.lines([batch.tally.line()])
    return batch.status


@click.command(cls=Command, short_help="检查并填写：算出能算的数，在格中批注问题")
@_paths
@_out
@_in_place
@option("--fill-only", is_flag=True, help="只填数，不加批注，不列检查结果")
@_previous
@option(
    "--fail-on",
    type=Choice(FAIL_ON),
    default="never",
    metavar="error|warning|never",
    help="有这一级或更重的问题时退出码为 1，缺省为 never",
)
@_force
@_json
@click.pass_obj
def run(
    output: Output,
    paths: tuple[Path, ...],
    out: Path | None,
    in_place: bool,
    fill_only: bool,
    previous: Path | None,
    fail_on: str,
    force: bool,
    as_json: bool,
) -> int:
    """检查并填写工作簿：能算的数填入公式和数值，有问题的格加批注，全部问题列在“检查结果”表。已填的数字和文字不会改动。

    结果写在原文件旁边的“名称（检查）.xlsx”；给出的就是这样的副本时，在副本上继续。
    PATH 是文件或文件夹；查找文件夹时略过这样的副本。
    """
    from xlprocess.doors.batch import Batch
    from xlprocess.jobs.inputs import find
    from xlprocess.jobs.process import run_file
    from xlprocess.jobs.targets import Names
    from xlprocess.writers.text import file_lines

    _one_way(out, in_place)
    batch = Batch(output, "正在检查并填写", file_lines, fail_on=fail_on, as_json=as_json, writes=True)  # type: ignore[arg-type]
    last = batch.previous(previous)
    search = find(paths, copies=False, leave_out=out)
    names = Names(search.inputs, out, in_place)
    batch.go(search, search.inputs, lambda item: run_file(item, names, last, fill_only, force))
    if not as_json:
        output.lines([batch.tally.line()])
    return batch.status


@click.command(cls=Command, short_help="清除检查留下的批注和结果列表")
@_files
@_out
@_in_place
@_force
@click.pass_obj
def clear(output: Output, paths: tuple[Path, ...], out: Path | None, in_place: bool, force: bool) -> int:
    """清除检查留下的批注和“检查结果”列表，其余一概不动：填入的数、各人自己的批注都保留。

    结果写在原文件旁边的“名称（检查）.xlsx”；给出的就是这样的副本时，在副本上清除。
    """
    from xlprocess.doors.batch import Batch
    from xlprocess.jobs.inputs import find_files
    from xlprocess.jobs.process import clear_file
    from xlprocess.jobs.targets import Names
    from xlprocess.writers.text import cleared_lines

    _one_way(out, in_place)
    batch = Batch(output, "正在清除", cleared_lines, writes=True)
    search = find_files(paths)
    names = Names(search.inputs, out, in_place)
    batch.go(search, search.inputs, lambda item: clear_file(item, names, force))
    output.lines([batch.tally.cleared()])
    return batch.status


def _one_way(out: Path | None, in_place: bool) -> None:
    from xlprocess.jobs.inputs import is_folder

    ctx = click.get_current_context()
    if out is not None and in_place:
        raise UsageError("-o 和 --in-place 只能用一个", ctx)
    if out is not None and out.exists() and not is_folder(out):
        raise UsageError(f"-o 后面要写文件夹，而 {out.name} 是一个文件", ctx)
