"""The work on one file, as a process of its own does it: its path goes in, its hash and its Submission come back as bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from xlprocess.books.deflate import LEVEL, Error, compressobj, decompressobj
from xlprocess.books.guard import read_bytes
from xlprocess.books.limits import LARGEST_SUMMARY
from xlprocess.consolidation.condense import condense
from xlprocess.consolidation.submission import Submission, decode, encode
from xlprocess.errors import CannotProcess
from xlprocess.jobs.inputs import reach
from xlprocess.jobs.process import debugging
from xlprocess.pipeline import check_book, open_values


class Job(NamedTuple):
    """A file to be read. `number` finds it again."""

    number: int
    path: str


class Done(NamedTuple):
    """What became of a job: the hash of the bytes that were read ("" when none could be), and the packed Submission,
    and the head of it alone. Of a summary of a lower level (status `summary`) `packed` is what it carries."""

    number: int
    status: str
    hash: str
    form: str
    head: bytes
    packed: bytes


def work(jobs: Sequence[Job]) -> list[Done]:
    """Every job of a chunk; one that goes wrong has a Submission that says so."""
    return [_one(job) for job in jobs]


def content_hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def pack(submission: Submission) -> bytes:
    packer = compressobj(LEVEL)
    return packer.compress(encode(submission)) + packer.flush()


DAMAGED = (Error, msgspec.MsgspecError, TypeError)
"""What unpacking and decoding raise for bytes that are not those that were packed."""


def unpack(packed: bytes) -> Submission:
    return decode(decompressobj().decompress(packed))


def failed(status: str, kind: str, sentence: str) -> Submission:
    """What is known of a file that could not be checked."""
    return Submission(status, kind, sentence)


def submission_of(data: bytes, name: str) -> Submission:
    """The Submission in the bytes of a file. Never raises but when somebody looks for a mistake of ours."""
    try:
        book = open_values(data, name)
        return condense(check_book(book, name), book)
    except CannotProcess as error:
        return failed(error.status, error.kind, error.message)
    except Exception:  # a mistake of ours in one file: it is said, and the others go on
        if debugging():
            raise
        return failed("not_checked", "internal", f"无法处理 {name}：程序内部出错。请把文件交给技术人员查找原因。")


def done(job: Job, digest: str, submission: Submission) -> Done:
    head = encode(submission.head())
    return Done(job.number, submission.status, digest, submission.form, head, pack(submission))


def _one(job: Job) -> Done:
    path = Path(job.path)
    try:
        data = read_bytes(reach(path), LARGEST_SUMMARY)
    except CannotProcess as error:
        return done(job, "", failed(error.status, error.kind, error.message))
    submission = submission_of(data, path.name)
    if submission.error_kind in ("not_this_form", "over_limit"):
        return _lower_level(job, data, submission)
    return done(job, content_hash(data), submission)


def _lower_level(job: Job, data: bytes, submission: Submission) -> Done:
    """A summary of ours is no form, and larger than a form may be."""
    from xlprocess.consolidation.lower_level import carried, encode_carried

    try:
        found = carried(data, Path(job.path).name)
    except CannotProcess as error:
        return done(job, content_hash(data), failed(error.status, error.kind, error.message))
    if found is None:
        return done(job, content_hash(data), submission)
    return Done(job.number, "summary", content_hash(data), "", b"", encode_carried(found))
