"""`consolidate`: many workbooks into one summary."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from xlprocess.doors.checking import FAIL_ON
from xlprocess.doors.chinese import Choice, Command, FilePath, UsageError, Whole, option
from xlprocess.doors.output import Output

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator

    from xlprocess.consolidation.consolidation import Consolidation
    from xlprocess.finding import Severity
    from xlprocess.jobs.inputs import Input, Search
    from xlprocess.jobs.save import Saved
    from xlprocess.writers.data import DataFiles, DataFormat

    Data = tuple[DataFormat, Path]


FORMATS = ("xlsx", "parquet", "csv")


@click.command(cls=Command, short_help="把各部门的工作簿汇总成一份")
@click.argument("paths", nargs=-1, required=True, type=FilePath(), metavar="PATH…")
@option("-o", "out", type=FilePath(), required=True, metavar="汇总.xlsx", help="汇总工作簿写到这里")
@option(
    "--roster",
    type=FilePath(),
    metavar="名单",
    help="应报部门的名单（.xlsx 或 .csv），有“预算编码”“部门名称”等列；另有“内部往来”表的，抵销其中各笔",
)
@option("--exclude", type=FilePath(), multiple=True, metavar="FILE", help="这个文件列出但不计入，可写多次")
@option("--previous", type=FilePath(), metavar="DIR", help="上年的工作簿（文件夹，或上年的汇总），逐部门与上年比较")
@option("--reference", type=FilePath(), metavar="对照.xlsx", help="按预算编码列出预算和决算金额的表（.xlsx 或 .csv），逐部门对照")
@option("--feedback", type=FilePath(), metavar="DIR", help="要修改的工作簿加批注，连同退回说明写到这里，一个部门一个文件夹")
@option("--previous-summary", type=FilePath(), metavar="上次汇总.xlsx", help="上一次的汇总，读回其中的意见；缺省取 -o 处已有的汇总")
@option(
    "--format",
    "kind",
    type=Choice(FORMATS),
    default="xlsx",
    metavar="xlsx|parquet|csv",
    help="除汇总工作簿外，再把各表的行写成数据文件，放在旁边的文件夹里",
)
@option("--jobs", "processes", type=Whole(), metavar="N", help="同时使用的进程数，缺省为全部处理器")
@option("--cluster", metavar="地址", help="在 Dask 计算集群上读，给出调度器的地址和端口")
@option("--ledger", "ledger_path", type=FilePath(), metavar="FILE", help="台账的位置：再次汇总时只读新的和改过的文件")
@option("--no-ledger", is_flag=True, help="不留台账，全部重新读")
@option(
    "--fail-on",
    type=Choice(FAIL_ON),
    default="never",
    metavar="error|warning|never",
    help="有这一级或更重的问题时退出码为 1，缺省为 never",
)
@option("--force", is_flag=True, help="已有的汇总即使被人改过也覆盖")
@option("--json", "as_json", is_flag=True, help="在标准输出给出一份 JSON 文档")
@click.pass_obj
def consolidate(
    output: Output,
    paths: tuple[Path, ...],
    out: Path,
    roster: Path | None,
    exclude: tuple[Path, ...],
    previous: Path | None,
    reference: Path | None,
    feedback: Path | None,
    previous_summary: Path | None,
    kind: str,
    processes: int | None,
    cluster: str | None,
    ledger_path: Path | None,
    no_ledger: bool,
    fail_on: str,
    force: bool,
    as_json: bool,
) -> int:
    """把许多部门的工作簿汇总成一份：谁报了、谁没报、各项合计、每个数出自哪份文件哪一格，以及全部问题。不改动任何报来的文件。

    PATH 是文件或文件夹，文件夹会连同子文件夹一起查找；下级的汇总也可以，其中的部门逐个计入。
    部门按预算编码、再按名称认定，不看文件名。

    退出码：0 全部汇总，1 有所设级别的问题，2 有文件无法处理，64 用法不对。
    """
    ctx = click.get_current_context()
    if out.suffix.lower() != ".xlsx":
        raise UsageError(f"-o 的文件名要以 .xlsx 结尾，不能是 {out}", ctx)
    if ledger_path is not None and no_ledger:
        raise UsageError("--ledger 和 --no-ledger 只能用一个", ctx)
    if cluster is not None and processes is not None:
        raise UsageError("--cluster 和 --jobs 只能用一个：集群用几个进程由计算节点决定", ctx)
    from xlprocess.consolidate import consolidate as join
    from xlprocess.consolidation.answering import answer
    from xlprocess.consolidation.internal import read_dealings
    from xlprocess.consolidation.ledger import Ledger, usual_place
    from xlprocess.consolidation.reference import read_accounts
    from xlprocess.consolidation.roster import read_roster
    from xlprocess.doors.progress import counting
    from xlprocess.doors.returning import earlier_summaries, results_line, send_back
    from xlprocess.errors import Refused
    from xlprocess.jobs.inputs import find, reach, real

    data = _data_folder(out, kind, force)
    lines = read_roster(roster) if roster else None
    dealings = read_dealings(roster) if roster else []
    accounts = read_accounts(reference) if reference else None
    earlier = earlier_summaries(out, previous_summary, force)
    if feedback is not None and real(feedback) in {real(path) for path in paths}:
        raise UsageError(f"--feedback 的 {feedback} 就是报送的文件夹，请另给一个", ctx)
    search = find(paths, leave_out=feedback)
    own = {real(p) for p in (out, roster, reference, previous_summary, ledger_path) if p is not None}
    own |= _left_by_summaries([item.path for item in search.inputs], out)
    inputs = [item for item in search.inputs if real(item.path) not in own]
    last = [item for item in find([previous]).inputs if real(item.path) not in own] if previous else []
    if previous and not last:
        raise Refused(f"{previous} 中没有上年的工作簿。请检查 --previous 给出的文件夹。")
    if not any(reach(item.path).exists() for item in inputs):
        raise Refused("没有找到可以汇总的工作簿。请检查给出的文件夹。")
    left_out = _chosen(inputs, exclude, ctx)
    with Ledger(None if no_ledger else ledger_path or usual_place()) as ledger:
        with counting("正在读取") as progress:
            found = join(
                inputs,
                ledger,
                roster=lines,
                exclude=left_out,
                accounts=accounts,
                previous=last,
                dealings=dealings,
                processes=processes,
                cluster=cluster,
                progress=progress,
            )
        answer(found, ledger, earlier)
        saved = write(found, out, force, data)
        if data is not None:
            saved = saved._replace(remark="".join(filter(None, (saved.remark, f"各表的数据另存在文件夹 {data[1].name}。"))))
        returned, failures = send_back(output, found, feedback, force, processes) if feedback is not None else ([], False)
        counts = _say(output, found, search, saved, as_json, [*results_line(found), *returned])
    if any(file.inside is None for file in found.of_role("unreadable", "not_a_form")) or failures:
        return 2
    grave = counts["error"] + (counts["warning"] if fail_on == "warning" else 0)
    return 1 if fail_on != "never" and grave else 0


def _chosen(inputs: Sequence[Input], exclude: Sequence[Path], ctx: click.Context) -> list[Path]:
    """The inputs that are not to be counted, named by their path, or as the list of files names them."""
    from xlprocess.jobs.inputs import real

    found: list[Path] = []
    for path in exclude:
        wanted = real(path)
        meant = [item.path for item in inputs if real(item.path) == wanted or item.inside == path]
        if not meant:
            raise UsageError(f"--exclude 的 {path} 不在要汇总的文件里", ctx)
        found += meant
    return found


def _left_by_summaries(paths: Sequence[Path], out: Path) -> set[str]:
    """What summaries left beside themselves is no input: their data, and what stands in for this one since it was open when it was
    to be written (`汇总 (2).xlsx`)."""
    from xlprocess.jobs.inputs import real
    from xlprocess.writers.data import is_ours

    kinds, beside = FORMATS[1:], {_beside(out, kind).name for kind in FORMATS[1:]}
    folders = {path.parent for path in paths if path.parent.name.endswith(tuple(f"（{kind}）" for kind in kinds))}
    data = {folder for folder in folders if folder.name in beside or is_ours(folder)}
    stand_in = re.compile(re.escape(out.stem) + r" \([0-9]+\)\.xlsx", re.IGNORECASE)
    near = [path for path in paths if stand_in.fullmatch(path.name) and real(path.parent) == real(out.parent)]
    return {real(path) for path in paths if path.parent in data} | {real(path) for path in near if _is_a_summary(path)}


def _is_a_summary(path: Path) -> bool:
    from xlprocess.books.file import FileBook
    from xlprocess.books.guard import read_bytes
    from xlprocess.books.limits import LARGEST_SUMMARY
    from xlprocess.errors import CannotProcess
    from xlprocess.jobs.inputs import reach
    from xlprocess.read import is_summary

    try:
        return is_summary(FileBook.open(read_bytes(reach(path), LARGEST_SUMMARY), path.name).sheet_names())
    except CannotProcess:
        return False


def _beside(out: Path, kind: str) -> Path:
    """Where the data files stand."""
    return out.with_name(f"{out.stem}（{kind}）")


def _data_folder(out: Path, kind: str, force: bool) -> Data | None:
    """Refuses before anything is read what could not be written at the end."""
    from xlprocess.errors import Refused
    from xlprocess.jobs.folder import refuse_folder
    from xlprocess.writers.data import is_ours

    if kind == "xlsx":
        return None
    if kind == "parquet":
        try:
            import pyarrow.parquet  # noqa: F401
        except ModuleNotFoundError:
            raise Refused("--format parquet 要用 pyarrow，这里没有安装。请安装 xlprocess[parquet]，或改用 --format csv。") from None
    folder = _beside(out, kind)
    refuse_folder(folder, is_ours, force=force)
    return ("parquet" if kind == "parquet" else "csv"), folder


def write(found: Consolidation, out: Path, force: bool, data: Data | None = None) -> Saved:
    """The summary at its place, all or nothing; the data files beside it."""
    from xlprocess.jobs.folder import new_folder
    from xlprocess.writers.data import DataFiles, is_ours

    if data is None:
        return _write(found, out, force, None)
    kind, folder = data
    with new_folder(folder, is_ours, force=force) as inside:
        return _write(found, out, force, DataFiles(inside, kind))


def _write(found: Consolidation, out: Path, force: bool, data: DataFiles | None) -> Saved:
    from xlprocess.jobs.save import renew
    from xlprocess.pipeline import is_our_file, stamped_file
    from xlprocess.writers.summary import write_summary

    with TemporaryDirectory(prefix="xlprocess-") as folder, _in_sentence(out):
        path = Path(folder) / "summary.xlsx"
        write_summary(found, path, base=out.absolute().parent, data=data)
        made = stamped_file(path.read_bytes(), out.name)
    return renew(out, made, is_untouched=is_our_file, force=force)


@contextmanager
def _in_sentence(out: Path) -> Iterator[None]:
    from xlprocess.errors import Refused

    try:
        yield
    except OSError:
        raise Refused(f"没有写入 {out.name}：存放临时文件的磁盘写不进去，或空间不足。请清理磁盘后再运行。") from None


def _say(
    output: Output, found: Consolidation, search: Search, saved: Saved, as_json: bool, returned: Sequence[str]
) -> Counter[Severity]:
    from xlprocess.writers.consolidation_json import consolidation_document
    from xlprocess.writers.consolidation_text import consolidation_lines, last_line, questions, severities
    from xlprocess.writers.text import left_out_line

    counts = severities(found)
    said = [s for s in (saved.remark, left_out_line(search), *returned) if s]
    if as_json:
        for piece in consolidation_document(found, saved.path):
            output.data(piece)
        for sentence in (*questions(found), *said):
            output.message(sentence)
    else:
        output.lines([*consolidation_lines(found, counts, output.look), *said, last_line(found, saved.path.name)])
    return counts
