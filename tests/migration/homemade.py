"""Workbooks that a department might have made for itself: the tables of the printed form, arranged and damaged in many ways.
Written cell by cell with openpyxl, without the code that the project makes workbooks with."""

from __future__ import annotations

import random
from collections.abc import Iterable
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

GRIDS: dict[str, list[tuple[str, str, int]]] = {  # label, field, depth of the header
    "（一）年度收入情况": [
        ("收入合计", "income_total", 0),
        ("上年结转", "carryover_prev", 1),
        ("公共财政拨款", "public_budget", 1),
        ("政府基金拨款", "gov_fund", 1),
        ("纳入专户管理的非税收入拨款", "special_account_nontax", 1),
        ("其他收入", "other_income", 1),
    ],
    "（三）三公经费情况": [
        ("三公经费合计", "tp_total", 0),
        ("公务接待费", "tp_reception", 1),
        ("公务用车运维费", "tp_vehicle_operation", 1),
        ("公务用车购置费", "tp_vehicle_purchase", 1),
        ("因公出国费", "tp_abroad", 1),
    ],
    "（四）固定资产情况": [
        ("固定资产合计", "fa_total", 0),
        ("在用固定资产", "fa_in_use", 1),
        ("出租固定资产", "fa_rented_out", 1),
        ("其他", "fa_other", 0),
    ],
}
SWITCHES = (
    "one sheet",
    "yuan",
    "figures as text",
    "thousands",
    "merged",
    "labels altered",
    "labels broken",
    "extra column",
    "extra row",
    "summary last",
    "side by side",
    "numbered",
    "another sheet",
    "remarks",
    "moved down",
)
ORGANISATIONS = ("局机关", "防汛服务中心", "执法大队")


class HomeMade:
    """A workbook and what is true of it. `truth`: field → figure in 万元, by organisation. `numbers`: every number that was
    written, by sheet and address, in the unit that it was written in."""

    def __init__(self, switches: Iterable[str], seed: int) -> None:
        self.on = set(switches)
        self.random = random.Random(seed)
        self.book = openpyxl.Workbook()
        self.truth: dict[tuple[str, str], Decimal] = {}
        self.basics = {"dept_name": "某县水利局", "budget_code": "0312001", "staff_quota": "41", "staff_actual": "39"}
        self.numbers: dict[tuple[str, str], Decimal] = {}
        first = self.book.active
        assert first is not None
        first.title = "自评表" if "one sheet" in self.on else "单位情况"
        self.write_basics(first)
        top = first.max_row + 2
        sheet = first
        right = 1
        for caption, columns in GRIDS.items():
            if "one sheet" not in self.on and ("side by side" not in self.on or sheet is first):
                sheet = self.book.create_sheet(f"表{len(self.book.sheetnames)}")
                top = 3 if "moved down" in self.on else 1
                right = 1
            bottom, last = self.write_grid(sheet, top, right, caption, columns)
            if "side by side" in self.on and right == 1:
                right = last + 2
            else:
                top, right = max(bottom, sheet.max_row) + 2, 1
        if "another sheet" in self.on:
            other = self.book.create_sheet("明细账", 0 if self.random.random() < 0.5 else None)
            for row in range(1, 6):
                other.cell(row, 1, f"凭证{row}")
                self.put(other, row, 2, self.figure())

    def figure(self) -> Decimal:
        """Never the same figure twice, so that one cannot pass for another."""
        while True:
            value = Decimal(self.random.randrange(100, 999_999)).scaleb(-2)
            if value not in self.numbers.values() and value not in self.truth.values():
                return value

    def put(self, sheet: Worksheet, row: int, column: int, value: Decimal, money: bool = False) -> None:
        cell = sheet.cell(row, column)
        shown = value * 10_000 if money and "yuan" in self.on else value
        self.numbers[sheet.title, cell.coordinate] = shown
        if "figures as text" in self.on and money:
            cell.value = f"{shown:,.2f}" if "thousands" in self.on else f"{shown:f}"
        else:
            cell.value = float(shown)

    def label(self, text: str) -> str:
        if "labels broken" in self.on and len(text) > 3:
            text = f"{text[:3]}\n{text[3:]}"
        if "labels altered" in self.on:
            text = f" {text}（{'元' if 'yuan' in self.on else '万元'}）"
        return text

    def write_basics(self, sheet: Worksheet) -> None:
        sheet.cell(1, 1, "部门整体支出绩效自评表")
        pairs = (
            ("部门（单位）名称", "dept_name"),
            ("预算编码", "budget_code"),
            ("人员编制", "staff_quota"),
            ("实有人数", "staff_actual"),
        )
        for k, (label, field) in enumerate(pairs):
            sheet.cell(2 + k, 1, label)
            value: Any = self.basics[field]
            if field.startswith("staff"):
                self.put(sheet, 2 + k, 2, Decimal(value))
            else:
                sheet.cell(2 + k, 2, value)

    def write_grid(
        self, sheet: Worksheet, top: int, left: int, caption: str, columns: list[tuple[str, str, int]]
    ) -> tuple[int, int]:
        """Gives the last row and the last column."""
        unit = "元" if "yuan" in self.on else "万元"
        sheet.cell(top, left, caption)
        sheet.cell(top, left + len(columns), f"单位：{unit}")
        head = top + 1
        sheet.cell(head, left, "机构名称")
        below = any(depth for _, _, depth in columns)
        for k, (label, _, depth) in enumerate(columns, 1):
            sheet.cell(head + depth, left + k, self.label(label))
            if depth and not columns[k - 2][2]:
                sheet.cell(head, left + k, "其中：")
                if "merged" in self.on:
                    last = k
                    while last < len(columns) and columns[last][2]:
                        last += 1
                    sheet.merge_cells(start_row=head, end_row=head, start_column=left + k, end_column=left + last)
        if "merged" in self.on and below:
            for column in (left, left + 1):
                sheet.merge_cells(start_row=head, end_row=head + 1, start_column=column, end_column=column)
        extra = left + len(columns) + 1
        if "extra column" in self.on:
            sheet.cell(head, extra, "上年同期数")
        body = head + 1 + below
        names = ["汇总", *ORGANISATIONS]
        if "summary last" in self.on:
            names = [*ORGANISATIONS, "汇总"]
        for k, name in enumerate(names):
            printed = "局机关及二级机构汇总" if name == "汇总" else name
            sheet.cell(body + k, left, f"{k}、{printed}" if "numbered" in self.on and name != "汇总" else printed)
            for c, (_, field, _) in enumerate(columns, 1):
                value = self.truth.setdefault((name, field), self.figure())
                self.put(sheet, body + k, left + c, value, money=True)
            if "extra column" in self.on:
                self.put(sheet, body + k, extra, self.figure())
        row = body + len(names)
        if "extra row" in self.on:
            sheet.cell(row, left, "比上年增减")
            for c in range(1, len(columns) + 1):
                self.put(sheet, row, left + c, self.figure())
            row += 1
        if "remarks" in self.on:
            sheet.cell(row, left, "备注：本表由办公室填写。")
            row += 1
        return row, left + len(columns) + ("extra column" in self.on)

    def data(self) -> bytes:
        target = BytesIO()
        self.book.save(target)
        return target.getvalue()
