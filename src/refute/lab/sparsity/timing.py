"""Products with mostly zero matrices, as work for timed claims."""

from __future__ import annotations

import warnings
from typing import Literal

import torch
from torch import Tensor

from refute.lab.bench.timing import SEED, on_one_thread
from refute.timing import Contender

BATCH = 32

Storage = Literal["zeros in place", "CSR", "rows taken out"]


def dense_product(units: int) -> Contender:
    """The product of a layer's dense square weight matrix with a batch of 32."""
    weights, batch = _drawn(units)
    return _product(f"dense product, {units} x {units}", weights, batch)


def sparse_product(units: int, *, zeros: float, stored: Storage) -> Contender:
    """The same product with a share of the weights zero, the smallest ones.

    Args:
        units: number of inputs and of outputs of the layer.
        zeros: share of the weights that are zero.
        stored: "zeros in place" multiplies a dense matrix, "CSR" torch's sparse one; "rows taken
            out" removes that share of the rows instead.
    """
    weights, batch = _drawn(units)
    if stored == "rows taken out":
        weights = weights[round(zeros * units) :]
    elif zeros:
        weights = weights * (weights.abs() > weights.abs().flatten().quantile(zeros))
    if stored == "CSR":
        weights = _csr(weights)
    return _product(f"product, {units} x {units}, {zeros:.0%} zero, {stored}", weights, batch)


def _product(name: str, weights: Tensor, batch: Tensor) -> Contender:
    def multiply() -> None:
        torch.mm(weights, batch)

    return Contender(name, on_one_thread(multiply))


def _drawn(units: int) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(SEED)
    weights = torch.randn(units, units, generator=generator)
    return weights, torch.randn(units, BATCH, generator=generator)


def _csr(weights: Tensor) -> Tensor:
    with warnings.catch_warnings():
        # torch warns that the format is in beta, but it has no other CSR format.
        warnings.filterwarnings("ignore", "Sparse CSR tensor support is in beta")
        return weights.to_sparse_csr()
