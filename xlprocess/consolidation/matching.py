"""Whose workbook is it? By its code, then by its name as it compares, never by the name of the file.

What only looks alike is not joined: it is suggested."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

import msgspec

from xlprocess.consolidation.consolidation import File, RosterLine
from xlprocess.consolidation.submission import Submission
from xlprocess.form.model import normal

_NAMED = 10  # departments off the roster that are named
_ALIKE = 0.6  # of two names of one department
_SUGGESTED = 0.75
_MOST_COMPARED = 400_000  # pairs of names that are looked at for suggestions


class Sent(msgspec.Struct):
    """A file that could be read and is not excluded, with the head of its submission."""

    file: File
    head: Submission


class Group(msgspec.Struct):
    """All that one department sent."""

    name: str
    code: str
    line: RosterLine | None = None
    sent: list[Sent] = msgspec.field(default_factory=list)
    renamed: str | None = None


class Matched(msgspec.Struct):
    """The departments in order, the roster's lines of which nothing came (those that are excused left out), what clashes, what is
    suggested, and of departments that stand on no line one sentence."""

    groups: list[Group]
    missing: list[RosterLine]
    clashes: list[str]
    suggestions: list[str]
    strangers: str | None = None


def plain_code(code: str | None) -> str:
    """A code as it compares, its leading zeros kept."""
    return "".join(unicodedata.normalize("NFKC", code or "").split()).upper()


def without_zeros(code: str | None) -> str:
    """A code as Excel leaves it when it takes it for a number."""
    plain = plain_code(code)
    return plain.lstrip("0") or plain


def match(sent: Sequence[Sent], roster: Sequence[RosterLine] | None) -> Matched:
    """Every submission given to its department."""
    matcher = _Matcher(roster or ())
    for each in sent:
        matcher.take(each)
    groups = matcher.groups()
    present = {g.line.number for g in groups if g.line is not None}
    missing = [line for line in roster or () if line.excused is None and line.number not in present]
    strangers = [g for g in groups if roster is not None and g.line is None]
    clashes = [*matcher.suggestions, *_repeated_lines(roster or ())]
    suggestions, off_roster = _of_strangers(strangers, missing)
    suggestions += [
        f"“{g.name}”在名单中是“{g.line.excused}”，但报来了工作簿，已计入。" for g in groups if g.line and g.line.excused
    ]
    return Matched(groups, missing, clashes, suggestions, _off_roster(off_roster))


class _Matcher:
    def __init__(self, roster: Sequence[RosterLine]) -> None:
        self.suggestions: list[str] = []
        self.by_code = _index((plain_code(line.code), line) for line in roster)
        self.by_bare_code = _index((without_zeros(line.code), line) for line in roster)
        self.by_name = _index((normal(line.name), line) for line in roster)
        self.on_roster: dict[int, Group] = {}
        self.by_own_code: dict[str, list[Group]] = {}
        self.by_own_name: dict[str, Group] = {}
        self.nameless: list[Group] = []
        self.waiting: list[Sent] = []

    def take(self, sent: Sent) -> None:
        line = self.line_of(sent)
        if line is not None:
            group = self.on_roster.setdefault(line.number, Group(line.name, line.code, line))
            group.sent.append(sent)
            group.code = _with_zeros(group.code, sent.head.code)
        elif plain_code(sent.head.code):
            self.group_of_code(sent).sent.append(sent)
        else:
            self.waiting.append(sent)

    def line_of(self, sent: Sent) -> RosterLine | None:
        name = normal(sent.head.department or "")
        found = self.by_code.get(plain_code(sent.head.code)) or self.by_bare_code.get(without_zeros(sent.head.code))
        if found:
            return next((line for line in found if normal(line.name) == name), found[0])
        named = self.by_name.get(name) if name else None
        return named[0] if named and len(named) == 1 else None

    def compare(self, group: Group, line: RosterLine, sent: Sent) -> None:
        """How a workbook names its department otherwise than the roster, and whether the name is another line's."""
        name, code = sent.head.department, sent.head.code
        said: list[str] = []
        if name and normal(name) != normal(line.name):
            said.append(f"名称在工作簿中是“{name}”，在名单中是“{line.name}”")
            other = self.by_name.get(normal(name))
            if other:
                self.suggestions.append(
                    f"{sent.file.path} 的编码 {code} 是“{line.name}”的，名称却是“{name}”，两者都在名单中；暂按编码计入，请确认。"
                )
        if plain_code(code) and line.code and without_zeros(code) != without_zeros(line.code):
            said.append(f"编码在工作簿中是 {code}，在名单中是 {line.code}")
        elif not plain_code(code) and line.code:
            said.append(f"工作簿中没有填编码，在名单中是 {line.code}")
        if said:
            group.renamed = f"{'；'.join(said)}。"

    def send_on(self, group: Group, line: RosterLine) -> None:
        """What came under the code of a department that has sent its own, and is by its name another's, goes to that one."""
        names = [normal(sent.head.department or "") for sent in group.sent]
        if normal(line.name) not in names:
            return
        kept: list[Sent] = []
        for sent, name in zip(group.sent, names, strict=True):
            named = [other for other in self.by_name.get(name, ()) if other.number != line.number] if name else []
            if not name or name == normal(line.name) or not (len(named) == 1 or alike(normal(line.name), name) < _ALIKE):
                kept.append(sent)
                continue
            whose = f"按名称计入“{sent.head.department}”" + ("" if named else "（不在名单中）")
            self.suggestions.append(
                f"编码冲突：{sent.file.path} 填的编码 {sent.head.code} 是“{line.name}”的，“{line.name}”也报来了自己的工作簿；"
                f"这一份{whose}，请更正编码。"
            )
            if named:
                self.on_roster.setdefault(named[0].number, Group(named[0].name, named[0].code, named[0])).sent.append(sent)
            else:
                self.by_own_name.setdefault(name, Group(sent.head.department or "", "")).sent.append(sent)
        group.sent = kept

    def group_of_code(self, sent: Sent) -> Group:
        """The department of that code; of names that have nothing in common each is one of its own."""
        head = sent.head
        groups = self.by_own_code.setdefault(without_zeros(head.code), [])
        name = normal(head.department or "")
        for group in groups:
            if not name or alike(normal(group.name), name) >= _ALIKE:
                return group
        if groups:
            names = "、".join(f"“{n}”" for n in (*(g.name for g in groups), head.department))
            self.suggestions.append(f"{names}用了同一个编码 {head.code}，按不同的部门计入，请确认编码。")
        group = Group(head.department or head.code or "", head.code or "")
        groups.append(group)
        if name:
            self.by_own_name.setdefault(name, group)
        return group

    def groups(self) -> list[Group]:
        """The departments: those of the roster in its order, then the others by code and name."""
        for group in list(self.on_roster.values()):
            if len(group.sent) > 1 and group.line is not None:
                self.send_on(group, group.line)
        for group in self.on_roster.values():
            if group.line is not None:
                for sent in group.sent:
                    self.compare(group, group.line, sent)
        for sent in self.waiting:
            name = normal(sent.head.department or "")
            if not name:
                self.nameless.append(Group(f"（没有填名称：{sent.file.path}）", "", sent=[sent]))
                continue
            group = self.by_own_name.setdefault(name, Group(sent.head.department or "", ""))
            group.sent.append(sent)
        others = {id(g): g for groups in self.by_own_code.values() for g in groups}
        others.update({id(g): g for g in self.by_own_name.values()})
        others.update({id(g): g for g in self.nameless})
        strangers = sorted(others.values(), key=lambda g: (not g.code, g.code, g.name))
        return [*(self.on_roster[n] for n in sorted(self.on_roster)), *strangers]


def _with_zeros(code: str, other: str | None) -> str:
    """The longer of two ways to write a code: Excel takes the zeros at its beginning."""
    longer = len(plain_code(other)) > len(plain_code(code))
    return str(other).strip() if longer and code and without_zeros(other) == without_zeros(code) else code


def alike(first: str, second: str) -> float:
    """How much two names have in common, 0 to 1; a name that holds the other is nearly the same."""
    if first and second and (first in second or second in first):
        return 0.95
    return SequenceMatcher(None, first, second, autojunk=False).ratio()


def _index(pairs: Iterable[tuple[str, RosterLine]]) -> dict[str, list[RosterLine]]:
    found: dict[str, list[RosterLine]] = {}
    for key, line in pairs:
        if key:
            found.setdefault(key, []).append(line)
    return found


def _code_of(line: RosterLine) -> str:
    return plain_code(line.code)


def _name_of(line: RosterLine) -> str:
    return normal(line.name)


def _repeated_lines(roster: Sequence[RosterLine]) -> list[str]:
    said: list[str] = []
    for what, key in (("编码", _code_of), ("名称", _name_of)):
        for lines in _index((key(line), line) for line in roster).values():
            if len(lines) > 1:
                rows = "、".join(f"第 {line.number} 行" for line in lines)
                said.append(f"名单{rows}的{what}相同（{lines[0].code or lines[0].name}），请核对名单。")
    return said


def _of_strangers(strangers: Sequence[Group], missing: Sequence[RosterLine]) -> tuple[list[str], list[str]]:
    """Of departments that stand on no line of the roster: what is said of those with the line of which nothing came that looks most
    alike, and the others."""
    said: list[str] = []
    others: list[str] = []
    compared = 0
    for group in strangers:
        best: tuple[float, RosterLine] | None = None
        for line in missing:
            compared += 1
            if compared > _MOST_COMPARED:
                break
            score = alike(normal(line.name), normal(group.name))
            if score >= _SUGGESTED and (best is None or score > best[0]):
                best = score, line
        shown = f"“{group.name}”{f'（{group.code}）' if group.code else ''}"
        if best is None:
            others.append(shown)
        else:
            line = best[1]
            said.append(f"{shown}不在名单中，与未报的“{line.name}”（{line.code}）相近；没有自动合并，请确认是否同一部门。")
    return said, others


def _off_roster(names: Sequence[str]) -> str | None:
    """One sentence on all of them; each is in 报送情况."""
    if not names:
        return None
    rest = f"等 {len(names)} 个部门" if len(names) > _NAMED else ""
    where = "，都列在“报送情况”中" if rest else ""
    return f"{'、'.join(names[:_NAMED])}{rest}不在名单中，已计入汇总{where}，请确认。"
