"""The text file that stands where a result would stand, when a file that was dropped in cannot be processed."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from xlprocess.books.guard import read_bytes
from xlprocess.errors import CannotProcess
from xlprocess.jobs.inputs import reach
from xlprocess.jobs.save import save
from xlprocess.jobs.targets import Target

_BOM = "\ufeff"
_END = "\r\n"
_SEAL = re.compile(r"（本说明由绩效自评检查程序写出，编号 ([0-9a-f]{16})-([0-9a-f]{8})）\r\n\Z")


def sentence_path(result: Path, name: str) -> Path:
    """`名称.xlsx.无法处理.txt` in the folder of the result. The ending stays in it: two files may differ in nothing else."""
    return result.with_name(f"{name}.无法处理.txt")


def write_sentence(path: Path, source: Path, message: str, digest: str, older: Path | None) -> None:
    """UTF-8 with a mark at its head, so that every Windows editor shows it. `older`: a result of an earlier file of that name.
    Raises Unreadable (no_access) when it cannot be written; somebody's own file is not touched."""
    lines = [message, "", "改好后重新放进来即可，会自动再检查一次，届时本说明自动消失。"]
    if older is not None:
        lines += ["", f"旁边的 {older.name} 是以前那一份的结果，不是这一份的。"]
    text = _BOM + "".join(f"{line}{_END}" for line in [*lines, ""])
    text += f"（本说明由绩效自评检查程序写出，编号 {digest[:16]:0<16}-{_sum(text)}）{_END}"
    save(
        text.encode(),
        Target(path),
        source,
        b"",
        is_untouched=lambda data, _: _digest(data) is not None,
        is_taken=lambda _: False,
    )


def remove_sentence(path: Path) -> None:
    """Takes away a text of ours that nobody has changed. Raises OSError."""
    if _read(path) is not None:
        reach(path).unlink(missing_ok=True)


def tells_of(path: Path, digest: str) -> bool:
    """Whether a text of ours stands there that speaks of this content."""
    return _read(path) == digest[:16].ljust(16, "0")


def _read(path: Path) -> str | None:
    try:
        return _digest(read_bytes(reach(path)))
    except CannotProcess:
        return None


def _digest(data: bytes) -> str | None:
    """The number that our text carries; None when it is not ours, or somebody has changed it."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    found = _SEAL.search(text)
    return found[1] if found and _sum(text[: found.start()]) == found[2] else None


def _sum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
