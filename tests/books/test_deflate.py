"""Deflated bytes: by the fast library and by zlib the same content."""

from __future__ import annotations

import subprocess
import sys
import zlib

from xlprocess.books.deflate import crc32, deflate

BODY = "部门整体支出绩效自评".encode() * 500


def test_what_is_deflated_inflates_everywhere():
    assert zlib.decompress(deflate(BODY), -15) == BODY
    assert crc32(BODY) == zlib.crc32(BODY)


def test_without_the_fast_library_zlib_does():
    code = (
        "import sys; sys.modules['isal'] = sys.modules['isal.isal_zlib'] = None\n"
        "import zlib\n"
        "from xlprocess.books import deflate\n"
        "assert deflate.crc32 is zlib.crc32 and deflate.Error is zlib.error\n"
        "print(zlib.decompress(deflate.deflate(b'abc' * 99), -15) == b'abc' * 99)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True)
    assert done.stdout == "True\n"
