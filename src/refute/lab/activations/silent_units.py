"""ReLU units that are silent on every sample: does training ever revive them?

Small networks are trained by full-batch gradient descent, written out in numpy.  Nothing is random
once a network is drawn, so a unit that revives is a counterexample that can be replayed.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from refute.lab.bench.description import Description
from refute.lab.bench.kinds import Natural, NonNegative

SAMPLES, FEATURES, UNITS = 32, 5, 10
RATE, STEPS = 0.1, 50

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SilentUnit(Description):
    """A unit of a 5-10-10-1 network whose bias was lowered until no sample activates it.

    Inputs and targets of the 32 samples are standard normal, weights He's, all other biases 0.

    Args:
        layer: the hidden layer of the unit.
        below: how far its largest pre-activation over the samples lies below 0.
        seed: of samples and weights.
        slope: of the activation for negative inputs; 0 is ReLU.
        below_held: whether the layers below the unit's keep their initial weights.
    """

    layer: Literal[1, 2]
    below: NonNegative
    seed: Natural
    slope: float = 0.0
    below_held: bool = False

    @property
    def said(self) -> str:
        return f"a unit of hidden layer {self.layer} (seed {self.seed})"

    def comes_back(self) -> bool:
        """Whether some sample activates the unit within 50 steps.

        The loss is the mean squared error, the learning rate 0.1.
        """
        generator = np.random.default_rng(self.seed)
        samples = generator.standard_normal((SAMPLES, FEATURES))
        targets = generator.standard_normal((SAMPLES, 1))
        sizes = (FEATURES, UNITS, UNITS, 1)
        weights = [
            generator.standard_normal((fan_in, fan_out)) * np.sqrt(2 / fan_in)
            for fan_in, fan_out in pairwise(sizes)
        ]
        biases = [np.zeros(fan_out) for fan_out in sizes[1:]]
        at = self.layer - 1
        biases[at][0] = -self.below - self._preactivations(samples, weights, biases)[at][:, 0].max()
        for _ in range(STEPS):
            self._step(samples, targets, weights, biases)
            if self._preactivations(samples, weights, biases)[at][:, 0].max() > 0:
                return True
        return False

    def _preactivations(
        self, samples: Floats, weights: list[Floats], biases: list[Floats]
    ) -> list[Floats]:
        """Pre-activations of each layer, (samples, units); the last are the network's outputs."""
        preactivations = [samples @ weights[0] + biases[0]]
        for weight, bias in zip(weights[1:], biases[1:], strict=True):
            preactivations.append(self._activated(preactivations[-1]) @ weight + bias)
        return preactivations

    def _activated(self, z: Floats) -> Floats:
        return np.where(z > 0, z, self.slope * z)

    def _step(
        self, samples: Floats, targets: Floats, weights: list[Floats], biases: list[Floats]
    ) -> None:
        preactivations = self._preactivations(samples, weights, biases)
        inputs = [samples, *(self._activated(z) for z in preactivations[:-1])]
        gradient = 2 * (preactivations[-1] - targets) / SAMPLES
        lowest = self.layer - 1 if self.below_held else 0
        for at in reversed(range(lowest, len(weights))):
            below = gradient @ weights[at].T
            weights[at] -= RATE * inputs[at].T @ gradient
            biases[at] -= RATE * gradient.sum(0)
            if at > lowest:
                gradient = below * np.where(preactivations[at - 1] > 0, 1.0, self.slope)


def silent_units(
    layer: Literal[1, 2], *, slope: float = 0.0, below_held: bool = False
) -> st.SearchStrategy[SilentUnit]:
    """Draw units whose largest pre-activation is 0.01 to 0.1 below 0."""
    return st.builds(
        SilentUnit,
        layer=st.just(layer),
        below=st.floats(0.01, 0.1),
        seed=st.integers(0, 2**32 - 1),
        slope=st.just(slope),
        below_held=st.just(below_held),
    )
