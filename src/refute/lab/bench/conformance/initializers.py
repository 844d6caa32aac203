"""Initializers: moments, support and independence of the weights that torch and the bench draw."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from math import inf, sqrt
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from refute.lab.bench.conformance.points import (
    Check,
    as_array,
    difference,
    duplicates,
    first_reason,
    moment_difference,
    share_difference,
)
from refute.lab.bench.fixed_weights import Cosines, Sines
from refute.lab.bench.initializers import (
    GLOROT_NORMAL,
    GLOROT_UNIFORM,
    HE_NORMAL,
    HE_UNIFORM,
    LECUN_NORMAL,
    LECUN_UNIFORM,
    Constant,
    FanInUniform,
    Initializer,
    Normal,
    Nudged,
    OneValue,
    Orthogonal,
    Shifted,
    Sparse,
    VarianceScaling,
)

FAN_IN, FAN_OUT = 300, 200

CUT = 0.8796256610342398
"""Standard deviation of a standard normal cut at two standard deviations."""


class Law(NamedTuple):
    """Standardized moments of a distribution, and the largest absolute value of its draws."""

    kurtosis: float
    eighth: float
    bound: float = inf


NORMAL, UNIFORM = Law(3, 105), Law(9 / 5, 9, sqrt(3))
TRUNCATED = Law(2.3655, 28, 2 / CUT)
LAPLACE, COIN = Law(6, 2520), Law(1, 1, 1)

HE, GLOROT, LECUN = sqrt(2 / FAN_IN), sqrt(2 / (FAN_IN + FAN_OUT)), sqrt(1 / FAN_IN)

OF_TORCH: tuple[tuple[str, dict[str, Any], float, Law], ...] = (
    ("kaiming_normal_", {"nonlinearity": "relu"}, HE, NORMAL),
    ("kaiming_uniform_", {"nonlinearity": "relu"}, HE, UNIFORM),
    ("kaiming_normal_", {"nonlinearity": "linear"}, LECUN, NORMAL),
    ("kaiming_uniform_", {"nonlinearity": "linear"}, LECUN, UNIFORM),
    ("kaiming_normal_", {"nonlinearity": "relu", "mode": "fan_out"}, sqrt(2 / FAN_OUT), NORMAL),
    ("xavier_normal_", {}, GLOROT, NORMAL),
    ("xavier_uniform_", {}, GLOROT, UNIFORM),
    ("normal_", {"std": 0.05}, 0.05, NORMAL),
    ("uniform_", {"a": -0.1, "b": 0.1}, 0.1 / sqrt(3), UNIFORM),
    ("trunc_normal_", {"std": 0.05, "a": -0.1, "b": 0.1}, 0.05 * CUT, TRUNCATED),
)
"""Functions of ``torch.nn.init`` with their settings, standard deviation and distribution."""

OF_BENCH: tuple[tuple[Initializer, float, Law], ...] = (
    (HE_NORMAL, HE, NORMAL),
    (HE_UNIFORM, HE, UNIFORM),
    (VarianceScaling(law="truncated"), HE, TRUNCATED),
    (VarianceScaling(law="laplace"), HE, LAPLACE),
    (VarianceScaling(law="coin"), HE, COIN),
    (GLOROT_NORMAL, GLOROT, NORMAL),
    (GLOROT_UNIFORM, GLOROT, UNIFORM),
    (LECUN_NORMAL, LECUN, NORMAL),
    (LECUN_UNIFORM, LECUN, UNIFORM),
    (Normal(0.05), 0.05, NORMAL),
    (FanInUniform(), LECUN / sqrt(3), UNIFORM),
)


def initializers() -> Iterator[Check]:
    """Check weights from FAN_IN inputs to FAN_OUT units, of torch and of the bench."""
    words = "moments, support and independence"
    for name, settings, std, law in OF_TORCH:
        how = ", ".join(str(value) for value in settings.values())
        fill = partial(_filled, name, **settings)
        yield Check(f"nn.init.{name}({how})", words, partial(_check_law, fill, std, law))
    for initializer, std, law in OF_BENCH:
        draw = partial(_drawn, initializer)
        yield Check(f"bench: {initializer.words}", words, partial(_check_law, draw, std, law))
    std = LECUN / sqrt(3)
    yield Check("nn.Linear", "initial weights", partial(_check_law, _linear_weights, std, UNIFORM))
    yield Check("nn.Linear", "initial biases", partial(_check_law, _linear_biases, std, UNIFORM))
    yield Check("torch.randn", words, partial(_check_law, partial(_torch, "randn"), 1, NORMAL))
    yield Check("torch.rand", words, partial(_check_law, _centred, sqrt(1 / 12), UNIFORM))
    yield Check(
        "nn.init.orthogonal_", "orthonormal rows times the gain", _check_orthogonal_of_torch
    )
    yield Check("bench: orthogonal", "orthonormal rows times the gain", _check_orthogonal_of_bench)
    yield Check("nn.init.sparse_", "nine of ten zero", _check_sparse_of_torch)
    yield Check("bench: sparse", "nine of ten zero", _check_sparse_of_bench)
    yield Check(
        "nn.init.constant_", "the value", partial(_check_constant, "constant_", 0.3, val=0.3)
    )
    yield Check("nn.init.zeros_", "the value", partial(_check_constant, "zeros_", 0.0))
    yield Check("nn.init.ones_", "the value", partial(_check_constant, "ones_", 1.0))
    yield Check("bench: constant", "the value", _check_constant_of_bench)
    yield Check("bench: one value for all", "the law's first draw", _check_one_value)
    yield Check("bench: shifted", "the law's draws and the shift", _check_shifted)
    yield Check("bench: nudged", "the law's draws but for one", _check_nudged)
    yield Check("bench: sines", "the formula", _check_sines)
    yield Check("bench: cosines", "columns of length √2 at right angles", _check_cosines)


def _filled(name: str, **settings: Any) -> Tensor:
    weights = torch.full((FAN_OUT, FAN_IN), torch.nan)
    getattr(nn.init, name)(weights, **settings)
    return weights


def _drawn(initializer: Initializer) -> Tensor:
    return torch.from_numpy(initializer.draw(np.random.default_rng(0), FAN_IN, FAN_OUT))


def _torch(name: str) -> Tensor:
    drawn: Tensor = getattr(torch, name)(FAN_OUT, FAN_IN)
    return drawn


def _centred() -> Tensor:
    return _torch("rand") - 1 / 2


def _linear_weights() -> Tensor:
    return nn.Linear(FAN_IN, FAN_OUT).weight


def _linear_biases() -> Tensor:
    return torch.stack([nn.Linear(FAN_IN, FAN_OUT).bias for _ in range(20)])


def _check_law(draw: Callable[[], Tensor], std: float, law: Law) -> str:
    drawn = as_array(draw())
    furthest = float(np.abs(drawn).max()) / std
    beyond = f"a draw {furthest:.4g} standard deviations from 0, beyond {law.bound:.4g}"
    return first_reason(
        moment_difference(drawn, mean=0, std=std, kurtosis=law.kurtosis, eighth=law.eighth),
        beyond if furthest > law.bound * (1 + 1e-5) else "",
        duplicates(drawn),
    )


def _check_orthogonal_of_torch() -> str:
    return _check_orthonormal(_filled("orthogonal_", gain=2.0))


def _check_orthogonal_of_bench() -> str:
    return _check_orthonormal(_drawn(Orthogonal(2.0)).T)


def _check_orthonormal(rows: Tensor) -> str:
    matrix = as_array(rows)
    products = difference(matrix @ matrix.T, 4 * np.eye(FAN_OUT), 1e-5)
    return first_reason(products, duplicates(matrix))


def _check_sparse_of_torch() -> str:
    return _check_sparse(_filled("sparse_", sparsity=0.9, std=1.0), 1.0)


def _check_sparse_of_bench() -> str:
    return _check_sparse(_drawn(Sparse()), HE)


def _check_sparse(weights: Tensor, std: float) -> str:
    """Check that nine of ten weights are zero and the others normal."""
    zero = as_array(weights) == 0
    kept = as_array(weights)[~zero]
    return first_reason(
        share_difference(float(zero.mean()), 0.9, zero.size),
        moment_difference(kept, mean=0, std=std, kurtosis=NORMAL.kurtosis, eighth=NORMAL.eighth),
    )


def _check_constant(name: str, value: float, **settings: float) -> str:
    return difference(_filled(name, **settings), np.full((FAN_OUT, FAN_IN), np.float32(value)), 0)


def _check_constant_of_bench() -> str:
    return difference(_drawn(Constant(0.3)), np.full((FAN_IN, FAN_OUT), np.float32(0.3)), 0)


def _check_one_value() -> str:
    first_draw = as_array(_drawn(HE_NORMAL))[0, 0]
    return difference(_drawn(OneValue(HE_NORMAL)), np.full((FAN_IN, FAN_OUT), first_draw), 0)


def _check_shifted() -> str:
    return difference(_drawn(Shifted(HE_NORMAL, 0.25)), as_array(_drawn(HE_NORMAL)) + 0.25, 1e-7)


def _check_nudged() -> str:
    expected = as_array(_drawn(HE_NORMAL))
    expected[0, 0] += 0.25
    return difference(_drawn(Nudged(HE_NORMAL, 0.25)), expected, 1e-7)


def _check_sines() -> str:
    count = np.arange(1, FAN_IN * FAN_OUT + 1).reshape(FAN_IN, FAN_OUT)
    return difference(_drawn(Sines()), sqrt(4 / FAN_IN) * np.sin(count), 1e-7)


def _check_cosines() -> str:
    columns = as_array(_drawn(Cosines()))
    return difference(columns.T @ columns, 2 * np.eye(FAN_OUT), 1e-5)
