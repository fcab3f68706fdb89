"""Several submissions of one department: which one counts, and what becomes of the others. None is dropped in silence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xlprocess.consolidation.consolidation import Change
from xlprocess.consolidation.matching import Sent
from xlprocess.consolidation.submission import Submission


def settle(sent: Sequence[Sent], usual: str | None = None) -> list[Sent]:
    """Sets the role of each file, and `why` where something is to be said. The one that counts comes first, then the others, the
    nearest to it first.

    The same figures count once. Of different ones the higher round (退回轮次) counts, and of one round what was changed since it
    went back. Where nobody has changed the copy that went back, another file that was mended later than it does. Where no round
    tells them apart the later report date, then the later time of saving, decides what is counted until somebody confirms it.
    `usual`: the form of most departments; a workbook on it counts before one on another form, for it can be added to theirs."""
    newest: dict[str | None, float] = {}
    for each in sent:
        newest[each.file.home] = max(each.file.modified, newest.get(each.file.home, 0.0))
    order = sorted(sent, key=lambda each: (each.head.form == usual, not _is_outdated(each, newest), *_rank(each)), reverse=True)
    if (
        instead := next(
            (each for each in order[1:] if each.head.form == order[0].head.form and _answers_instead(each.head, order[0].head)),
            None,
        )
    ) is not None:
        order.remove(instead)
        order.insert(0, instead)
    current = order[0]
    current.file.role = "current"
    if current.head.round:
        changed = "，所填内容没有改动" if current.head.is_as_returned else ""
        current.file.why = f"第 {current.head.round} 轮退回后重报{changed}。"
    unlike: list[str] = []
    for other in order[1:]:
        shown = current.file.path
        if other.head.figures_hash == current.head.figures_hash:
            other.file.role = "duplicate"
            other.file.why = f"与 {shown} 填的内容完全相同，只计一次。"
        elif other.head.form != current.head.form:
            unlike.append(other.file.path)
            other.file.role = "conflicting"
            other.file.why = f"用的表样与计入的 {shown} 不同；多数部门用的是 {shown} 的表样，按那一份计入，请确认。"
        elif (other.head.round or 0) < (current.head.round or 0):
            other.file.role = "superseded"
            other.file.why = f"已由第 {current.head.round} 轮退回后重报的 {shown} 代替。"
        elif other.head.is_as_returned and not current.head.is_as_returned:
            other.file.role = "superseded"
            other.file.why = f"是第 {other.head.round} 轮退回的原样，没有改动，已由改好的 {shown} 代替。"
        elif _is_outdated(other, newest):
            other.file.role = "superseded"
            other.file.why = "同一个文件在另一份下级汇总中较新，这一份不计入。"
        else:
            other.file.role = "conflicting"
            other.file.why = f"与 {shown} 填的内容不同，又没有退回轮次可以区分，请确认以哪一份为准；暂按日期较晚的 {shown} 计入。"
    clashing = [o.file.path for o in order[1:] if o.file.role == "conflicting" and o.head.form == current.head.form]
    if clashing:
        current.file.why = f"与 {'、'.join(clashing)} 填的内容不同，请确认以哪一份为准；日期较晚，暂按这一份计入。"
    if unlike:
        also = f"另报来的 {'、'.join(unlike)} 用的是别的表样；多数部门用的是这一份的表样，按这一份计入，请确认。"
        current.file.why = f"{current.file.why or ''}{also}"
    return order


def _answers_instead(head: Submission, back: Submission) -> bool:
    """The department mended its own file and handed that in; the copy that went back lies beside it as it was."""
    return (
        back.is_as_returned
        and not head.is_as_returned
        and (head.round or 0) + 1 >= (back.round or 0)
        and head.figures_hash != back.figures_hash
        and (head.report_date or "", head.saved or "") > (back.report_date or "", back.saved or "")
    )


def _is_outdated(sent: Sent, newest: Mapping[str | None, float]) -> bool:
    """The same file, as an earlier summary of a lower level has it."""
    return sent.file.home is not None and sent.file.modified < newest[sent.file.home]


def _rank(sent: Sent) -> tuple[int, bool, str, str, bool, float, str]:
    """A workbook stands before the same one in a summary of a lower level."""
    head, file = sent.head, sent.file
    return (
        head.round or 0,
        not head.is_as_returned,
        head.report_date or "",
        head.saved or "",
        file.inside is None,
        file.modified,
        file.path,
    )


def changes(old: Submission, new: Submission) -> list[Change]:
    """The figures that differ between two submissions, those that only follow left out, and the entries of lists."""
    before, after = _entries(old), _entries(new)
    keys = dict.fromkeys((*before, *after))
    return [Change(*key, before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key)]


def _entries(submission: Submission) -> dict[tuple[str, str | None, str], str]:
    found: dict[tuple[str, str | None, str], str] = {}
    for figure in submission.figures:
        if figure.state == "typed":
            found[figure.table, figure.row, figure.field] = _same(figure.value)
    for line in submission.lines:
        for field, value in line.values.items():
            found[line.table, line.number, field] = value
    return found


def _same(number: str) -> str:
    """1.50 and 1.5 are the same figure."""
    return number.rstrip("0").rstrip(".") if "." in number else number
