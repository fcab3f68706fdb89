"""`watch`: a shared folder; what is dropped in comes back checked."""

from __future__ import annotations

from pathlib import Path

import click

from xlprocess.doors.chinese import Command, FilePath, UsageError, option
from xlprocess.doors.output import Output


@click.command(cls=Command, short_help="看着一个文件夹：放进来的工作簿，检查后的结果送到另一个文件夹")
@click.argument("folder", required=True, type=FilePath(), metavar="IN")
@option("-o", "out", required=True, type=FilePath(), metavar="OUT", help="结果写到这个文件夹，文件名不变，子文件夹照旧")
@option("--poll", is_flag=True, help="不靠系统通知，隔一两秒查看一遍：网络共享文件夹收不到通知时用")
@option("--once", is_flag=True, help="把现在有的处理完就结束，不一直看着")
@option("--log", type=FilePath(), metavar="FILE", help="运行日志写到这个文件，满 2 MB 换一个，留 5 个；写 - 则写到标准错误")
@option("--state", type=FilePath(), metavar="FILE", help="记录已处理文件的位置，缺省在本机用户的程序数据文件夹")
@click.pass_obj
def watch(output: Output, folder: Path, out: Path, poll: bool, once: bool, log: Path | None, state: Path | None) -> int:
    """看着文件夹 IN（连同子文件夹）：放进来的工作簿几秒后检查完，结果写到 OUT。IN 中的文件一概不动。

    还在复制、被占用、不完整的文件会等一等再处理；处理过的不再处理，改过重新放进来的再检查一次；
    无法处理的，在 OUT 写一个“名称.无法处理.txt”说明原因。按 Ctrl-C 结束。
    """
    from xlprocess.doors.watching_shift import keep_watch
    from xlprocess.jobs.inputs import is_folder, real

    ctx = click.get_current_context()
    if not is_folder(folder):
        raise UsageError(f"IN 要写一个已有的文件夹，而 {folder} 不是", ctx)
    if out.exists() and not is_folder(out):
        raise UsageError(f"-o 后面要写文件夹，而 {out.name} 是一个文件", ctx)
    if real(folder) == real(out):
        raise UsageError("OUT 不能就是 IN：结果会盖掉放进来的文件，可以用 IN 里面的一个子文件夹", ctx)
    return keep_watch(output, folder, out, poll=poll, once=once, log=log, state=state)
