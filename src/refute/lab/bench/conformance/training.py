"""What trains: linear maps, losses, normalization, optimizers, and whole steps of the bench."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 (its usual name)
from torch import Tensor, nn

from refute.lab.bench.conformance.points import Check, Floats, differs, first
from refute.lab.bench.initializers import LECUN_NORMAL, FanInUniform
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import SGD, Adam, Optimizer
from refute.lab.bench.stack.evaluation import Evaluation
from refute.lab.bench.stack.network import stack
from refute.lab.bench.stack.normalization import BatchNorm
from refute.lab.bench.stack.stepping import Penalty, Stepper
from refute.lab.bench.stack.updates import update_of
from refute.quantity import Replicates

SAMPLES, INPUTS, CLASSES = 12, 7, 4


def _numbers(*shape: int, seed: int = 0) -> Floats:
    return np.random.default_rng(seed).standard_normal(shape)


def linear_maps() -> Iterator[Check]:
    """nn.Linear against the product of matrices."""

    def check() -> str:
        x, weights, biases = _numbers(SAMPLES, INPUTS), _numbers(5, INPUTS, seed=1), _numbers(5)
        linear = nn.Linear(INPUTS, 5).double()
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(weights))
            linear.bias.copy_(torch.tensor(biases))
        return differs(linear(torch.tensor(x)), np.einsum("si,oi->so", x, weights) + biases)

    yield Check("nn.Linear", "values", check)


# --- losses --------------------------------------------------------------------------------

LABELS = np.arange(SAMPLES) % CLASSES


def losses() -> Iterator[Check]:
    """Values and gradients of the losses."""
    scores = 3 * _numbers(SAMPLES, CLASSES)
    shares = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    hot = np.eye(CLASSES)[LABELS]
    each = -np.log(shares[np.arange(SAMPLES), LABELS])
    labels = torch.tensor(LABELS)
    yield Check(
        "functional.cross_entropy", "value and gradient",
        partial(_loss, lambda x: F.cross_entropy(x, labels), scores, each.mean(),
                (shares - hot) / SAMPLES),
    )  # fmt: skip
    yield Check(
        "functional.cross_entropy", "of each sample",
        lambda: differs(F.cross_entropy(torch.tensor(scores), labels, reduction="none"), each),
    )  # fmt: skip
    yield Check(
        "nn.CrossEntropyLoss", "value and gradient",
        partial(_loss, lambda x: nn.CrossEntropyLoss()(x, labels), scores, each.mean(),
                (shares - hot) / SAMPLES),
    )  # fmt: skip
    targets = _numbers(SAMPLES, CLASSES, seed=1)
    yield Check(
        "functional.mse_loss", "value and gradient",
        partial(_loss, lambda x: F.mse_loss(x, torch.tensor(targets)), scores,
                ((scores - targets) ** 2).mean(), 2 * (scores - targets) / scores.size),
    )  # fmt: skip
    zeros_and_ones = (targets > 0).astype(np.float64)
    yield Check(
        "functional.binary_cross_entropy", "value and gradient",
        partial(_loss, lambda x: F.binary_cross_entropy(x, torch.tensor(zeros_and_ones)), shares,
                -np.log(np.where(zeros_and_ones, shares, 1 - shares)).mean(),
                (shares - zeros_and_ones) / (shares * (1 - shares)) / shares.size),
    )  # fmt: skip
    yield Check(
        "functional.softshrink", "values",
        lambda: differs(
            F.softshrink(torch.tensor(scores), 0.5),
            np.sign(scores) * np.maximum(np.abs(scores) - 0.5, 0),
        ),
    )  # fmt: skip


def _loss(loss: Callable[[Tensor], Tensor], at: Floats, value: float, gradient: Floats) -> str:
    with torch.enable_grad():
        leaf = torch.tensor(at, requires_grad=True)
        found = loss(leaf)
        (slope,) = torch.autograd.grad(found, leaf)
    return first(differs(found, value), differs(slope, gradient))


# --- normalization -------------------------------------------------------------------------

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
    x, arrived = 2 + 3 * _numbers(SAMPLES, UNITS), _numbers(SAMPLES, UNITS, seed=1)
    weight, bias = _numbers(UNITS, seed=2), _numbers(UNITS, seed=3)
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
    x = _numbers(SAMPLES, UNITS)
    module = nn.BatchNorm1d(UNITS).double()
    module.train()(torch.tensor(2 + 3 * _numbers(SAMPLES, UNITS, seed=1)))
    assert module.running_mean is not None
    assert module.running_var is not None
    mean, variance = module.running_mean.numpy().copy(), module.running_var.numpy().copy()
    right = (x - mean) / np.sqrt(variance + 1e-5)
    return first(
        differs(module.eval()(torch.tensor(x)), right),
        differs(module.running_mean, mean, 0),
    )


# --- optimizers ----------------------------------------------------------------------------

STEPS, RATE, DECAY = 4, 0.05, 0.1

FORMS: tuple[dict[str, bool], ...] = ({"fused": True}, {"foreach": True}, {"foreach": False}, {})
"""How torch may take the same step: in one kernel, for all parameters at once, one by one."""


def optimizers() -> Iterator[Check]:
    """Some steps of torch's optimizers, in each of their forms, and of the bench's updates."""
    for momentum, nesterov in ((0.0, False), (0.9, False), (0.9, True)):
        right = _descended(momentum, nesterov)
        ours = SGD(RATE, momentum, nesterov)
        words = f"momentum {momentum:g}{', Nesterov' if nesterov else ''}"
        settings: dict[str, Any] = {"momentum": momentum, "nesterov": nesterov}
        for form in FORMS:
            build = partial(_sgd, settings | form)
            yield Check(f"optim.SGD {_form(form)}", words, partial(_stepped, build, right))
        yield Check("bench: SGD", words, partial(_updated, ours, right))
    right = _adapted()
    for form in FORMS:
        build = partial(_adam, form)
        yield Check(f"optim.Adam {_form(form)}", "steps", partial(_stepped, build, right))
    yield Check("bench: Adam", "steps", partial(_updated, Adam(RATE), right))
    yield Check("optim.LBFGS", "a quadratic's minimum", _minimised)


def _form(form: dict[str, bool]) -> str:
    return ", ".join(name if on else f"not {name}" for name, on in form.items()) or "by default"


def _sgd(settings: dict[str, Any], parameters: list[Tensor]) -> torch.optim.Optimizer:
    return torch.optim.SGD(parameters, lr=RATE, weight_decay=DECAY, **settings)


def _adam(settings: dict[str, Any], parameters: list[Tensor]) -> torch.optim.Optimizer:
    return torch.optim.Adam(parameters, lr=RATE, weight_decay=DECAY, **settings)


def _start() -> Floats:
    return _numbers(3, 4)


def _gradient(step: int) -> Floats:
    return _numbers(3, 4, seed=1 + step)


def _descended(momentum: float, nesterov: bool) -> Floats:
    w, v = _start(), np.zeros((3, 4))
    for step in range(STEPS):
        gradient = _gradient(step) + DECAY * w
        v = momentum * v + gradient
        w = w - RATE * (gradient + momentum * v if nesterov else v)
    return w


def _adapted() -> Floats:
    """Kingma & Ba 2015, algorithm 1."""
    w, m, v = _start(), np.zeros((3, 4)), np.zeros((3, 4))
    for step in range(1, STEPS + 1):
        gradient = _gradient(step - 1) + DECAY * w
        m, v = 0.9 * m + 0.1 * gradient, 0.999 * v + 0.001 * gradient**2
        w = w - RATE * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.999**step)) + 1e-8)
    return w


def _stepped(build: Callable[[list[Tensor]], torch.optim.Optimizer], right: Floats) -> str:
    parameter = nn.Parameter(torch.tensor(_start()))
    optimizer = build([parameter])
    for step in range(STEPS):
        optimizer.zero_grad()
        parameter.grad = torch.tensor(_gradient(step))
        optimizer.step()
    return differs(parameter, right)


def _updated(optimizer: Optimizer, right: Floats) -> str:
    """Weights are decayed and the other parameters are not."""
    weight, others = torch.tensor(_start()[None]), torch.tensor(_start().reshape(-1))
    others.grad = torch.zeros_like(others)
    update = update_of(optimizer, [weight], others, decay=DECAY, l1=0.0)
    for step in range(STEPS):
        update.sums[0].mul_(update.kept).add_(
            torch.tensor(_gradient(step)[None]), alpha=update.share
        )
        update.layer(0)
        others.grad.zero_()
        update.finish()
    return first(differs(weight[0], right), differs(others, _start().reshape(-1), 0))


def _minimised() -> str:
    parameter = nn.Parameter(torch.tensor(_numbers(4)))
    matrix, minimum = np.diag([1.0, 2.0, 5.0, 9.0]), _numbers(4, seed=1)
    optimizer = torch.optim.LBFGS([parameter], max_iter=50, line_search_fn="strong_wolfe")

    def again() -> float:
        optimizer.zero_grad()
        off = parameter - torch.tensor(minimum)
        value = off @ torch.tensor(matrix) @ off
        torch.autograd.backward(value)
        return float(value.detach())

    with torch.enable_grad():
        optimizer.step(again)  # type: ignore[no-untyped-call]
    return differs(parameter, minimum, 1e-4)


# --- whole steps ---------------------------------------------------------------------------


def steps() -> Iterator[Check]:
    """A step of the stack against one of the same network in torch's own modules."""
    wide = (INPUTS, INPUTS, 6, 6)
    for words, network in (
        ("ReLU", Network(INPUTS, (6, 5), CLASSES)),
        ("no biases", Network(INPUTS, (6,), CLASSES, biases=None)),
        ("PReLU", Network(INPUTS, (6, 5), CLASSES, activation="prelu")),
        ("SELU", Network(INPUTS, (6, 6, 5), CLASSES, "selu", weights=LECUN_NORMAL)),
        ("skip connections", Network(INPUTS, wide, CLASSES, "elu", skip=True)),
        ("batch normalization", Network(INPUTS, (6, 5), CLASSES, "tanh", normalization="batch")),
        ("random biases", Network(INPUTS, (6, 5), CLASSES, "gelu", biases=FanInUniform())),
    ):
        yield Check("bench: step", words, partial(_step, network, None))
    usual = Network(INPUTS, (6, 5), CLASSES, "tanh")
    for norm in (1, 2):
        penalty = Penalty(norm, 0.05)
        yield Check("bench: step", f"l{norm} penalty", partial(_step, usual, penalty))


def _step(network: Network, penalty: Penalty | None) -> str:
    replicates = Replicates(0, 2)
    x, labels = torch.tensor(_numbers(2, 16, INPUTS)), torch.arange(32).view(2, 16) % CLASSES
    net = stack(network, replicates, torch.float64)
    Stepper(net, SGD(RATE, 0.0), 16, penalty)(x, labels, None)
    logits = Evaluation(net, x)().mT
    for k in replicates:
        module = network.module(replicates, k, torch.float64).train()
        linears = [part for part in module.modules() if isinstance(part, nn.Linear)]
        with torch.enable_grad():
            loss = F.cross_entropy(module(x[k]), labels[k]) + _penalty(penalty, linears)
            torch.autograd.backward(loss)
        torch.optim.SGD(module.parameters(), RATE).step()
        for at, linear in enumerate(linears):
            if reason := differs(net.weights[at][k].T, linear.weight):
                return f"weights of layer {at + 1}: {reason}"
        if reason := differs(logits[k], module.eval()(x[k])):
            return f"predictions after it: {reason}"
    return ""


def _penalty(penalty: Penalty | None, linears: Sequence[nn.Linear]) -> Tensor:
    if penalty is None:
        return torch.zeros(())
    norm = penalty.norm
    sizes = [(linear.weight.abs() ** norm).sum() for linear in linears]
    return penalty.strength * torch.stack(sizes).sum()
