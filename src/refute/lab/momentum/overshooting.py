"""How far SGD overshoots the minimum of a quadratic in one dimension."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from refute.decision.samples import Sample
from refute.experiment import Experiment, Record, Replicates
from refute.lab.bench.description import Description
from refute.lab.bench.kinds import Count, Natural, Positive, Share
from refute.lab.momentum.sgd_step import momentum_words
from refute.lab.momentum.trajectory import WINDOW, Trajectory
from refute.quantity import Recorded


@dataclass(frozen=True)
class Overshooting(Description, Experiment):
    """SGD from rest at 1 on quadratics in one dimension.

    Each replicate draws learning rate times curvature on a log scale.

    Records "overshoot": the greatest distance beyond the minimum.
    """

    momentum: Share
    nesterov: bool
    stiffness: tuple[Positive, Positive]
    chunk: Count = 32
    stream: Natural = 0

    def run(self, replicates: Replicates) -> Record:
        beyond = [self._overshoot(replicates.generator(k, "bowl")) for k in replicates]
        return Record({"overshoot": Sample.exactly(np.array(beyond))})

    def _overshoot(self, random: np.random.Generator) -> float:
        stiffness = 10 ** random.uniform(*np.log10(self.stiffness))
        return overshoot(
            Trajectory.of(np.array([stiffness]), np.ones(1), self.momentum, nesterov=self.nesterov)
        )


def overshoot(trajectory: Trajectory) -> float:
    """How far beyond 0 a trajectory from 1 gets; it may take ``WINDOW`` steps.

    The first swing is the farthest, and takes fewer steps than that.
    """
    return max(0.0, -float(trajectory.positions(0, WINDOW)[0].min()))


def first_overshoot(
    *, momentum: float, nesterov: bool = False, stiffness: tuple[float, float]
) -> Recorded:
    """How far SGD gets beyond the minimum of a random quadratic in one dimension."""
    least, greatest = stiffness
    given = (
        f"with {momentum_words(momentum, nesterov)}, learning rate times curvature from "
        f"{least:g} to {greatest:g}"
    )
    experiment = Overshooting(momentum, nesterov, stiffness)
    return Recorded(experiment, "overshoot", "overshoot of the minimum", given)
