"""How soon SGD first gets to the minimum, whether or not it stays there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from refute.decision.samples import Sample
from refute.lab.momentum.settling import on_bowls, random_way
from refute.lab.momentum.sgd_step import momentum_words
from refute.lab.momentum.trajectory import WINDOW, Trajectory
from refute.quantity import Experiment, Record, Recorded, Replicates

THERE = 0.1
"""A run has got to the minimum when no more than this share of the way is left."""


@dataclass(frozen=True)
class Arriving(Experiment):
    """SGD on the random bowls of :class:`~refute.lab.momentum.settling.Settling`.

    Records ``steps`` until it is first within ``THERE`` of its start along the flattest axis, or
    beyond the minimum: the axis along which the way takes longest.
    """

    momentum: float
    condition: tuple[float, float]
    chunk: int = 32
    stream: int = 0

    def run(self, replicates: Replicates) -> Record:
        steps = [
            first_arrival(
                random_way(replicates.generator(k, "bowl"), self.condition, self.momentum)
            )
            for k in replicates
        ]
        return Record({"steps": Sample.exactly(np.array(steps, dtype=np.int64))})


def first_arrival(way: Trajectory) -> int:
    """The first step at which at most ``THERE`` of the way along the flattest axis is left."""
    start = way.positions(0, 1)[0, 0]
    first = 0
    while True:
        left = way.positions(first, WINDOW)[0] / start
        there = np.flatnonzero(left <= THERE)
        if len(there):
            return first + int(there[0])
        first += WINDOW


def steps_to_arrive(*, momentum: float, condition: tuple[float, float]) -> Recorded:
    """Steps that SGD needs on a random bowl until it first gets to the minimum."""
    given = f"{on_bowls(condition)} with {momentum_words(momentum)}"
    what = "steps to get to the minimum"
    return Recorded(Arriving(momentum, condition), "steps", what, given, measured_in="steps")
