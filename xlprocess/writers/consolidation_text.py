"""A consolidation for people at a terminal: what is counted, what is missing, what somebody must look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from xlprocess.consolidation.consolidation import Consolidation, Role
from xlprocess.finding import Severity
from xlprocess.writers.columns import Look, plain

_WORDS: tuple[tuple[Severity, str], ...] = (("error", "错误"), ("warning", "警告"), ("notice", "提示"))
_TITLES: tuple[tuple[tuple[Role, ...], str], ...] = (
    (("unreadable", "not_a_form"), "没有汇总的文件"),
    (("conflicting",), "请确认以哪一份为准"),
    (("superseded",), "已被重报代替"),
    (("duplicate",), "内容相同，只计一次"),
    (("excluded",), "按要求不计入"),
    (("summary",), "下级汇总"),
)
_BOLD = "1"
_SHOWN = 30  # of one kind; all stand in the summary


def severities(found: Consolidation) -> Counter[Severity]:
    """How many findings of each severity the departments have that are counted, those between departments with them."""
    counts = Counter(flaw.severity for _, submission in found.current() for flaw in submission.flaws)
    counts.update(each.severity for each in found.between)
    return counts


def consolidation_lines(found: Consolidation, counts: Counter[Severity], look: Look) -> Iterator[str]:
    """Everything but the last line."""
    missing = [f"{line.name}（{line.code}）" if line.code else line.name for line in found.missing]
    yield from _section(f"未报的部门 {len(missing)} 个", missing, look)
    for roles, title in _TITLES:
        files = found.of_role(*roles)
        said = [f.why or f.path if roles[0] == "unreadable" and f.inside is None else f"{f.path}：{f.why}" for f in files]
        yield from _section(f"{title} {len(files)} 个", said, look)
    attachments = found.of_role("attachment")
    yield from _section(f"附件 {len(attachments)} 个，没有打开", [f.path for f in attachments], look)
    yield from _section("名称或编码与名单不同", [f"{d.name}：{d.renamed}" for d in found.departments if d.renamed], look)
    yield from _section("请留意", found.suggestions, look)
    findings = "，".join(f"{word} {counts[s]}" for s, word in _WORDS) if counts else "没有发现"
    yield f"问题：{findings}。"


def questions(found: Consolidation) -> list[str]:
    """What somebody has to confirm, for whoever reads the document of `--json`, which has no place for it."""
    rest = len(found.suggestions) - _SHOWN
    return [*found.suggestions[:_SHOWN], *([f"另有 {rest} 项要确认，见汇总工作簿。"] if rest > 0 else [])]


def last_line(found: Consolidation, name: str) -> str:
    """`汇总了 38 个部门（应报 41 个），写入 汇总.xlsx`."""
    expected = "" if found.expected is None else f"（应报 {found.expected} 个，未报 {len(found.missing)} 个）"
    return f"汇总了 {len(found.departments)} 个部门{expected}，写入 {plain(name)}"


def _section(title: str, items: Sequence[str], look: Look) -> Iterator[str]:
    if not items:
        return
    yield look.paint(f"{title}：", _BOLD)
    for item in items[:_SHOWN]:
        yield from look.lines(item, 2, 4)
    if len(items) > _SHOWN:
        yield f"  另有 {len(items) - _SHOWN} 项，见汇总工作簿。"
    yield ""
