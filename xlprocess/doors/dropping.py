"""What was dropped on a drop target: paths, as each system hands them over."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

COMMAND_LINE = "XLPROCESS_COMMANDLINE"
"""Where the batch file leaves the command line of its cmd.exe as it was. Explorer puts quotes around a path only when it holds
a space, so that cmd.exe cuts `a&b.xlsx` in two and eats a `^` before the batch file sees anything of it."""
_BATCH = re.compile(r"\A.*?\s/c\s+", re.IGNORECASE | re.DOTALL)
_TOKEN = re.compile(r'"([^"]*)"|(\S+)')


def dropped(arguments: Sequence[str], environment: Mapping[str, str]) -> list[Path]:
    """The paths: from the batch file's command line where there is one, else from the arguments."""
    line = environment.get(COMMAND_LINE)
    if line is not None:
        return from_command_line(line)
    return [_path(a) for a in arguments if a]


def from_command_line(line: str) -> list[Path]:
    """`cmd.exe /c ""C:\\x\\target.bat" C:\\a&b.xlsx "C:\\c d.xlsx""` gives the two workbooks. A console in which somebody
    typed the batch file's name gives nothing."""
    found = _BATCH.match(line)
    if found is None:
        return []
    rest = line[found.end() :].strip()
    if rest.startswith('""') and rest.endswith('"'):
        rest = rest[1:-1]
    tokens = [quoted or bare for quoted, bare in _TOKEN.findall(rest)]
    return [Path(token) for token in tokens[1:] if token]


def from_typed(line: str) -> list[Path]:
    """The paths in a line as a console gets it when files are dropped in its window."""
    line = line.strip()
    whole = line.strip("\"'")
    if not whole:
        return []
    if os.path.lexists(whole):
        return [Path(whole)]
    if os.name == "nt":
        return [Path(quoted or bare) for quoted, bare in _TOKEN.findall(line)]
    try:
        return [_path(word) for word in shlex.split(line)]
    except ValueError:
        return [_path(line)]


def _path(text: str) -> Path:
    """Some file managers hand over addresses."""
    if text.startswith("file://"):
        return Path(unquote(urlsplit(text).path))
    return Path(text)
