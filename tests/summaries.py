"""Consolidations for tests of the summary: from workbooks that are made, read and checked, without the engine around it."""

from __future__ import annotations

import copy
import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from xlprocess.consolidation.consolidation import Answered, Change, Consolidation, Department, File, RosterLine
from xlprocess.consolidation.submission import Submission
from xlprocess.consolidation.worker import content_hash, submission_of
from xlprocess.form.load import load
from xlprocess.form.template import build
from xlprocess.values import read_values

ROOT = Path(__file__).parents[1]
SAMPLE = json.loads((ROOT / "workbooks" / "samples" / "档案馆2021.json").read_text(encoding="utf-8"))
FUNDED = json.loads((ROOT / "tests" / "golden" / "general-2022.json").read_text(encoding="utf-8"))
STARTED = "2022-07-01T09:30:00+08:00"
NAMES = ("教育局", "卫生健康局", "民政局", "财政局", "住房和城乡建设局", "交通运输局", "水利局", "农业农村局", "文化旅游局",
         "退役军人事务局", "应急管理局", "审计局", "市场监督管理局", "统计局", "医疗保障局", "信访局", "档案馆", "司法局",
         "自然资源局", "生态环境局", "商务局", "林业局", "城市管理局", "机关事务服务中心")  # fmt: skip
Edit = Callable[[dict[str, Any]], None]


def workbook(document: dict[str, Any]) -> bytes:
    form = load(document["form"])
    return build(form, read_values(form, json.dumps(document, ensure_ascii=False), "test"))


def document(number: int, base: dict[str, Any] = SAMPLE) -> dict[str, Any]:
    """A department like the sample, its amounts another multiple: nothing that agreed stops agreeing."""
    found = copy.deepcopy(base)
    rng = random.Random(number)
    times = Decimal(rng.randint(1, 60))
    found["dept_name"] = f"示例区{NAMES[number % len(NAMES)]}" + (f"（{number}）" if number >= len(NAMES) else "")
    found["budget_code"] = f"{number + 1:06d}"
    for key in ("rows", "funds", "special_funds", "social_items"):
        for line in found.get(key) or ():
            _scale(line, times)
    if found.get("social_total"):
        found["social_total"] = str(Decimal(found["social_total"]) * times)
    return found


def _scale(line: dict[str, Any], times: Decimal) -> None:
    for name, value in line.items():
        if (
            isinstance(value, str)
            and not name.endswith(("_rate", "_weight", "_score"))
            and value.replace(".", "", 1).lstrip("-").isdecimal()
        ):
            line[name] = str(Decimal(value) * times)
        elif isinstance(value, list):
            for part in value:
                _scale(part, times)


def consolidation(
    folder: Path,
    documents: Iterable[dict[str, Any]],
    missing: Sequence[RosterLine] = (),
    excused: Sequence[RosterLine] = (),
) -> Consolidation:
    """Every document as a workbook in `folder`, read and checked, and a roster of all of them and of those who are missing."""
    submissions: dict[int, Submission] = {}
    files, departments, roster = [], [], []
    for key, values in enumerate(documents):
        data = workbook(values)
        location = folder / "报送" / f"{values['dept_name']}.xlsx".replace("/", "／")
        location.parent.mkdir(exist_ok=True)
        location.write_bytes(data)
        submissions[key] = submission = submission_of(data, location.name)
        assert submission.status == "checked", submission.error
        name, code = submission.department or "", submission.code or ""
        file = File(
            key, f"报送/{location.name}", location, content_hash(data), len(data), 1656637800.0, "checked", "current", name, code
        )
        line = RosterLine(key + 1, code, name, "示例区人民政府", "政府部门" if key % 2 else "公共服务", "行政政法股")
        files.append(file)
        roster.append(line)
        departments.append(Department(f"{code} {name}", name, code, file, line=line, group=line.group))
    roster += [*missing, *excused]
    form = load(submissions[0].form) if submissions else load("yueyang-2021")
    forms = dict(Counter(s.form for s in submissions.values()))
    fetch = submissions.__getitem__
    return Consolidation(form, load, STARTED, departments, files, [*missing], roster, lambda file: fetch(file.key), forms=forms)


def with_everything(folder: Path, count: int = 24, base: dict[str, Any] = SAMPLE) -> Consolidation:
    """A summary in which every state occurs: errors, missing and excused departments, resubmissions, unreadable files."""
    documents = [document(n, base) for n in range(count)]
    for number, values in enumerate(documents):
        plant(values, number)
    missing = [
        RosterLine(90, "000901", "示例区体育局", "示例区人民政府", "公共服务", "教科文股", "陈某", "0000-0000000"),
        RosterLine(91, "000902", "示例区供销社", None, "公共服务", "农业股"),
    ]
    excused = [RosterLine(92, "000903", "示例区国家安全办", None, None, None, excused="涉密")]
    found = consolidation(folder, documents, missing, excused)
    old = File(900, "报送/第一次/教育局.xlsx", folder / "报送" / "教育局.xlsx", "a" * 64, 20_000, 1656000000.0, "checked",
               "superseded", "示例区教育局", "000001", "退回轮次较低，已被重报替代。")  # fmt: skip
    bad = File(901, "报送/打不开.xlsx", folder / "报送" / "打不开.xlsx", "b" * 64, 99, 1656000000.0, "unreadable", "unreadable",
               why="无法处理 打不开.xlsx：文件已损坏。请重新导出后再报。")  # fmt: skip
    scan = File(902, "报送/供销社盖章件.pdf", folder / "报送" / "供销社盖章件.pdf", "c" * 64, 3_000_000, 1656000000.0, "attachment",
                "attachment", "示例区供销社", "000902")  # fmt: skip
    found.files += [old, bad, scan]
    first = found.departments[0]
    first.others.append(old)
    fetch, again = found.submission, found.submission(first.current)
    found.submission = lambda file: again if file.key == 900 else fetch(file)
    at = again.figures[0]
    first.changes = [Change(at.table, at.row, at.field, "100.00", at.value)]
    mended = Answered("0123456789ab", "R101", "error", "收支情况", "B6", "收入合计与各分项之和不符。", "已改")
    explained = Answered(
        "ba9876543210", "R305", "notice", "收支情况", "G6", "当年支出大于本年收入。", "已说明", "动用结转。", "采纳"
    )
    first.answered = [mended, explained]
    found.departments[1].renamed = "名单上的名称是“示例区卫健局”，报来的是“示例区卫生健康局”。"
    found.suggestions = ["“示例区供销社”只报来附件（报送/供销社盖章件.pdf），没有报来工作簿。"]
    return found


def plant(values: dict[str, Any], number: int) -> None:
    """Slips of clerks in some of the departments."""
    rows = values.get("rows") or values.get("funds")
    total = "income_total" if "rows" in values else "executed"
    if number % 5 == 1:
        rows[1][total] = str(Decimal(rows[1][total]) + Decimal("9.90"))
    if number % 7 == 3 and "rows" in values:
        values["staff_actual"] = values["staff_quota"] + 3
    if number % 6 == 2 and "rows" in values:
        values["score"], values["grade"] = ("86.5", "优") if number % 12 == 2 else ("78", "中")
    elif "rows" in values:
        values["score"], values["grade"] = str(90 + number % 10), "优"
