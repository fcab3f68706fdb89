"""Writing: all or nothing, and nobody's work is lost."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from xlprocess.errors import Unreadable
from xlprocess.jobs.save import create, save, write
from xlprocess.jobs.targets import Target


def saved(data: bytes, target: Path, *, ours: bool = False, force: bool = False, is_input: bool = False) -> str:
    source = target if is_input else target.with_name("source")
    done = save(
        data,
        Target(target, is_input),
        source,
        b"original",
        is_untouched=lambda _, __: ours,
        is_taken=lambda _: False,
        force=force,
    )
    return done.path.name


def listing(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_a_new_file_has_the_usual_permissions(tmp_path: Path) -> None:
    mask = os.umask(0o027)
    try:
        create(tmp_path / "a.xlsx", b"x")
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "a.xlsx").stat().st_mode) == 0o640 if os.name != "nt" else True
    assert listing(tmp_path) == ["a.xlsx"]


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real.xlsx").write_bytes(b"old")
    try:
        (tmp_path / "link.xlsx").symlink_to("real.xlsx")
    except OSError:
        pytest.skip("no links here")
    write(tmp_path / "link.xlsx", b"new")
    assert (tmp_path / "link.xlsx").is_symlink()
    assert (tmp_path / "real.xlsx").read_bytes() == b"new"


def test_another_ones_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"mine")
    with pytest.raises(Unreadable, match=r"^没有写入 a\.xlsx：已有这个文件，而且它被人改过") as refused:
        saved(b"new", tmp_path / "a.xlsx")
    assert refused.value.kind == "no_access"
    assert (tmp_path / "a.xlsx").read_bytes() == b"mine"
    assert saved(b"new", tmp_path / "a.xlsx", force=True) == "a.xlsx"
    assert (tmp_path / "a.xlsx").read_bytes() == b"new"


def test_the_same_bytes_are_left_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"same")
    before = (tmp_path / "a.xlsx").stat()
    assert saved(b"same", tmp_path / "a.xlsx") == "a.xlsx"
    assert (tmp_path / "a.xlsx").stat().st_ino == before.st_ino


def test_an_original_that_was_saved_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"saved meanwhile")
    with pytest.raises(Unreadable, match=r"^没有写入 a\.xlsx：处理期间这个文件被改动或移走了。请再运行一次。$"):
        saved(b"new", tmp_path / "a.xlsx", is_input=True)
    (tmp_path / "a.xlsx").write_bytes(b"original")
    assert saved(b"new", tmp_path / "a.xlsx", is_input=True) == "a.xlsx"


def test_beside_what_is_open_nobodys_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "~$a.xlsx").write_bytes(b"x")
    (tmp_path / "a (2).xlsx").write_bytes(b"mine")
    assert saved(b"new", tmp_path / "a.xlsx") == "a (3).xlsx"
    assert listing(tmp_path) == ["a (2).xlsx", "a (3).xlsx", "~$a.xlsx"]


def test_a_new_file_never_replaces_one_that_came_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os.path, "lexists", lambda _: False)
    (tmp_path / "a.xlsx").write_bytes(b"mine")
    with pytest.raises(Unreadable, match="已有这个文件"):
        create(tmp_path / "a.xlsx", b"new")
    assert (tmp_path / "a.xlsx").read_bytes() == b"mine"
    assert listing(tmp_path) == ["a.xlsx"]


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        ("file/a.xlsx", "没有写入 a.xlsx：路径中有一段不是文件夹。请检查路径。"),
        ("a" * 300 + ".xlsx", "文件名或路径过长"),
        ("folder.xlsx", "已有这个文件"),
    ],
)
def test_what_cannot_be_written_is_told(tmp_path: Path, target: str, sentence: str) -> None:
    (tmp_path / "file").write_bytes(b"x")
    (tmp_path / "folder.xlsx").mkdir()
    before = listing(tmp_path)
    with pytest.raises(Unreadable, match=sentence):
        saved(b"new", tmp_path / target)
    assert listing(tmp_path) == before


def test_a_read_only_file_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"original")
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(Unreadable, match="没有写入的权限，或文件是只读的"):
        saved(b"new", tmp_path / "a.xlsx", is_input=True)
    assert (tmp_path / "a.xlsx").read_bytes() == b"original"


def test_beside_what_is_open_no_other_result_is_hit(tmp_path: Path) -> None:
    (tmp_path / "~$a.xlsx").write_bytes(b"x")
    target = Target(tmp_path / "a.xlsx")

    def is_taken(path: Path) -> bool:
        return path.name == "a (2).xlsx"

    done = save(b"new", target, tmp_path / "source", b"", is_untouched=lambda _, __: True, is_taken=is_taken)
    assert (done.path.name, done.remark) == ("a (3).xlsx", "a.xlsx 正在 Excel 或 WPS 中打开，结果写到了 a (3).xlsx。")
