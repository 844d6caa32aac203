"""Moments of convolutional SELU layers."""

import numpy as np
import pytest
import torch

from refute.experiment import Replicates
from refute.lab.bench.initializers import HE_NORMAL
from refute.lab.self_normalization.bounds import off_bounds_of_convolutions
from refute.lab.self_normalization.convolutions import ConvolutionalSignals, at_places

REPLICATES = Replicates(0, 2, seed=4)


def off(*arguments, **settings):
    quantity = off_bounds_of_convolutions(*arguments, **settings)
    record = quantity.experiment.run(REPLICATES)
    return np.median(quantity.sample(lambda _: record).lower)


def test_places_select_corners_and_middle():
    values = torch.arange(2 * 36.0).view(2, 6, 6)
    assert at_places(values, "everywhere") is values
    assert at_places(values, "at the corners")[0].tolist() == [[0, 5], [30, 35]]
    assert at_places(values, "in the middle")[0, 0].tolist() == [7, 8, 9, 10]
    small = values[:, :4, :4]
    assert torch.equal(at_places(small, "in the middle"), small)


def test_images_are_standardised_and_differ_between_replicates():
    signals = ConvolutionalSignals("none", depth=1, channels=8)
    variance = signals.run(REPLICATES).samples["variance at layer 1 everywhere"].lower
    assert variance == pytest.approx(1, abs=0.4)
    assert variance[0] != variance[1]


def test_zero_padding_lowers_variance_and_he_weights_raise_it():
    assert off("zeros", "at the corners") > 2
    assert off("none") < 1
    assert off("none", weights=HE_NORMAL) > 2
