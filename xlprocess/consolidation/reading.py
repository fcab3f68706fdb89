"""The files of a consolidation read: out of the ledger what it holds, by workers what it does not, and summaries of a lower level
opened up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from xlprocess.books.guard import read_bytes
from xlprocess.books.limits import LARGEST_SUMMARY
from xlprocess.consolidation.consolidation import File
from xlprocess.consolidation.dealing import Dealing
from xlprocess.consolidation.ledger import Ledger
from xlprocess.consolidation.levels import in_order, lacking, said_of, unpacked
from xlprocess.consolidation.lower_level import decode_carried
from xlprocess.consolidation.pool import results
from xlprocess.consolidation.submission import Submission, decode_head
from xlprocess.consolidation.worker import DAMAGED, Done, Job, content_hash, failed, unpack, work
from xlprocess.errors import CannotProcess, Refused
from xlprocess.jobs.inputs import Input, reach

Progress = Callable[[int, int], None]
"""Told how many files are done, of how many."""
_BATCH = 256  # files whose hashes are looked up together


class Reading:
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
