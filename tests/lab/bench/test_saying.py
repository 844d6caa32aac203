"""How drawn specifications describe themselves to a reader."""

from __future__ import annotations

import pytest

from refute.lab.activations.numbers import Block, Mirrored, Scores
from refute.lab.activations.units import Unit
from refute.lab.batch_normalization.biases import NormalizedLayer
from refute.lab.batch_normalization.statistics import TrainedNorm
from refute.lab.bench.saying import listed
from refute.lab.dropout.single_passes import DropoutPass
from refute.lab.momentum.bowls import Bowl
from refute.lab.momentum.turning import Turn
from refute.lab.monte_carlo.mc_function import Classifier
from refute.lab.sparsity.penalised_steps import PenalisedStep


def test_long_lists_are_cut_and_minus_zero_is_zero():
    assert listed([-0.0, -1.5, 1e-6]) == "0, −1.5, 1e−06"
    assert listed(range(7)) == "0, 1, 2, 3, 4 and 2 more"


@pytest.mark.parametrize(
    ("drawn", "words"),
    [
        (Unit("relu", -5.0, 0), "a unit whose largest pre-activation is −5"),
        (Block(1, 1, 0), "a layer of 1 unit, 1 sample"),
        (Block(2, 3, 0), "a layer of 3 units, 2 samples"),
        (Mirrored(-3.0, (0.0, 1.0)), "inputs around −3, at distances of 0, 1"),
        (Scores((-2.0, 1.0)), "scores −2, 1"),
        (Classifier(1, 2, 1, 0.1, 0), "1 feature and 2 classes, dropout 0.1, 1 sample"),
        (Bowl((1.0,), (0.01,)), "curvature 1, from 0.01"),
        (Bowl((1.0, 0.5), (-3.0, 2.0)), "curvatures 1, 0.5, from −3, 2"),
        (TrainedNorm(1, 8, 0.01, 0), "a layer of 1 unit, 8 samples"),
        (NormalizedLayer(1, 2, 8, 0.1, 0), "a layer of 2 units on 1 input, 8 samples"),
        (DropoutPass(64, 16, 0.1, 0), "a layer of 64 units, 16 samples, rate 0.1"),
        (
            PenalisedStep((8, 8, 2), 2, 0.001, 0.001, 0),
            "a network of 8-8-2 units, penalty 0.001, learning rate 0.001",
        ),
        (
            Turn(0.001, 50, 0.1),
            "a gradient of 0.001 for 50 steps, then of −0.001",
        ),
    ],
)
def test_a_specification_says_what_a_reader_needs(drawn, words):
    assert drawn.said == words
