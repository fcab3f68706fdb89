"""xlprocess: the self-evaluation workbooks of government departments, filled, checked and flagged.

The flow (`pipeline` is the only file that knows the order):

    file ─ guard ─► Book ─ read ─► Report ─ derive ─ check ─► findings ─ annotate ─► the same workbook, filled and flagged

`form` holds each edition of the form as data; `rules` the catalogue; `diagnose` finds the one slip that explains a broken sum.

    >>> import xlprocess
    >>> result = xlprocess.check("自评表.xlsx")       # a path, the bytes of a file, or an open openpyxl Workbook
    >>> result.findings, result.report
    >>> result = xlprocess.run("自评表.xlsx")         # fills and flags a copy: result.data; an open Workbook is annotated itself
    >>> xlprocess.migrate("旧表.xls").data            # the content of an old workbook in a fresh standard one
    >>> result.findings_frame()                       # pandas
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xlprocess.api import Migrated, Result, Source, check, migrate, run

__version__ = "0.1.0"
__all__ = ["Migrated", "Result", "Source", "__version__", "check", "migrate", "run"]


def __dir__() -> list[str]:
    return __all__


def __getattr__(name: str) -> Any:
    """Loads the API when it is first used: start-up counts."""
    if name in __all__:
        from xlprocess import api

        return getattr(api, name)
    raise AttributeError(name)
