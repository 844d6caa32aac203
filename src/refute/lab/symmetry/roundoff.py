"""Equal weights in floating point: round-off differs between units, and training amplifies it.

If the width is not a multiple of what the kernel processes at once, matrix products add up the
terms of different units in different orders.  The units' gradients then differ in the last bit, and
thousands of Adam steps turn that into different units.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch.nn.functional as F  # noqa: N812 (its usual name)
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from torch import nn

from refute.experiment import Replicates
from refute.lab.bench.data import DIGITS, minibatches
from refute.lab.bench.description import Description
from refute.lab.bench.device import one_thread
from refute.lab.bench.gradients import gradient_of
from refute.lab.bench.initializers import OneValue
from refute.lab.bench.kinds import Count, Natural
from refute.lab.bench.networks import Network, linear_layers
from refute.lab.bench.optimizers import Adam
from refute.lab.symmetry.symmetry import spread

BATCH = 32

APART = 0.01
"""Relative spread beyond which units are not copies by any standard; round-off is about 1e-7."""


@dataclass(frozen=True)
class MachineRun(Description):
    """Training on digits in float32: two hidden tanh layers, Adam at learning rate 0.01.

    All weights of a layer start at one value, drawn from He's distribution.

    Args:
        width: units of each hidden layer.
        averaged: whether gradients are averaged over the units of a layer before each step, which
            changes only their round-off.
        epochs: passes over the 1437 training images.
        seed: of the values, the split and the order of the images.
    """

    width: Count
    averaged: bool = False
    epochs: Count = 30
    seed: Natural = 0

    @property
    def said(self) -> str:
        return f"two hidden layers of {self.width} units, after {self.epochs} epochs"


def machine_runs(*, averaged: bool = False) -> SearchStrategy[MachineRun]:
    """Draw runs at four widths, none of them a multiple of 16."""
    widths = st.sampled_from((100, 37, 53, 101))
    return st.builds(MachineRun, width=widths, averaged=st.just(averaged))


def units_stay_together(run: MachineRun) -> bool:
    """Whether the units of each hidden layer end as copies of one another, up to ``APART``."""
    return spread_of_units(run) <= APART


def spread_of_units(run: MachineRun) -> float:
    """The largest difference between two units of a layer, relative to its largest weight."""
    replicates = Replicates(0, 1, run.seed)
    specification = Network(hidden=(run.width,) * 2, activation="tanh", weights=OneValue())
    network = specification.module(replicates, 0)
    linears = linear_layers(network)
    optimizer = Adam(0.01).build(network.parameters())
    samples = DIGITS.draw(replicates)
    batches = minibatches(samples, BATCH, replicates)
    with one_thread():
        for _ in range(run.epochs * (samples.train.shape[1] // BATCH)):
            inputs, labels = (drawn[0] for drawn in next(batches))
            optimizer.zero_grad()
            F.cross_entropy(network(inputs), labels).backward()  # type: ignore[no-untyped-call]
            if run.averaged:
                _average_gradients(linears)
            optimizer.step()
    return max(spread(linear.weight.detach()) for linear in linears[:-1])


def _average_gradients(linears: Sequence[nn.Linear]) -> None:
    """Replace the gradients of each hidden layer's units, incoming and outgoing, by their mean."""
    for at, linear in enumerate(linears):
        weight, bias = gradient_of(linear.weight), gradient_of(linear.bias)
        if at < len(linears) - 1:
            weight.copy_(weight.mean(0, keepdim=True).expand_as(weight))
            bias.copy_(bias.mean().expand_as(bias))
        if at > 0:
            weight.copy_(weight.mean(1, keepdim=True).expand_as(weight))
