"""Help, wrong usage, `rules`: Chinese throughout, and never a traceback whatever the arguments are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xlprocess import __version__
from xlprocess.doors.cli import cli, execute
from xlprocess.rules import CATALOGUE
from xlprocess.writers.columns import width

COMMANDS = ["new", "run", "check", "clear", "consolidate", "export", "import", "report", "migrate", "watch", "addin", "rules"]
KNOWN = re.compile(
    r"xlprocess|import|report|PDF|Word|REPORT|LibreOffice|docx|doc|wps|JSON|PATH|FILE|OUT|RULE|DIR|Excel|WPS|R101|2021|507001|IN|Ctrl|MB|txt|yueyang-2021|values\.json"
    r"|\.xlsx|\.xlsm|\.xlsb|\.xls|\.ods|\.csv|\.xlam|\.oxt|\.bas|Python|Office|--[a-z-]+|-o\b|error|warning|never|new|run|check|clear"
    r"|consolidate|export|watch|rules|migrate|OLD|NEW|addin|install|remove|status|build|Dask|parquet|csv|xlsx"
)


def english(text: str) -> list[str]:
    return re.findall(r"[A-Za-z]{2,}", KNOWN.sub("", text))


def test_the_version(xlprocess: Any) -> None:
    assert xlprocess("--version") == (0, f"xlprocess {__version__}\n", "")


def test_the_commands_of_this_program(xlprocess: Any) -> None:
    assert list(cli.places) == COMMANDS
    done = xlprocess("--help")
    assert done.status == 0
    assert done.out.splitlines()[0] == "用法：xlprocess [选项] 命令 …"
    assert done.out.splitlines()[-1] == "  --help     显示说明后退出"


@pytest.mark.parametrize(
    "command", [[], *([c] for c in COMMANDS), *(["addin", c] for c in ("install", "remove", "status", "build"))]
)
def test_help_is_chinese_and_fits_a_terminal(xlprocess: Any, command: list[str]) -> None:
    done = xlprocess(*command, "--help")
    assert (done.status, done.err) == (0, "")
    assert english(done.out) == []
    assert max(map(width, done.out.splitlines())) <= 80


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], f"xlprocess：缺少命令，可用的有 {'、'.join(COMMANDS)}"),
        (["--"], f"xlprocess：缺少命令，可用的有 {'、'.join(COMMANDS)}"),
        (["x"], "xlprocess：没有 x 这个命令"),
        (["chekc"], "xlprocess：没有 chekc 这个命令，是否指 check"),
        (["consolidate", "x"], "xlprocess consolidate：缺少 -o"),
        (["-x"], "xlprocess：没有 -x 这个选项"),
        (["--verison"], "xlprocess：没有 --verison 这个选项，是否指 --version"),
        (["--help=1"], "xlprocess：--help 后面不带值"),
        (["check"], "xlprocess check：缺少 PATH"),
        (["check", ""], "xlprocess check：PATH 不能是空的，也不能含有无法使用的字符"),
        (["check", "a\0b"], "xlprocess check：PATH 不能是空的，也不能含有无法使用的字符"),
        (["check", "a", "--jsno"], "xlprocess check：没有 --jsno 这个选项，是否指 --json"),
        (["check", "a", "--json=1"], "xlprocess check：--json 后面不带值"),
        (["check", "a", "--fail-on"], "xlprocess check：--fail-on 后面缺少值"),
        (["check", "a", "--fail-on", "bad"], "xlprocess check：--fail-on 只能是 error、warning、never，不能是 bad"),
        (["check", "a", "-o", "b"], "xlprocess check：没有 -o 这个选项"),
        (["run"], "xlprocess run：缺少 PATH"),
        (["run", "a", "-o", "b", "--in-place"], "xlprocess run：-o 和 --in-place 只能用一个"),
        (["run", "a", "-o", "有.txt"], "xlprocess run：-o 后面要写文件夹，而 有.txt 是一个文件"),
        (["clear"], "xlprocess clear：缺少 FILE"),
        (["new"], "xlprocess new：缺少 OUT.xlsx"),
        (["new", "a.xlsx", "b"], "xlprocess new：参数给多了"),
        (["new", "a.xlsx", "--department", "a\nb"], "xlprocess new：--department 里有无法使用的字符"),
        (["export"], "xlprocess export：缺少 FILE"),
        (["addin"], "xlprocess addin：缺少命令，可用的有 install、remove、status、build"),
        (["addin", "x"], "xlprocess addin：没有 x 这个命令"),
        (["addin", "build"], "xlprocess addin build：缺少 DIR"),
        (["addin", "build", "甲", "--form", "x"], "xlprocess addin build：没有 x 这个表样，可用的有 general-2022、yueyang-2021"),
        (["rules", "R999"], "xlprocess rules：没有编号为 R999 的规则，不带编号运行可看到全部规则"),
    ],
)
def test_wrong_usage(xlprocess: Any, arguments: list[str], sentence: str) -> None:
    Path("有.txt").touch()
    command = sentence.partition("：")[0]
    assert xlprocess(*arguments) == (64, "", f"{sentence}。用法见 {command} --help。\n")


def test_the_catalogue(xlprocess: Any) -> None:
    done = xlprocess("rules")
    assert done.status == 0
    lines = done.out.splitlines()
    assert lines[0] == "R101  错误  合计不等于各分项之和"
    assert [line.split()[0] for line in lines[: len(CATALOGUE)]] == [r.id for r in CATALOGUE]
    others = lines[len(CATALOGUE) :]
    assert all(("（表样 " in line) is not line.startswith("R8") for line in others)
    assert done.last.startswith("R8")


def test_one_rule_in_full(xlprocess: Any) -> None:
    done = xlprocess("rules", "r101")
    assert done.status == 0
    assert [line.partition("：")[0] for line in done.out.splitlines()] == [
        "R101 合计不等于各分项之和",
        "级别",
        "依据",
        "处理",
    ]


def test_a_rule_of_an_edition_names_it(xlprocess: Any) -> None:
    assert "表样：yueyang-2021" in xlprocess("rules", "R305").out.splitlines()


def test_an_unforeseen_error_is_a_sentence(xlprocess: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from xlprocess.writers import rules

    def crash() -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(rules, "listed_rules", crash)
    sentence = "程序内部出错，没有做完。请把命令和所用的文件交给技术人员查找原因。\n"
    assert xlprocess("rules") == (2, "", sentence)
    monkeypatch.setenv("XLPROCESS_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        xlprocess("rules")


WORDS = st.sampled_from(
    [
        *COMMANDS,
        *("a.xlsx", "b.xlsm", "文件夹", "坏.xlsx", "v.json", ".", "-", "--", "", "R101", "-o", "-", "*", "a\0b", "\ud800"),
        *("--json", "--force", "--in-place", "--fill-only", "--previous", "--fail-on", "--data", "--form", "--code"),
        *("--department", "--year", "2021", "error", "--help", "--version", "--json=1", "-oo", "yueyang-2021", "general-2022"),
    ]
)


ARGUMENTS = st.tuples(
    st.lists(st.sampled_from(COMMANDS), min_size=1, max_size=1), st.lists(WORDS | st.text(max_size=8), max_size=6)
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(arguments=ARGUMENTS.map(lambda parts: parts[0] + parts[1]) | st.lists(WORDS, max_size=4))
def test_no_arguments_give_a_traceback(
    here: Path, workbook: Any, capfdbinary: pytest.CaptureFixture[bytes], arguments: list[str]
) -> None:
    Path("文件夹").mkdir(exist_ok=True)
    Path("文件夹/a.xlsx").write_bytes(workbook())
    Path("坏.xlsx").write_bytes(b"PK\x03\x04")
    Path("v.json").write_text('{"dept_name": "甲", "staff_quota": 1e99}', encoding="utf-8")
    capfdbinary.readouterr()
    status = execute([a for a in arguments if not a.startswith(("/", ".."))])
    out, err = capfdbinary.readouterr()
    assert status in (0, 1, 2, 64)
    assert (status == 64) == (out == b"" and "用法见 ".encode() in err)
    assert "程序内部出错".encode() not in out + err
    assert b"Traceback" not in out + err
