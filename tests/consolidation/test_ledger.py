"""The ledger: what is kept, for whom, and what happens to a file that is none."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from xlprocess.consolidate import consolidate
from xlprocess.consolidation.ledger import Ledger, rules_version
from xlprocess.consolidation.submission import Submission, decode
from xlprocess.consolidation.worker import Done, Job, content_hash, done
from xlprocess.errors import Refused
from xlprocess.jobs.inputs import find


def result(digest: str, department: str = "甲局") -> Done:
    return done(Job(0, "a.xlsx"), digest, Submission("checked", form="yueyang-2021", department=department))


def test_keeps_what_a_content_gave(tmp_path: Path) -> None:
    with Ledger(tmp_path / "a" / "ledger") as ledger:
        assert ledger.is_empty
        ledger.add([result("h1"), result("h2", "乙局")])
    with Ledger(tmp_path / "a" / "ledger") as ledger:
        assert not ledger.is_empty
        assert {h: decode(head).department for h, head in ledger.heads(["h1", "h2", "h3"]).items()} == {"h1": "甲局", "h2": "乙局"}
        assert ledger.get("h2") == Submission("checked", form="yueyang-2021", department="乙局")
        assert ledger.get("h3") is None


def test_other_rules_give_other_results(tmp_path: Path) -> None:
    with Ledger(tmp_path / "ledger", rules="old") as ledger:
        ledger.add([result("h1")])
    with Ledger(tmp_path / "ledger", rules="new") as ledger:
        assert ledger.is_empty
        assert ledger.heads(["h1"]) == {}
        assert ledger.get("h1") is None
    with Ledger(tmp_path / "ledger", rules="old") as ledger:
        assert set(ledger.heads(["h1"])) == {"h1"}


def test_the_version_of_the_rules_is_the_same_every_time() -> None:
    first = rules_version()
    rules_version.cache_clear()
    assert rules_version() == first
    assert len(first) == 16


TEMPORARY = """
import os, sys
from xlprocess.consolidation.ledger import Ledger
from xlprocess.consolidation.worker import Done
with Ledger(None) as ledger:
    for k in range(1000):
        ledger.add([Done(k, "checked", f"h{k}", "general", b"head", os.urandom(8000))])
    assert len(ledger.heads([f"h{k}" for k in range(1000)])) == 1000
    print("full", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("killed", [True, False], ids=["killed", "closed"])
def test_a_temporary_ledger_leaves_nothing(tmp_path: Path, killed: bool) -> None:
    place = {name: str(tmp_path) for name in ("TMPDIR", "SQLITE_TMPDIR", "TMP", "TEMP")}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", TEMPORARY], env=os.environ | place, **pipes) as run:  # type: ignore[call-overload]
        assert run.stdout.readline().strip() == b"full"
        if sys.platform == "linux":  # eight million bytes lie on the disk, in a file without a name
            open_files = [str(p.readlink()) for p in Path(f"/proc/{run.pid}/fd").iterdir()]
            assert [p for p in open_files if p.startswith(str(tmp_path)) and p.endswith("(deleted)")]
        if killed:
            run.kill()
        run.stdin.close()
        assert (run.wait() == 0) is not killed
    assert not list(tmp_path.iterdir())


def test_two_runs_write_at_once(tmp_path: Path) -> None:
    def write(start: int) -> None:
        with Ledger(tmp_path / "ledger") as ledger:
            for k in range(start, start + 100):
                ledger.add([result(f"h{k}")])

    threads = [threading.Thread(target=write, args=(start,)) for start in (0, 50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Ledger(tmp_path / "ledger") as ledger:
        assert set(ledger.heads([f"h{k}" for k in range(200)])) == {f"h{k}" for k in range(150)}


def test_refuses_a_file_that_is_no_ledger_and_leaves_it_alone(tmp_path: Path) -> None:
    path = tmp_path / "名单.txt"
    path.write_bytes(b"not a database, but somebody's list of departments" * 100)
    with pytest.raises(Refused) as refused:
        Ledger(path)
    assert refused.value.message == (
        f"无法使用台账 {path}：它不是本程序的台账，或已损坏。请移走这个文件，或用 --ledger 换一个位置。"
    )
    assert path.read_bytes().startswith(b"not a database")


def test_refuses_another_programs_database_and_leaves_it_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    other = sqlite3.connect(path)
    other.execute("create table people (name text)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(Refused) as refused:
        Ledger(path)
    assert refused.value.message == (
        f"无法使用台账 {path}：它不是本程序的台账，或已损坏。请移走这个文件，或用 --ledger 换一个位置。"
    )
    assert path.read_bytes() == before


def test_says_that_a_place_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "ledger").mkdir()
    with pytest.raises(Refused) as refused:
        Ledger(tmp_path / "ledger")
    assert refused.value.message == (
        f"无法使用台账 {tmp_path / 'ledger'}：打不开，或没有写入的权限。请用 --ledger 换一个位置，或加 --no-ledger。"
    )


def spoil(path: Path, **blobs: bytes) -> None:
    connection = sqlite3.connect(path)
    for column, blob in blobs.items():
        connection.execute(f"update submissions set {column} = ?", (blob,))
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    "blobs", [{"head": b"\0"}, {"packed": b"\0"}, {"head": b"\0", "packed": b""}, {"packed": zlib.compress(b"\xc0")}]
)
def test_a_damaged_row_is_read_anew_from_the_file_and_replaced(
    tmp_path: Path, workbook: Callable[..., bytes], blobs: dict[str, bytes]
) -> None:
    (tmp_path / "报来").mkdir()
    for number in (1, 2):
        (tmp_path / "报来" / f"{number}.xlsx").write_bytes(workbook(number))
    inputs = find([tmp_path / "报来"]).inputs

    def read() -> list[Submission]:
        with Ledger(tmp_path / "ledger") as ledger:
            return [submission for _, submission in consolidate(inputs, ledger, processes=1).current()]

    first = read()
    spoil(tmp_path / "ledger", **blobs)
    assert read() == first
    with Ledger(tmp_path / "ledger") as ledger:
        assert sorted(s.department for f in inputs if (s := ledger.get(content_hash(f.path.read_bytes())))) == ["第1局", "第2局"]


def test_a_damaged_row_of_a_file_that_is_gone_is_told_in_a_sentence(tmp_path: Path, workbook: Callable[..., bytes]) -> None:
    path = tmp_path / "报来" / "1.xlsx"
    path.parent.mkdir()
    path.write_bytes(workbook(1))
    inputs = find([path.parent]).inputs
    with Ledger(tmp_path / "ledger") as ledger:
        found = consolidate(inputs, ledger, processes=1)
        spoil(tmp_path / "ledger", packed=b"\0")
        path.unlink()
        with pytest.raises(Refused) as refused:
            list(found.current())
    assert refused.value.message == (
        "无法汇总：台账中 1.xlsx 的记录已损坏，这个文件又读不出同样的内容。请加 --no-ledger 重新汇总。"
    )
