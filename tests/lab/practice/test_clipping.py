"""Clipped gradients: what torch's functions leave of them."""

from dataclasses import replace

import pytest

from refute.lab.bench.initializers import GLOROT_NORMAL
from refute.lab.bench.networks import Network
from refute.lab.bench.small_networks import SmallNetwork
from refute.lab.practice.clipping import Clipped, vanished

DEEP = Network(inputs=20, hidden=(20,) * 8, outputs=10, activation="sigmoid", weights=GLOROT_NORMAL)
CLIPPED = Clipped(SmallNetwork(DEEP, seed=1), "norm", 1.0)


def test_clipping_by_norm_keeps_proportions():
    tightly = replace(CLIPPED, at=0.01)
    assert tightly.first_over_last() == pytest.approx(CLIPPED.first_over_last(), rel=1e-4)


def test_a_bound_below_every_gradient_makes_them_alike():
    """Their values are then one, and the norms only count weights: 400 over 200."""
    alike = replace(CLIPPED, by="value", at=1e-30)
    assert alike.first_over_last() == pytest.approx(2**0.5)


def test_gradients_vanish_with_depth():
    shallow = replace(DEEP, hidden=(20, 20))
    assert vanished(CLIPPED)
    assert not vanished(replace(CLIPPED, small=replace(CLIPPED.small, network=shallow)))
