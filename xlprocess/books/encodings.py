"""Parts in UTF-16: XML as good as any, which no office program writes and the reader of values does not know."""

from __future__ import annotations

import re

from xlprocess.books.archive import Archive, DamagedError
from xlprocess.books.parts import Parts
from xlprocess.books.unpacking import DamageError

_MARKS = (b"\xff\xfe", b"\xfe\xff")
_DECLARED = re.compile(r"""(<\?xml[^>]*?encoding\s*=\s*["'])[^"'>]*""")


def is_utf16(content: bytes) -> bool:
    """Whether the text of a part is in UTF-16: it must begin with a byte order mark then."""
    return content[:2] in _MARKS


def in_utf8(parts: Parts) -> bytes:
    """The archive of these parts, with those in UTF-16 in UTF-8 and all else as it lies. Raises DamageError."""
    try:
        changed = {name: _told(content) for name, content in parts.inflated.items() if is_utf16(content)}
        return Archive(parts.data).rewritten(changed, ())
    except (UnicodeDecodeError, DamagedError) as error:
        raise DamageError("a part in UTF-16 that is none") from error


def _told(content: bytes) -> bytes:
    return _DECLARED.sub(r"\g<1>UTF-8", content.decode("utf-16"), count=1).encode()
