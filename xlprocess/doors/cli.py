"""The command line: `xlprocess …`, `python -m xlprocess …`."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

import click

from xlprocess import __version__
from xlprocess.doors.chinese import Program, usage_sentence
from xlprocess.doors.output import Output
from xlprocess.errors import CannotProcess, Refused

WRONG_USAGE = 64
INTERRUPTED = 130


def _show_version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        ctx.obj.lines([f"xlprocess {__version__}"])
        ctx.exit()


COMMANDS = {
    "new": "xlprocess.doors.making:new",
    "run": "xlprocess.doors.checking:run",
    "check": "xlprocess.doors.checking:check",
    "clear": "xlprocess.doors.checking:clear",
    "consolidate": "xlprocess.doors.consolidating:consolidate",
    "export": "xlprocess.doors.making:export",
    "import": "xlprocess.doors.word:import_report",
    "report": "xlprocess.doors.word:report",
    "migrate": "xlprocess.doors.migrating:migrate",
    "watch": "xlprocess.doors.watching:watch",
    "addin": "xlprocess.doors.addin:addin",
    "rules": "xlprocess.doors.listing:rules",
}


@click.group(cls=Program, places=COMMANDS)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version, help="显示版本后退出")
def cli() -> None:
    """部门整体支出绩效自评工作簿的填写、检查和清除。

    单个命令的用法见 xlprocess 命令 --help。
    """


def main() -> None:
    """The entry point. What is imported stays to the end: it need not be looked through for garbage while it is made, nor then."""
    gc.set_threshold(20_000)
    status = execute(sys.argv[1:])
    gc.freeze()
    sys.exit(status)


def execute(arguments: Sequence[str]) -> int:
    """Runs a command and gives its exit status. Whatever is wrong is told in one Chinese sentence on standard error."""
    output = Output()
    try:
        status = _run(output, arguments)
        if output.failure is None:
            return status
        output.message(output.failure)
        return 2
    except KeyboardInterrupt:
        output.message("")
        output.message("已中止：没有写完的结果不会留下。")
        return INTERRUPTED
    except Exception:  # a mistake of ours outside the work on a file: a sentence, not a traceback
        if os.environ.get("XLPROCESS_DEBUG"):
            raise
        output.message("程序内部出错，没有做完。请把命令和所用的文件交给技术人员查找原因。")
        return 2


def _run(output: Output, arguments: Sequence[str]) -> int:
    try:
        with cli.make_context("xlprocess", list(arguments), obj=output) as ctx:
            return int(cli.invoke(ctx) or 0)
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as error:
        output.message(usage_sentence(error))
        return WRONG_USAGE
    except (CannotProcess, Refused) as error:
        output.message(error.message)
        return 2
