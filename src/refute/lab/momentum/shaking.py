"""How far gradient noise moves SGD around a quadratic's minimum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_discrete_lyapunov

from refute.decision.samples import Sample
from refute.lab.momentum.sgd_step import Floats, momentum_words, sgd_step, step_matrices
from refute.quantity import Experiment, Record, Recorded, Replicates


@dataclass(frozen=True)
class Shaking(Experiment):
    """Where gradient noise keeps SGD: the variance of the position around the minimum.

    One axis, its stiffness drawn evenly on a log scale from 1e-4 to 1, white gradient noise.  The
    stationary covariance S solves S = M S Mᵀ + b bᵀ, where M is torch's step and b what it makes
    of a unit of noise (Mandt, Hoffman and Blei 2017 have it in continuous time).

    ``slowed`` divides the learning rate by what the momentum multiplies it with in the long run,
    1 / (1 - momentum).  Records ``variance``.
    """

    momentum: float
    slowed: bool = False
    chunk: int = 32
    stream: int = 0

    def run(self, replicates: Replicates) -> Record:
        drawn = [replicates.generator(k, "bowl").uniform(-4, 0) for k in replicates]
        rates = 10.0 ** np.array(drawn) * ((1 - self.momentum) if self.slowed else 1)
        return Record({"variance": Sample.exactly(shaken_variance(rates, self.momentum))})


def shaken_variance(rates: Floats, momentum: float) -> Floats:
    """Stationary variance of the position at curvature 1 and unit gradient noise, per rate."""
    nothing = np.zeros_like(rates)
    pushes = np.stack(sgd_step(rates, nothing, nothing, momentum, nesterov=False), -1)
    matrices = step_matrices(rates, momentum)
    covariances = [
        solve_discrete_lyapunov(matrix, np.outer(push, push))
        for matrix, push in zip(matrices, pushes, strict=True)
    ]
    return np.array([covariance[0, 0] for covariance in covariances])


def variance_under_noise(*, momentum: float, slowed: bool = False) -> Recorded:
    """The variance at which gradient noise keeps SGD around the minimum of a quadratic."""
    slowly = " at a learning rate lowered in proportion" if slowed else ""
    given = f"with {momentum_words(momentum)}{slowly}"
    return Recorded(Shaking(momentum, slowed), "variance", "variance under gradient noise", given)
