"""Training in exact arithmetic: what the algorithm does without any rounding.

Small rectifier networks whose weights, data and learning rates are fractions, trained by gradient
descent with momentum on the squared error.  The fractions get about four times as long with every
step, so only a few steps are feasible.
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

from refute.lab.bench.description import Description
from refute.lab.bench.kinds import Count, Natural
from refute.plurals import counted

Exact = NDArray[Any]
"""An array of fractions, which numpy multiplies and adds as Python objects."""

SAMPLES = 3


@dataclass(frozen=True)
class ExactNetwork(Description):
    """A dense network of equal weights, in fractions, and how to train it.

    Args:
        widths: numbers of inputs, of units in each hidden layer, and of outputs.
        values: for each layer, the value of all its weights.
        seed: of inputs and targets, which are small integers.
        nudge: added to one weight of the first unit of the first layer.
        slope: of the rectifier for negative numbers; 0 for ReLU.
        learning_rate: of gradient descent.
        momentum: 0 for plain gradient descent.
        steps: number of full-batch steps.
    """

    widths: tuple[Count, ...]
    values: tuple[Fraction, ...]
    seed: Natural
    nudge: Fraction = Fraction(0)
    slope: Fraction = Fraction(0)
    learning_rate: Fraction = Fraction(1, 8)
    momentum: Fraction = Fraction(0)
    steps: Count = 1

    @property
    def said(self) -> str:
        units = "-".join(map(str, self.widths))
        return f"a network of {units} units, after {counted(self.steps, 'step')}"


def train_exactly(network: ExactNetwork) -> list[Exact]:
    """The weights of each layer after training, shape (fan_in + 1, fan_out).

    The last row of a layer has its biases, which start at 0.
    """
    weights = _weights(network)
    velocities = [np.full(layer.shape, Fraction(0)) for layer in weights]
    inputs, targets = _data(network)
    for _ in range(network.steps):
        gradients = _gradients(network, weights, inputs, targets)
        velocities = [
            network.momentum * velocity - network.learning_rate * gradient
            for velocity, gradient in zip(velocities, gradients, strict=True)
        ]
        weights = [layer + velocity for layer, velocity in zip(weights, velocities, strict=True)]
    return weights


def exactly_identical(weights: Sequence[Exact]) -> bool:
    """Whether all units of each hidden layer have the same incoming and outgoing weights."""
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
        z = layers[-1] @ weight
        slope = np.full(z.shape, network.slope)
        slope[z > 0] = Fraction(1)
        slopes.append(slope)
        layers.append(_with_ones(z * slopes[-1]))
    errors = (layers[-1] @ weights[-1] - targets) / SAMPLES
    gradients = [layers[-1].T @ errors]
    for weight, layer, slope in zip(weights[:0:-1], layers[-2::-1], slopes[::-1], strict=True):
        errors = (errors @ weight[:-1].T) * slope
        gradients.insert(0, layer.T @ errors)
    return gradients


def _with_ones(layer: Exact) -> Exact:
    """The layer with a column of ones appended, the input of the biases."""
    return np.hstack([layer, np.full((len(layer), 1), Fraction(1))])
