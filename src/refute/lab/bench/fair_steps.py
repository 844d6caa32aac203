"""Which of two kinds of network learns faster?  Ask a population, each at its own best rate.

As in :mod:`~refute.lab.bench.fair_accuracy`, every replicate draws a task, a depth and a width, and
an optimizer besides, the same in every arm.  Every arm trains at each of four learning rates until
one of them is down to the goal: how soon a network learns is how soon it does so at the rate that
suits it::

    selu = fair_steps(activation="selu", weights=LECUN_NORMAL)
    measure((selu / fair_steps()).within(faster()), claimed=generally())  # how often
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from refute.decision.samples import Sample
from refute.lab.bench.data import minibatches
from refute.lab.bench.device import TorchExperiment
from refute.lab.bench.fair_accuracy import TASKS, Population
from refute.lab.bench.goals import Goal
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import SGD, Adam
from refute.lab.bench.random_settings import ReplicateSubset, setting_drawn
from refute.lab.bench.settings import in_words, named
from refute.lab.bench.stack.network import StackedNetwork
from refute.lab.bench.stack.stepping import Stepper
from refute.lab.bench.timing import TimedStack, training_step
from refute.lab.bench.trained import TrainedStack
from refute.lab.bench.training import Training
from refute.quantity import Record, Recorded, Replicates, Series
from refute.timing import Contender, Drawn

OPTIMIZERS = (SGD(), Adam())

PACES = (1.0, 3.0, 10.0, 30.0)
"""Multiples of an optimizer's usual learning rate that every arm may choose from: SGD's 0.01 (with
momentum) to 0.3, Adam's 0.001 to 0.03."""

GOAL = Goal(0.3)

CAP = 1500
"""Steps after which a run is given up."""

LEARNED_SLOWLY = Population(tasks=("digits, 300 images", "spirals", "waves"))
"""Tasks whose goal takes epochs to reach: "breast cancer" is there in half an epoch, too soon to be
timed by evaluations every few steps, and "diabetes" gets there by memorising noise alone."""


@dataclass(frozen=True)
class FairSteps(TorchExperiment):
    """Train networks of one kind down to ``GOAL``, each replicate in a setting of its own.

    Records "steps", in minibatches of 32, at the learning rate that takes fewest; where none leads
    there they are [CAP, infinity).  Series: what each replicate drew.

    Args:
        network: what sets the arm apart; its inputs, hidden layers and outputs are drawn.
        among: tasks, depths and widths to draw from.
        chunk: replicates run at a time.
        stream: which independent set of replicates.
    """

    network: Network = Network()  # noqa: RUF009 (frozen)
    among: Population = field(default_factory=lambda: LEARNED_SLOWLY)
    chunk: int = 8
    stream: int = 0

    @property
    def setting(self) -> str:
        arm = in_words(self.network.differences_beside_units, usual="with ReLU")
        return f"{arm}, in settings drawn at random, each at its best learning rate,"

    def measure(self, replicates: Replicates) -> Record:
        drawn = [self.training(replicates, k) for k in replicates]
        alike: dict[Training, list[int]] = defaultdict(list)
        for k, training in zip(replicates, drawn, strict=True):
            alike[training].append(k)
        fewest = np.zeros(len(drawn))
        for training, members in alike.items():
            places = np.array(members) - replicates.first
            fewest[places] = _fewest(training, ReplicateSubset.of(replicates, members))
        beyond = np.isinf(fewest)
        steps = Sample(np.where(beyond, CAP, fewest), fewest)
        return Record({"steps": steps}, self._drawn(replicates))

    def training(self, replicates: Replicates, replicate: int) -> Training:
        """What one replicate trains, at its optimizer's usual rate: the same draws in every arm."""
        task, depth, width = self.among.draw(replicates.generator(replicate, "setting"))
        data = TASKS[task]
        return Training(
            network=replace(
                self.network, inputs=data.features, hidden=(width,) * depth, outputs=data.classes
            ),
            data=data,
            optimizer=OPTIMIZERS[_optimizer(replicates, replicate)],
            steps=CAP,
            goal=GOAL,
        )

    def _drawn(self, replicates: Replicates) -> tuple[Series, ...]:
        settings = [self.among.draw(replicates.generator(k, "setting")) for k in replicates]
        optimizers = tuple(type(optimizer).__name__ for optimizer in OPTIMIZERS)
        return (
            *self.among.series(settings),
            setting_drawn("optimizer", [_optimizer(replicates, k) for k in replicates], optimizers),
        )


def fair_steps(**settings: Any) -> Recorded:
    """Minibatches down to training loss 0.3, in settings drawn at random, at the best rate of each.

    Args:
        settings: fields of :class:`~refute.lab.bench.networks.Network` that set the arm apart.
    """
    return named(FairSteps(Network(**settings)), "steps", f"steps to {GOAL.words}", unit="steps")


def step_in_fair_settings(**settings: Any) -> Drawn:
    """One step of the training that a replicate of :func:`fair_steps` makes."""
    arm = FairSteps(Network(**settings))

    def draw(seed: int, replicate: int) -> Contender:
        training = arm.training(Replicates(replicate, 1, seed), replicate)
        dropout = training.network.dropout or None
        network = TimedStack(training.network.sizes, training.network.activation, dropout)
        adam = isinstance(training.optimizer, Adam)
        return training_step(network, training.batch, "Adam" if adam else "SGD")

    return Drawn(f"training step {arm.setting.rstrip(',')}", draw)


def _optimizer(replicates: Replicates, replicate: int) -> int:
    """Which of ``OPTIMIZERS`` a replicate draws."""
    return int(replicates.generator(replicate, "optimizer").random() * len(OPTIMIZERS))


def _fewest(training: Training, replicates: ReplicateSubset) -> NDArray[np.float64]:
    """The fewest steps (R,) in which some learning rate leads to the goal; infinity where none.

    All rates of all replicates are trained side by side, until each replicate is there at one.
    """
    at_rates = ReplicateSubset.of(replicates, [k for k in replicates for _ in PACES])
    net, samples = training.start(at_rates), training.data.draw(at_rates)
    run = TrainedStack(net, samples, training.goal, training.steps)
    step = Stepper(net, training.optimizer, training.batch)
    batches = minibatches(samples, training.batch, at_rates)
    masks = training.masks(at_rates)
    stretch = _Stretch(net, torch.tensor(PACES * len(replicates), device=replicates.device))
    at = 0
    for until in run.steps:
        for _ in range(until - at):
            stretch.before()
            step(*next(batches), next(masks))
            stretch.after()
        at = until
        run.evaluate()
        fewest: NDArray[np.float64] = run.arrival().upper.reshape(-1, len(PACES)).min(axis=1)
        if np.isfinite(fewest).all():
            break
    return fewest


class _Stretch:
    """Makes every step of an optimizer so many times as long: a learning rate for each row.

    Both SGD's and Adam's step is the learning rate times something that it does not enter.
    """

    def __init__(self, net: StackedNetwork, paces: torch.Tensor) -> None:
        self._parameters = [parameter.detach() for parameter in net.parameters()]
        self._kept = [parameter.clone() for parameter in self._parameters]
        self._paces = [paces.view(-1, *[1] * (each.dim() - 1)) for each in self._parameters]

    def before(self) -> None:
        for parameter, kept in zip(self._parameters, self._kept, strict=True):
            kept.copy_(parameter)

    def after(self) -> None:
        for parameter, kept, pace in zip(self._parameters, self._kept, self._paces, strict=True):
            torch.lerp(kept, parameter, pace, out=parameter)
