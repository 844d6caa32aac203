"""Activations: values and derivatives of torch's modules and of the bench's in-place versions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import torch
from scipy.special import erf, expit
from torch import Tensor, nn

from refute.lab.bench.activations import ACTIVATIONS, activation_module
from refute.lab.bench.conformance.points import (
    DOUBLE,
    SINGLE,
    Check,
    Floats,
    as_array,
    difference,
    first_reason,
)
from refute.lab.bench.networks import Network
from refute.lab.bench.stack.elementwise import elementwise, in_place_activation

SELU_ALPHA, SELU_SCALE = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946
"""Klambauer et al. 2017, equation 2."""

INPUTS = np.array(
    [-30, -10, -3, -1.5, -1, -0.5, -1e-3, 0, 1e-3, 0.25, 0.5, 1, 1.5, 3, 10, 30], dtype=np.float64
)

Formula = Callable[[Floats], Floats]


def _sech_squared(x: Floats) -> Floats:
    return 1 - np.tanh(x) ** 2


def _softplus(x: Floats) -> Floats:
    return np.logaddexp(0, x)


def _above(x: Floats, otherwise: Floats | float) -> Floats:
    """Return 1 where x is positive, and ``otherwise`` elsewhere."""
    return np.where(x > 0, 1.0, otherwise)


def _rectifier(slope: float) -> tuple[Formula, Formula]:
    return lambda x: np.where(x > 0, x, slope * x), lambda x: _above(x, slope)


def _exponential(alpha: float, scale: float) -> tuple[Formula, Formula]:
    return (
        lambda x: scale * np.where(x > 0, x, alpha * np.expm1(x)),
        lambda x: scale * _above(x, alpha * np.exp(x)),
    )


FORMULAS: dict[str, tuple[Formula, Formula]] = {
    "identity": (lambda x: x, np.ones_like),
    "relu": _rectifier(0.0),
    "leaky relu": _rectifier(0.01),
    "prelu": _rectifier(0.25),
    "elu": _exponential(1.0, 1.0),
    "selu": _exponential(SELU_ALPHA, SELU_SCALE),
    "selu in place": _exponential(SELU_ALPHA, SELU_SCALE),
    "gelu": (
        lambda x: x * (1 + erf(x / np.sqrt(2))) / 2,
        lambda x: (1 + erf(x / np.sqrt(2))) / 2 + x * np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi),
    ),
    "silu": (lambda x: x * expit(x), lambda x: expit(x) * (1 + x * expit(-x))),
    "mish": (
        lambda x: x * np.tanh(_softplus(x)),
        lambda x: np.tanh(_softplus(x)) + x * _sech_squared(_softplus(x)) * expit(x),
    ),
    "tanh": (np.tanh, _sech_squared),
    "sigmoid": (expit, lambda x: expit(x) * expit(-x)),
    "softplus": (_softplus, expit),
}
"""Value and derivative of the elementwise activations."""

MODULES = {
    "identity": "Identity", "relu": "ReLU", "leaky relu": "LeakyReLU", "prelu": "PReLU",
    "elu": "ELU", "selu": "SELU", "gelu": "GELU", "silu": "SiLU", "mish": "Mish", "tanh": "Tanh",
    "sigmoid": "Sigmoid", "softplus": "Softplus",
}  # fmt: skip
"""Their names in ``torch.nn``."""


def activations() -> Iterator[Check]:
    """Check every activation of the table, of torch and of the bench, in both precisions."""
    for name, (value, slope) in FORMULAS.items():
        part = f"activation {ACTIVATIONS[name].words}"
        for dtype, tolerance in ((torch.float64, DOUBLE), (torch.float32, SINGLE)):
            precision = str(dtype).removeprefix("torch.")
            of_table = partial(activation_module, name)
            yield Check(
                part, f"values and slopes, {precision}",
                partial(_check_module, of_table, value, slope, dtype, tolerance),
            )  # fmt: skip
            yield Check(
                f"bench: {ACTIVATIONS[name].words}", f"forward and backward, {precision}",
                partial(_check_bench, name, value, slope, dtype, tolerance),
            )  # fmt: skip
        if name in MODULES:
            of_torch = partial(_torch_module, MODULES[name])
            check = partial(_check_module, of_torch, value, slope, torch.float64, DOUBLE)
            yield Check(f"nn.{MODULES[name]}", "values and slopes", check)
    yield Check("activation leaky ReLU", "a chosen slope", _check_leaky_slope)
    yield Check("activation RReLU", "slopes in training and evaluation", _check_rrelu)
    yield Check("activation GLU", "values and slopes", _check_glu)
    yield Check("activation softmax", "values and slopes", _check_softmax)


def _torch_module(name: str) -> nn.Module:
    module: nn.Module = getattr(nn, name)()
    return module


def _inputs(dtype: torch.dtype) -> Tensor:
    return torch.tensor(INPUTS, dtype=dtype)


def _check_module(
    build: Callable[[], nn.Module],
    value: Formula,
    slope: Formula,
    dtype: torch.dtype,
    tolerance: float,
) -> str:
    module = build().to(dtype)
    outputs, gradient = _differentiated(
        module, _inputs(dtype), torch.ones(len(INPUTS), dtype=dtype)
    )
    return first_reason(
        difference(outputs, value(INPUTS), tolerance),
        difference(gradient, slope(INPUTS), tolerance),
    )


def _differentiated(
    function: Callable[[Tensor], Tensor], inputs: Tensor, output_gradient: Tensor
) -> tuple[Tensor, Tensor]:
    """Return the outputs, and the gradient of the inputs for a gradient of the outputs."""
    with torch.enable_grad():
        leaf = inputs.clone().requires_grad_()
        outputs = function(leaf + 0)  # an in-place activation must not overwrite a leaf
        (gradient,) = torch.autograd.grad(outputs, leaf, output_gradient)
    return outputs.detach(), gradient


def _check_bench(
    name: str, value: Formula, slope: Formula, dtype: torch.dtype, tolerance: float
) -> str:
    """Check an activation as the bench computes it in training and in prediction."""
    network = Network(len(INPUTS), (len(INPUTS),), activation=name)
    modules = [activation_module(name).to(dtype)]
    for parameter in modules[0].parameters():
        parameter.grad = torch.zeros_like(parameter)
    (in_training,) = elementwise(network, modules)
    outputs = in_training.forward(_inputs(dtype)).clone()
    gradient = in_training.backward(torch.ones(len(INPUTS), dtype=dtype))
    in_prediction = in_place_activation(network)
    predicted = outputs if in_prediction is None else in_prediction(_inputs(dtype))
    return first_reason(
        difference(outputs, value(INPUTS), tolerance),
        difference(gradient, slope(INPUTS), tolerance),
        difference(predicted, value(INPUTS), tolerance),
    )


def _check_leaky_slope() -> str:
    value, slope = _rectifier(0.2)
    build = partial(activation_module, "leaky relu", 0.2)
    return _check_module(build, value, slope, torch.float64, DOUBLE)


def _check_rrelu() -> str:
    module, below = activation_module("rrelu").double(), -torch.ones(10_000, dtype=torch.float64)
    slopes, mean = as_array(-module.train()(below)), 11 / 48
    spread = (1 / 3 - 1 / 8) / np.sqrt(12)
    is_outside = slopes.min() < 1 / 8 or slopes.max() > 1 / 3
    outside = "a slope outside 1/8 to 1/3" if is_outside else ""
    off = difference(slopes.mean(), mean, 6 * spread / 100)
    copies = "" if len(np.unique(slopes)) > 9_000 else "slopes that are copies of one another"
    value, slope = _rectifier(mean)
    build = lambda: activation_module("rrelu").eval()  # noqa: E731
    in_evaluation = _check_module(build, value, slope, torch.float64, DOUBLE)
    return first_reason(outside, off, copies, in_evaluation)


def _check_glu() -> str:
    x, gate = INPUTS, INPUTS[::-1]
    inputs = torch.tensor(np.concatenate([x, gate])[None])
    outputs, gradient = _differentiated(
        activation_module("glu"), inputs, torch.ones(1, len(x), dtype=torch.float64)
    )
    slopes = np.concatenate([expit(gate), x * expit(gate) * expit(-gate)])
    return first_reason(difference(outputs[0], x * expit(gate)), difference(gradient[0], slopes))


def _check_softmax() -> str:
    rows = np.stack([INPUTS / 3, np.cos(INPUTS)])
    output_gradient = np.sin(np.arange(rows.size)).reshape(rows.shape)
    expected = np.exp(rows - rows.max(1, keepdims=True))
    expected /= expected.sum(1, keepdims=True)
    outputs, gradient = _differentiated(
        activation_module("softmax"), torch.tensor(rows), torch.tensor(output_gradient)
    )
    slopes = expected * (output_gradient - (expected * output_gradient).sum(1, keepdims=True))
    return first_reason(difference(outputs, expected), difference(gradient, slopes))
