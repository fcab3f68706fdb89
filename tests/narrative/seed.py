"""The narrative of the real report, cut at its headings, where the shared material is at hand."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from xlprocess.derive import derive
from xlprocess.form.load import load
from xlprocess.report import Report
from xlprocess.values import read_values, report_of

GOLDEN = Path(__file__).parents[1] / "golden" / "yueyang-2021.json"
_HEADINGS = (
    "部门（单位）概况|一般公共预算支出情况|政府性基金预算支出情况|国有资本经营预算支出情况|社会保险基金预算支出情况|"
    "部门整体支出绩效情况|存在的问题及原因分析|下一步改进措施|其他需要说明的情况"
)


def text() -> str:
    for parent in Path(__file__).resolve().parents:
        found = parent.parent / "shared" / "seed" / "report.txt"
        if found.exists():
            return found.read_text(encoding="utf-8")
    pytest.skip("the seed report is not at hand")


def seed(change: dict[str, str] | None = None) -> Report:
    """The whole report with its texts; `change` replaces words in it."""
    whole = text()
    for old, new in (change or {}).items():
        assert old in whole
        whole = whole.replace(old, new)
    story = whole[whole.index("五、评价报告综述") :]
    parts = re.split(rf"\n[一二三四五六七八九]、(?:{_HEADINGS})\n", story)[1:]
    document = json.loads(GOLDEN.read_text(encoding="utf-8"))
    document["narrative"] = {f"s{n}": part.strip() for n, part in enumerate(parts, 1)}
    assert len(parts) == 9
    labels = {"duties": "职能职责概述", "achievements": "运行\n\n情况及取得的成绩"}
    for field, label in labels.items():
        start = whole.index(label) + len(label)
        document[field] = re.split(r"\n\n\t(?=\S)", whole[start:])[0].strip()
    form = load("yueyang-2021")
    report = report_of(form, read_values(form, json.dumps(document, ensure_ascii=False), "seed"))
    derive(report)
    return report
