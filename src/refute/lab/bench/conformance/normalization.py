"""Normalization of batches and layers: outputs, gradients and running statistics."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch import nn

from refute.lab.bench.conformance.points import (
    Check,
    Floats,
    difference,
    first_reason,
    normal_numbers,
)
from refute.lab.bench.gradients import gradient_of
from refute.lab.bench.stack.normalization import BatchNorm

SAMPLES = 12
UNITS = 5


def normalizations() -> Iterator[Check]:
    """Check batch normalization, of torch and of the bench, and torch's layer normalization."""
    yield Check("nn.BatchNorm1d", "in training", lambda: _check_in_training(_by_torch))
    yield Check("bench: batch normalization", "in training", lambda: _check_in_training(_by_bench))
    yield Check("nn.BatchNorm1d", "in evaluation", _check_in_evaluation)
    yield Check("nn.LayerNorm", "outputs and gradients", _check_layer_norm)


Pass = tuple[Any, Any, Any, Any, Any, Any]
"""Outputs; gradients of inputs, weight and bias; running mean and variance."""


def _check_in_training(run: Callable[[Floats, Floats, Floats, Floats], Pass]) -> str:
    """Check a pass against Ioffe & Szegedy 2015, algorithm 1, and its derivative."""
    x = 2 + 3 * normal_numbers(SAMPLES, UNITS)
    output_gradient = normal_numbers(SAMPLES, UNITS, seed=1)
    weight, bias = normal_numbers(UNITS, seed=2), normal_numbers(UNITS, seed=3)
    mean, deviation = x.mean(0), np.sqrt(x.var(0) + 1e-5)
    scaled = (x - mean) / deviation
    scaled_gradient = output_gradient * weight
    centred = scaled_gradient - scaled_gradient.mean(0)
    x_gradient = (centred - scaled * (scaled_gradient * scaled).mean(0)) / deviation
    right: Pass = (
        scaled * weight + bias, x_gradient,
        (output_gradient * scaled).sum(0), output_gradient.sum(0),
        0.1 * mean, 0.9 + 0.1 * x.var(0, ddof=1),
    )  # fmt: skip
    names = ("outputs", "gradient", "gradient of weights", "gradient of biases",
             "running mean", "running variance")  # fmt: skip
    results = run(x, output_gradient, weight, bias)
    for name, result, expected in zip(names, results, right, strict=True):
        if reason := difference(result, expected):
            return f"{name}: {reason}"
    return ""


def _by_torch(x: Floats, output_gradient: Floats, weight: Floats, bias: Floats) -> Pass:
    module = _with(nn.BatchNorm1d(UNITS).double(), weight, bias).train()
    with torch.enable_grad():
        leaf = torch.tensor(x, requires_grad=True)
        outputs = module(leaf)
        gradients = torch.autograd.grad(
            outputs, [leaf, module.weight, module.bias], torch.tensor(output_gradient)
        )
    return outputs, *gradients, module.running_mean, module.running_var


def _by_bench(x: Floats, output_gradient: Floats, weight: Floats, bias: Floats) -> Pass:
    """Run two replicates side by side; the second must not depend on the first."""
    ours = BatchNorm(2, UNITS).double()
    _with(ours.norm, np.tile(weight, 2), np.tile(bias, 2))
    for parameter in ours.parameters():
        parameter.grad = torch.zeros_like(parameter)
    z = torch.tensor(np.stack([np.roll(x, 1, 1).T, x.T])).contiguous()
    outputs = ours.normalize(z)[1].T.clone()
    gradients = np.stack([0 * output_gradient.T, output_gradient.T])
    gradient = ours.backward(torch.tensor(gradients).contiguous())[1].T
    norm = ours.norm
    assert norm.running_mean is not None
    assert norm.running_var is not None
    second = slice(UNITS, None)
    return (
        outputs, gradient, gradient_of(norm.weight)[second], gradient_of(norm.bias)[second],
        norm.running_mean[second], norm.running_var[second],
    )  # fmt: skip


def _with(module: nn.BatchNorm1d, weight: Floats, bias: Floats) -> nn.BatchNorm1d:
    with torch.no_grad():
        module.weight.copy_(torch.tensor(weight))
        module.bias.copy_(torch.tensor(bias))
    return module


def _check_in_evaluation() -> str:
    x = normal_numbers(SAMPLES, UNITS)
    module = nn.BatchNorm1d(UNITS).double()
    module.train()(torch.tensor(2 + 3 * normal_numbers(SAMPLES, UNITS, seed=1)))
    assert module.running_mean is not None
    assert module.running_var is not None
    mean, variance = module.running_mean.numpy().copy(), module.running_var.numpy().copy()
    expected = (x - mean) / np.sqrt(variance + 1e-5)
    return first_reason(
        difference(module.eval()(torch.tensor(x)), expected),
        difference(module.running_mean, mean, 0),
    )


def _check_layer_norm() -> str:
    """Ba et al. 2016, equation 4: as batch normalization, but over the units of each sample."""
    x = 2 + 3 * normal_numbers(SAMPLES, UNITS)
    output_gradient = normal_numbers(SAMPLES, UNITS, seed=1)
    weight, bias = normal_numbers(UNITS, seed=2), normal_numbers(UNITS, seed=3)
    deviation = np.sqrt(x.var(1, keepdims=True) + 1e-5)
    scaled = (x - x.mean(1, keepdims=True)) / deviation
    scaled_gradient = output_gradient * weight
    shared = scaled_gradient.mean(1, keepdims=True)
    shared = shared + scaled * (scaled_gradient * scaled).mean(1, keepdims=True)
    module = nn.LayerNorm(UNITS).double()
    with torch.no_grad():
        module.weight.copy_(torch.tensor(weight))
        module.bias.copy_(torch.tensor(bias))
    with torch.enable_grad():
        leaf = torch.tensor(x, requires_grad=True)
        outputs = module(leaf)
        gradients = torch.autograd.grad(
            outputs, [leaf, module.weight, module.bias], torch.tensor(output_gradient)
        )
    return first_reason(
        difference(outputs, scaled * weight + bias),
        difference(gradients[0], (scaled_gradient - shared) / deviation),
        difference(gradients[1], (output_gradient * scaled).sum(0)),
        difference(gradients[2], output_gradient.sum(0)),
    )
