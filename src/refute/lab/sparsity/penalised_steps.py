"""Single training steps of drawn networks under a penalty, for exact properties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional

from refute.lab.bench.description import Description
from refute.lab.bench.kinds import Count, Natural, NonNegative, Positive
from refute.lab.bench.small_networks import torch_seeded


@dataclass(frozen=True)
class PenalisedStep(Description):
    """One step of ``torch.optim.SGD`` on cross-entropy plus a penalty, in float64.

    A dense tanh network, 16 standard normal inputs and their labels are drawn from ``seed``.

    Args:
        widths: numbers of inputs, hidden units and classes.
        norm: 1 adds ``strength`` times the sum of |w| to the loss, 2 the same of w².
        strength: of the penalty.
        lr: learning rate.
        seed: of weights and data.
    """

    widths: tuple[Count, Count, Count]
    norm: Literal[1, 2]
    strength: NonNegative
    lr: Positive
    seed: Natural

    @property
    def said(self) -> str:
        units = "-".join(map(str, self.widths))
        return f"a network of {units} units, penalty {self.strength:g}, learning rate {self.lr:g}"

    def take(self) -> tuple[Tensor, Tensor, Tensor]:
        """All weights before and after the step, and the loss gradient without the penalty."""
        inputs, hidden, classes = self.widths
        with torch_seeded(self.seed):
            first, last = nn.Linear(inputs, hidden), nn.Linear(hidden, classes)
            net = nn.Sequential(first, nn.Tanh(), last).double()
            x = torch.randn(16, inputs, dtype=torch.float64)
            y = torch.randint(classes, (16,))
        weights = [first.weight, last.weight]
        loss = functional.cross_entropy(net(x), y)
        gradient = _flat(torch.autograd.grad(loss, weights, retain_graph=True))
        before = _flat(weights)
        penalty = torch.stack([(weight.abs() ** self.norm).sum() for weight in weights]).sum()
        optimizer = torch.optim.SGD(net.parameters(), lr=self.lr)
        torch.autograd.backward(loss + self.strength * penalty)
        optimizer.step()
        return before, _flat(weights), gradient


def _flat(tensors: Sequence[Tensor]) -> Tensor:
    return torch.cat([tensor.detach().flatten() for tensor in tensors])


NEARLY = 1 - 1e-6
"""Gradients up to this share of the penalty's strength count as smaller than it.

The margin of a millionth is for round-off.
"""


def weakly_pulled_weights_approach_zero(step: PenalisedStep) -> bool:
    """Whether every weight whose loss gradient is smaller than ``strength`` moves towards zero.

    A weight within 2 * lr * strength of zero may pass it, but must stay within that distance.  True
    if there is no such weight.
    """
    before, after, gradient = step.take()
    weakly_pulled = gradient.abs() < step.strength * NEARLY
    largest_step = 2 * step.lr * step.strength
    closer = (after.abs() < before.abs()) | (after.abs().maximum(before.abs()) <= largest_step)
    return bool(closer[weakly_pulled].all())


def penalised_steps(norm: Literal[1, 2]) -> st.SearchStrategy[PenalisedStep]:
    """Draw steps on networks of 8 to 32 units, with penalties and learning rates 1e-3 to 1e-1."""
    return st.builds(
        PenalisedStep,
        widths=st.tuples(st.integers(8, 32), st.integers(8, 32), st.integers(2, 10)),
        norm=st.just(norm),
        strength=st.floats(1e-3, 1e-1),
        lr=st.floats(1e-3, 1e-1),
        seed=st.integers(0, 2**31),
    )
