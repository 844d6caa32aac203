"""Quantities at the best of several learning rates, for fair comparisons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import Any, Self

import numpy as np

from refute.decision.samples import Sample
from refute.experiment import Experiment, Record, Series
from refute.lab.bench.description import Description
from refute.lab.bench.optimizers import SGD, Optimizer
from refute.lab.bench.quantities import steps_to_loss
from refute.quantity import Quantity


@dataclass(frozen=True)
class Least(Description, Quantity):
    """The smallest of several quantities in each replicate.

    If all of them are known only as [cap, infinity), so is the smallest, with the smallest cap.

    Args:
        quantities: the quantities, which have the same unit.
        others: how the others differ from the first, in words.
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
        return tuple(dict.fromkeys(chain.from_iterable(each)))

    def sample(self, records: Callable[[Experiment], Record]) -> Sample:
        samples = [quantity.sample(records) for quantity in self.quantities]
        totals = {sample.per for sample in samples}
        if len(totals) == 1:  # counts out of the same total stay counts
            lower = np.min([sample.lower for sample in samples], axis=0)
            upper = np.min([sample.upper for sample in samples], axis=0)
            return Sample(lower, upper, totals.pop())
        lower = np.min([sample.lower / sample.scale for sample in samples], axis=0)
        upper = np.min([sample.upper / sample.scale for sample in samples], axis=0)
        return Sample(lower, upper)

    def series(self, records: Callable[[Experiment], Record]) -> tuple[Series, ...]:
        """Return the series of all of them."""
        return tuple(chain.from_iterable(each.series(records) for each in self.quantities))

    def on_streams(self, further: int) -> Self:
        moved = tuple(quantity.on_streams(further) for quantity in self.quantities)
        return replace(self, quantities=moved)


def at_rates(optimizer: Optimizer, rates: Sequence[float]) -> tuple[Optimizer, ...]:
    """Return the optimizer at several learning rates."""
    return tuple(replace(optimizer, lr=rate) for rate in rates)


PLAIN_SGD = SGD(momentum=0.0)


def steps_to_loss_tuned(optimizers: Sequence[Optimizer], **settings: Any) -> Quantity:
    """Steps to training loss 0.3 with the optimizer that is the quickest in each replicate.

    ``settings`` are those of :func:`~refute.lab.bench.quantities.steps_to_loss`.
    """
    return least(optimizers, partial(steps_to_loss, **settings))


def least(optimizers: Sequence[Optimizer], measured: Callable[..., Quantity]) -> Quantity:
    """The smallest ``measured(optimizer=...)`` over optimizers that differ in the learning rate."""
    each = tuple(measured(optimizer=optimizer) for optimizer in optimizers)
    return least_of(each, "at " + " or ".join(f"{optimizer.lr:g}" for optimizer in optimizers[1:]))


def least_of(quantities: tuple[Quantity, ...], others: str) -> Quantity:
    """The smallest of several quantities, as :class:`Least`; a single one is itself."""
    return Least(quantities, others) if len(quantities) > 1 else quantities[0]
