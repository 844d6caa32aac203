"""Linear maps and losses: values and gradients."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 (its usual name)
from torch import Tensor, nn

from refute.lab.bench.conformance.points import Check, Floats, differs, first, numbers

SAMPLES, INPUTS, CLASSES = 12, 7, 4


def linear_maps() -> Iterator[Check]:
    """nn.Linear against the product of matrices."""

    def check() -> str:
        x, weights, biases = numbers(SAMPLES, INPUTS), numbers(5, INPUTS, seed=1), numbers(5)
        linear = nn.Linear(INPUTS, 5).double()
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(weights))
            linear.bias.copy_(torch.tensor(biases))
        return differs(linear(torch.tensor(x)), np.einsum("si,oi->so", x, weights) + biases)

    yield Check("nn.Linear", "values", check)


LABELS = np.arange(SAMPLES) % CLASSES


def losses() -> Iterator[Check]:
    """Values and gradients of the losses."""
    scores = 3 * numbers(SAMPLES, CLASSES)
    shares = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    hot = np.eye(CLASSES)[LABELS]
    each = -np.log(shares[np.arange(SAMPLES), LABELS])
    labels = torch.tensor(LABELS)
    yield Check(
        "functional.cross_entropy", "value and gradient",
        partial(_loss, lambda x: F.cross_entropy(x, labels), scores, each.mean(),
                (shares - hot) / SAMPLES),
    )  # fmt: skip
    yield Check(
        "functional.cross_entropy", "of each sample",
        lambda: differs(F.cross_entropy(torch.tensor(scores), labels, reduction="none"), each),
    )  # fmt: skip
    yield Check(
        "nn.CrossEntropyLoss", "value and gradient",
        partial(_loss, lambda x: nn.CrossEntropyLoss()(x, labels), scores, each.mean(),
                (shares - hot) / SAMPLES),
    )  # fmt: skip
    targets = numbers(SAMPLES, CLASSES, seed=1)
    yield Check(
        "functional.mse_loss", "value and gradient",
        partial(_loss, lambda x: F.mse_loss(x, torch.tensor(targets)), scores,
                ((scores - targets) ** 2).mean(), 2 * (scores - targets) / scores.size),
    )  # fmt: skip
    zeros_and_ones = (targets > 0).astype(np.float64)
    yield Check(
        "functional.binary_cross_entropy", "value and gradient",
        partial(_loss, lambda x: F.binary_cross_entropy(x, torch.tensor(zeros_and_ones)), shares,
                -np.log(np.where(zeros_and_ones, shares, 1 - shares)).mean(),
                (shares - zeros_and_ones) / (shares * (1 - shares)) / shares.size),
    )  # fmt: skip
    yield Check(
        "functional.softshrink", "values",
        lambda: differs(
            F.softshrink(torch.tensor(scores), 0.5),
            np.sign(scores) * np.maximum(np.abs(scores) - 0.5, 0),
        ),
    )  # fmt: skip


def _loss(loss: Callable[[Tensor], Tensor], at: Floats, value: float, gradient: Floats) -> str:
    with torch.enable_grad():
        leaf = torch.tensor(at, requires_grad=True)
        found = loss(leaf)
        (slope,) = torch.autograd.grad(found, leaf)
    return first(differs(found, value), differs(slope, gradient))
