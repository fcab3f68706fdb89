"""The roster (名单): who has to report. An .xlsx or .csv file with a heading row; what its columns are called varies."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from xlprocess.books.book import Scalar
from xlprocess.consolidation.consolidation import RosterLine
from xlprocess.consolidation.listed import FIRST_ROWS, plain, read_list
from xlprocess.errors import Refused
from xlprocess.form.model import normal

HEADINGS: dict[str, tuple[str, ...]] = {
    "code": ("预算编码", "编码", "单位编码", "部门编码", "预算单位编码", "预算部门编码", "单位代码", "部门代码"),
    "name": ("部门名称", "单位名称", "部门单位名称", "预算部门", "预算单位", "预算单位名称", "部门", "单位", "名称"),
    "superior": ("上级", "上级部门", "上级单位", "主管部门", "主管单位"),
    "group": ("分组", "组别", "类别", "分类"),
    "office": ("归口股室", "归口科室", "归口处室", "业务股室", "业务科室", "股室", "科室", "处室"),
    "contact": ("联系人", "经办人"),
    "phone": ("电话", "联系电话", "手机", "手机号", "手机号码", "电话号码"),
    "excused": ("免报", "涉密", "线下报送", "免报/涉密/线下报送", "免报涉密线下报送", "免报原因", "免报情况", "报送方式"),
}
_FIELD = {normal(text): field for field, texts in HEADINGS.items() for text in texts}
_YES = frozenset(("是", "√", "✓", "✔", "1", "y", "yes", "true", "有"))
_NO = frozenset(
    ("", "否", "×", "✗", "0", "n", "no", "false", "无", "-", "—", "/", "正常", "线上", "线上报送", "网上报送", "系统报送")
)
_TOTALS = frozenset(("合计", "总计", "小计", "共计"))
_KINDS = ("涉密", "线下报送", "免报")


def read_roster(path: Path) -> list[RosterLine]:
    """The lines of a roster. Raises Unreadable or Refused with the sentence."""
    rows = [[plain(v) for v in row] for row in read_list(path, "名单", lambda rows: _find(rows) is not None)]
    found = _find(rows)
    if found is None:
        what = "没有找到标题行。请在第一行写上“预算编码”和“部门名称”，每个部门一行"
        raise Refused(f"无法使用名单 {path.name}：{what}。")
    headings, first = found
    lines: list[RosterLine] = []
    for number, row in enumerate(rows[first:], first + 1):
        given = {field: row[k] for field, k in headings.items() if k < len(row) and row[k]}
        code, name = given.get("code", ""), given.get("name", "")
        if (not code and not name) or any(normal(text).rstrip("：:") in _TOTALS for text in row):
            continue
        excused = _excused(given.get("excused"), _heading(rows[first - 1], headings.get("excused")))
        others = {k: given.get(k) for k in ("superior", "group", "office", "contact", "phone")}
        lines.append(RosterLine(number, code, name or code, excused=excused, **others))
    if not lines:
        raise Refused(f"无法使用名单 {path.name}：标题行下面没有部门。请逐行填入预算编码和部门名称后再运行。")
    return lines


def _find(rows: Sequence[Sequence[Scalar]]) -> tuple[dict[str, int], int] | None:
    """Which column holds what, and how many rows the headings and what stands above them take."""
    for number, row in enumerate(rows[:FIRST_ROWS], 1):
        found: dict[str, int] = {}
        for column, text in enumerate(row):
            field = _FIELD.get(normal(plain(text))) if text else None
            if field is not None:
                found.setdefault(field, column)
        if "name" in found and len(found) > 1:
            return found, number
    return None


def _heading(row: Sequence[str], column: int | None) -> str:
    return "" if column is None else normal(row[column])


def _excused(text: str | None, heading: str) -> str | None:
    """Why no report is expected here."""
    plain = normal(text or "").lower()
    if plain in {normal(word) for word in _NO}:
        return None
    if plain in _YES:
        return next((kind for kind in _KINDS if kind in heading), "免报") if heading != normal("免报/涉密/线下报送") else "免报"
    return (text or "").strip()
