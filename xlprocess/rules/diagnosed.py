"""Findings from broken sums: where they stand, and the probable cause in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

import msgspec

from xlprocess.diagnose import Diagnosis
from xlprocess.finding import Cause, Finding, Severity
from xlprocess.identity import Spot
from xlprocess.report import Report
from xlprocess.rules.rule import flag, place
from xlprocess.sums import diagnoses
from xlprocess.typed import write_money

PARTS = {"columns": "各分项之和", "organisations": "各{member}之和", "lines": "各明细之和", "operands": "按公式计算"}


def broken(
    report: Report, wanted: Callable[[Diagnosis], bool], severity: Callable[[Diagnosis], Severity | None] | None = None
) -> Iterator[Finding]:
    """A finding for each broken sum that is `wanted`."""
    for diagnosis in diagnoses(report):
        if wanted(diagnosis):
            yield finding_of(report, diagnosis, severity(diagnosis) if severity else None)


def finding_of(report: Report, diagnosis: Diagnosis, severity: Severity | None) -> Finding:
    """Stands at the cell that the cause blames. Where that is an addend, what is there and what was expected are the addend's."""
    total = diagnosis.identity.total
    blamed = diagnosis.blamed
    stated = diagnosis.expected + diagnosis.difference
    actual, expected = stated, diagnosis.expected
    is_blank = False
    if blamed != total:
        now = report.at(blamed).typed_number
        mended = dict(diagnosis.mended).get(blamed)
        if mended is not None:
            actual, expected, is_blank = now or Decimal(0), mended, now is None
    return flag(
        report,
        blamed,
        _problem(report, diagnosis, stated),
        _because(report, diagnosis),
        actual=None if is_blank else write_money(actual),
        expected=write_money(expected),
        difference=write_money(actual - expected),
        cause=diagnosis.cause,
        competing=diagnosis.competing,
        follows=diagnosis.follows,
        severity=severity,
    )


def with_other_reasons(report: Report, finding: Finding) -> Finding:
    """Balances move for other reasons too: the sentence names them where no slip explains the difference."""
    field = report.form.tables[finding.where.table].fields.get(finding.where.field or "")
    if field is None or field.differs_because is None or finding.cause is not None or finding.follows is not None:
        return finding
    because = f"{finding.because}；{field.differs_because}" if finding.because else field.differs_because
    return msgspec.structs.replace(finding, because=because)


def _problem(report: Report, diagnosis: Diagnosis, stated: Decimal) -> str:
    difference = diagnosis.difference
    direction = "多" if difference > 0 else "少"
    words = PARTS[diagnosis.identity.addends].format(member=_member(report, diagnosis.identity.total))
    if not any(report.at(t.spot).is_typed for t in diagnosis.identity.parts):
        return f"{place(report, diagnosis.identity.total)} {write_money(stated)}，{words.removesuffix('之和')}却没有填"
    return (
        f"{place(report, diagnosis.identity.total)} {write_money(stated)}，{words} {write_money(diagnosis.expected)}，"
        f"{direction} {write_money(abs(difference))}"
    )


def _member(report: Report, total: Spot) -> str:
    table = report.form.tables[total.table]
    return report.form.rows_of(table).member if table.kind == "grid" else ""


def _because(report: Report, diagnosis: Diagnosis) -> str | None:
    if diagnosis.cause is not None:
        if diagnosis.follows and diagnosis.cause.kind not in ("omitted_addend", "counted_twice", "missing_item"):
            mended = dict(diagnosis.mended).get(diagnosis.blamed)
            now = report.at(diagnosis.blamed).typed_number
            tail = f"，更正后应为 {write_money(mended)}" if mended is not None and mended != now else ""
            return f"由{place(report, diagnosis.follows)}的差错带入{tail}"
        said = _cause(report, diagnosis, diagnosis.cause)
        return f"{said}（与{place(report, diagnosis.follows)}同一原因）" if diagnosis.follows else said
    mended = dict(diagnosis.mended).get(diagnosis.blamed)
    if mended is not None and not diagnosis.follows:
        return f"{place(report, diagnosis.blamed)}如为 {write_money(mended)}，各处合计就都相符，请核对这一格"
    if diagnosis.follows and report.where(diagnosis.follows) == report.where(diagnosis.blamed):
        return "这一格的几项不符是同一原因，请一并核对"
    if diagnosis.follows:
        return f"与{place(report, diagnosis.follows)}的问题同出一处，请先核对那一处"
    if diagnosis.competing:
        kinds = dict.fromkeys(KIND_WORDS[c.kind] for c in diagnosis.competing)
        return f"可能是{'，也可能是'.join(kinds)}，请核对原始凭证"
    return None


KIND_WORDS = {
    "omitted_addend": "漏加一项",
    "counted_twice": "重复加了一项",
    "swapped_digits": "相邻两位数字写反",
    "mistyped_digit": "录错一位数字",
    "sign": "正负号填反",
    "decimal_shift": "小数点错位",
    "unit": "误以元为单位",
    "exchanged_cells": "相邻两格的数字填反",
    "missing_item": "漏填一项",
}


def _cause(report: Report, diagnosis: Diagnosis, cause: Cause) -> str:
    total = diagnosis.identity.total
    concerned = _concerned(report, diagnosis, cause)
    blamed = place(report, diagnosis.blamed)
    mended = dict(diagnosis.mended).get(diagnosis.blamed)
    now = report.at(diagnosis.blamed).typed_number
    change = f"（{write_money(now)} 应为 {write_money(mended)}）" if now is not None and mended is not None else ""
    exactly = _exactly(report, diagnosis, cause, concerned)
    match cause.kind:
        case "omitted_addend":
            hint = _omitted_hint(report, total, cause)
            if hint:
                stated = diagnosis.expected + diagnosis.difference
                return exactly + hint.format(actual=write_money(stated), expected=write_money(diagnosis.expected))
            return f"{exactly}合计可能漏加了{concerned if not exactly else '这一项' if _number_of(cause) == 1 else '这两项'}"
        case "counted_twice":
            return f"{exactly}合计可能把{concerned if not exactly else '这一项'}加了两次"
        case "missing_item":
            if diagnosis.evidence is not None:
                amount = report.at(diagnosis.evidence).typed_number or Decimal(0)
                return f"恰等于{_evidence(report, diagnosis.evidence)} {write_money(amount)}，分项中可能漏填了这一项"
            if diagnosis.blamed != total and now is None:
                return f"{blamed}可能漏填了{f' {write_money(mended)}' if mended is not None else ''}"
            return f"{concerned}可能漏填了" if cause.rows else "分项中可能漏填了一项"
        case "unit" if now is not None and mended is not None and abs(now) < abs(mended):
            return f"{blamed}的单位可能应为“万元”，误写成了“元”{change}"
        case "exchanged_cells":
            return f"{concerned}两格的数字可能填反了"
        case _:
            return f"{blamed}可能{KIND_WORDS[cause.kind]}{change}"


def _number_of(cause: Cause) -> int:
    """How many addends the cause names."""
    return len(cause.rows) or len(cause.fields)


def _exactly(report: Report, diagnosis: Diagnosis, cause: Cause, concerned: str) -> str:
    """The addends that the cause names make up this very difference. (Of a sum that only follows they need not.)"""
    identity = diagnosis.identity
    amount = Decimal(0)
    for term in identity.parts:
        if term.spot.field in cause.fields and (not cause.rows or term.spot.row in cause.rows):
            amount += report.at(term.spot).typed_number or Decimal(0)
    away = abs(abs(diagnosis.difference) - abs(amount))
    if away > identity.tolerance:
        return ""
    what = f"{concerned}{'之和' if _number_of(cause) > 1 else ''}"
    return f"恰等于{what}，" if not away else f"与{what}只差 {write_money(away)}，"


def _concerned(report: Report, diagnosis: Diagnosis, cause: Cause) -> str:
    """The addends that the cause names, as a sentence speaks of them."""
    total = diagnosis.identity.total
    terms = [t.spot for t in diagnosis.identity.parts] + [total]
    if cause.rows:
        table = report.form.tables[total.table]
        label = f"的“{_label(report, cause.fields[0])}”" if len(cause.fields) == 1 and table.kind == "grid" else ""
        return "和".join(f"第 {r} 项" if table.kind == "list" else f"“{r}”{label}" for r in cause.rows)
    labels: list[str] = []
    for field in cause.fields:
        spot = next((s for s in terms if s.field == field), None)
        labels.append(f"“{report.label(spot)}”" if spot else f"“{_label(report, field)}”")
    return "和".join(labels)


def _label(report: Report, field: str) -> str:
    at = report.form.fields.get(field)
    return at.field.label if at else field


def _omitted_hint(report: Report, total: Spot, cause: Cause) -> str | None:
    table = report.form.tables[total.table]
    if len(cause.fields) == 1 and not cause.rows:
        field = table.fields.get(cause.fields[0])
        return field.omitted if field else None
    return None


def _evidence(report: Report, spot: Spot) -> str:
    table = report.form.tables[spot.table]
    return f"{table.title}中{place(report, spot)}"
