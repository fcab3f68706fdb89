"""Results for programs: the one JSON document of `check` and `run`, and that of `export`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from xlprocess.finding import Cause, Finding, Where
from xlprocess.jobs.outcome import Outcome
from xlprocess.writers.columns import readable


def reports_document(reports: Iterable[bytes]) -> bytes:
    """The document of a batch, of its reports as `encoded`: one line a report."""
    return b'{"reports":[\n' + b",\n".join(reports) + b"\n]}\n"


def encoded(document: Any, indent: int | None = None) -> bytes:
    """A document as UTF-8. Numbers are texts already; what no Unicode text can hold becomes U+FFFD."""
    return readable(json.dumps(document, ensure_ascii=False, indent=indent)).encode()


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    """What became of one file."""
    error = outcome.error
    return {
        "file": path_text(outcome.file),
        "output": None if outcome.output is None else path_text(outcome.output),
        "status": outcome.status,
        "error": None if error is None else {"kind": error.kind, "message": error.message},
        "derived": [{**_place(d.where), "value": d.value} for d in outcome.derived],
        "rounding": [{**_place(g.where), "difference": g.difference} for g in outcome.gaps],
        "findings": [_finding(f) for f in outcome.findings],
    }


def path_text(path: Path) -> str:
    """A path as text."""
    return readable(str(path))


def _place(where: Where) -> dict[str, Any]:
    return {
        "sheet": where.sheet,
        "cell": _cell(where),
        "table": where.table,
        "row": where.row,
        "field": where.field,
    }


def _cell(where: Where) -> str | None:
    return None if where.ref is None else str(where.ref)


def _finding(finding: Finding) -> dict[str, Any]:
    """What the same slip breaks besides at the same cell follows from that cell, as the contract has it."""
    where, follows = finding.where, finding.follows
    return {
        "rule": finding.rule,
        "name": finding.name,
        "severity": finding.severity,
        **_place(where),
        "actual": finding.actual,
        "expected": finding.expected,
        "difference": finding.difference,
        "cause": None if finding.cause is None else _cause(finding.cause),
        "competing": [_cause(c) for c in finding.competing],
        "follows": None if follows is None else {"sheet": follows.sheet, "cell": _cell(follows)},
        "message": finding.message,
    }


def _cause(cause: Cause) -> dict[str, Any]:
    return {"kind": cause.kind, "fields": list(cause.fields), "rows": list(cause.rows)}
