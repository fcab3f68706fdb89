"""报送情况 (who handed in what, and who did not) and 数据来源 (every file that was met)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from xlprocess.check_code import is_check_code
from xlprocess.consolidation.consolidation import Consolidation, Department, File, RosterLine
from xlprocess.consolidation.submission import Submission
from xlprocess.writers.summary.book import Book, Link, Look
from xlprocess.writers.summary.listing import Column, Listing, Row, Value
from xlprocess.writers.summary.section import LEADING, Section

ROLES = {
    "current": "计入汇总",
    "superseded": "已被重报替代",
    "duplicate": "内容相同的重复件",
    "conflicting": "与计入的一份不一致，请确认",
    "excluded": "按要求不计入",
    "unreadable": "无法读取",
    "not_a_form": "不是本套表",
    "attachment": "附件",
    "summary": "下级汇总",
}
LOOKS: dict[str, Look] = {"未报": "error", "只报来附件": "error", "无法读取": "error", "请确认": "warning", "旧版": "warning"}


class Head(NamedTuple):
    """What is said of a submission once its details are gone."""

    form: str
    version: int
    report_date: str | None
    saved: str | None
    author: str | None
    round: int | None
    check_code: str
    stated_code: str | None


class HandingIn(Section):
    """A line for each department that is counted, each line of the roster, and each file that belongs to none of them."""

    def __init__(self, book: Book, consolidation: Consolidation) -> None:
        columns = [*LEADING[:2], LEADING[2]._replace(width=22), Column("状态", 12)]
        columns += [Column(head, 10, wrap=True, optional=True) for head in ("上级", "分组")]
        columns += [Column("归口股室", 10, wrap=True, optional=True), Column("报告日期", 11), Column("保存时间", 11, wrap=True)]
        columns += [
            Column("保存人", 9, wrap=True, optional=True),
            Column("退回轮次", 6, "count", optional=True),
            Column("校验码", 11),
            Column("报来的文件", 24, "link", wrap=True),
        ]
        columns += [Column("其他文件", 22, wrap=True, optional=True), Column("需要注意", 28, wrap=True, optional=True)]
        columns.append(Column("催报", 28, wrap=True, optional=True))
        remark = "名单上的每一行、报来的每一份表都在这里。"
        if any(line.excused is None for line in consolidation.missing):
            remark += "“催报”栏的文字可直接复制发出。"
        self.listing = Listing(book, "报送情况", columns, remark, unit="行")
        self.found = consolidation
        self.heads: dict[str, Head] = {}
        self.states: dict[str, int] = {}

    def tally(self, department: Department, submission: Submission) -> None:
        s = submission
        head = Head(s.form, s.version, s.report_date, s.saved, s.author, s.round, s.check_code, s.stated_code)
        self.heads[department.key] = head
        state = self.state(department)
        self.states[state] = self.states.get(state, 0) + 1

    def state(self, department: Department) -> str:
        head = self.heads[department.key]
        roles = {f.role for f in department.others}
        if "conflicting" in roles or department.current.role == "conflicting":
            return "请确认"
        if head.version and head.version < self.found.form_of(head.form).edition.version:
            return "旧版"
        return "重报" if "superseded" in roles or head.round else "已报"

    def rest(self) -> Iterable[Row]:
        for number, (values, looks) in enumerate(self._all(), 1):
            yield Row([number, *values], looks)

    def _all(self) -> Iterable[tuple[list[Value], dict[int, Look]]]:
        taken: set[int] = set()
        attached: dict[tuple[str | None, str | None], list[File]] = {}
        for file in self.found.of_role("attachment"):
            attached.setdefault((file.department, file.code), []).append(file)
        for department in self.found.departments:
            with_it = attached.get((department.name, department.code), [])
            taken.update(f.key for f in (department.current, *department.others, *with_it))
            yield self._department(department, with_it)
        for line in self.found.missing:
            yield self._missing(line, taken)
        listed = {(line.code, line.name) for line in self.found.missing}
        counted = {(d.line.code, d.line.name) for d in self.found.departments if d.line}
        for line in self.found.roster or ():
            if line.excused and (line.code, line.name) not in listed | counted:
                yield self._missing(line, taken)
        for file in self.found.files:
            if file.key not in taken:
                yield self._stray(file)

    def _department(self, department: Department, attached: Sequence[File]) -> tuple[list[Value], dict[int, Look]]:
        head, line, state = self.heads[department.key], department.line, self.state(department)
        edition = self.found.form_of(head.form).edition
        others_say = [] if department.current.why else [f.why for f in department.others if f.role == "conflicting"]
        notes = [department.renamed, department.current.why, *others_say]
        if self.found.roster is not None and line is None:
            notes.append("不在名单上。")
        if line is not None and line.excused:
            notes.append(f"名单上注明{line.excused}，但报来了表。")
        if state == "旧版":
            notes.append(f"用的是第 {head.version} 版表样，现行是第 {edition.version} 版。")
        if head.form != self.found.form.id:
            notes.append("表样与本次汇总的多数部门不同，数据另表列出，不计入多数部门的合计。")
        if head.stated_code and head.stated_code != head.check_code:
            notes.append(_of_code(head.stated_code))
        others = "\n".join(f"{f.path}（{ROLES[f.role]}）" for f in (*department.others, *attached))
        values: list[Value] = [department.code, department.name, state, *self._of_line(line, department.group)]
        values += [head.report_date, moment(head.saved), head.author, head.round]
        values += [head.check_code or None, Link(department.current.path, department.current), others or None, _joined(notes), None]
        return values, {3: LOOKS[state]} if state in LOOKS else {}

    def _missing(self, line: RosterLine, taken: set[int]) -> tuple[list[Value], dict[int, Look]]:
        files = [f for f in self.found.files if f.key not in taken and is_of(f, line)]
        taken.update(f.key for f in files)
        roles = {f.role for f in files}
        sent = roles - {"attachment"}
        excluded = ROLES["excluded"] if sent == {"excluded"} else None
        state = line.excused or excluded or ("无法读取" if sent else "只报来附件" if roles else "未报")
        link = Link(files[0].path, files[0]) if files else None
        others = "\n".join(f"{f.path}（{ROLES[f.role]}）" for f in files[1:])
        reminder = None if line.excused or excluded else self._reminder(line, state)
        values: list[Value] = [line.code, line.name, state, *self._of_line(line), None, None, None, None, None]
        values += [link, others or None, _joined([f.why for f in files]), reminder]
        return values, {3: LOOKS[state]} if state in LOOKS else {}

    def _stray(self, file: File) -> tuple[list[Value], dict[int, Look]]:
        whose = "（下级汇总）" if file.role == "summary" else file.department or "（不知是哪个部门）"
        values: list[Value] = [file.code, whose, ROLES[file.role], *[None] * 8]
        values += [Link(file.path, file), None, file.why, None]
        return values, {} if file.role == "summary" else {3: "warning"}

    def _of_line(self, line: RosterLine | None, group: str | None = None) -> list[Value]:
        return [None, group, None] if line is None else [line.superior, line.group, line.office]

    def _reminder(self, line: RosterLine, state: str) -> str:
        whom = "、".join(filter(None, (line.contact, line.phone)))
        title = self.found.form.edition.title
        why = {"只报来附件": "目前只收到盖章件等附件，没有电子表", "无法读取": "报来的文件无法打开"}.get(state, "至今没有收到")
        address = f"{line.name}（{whom}）" if whom else line.name
        return f"{address}：贵单位的《{title}》{why}，请尽快报送电子表。"


def _of_code(stated: str) -> str:
    if not is_check_code(stated):
        return f"表上的校验码 {stated} 不是检查时填写的，已被改动。"
    return f"表上的校验码 {stated} 与所填内容算出的不同，检查之后改过内容。"


class Sources(Section):
    """Every file: what it is, its hash, its times, its edition."""

    def __init__(self, book: Book, consolidation: Consolidation, program: str) -> None:
        columns = [
            LEADING[0],
            Column("预算编码", 11),
            Column("部门名称", 22, wrap=True),
            Column("文件", 36, "link", wrap=True),
            Column("作用", 14, wrap=True),
        ]
        columns += [
            Column("大小（字节）", 9, "count"),
            Column("修改时间", 11, wrap=True),
            Column("表样", 18, wrap=True),
            Column("版次", 6, "count"),
        ]
        columns.append(Column("规则版本", 18, wrap=True))
        columns += [
            Column("来自下级汇总", 18, wrap=True, optional=True),
            Column("说明", 36, wrap=True, optional=True),
            Column("内容指纹（SHA-256）", 40, wrap=True),
        ]
        remark = f"汇总时间：{moment(consolidation.started)}。程序：{program}。"
        remark += "规则版本相同的，按同一套表样和规则检查；指纹相同的，文件内容完全相同。"
        self.listing = Listing(book, "数据来源", columns, remark)
        self.found = consolidation
        self.editions: dict[int, tuple[str, int]] = {}

    def tally(self, department: Department, submission: Submission) -> None:
        self.editions[department.current.key] = submission.form, submission.version

    def rest(self) -> Iterable[Row]:
        for number, file in enumerate(self.found.files, 1):
            if file.key not in self.editions and file.status == "checked":
                submission = self.found.submission(file)
                self.editions[file.key] = submission.form, submission.version
            form, version = self.editions.get(file.key, ("", 0))
            edition = self.found.form_of(form).edition if form else None
            values: list[Value] = [number, file.code, file.department, Link(file.path, file), ROLES[file.role], file.size]
            values += [moment(file.modified), f"{edition.title}（{edition.year}）" if edition else None, version or None]
            values += [file.rules, file.inside, file.why, file.hash or None]
            yield Row(values, {4: "warning"} if file.role in ("unreadable", "not_a_form", "conflicting") else {})


def is_of(file: File, line: RosterLine) -> bool:
    """A file that says it is that line's: by code, else by name."""
    return bool((file.code and file.code == line.code) or (file.department and file.department == line.name))


def moment(when: float | str | None) -> str | None:
    """A time as staff read it."""
    if when is None or when == "" or when == 0:
        return None
    try:
        found = dt.datetime.fromisoformat(when) if isinstance(when, str) else dt.datetime.fromtimestamp(when)
    except (ValueError, OverflowError, OSError):
        return str(when)
    return f"{found:%Y-%m-%d %H:%M}"


def _joined(notes: Iterable[str | None]) -> str | None:
    return "\n".join(dict.fromkeys(n for n in notes if n)) or None
