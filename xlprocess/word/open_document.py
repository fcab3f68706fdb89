"""A file → the document in it, by what its bytes are and not by its name."""

from __future__ import annotations

from xlprocess.books.kinds import OTHER_FORMATS, sniff
from xlprocess.errors import Unreadable
from xlprocess.form.load import editions, load
from xlprocess.word.convert import to_docx
from xlprocess.word.document import Document
from xlprocess.word.labels import Labels
from xlprocess.word.open_docx import open_docx
from xlprocess.word.plain_text import decode, read_plain_text

_SAVE_AS = "请用 Word 或 WPS 打开后另存为 .docx，再运行"


def open_document(data: bytes, name: str) -> dict[str, Document]:
    """The document by edition of the form: an extracted text is cut into tables by an edition's own words. Raises Unreadable."""
    kind = sniff(data, name)
    if kind in ("doc", "wps", "rtf", "odt"):
        data, kind = to_docx(data, name), "docx"
    if kind in ("docx", "archive", "broken"):
        return dict.fromkeys(editions(), open_docx(data, name))
    if kind in ("text", "unknown") and name.lower().endswith((".txt", ".text")):
        text = decode(data, name)
        return {e: read_plain_text(text, name, Labels(load(e)).words) for e in editions()}
    if kind == "workbook":
        raise Unreadable("other_format", f"无法导入 {name}：这已经是工作簿。请直接用 check 或 run 检查。")
    if kind == "encrypted":
        raise Unreadable("encrypted", f"无法导入 {name}：文件有打开密码。请在 Word 中取消密码并另存后再运行。")
    if kind == "empty":
        raise Unreadable("damaged", f"无法导入 {name}：文件是空的，没有任何内容。请重新复制，或请填报单位重新发送。")
    what = OTHER_FORMATS[kind][0] if kind in OTHER_FORMATS else "认不出的文件"
    raise Unreadable("other_format", f"无法导入 {name}：这不是 Word 文档，而是{what}。{_SAVE_AS}。")
