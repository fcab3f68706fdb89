"""Scans, Word reports and files that cannot be read: whose they are, by the names in their paths."""

from __future__ import annotations

from xlprocess.consolidation.consolidation import Consolidation
from xlprocess.form.model import normal


def match_attachments(found: Consolidation) -> list[str]:
    """A scan is a department's when its path holds the department's name; where there is no workbook, that is said. So is a file
    that cannot be read, where nothing else came from that line of the roster. Gives those sentences."""
    names = {normal(d.name): (d.name, d.code) for d in found.departments}
    names.update({normal(line.name): (line.name, line.code) for line in found.missing})
    longest = max(map(len, names), default=0)
    only: dict[str, list[str]] = {}
    missing = {(line.name, line.code) for line in found.missing}
    for file in found.of_role("attachment"):
        whose = _named_in(normal(file.path), names, longest)
        if whose is not None:
            file.department, file.code = whose
            if whose in missing:
                only.setdefault(whose[0], []).append(file.path)
    unread: dict[str, list[str]] = {}
    for file in found.of_role("unreadable") if missing else ():
        whose = None if file.department else _named_in(normal(file.path), names, longest)
        if whose in missing and whose is not None:
            file.department, file.code = whose
            unread.setdefault(whose[0], []).append(file.path)
            only.pop(whose[0], None)
    said = [f"“{name}”只报来附件（{'、'.join(paths)}），没有报来工作簿。" for name, paths in only.items()]
    said += [
        f"“{name}”报来的文件（{'、'.join(paths)}）无法读取；是按文件名认的，请核对，并请重新报送。"
        for name, paths in unread.items()
    ]
    return said


def _named_in(path: str, names: dict[str, tuple[str, str]], longest: int) -> tuple[str, str] | None:
    """The longest of the names that stands in a path."""
    for length in range(min(longest, len(path)), 1, -1):
        for start in range(len(path) - length + 1):
            whose = names.get(path[start : start + length])
            if whose is not None:
                return whose
    return None
