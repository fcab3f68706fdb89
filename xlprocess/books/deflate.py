"""Deflated bytes and their checksums: by ISA-L where it is installed (several times as fast), else by zlib.

Both read the same format; what they write differs in bytes, not in content. `Error` is what they raise for bytes that are
not deflated.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zlib import compressobj, crc32, decompressobj

    LEVEL = 2
    Error = zlib.error
else:
    try:
        from isal.isal_zlib import compressobj, crc32, decompressobj
        from isal.isal_zlib import error as Error  # noqa: N812

        LEVEL = 1
    except ImportError:  # no wheel for this machine
        from zlib import compressobj, crc32, decompressobj

        LEVEL = 2  # a third of the time of the usual 6, for a tenth more bytes
        Error = zlib.error


def deflate(body: bytes) -> bytes:
    """A body as an entry of an archive holds it: raw, without a header."""
    packer = compressobj(LEVEL, zlib.DEFLATED, -15)
    return packer.compress(body) + packer.flush()


__all__ = ["Error", "compressobj", "crc32", "decompressobj", "deflate"]
