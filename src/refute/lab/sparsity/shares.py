"""Shares of weights that are zero or small after training, without biases."""

from __future__ import annotations

from typing import Any

from refute.lab.bench.pruning import Pruning
from refute.lab.bench.quantities import at_the_end
from refute.lab.bench.weights import THRESHOLDS
from refute.quantity import Recorded

FORTY_EPOCHS = 1760
"""Steps of 40 epochs on digits, which an l1 penalty needs to take full effect."""


def zero_share(pruning: Pruning | None = None, **settings: Any) -> Recorded:
    """Share of weights that are exactly zero after training, and after ``pruning`` if given."""
    return at_the_end("zero weights", what="share of zero weights", pruning=pruning, **settings)


def share_below(threshold: float, **settings: Any) -> Recorded:
    """Share of weights below ``threshold`` in absolute value after training.

    Raises:
        ValueError: ``threshold`` is none of those for which a training counts weights.
    """
    if threshold not in THRESHOLDS:
        counted = " and ".join(map(str, THRESHOLDS))
        raise ValueError(
            f"share_below({threshold!r}): a training counts the weights below {counted}"
        )
    key = f"weights below {threshold:g}"
    return at_the_end(key, what=f"share of {key}", **settings)
