"""`addin`: the buttons of the office programs: made, put in place, taken away, looked after."""

from __future__ import annotations

import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from xlprocess import __version__
from xlprocess.doors.chinese import FilePath, Group, UsageError, option
from xlprocess.doors.making import EDITION
from xlprocess.doors.output import Output

if TYPE_CHECKING:
    from xlprocess.addin.install import Done

_PROGRAM = {"launcher": "启动器", "excel": "Excel 的按钮", "libreoffice": "LibreOffice 的按钮"}
_STATE = {"fine": ("正常", "32"), "notice": ("提示", "36"), "problem": ("问题", "31")}


@click.group(cls=Group, short_help="Excel 和 LibreOffice 里的按钮：安装、删除、查看、生成")
def addin() -> None:
    """Excel 和 LibreOffice 里的按钮：装给当前用户，不需要管理员权限。"""


@addin.command(short_help="把按钮装到 Excel 和 LibreOffice 里")
@option("--json", "as_json", is_flag=True, help="在标准输出给出一份 JSON 文档")
@click.pass_obj
def install(output: Output, as_json: bool) -> int:
    """把按钮装到这台电脑的 Excel 和 LibreOffice 里，只装给当前用户，用现在这个 Python。再装一次就是升级。"""
    from xlprocess.addin.desk import this_desk
    from xlprocess.addin.install import install as put

    return _told(output, put(this_desk()), "已装好", as_json)


@addin.command(short_help="删除已装的按钮")
@option("--json", "as_json", is_flag=True, help="在标准输出给出一份 JSON 文档")
@click.pass_obj
def remove(output: Output, as_json: bool) -> int:
    """删除 install 装上的按钮，不留东西；检查程序本身还在。"""
    from xlprocess.addin.desk import this_desk
    from xlprocess.addin.install import remove as take

    done = take(this_desk())
    if not done and not as_json:
        output.lines(["没有装过按钮，没有要删除的。"])
    return _told(output, done, "已删除", as_json)


@addin.command(short_help="查看按钮能不能用，不能用的怎样处理")
@option("--json", "as_json", is_flag=True, help="在标准输出给出一份 JSON 文档")
@click.pass_obj
def status(output: Output, as_json: bool) -> int:
    """查看按钮能不能用：Python、版本、信任设置、WPS 是否占用了 Excel 的登记、是否另有一份加载项，以及怎样处理。

    有问题时退出码为 1。
    """
    from xlprocess.addin.desk import this_desk
    from xlprocess.addin.status import status as look

    checks = look(this_desk())
    if as_json:
        _document(output, {"checks": [check._asdict() for check in checks]})
    else:
        for check in checks:
            word, colour = _STATE[check.state]
            head, *rest = output.look.lines(f"{word}  {check.message}", 0, 6)
            output.lines([output.look.paint(head[: len(word)], colour) + head[len(word) :], *rest])
    return 1 if any(check.state == "problem" for check in checks) else 0


@addin.command(short_help="从源文件生成加载项、扩展和带按钮的工作簿")
@click.argument("folder", type=FilePath(), metavar="DIR")
@option("--form", "edition", default=EDITION, metavar="表样", help=f"工作簿的表样，缺省为 {EDITION}")
@option("--force", is_flag=True, help="已有同名文件时覆盖")
@click.pass_obj
def build(output: Output, folder: Path, edition: str, force: bool) -> int:
    """从源文件生成 Excel 加载项（.xlam）、LibreOffice 扩展（.oxt）、带按钮的工作簿（.xlsm）和可手工导入的 .bas。

    不需要 Office。
    """
    from xlprocess.addin.build import build_all
    from xlprocess.form.load import editions, load

    if edition not in editions():
        raise UsageError(f"没有 {edition} 这个表样，可用的有 {'、'.join(editions())}", click.get_current_context())
    made = build_all(folder, load(edition), force=force)
    output.lines([f"已生成 {path.relative_to(folder)}" for path in made])
    return 0


def _told(output: Output, done: list[Done], did: str, as_json: bool) -> int:
    if as_json:
        _document(output, {"done": [{"what": d.what, "path": str(d.path), "problem": d.problem} for d in done]})
    else:
        output.lines([f"{did} {_PROGRAM[d.what]}：{d.path}" for d in done if d.problem is None])
        for item in done:
            if item.problem is not None:
                output.message(item.problem)
    return 2 if any(d.problem is not None for d in done) else 0


def _document(output: Output, content: dict[str, Any]) -> None:
    from xlprocess.writers.json import encoded

    head = {"xlprocess": __version__, "python": sys.executable, "system": platform.system()}
    output.data(encoded({**head, **content}, indent=1) + b"\n")
