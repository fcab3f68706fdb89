"""Writing a folder of results: made beside its place under a hidden name, then moved there; all of it or nothing."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from xlprocess.errors import Refused


def refuse_folder(path: Path, is_ours: Callable[[Path], bool], *, force: bool = False) -> None:
    """Raises Refused where something stands that is not ours to replace."""
    if path.exists() and not force and not (path.is_dir() and is_ours(path)):
        raise Refused(
            f"没有写入 {path.name}：已有同名的文件或文件夹，里面有不是本程序写的或改动过的内容。请移走或改名，或加 --force 覆盖。"
        )


@contextmanager
def new_folder(path: Path, is_ours: Callable[[Path], bool], *, force: bool = False) -> Iterator[Path]:
    """An empty folder that takes the place of `path` when the work in it has gone well. Raises Refused."""
    refuse_folder(path, is_ours, force=force)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=".", suffix=".tmp", dir=path.parent))
    except OSError:
        raise _failed(path) from None
    try:
        inside = made / "new"
        inside.mkdir()
        yield inside
        if path.exists():
            path.rename(made / "old")
        try:
            inside.rename(path)
        except OSError:
            with contextlib.suppress(OSError):
                (made / "old").rename(path)
            raise
    except OSError:
        raise _failed(path) from None
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _failed(path: Path) -> Refused:
    return Refused(
        f"没有写入 {path.name}：文件夹写不进去、其中的文件正被别的程序打开，或磁盘空间不足。请关闭打开的文件或清理磁盘后再运行。"
    )
