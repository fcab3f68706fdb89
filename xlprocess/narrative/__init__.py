"""Chinese official prose, read for what it says of the form's own figures.

passage (text, sentences) ─ amounts ─ names (what an amount is said of) ─ statements │ lists │ changes │ counts │ denials

Everything keeps its offsets, so that a finding can quote. When several organisations, years or kinds could be meant,
nothing is read at all. The modules inside are imported when there is a text, not before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlprocess.identity import Spot
from xlprocess.report import Report

if TYPE_CHECKING:
    from xlprocess.narrative.passage import Passages


def passages(report: Report) -> Passages | tuple[()]:
    """The long texts in which something is written, in the order of the form; kept, since what was typed does not change."""
    if report.passages is None:
        texts = [
            (Spot(table, None, field.id), field, text)
            for table, field in report.form.longtexts
            if (rows := report.tables[table].rows) and (text := rows[0].cell(field.id).text)
        ]
        report.passages = ()
        if texts:
            from xlprocess.narrative.passage import Passages

            report.passages = Passages(texts)
    return report.passages
