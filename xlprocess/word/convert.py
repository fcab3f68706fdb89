"""Old Word and WPS documents through LibreOffice, where it is installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from xlprocess.errors import Refused, Unreadable

_SECONDS = 120
_PLACES = (
    "C:/Program Files/LibreOffice/program/soffice.exe",
    "C:/Program Files (x86)/LibreOffice/program/soffice.exe",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
)


def office() -> str | None:
    """The office program that converts; None where there is none."""
    for name in ("soffice", "libreoffice"):
        found = shutil.which(name)
        if found:
            return found
    return next((place for place in _PLACES if Path(place).exists()), None)


def to_docx(data: bytes, name: str) -> bytes:
    """The .docx that LibreOffice makes of a document. Raises Unreadable."""
    program = office()
    if program is None:
        raise Unreadable(
            "other_format",
            f"无法导入 {name}：这是旧格式的文字文档，需要 LibreOffice 才能读取。请用 Word 或 WPS 打开后另存为 .docx，再运行。",
        )
    try:
        return _converted(program, data, Path(name).suffix.lower(), "docx:MS Word 2007 XML")
    except (subprocess.SubprocessError, OSError):
        raise Unreadable(
            "damaged", f"无法导入 {name}：LibreOffice 转换不了。请用 Word 或 WPS 打开后另存为 .docx，再运行。"
        ) from None


def to_pdf(data: bytes, name: str) -> bytes:
    """The PDF that LibreOffice makes of a .docx. Raises Refused."""
    program = office()
    if program is None:
        raise Refused("没有生成 PDF：这台电脑没有 LibreOffice。请去掉 --pdf，再用 Word 或 WPS 打开报告后另存为 PDF。")
    try:
        return _converted(program, data, ".docx", "pdf")
    except (subprocess.SubprocessError, OSError):
        raise Refused(f"没有生成 PDF：LibreOffice 转换不了 {name}。请去掉 --pdf，再用 Word 或 WPS 打开报告后另存为 PDF。") from None


def _converted(program: str, data: bytes, suffix: str, wanted: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="xlprocess-") as folder:
        source = Path(folder, f"in{suffix}")
        source.write_bytes(data)
        profile = Path(folder, "profile").as_uri()
        made = Path(folder, "out", f"in.{wanted.partition(':')[0]}")
        command = [program, f"-env:UserInstallation={profile}", "--headless", "--norestore", "--convert-to", wanted]
        subprocess.run(
            [*command, "--outdir", str(made.parent), str(source)],
            capture_output=True, timeout=_SECONDS, check=True, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        return made.read_bytes()
