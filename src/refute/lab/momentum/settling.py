"""How long SGD takes to settle on random bowls, and how often it passes the minimum till then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi, sqrt

import numpy as np

from refute.decision.samples import Sample
from refute.lab.bench.tuning import Least
from refute.lab.momentum.sgd_step import momentum_words
from refute.lab.momentum.trajectory import Trajectory
from refute.quantity import Experiment, Quantity, Record, Recorded, Replicates, Series

AXES = 10
"""Axes of a random bowl: enough for several time scales at once."""

HALF_SWINGS, POINTS = 6, 24
"""Half swings without friction that a drawn trajectory spans, and points in each."""


@dataclass(frozen=True)
class Settling(Experiment):
    """SGD on random bowls until it settles.

    A replicate draws its condition number evenly on a log scale, curvatures between the two
    extremes likewise, and a standard normal start; its learning rate is one over the greatest
    curvature, which is stable at any momentum.

    Records ``steps`` until settled and ``crossings`` of the minimum along the flattest axis till
    then.  Series: the way along the flattest axis of the most elongated of these bowls, from 1.
    """

    momentum: float
    condition: tuple[float, float]
    nesterov: bool = False
    chunk: int = 32
    stream: int = 0

    def run(self, replicates: Replicates) -> Record:
        ways = [
            random_way(
                replicates.generator(k, "bowl"),
                self.condition,
                self.momentum,
                nesterov=self.nesterov,
            )
            for k in replicates
        ]
        steps = [way.settled_after() for way in ways]
        crossings = [way.crossings(0, end) for way, end in zip(ways, steps, strict=True)]
        samples = {"steps": _exactly(steps), "crossings": _exactly(crossings)}
        return Record(samples, (self._longest_way(replicates.count),))

    def _longest_way(self, replicates: int) -> Series:
        """The same for every replicate: it depends on the bowl's shape alone."""
        longest = self.condition[1]
        stiffness, start = np.array([1 / longest]), np.ones(1)
        way = Trajectory.of(stiffness, start, self.momentum, nesterov=self.nesterov)
        end = HALF_SWINGS * pi * sqrt(longest)
        steps = np.unique(np.linspace(0, end, HALF_SWINGS * POINTS + 1).round())
        positions = np.array([way.positions(int(step), 1)[0, 0] for step in steps])
        return Series(
            f"flattest axis of a bowl of condition number {longest:g}".replace("e+0", "e"),
            "trajectory",
            "steps",
            "position",
            steps,
            np.tile(positions, (replicates, 1)),
        )


def random_way(
    random: np.random.Generator,
    condition: tuple[float, float],
    momentum: float,
    *,
    nesterov: bool = False,
) -> Trajectory:
    """SGD's way on a random bowl of a :class:`Settling`; the flattest axis comes first."""
    greatest = random.uniform(*np.log10(condition))
    between = np.sort(random.uniform(-greatest, 0, AXES - 2))
    stiffness = 10.0 ** np.array([-greatest, *between, 0.0])
    start = random.standard_normal(AXES)
    return Trajectory.of(stiffness, start, momentum, nesterov=nesterov)


def steps_to_settle(
    *, momentum: float, condition: tuple[float, float], nesterov: bool = False
) -> Recorded:
    """Steps that SGD needs on a random bowl until it stays close to the minimum."""
    given = f"{on_bowls(condition)} with {momentum_words(momentum, nesterov)}"
    settling = Settling(momentum, condition, nesterov)
    return Recorded(settling, "steps", "steps to settle", given, measured_in="steps")


def steps_to_settle_at_best(
    momenta: Sequence[float], *, condition: tuple[float, float]
) -> Quantity:
    """The same with whichever of several momenta is quickest on that bowl."""
    each = tuple(steps_to_settle(momentum=momentum, condition=condition) for momentum in momenta)
    if len(each) == 1:
        return each[0]
    return Least(each, " or ".join(momentum_words(momentum) for momentum in momenta[1:]))


def swings_before_settling(*, momentum: float, condition: tuple[float, float]) -> Recorded:
    """How often SGD passes a random bowl's minimum along the flattest axis until it settles."""
    given = f"{on_bowls(condition)} with {momentum_words(momentum)}"
    what = "passes of the minimum before settling"
    return Recorded(Settling(momentum, condition), "crossings", what, given)


def on_bowls(condition: tuple[float, float]) -> str:
    """In words, which bowls."""
    least, greatest = condition
    return f"on quadratics of condition number {least:g}" + (
        f" to {greatest:g}" if greatest > least else ""
    )


def _exactly(values: Sequence[float]) -> Sample:
    """Whole numbers as integers, unless some run never ends."""
    whole = np.isfinite(values).all()
    return Sample.exactly(np.array(values, dtype=np.int64 if whole else np.float64))
