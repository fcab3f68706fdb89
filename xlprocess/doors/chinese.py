"""click in Chinese: help, and what is wrong with a command as it was typed. Nothing of click's English is shown."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from xlprocess.doors.output import is_terminal, terminal_width
from xlprocess.writers.columns import pad, plain, width, wrapped

if TYPE_CHECKING:
    _PathType = click.ParamType[Path]
    _YearType = click.ParamType[int]
    _WordType = click.Choice[str]
else:  # they became generic after click 8.1
    _PathType = _YearType = click.ParamType
    _WordType = click.Choice

HELP = "显示说明后退出"


class UsageError(click.UsageError):
    """Wrong usage, told in a Chinese sentence."""


class FilePath(_PathType):
    """A path, whether or not something is there."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        if isinstance(value, Path):
            return value
        if not str(value).strip() or "\0" in str(value):
            raise UsageError(f"{_name(param)} 不能是空的，也不能含有无法使用的字符", ctx)
        return Path(value)


class Choice(_WordType):
    """One of a few words."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value not in self.choices:
            raise UsageError(f"{_name(param)} 只能是 {'、'.join(self.choices)}，不能是 {plain(str(value))}", ctx)
        return str(value)


class Whole(_YearType):
    """A whole number from 1 on."""

    name = "whole"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        text = str(value)
        if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= 9999):
            raise UsageError(f"{_name(param)} 要写 1 以上的整数，不能是 {plain(text)}", ctx)
        return int(text)


class Year(_YearType):
    """A year of four digits."""

    name = "year"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        text = str(value)
        if not (len(text) == 4 and text.isascii() and text.isdecimal() and 1990 <= int(text) <= 2100):
            raise UsageError(f"{_name(param)} 要写四位年份，如 2021，不能是 {plain(text)}", ctx)
        return int(text)


class Command(click.Command):
    """A command whose help and whose usage errors are Chinese."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        with _placed(ctx):
            return super().parse_args(ctx, args)

    def get_help(self, ctx: click.Context) -> str:
        return "\n".join(_help_lines(self, ctx))

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        return _in_chinese(super().get_help_option(ctx))


class Group(click.Group):
    """The program: commands whose help and whose usage errors are Chinese."""

    command_class = Command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args:
            raise UsageError(_missing_command(self, ctx), ctx)
        with _placed(ctx):
            return super().parse_args(ctx, args)

    def get_help(self, ctx: click.Context) -> str:
        return "\n".join(_help_lines(self, ctx))

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        return _in_chinese(super().get_help_option(ctx))

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        commands = self.list_commands(ctx)
        if args[0] not in commands:
            near = _near(args[0], commands, 1)
            raise UsageError(f"没有 {plain(args[0])} 这个命令{f'，是否指 {near[0]}' if near else ''}", ctx)
        return super().resolve_command(ctx, args)


class Program(Group):
    """The program itself: a command is imported when it is wanted, and not before. `places`: module and name of each."""

    def __init__(self, *args: Any, places: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = places

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = self.places.get(cmd_name)
        if place is None:
            return None
        module, _, name = place.partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@contextmanager
def _placed(ctx: click.Context) -> Iterator[None]:
    """click's parser does not tell to which command an option belongs."""
    try:
        yield
    except click.UsageError as error:
        error.ctx = error.ctx or ctx
        raise


def usage_sentence(error: click.ClickException) -> str:
    """What is wrong with a command as it was typed, in one Chinese sentence that ends with where to read more."""
    ctx = getattr(error, "ctx", None)
    command = ctx.command_path if isinstance(ctx, click.Context) else "xlprocess"
    return f"{command}：{_wrong(error, ctx)}。用法见 {command} --help。"


def _wrong(error: click.ClickException, ctx: click.Context | None) -> str:
    if isinstance(error, UsageError):
        return error.message
    if isinstance(error, click.MissingParameter):
        return f"缺少 {_name(error.param)}"
    if isinstance(error, click.NoSuchOption):
        known = [name for p in (ctx.command.params if ctx else ()) for name in p.opts if name.startswith("-")]
        near = _near(error.option_name, [*known, "--help"], 1)
        return f"没有 {plain(error.option_name)} 这个选项{f'，是否指 {near[0]}' if near else ''}"
    if isinstance(error, click.BadOptionUsage):
        flags = [p for p in (ctx.command.params if ctx else ()) if error.option_name in p.opts]
        is_flag = error.option_name == "--help" or any(getattr(p, "is_flag", False) for p in flags)
        name = plain(error.option_name)
        return f"{name} 后面不带值" if is_flag else f"{name} 后面缺少值"
    if ctx is not None and isinstance(ctx.command, Group):
        return _missing_command(ctx.command, ctx)
    if ctx is not None and not isinstance(error, click.BadParameter):
        return "参数给多了"
    return "命令写得不对"


def _missing_command(group: click.Group, ctx: click.Context) -> str:
    return f"缺少命令，可用的有 {'、'.join(group.list_commands(ctx))}"


def _name(param: click.Parameter | None) -> str:
    if param is None:
        return "参数"
    if isinstance(param, click.Option):
        return max(param.opts, key=len)
    return (param.metavar or param.human_readable_name).removesuffix("…")


def _near(word: str, words: Iterable[str], most: int) -> list[str]:
    from difflib import get_close_matches

    return get_close_matches(word, list(words), most)


def _in_chinese(option: click.Option | None) -> click.Option | None:
    if option is not None:
        option.help = HELP
        option.callback = _show_help
    return option


def _show_help(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        ctx.obj.lines([ctx.get_help()])
        ctx.exit()


def _help_lines(command: click.Command, ctx: click.Context) -> Iterator[str]:
    columns = min(terminal_width(), 100) if is_terminal(sys.stdout) else 80
    yield from wrapped(f"用法：{' '.join([ctx.command_path, *_usage_pieces(command)])}", columns, 6)
    for paragraph in (command.help or "").strip().split("\n\n"):
        yield ""
        yield from wrapped("".join(line.strip() for line in paragraph.splitlines()), columns)
    if isinstance(command, click.Group):
        commands = ((name, command.get_command(ctx, name)) for name in command.list_commands(ctx))
        yield from _section("命令", [(name, c.short_help or "") for name, c in commands if c is not None], columns)
    options = [p for p in command.get_params(ctx) if isinstance(p, click.Option)]
    yield from _section("选项", [(_option(p), p.help or "") for p in options], columns)


def _usage_pieces(command: click.Command) -> list[str]:
    pieces = [p.metavar or p.human_readable_name for p in command.params if isinstance(p, click.Argument)]
    words = [p if command_param_required(command, p) else f"[{p}]" for p in pieces]
    return [*words, "[选项]", *(["命令 …"] if isinstance(command, click.Group) else [])]


def command_param_required(command: click.Command, metavar: str) -> bool:
    return any(p.required for p in command.params if p.metavar == metavar)


def _option(option: click.Option) -> str:
    names = ", ".join(option.opts)
    return names if option.is_flag or option.name == "help" else f"{names} {option.metavar or ''}".rstrip()


def _section(title: str, entries: Sequence[tuple[str, str]], columns: int) -> Iterator[str]:
    if not entries:
        return
    yield ""
    yield f"{title}："
    room = min(max(width(name) for name, _ in entries), 34)
    for name, text in entries:
        if width(name) > room:
            yield f"  {name}"
            name = ""
        yield from wrapped(f"  {pad(name, room)}  {text}", columns, room + 4)


Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def option(*names: str, help: str, **settings: Any) -> Decorator:
    """An option; without a type of its own a text, or a flag."""
    return click.option(*names, help=help, **settings)
