"""Where the sentences of a paragraph begin."""

from __future__ import annotations

import re
from collections.abc import Iterable

import sentencex

from refute.keys.tree import Run


def sentence_starts(runs: Iterable[Run]) -> list[int]:
    """Offsets in the text of the runs; a full stop inside code or a formula ends no sentence."""
    masked = "".join(
        re.sub(r"\S", "x", run.text) if run.kind in ("code", "formula") else run.text
        for run in runs
    )
    boundaries = sentencex.get_sentence_boundaries("en", masked.replace("\n", " "))
    return [0] + [boundary["start_index"] for boundary in boundaries[1:]]
