"""Training in settings drawn at random, for claims about what is true in general.

No single network can represent networks in general.  Every replicate therefore draws a depth, a
width, a dropout rate and an optimizer, the same in every arm, and trains in that setting.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from refute.decision.samples import Sample
from refute.experiment import Record, Replicates, Series
from refute.lab.bench.device import TorchExperiment
from refute.lab.bench.goals import Goal
from refute.lab.bench.kinds import Count, DropoutRate, Natural, Positive
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import SGD, Adam
from refute.lab.bench.settings import alternatives, named
from refute.lab.bench.timing import TimedStack, training_step
from refute.lab.bench.training import Training
from refute.quantity import Recorded
from refute.timing import Contender, Drawn

DEPTHS = (1, 2, 3)
WIDTHS = (50, 100, 200)
OPTIMIZERS = (SGD(), Adam())
ADVISED_RATES = (0.2, 0.3, 0.4, 0.5)
"""Dropout rates that textbooks recommend for hidden layers."""

GOALS = (0.3, 0.1)
"""Training losses to which steps are counted."""

CAP = 3300
"""Steps after which a run is abandoned: 75 epochs."""

Setting = TypeVar("Setting")


@dataclass(frozen=True)
class DrawnTraining(TorchExperiment):
    """Train on digits down to the smallest of ``GOALS``, each replicate in its own setting.

    Samples: "steps to 0.3" and "steps to 0.1", in minibatches of 32; an abandoned run is known
    only as [CAP, infinity).
    Series: what each replicate drew.

    Args:
        rates: dropout rates to draw from; ``(0.0,)`` for training without dropout.
        pace: factor on the optimizer's usual learning rate.
        chunk: replicates that run together.
        stream: which independent set of replicates.
    """

    rates: tuple[DropoutRate, ...] = (0.0,)
    pace: Positive = 1.0
    chunk: Count = 8
    stream: Natural = 0

    @property
    def setting(self) -> str:
        dropout = "without dropout"
        if any(self.rates):
            dropout = f"with dropout of {alternatives(self.rates)}"
        pace = "" if self.pace == 1 else f" at {self.pace:g} times the learning rate"
        return f"{dropout}{pace}, in settings drawn at random,"

    def measure(self, replicates: Replicates) -> Record:
        drawn = [self.training(replicates, k) for k in replicates]
        steps = {goal: np.zeros((2, replicates.count)) for goal in GOALS}
        for training, members, places in alike(replicates, drawn):
            run = training.train(members)
            for goal in GOALS:
                arrival = run.arrival(goal=Goal(goal))
                steps[goal][:, places] = arrival.lower, arrival.upper
        samples = {f"steps to {goal:g}": Sample(*steps[goal]) for goal in GOALS}
        return Record(samples, self._drawn(drawn))

    def _drawn(self, settings: Sequence[Training]) -> tuple[Series, ...]:
        """Series of what each replicate drew; a single dropout rate is not drawn."""
        networks = [setting.network for setting in settings]
        kinds = [type(optimizer) for optimizer in OPTIMIZERS]
        drawn = [
            setting_drawn("hidden layers", [len(network.hidden) for network in networks]),
            setting_drawn("units a layer", [network.hidden[0] for network in networks]),
            setting_drawn(
                "optimizer",
                [kinds.index(type(setting.optimizer)) for setting in settings],
                labels=tuple(kind.__name__ for kind in kinds),
            ),
        ]
        if len(self.rates) > 1:
            drawn.append(setting_drawn("dropout rate", [network.dropout for network in networks]))
        return tuple(drawn)

    def training(self, replicates: Replicates, replicate: int) -> Training:
        """Return the training of one replicate, drawn alike in every arm."""
        depth, width, rate, optimizer = replicates.generator(replicate, "setting").random(4)
        chosen = OPTIMIZERS[int(optimizer * len(OPTIMIZERS))]
        return Training(
            network=Network(
                hidden=(WIDTHS[int(width * len(WIDTHS))],) * DEPTHS[int(depth * len(DEPTHS))],
                dropout=self.rates[int(rate * len(self.rates))],
            ),
            optimizer=replace(chosen, lr=chosen.lr * self.pace),
            steps=CAP,
            goal=Goal(min(GOALS)),
        )


def setting_drawn(name: str, values: Sequence[float], labels: tuple[str, ...] = ()) -> Series:
    """Series of what every replicate drew; ``labels`` are the words that the values index."""
    column = np.array(values, dtype=np.float64)[:, None]
    return Series(name, "setting", name, "", np.zeros(1), column, labels=labels)


@dataclass(frozen=True)
class ReplicateSubset(Replicates):
    """Some replicates of a chunk, by number; a number may occur more than once."""

    members: tuple[int, ...] = ()

    @classmethod
    def of(cls, replicates: Replicates, members: list[int]) -> ReplicateSubset:
        """Select ``members`` from ``replicates``; each keeps its own random numbers."""
        return cls(
            members[0],
            len(members),
            replicates.seed,
            replicates.stream,
            replicates.device,
            tuple(members),
        )

    def __iter__(self) -> Iterator[int]:
        return iter(self.members)


def alike(
    replicates: Replicates, drawn: Sequence[Setting]
) -> Iterator[tuple[Setting, ReplicateSubset, NDArray[np.int64]]]:
    """Yield each setting, the replicates that drew it, and their places among all.

    Args:
        replicates: the replicates.
        drawn: what each of them drew, in order.
    """
    members: dict[Setting, list[int]] = defaultdict(list)
    for k, setting in zip(replicates, drawn, strict=True):
        members[setting].append(k)
    for setting, own in members.items():
        yield setting, ReplicateSubset.of(replicates, own), np.array(own) - replicates.first


def steps_in_drawn_settings(
    loss: float, *, rates: tuple[float, ...] = (0.0,), pace: float = 1.0
) -> Recorded:
    """Minibatches to a training loss (one of ``GOALS``), in settings drawn per replicate."""
    drawn, key = DrawnTraining(rates, pace), f"steps to {loss:g}"
    return named(drawn, key, f"steps to training loss {loss:g}", unit="steps")


def timed_step(training: Training) -> Contender:
    """One step of a training as work for a race.

    The network has the training's sizes, activation and dropout.
    """
    network = training.network
    stack = TimedStack(network.sizes, network.activation, network.dropout or None)
    adam = isinstance(training.optimizer, Adam)
    return training_step(stack, training.batch, "Adam" if adam else "SGD")


def step_in_drawn_settings(*, rates: tuple[float, ...] = (0.0,), pace: float = 1.0) -> Drawn:
    """One training step in the setting that :func:`steps_in_drawn_settings` draws."""
    drawn = DrawnTraining(rates, pace)

    def draw(seed: int, replicate: int) -> Contender:
        return timed_step(drawn.training(Replicates(replicate, 1, seed), replicate))

    return Drawn(f"training step {drawn.setting.rstrip(',')}", draw)
