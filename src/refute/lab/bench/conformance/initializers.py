"""Initializers: moments, support and independence of what torch and the bench draw."""

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
    array,
    copies,
    differs,
    first,
    off_moments,
    off_share,
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
    """Standardized moments of a law, and how far from 0 its draws can lie."""

    kurtosis: float
    eighth: float
    bound: float = inf


NORMAL, UNIFORM = Law(3, 105), Law(9 / 5, 9, sqrt(3))
TRUNCATED = Law(2.3655, 28, 2 / CUT)
LAPLACE, COIN = Law(6, 2520), Law(1, 1, 1)

HE, GLOROT, LECUN = sqrt(2 / FAN_IN), sqrt(2 / (FAN_IN + FAN_OUT)), sqrt(1 / FAN_IN)

THEIRS: tuple[tuple[str, dict[str, Any], float, Law], ...] = (
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
"""Functions of ``torch.nn.init``, their settings, standard deviation and law."""

OURS: tuple[tuple[Initializer, float, Law], ...] = (
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
    """Weights of FAN_OUT units on FAN_IN inputs, by torch and by the bench."""
    words = "moments, support and independence"
    for name, settings, std, law in THEIRS:
        how = ", ".join(str(value) for value in settings.values())
        fill = partial(_filled, name, **settings)
        yield Check(f"nn.init.{name}({how})", words, partial(_off_law, fill, std, law))
    for initializer, std, law in OURS:
        draw = partial(_drawn, initializer)
        yield Check(f"bench: {initializer.words}", words, partial(_off_law, draw, std, law))
    std = LECUN / sqrt(3)
    yield Check("nn.Linear", "initial weights", partial(_off_law, _linear_weights, std, UNIFORM))
    yield Check("nn.Linear", "initial biases", partial(_off_law, _linear_biases, std, UNIFORM))
    yield Check("torch.randn", words, partial(_off_law, partial(_torch, "randn"), 1, NORMAL))
    yield Check("torch.rand", words, partial(_off_law, _centred, sqrt(1 / 12), UNIFORM))
    yield Check("nn.init.orthogonal_", "orthonormal rows times the gain", _their_orthogonal)
    yield Check("bench: orthogonal", "orthonormal rows times the gain", _our_orthogonal)
    yield Check("nn.init.sparse_", "nine of ten zero", _their_sparse)
    yield Check("bench: sparse", "nine of ten zero", _our_sparse)
    yield Check("nn.init.constant_", "the value", partial(_constant, "constant_", 0.3, val=0.3))
    yield Check("nn.init.zeros_", "the value", partial(_constant, "zeros_", 0.0))
    yield Check("nn.init.ones_", "the value", partial(_constant, "ones_", 1.0))
    yield Check("bench: constant", "the value", _our_constant)
    yield Check("bench: one value for all", "the law's first draw", _one_value)
    yield Check("bench: shifted", "the law's draws and the shift", _shifted)
    yield Check("bench: nudged", "the law's draws but for one", _nudged)
    yield Check("bench: sines", "the formula", _sines)
    yield Check("bench: cosines", "columns of length √2 at right angles", _cosines)


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


def _off_law(draw: Callable[[], Tensor], std: float, law: Law) -> str:
    drawn = array(draw())
    furthest = float(np.abs(drawn).max()) / std
    beyond = f"a draw {furthest:.4g} standard deviations from 0, beyond {law.bound:.4g}"
    return first(
        off_moments(drawn, mean=0, std=std, kurtosis=law.kurtosis, eighth=law.eighth),
        beyond if furthest > law.bound * (1 + 1e-5) else "",
        copies(drawn),
    )


def _their_orthogonal() -> str:
    return _off_orthonormal(_filled("orthogonal_", gain=2.0))


def _our_orthogonal() -> str:
    return _off_orthonormal(_drawn(Orthogonal(2.0)).T)


def _off_orthonormal(rows: Tensor) -> str:
    again = array(rows)
    return first(differs(again @ again.T, 4 * np.eye(FAN_OUT), 1e-5), copies(again))


def _their_sparse() -> str:
    return _off_sparse(_filled("sparse_", sparsity=0.9, std=1.0), 1.0)


def _our_sparse() -> str:
    return _off_sparse(_drawn(Sparse()), HE)


def _off_sparse(weights: Tensor, std: float) -> str:
    """Nine of ten are zero, and the others normal."""
    zero = array(weights) == 0
    kept = array(weights)[~zero]
    return first(
        off_share(float(zero.mean()), 0.9, zero.size),
        off_moments(kept, mean=0, std=std, kurtosis=NORMAL.kurtosis, eighth=NORMAL.eighth),
    )


def _constant(name: str, value: float, **settings: float) -> str:
    return differs(_filled(name, **settings), np.full((FAN_OUT, FAN_IN), np.float32(value)), 0)


def _our_constant() -> str:
    return differs(_drawn(Constant(0.3)), np.full((FAN_IN, FAN_OUT), np.float32(0.3)), 0)


def _one_value() -> str:
    first_draw = array(_drawn(HE_NORMAL))[0, 0]
    return differs(_drawn(OneValue(HE_NORMAL)), np.full((FAN_IN, FAN_OUT), first_draw), 0)


def _shifted() -> str:
    return differs(_drawn(Shifted(HE_NORMAL, 0.25)), array(_drawn(HE_NORMAL)) + 0.25, 1e-7)


def _nudged() -> str:
    right = array(_drawn(HE_NORMAL))
    right[0, 0] += 0.25
    return differs(_drawn(Nudged(HE_NORMAL, 0.25)), right, 1e-7)


def _sines() -> str:
    count = np.arange(1, FAN_IN * FAN_OUT + 1).reshape(FAN_IN, FAN_OUT)
    return differs(_drawn(Sines()), sqrt(4 / FAN_IN) * np.sin(count), 1e-7)


def _cosines() -> str:
    columns = array(_drawn(Cosines()))
    return differs(columns.T @ columns, 2 * np.eye(FAN_OUT), 1e-5)
