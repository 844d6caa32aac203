"""Training with dropout that stays on afterwards."""

import torch
from torch import nn

from refute.lab.bench.networks import Network
from refute.lab.bench.small_networks import SmallNetwork, identical
from refute.lab.monte_carlo.training_alike import MonteCarloDropout, trained_weights

SPEC = SmallNetwork(Network(5, (16, 17), 3, dropout=0.5), seed=2)


def test_monte_carlo_dropout_drops_in_either_mode():
    ones, dropout = torch.ones(100), MonteCarloDropout(0.5)
    assert set(dropout.eval()(ones).tolist()) == {0.0, 2.0}
    assert set(dropout.train()(ones).tolist()) == {0.0, 2.0}


def test_weights_are_trained_and_depend_on_masks():
    plain = torch.cat([parameter.detach().flatten() for parameter in SPEC.build().parameters()])
    trained = trained_weights(SPEC, nn.Dropout)
    assert trained.shape == plain.shape
    assert not identical(trained, plain)
    assert identical(trained, trained_weights(SPEC, MonteCarloDropout))
    assert not identical(trained, trained_weights(SPEC, nn.Dropout, further=1))
