from __future__ import annotations

from collections.abc import Iterator

from xlprocess.diagnose import Diagnosis
from xlprocess.finding import Finding, Severity
from xlprocess.report import Report
from xlprocess.rules.diagnosed import broken, with_other_reasons
from xlprocess.rules.rule import rule


@rule("R104", severity="warning")
def balance_differs_from_formula(report: Report) -> Iterator[Finding]:
    """结余与收支不符。

    依据：当年结余＝本年收入－支出，累计结余＝上年结转＋当年结余。
    处理：核对收支和结余；因财政收回、结余分配、专用结余、年初余额调整等变动的，在“说明”中写明金额和原因，否则更正。
    """

    def severity(diagnosis: Diagnosis) -> Severity:
        total = diagnosis.identity.total
        return report.form.tables[total.table].fields[total.field].differs

    for finding in broken(report, lambda d: d.identity.addends == "operands", severity):
        yield with_other_reasons(report, finding)
