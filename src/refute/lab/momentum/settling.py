"""How long SGD takes to settle on random bowls, and how often it crosses the minimum until then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi, sqrt

import numpy as np

from refute.decision.samples import Sample
from refute.experiment import Experiment, Record, Replicates, Series
from refute.lab.bench.description import Description
from refute.lab.bench.kinds import Count, Natural, Positive, Share
from refute.lab.bench.tuning import least_of
from refute.lab.momentum.sgd_step import momentum_words
from refute.lab.momentum.trajectory import Trajectory
from refute.quantity import Quantity, Recorded

AXES = 10
"""Axes of a random bowl, enough for several time scales at once."""

HALF_SWINGS, POINTS = 6, 24
"""Length of a plotted trajectory in frictionless half swings, and points per half swing."""


@dataclass(frozen=True)
class Settling(Description, Experiment):
    """SGD on random bowls until it settles.

    Each replicate draws its condition number on a log scale, likewise the curvatures between the
    two extremes, and a standard normal start.  The learning rate is 1 over the largest curvature,
    which is stable at any momentum.

    Records "steps" until settled, and "crossings" of the minimum along the flattest axis until
    then.  Series: the path from 1 along the flattest axis of the most elongated of these bowls.
    """

    momentum: Share
    condition: tuple[Positive, Positive]
    nesterov: bool = False
    chunk: Count = 32
    stream: Natural = 0

    def run(self, replicates: Replicates) -> Record:
        trajectories = [
            random_trajectory(
                replicates.generator(k, "bowl"),
                self.condition,
                self.momentum,
                nesterov=self.nesterov,
            )
            for k in replicates
        ]
        steps = [trajectory.settled_after() for trajectory in trajectories]
        crossings = [
            trajectory.crossings(0, end)
            for trajectory, end in zip(trajectories, steps, strict=True)
        ]
        samples = {"steps": _exactly(steps), "crossings": _exactly(crossings)}
        return Record(samples, (self._path_in_longest_bowl(replicates.count),))

    def _path_in_longest_bowl(self, replicates: int) -> Series:
        """The same for every replicate: it depends on the shape of the bowl alone."""
        longest = self.condition[1]
        stiffness, start = np.array([1 / longest]), np.ones(1)
        trajectory = Trajectory.of(stiffness, start, self.momentum, nesterov=self.nesterov)
        end = HALF_SWINGS * pi * sqrt(longest)
        steps = np.unique(np.linspace(0, end, HALF_SWINGS * POINTS + 1).round())
        positions = np.array([trajectory.positions(int(step), 1)[0, 0] for step in steps])
        return Series(
            f"flattest axis of a bowl of condition number {longest:g}".replace("e+0", "e"),
            "trajectory",
            "steps",
            "position",
            steps,
            np.tile(positions, (replicates, 1)),
        )


def random_trajectory(
    random: np.random.Generator,
    condition: tuple[float, float],
    momentum: float,
    *,
    nesterov: bool = False,
) -> Trajectory:
    """SGD's trajectory on a random bowl of :class:`Settling`; the flattest axis comes first."""
    decades = random.uniform(*np.log10(condition))
    between = np.sort(random.uniform(-decades, 0, AXES - 2))
    stiffness = 10.0 ** np.array([-decades, *between, 0.0])
    start = random.standard_normal(AXES)
    return Trajectory.of(stiffness, start, momentum, nesterov=nesterov)


def steps_to_settle(
    *, momentum: float, condition: tuple[float, float], nesterov: bool = False
) -> Recorded:
    """Steps that SGD takes on a random bowl until it stays close to the minimum."""
    given = f"{bowls_in_words(condition)} with {momentum_words(momentum, nesterov)}"
    settling = Settling(momentum, condition, nesterov)
    return Recorded(settling, "steps", "steps to settle", given, measured_in="steps")


def steps_to_settle_at_best(
    momenta: Sequence[float], *, condition: tuple[float, float]
) -> Quantity:
    """The same with the best of several ``momenta`` on each bowl."""
    arms = tuple(steps_to_settle(momentum=momentum, condition=condition) for momentum in momenta)
    return least_of(arms, " or ".join(momentum_words(momentum) for momentum in momenta[1:]))


def crossings_before_settling(*, momentum: float, condition: tuple[float, float]) -> Recorded:
    """How often SGD crosses a random bowl's minimum along the flattest axis until it settles."""
    given = f"{bowls_in_words(condition)} with {momentum_words(momentum)}"
    label = "passes of the minimum before settling"
    return Recorded(Settling(momentum, condition), "crossings", label, given)


def bowls_in_words(condition: tuple[float, float]) -> str:
    """The bowls, in words."""
    least, greatest = condition
    return f"on quadratics of condition number {least:g}" + (
        f" to {greatest:g}" if greatest > least else ""
    )


def _exactly(values: Sequence[float]) -> Sample:
    """A sample of integers, or of floats if some run never settles."""
    whole = np.isfinite(values).all()
    return Sample.exactly(np.array(values, dtype=np.int64 if whole else np.float64))
