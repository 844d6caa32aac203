"""Which weights a step changes."""

import pytest

from refute.experiment import Replicates
from refute.lab.bench.networks import Network
from refute.lab.dropout.updated_weights import LastStep, changed_weights

SOME = Replicates(0, 3, seed=1)


def share(**settings):
    last = LastStep(**{"rate": 0.5, "batch": 1, "momentum": 0.0, "steps": 1, **settings})
    sample = last.run(SOME).samples["changed weights"]
    assert sample.per == Network().weight_count
    return sample.lower / sample.per


def test_a_single_example_changes_the_weights_between_active_units_that_are_kept():
    """About half of the units are active without dropout, a quarter with it."""
    assert share(rate=0.0).mean() == pytest.approx(0.35, abs=0.1)
    assert share().mean() == pytest.approx(0.15, abs=0.07)


def test_examples_of_a_minibatch_have_separate_masks_or_share_one():
    assert (share(batch=128) > 0.95).all()
    assert (share(batch=128, one_mask=True) < 0.6).all()


def test_momentum_moves_every_weight_that_ever_had_a_gradient():
    assert (share(batch=32, momentum=0.9, steps=10) > 0.99).all()


def test_the_quantity_names_its_setting():
    quantity = changed_weights(rate=0.5, batch=8, momentum=0, steps=1, one_mask=True)
    assert quantity.name == (
        "share of weights that a step changes with dropout 0.5, one mask for the whole minibatch, "
        "in batches of 8"
    )
