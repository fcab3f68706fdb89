"""What a migration did, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from xlprocess.identity import Spot
from xlprocess.migration.moved import Left, Migration
from xlprocess.migration.sheet_grid import shown
from xlprocess.values import Given, write_plain
from xlprocess.writers.json import encoded

_LONGEST = 60


def summary(migration: Migration) -> str:
    """One sentence of counts."""
    count = len(migration.moved)
    restored = f"，其中 {len(migration.restored)} 项恢复为公式" if migration.restored else ""
    return f"表样 {migration.form.id}：已迁移 {count} 项{restored}；没有位置的 {len(migration.left)} 处。"


def moved_sentence(migration: Migration, name: str) -> str:
    """What a run says of a file in a format that is not written."""
    left = f"，另有 {len(migration.left)} 处没有位置，列在“未迁移”表" if migration.left else ""
    kind = Path(name).suffix.lower() or "这种格式"
    return (
        f"{kind} 文件只能读取：内容已转到标准工作簿（迁移 {len(migration.moved)} 项{left}），检查结果在新的 .xlsx 中，原文件不变。"
    )


def lines(migration: Migration) -> Iterator[str]:
    """What is to be said of the whole, and one line for each thing that found no place."""
    yield from migration.remarks
    for item in migration.left:
        yield _line(item)


def _line(item: Left) -> str:
    text = " ".join(shown(item.value).split())
    text = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}……"
    near = f"（{item.near}）" if item.near else ""
    return f"{item.place}：“{text}”{near}{item.why}"


def document(migration: Migration, output: Path) -> bytes:
    """The account as JSON. `from` and `left` name cells of the old workbook; values are as `export`
    prints them."""
    moved: list[dict[str, Any]] = [
        {
            "table": spot.table,
            "row": spot.row,
            "field": spot.field,
            "value": _value(migration, spot, value.given),
            "raw": value.raw,
            "from": _cell(str(value.origin)),
            "restored": spot in migration.restored,
            "remark": value.remark,
        }
        for spot, value in migration.moved.items()
    ]
    left = [
        {"sheet": x.sheet, "cell": str(x.ref) if x.ref else None, "value": shown(x.value), "near": x.near or None, "why": x.why}
        for x in migration.left
    ]
    found = {"output": str(output), "form": migration.form.id, "moved": moved, "left": left, "remarks": migration.remarks}
    return encoded(found, indent=1) + b"\n"


def _value(migration: Migration, spot: Spot, given: Given) -> Any:
    """As `export` prints it."""
    table = migration.form.tables[spot.table]
    if table.total is not None and spot.field == table.total.id:
        return write_plain(table.total, given)
    field = f"parts.{spot.field.partition('].')[2]}" if spot.field.startswith("parts[") else spot.field
    return write_plain(table.fields[field], given)


def _cell(place: str) -> dict[str, str]:
    sheet, _, cell = place.rpartition("!")
    return {"sheet": sheet, "cell": cell}
