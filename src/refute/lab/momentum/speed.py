"""How fast torch's SGD moves with momentum, and how long it remembers a gradient."""

from __future__ import annotations

from math import ceil, log

import numpy as np
import torch

from refute.lab.momentum.sgd_step import sgd_step

LONG = 100
"""Steps down a slope: about two epochs of the digits in minibatches of 32."""


def speed_gained(slope: float, *, momentum: float, steps: int = LONG) -> float:
    """Length of the last step over that of the first, down a constant slope.

    With momentum m it tends to 1 / (1 - m) (Goodfellow et al. 2016, 8.3.2).
    """
    gradient = np.array([slope])
    position, velocity = np.zeros(1), np.zeros(1)
    lengths = []
    for _ in range(steps):
        after, velocity = sgd_step(gradient, position, velocity, momentum, nesterov=False)
        lengths.append(float(np.abs(after - position)[0]))
        position = after
    return lengths[-1] / lengths[0]


def influence(age: int, *, momentum: float) -> float:
    """How far a gradient still moves the weights ``age`` steps later, over its own first step.

    Measured with one gradient of 1, followed by gradients of 0.
    """
    position, velocity = np.zeros(1), np.zeros(1)
    moved = 1.0
    for step in range(age + 1):
        gradient = np.array([1.0 if step == 0 else 0.0])
        after, velocity = sgd_step(gradient, position, velocity, momentum, nesterov=False)
        moved = float(np.abs(after - position)[0])
        position = after
    return moved


def steps_grow_to_the_limit(slope: float, *, momentum: float, reversing: bool = False) -> bool:
    """Whether steps become 1 / (1 - momentum) times as long as the first, to six digits.

    The steps are those of ``torch.optim.SGD``, as many as it takes until the velocity is within a
    ten-millionth of its limit.

    Args:
        slope: the gradient.
        momentum: above 0 and below 1.
        reversing: whether the gradient changes its sign at every step.
    """
    position = torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))
    optimizer = torch.optim.SGD([position], lr=1.0, momentum=momentum, foreach=False)
    position.grad = torch.full_like(position, slope)
    for _ in range(ceil(log(1e-7) / log(momentum))):
        before = float(position.detach())
        optimizer.step()
        last = abs(float(position.detach()) - before)
        if reversing:
            position.grad.neg_()
    return abs(last / abs(slope) * (1 - momentum) - 1) <= 1e-6
