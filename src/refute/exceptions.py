"""Exceptions as people are told of them."""

from __future__ import annotations

import re
import traceback

_ADDRESS = re.compile(r" at 0x[0-9a-f]+\b")
"""Where an object lies in memory: of no use to a person, and another one in every run."""


def in_words(error: BaseException) -> str:
    """An exception with the name of its type, but without its module and without addresses."""
    said = _ADDRESS.sub("", "".join(traceback.format_exception_only(error)).strip())
    kind = type(error)
    return said.replace(f"{kind.__module__}.{kind.__qualname__}", kind.__name__, 1)
