"""Levels: the files that a summary of a lower level carries, as if they had been handed in themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from pathlib import Path
from typing import NamedTuple

from xlprocess.consolidation.consolidation import Consolidation, File
from xlprocess.consolidation.ledger import rules_version
from xlprocess.consolidation.lower_level import Carried, Held
from xlprocess.consolidation.worker import Done, content_hash
from xlprocess.jobs.inputs import reach, real

BETWEEN = " › "
"""Between a summary and the file in it, where both are named."""
_NAMED = 10  # missing departments that are named


class Unpacked(NamedTuple):
    """A file that was in a summary, and for the ledger what it gave, under a key that is no hash of a workbook: what a summary
    says of a file never stands for the file itself."""

    file: File
    done: Done | None


def unpacked(summary: File, carried: Carried, first_key: int) -> Iterator[Unpacked]:
    """The files of a summary. Which of several counts is decided anew; what was left out there stays so. `home` tells a file again
    that has been handed in itself, or stands in another summary."""
    for key, held in enumerate(carried.held, first_key):
        leaf = held.leaf
        location = summary.location.parent / leaf.place
        is_there = _is_there(location)
        file = File(
            key=key,
            path=f"{summary.path}{BETWEEN}{leaf.path}",
            location=location if is_there else summary.location,
            hash=leaf.hash,
            size=leaf.size,
            modified=leaf.modified,
            status=leaf.status,
            role="current" if held.packed and leaf.role != "excluded" else leaf.role,  # type: ignore[arg-type]
            department=leaf.department,
            code=leaf.code,
            why=leaf.why if not held.packed or leaf.role == "excluded" else None,
            inside=f"{summary.path}{BETWEEN}{leaf.inside}" if leaf.inside else summary.path,
            group=leaf.group,
            rules=leaf.rules or (carried.seal.rules if held.packed else None),
            is_held=not is_there,
            home=real(location) if leaf.place else None,
        )
        yield Unpacked(file, _done(file, held))


def _done(file: File, held: Held) -> Done | None:
    if not held.packed:
        return None
    return Done(file.key, "checked", f"leaf:{content_hash(held.packed)}", held.form, held.head, held.packed)


def _is_there(location: Path) -> bool:
    try:
        return reach(location).is_file()
    except (OSError, ValueError):
        return False


def leave_out(files: Sequence[File], paths: Set[str]) -> None:
    """The files at these places are listed and not counted; with a summary of a lower level all that it carries."""
    if not paths:
        return
    with_it = {file.path for file in files if file.role == "summary" and file.inside is None and real(file.location) in paths}
    for file in files:
        inside = file.inside is not None and file.inside.partition(BETWEEN)[0] in with_it
        if file.role != "attachment" and (inside or (real(file.location) in paths and not file.is_held)):
            file.role, file.why = "excluded", "按要求不计入汇总。"


def said_of(carried: Carried) -> str:
    """What is to be said of a summary of a lower level, in Chinese sentences."""
    seal = carried.seal
    counted = sum(1 for held in carried.held if held.leaf.role in ("current",))
    said = f"下级汇总，含 {counted} 个部门，来自 {sum(h.leaf.role != 'summary' for h in carried.held)} 份文件。"
    said += lacking(carried)
    if seal.rules != rules_version():
        said += f"它由另一版本的程序（{seal.program}）生成，其中的问题按那一版的规则列出。"
    return said


def lacking(carried: Carried) -> str:
    """What the totals do not hold of a summary of a lower level: its missing departments, and what was changed in it by hand."""
    seal, said = carried.seal, ""
    if carried.changed:
        sheets = "、".join(f"“{s}”" for s in carried.changed)
        said = f"{sheets}的数字在汇总以后被人改过；改动没有计入，仍按各部门原报的数字汇总。确需改数的，请改部门的工作簿后重新汇总。"
    if seal.missing:
        names = "、".join(name for _, name in seal.missing[:_NAMED])
        rest = f"等 {len(seal.missing)} 个部门" if len(seal.missing) > _NAMED else ""
        said += f"应报 {seal.expected} 个，未报 {len(seal.missing)} 个：{names}{rest}。"
    return said


def counted_once(found: Consolidation) -> list[str]:
    """The departments that came as a workbook of their own, or in another summary, and are in a summary as well."""
    said: list[str] = []
    for department in found.departments:
        both = [f for f in department.others if f.role == "duplicate" and f.inside != department.current.inside]
        if both:
            where = "、".join(dict.fromkeys(f"“{f.inside}”" if f.inside else f.path for f in both))
            counted = department.current.path
            said.append(f"“{department.name}”在{where}中也有，内容相同，只按 {counted} 计一次。")
    return said


def in_order(files: Sequence[File], inside: Mapping[int, Sequence[File]]) -> list[File]:
    """Every file, those of a summary behind it. A file that is an input itself is not listed again: it counts as it is now, and
    that is said of the summary."""
    if not inside:
        return list(files)
    direct = {real(file.location): file for file in files if file.role != "summary"}
    found: list[File] = []
    for file in files:
        mine = inside.get(file.key, ())
        again = [each for each in mine if each.home in direct]
        if again:
            changed = sum(each.hash != direct[each.home or ""].hash for each in again)
            what = "都" if len(again) == len(mine) else f"有 {len(again)} 份"
            file.why = f"{file.why}其中的文件{what}直接参加了这次汇总，按文件现在的内容计入，不再重复"
            file.why += f"；汇总以后改过的有 {changed} 份。" if changed else "。"
        found += [file, *(each for each in mine if each.home not in direct)]
    return found
