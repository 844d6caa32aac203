"""Optimizers: a few steps with given gradients."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from refute.lab.bench.conformance.points import (
    Check,
    Floats,
    difference,
    first_reason,
    normal_numbers,
)
from refute.lab.bench.optimizers import SGD, Adam, Optimizer
from refute.lab.bench.stack.updates import update_of

STEPS, RATE, DECAY = 4, 0.05, 0.1

FORMS: tuple[dict[str, bool], ...] = ({"fused": True}, {"foreach": True}, {"foreach": False}, {})
"""torch's implementations of a step: in one kernel, on lists of tensors, in a loop, the default."""


def optimizers() -> Iterator[Check]:
    """Check steps of torch's optimizers, in each of their forms, and of the bench's updates."""
    for momentum, nesterov in ((0.0, False), (0.9, False), (0.9, True)):
        expected = _after_sgd(momentum, nesterov)
        ours = SGD(RATE, momentum, nesterov)
        words = f"momentum {momentum:g}{', Nesterov' if nesterov else ''}"
        settings: dict[str, Any] = {"momentum": momentum, "nesterov": nesterov}
        for form in FORMS:
            build = partial(_sgd, settings | form)
            yield Check(f"optim.SGD {_words(form)}", words, partial(_check_steps, build, expected))
        yield Check("bench: SGD", words, partial(_check_update, ours, expected))
    expected = _after_adam()
    for form in FORMS:
        build = partial(_adam, form)
        yield Check(f"optim.Adam {_words(form)}", "steps", partial(_check_steps, build, expected))
    yield Check("bench: Adam", "steps", partial(_check_update, Adam(RATE), expected))
    yield Check("optim.LBFGS", "a quadratic's minimum", _check_lbfgs)


def _words(form: dict[str, bool]) -> str:
    return ", ".join(name if on else f"not {name}" for name, on in form.items()) or "by default"


def _sgd(settings: dict[str, Any], parameters: list[Tensor]) -> torch.optim.Optimizer:
    return torch.optim.SGD(parameters, lr=RATE, weight_decay=DECAY, **settings)


def _adam(settings: dict[str, Any], parameters: list[Tensor]) -> torch.optim.Optimizer:
    return torch.optim.Adam(parameters, lr=RATE, weight_decay=DECAY, **settings)


def _start() -> Floats:
    return normal_numbers(3, 4)


def _gradient(step: int) -> Floats:
    return normal_numbers(3, 4, seed=1 + step)


def _after_sgd(momentum: float, nesterov: bool) -> Floats:
    """Return the weights after the steps of SGD, as ``torch.optim.SGD`` documents them."""
    w, v = _start(), np.zeros((3, 4))
    for step in range(STEPS):
        gradient = _gradient(step) + DECAY * w
        v = momentum * v + gradient
        w = w - RATE * (gradient + momentum * v if nesterov else v)
    return w


def _after_adam() -> Floats:
    """Return the weights after the steps of Adam (Kingma & Ba 2015, algorithm 1)."""
    w, m, v = _start(), np.zeros((3, 4)), np.zeros((3, 4))
    for step in range(1, STEPS + 1):
        gradient = _gradient(step - 1) + DECAY * w
        m, v = 0.9 * m + 0.1 * gradient, 0.999 * v + 0.001 * gradient**2
        w = w - RATE * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.999**step)) + 1e-8)
    return w


def _check_steps(build: Callable[[list[Tensor]], torch.optim.Optimizer], expected: Floats) -> str:
    parameter = nn.Parameter(torch.tensor(_start()))
    optimizer = build([parameter])
    for step in range(STEPS):
        optimizer.zero_grad()
        parameter.grad = torch.tensor(_gradient(step))
        optimizer.step()
    return difference(parameter, expected)


def _check_update(optimizer: Optimizer, expected: Floats) -> str:
    """Check that the weights are updated with decay, and the other parameters without."""
    weight, others = torch.tensor(_start()[None]), torch.tensor(_start().reshape(-1))
    others.grad = torch.zeros_like(others)
    update = update_of(optimizer, [weight], others, decay=DECAY, l1=0.0)
    for step in range(STEPS):
        update.sums[0].mul_(update.beta).add_(
            torch.tensor(_gradient(step)[None]), alpha=update.alpha
        )
        update.layer(0)
        others.grad.zero_()
        update.finish()
    return first_reason(
        difference(weight[0], expected), difference(others, _start().reshape(-1), 0)
    )


def _check_lbfgs() -> str:
    parameter = nn.Parameter(torch.tensor(normal_numbers(4)))
    matrix, minimum = np.diag([1.0, 2.0, 5.0, 9.0]), normal_numbers(4, seed=1)
    optimizer = torch.optim.LBFGS([parameter], max_iter=50, line_search_fn="strong_wolfe")

    def evaluate() -> float:
        optimizer.zero_grad()
        distance = parameter - torch.tensor(minimum)
        value = distance @ torch.tensor(matrix) @ distance
        torch.autograd.backward(value)
        return float(value.detach())

    with torch.enable_grad():
        optimizer.step(evaluate)  # type: ignore[no-untyped-call]
    return difference(parameter, minimum, 1e-4)
