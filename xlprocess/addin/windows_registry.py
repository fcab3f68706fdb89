"""The registry of Windows, read only."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from contextlib import suppress
from itertools import count
from typing import Any


class WindowsRegistry:
    def __init__(self) -> None:
        self._api: Any = importlib.import_module("winreg")  # known on Windows only

    def value(self, key: str, name: str = "") -> str | int | None:
        return {known.lower(): value for known, value in self.values(key).items()}.get(name.lower())

    def values(self, key: str) -> Mapping[str, str | int]:
        """Of both views, of 32 and of 64 bits: Office may be either."""
        root, _, path = key.partition("\\")
        found: dict[str, str | int] = {}
        for view in (self._api.KEY_WOW64_32KEY, self._api.KEY_WOW64_64KEY):
            with suppress(OSError), self._api.OpenKey(getattr(self._api, root), path, 0, self._api.KEY_READ | view) as opened:
                for number in count():
                    name, value, _ = self._api.EnumValue(opened, number)  # OSError after the last
                    if isinstance(value, (str, int)):
                        found[name] = value
        return found
