from __future__ import annotations

from collections.abc import Iterator

from xlprocess.finding import Finding
from xlprocess.report import Report
from xlprocess.rules.rule import WORKBOOK, flag, rule

KINDS = ("found_elsewhere", "names_outdated", "formulas_outdated", "sheet_copied")


@rule("R210", severity="notice")
def found_elsewhere(report: Report) -> Iterator[Finding]:
    """表格不在原来的位置。

    依据：工作表改名或表格移动后仍能识别，但汇总人核对时会找不到；同样的表有两份时，只读其中一份。
    处理：数字已照常读取；报送前最好恢复原来的名称和位置，删去多余的一份。
    """
    for remark in report.remarks:
        if remark.kind not in KINDS:
            continue
        if remark.kind == "names_outdated":
            titles = "".join(f"“{title}”" for title in remark.detail)
            problem = f"{titles}不在工作簿里记录的位置，可能被别的程序插入或删除过行、列，已按表头的文字读取"
        elif remark.kind == "formulas_outdated":
            count = remark.detail[0]
            problem = f"{count} 个公式指向了别的单元格，可能被别的程序插入或删除过行、列，已按表样的公式计算"
        elif remark.kind == "sheet_copied":
            copied, read = remark.detail
            problem = f"工作表“{copied}”与“{read}”的表格相同，读取的是“{read}”，“{copied}”里的数字没有读取"
        elif remark.where.table == "workbook":
            problem = f"工作表“{remark.detail[0]}”改名为“{remark.detail[1]}”，已照常读取"
        else:
            problem = f"“{remark.detail[0]}”这张表不在工作表“{remark.detail[1]}”原来的位置，已照常读取"
        yield flag(report, WORKBOOK, problem, where=remark.where)
