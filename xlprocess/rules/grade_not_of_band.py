from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from xlprocess.finding import Finding
from xlprocess.form.model import Field
from xlprocess.identity import Spot
from xlprocess.report import Report
from xlprocess.rules.rule import flag, place, rule
from xlprocess.typed import write_number


@rule("R311", severity="warning")
def grade_not_of_band(report: Report) -> Iterator[Finding]:
    """等次与得分不对应。

    依据：财政部门规定，90 分及以上为优，80 分及以上为良，60 分及以上为中，60 分以下为差。
    处理：核对得分和等次，改正填错的一个。
    """
    for spot, field, cell in report.spots():
        if not field.bands or cell.text is None or field.of is None:
            continue
        score = report.cell(field.of).number
        band = _band(field, cell.text)
        expected = next((name for name, least in field.bands if score is not None and score >= least), None)
        if score is None or expected is None or band == expected or not _in_range(report, field.of):
            continue
        of = report.form.fields[field.of]
        place_of = place(report, Spot(of.table.id, None, of.field.id))
        yield flag(
            report,
            spot,
            f"{place(report, spot)}填的是“{cell.text.strip()}”，{place_of} {write_number(score)} 分对应“{expected}”",
            actual=cell.text,
            expected=expected,
        )


def _band(field: Field, text: str) -> str | None:
    """The band that a grade names: 优, 优秀, 评定为良; None for a word of another scale."""
    folded = unicodedata.normalize("NFKC", text)
    named = [name for name, _ in field.bands if name in folded]
    return named[0] if len(named) == 1 else None


def _in_range(report: Report, score: str) -> bool:
    """A score outside its range has its own finding."""
    at, value = report.form.fields[score].field, report.cell(score).number
    return value is not None and (at.minimum is None or value >= at.minimum) and (at.maximum is None or value <= at.maximum)
