"""What a search of folders takes, leaves out and counts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from xlprocess.jobs.inputs import Search, find, find_files, is_copy


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def make(*names: str) -> None:
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(b"x")


def names(search: Search) -> list[str]:
    return [i.path.as_posix() for i in search.inputs]


def test_files_first_then_folders_each_by_name(here: Path) -> None:
    make("d/z.xlsx", "d/b.XLSX", "d/乙/a.xlsm", "d/甲/深/a.xlsx", "d/a/1.xlsx")
    found = find([Path("d")])
    assert names(found) == ["d/b.XLSX", "d/z.xlsx", "d/a/1.xlsx", "d/乙/a.xlsm", "d/甲/深/a.xlsx"]
    assert [i.inside.as_posix() for i in found.inputs] == ["b.XLSX", "z.xlsx", "a/1.xlsx", "乙/a.xlsm", "甲/深/a.xlsx"]


def test_what_is_left_out_is_counted(here: Path) -> None:
    make("d/a.xlsx", "d/~$a.xlsx", "d/.a.xlsx", "d/.git/x.xlsx", "d/b.txt", "d/c.json", "d/Thumbs.db", "d/a（检查）.xlsx")
    assert names(find([Path("d")])) == ["d/a.xlsx", "d/a（检查）.xlsx"]
    found = find([Path("d")], copies=False)
    assert names(found) == ["d/a.xlsx"]
    assert (found.hidden, found.other, found.copies, found.repeated) == (3, 3, 1, 0)


def test_a_file_that_is_named_is_taken_whatever_it_is(here: Path) -> None:
    make("~$a.xlsx", "b.txt", "a（检查）.xlsx", "c.pdf")
    found = find([Path(n) for n in ("~$a.xlsx", "b.txt", "a（检查）.xlsx", "c.pdf", "gone.xlsx")], copies=False)
    assert names(found) == ["~$a.xlsx", "b.txt", "a（检查）.xlsx", "c.pdf", "gone.xlsx"]
    assert all(i.error is None for i in found.inputs)


def test_other_tables_are_taken_and_attachments_are_not_opened(here: Path) -> None:
    make("d/a.xls", "d/b.csv", "d/c.et", "d/d.ods", "d/e.pdf", "d/f.docx", "d/g.zip", "d/h.JPG")
    found = find([Path("d")])
    told = {i.path.name: i.error.status if i.error else None for i in found.inputs}
    assert told == dict.fromkeys(("a.xls", "b.csv", "c.et", "d.ods")) | dict.fromkeys(
        ("e.pdf", "f.docx", "g.zip", "h.JPG"), "attachment"
    )
    archive = next(i for i in found.inputs if i.path.suffix == ".zip")
    assert archive.error is not None
    assert archive.error.message == "没有打开 g.zip：这是压缩包，里面可能有工作簿。请先解压，再检查其中的 .xlsx 文件。"


def test_a_file_found_twice_is_taken_once(here: Path) -> None:
    make("d/e/a.xlsx")
    found = find([Path("d"), Path("d/e"), Path("d/e/a.xlsx"), Path("d/./e/../e/a.xlsx")])
    assert names(found) == ["d/e/a.xlsx"]
    assert found.repeated == 2


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege")
def test_a_search_follows_no_link(here: Path) -> None:
    make("d/e/a.xlsx", "outside/b.xlsx")
    Path("d/e/up").symlink_to("..")
    Path("d/itself").symlink_to("itself")
    Path("d/gone.xlsx").symlink_to("gone")
    Path("d/0.xlsx").symlink_to("e/a.xlsx")
    Path("d/b.xlsx").symlink_to("../outside/b.xlsx")
    Path("d/out").symlink_to("../outside")
    found = find([Path("d")])
    assert [(i.path.as_posix(), i.inside.as_posix()) for i in found.inputs] == [("d/e/a.xlsx", "e/a.xlsx")]
    assert (found.links, found.repeated) == (6, 0)


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege")
def test_a_link_that_is_named_is_followed(here: Path) -> None:
    make("d/e/a.xlsx")
    Path("d2").symlink_to("d/e")
    Path("a.xlsx").symlink_to("d/e/a.xlsx")
    assert names(find([Path("d2")])) == ["d2/a.xlsx"]
    assert names(find([Path("a.xlsx")])) == ["a.xlsx"]


def test_a_folder_that_cannot_be_listed_is_told(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make("d/e/a.xlsx", "d/b.xlsx")
    listing = os.scandir

    def scandir(path: Path) -> object:
        if Path(path).name == "e":
            raise PermissionError(13, "no")
        return listing(path)

    monkeypatch.setattr(os, "scandir", scandir)
    found = find([Path("d")])
    assert [(i.path.as_posix(), i.error and i.error.kind) for i in found.inputs] == [
        ("d/b.xlsx", None),
        ("d/e", "no_access"),
    ]


def test_the_folder_of_results_is_not_searched(here: Path) -> None:
    make("d/a.xlsx", "d/out/a.xlsx")
    found = find([Path("d")], leave_out=Path("d/../d/out"))
    assert (names(found), found.results) == (["d/a.xlsx"], 1)
    assert names(find([Path("d/out")], leave_out=Path("d/out"))) == ["d/out/a.xlsx"]


def test_a_deep_folder_does_no_harm(here: Path) -> None:
    deep = Path("d", *["e"] * 300)
    deep.mkdir(parents=True)
    (deep / "a.xlsx").write_bytes(b"x")
    assert len(find([Path("d")]).inputs) == 1


def test_files_alone(here: Path) -> None:
    make("d/a.xlsx")
    assert names(find_files([Path("d"), Path("d/a.xlsx")])) == ["d", "d/a.xlsx"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a（检查）.xlsx", True),
        ("a（检查） (2).xlsx", True),
        ("a（检查）（检查）.xlsm", True),
        ("a.xlsx", False),
        ("（检查）说明.xlsx", False),
        ("a（检查）2.xlsx", False),
    ],
)
def test_names_of_copies(name: str, expected: bool) -> None:
    assert is_copy(Path(name)) is expected
