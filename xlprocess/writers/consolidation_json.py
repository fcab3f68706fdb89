"""The JSON document of `consolidate`, piece by piece: the reports of many files are never in memory together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from xlprocess.consolidation import internal
from xlprocess.consolidation.between import flaw_of, of_file
from xlprocess.consolidation.consolidation import Between, Consolidation, File
from xlprocess.consolidation.submission import Flaw, Place, Submission
from xlprocess.consolidation.totals import Total, less, totals
from xlprocess.finding import Cause
from xlprocess.form.model import Field
from xlprocess.values import write_plain
from xlprocess.writers.columns import readable
from xlprocess.writers.json import encoded, path_text


def consolidation_document(found: Consolidation, summary: Path) -> Iterator[bytes]:
    """The document in UTF-8. `totals`: by field, as reported, of all departments that are counted; rates in percent."""
    sums = totals(found.form, (submission for _, submission in found.current()))
    head = {
        "summary": path_text(summary),
        "departments": len(found.departments),
        "expected": found.expected,
        "totals": {t.field: _total(found.form.fields[t.field].field, t) for t in sums.values()},
        "files": [_file(file) for file in found.files],
        "missing": [{"code": code, "name": name} for code, name in _missing(found)],
    }
    dealings = found.extra.get(internal.SHEET)
    if isinstance(dealings, internal.Eliminated):  # only where there are any: the totals above are those before
        after = less(found.form, sums, dealings.taken)
        head["totals_without_internal_dealings"] = {f: _written(found.form.fields[f].field, v) for f, v in after.items()}
    between = of_file(found)
    yield encoded(head)[:-1] + b', "reports":[\n'
    for number, file in enumerate(found.files):
        yield (b",\n" if number else b"") + encoded(_report(file, found.submission(file), between.get(file.key, ())))
    yield b"\n]}\n"


def _missing(found: Consolidation) -> list[tuple[str, str]]:
    """Those of the roster, then those that summaries of a lower level lack."""
    return [*((line.code, line.name) for line in found.missing), *found.missing_below]


def _total(field: Field, total: Total) -> str | None:
    return _written(field, total.value)


def _written(field: Field, number: Decimal | None) -> str | None:
    value = write_plain(field, number)
    return None if value is None else str(value)


def _file(file: File) -> dict[str, Any]:
    """`inside` only where the file came in a summary of a lower level."""
    inside = {} if file.inside is None else {"inside": path_text(Path(file.inside))}
    return {
        "file": _name(file),
        "status": file.status,
        "as": file.role,
        "department": file.department,
        "code": file.code,
        **inside,
    }


def _name(file: File) -> str:
    """Where it lies; of one that only a summary has, what the summary calls it."""
    return path_text(Path(file.path) if file.is_held else file.location)


def _report(file: File, submission: Submission, between: Sequence[Between]) -> dict[str, Any]:
    kind = submission.error_kind
    return {
        "file": _name(file),
        "output": None,
        "status": file.status,
        "error": None if kind is None else {"kind": kind, "message": readable(submission.error or "")},
        "derived": [{**_place(p), "value": p.value} for p in submission.derived],
        "rounding": [{**_place(p), "difference": p.value} for p in submission.roundings],
        "findings": [_finding(f) for f in (*submission.flaws, *map(flaw_of, between))],
    }


def _place(place: Place | Flaw) -> dict[str, Any]:
    return {"sheet": place.sheet, "cell": place.cell, "table": place.table, "row": place.row, "field": place.field}


def _finding(flaw: Flaw) -> dict[str, Any]:
    follows = flaw.follows
    return {
        "rule": flaw.rule,
        "name": flaw.name,
        "severity": flaw.severity,
        **_place(flaw),
        "actual": flaw.actual,
        "expected": flaw.expected,
        "difference": flaw.difference,
        "cause": None if flaw.cause is None else _cause(flaw.cause),
        "competing": [_cause(c) for c in flaw.competing],
        "follows": None if follows is None else {"sheet": follows[0], "cell": follows[1]},
        "message": flaw.message,
    }


def _cause(cause: Cause) -> dict[str, Any]:
    return {"kind": cause.kind, "fields": list(cause.fields), "rows": list(cause.rows)}
