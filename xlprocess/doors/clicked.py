"""What each button does with the open workbook, and what the person reads afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeVar

from xlprocess.books.book import Changes
from xlprocess.books.live import LiveBook, TypedMeanwhile
from xlprocess.desktop.native import Native, StillTyping
from xlprocess.errors import Unreadable
from xlprocess.finding import RANK, SEVERITY_WORD, Finding
from xlprocess.pipeline import Checked, annotate_book, check_book, clear_book, explanations_in, read_book
from xlprocess.report import Report

T = TypeVar("T")
CLOSE, JUMP = "关闭", "跳到第一处"
_TRIES = 3
_SAVE = "结果已写在打开的工作簿里，请记得保存。"
HELP = """运行检查：填入能算的数，给有问题的格加批注，全部问题列在“检查结果”表。
只填充：只填入能算的数，不检查。
清除标注：去掉检查留下的批注和“检查结果”的内容，您自己写的批注和填的数不动。
生成综述初稿：空白的综述按表中的数写出初稿，标有“【初稿】”；写好的一字不改。
生成报告：按表样印成 Word 自评报告，放在工作簿旁边。
汇总文件夹：把一个文件夹里各部门的工作簿汇总成一份。

颜色：红色是错误，应改正；黄色是警告，请核对；蓝色是提示；绿色是系统填入的数。
您填的数字和文字一律不改。确属正确的，在“检查结果”的“说明”栏写明理由。"""


def clicked(action: str, native: Native) -> None:
    """Does it and says so in a dialog. Raises CannotProcess or Refused with the sentence for what cannot be done."""
    _ACTIONS[action](native)


def _run(native: Native) -> None:
    checked = _worked_on(native, _checked_and_flagged, "正在检查…")
    counts = Counter(f.severity for f in checked.findings)
    filled = f"已填 {len(checked.derived)}"
    first = _first(checked.findings)
    if not checked.findings:
        native.ask(f"没有发现问题，{filled}", _SAVE, [CLOSE])
        return
    heading = f"{'，'.join(f'{word} {counts[kind]}' for kind, word in SEVERITY_WORD.items())}，{filled}"  # type: ignore[index]
    text = f"有问题的格已加批注并变色，全部问题列在“检查结果”表。改好后再运行一次检查。\n{_SAVE}"
    if first is None:
        native.ask(heading, text, [CLOSE])
    elif native.ask(heading, text, [JUMP, CLOSE]) == 0:
        _show(native, first)


def _checked_and_flagged(book: LiveBook) -> Checked:
    checked = check_book(book, book.name)
    book.native.progress("正在填写和标注…")
    annotate_book(book, checked)
    return checked


def _first(findings: Sequence[Finding]) -> Finding | None:
    """The first of the gravest, as the list has them, that stands at a cell."""
    placed = [f for f in findings if f.where.sheet is not None and f.where.ref is not None]
    return min(placed, key=lambda f: RANK[f.severity], default=None)


def _show(native: Native, finding: Finding) -> None:
    where = finding.where
    if where.sheet is not None and where.ref is not None:
        native.show(native.book.sheets[where.sheet], where.ref)


def _fill(native: Native) -> None:
    def fill(book: LiveBook) -> Checked:
        checked = check_book(book, book.name)
        annotate_book(book, checked, fill_only=True)
        return checked

    checked = _worked_on(native, fill, "正在填充…")
    native.ask(f"已填 {len(checked.derived)}", f"只填入了能算的数，没有加批注。\n{_SAVE}", [CLOSE])


def _clear(native: Native) -> None:
    def written(book: LiveBook) -> int:
        return explanations_in(book, book.name)

    def clear(book: LiveBook) -> int:
        return clear_book(book, book.name)

    if number := _worked_on(native, written, "正在查看…"):
        text = f"“检查结果”表中有单位填写的 {number} 条说明，清除标注会把它们一并删去。"
        if native.ask("要清除标注吗？", text, ["清除", "取消"]) != 0:
            return
    _worked_on(native, clear, "正在清除标注…")
    native.ask("已清除标注", "检查留下的批注和“检查结果”的内容已去掉，您自己写的批注和填的数没有改动。", [CLOSE])


def _draft(native: Native) -> None:
    from xlprocess.draft import MARK

    made, blank = _worked_on(native, _drafted, "正在起草…")
    said = [f"已起草：{'，'.join(made)}。请核实、修改后删去“{MARK}”。"] if made else []
    said += [f"表中没有可以据以起草的数，仍为空白：{'，'.join(blank)}。"] if blank else []
    if made:
        native.ask(f"已写出初稿 {len(made)} 段", "\n".join([*said, _SAVE]), [CLOSE])
    else:
        native.ask("没有写初稿", "\n".join(said or ["没有空白的综述，写好的文字没有改动。"]), [CLOSE])


def _drafted(book: LiveBook) -> tuple[list[str], list[str]]:
    """The labels of the texts that were drafted, and of those that are still blank."""
    from xlprocess.draft import draft_cells, drafts, still_blank, write_drafts

    report = read_book(book, book.name)
    cells = draft_cells(report)
    made = [report.label(spot) for spot in drafts(report)] if cells else []
    book.apply(Changes(cells=cells, notes={}, results=None, properties={}))
    write_drafts(report)
    return made, still_blank(report)


def _report(native: Native) -> None:
    from xlprocess.doors.clicked_files import print_report

    print_report(native, _worked_on(native, _read, "正在生成报告…", changes=False))


def _read(book: LiveBook) -> Report:
    return read_book(book, book.name)


def _consolidate(native: Native) -> None:
    from xlprocess.doors.clicked_files import consolidate_folder

    consolidate_folder(native)


def _help(native: Native) -> None:
    native.ask("绩效自评：各按钮的用法", HELP, [CLOSE])


def _worked_on(native: Native, work: Callable[[LiveBook], T], said: str, changes: bool = True) -> T:
    """The work on the workbook as it is now; from the start again where somebody typed into a cell that was to be filled."""
    try:
        native.finish_typing()
    except StillTyping:  # a program that takes no question now does not tell the name of the workbook either
        raise Unreadable("no_access", "有一个单元格正在输入，还没有确认。请按回车键（放弃则按 Esc）后再点按钮。") from None
    if native.is_previewed:
        raise Unreadable("no_access", f"无法处理 {native.book.name}：正在显示打印预览。请先关闭打印预览，再点按钮。")
    if changes and native.is_read_only:
        raise Unreadable("no_access", f"无法处理 {native.book.name}：工作簿是以只读方式打开的。请另存一份，再在那一份里点按钮。")
    native.progress(said)
    try:
        for _ in range(_TRIES):
            try:
                return work(LiveBook(native.book, native))
            except TypedMeanwhile:
                continue
        raise Unreadable("no_access", f"无法处理 {native.book.name}：检查时工作簿一直在被修改。请填完后再点按钮。")
    finally:
        native.progress(None)


_ACTIONS: dict[str, Callable[[Native], None]] = {
    "run": _run,
    "fill": _fill,
    "clear": _clear,
    "draft": _draft,
    "report": _report,
    "consolidate": _consolidate,
    "help": _help,
}
