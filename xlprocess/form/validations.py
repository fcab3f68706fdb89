"""Drop-down lists and input limits. They warn and never block: people type —, 无 and texts with units; these
are read.

LibreOffice 7.4 lets no formula pass whatever limit there is: it looks at the text that was typed, not at the result, and asks
before it takes `=1000+32.52`. Nothing that a limit can say changes that; Excel looks at the result."""

from __future__ import annotations

from typing import Any

from xlsxwriter.worksheet import Worksheet

from xlprocess.books.book import Ref
from xlprocess.form.layout import Layout, SheetPlan
from xlprocess.form.model import Field

NOTHINGS = ("—", "——", "-", "/", "无")
ANYWAY = "仍要这样填，请选“是”。"


def validate(sheet: Worksheet, plan: SheetPlan, layout: Layout) -> None:
    """Limits for every input cell of a sheet. In grids and lists they reach down to the hint row, so that
    inserted rows have them too."""
    done: set[tuple[str, str]] = set()
    for slot in plan.slots:
        table, field = slot.table, slot.field
        if (table.id, field.id) in done:
            continue
        done.add((table.id, field.id))
        place = layout.tables[table.id]
        if field.id in place.columns:
            first, last = place.block(place.columns[field.id])
        else:
            first = last = slot.first
        options = _limit(field, first, table.unit or layout.form.edition.unit)
        if options:
            sheet.data_validation(first.row - 1, first.column - 1, last.row - 1, last.column - 1, options)


def _limit(field: Field, first: Ref, unit: str) -> dict[str, Any] | None:
    if field.kind == "derived":
        return None
    prompt = {"input_title": field.label[:32], "input_message": field.prompt[:255]} if field.prompt else {}
    if field.choices:
        return {
            **prompt,
            "validate": "list",
            "source": list(field.choices),
            "error_type": "warning",
            "error_title": "不在选项之内",
            "error_message": f"一般从下列各项中选填：{'、'.join(field.choices)}。{ANYWAY}"[:255],
        }
    found = _condition(field, str(first), unit)
    if found is None:
        return {**prompt, "validate": "any"} if prompt else None
    condition, what = found
    nothings = "".join(f',{first}="{n}"' for n in NOTHINGS)
    return {
        **prompt,
        "validate": "custom",
        "value": f"=OR({condition}{nothings})",
        "error_type": "warning",
        "error_title": "请核对",
        "error_message": f"{what}{ANYWAY}",
    }


def _condition(field: Field, cell: str, unit: str) -> tuple[str, str] | None:
    """What a cell should hold, and the sentence about it."""
    match field.type:
        case "money":
            sign = "" if field.negative else f",{cell}>=0"
            least = "" if field.negative else "，不小于 0"
            return (
                f"AND(ISNUMBER({cell}){sign})",
                f"“{field.label}”填数字{least}，单位：{unit}；没有发生的留空，或填“—”“无”。"
                "带单位的文字检查时会读出，但表内公式不计入。",
            )
        case "count":
            return f"AND(ISNUMBER({cell}),{cell}>=0,{cell}=INT({cell}))", f"“{field.label}”填整数，不小于 0。"
        case "score" | "number":
            limits = [f"ISNUMBER({cell})"]
            words = "数字"
            if field.minimum is not None and field.maximum is not None:
                limits += [f"{cell}>={field.minimum:f}", f"{cell}<={field.maximum:f}"]
                words = f"{field.minimum:f} 至 {field.maximum:f} 的数字"
            return f"AND({','.join(limits)})", f"“{field.label}”填{words}。"
        case "rate":
            return f"ISNUMBER({cell})", f"“{field.label}”填百分数，如 95%。"
        case "year":
            first, last = field.minimum or 1949, field.maximum or 2100
            return f"AND(ISNUMBER({cell}),{cell}>={first},{cell}<={last})", f"“{field.label}”填四位年份，如 2021。"
        case "date":
            return f"AND(ISNUMBER({cell}),{cell}>=DATE(1949,1,1))", f"“{field.label}”填日期，如 2022-6-30。"
    return None
