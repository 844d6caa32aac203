"""Work counted in lines of Python: unlike seconds, it does not hang on the machine."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from types import FrameType


def work(function: Callable[[], object]) -> int:
    """How many lines of Python a call executes, whoever wrote them."""
    counted = 0

    def count(frame: FrameType, event: str, argument: object) -> Callable[..., object]:
        nonlocal counted
        counted += event == "line"
        return count

    before = sys.gettrace()
    gc.disable()  # Hypothesis counts collections, in Python
    sys.settrace(count)
    try:
        function()
    finally:
        sys.settrace(before)
        gc.enable()
    return counted
