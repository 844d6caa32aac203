"""The share of zero activations is the dropout rate."""

from __future__ import annotations

import numpy as np

from refute.experiment import Replicates
from refute.lab.dropout.dropped_activations import DroppedActivations, zero_activations

REPLICATES = Replicates(0, 3)


def test_the_share_of_dropped_activations_is_the_rate_in_training_and_0_in_evaluation() -> None:
    zeros = DroppedActivations(0.3).run(REPLICATES).samples["zero activations"]
    np.testing.assert_allclose(zeros.lower / zeros.scale, 0.3, atol=0.05)
    evaluated = DroppedActivations(0.3, training=False).run(REPLICATES).samples
    assert (evaluated["zero activations"].lower == 0).all()


def test_the_name_says_mode_and_rate() -> None:
    assert zero_activations(rate=0.5).name == (
        "share of zero activations in training with dropout 0.5"
    )
