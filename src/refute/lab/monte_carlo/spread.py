"""How far Monte Carlo passes are spread, and what that spread tells of a prediction.

After Gal and Ghahramani (2016, section 5): the spread of the passes is read as uncertainty.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from refute.decision.samples import Sample
from refute.lab.bench.learning import where


def spread(passes: Tensor) -> Tensor:
    """Standard deviation of the class probabilities over passes, averaged over classes.

    Args:
        passes: class probabilities, shape (passes, R, samples, classes).

    Returns:
        Shape (R, samples).
    """
    deviation: Tensor = passes.double().std(0, correction=0).mean(2)
    return deviation


def outranks(more: Tensor, less: Tensor) -> float:
    """Share of the pairs in which one of ``more`` is larger than one of ``less``; ties count half.

    The area under the receiver operating characteristic; both are vectors of at least one number.
    """
    differences = more[:, None] - less[None, :]
    larger, equal = (differences > 0).sum(), (differences == 0).sum()
    return float((larger + equal / 2) / differences.numel())


def mistakes_told(spreads: Tensor, wrong: Tensor) -> Sample:
    """In what share of pairs a wrong prediction has the larger spread than a right one.

    Anything from 0 to 1 where a replicate makes no mistake, or nothing else.

    Args:
        spreads: shape (R, samples).
        wrong: which predictions are wrong, shape (R, samples).
    """
    known = (wrong.any(1) & ~wrong.all(1)).cpu().numpy()
    shares: NDArray[np.float64] = np.array(
        [
            outranks(own[bad], own[~bad]) if told else 0.5
            for own, bad, told in zip(spreads, wrong, known, strict=True)
        ]
    )
    return where(known, shares, (0.0, 1.0))


def strangers_told(spreads: Tensor, familiar: Tensor) -> Sample:
    """In what share of pairs an unfamiliar input has the larger spread than a familiar one.

    Both of shape (R, samples).
    """
    pairs = zip(spreads, familiar, strict=True)
    return Sample.exactly(np.array([outranks(own, usual) for own, usual in pairs]))


def noise_images(shape: torch.Size, generators: list[np.random.Generator]) -> Tensor:
    """Images of noise as bright as the training images: standard normal, each replicate's own."""
    return torch.from_numpy(
        np.stack([own.standard_normal(shape[1:], dtype=np.float32) for own in generators])
    )
