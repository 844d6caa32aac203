"""Drawn examples in words: a specification describes itself, a number has its name and value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def said(drawn: Mapping[str, Any]) -> str | None:
    """An example as a reader would say it, ``x = −104``; ``None`` if a part has no words.  A drawn
    specification may have a property ``said`` for this.  Its repr remains code that can be run.
    """
    words = [_said(name, value) for name, value in drawn.items()]
    return ", ".join(word for word in words if word) if words and None not in words else None


def _said(name: str, value: Any) -> str | None:
    own = getattr(value, "said", None)
    if isinstance(own, str):
        return own
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    return f"{name.replace('_', ' ')} = {value if isinstance(value, str) else _shown(value)}"


def _shown(number: int | float) -> str:
    """A number; a rounded integer would be another example."""
    return (f"{number:.6g}" if isinstance(number, float) else str(number)).replace("-", "−")
