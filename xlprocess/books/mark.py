"""Which part of a note is ours. Pure text: the same in a file, in memory and in an open workbook.

A note of ours is the line 【绩效自评检查】 and lines that begin as ours do: with a level and a rule's number, or
with an ideographic space and a known word, which nobody types by chance. Any other line is a person's, wherever it
stands. Below a person's text ours is set off by a line ────.
"""

from __future__ import annotations

MARK = "【绩效自评检查】"
RULE = "────"
END = "\u3000"
"""Closes every line of ours: not seen, and not typed by chance behind a full stop."""
AUTHOR = "绩效自评检查"
LINES = ("错误 R", "警告 R", "提示 R", "　可能原因：", "　处理：", "另有 ")

_CARRIAGE = "_x000D_"  # how some programs store the carriage return before a line feed


def checked(ours: str) -> str:
    """Our text as it came. ValueError when a line of it could not be told from a person's on the next run."""
    first, *rest = ours.split("\n")
    if first != MARK or not all(line.startswith(LINES) for line in rest):
        raise ValueError(f"a note of ours begins with {MARK}, every further line with one of {LINES}: {ours!r}")
    return ours


def spans(text: str) -> list[tuple[int, int]]:
    """The stretches of a note that are ours, with the line feeds that go with them: what is left is exactly the
    person's."""
    lines: list[tuple[int, str]] = []
    at = 0
    for line in text.split("\n"):
        lines.append((at, line))
        at += len(line) + 1
    plain = [line.removesuffix("\r").removesuffix(_CARRIAGE).rstrip(" \t") for _, line in lines]
    gone: list[bool] = [False] * len(lines)
    inside: list[tuple[int, int]] = []  # a mark within a line of a person
    first = None
    for k, line in enumerate(plain):
        found = line.find(MARK)
        # a person may have typed into the line of the mark; a line of a person's that only speaks of it is no mark
        goes_on = k + 1 < len(plain) and lines[k + 1][1].startswith(LINES)
        alone = line == MARK and (not any(plain[k + 1 :]) or (k > 0 and plain[k - 1] == RULE))
        if alone or (goes_on and (found == 0 or (found > 0 and line.endswith(MARK)))):
            first = k if first is None else first
            if line == MARK:
                gone[k] = True
            else:
                inside.append((lines[k][0] + found, lines[k][0] + found + len(MARK)))
            if k and plain[k - 1] == RULE and found == 0:
                gone[k - 1] = True
        elif first is not None and lines[k][1].startswith(LINES):
            own = _length_of_ours(line)
            if line[own:].strip():
                inside.append((lines[k][0], lines[k][0] + own))
            else:
                gone[k] = True
    if first is None:
        return []
    _drop_blank_ends(plain, gone, first)
    return _with_line_feeds(lines, gone, inside)


def _length_of_ours(line: str) -> int:
    """How much of a line of ours is ours: what stands behind its end was typed there, where the cursor of Excel stands."""
    end = line.rfind(END, 1)
    if end > 0:
        return end + len(END)
    return line.rfind("。") + 1 or len(line)


def _drop_blank_ends(plain: list[str], gone: list[bool], first: int) -> None:
    """Blank lines below our mark are a person's only between lines of a person."""
    below = [k for k in range(first, len(plain)) if not gone[k]]
    written = [k for k in below if plain[k]]
    for k in below:
        if not written or not written[0] <= k <= written[-1]:
            gone[k] = True


def _with_line_feeds(lines: list[tuple[int, str]], gone: list[bool], inside: list[tuple[int, int]]) -> list[tuple[int, int]]:
    last = len(lines) - 1
    kept = [k for k in range(len(lines)) if not gone[k]]
    found = list(inside)
    for k, (start, line) in enumerate(lines):
        end = start + len(line)
        if gone[k]:
            found.append((start, end + 1 if k < last else end))
        elif k == kept[-1] and k < last:
            found.append((end, end + 1))  # the line feed between the person's last line and ours
    return sorted(found)


def without_ours(text: str) -> str | None:
    """The person's text exactly as it was; None when the whole note is ours."""
    cut = spans(text)
    kept: list[str] = []
    at = 0
    for start, end in cut:
        kept.append(text[at:start])
        at = end
    kept.append(text[at:])
    rest = "".join(kept)
    if rest or not cut:
        return rest
    # nothing left: a person's empty note has the rule above ours, a note of ours begins with the mark
    return "" if text.startswith("\n") else None


def with_ours(text: str | None, ours: str) -> str:
    """A note's text with ours in place of what stood there of ours. The same again when it says so already."""
    person = None if text is None else without_ours(text)
    return ours if person is None else person + below(ours)


def below(ours: str) -> str:
    """Ours as it follows a person's text."""
    return f"\n{RULE}\n{ours}"
