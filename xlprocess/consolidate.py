"""The flow of a consolidation. The only file that knows its order.

files ─ ledger or workers ─► heads ─ matching with the roster ─► departments ─ versions ─► Consolidation
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from xlprocess.books.guard import read_bytes
from xlprocess.books.limits import LARGEST_SUMMARY
from xlprocess.consolidation.against_accounts import AccountsComparison
from xlprocess.consolidation.attachments import match_attachments
from xlprocess.consolidation.between import Comparison, compare, names_of
from xlprocess.consolidation.consolidation import Consolidation, Department, File, RosterLine
from xlprocess.consolidation.copies import CopiesComparison
from xlprocess.consolidation.dealing import Dealing
from xlprocess.consolidation.internal import InternalDealings, joined
from xlprocess.consolidation.ledger import Ledger
from xlprocess.consolidation.levels import counted_once, in_order, lacking, leave_out, said_of, unpacked
from xlprocess.consolidation.lower_level import decode_carried
from xlprocess.consolidation.matching import Group, Sent, match, plain_code
from xlprocess.consolidation.peers import PeersComparison
from xlprocess.consolidation.pool import results
from xlprocess.consolidation.reference import Accounts
from xlprocess.consolidation.submission import Submission, decode_head
from xlprocess.consolidation.versions import changes, settle
from xlprocess.consolidation.worker import DAMAGED, Done, Job, content_hash, failed, unpack, work
from xlprocess.consolidation.years import LastYear, YearsComparison
from xlprocess.errors import CannotProcess, Refused
from xlprocess.form.load import load
from xlprocess.form.model import normal
from xlprocess.jobs.inputs import Input, reach, real
from xlprocess.uncollected import seldom_collected

Progress = Callable[[int, int], None]
"""Told how many files are done, of how many."""
USUAL_FORM = "yueyang-2021"
_BATCH = 256  # files whose hashes are looked up together


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
    reading = _Reading(inputs, ledger, progress)
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
    reading = _Reading(inputs, ledger, progress)
    reading.read(processes, cluster)
    groups = match([Sent(f, reading.heads[f.key]) for f in reading.files if f.role == "current"], None).groups
    unread = [f.path for f in reading.files if f.role in ("unreadable", "not_a_form")]
    return LastYear([sent for group in groups for sent in settle(group.sent)], reading.submission, unread)


class _Reading:
    """The files as they are met, the head of each submission, and where its details are."""

    def __init__(self, inputs: Sequence[Input], ledger: Ledger, progress: Progress | None) -> None:
        self.ledger = ledger
        self.progress = progress
        self.done = 0
        self.heads: dict[int, Submission] = {}
        self.unchecked: dict[int, Submission] = {}
        self.files = [_file(number, item) for number, item in enumerate(inputs)]
        self.inside: dict[int, list[File]] = {}
        self.places: dict[int, str] = {}
        self.dealings: list[list[Dealing]] = []
        self.lacking: dict[int, str] = {}
        self.missing: dict[int, list[tuple[str, str]]] = {}
        self.waiting: list[File] = []
        for file, item in zip(self.files, inputs, strict=True):
            if item.error is None:
                self.waiting.append(file)
            else:
                self.fail(file, failed(item.error.status, item.error.kind, item.error.message))

    def read(self, processes: int | None, cluster: str | None = None) -> None:
        waiting = self.waiting if self.ledger.is_empty else list(self.unknown())
        jobs = (Job(f.key, str(f.location if cluster is None else f.location.absolute())) for f in waiting)
        count = len(waiting)
        for chunk in results(jobs, count, processes) if cluster is None else _on(cluster, jobs, count):
            self.ledger.add(done for done in chunk if done.status == "checked")
            for done in chunk:
                self.take(done)
            self.tell(len(chunk))
        self.files = in_order(self.files, self.inside)

    def unknown(self) -> Iterator[File]:
        """The files whose content the ledger does not hold; what it holds is taken from it."""
        for start in range(0, len(self.waiting), _BATCH):
            batch = self.waiting[start : start + _BATCH]
            for file in batch:
                try:
                    file.hash = content_hash(read_bytes(reach(file.location), LARGEST_SUMMARY))
                except CannotProcess as error:
                    self.fail(file, failed(error.status, error.kind, error.message))
            heads = self.ledger.heads(list({f.hash for f in batch if f.hash}))
            for file in batch:
                head = _head(heads.get(file.hash))
                if head is not None:
                    self.keep(file, head)
                elif file.hash:
                    yield file
            self.tell(sum(f.key in self.heads for f in batch))

    def take(self, done: Done) -> None:
        file = self.files[done.number]
        file.hash = done.hash
        if done.status == "checked":
            self.keep(file, decode_head(done.head))
        elif done.status == "summary":
            self.open_up(file, done.packed)
        else:
            self.fail(file, unpack(done.packed))

    def open_up(self, summary: File, packed: bytes) -> None:
        """The files of a summary of a lower level, as if they had been handed in themselves."""
        carried = decode_carried(packed)
        summary.status, summary.role, summary.why = "checked", "summary", said_of(carried)
        if lacks := lacking(carried):
            self.lacking[summary.key] = lacks
            self.missing[summary.key] = carried.seal.missing
        self.dealings.append(carried.seal.dealings)
        self.heads[summary.key] = self.unchecked[summary.key] = Submission("checked")
        mine = list(unpacked(summary, carried, len(self.files) + sum(map(len, self.inside.values()))))
        self.inside[summary.key] = [each.file for each in mine]
        self.ledger.add(each.done for each in mine if each.done is not None)
        for file, done in mine:
            if done is not None:
                self.heads[file.key], self.places[file.key] = decode_head(done.head), done.hash
            else:
                status = "checked" if file.role == "summary" else file.status
                self.heads[file.key] = self.unchecked[file.key] = Submission(status, error=file.why)

    def keep(self, file: File, head: Submission) -> None:
        self.heads[file.key] = head
        file.status, file.role = "checked", "current"
        file.rules = file.rules or self.ledger.rules
        file.department, file.code = head.department, head.code

    def fail(self, file: File, submission: Submission) -> None:
        self.heads[file.key] = self.unchecked[file.key] = submission
        file.status, file.why = submission.status, submission.error
        file.role = {"attachment": "attachment", "not_a_form": "not_a_form"}.get(submission.status, "unreadable")  # type: ignore[assignment]

    def tell(self, more: int) -> None:
        self.done += more
        if self.progress is not None and more:
            self.progress(self.done, len(self.waiting))

    def submission(self, file: File) -> Submission:
        """The details of a file."""
        found = self.unchecked.get(file.key) or self.ledger.get(self.places.get(file.key, file.hash))
        return self.read_again(file) if found is None else found

    def read_again(self, file: File) -> Submission:
        """A file of which the ledger holds nothing that can be used, though it should: what it gives takes the place of that."""
        (done,) = work([Job(file.key, str(file.location))])
        if file.key in self.places or (done.status, done.hash) != ("checked", file.hash):
            raise Refused(f"无法汇总：台账中 {file.path} 的记录已损坏，这个文件又读不出同样的内容。请加 --no-ledger 重新汇总。")
        self.ledger.add([done])
        return unpack(done.packed)


def _head(packed: bytes | None) -> Submission | None:
    """A head in the ledger; None where there is none, or it has been damaged: the file is read as if it were new."""
    try:
        return None if packed is None else decode_head(packed)
    except DAMAGED:
        return None


def _on(cluster: str, jobs: Iterator[Job], count: int) -> Iterator[list[Done]]:
    from xlprocess.consolidation.cluster import cluster_results

    return cluster_results(jobs, count, cluster)


def _file(number: int, item: Input) -> File:
    size, modified = 0, 0.0
    try:
        status = reach(item.path).stat()
        size, modified = status.st_size, status.st_mtime
    except (OSError, ValueError):
        pass
    shown = item.inside.as_posix() if item.inside.name else str(item.path)
    return File(number, shown, item.path, "", size, modified, "unreadable", "unreadable")


def _usual(groups: Sequence[Group]) -> str | None:
    """The form that most departments used; one that sent two counts with both."""
    most = Counter(form for group in groups for form in dict.fromkeys(s.head.form for s in group.sent)).most_common(1)
    return most[0][0] if most else None


def _department(group: Group, reading: _Reading, usual: str | None) -> Department:
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


def _unlike(departments: Sequence[Department], reading: _Reading) -> list[str]:
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
