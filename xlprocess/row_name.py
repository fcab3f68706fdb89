"""The name of a row without what forms print before it."""

from __future__ import annotations

import re
from functools import lru_cache

NUMBERING = re.compile(r"^\s*(?:[(（]?\s*(?:[0-9０-９]{1,3}|[一二三四五六七八九十]{1,3})\s*[、．.)）]|[\u2460-\u2473])\s*")


@lru_cache(maxsize=1 << 12)
def row_name(text: str) -> str:
    """A row's name without the printed numbering and a leading 其中."""
    name = NUMBERING.sub("", text.strip())
    return re.sub(r"^其中[:：]?\s*", "", name).strip()
