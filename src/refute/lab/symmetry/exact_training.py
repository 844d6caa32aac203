"""Training in exact arithmetic: what the algorithm does, with no rounding at all.

Small rectifier networks with weights, data and learning rates that are fractions, trained by
gradient descent with momentum on the squared error.  Numbers grow about fourfold in length with
every step, so a few steps are what can be had.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Exact = NDArray[Any]
"""An array of fractions: numpy multiplies and adds them without knowing what they are."""

SAMPLES = 3


@dataclass(frozen=True)
class ExactNetwork:
    """A dense network of equal weights, in fractions.

    Args:
        widths: units of each layer: inputs, hidden layers, outputs.
        values: the one value of all weights of each layer.
        seed: fixes inputs and targets, which are small whole numbers.
        nudge: is added to one weight of the first unit of the first layer.
        slope: of the rectifier for negative numbers: 0 for ReLU.
        learning_rate: of gradient descent.
        momentum: 0 for plain gradient descent.
        steps: full-batch steps to train.
    """

    widths: tuple[int, ...]
    values: tuple[Fraction, ...]
    seed: int
    nudge: Fraction = Fraction(0)
    slope: Fraction = Fraction(0)
    learning_rate: Fraction = Fraction(1, 8)
    momentum: Fraction = Fraction(0)
    steps: int = 1

    @property
    def said(self) -> str:
        steps = "1 step" if self.steps == 1 else f"{self.steps} steps"
        return f"a {'-'.join(map(str, self.widths))} network, after {steps}"


def train_exactly(network: ExactNetwork) -> list[Exact]:
    """The weights after training, layer by layer, of shape (fan_in + 1, fan_out).

    The last row of a layer is its bias, which starts at 0.
    """
    weights = _weights(network)
    speeds = [np.full(layer.shape, Fraction(0)) for layer in weights]
    inputs, targets = _data(network)
    for _ in range(network.steps):
        gradients = _gradients(network, weights, inputs, targets)
        speeds = [
            network.momentum * speed - network.learning_rate * gradient
            for speed, gradient in zip(speeds, gradients, strict=True)
        ]
        weights = [layer + speed for layer, speed in zip(weights, speeds, strict=True)]
    return weights


def exactly_identical(weights: Sequence[Exact]) -> bool:
    """Whether all units of a hidden layer have the same incoming and outgoing weights."""
    incoming = [layer.T for layer in weights[:-1]]
    outgoing = [layer[:-1] for layer in weights[1:]]
    return all((rows == rows[0]).all() for rows in (*incoming, *outgoing))


def _weights(network: ExactNetwork) -> list[Exact]:
    layers = []
    for (fan_in, fan_out), value in zip(pairwise(network.widths), network.values, strict=True):
        layer = np.full((fan_in + 1, fan_out), value)
        layer[-1] = Fraction(0)
        layers.append(layer)
    layers[0][0, 0] += network.nudge
    return layers


def _data(network: ExactNetwork) -> tuple[Exact, Exact]:
    numbers = random.Random(network.seed)

    def drawn(columns: int) -> Exact:
        rows = [[Fraction(numbers.randint(-2, 2)) for _ in range(columns)] for _ in range(SAMPLES)]
        return np.array(rows)

    return drawn(network.widths[0]), drawn(network.widths[-1])


def _gradients(
    network: ExactNetwork, weights: Sequence[Exact], inputs: Exact, targets: Exact
) -> list[Exact]:
    """The gradient of half the mean squared error, by backpropagation."""
    layers = [_with_ones(inputs)]
    slopes: list[Exact] = []
    for weight in weights[:-1]:
        before = layers[-1] @ weight
        slope = np.full(before.shape, network.slope)
        slope[before > 0] = Fraction(1)
        slopes.append(slope)
        layers.append(_with_ones(before * slopes[-1]))
    errors = (layers[-1] @ weights[-1] - targets) / SAMPLES
    gradients = [layers[-1].T @ errors]
    for weight, layer, slope in zip(weights[:0:-1], layers[-2::-1], slopes[::-1], strict=True):
        errors = (errors @ weight[:-1].T) * slope
        gradients.insert(0, layer.T @ errors)
    return gradients


def _with_ones(layer: Exact) -> Exact:
    """A further column of ones, which carries the bias."""
    return np.hstack([layer, np.full((len(layer), 1), Fraction(1))])
