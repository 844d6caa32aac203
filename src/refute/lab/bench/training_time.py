"""How long a training takes: steps to the same result, times seconds a step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np

from refute.lab.bench.goals import Goal
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import Optimizer
from refute.lab.bench.timing import TimedStack, training_step
from refute.lab.bench.training import Training
from refute.quantity import Replicates
from refute.timing import Contender

REPLICATES = Replicates(0, 16)
"""Networks whose median number of steps is taken; seeds have little to say in a median of times."""

GOAL = Goal(0.3)


def training(network: Network, optimizers: Sequence[Optimizer], *, steps: int) -> Contender:
    """Training down to loss 0.3 on digits with the quickest of some optimizers.

    The median number of steps is measured first, and one step of it is timed.  Networks that have
    not arrived after ``steps`` count with these.
    """
    needed = {
        optimizer: _median_steps(
            Training(network=network, optimizer=optimizer, steps=steps, goal=GOAL)
        )
        for optimizer in optimizers
    }
    least = min(needed.values())
    stack = TimedStack(network.sizes, network.activation, network.dropout or None)
    step = training_step(stack, Training.batch)
    return replace(
        step,
        name=f"training of {stack.name} to loss {GOAL.value:g} ({least:.0f} steps)",
        times=least,
    )


@cache
def _median_steps(training: Training) -> float:
    return float(np.median(training.run(REPLICATES).samples["arrival"].lower))
