"""退回说明: the Word file that goes back with a workbook. It says what is wrong, where, how to mend it, and by when."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import re
import zipfile
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt

from xlprocess.consolidation.consolidation import Between, File
from xlprocess.consolidation.returns import Return
from xlprocess.consolidation.submission import Flaw
from xlprocess.finding import SEVERITY_WORD
from xlprocess.form.load import Form
from xlprocess.word.marks import COVER
from xlprocess.word.page_setup import set_up
from xlprocess.word.table_layout import lay_out, middle, repeat_head
from xlprocess.writers.columns import readable

HEAD = ("序号", "级别", "位置", "问题和可能的原因", "怎样处理")
_BODY, _CORE = "word/document.xml", "docProps/core.xml"
_SEAL = re.compile(rb"xlprocess:([0-9a-f]{64})")
_LARGEST = 16 << 20
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def return_note(each: Return, form: Form, workbook: str | None, due: dt.date) -> bytes:
    """The note of a return. `workbook`: the name of the copy beside it; None where there is none. `due`: the last day."""
    file: Any = docx.Document()
    set_up(file, "退回说明")
    department = each.department
    _line(file, f"{form.edition.title}退回说明", style=COVER, centred=True, bold=True)
    _line(file, f"（第 {each.number} 轮）", centred=True)
    code = f"（{department.code}）" if department.code else ""
    _line(file, f"{department.name}{code}：", before=12)
    shown = f"文件“{department.current.path}”" + (f"，校验码 {each.check_code}" if each.check_code else "")
    _line(file, f"你单位报来的《{form.edition.title}》（{shown}）需要修改。{_what(each)}", indented=True)
    _line(file, f"请于 {due.year} 年 {due.month} 月 {due.day} 日前改好报回。", indented=True, bold=True)
    if each.conflicts:
        others = "、".join(f"“{f.path}”" for f in each.conflicts)
        said = f"你单位还报来了内容不同的{others}，看不出以哪一份为准；这里退回的是“{department.current.path}”，请以它为底稿修改。"
        _line(file, said, indented=True)
    if each.flaws:
        _line(file, "一、需要改正或说明的问题", before=10, bold=True)
        _table(file, each)
        more = [f"{each.following} 处由上述问题引起，改正后自然消除" if each.following else ""]
        more.append(f"提示 {each.notices} 处，供参考" if each.notices else "")
        if any(more):
            _line(file, f"另有{'；'.join(m for m in more if m)}：见工作簿的“检查结果”表。", before=4)
    _line(file, f"{'二' if each.flaws else '一'}、怎样改、怎样报回", before=10, bold=True)
    for number, text in enumerate(_how(each, workbook), 1):
        _line(file, f"{number}．{text}", indented=True)
    return _sealed(file)


def unread_note(what: File, name: str, form: Form, due: dt.date) -> bytes:
    """The note on a file that could not be read. `name`: of the department that it seems to be of, or ""."""
    file: Any = docx.Document()
    set_up(file, "退回说明")
    _line(file, f"{form.edition.title}退回说明", style=COVER, centred=True, bold=True)
    _line(file, f"{name}：" if name else "报送单位：", before=12)
    _line(file, f"你单位报来的文件“{what.path}”没有列入汇总。{what.why or ''}", indented=True)
    _line(
        file,
        f"请于 {due.year} 年 {due.month} 月 {due.day} 日前重新报送《{form.edition.title}》的电子表。",
        indented=True,
        bold=True,
    )
    return _sealed(file)


def is_our_note(data: bytes, name: str) -> bool:
    """We wrote this note, and nobody has changed it since."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if any(archive.getinfo(part).file_size > _LARGEST for part in (_BODY, _CORE)):
                return False
            seal = _SEAL.search(archive.read(_CORE))
            return seal is not None and seal[1].decode() == hashlib.sha256(archive.read(_BODY)).hexdigest()
    except (zipfile.BadZipFile, KeyError, OSError, ValueError, NotImplementedError, RuntimeError):
        return False


def _what(each: Return) -> str:
    parts = [
        f"有错误 {each.count('error')} 处，应当改正" if each.count("error") else "",
        f"有警告 {each.count('warning')} 处，请逐条核对，改正或写明理由" if each.count("warning") else "",
        f"上次的说明有 {len(each.refused)} 处没有采纳" if each.refused else "",
    ]
    said = "；".join(p for p in parts if p)
    return f"{said}。" if said else ""


def _how(each: Return, workbook: str | None) -> list[str]:
    where = f"请在随附的工作簿“{workbook}”中修改" if workbook else "请在原工作簿中修改"
    texts = [f"{where}：有问题的格已着色并加批注，全部问题列在“检查结果”表，点“位置”一栏可以直接跳到那一格。"]
    if not workbook:
        texts = [f"{where}，上表“位置”一栏写明了问题在哪一格。"]
    texts.append("数字确实无误的，在“检查结果”表的“说明”栏写明理由，不要为了消除提示而改数。")
    if any(isinstance(flaw, Between) for flaw in each.flaws):
        texts.append("“检查结果”表没有列出的问题，是与其他报表对照发现的：请核对后改正，确属无误的随报送件书面说明。")
    if workbook:
        said = f"工作簿已标明“第 {each.number} 轮”，报回后凭它认定以改好的一份为准。请不要另用旧表重填。"
        texts.append(said)
    texts.append("改好后请再运行一次检查，重新打印、签字、盖章；盖章件上的校验码要与工作簿一致。")
    return texts


def _table(file: Any, each: Return) -> None:
    table = file.add_table(1 + len(each.flaws), len(HEAD))
    table.style = "Table Grid"
    for column, text in enumerate(HEAD):
        _fill(table.cell(0, column), text, centred=True)
    for k, flaw in enumerate(each.flaws):
        message = flaw.message
        if k in each.refused:
            message += f"\n你单位的说明“{each.refused[k]}”没有采纳。"
        texts = (str(k + 1), SEVERITY_WORD[flaw.severity], _place(flaw), message, flaw.remedy)
        for column, text in enumerate(texts):
            _fill(table.cell(k + 1, column), text, centred=column < 2)
    lay_out(table, head=1)
    repeat_head(table, 1)


def _place(flaw: Flaw | Between) -> str:
    if flaw.sheet is None:
        return "整个工作簿"
    return f"{flaw.sheet}!{flaw.cell}" if flaw.cell else flaw.sheet


def _fill(cell: Any, text: str, *, centred: bool = False) -> None:
    middle(cell)
    cell.text = _plain(text)
    for paragraph in cell.paragraphs:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.LEFT


def _line(
    file: Any,
    text: str,
    *,
    style: str | None = None,
    centred: bool = False,
    indented: bool = False,
    bold: bool = False,
    before: float = 0,
) -> None:
    paragraph = file.add_paragraph(style=style)
    run = paragraph.add_run(_plain(text))
    run.bold = bold
    if style is None:
        run.font.size = Pt(12)
    form = paragraph.paragraph_format
    form.space_before, form.space_after, form.line_spacing = Pt(before), Pt(4), 1.3
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if indented:
        form.first_line_indent = Cm(0.85)


def _plain(text: str) -> str:
    return _NO_XML.sub("", readable(text))


def _sealed(file: Any) -> bytes:
    """The bytes, with a mark by which it can be told later that somebody changed the text."""
    with zipfile.ZipFile(io.BytesIO(_saved(file))) as archive:
        body = archive.read(_BODY)
    file.core_properties.identifier = f"xlprocess:{hashlib.sha256(body).hexdigest()}"
    return _saved(file)


def _saved(file: Any) -> bytes:
    target = io.BytesIO()
    file.save(target)
    return target.getvalue()
