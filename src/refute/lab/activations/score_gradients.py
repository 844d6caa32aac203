"""Gradients of losses with respect to the scores in front of the output activation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F  # noqa: N812 (its usual name)
from hypothesis import strategies as st
from torch import Tensor

from refute.lab.bench.description import Description
from refute.lab.bench.kinds import Natural

Output = Literal["softmax", "sigmoid"]
Loss = Literal["cross-entropy", "squared error"]

ROUND_OFF = 1e-12
"""Above float64's round-off in a gradient whose parts are at most 1."""


@dataclass(frozen=True)
class ScoredSample(Description):
    """The scores of one sample, and its target.

    Args:
        scores: one for each class.
        target: index of its class.
    """

    scores: tuple[float, ...]
    target: Natural

    @property
    def said(self) -> str:
        """The scores and the target in words."""
        scores = ", ".join(f"{score:.3g}" for score in self.scores).replace("-", "−")
        return f"scores {scores} and class {self.target}"

    def prediction_minus_target(self, output: Output) -> Tensor:
        """The output for the scores minus the target, which is 1 for its class and else 0."""
        scores = torch.tensor(self.scores, dtype=torch.float64)
        return _predicted(scores, output) - self._labels()

    def gradient(self, output: Output, loss: Loss) -> Tensor:
        """The gradient of the loss by the scores, by back-propagation; shape (classes,)."""
        scores = torch.tensor(self.scores, dtype=torch.float64, requires_grad=True)
        if loss == "cross-entropy":
            value = (
                F.cross_entropy(scores, torch.tensor(self.target))
                if output == "softmax"
                else F.binary_cross_entropy_with_logits(scores, self._labels(), reduction="sum")
            )
        else:
            value = (_predicted(scores, output) - self._labels()).square().sum() / 2
        (gradient,) = torch.autograd.grad(value, scores)
        return gradient

    def _labels(self) -> Tensor:
        labels = torch.zeros(len(self.scores), dtype=torch.float64)
        labels[self.target] = 1
        return labels


def _predicted(scores: Tensor, output: Output) -> Tensor:
    return scores.softmax(0) if output == "softmax" else scores.sigmoid()


def scored_samples() -> st.SearchStrategy[ScoredSample]:
    """Draw scores from -20 to 20 of 2 to 10 classes, and the class of the sample."""
    return st.integers(2, 10).flatmap(
        lambda classes: st.builds(
            ScoredSample,
            st.lists(st.floats(-20, 20), min_size=classes, max_size=classes).map(tuple),
            st.integers(0, classes - 1),
        )
    )


def gradient_is_prediction_minus_target(sample: ScoredSample, output: Output, loss: Loss) -> bool:
    """Whether the gradient by the scores is the prediction minus the target, up to round-off."""
    difference = sample.gradient(output, loss) - sample.prediction_minus_target(output)
    return bool(difference.abs().max() <= ROUND_OFF)
