"""Retraining after pruning keeps the network sparse only if zeros are kept."""

from __future__ import annotations

import numpy as np

from refute.experiment import Replicates
from refute.lab.bench.initializers import HE_NORMAL, Sparse
from refute.lab.bench.networks import Network
from refute.lab.bench.training import Training
from refute.lab.sparsity.retraining import Retraining, accuracy_retrained

REPLICATES = Replicates(0, 3)


def test_retraining_starts_from_the_pruned_network_and_keeps_it_sparse() -> None:
    dense = Training(steps=30)
    start = Retraining(dense=dense, steps=0).run(REPLICATES).samples
    pruned = dense.run(REPLICATES).samples
    after = Retraining(dense=dense, steps=60).run(REPLICATES).samples
    np.testing.assert_array_equal(
        start["test accuracy"].lower, pruned["test accuracy, smallest 80% zeroed"].lower
    )
    zeros = pruned["zero weights, smallest 80% zeroed"].lower
    np.testing.assert_array_equal(after["zero weights"].lower, zeros)
    assert (after["test accuracy"].lower > start["test accuracy"].lower).all()


def test_zeros_fill_in_unless_they_are_kept() -> None:
    network = Network(activation="tanh", weights=Sparse(HE_NORMAL, density=0.1))
    free = Training(network, steps=30).run(REPLICATES).samples["zero weights"].lower
    kept = Training(network, steps=30, keep_zeros=True).run(REPLICATES).samples["zero weights"]
    assert (free == 0).all()
    np.testing.assert_allclose(kept.lower / network.weight_count, 0.9, atol=0.02)


def test_the_name_says_what_was_done() -> None:
    assert accuracy_retrained().name == (
        "test accuracy, smallest 80% zeroed, others retrained, in the usual setting"
    )
