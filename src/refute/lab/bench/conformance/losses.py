"""Linear maps, convolutions and losses: values and gradients."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 (its usual name)
from torch import Tensor, nn

from refute.lab.bench.conformance.points import (
    Check,
    Floats,
    difference,
    first_reason,
    normal_numbers,
)

SAMPLES, INPUTS, CLASSES = 12, 7, 4


def linear_maps() -> Iterator[Check]:
    """Check nn.Linear against a matrix product, and a convolution against its sums."""

    def check() -> str:
        x, biases = normal_numbers(SAMPLES, INPUTS), normal_numbers(5)
        weights = normal_numbers(5, INPUTS, seed=1)
        linear = nn.Linear(INPUTS, 5).double()
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(weights))
            linear.bias.copy_(torch.tensor(biases))
        return difference(linear(torch.tensor(x)), np.einsum("si,oi->so", x, weights) + biases)

    yield Check("nn.Linear", "values", check)
    yield Check("functional.conv2d", "values", partial(_check_convolution, 0))
    yield Check("functional.conv2d", "values, padded with zeros", partial(_check_convolution, 1))


def _check_convolution(padding: int) -> str:
    """Sums over windows of 3 x 3 pixels; filters are not turned round."""
    images, filters = normal_numbers(2, 3, 6, 5), normal_numbers(4, 3, 3, 3, seed=1)
    found = F.conv2d(torch.tensor(images), torch.tensor(filters), padding=padding)
    padded = np.pad(images, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(2, 3))
    return difference(found, np.einsum("nchwij,kcij->nkhw", windows, filters))


LABELS = np.arange(SAMPLES) % CLASSES


def losses() -> Iterator[Check]:
    """Check values and gradients of the losses."""
    scores = 3 * normal_numbers(SAMPLES, CLASSES)
    probabilities = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    one_hot = np.eye(CLASSES)[LABELS]
    each = -np.log(probabilities[np.arange(SAMPLES), LABELS])
    labels = torch.tensor(LABELS)
    yield Check(
        "functional.cross_entropy", "value and gradient",
        partial(_check_loss, lambda x: F.cross_entropy(x, labels), scores, each.mean(),
                (probabilities - one_hot) / SAMPLES),
    )  # fmt: skip
    yield Check(
        "functional.cross_entropy", "of each sample",
        lambda: difference(F.cross_entropy(torch.tensor(scores), labels, reduction="none"), each),
    )  # fmt: skip
    yield Check(
        "nn.CrossEntropyLoss", "value and gradient",
        partial(_check_loss, lambda x: nn.CrossEntropyLoss()(x, labels), scores, each.mean(),
                (probabilities - one_hot) / SAMPLES),
    )  # fmt: skip
    targets = normal_numbers(SAMPLES, CLASSES, seed=1)
    yield Check(
        "functional.mse_loss", "value and gradient",
        partial(_check_loss, lambda x: F.mse_loss(x, torch.tensor(targets)), scores,
                ((scores - targets) ** 2).mean(), 2 * (scores - targets) / scores.size),
    )  # fmt: skip
    binary, p = (targets > 0).astype(np.float64), probabilities
    yield Check(
        "functional.binary_cross_entropy", "value and gradient",
        partial(_check_loss, lambda x: F.binary_cross_entropy(x, torch.tensor(binary)), p,
                -np.log(np.where(binary, p, 1 - p)).mean(),
                (p - binary) / (p * (1 - p)) / p.size),
    )  # fmt: skip
    yield Check(
        "nn.BCELoss", "value and gradient",
        partial(_check_loss, lambda x: nn.BCELoss()(x, torch.tensor(binary)), p,
                -np.log(np.where(binary, p, 1 - p)).mean(),
                (p - binary) / (p * (1 - p)) / p.size),
    )  # fmt: skip
    yield Check(
        "autograd.backward", "gradient",
        partial(_check_backward, scores, targets, 2 * (scores - targets) / scores.size),
    )  # fmt: skip
    yield Check(
        "functional.log_softmax", "values and gradient",
        partial(_check_loss,
                lambda x: -(F.log_softmax(x, -1)[np.arange(SAMPLES), LABELS]).mean(), scores,
                each.mean(), (probabilities - one_hot) / SAMPLES),
    )  # fmt: skip
    yield Check(
        "functional.one_hot", "values",
        lambda: difference(F.one_hot(labels, CLASSES), one_hot, 0),
    )  # fmt: skip
    yield Check(
        "functional.softshrink", "values",
        lambda: difference(
            F.softshrink(torch.tensor(scores), 0.5),
            np.sign(scores) * np.maximum(np.abs(scores) - 0.5, 0),
        ),
    )  # fmt: skip


def _check_backward(at: Floats, targets: Floats, gradient: Floats) -> str:
    """Check the gradient of a squared error that training leaves in a parameter."""
    with torch.enable_grad():
        leaf = torch.tensor(at, requires_grad=True)
        torch.autograd.backward(((leaf - torch.tensor(targets)) ** 2).mean())
    return difference(leaf.grad, gradient)


def _check_loss(
    loss: Callable[[Tensor], Tensor], at: Floats, value: float, gradient: Floats
) -> str:
    with torch.enable_grad():
        leaf = torch.tensor(at, requires_grad=True)
        loss_value = loss(leaf)
        (loss_gradient,) = torch.autograd.grad(loss_value, leaf)
    return first_reason(difference(loss_value, value), difference(loss_gradient, gradient))
