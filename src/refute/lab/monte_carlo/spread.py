"""The spread of Monte Carlo passes, and how well it detects doubtful predictions.

After Gal and Ghahramani (2016, section 5), who read the spread of the passes as uncertainty.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from refute.decision.samples import Sample
from refute.lab.bench.learning import partly_known


def spread(passes: Tensor) -> Tensor:
    """Standard deviation of the class probabilities over passes, averaged over classes.

    Args:
        passes: class probabilities, shape (passes, R, samples, classes).

    Returns:
        Shape (R, samples).
    """
    deviation: Tensor = passes.double().std(0, correction=0).mean(2)
    return deviation


def area_under_curve(positives: Tensor, negatives: Tensor) -> float:
    """Area under the ROC curve of a score, given its values for positives and for negatives.

    It is the share of pairs in which the positive has the higher score; ties count half.  Both are
    vectors of at least one number.
    """
    differences = positives[:, None] - negatives[None, :]
    larger, equal = (differences > 0).sum(), (differences == 0).sum()
    return float((larger + equal / 2) / differences.numel())


def auc_of_mistakes(spreads: Tensor, wrong: Tensor) -> Sample:
    """Area under the ROC curve of the spread as a detector of wrong predictions.

    Unknown, between 0 and 1, for a replicate whose predictions are all right or all wrong.

    Args:
        spreads: shape (R, samples).
        wrong: mask of wrong predictions, shape (R, samples).
    """
    known = (wrong.any(1) & ~wrong.all(1)).cpu().numpy()
    shares: NDArray[np.float64] = np.array(
        [
            area_under_curve(own[bad], own[~bad]) if both else 0.5
            for own, bad, both in zip(spreads, wrong, known, strict=True)
        ]
    )
    return partly_known(known, shares, (0.0, 1.0))


def auc_of_unfamiliar(unfamiliar: Tensor, familiar: Tensor) -> Sample:
    """Area under the ROC curve of the spread as a detector of unfamiliar inputs.

    Args:
        unfamiliar: spreads of unfamiliar inputs, shape (R, samples).
        familiar: spreads of familiar inputs, shape (R, samples).
    """
    pairs = zip(unfamiliar, familiar, strict=True)
    return Sample.exactly(np.array([area_under_curve(new, old) for new, old in pairs]))
