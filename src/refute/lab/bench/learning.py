"""Losses, which samples a network classifies correctly, and which networks learned anything.

What is measured on a network that did not learn is unknown.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 (its usual name)
from numpy.typing import NDArray

from refute.decision.samples import Sample

LEARNED = 0.5
"""Test accuracy from which a network counts as having learned.

It is five times chance with ten classes, and far above networks that diverged or sit on a plateau.
"""


def losses_of(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Return the mean cross-entropy of each replicate, (R,), from logits (R, N, classes)."""
    return F.cross_entropy(logits.mT, labels, reduction="none").mean(1)


def is_correct(logits: torch.Tensor, labels: torch.Tensor, dim: int = -1) -> torch.Tensor:
    """Return which samples are classified correctly; a sample with NaN among its logits is not.

    Args:
        logits: the logits, with the classes in dimension ``dim``.
        labels: the labels, of the shape of the logits without that dimension.
        dim: the dimension of the classes.
    """
    correct: torch.Tensor = (logits.argmax(dim) == labels) & ~logits.isnan().any(dim)
    return correct


def learned(correct: NDArray[np.int64], of: int) -> NDArray[np.bool_]:
    """Return which networks learned: they classify enough of ``of`` test samples correctly."""
    enough: NDArray[np.bool_] = correct >= LEARNED * of
    return enough


def partly_known(
    known: NDArray[np.bool_],
    values: NDArray[Any],
    bounds: tuple[float, float],
    per: int | None = None,
) -> Sample:
    """Make a sample of ``values``; an unknown one may be anything within ``bounds``.

    Args:
        known: which values are known, (R,).
        values: one value per replicate, (R,).
        bounds: the smallest and the largest value possible.
        per: what the values are counts out of, if they are counts.
    """
    least, most = bounds
    dtype = values.dtype if per else np.float64
    return Sample(
        np.where(known, values, least).astype(dtype),
        np.where(known, values, most).astype(dtype),
        per,
    )
