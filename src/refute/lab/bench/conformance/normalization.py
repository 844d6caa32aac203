"""Batch normalization: outputs, gradients and running statistics."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch import nn

from refute.lab.bench.conformance.points import Check, Floats, differs, first, numbers
from refute.lab.bench.stack.normalization import BatchNorm

SAMPLES = 12
UNITS = 5


def normalizations() -> Iterator[Check]:
    """Batch normalization: outputs, running statistics and gradients, by torch and by the bench."""
    yield Check("nn.BatchNorm1d", "in training", lambda: _normalized(_by_torch))
    yield Check("bench: batch normalization", "in training", lambda: _normalized(_by_bench))
    yield Check("nn.BatchNorm1d", "in evaluation", _evaluated)


Pass = tuple[Any, Any, Any, Any, Any, Any]
"""Outputs, gradients of inputs, weight and bias, running mean and variance."""


def _normalized(normalize: Callable[[Floats, Floats, Floats, Floats], Pass]) -> str:
    """Ioffe & Szegedy 2015, algorithm 1, and its derivative."""
    x, arrived = 2 + 3 * numbers(SAMPLES, UNITS), numbers(SAMPLES, UNITS, seed=1)
    weight, bias = numbers(UNITS, seed=2), numbers(UNITS, seed=3)
    mean, variance = x.mean(0), x.var(0)
    scaled = (x - mean) / np.sqrt(variance + 1e-5)
    of_scaled = arrived * weight
    of_x = (of_scaled - of_scaled.mean(0) - scaled * (of_scaled * scaled).mean(0)) / np.sqrt(
        variance + 1e-5
    )
    right: Pass = (
        scaled * weight + bias, of_x, (arrived * scaled).sum(0), arrived.sum(0),
        0.1 * mean, 0.9 + 0.1 * x.var(0, ddof=1),
    )  # fmt: skip
    names = ("outputs", "gradient", "gradient of weights", "gradient of biases",
             "running mean", "running variance")  # fmt: skip
    for name, found, expected in zip(
        names, normalize(x, arrived, weight, bias), right, strict=True
    ):
        if reason := differs(found, expected):
            return f"{name}: {reason}"
    return ""


def _by_torch(x: Floats, arrived: Floats, weight: Floats, bias: Floats) -> Pass:
    module = _with(nn.BatchNorm1d(UNITS).double(), weight, bias).train()
    with torch.enable_grad():
        leaf = torch.tensor(x, requires_grad=True)
        outputs = module(leaf)
        gradients = torch.autograd.grad(
            outputs, [leaf, module.weight, module.bias], torch.tensor(arrived)
        )
    return outputs, *gradients, module.running_mean, module.running_var


def _by_bench(x: Floats, arrived: Floats, weight: Floats, bias: Floats) -> Pass:
    """Two replicates side by side: the second must take nothing from the first."""
    ours = BatchNorm(2, UNITS).double()
    _with(ours.norm, np.tile(weight, 2), np.tile(bias, 2))
    for parameter in ours.parameters():
        parameter.grad = torch.zeros_like(parameter)
    z = torch.tensor(np.stack([np.roll(x, 1, 1).T, x.T])).contiguous()
    outputs = ours.normalize(z)[1].T.clone()
    arriving = torch.tensor(np.stack([0 * arrived.T, arrived.T])).contiguous()
    gradient = ours.backward(arriving)[1].T
    norm = ours.norm
    assert norm.weight.grad is not None
    assert norm.bias.grad is not None
    assert norm.running_mean is not None
    assert norm.running_var is not None
    second = slice(UNITS, None)
    return (
        outputs, gradient, norm.weight.grad[second], norm.bias.grad[second],
        norm.running_mean[second], norm.running_var[second],
    )  # fmt: skip


def _with(module: nn.BatchNorm1d, weight: Floats, bias: Floats) -> nn.BatchNorm1d:
    with torch.no_grad():
        module.weight.copy_(torch.tensor(weight))
        module.bias.copy_(torch.tensor(bias))
    return module


def _evaluated() -> str:
    x = numbers(SAMPLES, UNITS)
    module = nn.BatchNorm1d(UNITS).double()
    module.train()(torch.tensor(2 + 3 * numbers(SAMPLES, UNITS, seed=1)))
    assert module.running_mean is not None
    assert module.running_var is not None
    mean, variance = module.running_mean.numpy().copy(), module.running_var.numpy().copy()
    right = (x - mean) / np.sqrt(variance + 1e-5)
    return first(
        differs(module.eval()(torch.tensor(x)), right),
        differs(module.running_mean, mean, 0),
    )
