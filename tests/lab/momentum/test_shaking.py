"""The variance under gradient noise is that of a noisy training loop."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from refute.experiment import Replicates
from refute.lab.momentum.shaking import Shaking, shaken_variance


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_the_stationary_variance_is_that_of_a_noisy_training_loop(momentum: float) -> None:
    rate, chains = 0.3, 20_000
    noise = torch.Generator().manual_seed(0)
    parameter = torch.nn.Parameter(torch.zeros(chains, dtype=torch.float64))
    optimizer = torch.optim.SGD([parameter], lr=rate, momentum=momentum)
    for _ in range(300):
        pushed = torch.randn(chains, generator=noise, dtype=torch.float64)
        parameter.grad = parameter.detach() + pushed
        optimizer.step()
    expected = float(parameter.detach().var())
    assert shaken_variance(np.array([rate]), momentum)[0] == pytest.approx(expected, rel=0.05)


def test_arms_with_different_momenta_share_their_bowls() -> None:
    """Without momentum and with: the same replicates, whichever chunk they came in."""
    plain = Shaking(0.0).run(Replicates(0, 8)).samples["variance"].lower
    rates = 2 * plain / (1 + plain)  # variance r / (2 - r) at momentum 0
    heavy = Shaking(0.9).run(Replicates(0, 8)).samples["variance"].lower
    np.testing.assert_allclose(shaken_variance(rates, 0.9), heavy, rtol=1e-9)
