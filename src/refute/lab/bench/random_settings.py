"""Training in settings drawn at random: what is true "in general" is true of a population.

No single network stands for "in general".  Here every replicate draws its own depth, width,
dropout rate and optimizer, the same in every arm, and trains in that setting.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from refute.decision.samples import Sample
from refute.lab.bench.device import TorchExperiment
from refute.lab.bench.goals import Goal
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import SGD, Adam
from refute.lab.bench.settings import named
from refute.lab.bench.timing import TimedStack, training_step
from refute.lab.bench.training import Training
from refute.quantity import Record, Recorded, Replicates, Series
from refute.timing import Contender, Drawn

DEPTHS = (1, 2, 3)
WIDTHS = (50, 100, 200)
OPTIMIZERS = (SGD(), Adam())
ADVISED_RATES = (0.2, 0.3, 0.4, 0.5)
"""Dropout rates that textbooks advise for hidden layers."""

GOALS = (0.3, 0.1)
"""Training losses on the way at which steps are counted."""

CAP = 3300
"""Steps after which a run is given up: 75 epochs."""


@dataclass(frozen=True)
class DrawnTraining(TorchExperiment):
    """Train on digits, each replicate in a setting of its own, down to the last of ``GOALS``.

    Records "steps to 0.3" and "steps to 0.1", in minibatches of 32; a run that was given up is
    [CAP, infinity).  Series: what each replicate drew.

    Args:
        rates: dropout rates to draw from; ``(0.0,)`` for training without dropout.
        pace: factor of the optimizer's usual learning rate.
        chunk: replicates run at a time.
        stream: which independent set of replicates.
    """

    rates: tuple[float, ...] = (0.0,)
    pace: float = 1.0
    chunk: int = 8
    stream: int = 0

    @property
    def setting(self) -> str:
        dropout = f"with dropout of {_listed(self.rates)}" if any(self.rates) else "without dropout"
        pace = "" if self.pace == 1 else f" at {self.pace:g} times the learning rate"
        return f"{dropout}{pace}, in settings drawn at random,"

    def measure(self, replicates: Replicates) -> Record:
        alike: dict[Training, list[int]] = defaultdict(list)
        for replicate in replicates:
            alike[self.training(replicates, replicate)].append(replicate)
        steps = {goal: np.zeros((2, replicates.count)) for goal in GOALS}
        for training, members in alike.items():
            run = training.train(ReplicateSubset.of(replicates, members))
            places = np.array(members) - replicates.first
            for goal in GOALS:
                arrival = run.arrival(goal=Goal(goal))
                steps[goal][:, places] = arrival.lower, arrival.upper
        samples = {f"steps to {goal:g}": Sample(*steps[goal]) for goal in GOALS}
        return Record(samples, self._drawn([self.training(replicates, k) for k in replicates]))

    def _drawn(self, settings: Sequence[Training]) -> tuple[Series, ...]:
        """What was drawn, by replicate; what all have in common was not drawn."""
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
        """What one replicate trains: the same draws in every arm."""
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
    """What every replicate drew of one kind; ``labels`` where the values number words."""
    column = np.array(values, dtype=np.float64)[:, None]
    return Series(name, "setting", name, "", np.zeros(1), column, labels=labels)


@dataclass(frozen=True)
class ReplicateSubset(Replicates):
    """ReplicateSubset of the replicates of a chunk, by their numbers."""

    members: tuple[int, ...] = ()

    @classmethod
    def of(cls, replicates: Replicates, members: list[int]) -> ReplicateSubset:
        """Those of ``replicates`` that are ``members``; each keeps its random numbers."""
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


def steps_in_drawn_settings(
    loss: float, *, rates: tuple[float, ...] = (0.0,), pace: float = 1.0
) -> Recorded:
    """Minibatches down to a training loss (one of ``GOALS``), in settings drawn per replicate."""
    drawn, key = DrawnTraining(rates, pace), f"steps to {loss:g}"
    return named(drawn, key, f"steps to training loss {loss:g}", unit="steps")


def step_in_drawn_settings(*, rates: tuple[float, ...] = (0.0,), pace: float = 1.0) -> Drawn:
    """One step of the training that a replicate of :func:`steps_in_drawn_settings` makes."""
    drawn = DrawnTraining(rates, pace)

    def draw(seed: int, replicate: int) -> Contender:
        training = drawn.training(Replicates(replicate, 1, seed), replicate)
        network = TimedStack(training.network.sizes, dropout=training.network.dropout or None)
        adam = isinstance(training.optimizer, Adam)
        return training_step(network, training.batch, "Adam" if adam else "SGD")

    return Drawn(f"training step {drawn.setting.rstrip(',')}", draw)


def _listed(rates: tuple[float, ...]) -> str:
    *others, last = (f"{rate:g}" for rate in rates)
    return f"{', '.join(others)} or {last}" if others else last
