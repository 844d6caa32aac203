"""Networks that learned, and those that did not: a failed training says nothing of the rest."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from refute.decision.samples import Sample

LEARNED = 0.5
"""Share of the test samples that a network which learned anything classifies right.

With ten classes it is five times chance; what diverged, or sits on a plateau, is far below.
"""


def learned(correct: NDArray[np.int64], of: int) -> NDArray[np.bool_]:
    """Which networks learned, by how many of ``of`` test samples they classify right."""
    enough: NDArray[np.bool_] = correct >= LEARNED * of
    return enough


def where(
    known: NDArray[np.bool_],
    values: NDArray[Any],
    otherwise: tuple[float, float],
    per: int | None = None,
) -> Sample:
    """``values`` where they are known, and anything between the two bounds where they are not."""
    least, most = otherwise
    kind = values.dtype
    return Sample(
        np.where(known, values, least).astype(kind if per else np.float64),
        np.where(known, values, most).astype(kind if per else np.float64),
        per,
    )
