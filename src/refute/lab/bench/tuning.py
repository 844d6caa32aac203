"""A fair chance for both sides: each is given the best of several learning rates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Self

import numpy as np

from refute.decision.samples import Sample
from refute.lab.bench.optimizers import SGD, Optimizer
from refute.lab.bench.quantities import steps_to_loss
from refute.quantity import Experiment, Quantity, Record, Series


@dataclass(frozen=True)
class Least(Quantity):
    """The least of several quantities in each replicate.

    The least of runs known only as [cap, infinity) may be any number from the smallest cap on.
    ``others`` says in words how the others differ from the first.
    """

    quantities: tuple[Quantity, ...]
    others: str

    @property
    def name(self) -> str:
        return f"{self.quantities[0].name}, or {self.others} where that is less"

    @property
    def what(self) -> str:
        return self.quantities[0].what

    @property
    def setting(self) -> str:
        return f"{self.quantities[0].setting}, or {self.others} where that is less"

    @property
    def unit(self) -> str:
        return self.quantities[0].unit

    def experiments(self) -> tuple[Experiment, ...]:
        each = [quantity.experiments() for quantity in self.quantities]
        return tuple(dict.fromkeys(experiment for some in each for experiment in some))

    def sample(self, records: Callable[[Experiment], Record]) -> Sample:
        samples = [quantity.sample(records) for quantity in self.quantities]
        lower = np.min([sample.lower / sample.scale for sample in samples], axis=0)
        upper = np.min([sample.upper / sample.scale for sample in samples], axis=0)
        return Sample(lower, upper)

    def series(self, records: Callable[[Experiment], Record]) -> tuple[Series, ...]:
        """What each of them left to plot."""
        return tuple(left for quantity in self.quantities for left in quantity.series(records))

    def on_streams(self, further: int) -> Self:
        moved = tuple(quantity.on_streams(further) for quantity in self.quantities)
        return replace(self, quantities=moved)


def at_rates(optimizer: Optimizer, rates: Sequence[float]) -> tuple[Optimizer, ...]:
    """The same optimizer at several learning rates."""
    return tuple(replace(optimizer, lr=rate) for rate in rates)


PLAIN_SGD = SGD(momentum=0.0)


def steps_to_loss_tuned(optimizers: Sequence[Optimizer], **settings: Any) -> Quantity:
    """Steps to training loss 0.3 with the optimizer that is quickest in each replicate.

    ``settings`` are those of :func:`~refute.lab.bench.quantities.steps_to_loss`; one optimizer
    leaves nothing to choose.
    """
    return least(optimizers, partial(steps_to_loss, **settings))


def least(optimizers: Sequence[Optimizer], measured: Callable[..., Quantity]) -> Quantity:
    """The least that is ``measured(optimizer=...)`` with several optimizers of one kind.

    One optimizer leaves nothing to choose.
    """
    each = tuple(measured(optimizer=optimizer) for optimizer in optimizers)
    if len(each) == 1:
        return each[0]
    return Least(each, "at " + " or ".join(f"{optimizer.lr:g}" for optimizer in optimizers[1:]))
