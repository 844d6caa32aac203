"""The timed products are those that their names say."""

from __future__ import annotations

import pytest
import torch

from refute.lab.sparsity.timing import dense_product, sparse_product


@pytest.mark.parametrize("stored", ["zeros in place", "CSR", "rows taken out"])
def test_four_fifths_of_the_matrix_are_zero_or_removed(
    stored: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[torch.Tensor] = []
    multiply = torch.mm

    def noting(weights: torch.Tensor, batch: torch.Tensor) -> torch.Tensor:
        given.append(weights)
        return multiply(weights, batch)

    monkeypatch.setattr(torch, "mm", noting)
    contender = sparse_product(100, zeros=0.8, stored=stored)
    contender.run()
    (weights,) = given
    left = weights.to_dense().count_nonzero().item()
    assert left == 2000
    assert weights.shape == ((20, 100) if stored == "rows taken out" else (100, 100))
    assert contender.name == f"product, 100 x 100, 80% zero, {stored}"


def test_the_dense_product_has_no_zeros() -> None:
    assert dense_product(100).name == "dense product, 100 x 100"
