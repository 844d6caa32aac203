"""Training in which every layer's inputs shift at random from step to step.

Internal covariate shift is the change of the distribution of a layer's inputs while the layers
below learn; batch normalization was designed to reduce it (Ioffe & Szegedy 2015, section 1).  Here
a shift is put back after the normalization: at every step each unit's pre-activation is multiplied
by a random factor and a random constant is added (after Santurkar et al. 2018, 2.1, whose noise
also differs between samples).  If batch normalization speeds up training by reducing the shift, the
speed-up must disappear.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from refute.experiment import Replicates
from refute.lab.bench.goals import Goal
from refute.lab.bench.kinds import NonNegative
from refute.lab.bench.networks import Network
from refute.lab.bench.settings import experiment_of, named
from refute.lab.bench.stack.network import StackedNetwork
from refute.lab.bench.stack.normalization import BatchNorm
from refute.lab.bench.training import Training
from refute.quantity import Recorded


@dataclass(frozen=True)
class ShiftedTraining(Training):
    """A training whose pre-activations shift at random in every training step.

    Predictions see no shift.

    Args:
        shift: each unit's factor is uniform on [1 - shift, 1 + shift], its constant on
            [-shift, shift]; the pre-activations of a normalized layer have standard deviation 1.
    """

    shift: NonNegative = 0.5

    @property
    def differences(self) -> list[str]:
        return [*super().differences, f"random shifts of {self.shift:g}"]

    def start(self, replicates: Replicates) -> StackedNetwork:
        net = super().start(replicates)
        norms: list[BatchNorm | None] = [None] * len(self.network.hidden)
        norms = list(net.norms) or norms  # type: ignore[arg-type]
        generators = [replicates.generator(k, "shifts") for k in replicates]
        shifting = [
            Shifting(norm, units, self.shift, generators)
            for norm, units in zip(norms, self.network.hidden, strict=True)
        ]
        net.norms = nn.ModuleList(shifting)
        return net


class Shifting(nn.Module):
    """A layer's batch normalization, if any, followed by a random shift in training.

    Args:
        norm: the normalization; ``None`` for a layer without it.
        units: of the layer.
        size: of the shift.
        generators: the random numbers of each replicate.
    """

    def __init__(
        self,
        norm: BatchNorm | None,
        units: int,
        size: float,
        generators: list[np.random.Generator],
    ) -> None:
        super().__init__()
        self._norm, self._units, self._size = norm, units, size
        self._generators = generators

    def forward(self, z: Tensor, *, training: bool) -> Tensor:
        """Normalize for a prediction, without a shift."""
        assert self._norm is not None
        assert not training
        out: Tensor = self._norm(z, training=False)
        return out

    def normalize(self, z: Tensor) -> Tensor:
        """Normalize ``z``, shape (R, units, B), and shift it."""
        out = z if self._norm is None else self._norm.normalize(z)
        drawn = np.stack([own.uniform(-1, 1, (2, self._units, 1)) for own in self._generators])
        numbers = torch.from_numpy(self._size * drawn).to(z)
        self._factor = 1 + numbers[:, 0]
        return out.mul_(self._factor).add_(numbers[:, 1])

    def backward(self, gradient: Tensor) -> Tensor:
        """The gradient of ``z``; the shift does not depend on anything learned."""
        gradient = gradient.mul_(self._factor)
        return gradient if self._norm is None else self._norm.backward(gradient)


def steps_in_shifts(network: Network, *, shift: float, steps: int, **settings: Any) -> Recorded:
    """Minibatches to training loss 0.3 while the layers' inputs shift.

    ``settings`` are fields of :class:`~refute.lab.bench.training.Training`, or of its network.
    """
    goal = Goal(0.3)
    training = experiment_of(
        ShiftedTraining, network, {"goal": goal, "shift": shift, "steps": steps, **settings}
    )
    return named(training, "arrival", f"steps to {goal.words}", unit="steps")
