"""How far gradient noise moves SGD around a quadratic's minimum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_discrete_lyapunov

from refute.decision.samples import Sample
from refute.experiment import Experiment, Record, Replicates
from refute.lab.bench.description import Description
from refute.lab.bench.kinds import Count, Natural, Share
from refute.lab.momentum.sgd_step import Floats, momentum_words, sgd_step, step_matrices
from refute.quantity import Recorded


@dataclass(frozen=True)
class Shaking(Description, Experiment):
    """The stationary variance of SGD's position around the minimum, under white gradient noise.

    On one axis, whose stiffness is drawn from 1e-4 to 1 on a log scale.  The stationary covariance
    S of (position, velocity) solves S = M S Mᵀ + b bᵀ, where M is torch's step and b its response
    to unit noise (Mandt, Hoffman and Blei 2017 give the equation in continuous time).  Records
    "variance".

    Args:
        momentum: of SGD.
        slowed: whether the learning rate is multiplied by 1 - momentum, which cancels the long-run
            effect of momentum on the step size.
        chunk: replicates computed at a time.
        stream: which independent set of replicates.
    """

    momentum: Share
    slowed: bool = False
    chunk: Count = 32
    stream: Natural = 0

    def run(self, replicates: Replicates) -> Record:
        drawn = [replicates.generator(k, "bowl").uniform(-4, 0) for k in replicates]
        rates = 10.0 ** np.array(drawn) * ((1 - self.momentum) if self.slowed else 1)
        return Record({"variance": Sample.exactly(shaken_variance(rates, self.momentum))})


def shaken_variance(rates: Floats, momentum: float) -> Floats:
    """Stationary variance at curvature 1 and unit gradient noise, for each learning rate."""
    zero = np.zeros_like(rates)
    pushes = np.stack(sgd_step(rates, zero, zero, momentum, nesterov=False), -1)
    matrices = step_matrices(rates, momentum)
    covariances = [
        solve_discrete_lyapunov(matrix, np.outer(push, push))
        for matrix, push in zip(matrices, pushes, strict=True)
    ]
    return np.array([covariance[0, 0] for covariance in covariances])


def variance_under_noise(*, momentum: float, slowed: bool = False) -> Recorded:
    """The variance of SGD's position around the minimum of a quadratic, under gradient noise."""
    lowered = " at a learning rate lowered in proportion" if slowed else ""
    given = f"with {momentum_words(momentum)}{lowered}"
    return Recorded(Shaking(momentum, slowed), "variance", "variance under gradient noise", given)
