"""The lasso has exact zeros."""

from __future__ import annotations

from refute.experiment import Replicates
from refute.lab.sparsity.minimisers import LinearFit

REPLICATES = Replicates(0, 3)


def test_the_lasso_has_zeros_and_ridge_regression_none() -> None:
    lasso, ridge = (
        LinearFit(penalty).run(REPLICATES).samples["zero weights"] for penalty in ("lasso", "ridge")
    )
    assert (lasso.lower > 100).all()
    assert (ridge.lower == 0).all()
