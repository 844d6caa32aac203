"""Whatever is broken in torch or in the bench, the conformance check finds it and names it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from math import sqrt
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812 (its usual name)
from torch import nn

from refute.lab.bench import initializers
from refute.lab.bench.activations import ACTIVATIONS, Activation
from refute.lab.bench.conformance.activations import activations as conformance_of_activations
from refute.lab.bench.conformance.conform import CHECKS, Conformance, conform
from refute.lab.bench.conformance.dropouts import dropouts
from refute.lab.bench.conformance.initializers import initializers as conformance_of_initializers
from refute.lab.bench.conformance.losses import linear_maps, losses
from refute.lab.bench.conformance.normalization import normalizations
from refute.lab.bench.conformance.optimizers import optimizers
from refute.lab.bench.conformance.points import (
    Check,
    Point,
    difference,
    moment_difference,
    run_check,
)
from refute.lab.bench.small_networks import torch_seeded
from refute.lab.bench.stack import backpropagation, elementwise, masks, normalization, updates


@cache
def sound() -> Conformance:
    return conform()


def test_the_installed_torch_and_the_bench_agree() -> None:
    assert sound().wrong == ()
    assert len(sound().points) > 370
    assert sound().torch == torch.__version__


def test_every_point_has_a_name_of_its_own() -> None:
    names = [(each.part, each.what) for each in sound().points]
    assert len(set(names)) == len(names)


def test_the_same_numbers_are_drawn_whatever_was_drawn_before_and_nothing_is_left_changed() -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    torch.set_default_dtype(torch.float64)
    try:
        assert conform() == sound()
        assert torch.get_default_dtype() == torch.float64
    finally:
        torch.set_default_dtype(torch.float32)
    assert torch.equal(torch.rand(3), expected)


# --- breaking torch ------------------------------------------------------------------------

Break = Callable[[pytest.MonkeyPatch], None]
Checks = Callable[[], Iterator[Check]]


def scaled(module: object, name: str, factor: float) -> Break:
    """A function of torch whose result is a little too large."""

    def breaking(patch: pytest.MonkeyPatch) -> None:
        function = getattr(module, name)

        def wrong(*given: object, **settings: object) -> object:
            return function(*given, **settings) * factor

        patch.setattr(module, name, wrong)

    return breaking


def filled(name: str, spoil: Callable[[torch.Tensor], object]) -> Break:
    """An initializer that spoils what it has filled."""

    def breaking(patch: pytest.MonkeyPatch) -> None:
        function = getattr(nn.init, name)

        def wrong(tensor: torch.Tensor, *given: object, **settings: object) -> torch.Tensor:
            function(tensor, *given, **settings)
            with torch.no_grad():
                spoil(tensor)
            return tensor

        patch.setattr(nn.init, name, wrong)

    return breaking


def forward(kind: type[nn.Module], wrong: Callable[[nn.Module, torch.Tensor], object]) -> Break:
    """A module whose forward pass is another."""
    return lambda patch: patch.setattr(kind, "forward", wrong)


def replaced(module: object, name: str, wrong: object) -> Break:
    return lambda patch: patch.setattr(module, name, wrong)


def by_other_mode(self: nn.Module, x: torch.Tensor) -> torch.Tensor:
    kept = torch.rand(1, x.shape[1]) >= 0.3
    return x * kept / 0.7 if self.training else x


def optimizer(kind: type[torch.optim.Optimizer], **changed: object) -> Break:
    """An optimizer that takes other settings than it is given."""

    def breaking(patch: pytest.MonkeyPatch) -> None:
        step = kind.step

        def wrong(self: torch.optim.Optimizer, closure: Any = None) -> object:
            for group in self.param_groups:
                group.update(changed)
            return step(self, closure)

        patch.setattr(kind, "step", wrong)

    return breaking


def biased_batch_norm(self: nn.BatchNorm1d, x: torch.Tensor) -> torch.Tensor:
    if not self.training:
        return F.batch_norm(x, self.running_mean, self.running_var, self.weight, self.bias)
    x = x.flatten(0, 0)
    scaled = (x - x.mean(0)) / (x.var(0) + self.eps).sqrt()  # the population's variance
    return scaled * self.weight + self.bias


BROKEN_INITIALIZERS: dict[str, Break] = {
    "kaiming_normal_ a tenth too wide": filled("kaiming_normal_", lambda w: w.mul_(1.1)),
    "kaiming_normal_ by fan_out": filled(
        "kaiming_normal_", lambda w: w.mul_(sqrt(w.shape[1] / w.shape[0]))
    ),
    "kaiming_uniform_ shifted": filled("kaiming_uniform_", lambda w: w.add_(0.01)),
    "xavier_normal_ uniform": filled(
        "xavier_normal_", lambda w: w.copy_((2 * torch.rand_like(w) - 1) * sqrt(3) * w.std())
    ),
    "xavier_uniform_ normal": filled(
        "xavier_uniform_", lambda w: w.copy_(torch.randn_like(w) * w.std())
    ),
    "normal_ with units that are copies": filled("normal_", lambda w: w[1:2].copy_(w[:1])),
    "uniform_ one-sided": filled("uniform_", lambda w: w.abs_()),
    "trunc_normal_ not cut": filled("trunc_normal_", lambda w: w.normal_(std=0.05)),
    "orthogonal_ without its gain": filled("orthogonal_", lambda w: w.div_(2)),
    "orthogonal_ in one column": filled("orthogonal_", lambda w: w[:, 0].mul_(1.01)),
    "sparse_ dense": filled("sparse_", lambda w: w[w == 0].normal_() and w[:, ::2].normal_()),
    "constant_ nearly so": filled("constant_", lambda w: w.mul_(1 + 1e-6)),
    "zeros_ nearly so": filled("zeros_", lambda w: w.add_(1e-9)),
    "Linear starts from zero": replaced(
        nn.Linear, "reset_parameters", lambda self: [p.data.zero_() for p in self.parameters()]
    ),
    "Linear's biases start at zero": replaced(
        nn.Linear,
        "reset_parameters",
        lambda self: (nn.init.kaiming_uniform_(self.weight, a=sqrt(5)), self.bias.data.zero_()),
    ),
    "randn too wide": scaled(torch, "randn", 1.05),
    "rand too narrow": scaled(torch, "rand", 0.97),
}

BROKEN_DROPOUTS: dict[str, Break] = {
    "Dropout does not scale": forward(
        nn.Dropout, lambda self, x: x * (torch.rand_like(x) >= self.p) if self.training else x
    ),
    "Dropout drops too few": forward(
        nn.Dropout,
        lambda self, x: x * (torch.rand_like(x) >= 0.28) / 0.7 if self.training else x,
    ),
    "Dropout never rests": forward(nn.Dropout, lambda self, x: F.dropout(x, self.p, True)),
    "Dropout never works": forward(nn.Dropout, lambda self, x: x),
    "Dropout with one mask for all samples": forward(nn.Dropout, by_other_mode),
    "Dropout with the same mask each time": forward(
        nn.Dropout,
        lambda self, x: (
            x * (torch.rand(x.shape, generator=torch.Generator().manual_seed(0)) >= self.p) / 0.7
            if self.training
            else x
        ),
    ),
    "Dropout hands on every gradient": forward(
        nn.Dropout,
        lambda self, x: x + (F.dropout(x, self.p) - x).detach() if self.training else x,
    ),
    "AlphaDropout is plain dropout": forward(
        nn.AlphaDropout, lambda self, x: F.dropout(x, self.p, self.training)
    ),
    "dropout as a function, twice the rate": replaced(
        F,
        "dropout",
        lambda x, p=0.5, training=True, inplace=False: (
            x * (torch.rand_like(x) >= 2 * p) / (1 - 2 * p) if training else x
        ),
    ),
}

BROKEN_ACTIVATIONS: dict[str, Break] = {
    "ReLU leaks": forward(nn.ReLU, lambda self, x: F.leaky_relu(x, 1e-4)),
    "LeakyReLU of another slope": forward(nn.LeakyReLU, lambda self, x: F.leaky_relu(x, 0.02)),
    "PReLU starts elsewhere": forward(nn.PReLU, lambda self, x: F.prelu(x, self.weight * 1.1)),
    "RReLU of one slope": forward(nn.RReLU, lambda self, x: F.leaky_relu(x, 11 / 48)),
    "ELU of another alpha": forward(nn.ELU, lambda self, x: F.elu(x, 1.01)),
    "SELU without its scale": forward(nn.SELU, lambda self, x: F.elu(x, 1.6732632423543772)),
    "SELU of a rounded scale": forward(
        nn.SELU, lambda self, x: torch.selu(x) * (1.0507 / 1.0507009873554805)
    ),
    "GELU approximated": forward(nn.GELU, lambda self, x: F.gelu(x, approximate="tanh")),
    "SiLU of another slope": forward(nn.SiLU, lambda self, x: x * torch.sigmoid(1.702 * x)),
    "Mish is SiLU": forward(nn.Mish, lambda self, x: F.silu(x)),
    "tanh hard": forward(nn.Tanh, lambda self, x: F.hardtanh(x)),
    "sigmoid hard": forward(nn.Sigmoid, lambda self, x: F.hardsigmoid(x)),
    "softplus sharper": forward(nn.Softplus, lambda self, x: F.softplus(x, beta=1.1)),
    "GLU with its halves exchanged": forward(
        nn.GLU, lambda self, x: x.chunk(2, -1)[1] * torch.sigmoid(x.chunk(2, -1)[0])
    ),
    "softmax over the samples": forward(nn.Softmax, lambda self, x: torch.softmax(x, 0)),
    "identity doubles": forward(nn.Identity, lambda self, x: 2 * x),
    "selu_ in another precision": replaced(
        torch, "selu_", lambda x: x.copy_(F.selu(x.half()).to(x.dtype))
    ),
    "tanh_ too large": scaled(torch, "tanh_", 1.0001),
    "sigmoid_ too large": scaled(torch, "sigmoid_", 1.0001),
    "relu as a function leaks": replaced(F, "relu", lambda x, inplace=False: F.leaky_relu(x, 0.1)),
}

BROKEN_TRAINING: dict[str, Break] = {
    "Linear forgets its biases": forward(nn.Linear, lambda self, x: x @ self.weight.T),
    "cross entropy summed": replaced(
        F,
        "cross_entropy",
        lambda x, y, reduction="mean": -x.log_softmax(-1).gather(-1, y[..., None]).sum(),
    ),
    "cross entropy smoothed": scaled(F, "cross_entropy", 1.001),
    "squared error halved": scaled(F, "mse_loss", 0.5),
    "log loss in bits": scaled(F, "binary_cross_entropy", 1.4427),
    "BCELoss in bits": scaled(nn.BCELoss, "forward", 1.4427),
    "backward pass too strong": replaced(
        torch.autograd,
        "backward",
        lambda loss, old=torch.autograd.backward: old(1.001 * loss),
    ),
    "softshrink cuts too little": replaced(
        F, "softshrink", lambda x, lambd=0.5: x.sign() * (x.abs() - 0.9 * lambd).clamp(min=0)
    ),
    "BatchNorm divides by n - 1": forward(nn.BatchNorm1d, biased_batch_norm),
    "BatchNorm never learns its statistics": forward(
        nn.BatchNorm1d, lambda self, x: F.batch_norm(x, None, None, self.weight, self.bias, True)
    ),
    "BatchNorm of another momentum": replaced(
        nn.BatchNorm1d,
        "forward",
        lambda self, x: F.batch_norm(
            x, self.running_mean, self.running_var, self.weight, self.bias, self.training, 0.2
        ),
    ),
    "convolution turns its filters round": replaced(
        F, "conv2d", lambda x, w, padding=0, old=F.conv2d: old(x, w.flip(-1), padding=padding)
    ),
    "convolution pads with what is beside": replaced(
        F,
        "conv2d",
        lambda x, w, padding=0, old=F.conv2d: old(F.pad(x, 4 * (padding,), "replicate"), w),
    ),
    "log-softmax over the samples": replaced(
        F, "log_softmax", lambda x, dim: torch.log_softmax(x, 0)
    ),
    "one-hot one class further": replaced(
        F, "one_hot", lambda y, n, old=F.one_hot: old((y + 1) % n, n)
    ),
    "LayerNorm does not centre": forward(
        nn.LayerNorm, lambda self, x: F.rms_norm(x, self.normalized_shape, self.weight) + self.bias
    ),
    "LayerNorm of another epsilon": forward(
        nn.LayerNorm,
        lambda self, x: F.layer_norm(x, self.normalized_shape, self.weight, self.bias, 1e-3),
    ),
    "SGD forgets its momentum": optimizer(torch.optim.SGD, momentum=0.0, nesterov=False),
    "SGD dampens": optimizer(torch.optim.SGD, dampening=0.1, nesterov=False),
    "SGD does not decay": optimizer(torch.optim.SGD, weight_decay=0.0),
    "SGD never looks ahead": optimizer(torch.optim.SGD, nesterov=False),
    "SGD climbs": optimizer(torch.optim.SGD, maximize=True),
    "Adam of another beta": optimizer(torch.optim.Adam, betas=(0.9, 0.99)),
    "Adam of another epsilon": optimizer(torch.optim.Adam, eps=1e-4),
    "Adam does not decay": optimizer(torch.optim.Adam, weight_decay=0.0),
    "LBFGS stops at once": replaced(torch.optim.LBFGS, "step", lambda self, closure: closure()),
}


BROKEN_TORCH = (
    (BROKEN_INITIALIZERS, (conformance_of_initializers,)),
    (BROKEN_DROPOUTS, (dropouts,)),
    (BROKEN_ACTIVATIONS, (conformance_of_activations,)),
    (BROKEN_TRAINING, (linear_maps, losses, normalizations, optimizers)),
)
"""What may be broken, and the checks that are there to find it."""


@pytest.mark.parametrize(
    ("breaking", "checks"),
    [
        pytest.param(breaking, checks, id=name)
        for breaks, checks in BROKEN_TORCH
        for name, breaking in breaks.items()
    ],
)
def test_a_torch_that_is_broken_is_found(
    breaking: Break, checks: tuple[Checks, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    breaking(monkeypatch)
    with torch_seeded(0), torch.no_grad():
        assert all([*others()] for others in CHECKS)  # none of them ends the run
    monkeypatch.setattr("refute.lab.bench.conformance.conform.CHECKS", checks)
    found = conform()
    monkeypatch.undo()
    assert found.wrong
    assert all(wrong.detail for wrong in found.wrong)


# --- breaking the bench --------------------------------------------------------------------


def returning(module: object, name: str, spoil: Callable[[Any], object]) -> Break:
    def breaking(patch: pytest.MonkeyPatch) -> None:
        function = getattr(module, name)
        patch.setattr(module, name, lambda *given, **settings: spoil(function(*given, **settings)))

    return breaking


def after(kind: type, name: str, spoil: Callable[[Any], object]) -> Break:
    """Let an object do something more when one of its methods has ended."""

    def breaking(patch: pytest.MonkeyPatch) -> None:
        method = getattr(kind, name)

        def spoiled(self: object, *given: object) -> None:
            method(self, *given)
            spoil(self)

        patch.setattr(kind, name, spoiled)

    return breaking


def steeper(pass_: backpropagation.Backpropagation) -> None:
    """A gradient of the loss that is a thousandth too large."""
    pass_._gradients[-1].mul_(1.001)


BROKEN_BENCH: dict[str, tuple[str, Break]] = {
    "variance": ("He normal", returning(initializers.VarianceScaling, "std", lambda s: 1.1 * s)),
    "mean": (
        "N(0, 0.05²)",
        returning(initializers.Normal, "draw", lambda drawn: drawn + np.float32(0.01)),
    ),
    "gain": ("orthogonal", returning(initializers.Orthogonal, "draw", lambda q: q * 1.001)),
    "keeping": ("dropout", returning(masks, "draw_keep", lambda keep: keep | np.roll(keep, 1))),
    "limit": ("alpha dropout", replaced(masks, "ALPHA", -1.75)),
    "elu": ("ELU", returning(elementwise._ELU, "forward", lambda h: h.mul_(1.0001))),
    "selu": ("SELU", replaced(elementwise, "SELU_ALPHA", 1.6)),
    "batch norm": (
        "batch normalization",
        returning(normalization.BatchNorm, "backward", lambda gradient: 1.01 * gradient),
    ),
    "momentum": ("SGD", replaced(updates.Descent, "alpha", 0.9)),
    "loss": ("step", after(backpropagation.Backpropagation, "_loss_gradient", steeper)),
}


@pytest.mark.parametrize("name", BROKEN_BENCH)
def test_a_bench_that_is_broken_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    part, breaking = BROKEN_BENCH[name]
    breaking(monkeypatch)
    found = conform()
    monkeypatch.undo()
    assert any(part in wrong.part for wrong in found.wrong), found.wrong


@pytest.mark.parametrize(
    "kind", initializers.Initializer.__subclasses__(), ids=lambda k: k.__name__
)
def test_every_initializer_of_the_bench_is_checked(
    kind: type[initializers.Initializer], monkeypatch: pytest.MonkeyPatch
) -> None:
    returning(kind, "draw", lambda drawn: 1.1 * drawn)(monkeypatch)
    assert any(not run_check(check).agrees for check in conformance_of_initializers())


class Larger(nn.Module):
    """An activation whose outputs are a little too large."""

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module = module

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        larger: torch.Tensor = 1.001 * self.module(x)
        return larger


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_of_the_table_is_checked(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    words, build = ACTIVATIONS[name]
    if name == "leaky relu":
        build = nn.LeakyReLU
        monkeypatch.setattr(nn, "LeakyReLU", lambda slope=0.01: Larger(build(slope)))
    else:
        monkeypatch.setitem(ACTIVATIONS, name, Activation(words, lambda: Larger(build())))
    assert any(not run_check(check).agrees for check in conformance_of_activations())


# --- what a point says ---------------------------------------------------------------------


def test_a_part_that_raises_does_not_agree() -> None:
    def broken() -> str:
        raise RuntimeError("no kernel\nfor this")

    assert run_check(Check("nn.SELU", "values", broken)) == Point(
        "nn.SELU", "values", False, "RuntimeError: no kernel"
    )


def test_a_difference_is_told_where_it_is_largest_and_nan_is_one() -> None:
    assert difference([1.0, 2.0, 3.0], [1.0, 2.5, 2.9], 1e-3) == (
        "2 instead of 2.5 (tolerated: 0.003)"
    )
    assert difference([1.0, 1.0 + 1e-12], [1.0, 1.0]) == ""
    assert difference([1.0 + 1e-12], [1.0], 0) != ""
    assert difference([np.nan], [1.0]).startswith("nan instead of 1")
    assert difference([1.0], [1.0, 2.0]) == "shape (1,) instead of (2,)"


def test_moments_are_off_beyond_six_standard_errors() -> None:
    draws = np.random.default_rng(0).standard_normal(10_000)
    normal = {"std": 1.0, "kurtosis": 3.0, "eighth": 105.0}
    assert moment_difference(draws, mean=0.0, **normal) == ""
    assert moment_difference(draws + 0.07, mean=0.0, **normal).startswith("mean")
    assert moment_difference(draws * 1.06, mean=0.0, **normal).startswith("variance")


def test_every_kind_of_part_is_checked() -> None:
    assert len(CHECKS) == 10
    assert all(any(checks()) for checks in CHECKS)
