"""How far SGD swings across a ravine: a long quadratic bowl, seen along its steepest axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from refute.decision.samples import Sample
from refute.experiment import Experiment, Record, Replicates
from refute.lab.bench.description import Description
from refute.lab.bench.kinds import Count, Natural, Positive, Share
from refute.lab.momentum.settling import bowls_in_words
from refute.lab.momentum.sgd_step import momentum_words
from refute.lab.momentum.trajectory import WINDOW, Trajectory
from refute.quantity import Recorded

Rate = tuple[float, float] | Literal["best"]


@dataclass(frozen=True)
class Swinging(Description, Experiment):
    """SGD from rest across random ravines, until it settles on the floor.

    Each replicate draws the condition number on a log scale.

    Records "distance": the length of the way along the steepest axis, with every swing back and
    forth, over the distance from the floor at the start.

    Args:
        momentum: of the optimizer.
        condition: least and greatest condition number, the largest curvature over the smallest.
        rate: learning rate times the largest curvature L, drawn between two numbers; "best" is
            the one at which SGD without momentum converges fastest, 2 over the sum of both
            curvatures.
    """

    momentum: Share
    condition: tuple[Positive, Positive]
    rate: Rate
    chunk: Count = 32
    stream: Natural = 0

    def run(self, replicates: Replicates) -> Record:
        ways = [self._way(replicates.generator(k, "bowl")) for k in replicates]
        return Record({"distance": Sample.exactly(np.array(ways))})

    def _way(self, random: np.random.Generator) -> float:
        condition = 10 ** random.uniform(*np.log10(self.condition))
        best = 2 * condition / (condition + 1)
        rate = best if self.rate == "best" else random.uniform(*self.rate)
        return way_across(Trajectory.of(np.array([rate]), np.ones(1), self.momentum))


def way_across(trajectory: Trajectory) -> float:
    """The length of the way along the first axis until the trajectory settles."""
    end = trajectory.settled_after()
    if end == np.inf:
        return float(end)
    way, before = 0.0, trajectory.positions(0, 1)[0]
    for first in range(1, int(end) + 1, WINDOW):
        positions = trajectory.positions(first, min(WINDOW, int(end) + 1 - first))[0]
        way += float(np.abs(np.diff(positions, prepend=before)).sum())
        before = positions[-1:]
    return way


def distance_across(*, momentum: float, condition: tuple[float, float], rate: Rate) -> Recorded:
    """How far SGD travels back and forth across a random ravine until it settles."""
    at = "the best one without momentum" if rate == "best" else "{:g} / L to {:g} / L".format(*rate)
    given = f"{bowls_in_words(condition)} with {momentum_words(momentum)}, learning rate {at}"
    label = "distance travelled across the ravine"
    return Recorded(Swinging(momentum, condition, rate), "distance", label, given)
