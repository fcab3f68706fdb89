"""Writing results: a temporary file beside the target, then replaced in one step; refused where somebody's work would
be lost."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from xlprocess.books.guard import read_bytes
from xlprocess.books.limits import LARGEST_SUMMARY
from xlprocess.errors import CannotProcess, Unreadable
from xlprocess.jobs.inputs import reach
from xlprocess.jobs.targets import Target, others

_TRIES = 99


class Saved(NamedTuple):
    """Where a result stands now, and what is to be said of that."""

    path: Path
    remark: str | None = None


class InTheWay(Unreadable):
    """Somebody's file stands where the result would go; `path` is that file."""

    def __init__(self, path: Path, message: str) -> None:
        super().__init__("no_access", message)
        self.path = path


class _InUseError(Exception):
    """The target is held open by another program."""


def save(
    data: bytes,
    target: Target,
    source: Path,
    original: bytes,
    *,
    is_untouched: Callable[[bytes, str], bool],
    is_taken: Callable[[Path], bool],
    force: bool = False,
) -> Saved:
    """Writes the result of a source whose bytes were `original`. What `is_untouched` (we wrote it, nobody has changed
    it since) is replaced, the same bytes are left as they are, all else is refused without `force`. A target that is
    open in an office program is left alone: the result goes beside it. Raises Unreadable (no_access) with the
    sentence."""
    path = target.path
    present = present_at(path)
    if present == data:
        return Saved(path)
    if target.is_input and present != original:
        raise _no(path, "处理期间这个文件被改动或移走了", "请再运行一次")
    if not target.is_input and not force and present is not None and not is_untouched(present, path.name):
        raise _refusal(path, source)
    try:
        reach(path.parent).mkdir(parents=True, exist_ok=True)
        if _is_open(path):
            raise _InUseError
        write(path, data, like=source)
        return Saved(path)
    except _InUseError:
        return _beside(data, target, source, is_untouched, is_taken)
    except (OSError, ValueError) as error:
        raise _failure(path, error) from None


def refuse_taken(path: Path, is_untouched: Callable[[bytes, str], bool], *, force: bool = False) -> None:
    """Raises Unreadable (no_access) where something stands that is not ours to replace."""
    present = None if force else present_at(path)
    if present is not None and not is_untouched(present, path.name):
        raise _not_ours(path)


def renew(path: Path, data: bytes, *, is_untouched: Callable[[bytes, str], bool], force: bool = False) -> Saved:
    """Writes a file that is made from many: what we wrote and nobody has changed since is replaced, all else is refused without
    `force`. While the target is open in an office program the result goes beside it. Raises Unreadable (no_access) with the
    sentence."""
    refuse_taken(path, is_untouched, force=force)
    try:
        reach(path.parent).mkdir(parents=True, exist_ok=True)
        if _is_open(path):
            raise _InUseError
        write(path, data)
        return Saved(path)
    except _InUseError:
        return _beside(data, Target(path), path, is_untouched, lambda _: False)
    except (OSError, ValueError) as error:
        raise _failure(path, error) from None


def create(path: Path, data: bytes, *, force: bool = False) -> None:
    """Writes a file that is not to be there yet. Raises Unreadable (no_access) with the sentence."""
    refuse_present(path, force=force)
    try:
        if force and _is_open(path):
            raise _InUseError
        write(path, data, new=not force)
    except FileExistsError:
        raise _exists(path) from None
    except _InUseError:
        raise _no(path, "这个文件正在 Excel 或 WPS 中打开", "请关闭后再运行，或换一个文件名") from None
    except (OSError, ValueError) as error:
        raise _failure(path, error) from None


def refuse_present(path: Path, *, force: bool = False) -> None:
    """Raises Unreadable (no_access) where something stands already."""
    if not force and os.path.lexists(reach(path)):
        raise _exists(path)


def write(path: Path, data: bytes, *, like: Path | None = None, new: bool = False) -> None:
    """The bytes at the path, all or nothing. The permissions stay those of the file that is replaced, else of `like`.
    `new`: FileExistsError when something is there. A link is followed: the file that it leads to is replaced."""
    path = reach(Path(os.path.realpath(path)))
    part = path.with_name(f".~xlp-{secrets.token_hex(6)}.tmp")
    if path.exists() and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, "read-only", str(path))
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
        with open(handle, "wb") as file:  # noqa: PTH123  (a handle, not a path)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _permissions(part, path, like)
        if new:
            _move_to_new(part, path)
        else:
            _replace(part, path)
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _replace(part: Path, path: Path) -> None:
    try:
        part.replace(path)
    except PermissionError:
        if path.is_file():
            raise _InUseError from None
        raise


def _move_to_new(part: Path, path: Path) -> None:
    """A rename that never replaces: Windows has it, elsewhere a second link does it where the file system has links."""
    if os.name == "nt":
        part.rename(path)
        return
    try:
        os.link(part, path)
    except FileExistsError:
        raise
    except OSError:
        if path.exists():
            raise FileExistsError(errno.EEXIST, "exists", str(path)) from None
        part.replace(path)


def _permissions(part: Path, path: Path, like: Path | None) -> None:
    """A replaced file keeps its permissions and owner; a copy has those of its original, and its owner can write it."""
    for pattern, extra in ((path, 0), (like, stat.S_IWUSR)):
        if pattern is None:
            continue
        with contextlib.suppress(OSError):
            status = reach(pattern).stat()
            part.chmod(stat.S_IMODE(status.st_mode) | extra)
            if hasattr(os, "chown"):
                with contextlib.suppress(OSError):
                    os.chown(part, status.st_uid, status.st_gid)
            return


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _beside(
    data: bytes,
    target: Target,
    source: Path,
    is_untouched: Callable[[bytes, str], bool],
    is_taken: Callable[[Path], bool],
) -> Saved:
    for path in islice(others(target.path, target.is_input), _TRIES):
        present = present_at(path)
        free = present is None or present == data or is_untouched(present, path.name)
        if not free or is_taken(path) or _is_open(path):
            continue
        try:
            if present != data:
                write(path, data, like=source)
        except _InUseError:
            continue
        except (OSError, ValueError) as error:
            raise _failure(path, error) from None
        return Saved(path, f"{target.path.name} 正在 Excel 或 WPS 中打开，结果写到了 {path.name}。")
    raise _no(target.path, "这个文件正在 Excel 或 WPS 中打开", "请关闭后再运行") from None


def _is_open(path: Path) -> bool:
    """An office program keeps a file of its own beside a workbook that is open in it: Excel, LibreOffice, WPS."""
    names = (f"~${path.name}", f".~lock.{path.name}#", f".~{path.name}")
    return path.name != "" and any(os.path.lexists(reach(path.with_name(name))) for name in names)


def present_at(path: Path) -> bytes | None:
    """What stands at a path; empty for what cannot be read: it is somebody's."""
    if not os.path.lexists(reach(path)):
        return None
    try:
        return read_bytes(reach(path), LARGEST_SUMMARY)
    except CannotProcess:
        return b""


def _refusal(path: Path, source: Path) -> Unreadable:
    if os.path.realpath(path) == os.path.realpath(source):
        return _no(path, "结果会盖掉原文件", "请换一个文件夹；确要写回原文件，请用 --in-place")
    return _not_ours(path)


def _not_ours(path: Path) -> InTheWay:
    wrong, do = "已有这个文件，而且它被人改过，或不是本程序写的", "请先移走或改名；确认不再需要，可加 --force 覆盖"
    return InTheWay(path, _no(path, wrong, do).message)


def _exists(path: Path) -> Unreadable:
    return _no(path, "已有这个文件", "请换一个文件名；确认不再需要，可加 --force 覆盖")


def _failure(path: Path, error: OSError | ValueError) -> Unreadable:
    code = error.errno if isinstance(error, OSError) else None
    if code in (errno.ENOSPC, errno.EDQUOT):
        return _no(path, "磁盘空间不足", "请清理磁盘后再运行")
    if code == errno.ENAMETOOLONG or getattr(error, "winerror", None) == 206:
        return _no(path, "文件名或路径过长", "请缩短名称，或换一个层次较浅的文件夹")
    if isinstance(error, PermissionError) or code == errno.EROFS:
        return _no(path, "没有写入的权限，或文件是只读的", "请换一个文件夹，或请管理员开放权限")
    if isinstance(error, (NotADirectoryError, FileExistsError)):
        return _no(path, "路径中有一段不是文件夹", "请检查路径")
    if isinstance(error, IsADirectoryError):
        return _no(path, "同名的位置是一个文件夹", "请换一个文件名")
    if isinstance(error, FileNotFoundError):
        return _no(path, "找不到要写入的文件夹", "请先建立文件夹，或检查路径")
    return _no(path, "写不进去", "请换一个文件夹后再运行")


def _no(path: Path, wrong: str, do: str) -> Unreadable:
    return Unreadable("no_access", f"没有写入 {path.name or path}：{wrong}。{do}。")
