"""How soon SGD first reaches the minimum, even if it does not stay there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from refute.decision.samples import Sample
from refute.experiment import Experiment, Record, Replicates
from refute.lab.bench.description import Description
from refute.lab.bench.kinds import Count, Natural, Positive, Share
from refute.lab.momentum.settling import bowls_in_words, random_trajectory
from refute.lab.momentum.sgd_step import momentum_words
from refute.lab.momentum.trajectory import WINDOW, Trajectory
from refute.quantity import Recorded

THERE = 0.1
"""A run has reached the minimum when at most this share of the initial distance is left."""


@dataclass(frozen=True)
class Arriving(Description, Experiment):
    """SGD on the random bowls of :class:`~refute.lab.momentum.settling.Settling`.

    Records "steps", the result of :func:`first_arrival`.
    """

    momentum: Share
    condition: tuple[Positive, Positive]
    chunk: Count = 32
    stream: Natural = 0

    def run(self, replicates: Replicates) -> Record:
        steps = [
            first_arrival(
                random_trajectory(replicates.generator(k, "bowl"), self.condition, self.momentum)
            )
            for k in replicates
        ]
        return Record({"steps": Sample.exactly(np.array(steps, dtype=np.int64))})


def first_arrival(trajectory: Trajectory) -> int:
    """The first step at which at most ``THERE`` of the distance along the flattest axis is left.

    A position beyond the minimum counts too.  The flattest axis is the slowest.
    """
    start = trajectory.positions(0, 1)[0, 0]
    first = 0
    while True:
        left = trajectory.positions(first, WINDOW)[0] / start
        arrived = np.flatnonzero(left <= THERE)
        if len(arrived):
            return first + int(arrived[0])
        first += WINDOW


def steps_to_arrive(*, momentum: float, condition: tuple[float, float]) -> Recorded:
    """Steps that SGD takes on a random bowl until it first reaches the minimum."""
    given = f"{bowls_in_words(condition)} with {momentum_words(momentum)}"
    label = "steps to get to the minimum"
    return Recorded(Arriving(momentum, condition), "steps", label, given, measured_in="steps")
