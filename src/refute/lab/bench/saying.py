"""Numbers in the words by which a drawn specification describes itself."""

from __future__ import annotations

from collections.abc import Sequence

SHOWN = 5
"""The most numbers of a list that are shown."""


def listed(values: Sequence[float]) -> str:
    """Numbers to three digits, ``1, −0.5``, and how many are left out."""
    words = ", ".join(f"{value + 0.0:.3g}" for value in values[:SHOWN]).replace("-", "−")
    rest = len(values) - SHOWN
    return f"{words} and {rest} more" if rest > 0 else words
