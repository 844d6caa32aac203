"""The output layer over the inputs, against torch's own modules."""

import numpy as np
import pytest
import torch

from refute.experiment import Replicates
from refute.lab.bench.initializers import GLOROT_NORMAL
from refute.lab.bench.networks import Network
from refute.lab.initialization.output_layer import OutputScale, output_layer_over_inputs

LINEAR = Network(30, (20,), 10, activation="identity", weights=GLOROT_NORMAL)


def test_it_is_the_deviation_of_the_logits_over_that_of_the_inputs():
    replicates = Replicates(0, 2, 1)
    scale = OutputScale(LINEAR, input_std=0.5)
    measured = scale.run(replicates).samples["output / input"].lower
    x = scale._inputs(replicates)
    for k in replicates:
        with torch.no_grad():
            logits = LINEAR.module(replicates, k)(x[k])
        assert measured[k] == pytest.approx(float(logits.std(correction=0)) / 0.5, rel=1e-4)


def test_linear_layers_multiply_the_scale_by_a_ratio_of_their_fans():
    measured = OutputScale(LINEAR).run(Replicates(0, 16, 1)).samples["output / input"].lower
    assert np.sqrt(np.mean(measured**2)) == pytest.approx(np.sqrt(60 / 50 * 40 / 30), rel=0.1)


def test_the_quantity_names_the_network():
    assert output_layer_over_inputs(LINEAR, 0.1).name.startswith(
        "standard deviation at the output layer / of the inputs of a 30-20-10 network with"
    )
