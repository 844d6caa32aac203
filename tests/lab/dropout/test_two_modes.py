"""The losses in both modes are those of one network, on the same minibatches."""

from __future__ import annotations

import numpy as np

from refute.experiment import Replicates
from refute.lab.bench.data import Digits
from refute.lab.bench.networks import Network
from refute.lab.dropout.two_modes import TwoModes, loss_on_over_off

FEW = Digits(train_count=96)


def test_without_dropout_both_losses_are_the_same() -> None:
    samples = TwoModes(Network(), FEW).run(Replicates(0, 2)).samples
    on, off = (samples[f"loss with dropout {mode}"].lower for mode in ("on", "off"))
    np.testing.assert_array_equal(on, off)


def test_nearly_every_unit_dropped_leaves_nothing_learned() -> None:
    samples = TwoModes(Network(dropout=0.95), FEW).run(Replicates(0, 2)).samples
    on, off = (samples[f"loss with dropout {mode}"].lower for mode in ("on", "off"))
    assert (on > off).all()


def test_the_quantity_names_itself() -> None:
    assert "dropout 0.5" in loss_on_over_off(dropout=0.5).name
