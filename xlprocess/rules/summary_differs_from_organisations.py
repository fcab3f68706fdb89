from __future__ import annotations

from collections.abc import Iterator

from xlprocess.diagnose import Diagnosis
from xlprocess.finding import Finding, Severity
from xlprocess.report import Report
from xlprocess.rules.diagnosed import broken, with_other_reasons
from xlprocess.rules.rule import rule


@rule("R103", severity="error")
def summary_differs_from_organisations(report: Report) -> Iterator[Finding]:
    """汇总行不等于各行之和。

    依据：汇总行是以下各行逐栏相加的结果，财政部门按汇总行汇编。
    处理：更正汇总行，或补填、更正以下各行；有内部往来抵销的，在“说明”中写明金额。
    """

    def severity(diagnosis: Diagnosis) -> Severity | None:
        """A balance typed in 汇总 alone differs from its formula and is judged as that: nobody typed what it is the sum of."""
        total, parts = diagnosis.identity.total, diagnosis.identity.parts
        field = report.form.tables[total.table].fields[total.field]
        is_formula = field.differs_because is not None and all(part.spot.field != total.field for part in parts)
        return field.differs if is_formula else None

    def is_wanted(diagnosis: Diagnosis) -> bool:
        return diagnosis.identity.addends == "organisations" and diagnosis.expected + diagnosis.difference != 0

    for finding in broken(report, is_wanted, severity):
        yield with_other_reasons(report, finding) if finding.severity == "warning" else finding
