"""Steps to learn over a population of settings, each network at its own best learning rate.

As in :mod:`~refute.lab.bench.fair_accuracy`, every replicate draws a task, a depth and a width,
here also an optimizer, the same in every arm.  Every arm trains at each of four learning rates
until the first of them reaches the goal::

    selu = fair_steps(activation="selu", weights=LECUN_NORMAL)
    measure((selu / fair_steps()).within(faster()), claimed=generally())  # how often
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from refute.decision.samples import Sample
from refute.experiment import Record, Replicates, Series
from refute.lab.bench.data import minibatches
from refute.lab.bench.device import TorchExperiment
from refute.lab.bench.fair_accuracy import TASKS, Population
from refute.lab.bench.goals import Goal
from refute.lab.bench.kinds import Count, Natural
from refute.lab.bench.networks import USUAL_NETWORK, Network
from refute.lab.bench.random_settings import (
    OPTIMIZERS,
    ReplicateSubset,
    alike,
    setting_drawn,
    timed_step,
)
from refute.lab.bench.settings import in_words, named
from refute.lab.bench.stack.network import StackedNetwork
from refute.lab.bench.stack.stepping import Stepper
from refute.lab.bench.trained import TrainedStack
from refute.lab.bench.training import Training
from refute.quantity import Recorded
from refute.timing import Contender, Drawn

RATE_FACTORS = (1.0, 3.0, 10.0, 30.0)
"""Multiples of an optimizer's usual learning rate from which every arm chooses its best: 0.01 to
0.3 for SGD with momentum, 0.001 to 0.03 for Adam."""

GOAL = Goal(0.3)

CAP = 1500
"""Steps after which a run is abandoned."""

LEARNED_SLOWLY = Population(tasks=("digits, 300 images", "spirals", "waves"))
"""Tasks on which it takes epochs to reach the goal.  On "breast cancer", half an epoch is enough,
too little for evaluations every few steps; on "diabetes", only memorising noise reaches it."""


@dataclass(frozen=True)
class FairSteps(TorchExperiment):
    """Train networks of one kind down to ``GOAL``, each replicate in its own setting.

    Samples: "steps", in minibatches of 32, at the learning rate that takes the fewest; if none
    reaches the goal, they are known only as [CAP, infinity).
    Series: what each replicate drew.

    Args:
        network: what distinguishes the arm; its inputs, hidden layers and outputs are drawn.
        among: tasks, depths and widths to draw from.
        chunk: replicates that run together.
        stream: which independent set of replicates.
    """

    network: Network = USUAL_NETWORK
    among: Population = field(default_factory=lambda: LEARNED_SLOWLY)
    chunk: Count = 8
    stream: Natural = 0

    @property
    def setting(self) -> str:
        arm = in_words(self.network.differences_except_units, usual="with ReLU")
        return f"{arm}, in settings drawn at random, each at its best learning rate,"

    def measure(self, replicates: Replicates) -> Record:
        drawn = [self.training(replicates, k) for k in replicates]
        fewest = np.zeros(len(drawn))
        for training, members, places in alike(replicates, drawn):
            fewest[places] = _fewest_steps(training, members)
        beyond = np.isinf(fewest)
        steps = Sample(np.where(beyond, CAP, fewest), fewest)
        return Record({"steps": steps}, self._drawn(replicates))

    def training(self, replicates: Replicates, replicate: int) -> Training:
        """Return the training of one replicate at the usual rate, drawn alike in every arm."""
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
    """Minibatches to training loss 0.3 in random settings, each at its best learning rate.

    Args:
        settings: fields of :class:`~refute.lab.bench.networks.Network` that distinguish the arm.
    """
    return named(FairSteps(Network(**settings)), "steps", f"steps to {GOAL.words}", unit="steps")


def step_in_fair_settings(**settings: Any) -> Drawn:
    """One training step in the setting that a replicate of :func:`fair_steps` draws."""
    arm = FairSteps(Network(**settings))

    def draw(seed: int, replicate: int) -> Contender:
        return timed_step(arm.training(Replicates(replicate, 1, seed), replicate))

    return Drawn(f"training step {arm.setting.rstrip(',')}", draw)


def _optimizer(replicates: Replicates, replicate: int) -> int:
    """Index in ``OPTIMIZERS`` of the one that a replicate draws."""
    return int(replicates.generator(replicate, "optimizer").random() * len(OPTIMIZERS))


def _fewest_steps(training: Training, replicates: ReplicateSubset) -> NDArray[np.float64]:
    """Return the steps (R,) to the goal at the quickest rate, infinity if none reaches it.

    All rates of all replicates train side by side until each replicate has reached the goal at one.
    """
    at_rates = ReplicateSubset.of(replicates, [k for k in replicates for _ in RATE_FACTORS])
    net, samples = training.start(at_rates), training.data.draw(at_rates)
    run = TrainedStack(net, samples, training.goal, training.steps)
    step = Stepper(net, training.optimizer, training.batch)
    batches = minibatches(samples, training.batch, at_rates)
    masks = training.masks(at_rates)
    factors = torch.tensor(RATE_FACTORS * len(replicates), device=replicates.device)
    scaling = _StepScaling(net, factors)
    at = 0
    for until in run.steps:
        for _ in range(until - at):
            step(*next(batches), next(masks))
            scaling.scale()
        at = until
        run.evaluate()
        fewest: NDArray[np.float64] = run.arrival().upper.reshape(-1, len(RATE_FACTORS)).min(axis=1)
        if np.isfinite(fewest).all():
            break
    return fewest


class _StepScaling:
    """Scales every step of an optimizer by a factor per row: each row has its own learning rate.

    This is exact for SGD and Adam, whose steps are proportional to the learning rate.
    """

    def __init__(self, net: StackedNetwork, factors: torch.Tensor) -> None:
        self._parameters = [parameter.detach() for parameter in net.parameters()]
        self._starts = [parameter.clone() for parameter in self._parameters]
        self._factors = [
            factors.view(-1, *[1] * (parameter.dim() - 1)) for parameter in self._parameters
        ]

    def scale(self) -> None:
        """Scale the step that was taken since the last call."""
        torch._foreach_lerp_(self._starts, self._parameters, self._factors)
        torch._foreach_copy_(self._parameters, self._starts)
