"""Results for people at a terminal, in a pipe or in a file: by file, then by cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from xlprocess.books.kinds import ARCHIVE_SUFFIXES
from xlprocess.finding import SEVERITY_WORD, Finding, Severity, Where
from xlprocess.jobs.inputs import Search
from xlprocess.jobs.outcome import Outcome
from xlprocess.writers.columns import Look, plain, wrapped
from xlprocess.writers.json import path_text

_COLOUR = {"error": "31", "warning": "33", "notice": "36"}
_BOLD = "1"
_WORDS: tuple[tuple[Severity, str], ...] = (("error", "错误"), ("warning", "警告"), ("notice", "提示"))


class Tally:
    """The counts of a batch, for its last line."""

    def __init__(self) -> None:
        self.files = 0
        self.failed = 0
        self.severities: Counter[Severity] = Counter()

    def add(self, outcome: Outcome) -> None:
        if outcome.status == "attachment":
            return
        self.files += 1
        self.failed += outcome.failed
        self.severities.update(f.severity for f in outcome.findings)

    def line(self) -> str:
        """`3 个文件：错误 2，警告 4，提示 8；1 个无法处理`."""
        if not self.files:
            return "没有找到工作簿"
        counts = "，".join(f"{word} {self.severities[s]}" for s, word in _WORDS)
        if not self.severities:
            counts = "没有发现问题" if self.failed < self.files else ""
        failed = f"{self.failed} 个无法处理" if self.failed else ""
        return f"{self.files} 个文件：{'；'.join(p for p in (counts, failed) if p)}"

    def cleared(self) -> str:
        failed = f"；{self.failed} 个无法处理" if self.failed else ""
        return f"{self.files} 个文件：已清除 {self.files - self.failed} 个{failed}"


def file_lines(outcome: Outcome, look: Look) -> Iterator[str]:
    """What is to be said of one checked file."""
    name = plain(path_text(outcome.file))
    if outcome.status != "checked" and outcome.error is not None:
        yield look.paint(name, _BOLD)
        yield from look.lines(outcome.error.message, 2)
        return
    yield from _headed(name, counts_said(outcome.findings), look)
    for place, findings in _by_place(outcome.findings).items():
        yield from look.lines(place, 2)
        for finding in findings:
            yield from _finding_lines(finding, look)
    yield from _ending(outcome, look)


def counts_said(findings: Iterable[Finding]) -> str:
    """`错误 1，提示 2`."""
    counts = Counter(f.severity for f in findings)
    return "，".join(f"{word} {counts[s]}" for s, word in _WORDS if counts[s]) or "没有发现问题"


def cleared_lines(outcome: Outcome, look: Look) -> Iterator[str]:
    """What is to be said of one cleared file."""
    yield look.paint(plain(path_text(outcome.file)), _BOLD)
    yield from _ending(outcome, look)


def attachment_lines(outcomes: Sequence[Outcome], look: Look) -> Iterator[str]:
    """The attachments that a search met."""
    if outcomes:
        yield f"附件 {len(outcomes)} 个，没有打开："
    for outcome in outcomes:
        hint = "（压缩包，里面如有工作簿请先解压）" if outcome.file.suffix.lower() in ARCHIVE_SUFFIXES else ""
        yield from look.lines(path_text(outcome.file) + hint, 2, 2)


def left_out_line(search: Search) -> str | None:
    """What a search did not take."""
    parts = (
        (search.copies, "已有的检查副本"),
        (search.hidden, "隐藏或临时文件"),
        (search.other, "其他文件"),
        (search.repeated, "重复给出的文件"),
        (search.results, "存放结果的文件夹"),
        (search.links, "链接"),
    )
    said = "，".join(f"{what} {number} 个" for number, what in parts if number)
    return f"略过：{said}。" if said else None


def _headed(name: str, said: str, look: Look) -> Iterator[str]:
    first, *rest = wrapped(f"{name}：{said}", look.columns, 2)
    yield look.paint(name, _BOLD) + first[len(name) :] if first.startswith(name) else first
    yield from rest


def _by_place(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    places: dict[str, list[Finding]] = {}
    for finding in findings:
        places.setdefault(_place(finding.where), []).append(finding)
    return places


def _place(where: Where) -> str:
    if where.sheet is None:
        return "整个工作簿"
    return where.sheet if where.ref is None else f"{where.sheet}!{where.ref}"


def _finding_lines(finding: Finding, look: Look) -> Iterator[str]:
    word = SEVERITY_WORD[finding.severity]
    first, *rest = look.lines(f"{word} {finding.rule} {finding.message}", 4, 10)
    yield first.replace(word, look.paint(word, _COLOUR[finding.severity]), 1)
    yield from rest


def _ending(outcome: Outcome, look: Look) -> Iterator[str]:
    filled = sum(1 for d in outcome.derived if d.was_blank)
    parts = (
        (filled, f"由公式算出 {filled} 格"),
        (len(outcome.gaps), f"尾差 {len(outcome.gaps)} 处，无需处理"),
    )
    said = "；".join(text for number, text in parts if number)
    if said:
        yield from look.lines(f"{said}。", 2)
    for remark in outcome.remarks:
        yield from look.lines(remark, 2)
    if outcome.error is not None:
        yield from look.lines(outcome.error.message, 2)
    elif outcome.output is not None:
        yield from look.lines(f"结果：{path_text(outcome.output)}", 2)
