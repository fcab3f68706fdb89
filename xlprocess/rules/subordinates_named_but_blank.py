from __future__ import annotations

from collections.abc import Iterator

from xlprocess.finding import Finding, Where
from xlprocess.form.model import RowSet
from xlprocess.narrative import passages
from xlprocess.report import Report
from xlprocess.rules.rule import WORKBOOK, flag, rule


@rule("R610", severity="notice")
def subordinates_named_but_blank(report: Report) -> Iterator[Finding]:
    """文字写有下属单位，表格没有填。

    依据：汇总包括局机关和各二级机构；下属单位独立核算的，应当各填一行。
    处理：下属单位独立核算的，补填它们的行；不独立核算、已并入局机关的，在“说明”中写明。
    """
    texts = passages(report)
    if not texts or not texts.mention(*(word for row_set in report.form.row_sets.values() for word in row_set.called)):
        return
    from xlprocess.narrative.subordinates import holding, subordinates
    from xlprocess.narrative.wording import said_in

    for row_set in report.form.row_sets.values():
        sheet = report.form.grids(row_set.id)[0].sheet
        filled = [o for o in report.organisations(row_set) if not report.is_blank_row(row_set, o)]
        if row_set.lead not in filled:
            continue
        for passage in holding(row_set, texts):
            found = subordinates(row_set, passage)
            if found is not None and found[0] > len(filled) - 1:
                number, start, end = found
                has = f"只填了 {len(filled) - 1} 个" if len(filled) > 1 else "都是空白"
                said = f"{said_in(passage, start, end)}，“{sheet}”中{row_set.lead}以外的{row_set.member}{has}"
                yield flag(
                    report,
                    WORKBOOK,
                    said,
                    "是否因为不独立核算、已并入局机关，请核对",
                    actual=str(len(filled) - 1),
                    expected=str(number),
                    where=_where(report, row_set),
                )
                break


def _where(report: Report, row_set: RowSet) -> Where:
    """The first blank row of the first table, or the table."""
    table = report.form.grids(row_set.id)[0]
    for row in report.tables[table.id].rows:
        if row.key not in (row_set.summary, row_set.lead) and row.is_blank and row.name.ref is not None:
            return Where(row.name.sheet, row.name.ref, table.id)
    return report.first_cell(table.id, table.field[0].id)
