"""Equal weights in float32."""

import pytest
import torch
from torch import nn

from refute.lab.bench.networks import Network
from refute.lab.symmetry import roundoff
from refute.lab.symmetry.roundoff import MachineRun, spread_of_units, units_stay_together


@pytest.fixture
def last_bit(monkeypatch):
    """Networks start with the last bit of one weight changed: a processor need not round any."""
    build = Network.module

    def changed(network, *which):
        module = build(network, *which)
        with torch.no_grad():
            weight = module[0].weight
            weight[0, 0] = torch.nextafter(weight[0, 0], torch.tensor(torch.inf))
        return module

    monkeypatch.setattr(Network, "module", changed)


@pytest.mark.usefixtures("last_bit")
def test_round_off_grows_with_training_unless_it_is_averaged_away():
    early, late = (spread_of_units(MachineRun(37, epochs=epochs)) for epochs in (1, 15))
    averaged = spread_of_units(MachineRun(37, averaged=True, epochs=15))
    assert 0 < early < 1e-4 < late
    assert averaged < 1e-4


def test_a_run_is_reproducible():
    run = MachineRun(37, epochs=2)
    assert spread_of_units(run) == spread_of_units(run)


def test_units_that_are_still_copies_stay_together():
    assert units_stay_together(MachineRun(37, epochs=1))


def test_averaging_changes_only_differences_between_units():
    linears = [nn.Linear(3, 4), nn.Linear(4, 5), nn.Linear(5, 2)]
    for linear in linears:
        linear.weight.grad = torch.randn_like(linear.weight)
        linear.bias.grad = torch.randn_like(linear.bias)
    first, middle, last = (linear.weight.grad.clone() for linear in linears)
    bias = linears[-1].bias.grad.clone()
    roundoff._average_gradients(linears)
    torch.testing.assert_close(linears[0].weight.grad, first.mean(0).expand(4, 3))
    torch.testing.assert_close(linears[1].weight.grad, middle.mean().expand(5, 4))
    torch.testing.assert_close(linears[2].weight.grad, last.mean(1, keepdim=True).expand(2, 5))
    assert torch.equal(linears[2].bias.grad, bias)
