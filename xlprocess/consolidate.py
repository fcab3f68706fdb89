"""The flow of a consolidation. The only file that knows its order.

files ─ ledger or workers ─► heads ─ matching with the roster ─► departments ─ versions ─► Consolidation
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from xlprocess.consolidation.against_accounts import AccountsComparison
from xlprocess.consolidation.attachments import match_attachments
from xlprocess.consolidation.between import Comparison, compare, names_of
from xlprocess.consolidation.consolidation import Consolidation, Department, RosterLine
from xlprocess.consolidation.copies import CopiesComparison
from xlprocess.consolidation.dealing import Dealing
from xlprocess.consolidation.internal import InternalDealings, joined
from xlprocess.consolidation.ledger import Ledger
from xlprocess.consolidation.levels import counted_once, leave_out
from xlprocess.consolidation.matching import Group, Sent, match, plain_code
from xlprocess.consolidation.peers import PeersComparison
from xlprocess.consolidation.reading import Progress, Reading
from xlprocess.consolidation.reference import Accounts
from xlprocess.consolidation.versions import changes, settle
from xlprocess.consolidation.years import LastYear, YearsComparison
from xlprocess.form.load import load
from xlprocess.form.model import normal
from xlprocess.jobs.inputs import Input, real
from xlprocess.uncollected import seldom_collected

USUAL_FORM = "yueyang-2021"


@seldom_collected()
def consolidate(
    inputs: Sequence[Input],
    ledger: Ledger,
    *,
    roster: Sequence[RosterLine] | None = None,
    exclude: Iterable[Path] = (),
    accounts: Accounts | None = None,
    previous: Sequence[Input] = (),
    dealings: Sequence[Dealing] = (),
    processes: int | None = None,
    cluster: str | None = None,
    progress: Progress | None = None,
) -> Consolidation:
    """Reads what the ledger does not hold, and joins everything. The ledger must stay open as long as the result is used: the
    details of each file lie in it. `exclude`: files that are listed and not counted. `accounts`: what every department is held
    against; `previous`: the workbooks of last year, which it is compared with; `dealings`: what departments
    passed on to one another, which is taken out of the totals once. `cluster`: the address of a Dask
    scheduler, whose machines read instead of the processes of this one. Raises Refused when the ledger or the cluster fails."""
    started = dt.datetime.now().astimezone().isoformat(timespec="seconds")
    reading = Reading(inputs, ledger, progress)
    reading.read(processes, cluster)
    leave_out(reading.files, {real(path) for path in exclude})
    sent = [Sent(f, reading.heads[f.key]) for f in reading.files if f.role == "current"]
    matched = match(sent, roster)
    usual = _usual(matched.groups)
    departments = [_department(group, reading, usual) for group in matched.groups]
    _tell_apart(departments)
    forms = Counter(reading.heads[d.current.key].form for d in departments)
    form = forms.most_common(1)
    found = Consolidation(
        form=load(form[0][0] if form else USUAL_FORM),
        form_of=load,
        started=started,
        departments=departments,
        files=reading.files,
        missing=matched.missing,
        roster=None if roster is None else list(roster),
        submission=reading.submission,
        forms=dict(forms),
        rounds=frozenset(s.file.key for s in sent if s.head.round),
    )
    lower = [f for f in found.of_role("summary") if f.key in reading.lacking]
    found.suggestions += [f"下级汇总 {f.path}：{reading.lacking[f.key]}" for f in lower]
    found.missing_below = _missing_below([m for f in lower for m in reading.missing[f.key]], departments, matched.missing)
    found.suggestions += matched.clashes
    found.suggestions += match_attachments(found)
    found.suggestions += _unlike(departments, reading)
    found.suggestions += matched.suggestions
    found.suggestions += counted_once(found)
    for served in (reading.heads, sent, matched.groups):  # what follows needs memory for other things
        served.clear()
    comparisons: list[Comparison] = []
    if accounts is not None:
        comparisons.append(AccountsComparison(found.form, accounts))
    if previous:
        comparisons.append(YearsComparison(found.form, _last_year(previous, ledger, processes, cluster, progress)))
    dealings = joined(dealings, reading.dealings)
    if dealings:
        comparisons.append(InternalDealings(found.form, dealings))
    comparisons += [PeersComparison(found.form), CopiesComparison(found.form)]
    compare(found, comparisons)
    if matched.strangers:
        found.suggestions.append(matched.strangers)
    return found


def _last_year(
    inputs: Sequence[Input],
    ledger: Ledger,
    processes: int | None = None,
    cluster: str | None = None,
    progress: Progress | None = None,
) -> LastYear:
    """The workbooks of last year; of several of one department the one that counted stands first."""
    reading = Reading(inputs, ledger, progress)
    reading.read(processes, cluster)
    groups = match([Sent(f, reading.heads[f.key]) for f in reading.files if f.role == "current"], None).groups
    unread = [f.path for f in reading.files if f.role in ("unreadable", "not_a_form")]
    return LastYear([sent for group in groups for sent in settle(group.sent)], reading.submission, unread)


def _usual(groups: Sequence[Group]) -> str | None:
    """The form that most departments used; one that sent two counts with both."""
    most = Counter(form for group in groups for form in dict.fromkeys(s.head.form for s in group.sent)).most_common(1)
    return most[0][0] if most else None


def _department(group: Group, reading: Reading, usual: str | None) -> Department:
    order = settle(group.sent, usual)
    current, others = order[0], order[1:]
    department = Department(
        key=f"{group.code} {group.name}".strip(),
        name=group.name,
        code=group.code,
        current=current.file,
        others=[o.file for o in others],
        line=group.line,
        group=group.line.group if group.line else current.file.group,
        renamed=group.renamed,
    )
    form = current.head.form
    earlier = next((o for o in others if o.file.role != "duplicate" and o.head.form == form), None)
    if earlier is not None:
        department.changes = changes(reading.submission(earlier.file), reading.submission(current.file))
    return department


def _tell_apart(departments: Sequence[Department]) -> None:
    """Every department has a key of its own."""
    seen: Counter[str] = Counter()
    for department in departments:
        seen[department.key] += 1
        if seen[department.key] > 1:
            department.key = f"{department.key} ({seen[department.key]})"


def _missing_below(
    named: Sequence[tuple[str, str]], departments: Sequence[Department], missing: Sequence[RosterLine]
) -> list[tuple[str, str]]:
    """The departments (code and name) that summaries of a lower level lack and that have not come otherwise."""
    if not named:
        return []
    known = [*((d.code, d.name) for d in departments), *((line.code, line.name) for line in missing)]
    codes, names = {plain_code(code) for code, _ in known if code}, {normal(name) for _, name in known}
    return [(code, name) for code, name in dict.fromkeys(named) if plain_code(code) not in codes and normal(name) not in names]


def _unlike(departments: Sequence[Department], reading: Reading) -> list[str]:
    """Departments that report another year or on another form than most, which are in no total of these."""
    others: dict[str, list[str]] = {}
    heads = [(d, reading.heads[d.current.key]) for d in departments]
    years = Counter(h.year for _, h in heads if h.year is not None).most_common(1)
    forms = Counter(h.form for _, h in heads).most_common(1)
    for department, head in heads:
        if years and head.year is not None and head.year != years[0][0] and head.form == forms[0][0]:
            reports = f"报的是 {head.year} 年，多数部门报的是 {years[0][0]} 年；已计入，请确认。"
            others.setdefault(reports, []).append(department.name)
        if head.form != forms[0][0]:
            edition, most = load(head.form).edition, load(forms[0][0]).edition
            own, usual = f"“{edition.title}”（{edition.year} 年）", f"“{most.title}”"
            uses = f"用的表样是{own}，多数部门用的是{usual}；数据另表列出，没有计入多数部门的合计。"
            others.setdefault(uses, []).append(department.name)
    return [f"{names_of(names)}{said}" for said, names in others.items()]
