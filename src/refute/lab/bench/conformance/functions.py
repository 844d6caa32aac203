"""torch's functions, methods and operators: values and gradients against numpy and scipy."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 (its usual name)
from scipy.special import expit, log_softmax, logit, ndtri, softmax
from torch import Tensor

from refute.lab.bench.conformance.activations import SELU_ALPHA, SELU_SCALE
from refute.lab.bench.conformance.points import (
    DOUBLE,
    SINGLE,
    Check,
    Floats,
    difference,
    first_reason,
    normal_numbers,
)

Formula = Callable[[Floats], Floats]


class Numbers(NamedTuple):
    """Numbers that functions are applied to, once as tensors and once as arrays."""

    x: Any
    """Normal numbers of shape (2, 3, 4)."""
    y: Any
    """Others of the same shape, with some equal to those of x."""
    positive: Any
    share: Any
    """Between 0 and 1."""
    matrix: Any
    """Normal numbers of shape (2, 4, 5), which x can be multiplied by."""
    sums: Any
    """Normal numbers of the shape of their product, (2, 3, 5)."""
    columns: Any
    """A permutation of the last axis of x for each of its rows."""
    flags: Any
    """Truth values, of the shape of x."""
    holes: Any
    """x with a NaN and both infinities in it."""


def numbers() -> Numbers:
    """Return the arrays, the same ones every time."""
    generator = np.random.default_rng(0)
    x, y = normal_numbers(2, 3, 4), normal_numbers(2, 3, 4, seed=1)
    y[0, 0] = x[0, 0]
    holes = x.copy()
    holes[0, 0, :3] = np.nan, np.inf, -np.inf
    return Numbers(
        x, y, np.exp(x), expit(x), normal_numbers(2, 4, 5), normal_numbers(2, 3, 5, seed=1),
        generator.permuted(np.tile(np.arange(4), (2, 3, 1)), axis=-1),
        generator.random((2, 3, 4)) < 0.5, holes,
    )  # fmt: skip


UNARY: dict[str, tuple[str, Formula]] = {
    "abs": ("x", np.abs),
    "neg": ("x", np.negative),
    "exp": ("x", np.exp),
    "log": ("positive", np.log),
    "log10": ("positive", np.log10),
    "sqrt": ("positive", np.sqrt),
    "rsqrt": ("positive", lambda p: p**-0.5),
    "reciprocal": ("positive", np.reciprocal),
    "square": ("x", np.square),
    "sin": ("x", np.sin),
    "cos": ("x", np.cos),
    "tanh": ("x", np.tanh),
    "sigmoid": ("x", expit),
    "logit": ("share", logit),
    "relu": ("x", lambda x: np.maximum(x, 0)),
    "sign": ("x", np.sign),
    "round": ("x", np.round),
}
"""Functions that are applied to each number: what they are applied to here, and the formula.

Each exists three times: as a function of torch, and as a method that returns or overwrites.
"""

Call = Callable[[Numbers], Any]


def _written(write: Callable[[Tensor], object]) -> Callable[[Numbers], Tensor]:
    """Return what a function with ``out=`` writes into a matrix of the shape of ``sums``."""

    def written(n: Numbers) -> Tensor:
        out: Tensor = n.sums.clone()
        write(out)
        return out

    return written


OTHERS: dict[str, tuple[Call, Call]] = {
    # arithmetic
    "Tensor.__add__": (lambda n: n.x + n.y, lambda n: n.x + n.y),
    "Tensor.__radd__": (lambda n: 2 + n.x, lambda n: 2 + n.x),
    "Tensor.__sub__": (lambda n: n.x - n.y, lambda n: n.x - n.y),
    "Tensor.__rsub__": (lambda n: 2 - n.x, lambda n: 2 - n.x),
    "Tensor.__mul__": (lambda n: n.x * n.y, lambda n: n.x * n.y),
    "Tensor.__rmul__": (lambda n: 2 * n.x, lambda n: 2 * n.x),
    "Tensor.__truediv__": (lambda n: n.x / n.positive, lambda n: n.x / n.positive),
    "Tensor.__rtruediv__": (lambda n: 2 / n.positive, lambda n: 2 / n.positive),
    "Tensor.__floordiv__": (lambda n: n.columns // 2, lambda n: n.columns // 2),
    "Tensor.__mod__": (lambda n: n.columns % 3, lambda n: n.columns % 3),
    "Tensor.__pow__": (lambda n: n.positive**1.5, lambda n: n.positive**1.5),
    "Tensor.__neg__": (lambda n: -n.x, lambda n: -n.x),
    "Tensor.__lt__": (lambda n: n.x < n.y, lambda n: n.x < n.y),
    "Tensor.__le__": (lambda n: n.x <= n.y, lambda n: n.x <= n.y),
    "Tensor.__gt__": (lambda n: n.x > n.y, lambda n: n.x > n.y),
    "Tensor.__ge__": (lambda n: n.x >= n.y, lambda n: n.x >= n.y),
    "Tensor.__eq__": (lambda n: n.x == n.y, lambda n: n.x == n.y),
    "Tensor.__ne__": (lambda n: n.x != n.y, lambda n: n.x != n.y),
    "Tensor.__and__": (lambda n: n.flags & (n.x > 0), lambda n: n.flags & (n.x > 0)),
    "Tensor.__or__": (lambda n: n.flags | (n.x > 0), lambda n: n.flags | (n.x > 0)),
    "Tensor.__invert__": (lambda n: ~n.flags, lambda n: ~n.flags),
    "Tensor.add_": (
        lambda n: n.x.clone().add_(n.y, alpha=0.3), lambda n: n.x + 0.3 * n.y,
    ),
    "Tensor.mul_": (lambda n: n.x.clone().mul_(n.y), lambda n: n.x * n.y),
    "Tensor.lerp_": (
        lambda n: n.x.clone().lerp_(n.y, 0.3), lambda n: 0.7 * n.x + 0.3 * n.y,
    ),
    "torch.add": (lambda n: torch.add(n.x, n.y), lambda n: n.x + n.y),
    "torch.sub": (lambda n: torch.sub(n.x, n.y), lambda n: n.x - n.y),
    "torch.mul": (lambda n: torch.mul(n.x, n.y), lambda n: n.x * n.y),
    "torch.addcmul": (
        lambda n: torch.addcmul(n.x, n.y, n.positive), lambda n: n.x + n.y * n.positive,
    ),
    "torch._foreach_add_": (lambda n: _in_each(torch._foreach_add_, n.x, 2), lambda n: n.x + 2),
    "torch._foreach_copy_": (lambda n: _in_each(torch._foreach_copy_, n.x, [n.y]), lambda n: n.y),
    "torch._foreach_lerp_": (
        lambda n: _in_each(torch._foreach_lerp_, n.x, [n.y], [n.share]),
        lambda n: n.x + n.share * (n.y - n.x),
    ),
    "torch.special.ndtri": (
        lambda n: torch.special.ndtri(n.share), lambda n: ndtri(n.share),
    ),
    # larger and smaller
    "torch.maximum": (lambda n: torch.maximum(n.x, n.y), lambda n: np.maximum(n.x, n.y)),
    "Tensor.maximum": (lambda n: n.x.maximum(n.y), lambda n: np.maximum(n.x, n.y)),
    "torch.clamp_max": (lambda n: torch.clamp_max(n.x, 0.3), lambda n: np.minimum(n.x, 0.3)),
    "Tensor.clamp_max": (lambda n: n.x.clamp_max(0.3), lambda n: np.minimum(n.x, 0.3)),
    "Tensor.clamp_min": (lambda n: n.x.clamp_min(0.3), lambda n: np.maximum(n.x, 0.3)),
    "Tensor.clamp_min_": (lambda n: n.x.clone().clamp_min_(0.3), lambda n: np.maximum(n.x, 0.3)),
    "Tensor.clip": (lambda n: n.x.clip(-0.5, 0.3), lambda n: np.clip(n.x, -0.5, 0.3)),
    "torch.gt": (lambda n: torch.gt(n.x, n.y), lambda n: n.x > n.y),
    "torch.where": (
        lambda n: torch.where(n.flags, n.x, n.y), lambda n: np.where(n.flags, n.x, n.y),
    ),
    "Tensor.where": (lambda n: n.x.where(n.flags, n.y), lambda n: np.where(n.flags, n.x, n.y)),
    "torch.equal": (
        lambda n: [torch.equal(n.x, n.x.clone()), torch.equal(n.x, n.y)], lambda n: [True, False],
    ),
    "torch.allclose": (
        lambda n: [torch.allclose(n.x, n.x * (1 + 1e-6)), torch.allclose(n.x, n.x * 1.002)],
        lambda n: [True, False],
    ),
    "torch.isfinite": (lambda n: torch.isfinite(n.holes), lambda n: np.isfinite(n.holes)),
    "Tensor.isfinite": (lambda n: n.holes.isfinite(), lambda n: np.isfinite(n.holes)),
    "Tensor.isinf": (lambda n: n.holes.isinf(), lambda n: np.isinf(n.holes)),
    "Tensor.isnan": (lambda n: n.holes.isnan(), lambda n: np.isnan(n.holes)),
    "Tensor.nan_to_num": (
        lambda n: n.holes.nan_to_num(1.0, 2.0, 3.0),
        lambda n: np.nan_to_num(n.holes, nan=1.0, posinf=2.0, neginf=3.0),
    ),
    # along an axis
    "Tensor.sum": (lambda n: n.x.sum(1), lambda n: n.x.sum(1)),
    "torch.sum": (
        lambda n: torch.sum(n.x, 2, keepdim=True), lambda n: n.x.sum(2, keepdims=True),
    ),
    "Tensor.mean": (lambda n: n.x.mean((0, 2)), lambda n: n.x.mean((0, 2))),
    "Tensor.var": (lambda n: n.x.var(1, correction=0), lambda n: n.x.var(1)),
    "Tensor.std": (lambda n: n.x.std(1), lambda n: n.x.std(1, ddof=1)),
    "torch.var_mean": (
        lambda n: torch.stack(torch.var_mean(n.x, 0, correction=0)),
        lambda n: np.stack([n.x.var(0), n.x.mean(0)]),
    ),
    "Tensor.norm": (lambda n: n.x.norm(dim=2), lambda n: np.sqrt((n.x**2).sum(2))),
    "Tensor.prod": (lambda n: n.x.prod(1), lambda n: n.x.prod(1)),
    "Tensor.amax": (lambda n: n.x.amax(1), lambda n: n.x.max(1)),
    "Tensor.amin": (lambda n: n.x.amin(1), lambda n: n.x.min(1)),
    "Tensor.max": (lambda n: n.x.max(1).values, lambda n: n.x.max(1)),
    "Tensor.min": (lambda n: n.x.min(1).values, lambda n: n.x.min(1)),
    "Tensor.median": (lambda n: n.x.median(1).values, lambda n: np.median(n.x, 1)),
    "Tensor.quantile": (lambda n: n.x.quantile(0.3, 1), lambda n: np.quantile(n.x, 0.3, 1)),
    "Tensor.argmax": (lambda n: n.x.argmax(1), lambda n: n.x.argmax(1)),
    "Tensor.argmin": (lambda n: n.x.argmin(1), lambda n: n.x.argmin(1)),
    "Tensor.argsort": (lambda n: n.x.argsort(1), lambda n: n.x.argsort(1)),
    "Tensor.sort": (lambda n: n.x.sort(1).values, lambda n: np.sort(n.x, 1)),
    "torch.cummax": (
        lambda n: torch.cummax(n.x, 1).values, lambda n: np.maximum.accumulate(n.x, 1),
    ),
    "Tensor.all": (lambda n: n.flags.all(2), lambda n: n.flags.all(2)),
    "Tensor.any": (lambda n: n.flags.any(2), lambda n: n.flags.any(2)),
    "Tensor.count_nonzero": (lambda n: n.flags.count_nonzero(2), lambda n: n.flags.sum(2)),
    "torch.softmax": (lambda n: torch.softmax(n.x, 1), lambda n: softmax(n.x, 1)),
    "Tensor.softmax": (lambda n: n.x.softmax(1), lambda n: softmax(n.x, 1)),
    "Tensor.log_softmax": (lambda n: n.x.log_softmax(1), lambda n: log_softmax(n.x, 1)),
    "torch.selu": (lambda n: torch.selu(n.x), lambda n: SELU_SCALE * np.where(
        n.x > 0, n.x, SELU_ALPHA * np.expm1(n.x),
    )),
    "functional.relu": (lambda n: F.relu(n.x), lambda n: np.maximum(n.x, 0)),
    "functional.leaky_relu_": (
        lambda n: F.leaky_relu_(n.x.clone(), 0.2), lambda n: np.maximum(n.x, 0.2 * n.x),
    ),
    "functional.binary_cross_entropy_with_logits": (
        lambda n: F.binary_cross_entropy_with_logits(n.x, n.share),
        lambda n: (np.logaddexp(0, n.x) - n.share * n.x).mean(),
    ),
    # matrices
    "torch.mm": (lambda n: torch.mm(n.x[0], n.matrix[0]), lambda n: _product(n)[0]),
    "Tensor.mm": (lambda n: n.x[0].mm(n.matrix[0]), lambda n: _product(n)[0]),
    "torch.bmm": (lambda n: torch.bmm(n.x, n.matrix), lambda n: _product(n)),
    "Tensor.bmm": (lambda n: n.x.bmm(n.matrix), lambda n: _product(n)),
    "torch.bmm, out": (
        lambda n: _written(lambda out: torch.bmm(n.x, n.matrix, out=out))(n),
        lambda n: _product(n),
    ),
    "torch.matmul": (lambda n: torch.matmul(n.x, n.matrix), lambda n: _product(n)),
    "Tensor.matmul": (lambda n: n.x.matmul(n.matrix), lambda n: _product(n)),
    "Tensor.__matmul__": (lambda n: n.x @ n.matrix, lambda n: _product(n)),
    "torch.addmm": (
        lambda n: torch.addmm(n.sums[0], n.x[0], n.matrix[0], beta=0.5, alpha=0.3),
        lambda n: (0.5 * n.sums + 0.3 * _product(n))[0],
    ),
    "torch.baddbmm": (
        lambda n: torch.baddbmm(n.sums, n.x, n.matrix, beta=0.5, alpha=0.3),
        lambda n: 0.5 * n.sums + 0.3 * _product(n),
    ),
    "torch.baddbmm, out": (
        lambda n: _written(lambda out: torch.baddbmm(n.sums, n.x, n.matrix, out=out))(n),
        lambda n: n.sums + _product(n),
    ),
    "Tensor.baddbmm_": (
        lambda n: n.sums.clone().baddbmm_(n.x, n.matrix, beta=0.5, alpha=0.3),
        lambda n: 0.5 * n.sums + 0.3 * _product(n),
    ),
    "Tensor.outer": (
        lambda n: n.x[0, 0].outer(n.y[0, 1]), lambda n: np.outer(n.x[0, 0], n.y[0, 1]),
    ),
    "Tensor.diagonal": (lambda n: n.x[0].diagonal(), lambda n: n.x[0].diagonal()),
    "torch.linalg.qr": (
        lambda n: torch.matmul(*torch.linalg.qr(n.matrix.mT)), lambda n: n.matrix.swapaxes(1, 2),
    ),
    "Tensor.to_sparse_csr": (
        lambda n: _sparse(torch.where(n.flags, n.x, 0)[0]) @ n.matrix[0],
        lambda n: np.where(n.flags, n.x, 0)[0] @ n.matrix[0],
    ),
    # making, moving and choosing
    "torch.arange": (lambda n: torch.arange(2, 9), lambda n: np.arange(2, 9)),
    "torch.linspace": (lambda n: torch.linspace(-1, 2, 7), lambda n: np.linspace(-1, 2, 7)),
    "torch.full": (lambda n: torch.full((2,), 3.0), lambda n: np.full(2, 3.0)),
    "torch.full_like": (lambda n: torch.full_like(n.x, 3.0), lambda n: np.full_like(n.x, 3.0)),
    "torch.ones": (lambda n: torch.ones(2, 3), lambda n: np.ones((2, 3))),
    "torch.ones_like": (lambda n: torch.ones_like(n.x), lambda n: np.ones_like(n.x)),
    "torch.zeros": (lambda n: torch.zeros(2, 3), lambda n: np.zeros((2, 3))),
    "torch.zeros_like": (lambda n: torch.zeros_like(n.x), lambda n: np.zeros_like(n.x)),
    "Tensor.new_full": (lambda n: n.x.new_full((2,), 3.0), lambda n: np.full(2, 3.0)),
    "Tensor.new_ones": (lambda n: n.x.new_ones(2, 3), lambda n: np.ones((2, 3))),
    "Tensor.new_zeros": (lambda n: n.x.new_zeros(2, 3), lambda n: np.zeros((2, 3))),
    "Tensor.new_tensor": (lambda n: n.x.new_tensor([1.5, 2.0]), lambda n: np.array([1.5, 2.0])),
    "Tensor.clone": (lambda n: n.x.clone(), lambda n: n.x),
    "Tensor.copy_": (lambda n: torch.empty_like(n.x).copy_(n.y), lambda n: n.y),
    "Tensor.fill_diagonal_": (
        lambda n: n.x[0].clone().fill_diagonal_(2.0),
        lambda n: np.where(np.eye(3, 4) == 1, 2.0, n.x[0]),
    ),
    "Tensor.float": (lambda n: n.columns.float(), lambda n: n.columns),
    "Tensor.int": (lambda n: n.flags.int(), lambda n: n.flags),
    "Tensor.bool": (lambda n: n.columns.bool(), lambda n: n.columns != 0),
    "torch.cat": (lambda n: torch.cat([n.x, n.y], 1), lambda n: np.concatenate([n.x, n.y], 1)),
    "torch.stack": (lambda n: torch.stack([n.x, n.y], 1), lambda n: np.stack([n.x, n.y], 1)),
    "torch.split": (lambda n: torch.split(n.x, 2, 2)[1], lambda n: n.x[..., 2:]),
    "Tensor.split": (lambda n: n.x.split(2, 2)[1], lambda n: n.x[..., 2:]),
    "Tensor.chunk": (lambda n: n.x.chunk(2, 2)[1], lambda n: n.x[..., 2:]),
    "Tensor.unbind": (lambda n: n.x.unbind(1)[2], lambda n: n.x[:, 2]),
    "Tensor.transpose": (lambda n: n.x.transpose(0, 2), lambda n: n.x.swapaxes(0, 2)),
    "Tensor.roll": (lambda n: n.x.roll(1, 2), lambda n: np.roll(n.x, 1, 2)),
    "Tensor.repeat": (lambda n: n.x.repeat(1, 2, 1), lambda n: np.tile(n.x, (1, 2, 1))),
    "Tensor.repeat_interleave": (
        lambda n: n.x.repeat_interleave(2, 1), lambda n: np.repeat(n.x, 2, 1),
    ),
    "Tensor.expand": (lambda n: n.x[:, :1].expand(2, 3, 4), lambda n: n.x[:, [0, 0, 0]]),
    "Tensor.expand_as": (lambda n: n.x[:, :1].expand_as(n.x), lambda n: n.x[:, [0, 0, 0]]),
    "Tensor.flatten": (lambda n: n.x.flatten(1), lambda n: n.x.reshape(2, 12)),
    "Tensor.reshape": (lambda n: n.x.reshape(3, 8), lambda n: n.x.reshape(3, 8)),
    "Tensor.view": (lambda n: n.x.view(3, 8), lambda n: n.x.reshape(3, 8)),
    "Tensor.view_as": (lambda n: n.x.view(24).view_as(n.y), lambda n: n.x),
    "Tensor.squeeze": (lambda n: n.x[:, :1].squeeze(1), lambda n: n.x[:, 0]),
    "Tensor.unsqueeze": (lambda n: n.x.unsqueeze(1), lambda n: n.x[:, None]),
    "Tensor.gather": (
        lambda n: n.x.gather(2, n.columns), lambda n: np.take_along_axis(n.x, n.columns, 2),
    ),
    "Tensor.index_select": (
        lambda n: n.x.index_select(2, n.columns[0, 0]), lambda n: n.x[..., n.columns[0, 0]],
    ),
    "Tensor.scatter": (
        lambda n: n.y.scatter(2, n.columns, n.x), lambda n: _scattered(n),
    ),
    "Tensor.scatter_add_": (
        lambda n: n.y.clone().scatter_add_(2, n.columns, n.x), lambda n: n.y + _scattered(n),
    ),
}  # fmt: skip
"""What the lab uses besides, by name: how torch computes it, and how numpy or scipy does."""


def _product(n: Numbers) -> Floats:
    product: Floats = np.einsum("kij,kjl->kil", n.x, n.matrix)
    return product


def _scattered(n: Numbers) -> Floats:
    scattered: Floats = np.empty_like(n.x)
    np.put_along_axis(scattered, n.columns, n.x, 2)
    return scattered


def _sparse(matrix: Tensor) -> Tensor:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*in beta state")
        return matrix.to_sparse_csr()


def _in_each(function: Callable[..., object], x: Tensor, *given: object) -> Tensor:
    changed = x.clone()
    function([changed], *given)
    return changed


def functions() -> Iterator[Check]:
    """Check in both precisions what the lab computes with."""
    for name, (of, formula) in UNARY.items():
        expected = partial(_formula_of, of, formula)
        for spelled in (f"torch.{name}", f"Tensor.{name}", f"Tensor.{name}_"):
            call = partial(_applied, spelled, of)
            yield Check(spelled, "values", partial(_check_values, call, expected))
        gradient = partial(_check_gradient, name, of, formula)
        yield Check(f"torch.{name}", "gradient", gradient)
    for name, (of_torch, of_numpy) in OTHERS.items():
        yield Check(name, "values", partial(_check_values, of_torch, of_numpy))
    yield Check("autograd.grad", "gradient of products of matrices", _check_gradient_of_products)


def _formula_of(of: str, formula: Formula, n: Numbers) -> Floats:
    return formula(getattr(n, of))


def _applied(spelled: str, of: str, n: Numbers) -> Tensor:
    owner, name = spelled.split(".")
    function: Callable[[Tensor], Tensor] = getattr(torch if owner == "torch" else Tensor, name)
    return function(getattr(n, of).clone())


def _check_values(call: Call, expected: Call) -> str:
    arrays = numbers()
    values = np.asarray(expected(arrays), dtype=np.float64)
    for dtype, tolerance in ((torch.float64, DOUBLE), (torch.float32, SINGLE)):
        tensors = Numbers(*(_tensor(array, dtype) for array in arrays))
        if reason := difference(call(tensors), values, tolerance):
            return f"{str(dtype).removeprefix('torch.')}: {reason}"
    return ""


def _tensor(array: Any, dtype: torch.dtype) -> Tensor:
    return torch.tensor(array, dtype=dtype if array.dtype == np.float64 else None)


STEP = 1e-4
"""Step of the numerical derivative, whose error is about a tenth of its square."""


def _check_gradient(name: str, of: str, formula: Formula) -> str:
    at: Floats = getattr(numbers(), of)
    slopes = (formula(at + STEP) - formula(at - STEP)) / (2 * STEP)
    output_gradient = normal_numbers(*at.shape, seed=2)
    with torch.enable_grad():
        leaf = torch.tensor(at, requires_grad=True)
        outputs = getattr(torch, name)(leaf)
        (gradient,) = torch.autograd.grad(outputs, leaf, torch.tensor(output_gradient))
    return difference(gradient, slopes * output_gradient, 1e-5)


def _check_gradient_of_products() -> str:
    n = numbers()
    output_gradient = normal_numbers(2, 3, 5, seed=2)
    expected = (
        np.einsum("kil,kjl->kij", output_gradient, n.matrix),
        np.einsum("kij,kil->kjl", n.x, output_gradient),
    )
    for multiply in (torch.bmm, torch.matmul):
        with torch.enable_grad():
            leaves = [torch.tensor(array, requires_grad=True) for array in (n.x, n.matrix)]
            gradients = torch.autograd.grad(
                multiply(*leaves), leaves, torch.tensor(output_gradient)
            )
        if reason := first_reason(*map(difference, gradients, expected)):
            return reason
    return ""
