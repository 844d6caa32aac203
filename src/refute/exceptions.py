"""Exceptions as people are told of them."""

from __future__ import annotations

import traceback


def in_words(error: BaseException) -> str:
    """An exception with the name of its type, but not of the module that defines it."""
    said = "".join(traceback.format_exception_only(error)).strip()
    kind = type(error)
    return said.replace(f"{kind.__module__}.{kind.__qualname__}", kind.__name__, 1)
