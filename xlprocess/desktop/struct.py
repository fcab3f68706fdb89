"""Structs of UNO."""

from __future__ import annotations

from typing import Any

import uno


def struct(name: str, **members: Any) -> Any:
    """A struct of com.sun.star, its members set."""
    made = uno.createUnoStruct(f"com.sun.star.{name}")
    for key, value in members.items():
        setattr(made, key, value)
    return made
