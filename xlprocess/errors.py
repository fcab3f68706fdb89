"""Why a workbook cannot be processed at all. What can be processed yields findings, never exceptions."""

from __future__ import annotations

from typing import ClassVar


class CannotProcess(Exception):
    """A file that cannot be processed. `message` is one Chinese sentence for the person who handed it in:
    which file, what is wrong, what to do. `kind` is a word of the JSON contract."""

    status: ClassVar[str] = "unreadable"

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message


class Unreadable(CannotProcess):
    """kind: damaged, encrypted, other_format, over_limit, no_access."""


class NotAForm(CannotProcess):
    """kind: not_this_form, unknown_edition."""

    status: ClassVar[str] = "not_a_form"


class Attachment(CannotProcess):
    """kind: attachment. A scan or Word report that a folder search meets beside the workbooks: no failure."""

    status: ClassVar[str] = "attachment"


class NotChecked(CannotProcess):
    """kind: internal. A rule crashed: the report must not look as if it had passed."""

    status: ClassVar[str] = "not_checked"


class Refused(Exception):
    """A target that may not be written, or wrong usage: one Chinese sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
