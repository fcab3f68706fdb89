"""A watched folder: what waits, what is done and how often, what is said, what survives."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from xlprocess.books.book import CellWrite, Changes, Ref
from xlprocess.books.file import FileBook
from xlprocess.books.mark import MARK
from xlprocess.errors import Refused
from xlprocess.jobs import process, save
from xlprocess.jobs import watch as watching
from xlprocess.jobs.watch import PATIENCE, RETRY, SETTLE, Away, Watch
from xlprocess.jobs.watch_ledger import Ledger
from xlprocess.pipeline import is_untouched, source_of

ROOT = Path(__file__).parents[2]
SAMPLE = next(p for p in (ROOT / "workbooks/samples").glob("*.xlsx") if "应急" in p.name).read_bytes()
NAME = "甲局 & 100%!.xlsx"
SEAL = "（本说明由绩效自评检查程序写出，编号 "


class Desk:
    """A watched folder with a clock of its own. `rounds` gives `name: status kind -> result` of what was told."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.into = root / "放 这里"
        self.out = root / "结果"
        self.into.mkdir()
        self.out.mkdir()
        self.now = 0.0
        self.open()

    def open(self) -> None:
        self.ledger = Ledger(self.root / "state" / "ledger.sqlite")
        self.watch = Watch(self.into, self.out, self.ledger, clock=lambda: self.now)

    def restart(self, *, forget: bool = False) -> None:
        self.ledger.close()
        if forget:
            (self.root / "state" / "ledger.sqlite").unlink()
        self.open()

    def drop(self, name: str, data: bytes) -> Path:
        path = self.into / name
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(".part")  # another file, as a copy is: written over it would be the same one
        part.write_bytes(data)
        part.replace(path)
        return path

    def round(self) -> list[str]:
        told = []
        for outcome in self.watch.round():
            kind = f" {outcome.error.kind}" if outcome.error else ""
            to = f" -> {outcome.output.relative_to(self.out).as_posix()}" if outcome.output else ""
            told.append(f"{outcome.file.relative_to(self.into).as_posix()}: {outcome.status}{kind}{to}")
        return told

    def rounds(self, seconds: float = SETTLE + 0.5) -> list[str]:
        told = []
        for _ in range(int(seconds / 0.5) + 1):
            told += self.round()
            self.now += 0.5
        return told

    def results(self) -> list[str]:
        return sorted(p.relative_to(self.out).as_posix() for p in self.out.rglob("*") if p.is_file())

    def text(self, name: str) -> str:
        return (self.out / name).read_bytes().decode()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.ledger.close()


def mended(data: bytes) -> bytes:
    book = FileBook.open(data, "x.xlsx")
    book.apply(Changes(cells=[CellWrite("收支情况", Ref(6, 2), Decimal("1032.52"))], notes={}, results=None, properties={}))
    return book.to_bytes()


def test_what_is_dropped_in_comes_back_checked_and_the_original_stays(desk: Desk) -> None:
    path = desk.drop(f"区 直/{NAME}", SAMPLE)
    assert desk.rounds() == [f"区 直/{NAME}: checked -> 区 直/{NAME}"]
    result = (desk.out / "区 直" / NAME).read_bytes()
    assert any(MARK in note for note in FileBook.open(result, NAME).notes().values())
    assert is_untouched(result, NAME)
    assert path.read_bytes() == SAMPLE
    assert desk.results() == [f"区 直/{NAME}"]


def test_a_file_that_still_grows_is_waited_for(desk: Desk) -> None:
    for size in range(1, len(SAMPLE), len(SAMPLE) // 40):
        (desk.into / NAME).write_bytes(SAMPLE[:size])
        assert desk.round() == []
        desk.now += 1.0
    (desk.into / NAME).write_bytes(SAMPLE)
    assert desk.rounds() == [f"{NAME}: checked -> {NAME}"]


@pytest.mark.parametrize("half", [SAMPLE[:9000], b"\0" * 9000, b""], ids=["cut off", "room only", "empty"])
def test_a_file_that_stands_still_half_there_is_waited_for_longer(desk: Desk, half: bytes) -> None:
    desk.drop(NAME, half)
    assert desk.rounds(PATIENCE - 2) == []
    desk.drop(NAME, SAMPLE)
    assert desk.rounds() == [f"{NAME}: checked -> {NAME}"]
    assert desk.results() == [NAME]


def test_a_bad_file_gets_its_sentence_as_a_text_that_every_editor_shows(desk: Desk) -> None:
    desk.drop("坏.xlsx", SAMPLE[:9000])
    assert desk.rounds(PATIENCE + 3) == ["坏.xlsx: unreadable damaged"]
    assert desk.results() == ["坏.xlsx.无法处理.txt"]
    text = desk.text("坏.xlsx.无法处理.txt")
    lines = text.split("\r\n")
    assert lines[0].startswith("\ufeff无法处理 坏.xlsx：文件")
    assert lines[2] == "改好后重新放进来即可，会自动再检查一次，届时本说明自动消失。"
    assert lines[-2].startswith(SEAL) and lines[-1] == ""
    assert desk.rounds(60) == []
    desk.drop("坏.xlsx", SAMPLE)
    assert desk.rounds() == ["坏.xlsx: checked -> 坏.xlsx"]
    assert desk.results() == ["坏.xlsx"]


def test_a_text_that_somebody_wrote_in_stays(desk: Desk) -> None:
    desk.drop("坏.xlsx", b"a,b\n")
    assert desk.rounds() == ["坏.xlsx: unreadable other_format"]
    note = desk.out / "坏.xlsx.无法处理.txt"
    written = note.read_bytes().replace(b"\r\n", "（已电话通知）\r\n".encode(), 1)
    note.write_bytes(written)
    desk.drop("坏.xlsx", SAMPLE)
    assert desk.rounds() == ["坏.xlsx: checked -> 坏.xlsx"]
    assert note.read_bytes() == written


def test_an_older_result_beside_a_bad_file_is_called_older(desk: Desk) -> None:
    desk.drop(NAME, SAMPLE)
    desk.rounds()
    desk.drop(NAME, b"a,b\n")
    assert desk.rounds() == [f"{NAME}: unreadable other_format"]
    assert f"旁边的 {NAME} 是以前那一份的结果，不是这一份的。" in desk.text(f"{NAME}.无法处理.txt")


def test_nothing_is_done_twice(desk: Desk) -> None:
    desk.drop(NAME, SAMPLE)
    desk.drop("坏.xlsx", b"a,b\n")
    assert len(desk.rounds()) == 2
    for forget in (False, True):  # without its ledger it goes by the marks in what stands there
        before = {p: p.stat().st_mtime_ns for p in desk.out.iterdir()}
        desk.restart(forget=forget)
        assert desk.rounds(60) == []
        assert {p: p.stat().st_mtime_ns for p in desk.out.iterdir()} == before


def test_a_result_that_was_fetched_is_not_made_again_until_its_file_is_dropped_again(desk: Desk) -> None:
    desk.drop(NAME, SAMPLE)
    desk.rounds()
    (desk.out / NAME).unlink()
    desk.restart()
    assert desk.rounds(60) == []
    assert desk.results() == []
    desk.drop(NAME, SAMPLE)
    assert desk.rounds() == [f"{NAME}: checked -> {NAME}"]


def test_the_same_file_dropped_again_changes_nothing(desk: Desk) -> None:
    desk.drop(NAME, SAMPLE)
    desk.rounds()
    before = (desk.out / NAME).stat()
    desk.drop(NAME, SAMPLE)
    assert desk.rounds() == []
    assert (desk.out / NAME).stat().st_mtime_ns == before.st_mtime_ns


def test_a_mended_result_dropped_in_again_is_checked_again_in_its_place(desk: Desk) -> None:
    desk.drop(NAME, SAMPLE)
    desk.rounds()
    work = mended((desk.out / NAME).read_bytes())
    (desk.out / NAME).write_bytes(work)  # mended where it lay, then copied over
    desk.drop(NAME, work)
    assert desk.rounds() == [f"{NAME}: checked -> {NAME}"]
    assert desk.results() == [NAME]
    result = (desk.out / NAME).read_bytes()
    assert result != work and source_of(result, NAME) != source_of(work, NAME)


def test_a_result_that_a_clerk_has_mended_is_never_written_over(desk: Desk) -> None:
    desk.drop(NAME, SAMPLE)
    desk.rounds()
    work = mended((desk.out / NAME).read_bytes())
    (desk.out / NAME).write_bytes(work)
    other = mended(SAMPLE)
    desk.drop(NAME, other)
    numbered = NAME.replace(".xlsx", " (2).xlsx")
    assert desk.rounds() == [f"{NAME}: checked -> {numbered}"]
    assert (desk.out / NAME).read_bytes() == work
    desk.drop(numbered, SAMPLE)
    assert desk.rounds() == [f"{numbered}: checked -> {numbered.replace('.xlsx', ' (2).xlsx')}"]


def test_temporary_hidden_and_other_files_links_and_results_are_no_inputs(desk: Desk) -> None:
    for name in ("~$甲.xlsx", ".甲.xlsx", ".~lock.甲.xlsx#", "说明.txt", "扫描件.pdf", "照片.jpg"):
        desk.drop(name, SAMPLE)
    inner = desk.into / "结果"
    inner.mkdir()
    desk.watch = Watch(desk.into, inner, desk.ledger, clock=lambda: desk.now)
    desk.out = inner
    desk.drop("甲.xlsx", SAMPLE)
    assert sorted(desk.rounds(30)) == [
        "扫描件.pdf: attachment attachment",
        "照片.jpg: attachment attachment",
        "甲.xlsx: checked -> 甲.xlsx",
    ]
    assert desk.results() == ["甲.xlsx"]


def test_who_drops_an_archive_or_a_word_report_learns_why_nothing_comes_back(desk: Desk) -> None:
    desk.drop("全部.zip", SAMPLE)
    desk.drop("自评报告.docx", SAMPLE)
    assert len(desk.rounds()) == 2
    assert desk.results() == ["全部.zip.无法处理.txt", "自评报告.docx.无法处理.txt"]
    assert "请先解压" in desk.text("全部.zip.无法处理.txt")


def test_a_locked_file_is_waited_for_then_told_once_then_done(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open

    def locked(path: Path, *args: object, **more: object) -> object:
        if path.name == NAME:
            raise PermissionError(errno.EACCES, "sharing violation")
        return opened(path, *args, **more)  # type: ignore[call-overload]

    desk.drop(NAME, SAMPLE)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", locked)
        assert desk.rounds(PATIENCE - 1) == []
        assert desk.rounds(PATIENCE + 2 * RETRY) == [f"{NAME}: unreadable no_access"]
        assert desk.results() == [f"{NAME}.无法处理.txt"]
    assert desk.rounds(RETRY) == []  # done; it had been told of
    assert desk.results() == [NAME]


def test_a_full_disk_is_told_once_and_gone_on_with(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    desk.drop(NAME, SAMPLE)
    with monkeypatch.context() as patch:
        patch.setattr(save, "write", full)
        assert desk.rounds(4 * RETRY) == [f"{NAME}: checked no_access"]
        assert desk.results() == []
    desk.rounds(RETRY)
    assert desk.results() == [NAME]


def test_folders_that_vanish_are_waited_for_and_never_made_anew(desk: Desk) -> None:
    desk.drop(NAME, SAMPLE)
    desk.rounds()
    for folder in (desk.out, desk.into):
        away = folder.with_name("away")
        folder.rename(away)
        with pytest.raises(Away) as told:
            desk.round()
        assert told.value.folder == folder and not folder.exists()
        away.rename(folder)
    assert desk.rounds(60) == []
    desk.drop("乙.xlsx", SAMPLE)
    assert desk.rounds() == ["乙.xlsx: checked -> 乙.xlsx"]


def test_a_mistake_of_ours_in_one_file_stops_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    check = process.check_book

    def crash(book: object, name: str, previous: object) -> object:
        if name == "甲.xlsx":
            raise MemoryError
        return check(book, name, previous)  # type: ignore[arg-type]

    monkeypatch.setattr(process, "check_book", crash)
    desk.drop("甲.xlsx", SAMPLE)
    desk.drop("乙.xlsx", SAMPLE)
    assert sorted(desk.rounds()) == ["乙.xlsx: checked -> 乙.xlsx", "甲.xlsx: not_checked internal"]
    assert "程序内部出错" in desk.text("甲.xlsx.无法处理.txt")


def test_a_file_of_which_the_process_dies_is_left_alone_after_two_deaths(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    class DeathError(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise DeathError

    desk.drop("毒.xlsx", SAMPLE)
    for _ in range(2):
        with monkeypatch.context() as patch, pytest.raises(DeathError):
            patch.setattr(watching, "run_file", die)
            desk.rounds()
        desk.restart()
    assert desk.rounds() == ["毒.xlsx: not_checked internal"]
    assert "两次意外中断" in desk.text("毒.xlsx.无法处理.txt")


def test_two_programs_never_watch_the_same_folders(desk: Desk) -> None:
    with pytest.raises(Refused, match="已经有一个程序在看着"):
        Ledger(desk.root / "state" / "ledger.sqlite")


def test_a_broken_ledger_is_put_aside(desk: Desk) -> None:
    desk.drop(NAME, SAMPLE)
    desk.rounds()
    desk.ledger.close()
    (desk.root / "state" / "ledger.sqlite").write_bytes(b"not a ledger" * 500)
    desk.open()
    assert desk.rounds(30) == []
    assert (desk.root / "state" / "ledger.sqlite.broken").exists()


def test_names_that_differ_in_nothing_but_case_or_ending_do_not_meet(desk: Desk) -> None:
    (desk.into / "probe").touch()
    if (desk.into / "PROBE").exists():
        pytest.skip("this file system tells no case apart")
    for name in ("A.xlsx", "a.xlsx"):
        desk.drop(name, SAMPLE)
        desk.rounds()
    desk.drop("a.xls", b"a,b\n")
    desk.rounds()
    assert desk.results() == ["A.xlsx", "a (2).xlsx", "a.xls.无法处理.txt"]


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
def test_many_rounds_do_not_make_it_grow(desk: Desk) -> None:
    def memory() -> int:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def work(first: int, number: int) -> None:
        for n in range(first, first + number):
            kept = desk.drop(f"{n}/甲 {n}.xlsx", SAMPLE if n % 3 else b"a,b\n")
            desk.watch.settle = 0
            desk.rounds(1)
            shutil.rmtree(kept.parent)
            shutil.rmtree(desk.out / str(n))
            desk.round()

    work(0, 60)
    before = memory()
    work(60, 240)
    assert memory() - before < 6 << 20
    assert not desk.watch.pending and not desk.watch._known
