"""tanh plus a constant: the same network at the start, and its steps to a loss."""

import numpy as np
import pytest
import torch

from refute.experiment import Replicates
from refute.lab.activations import centring
from refute.lab.activations.centring import MovedTanh, steps_with_tanh
from refute.lab.bench.data import DIGITS

SOME = Replicates(0, 2, seed=6)


def logits(moved_by):
    experiment = MovedTanh(moved_by)
    samples = DIGITS.draw(SOME)
    with torch.no_grad():
        return experiment._logits(experiment._layers(SOME), samples.take(samples.test)[0])


def test_moved_networks_start_as_the_same_function():
    assert torch.allclose(logits(0.0), logits(1.0), atol=1e-4)


def test_moved_by_one_it_is_twice_a_sigmoid():
    z = torch.linspace(-3, 3, 7)
    assert torch.allclose(torch.tanh(z) + 1, 2 * torch.sigmoid(2 * z), atol=1e-6)


def test_all_networks_arrive_and_a_larger_rate_is_faster():
    slow, fast = (MovedTanh(0.0, rate).run(SOME).samples["arrival"].lower for rate in (0.3, 1.0))
    assert (fast < slow).all()
    assert (slow < centring.BUDGET).all()


def test_a_run_beyond_its_budget_is_capped(monkeypatch):
    monkeypatch.setattr(centring, "BUDGET", 8)
    arrival = MovedTanh(0.0, 0.1).run(SOME).samples["arrival"]
    assert np.isinf(arrival.upper).all()
    assert (arrival.lower == 8).all()


@pytest.mark.parametrize(
    ("quantity", "name"),
    [
        (
            steps_with_tanh(0.0, (0.1,)),
            "steps to training loss 0.3 with tanh, plain SGD and learning rate 0.1",
        ),
        (
            steps_with_tanh(1.0, (0.3, 1.0)),
            "steps to training loss 0.3 with tanh + 1, plain SGD and learning rate 0.3, or at 1 "
            "where that is less",
        ),
    ],
)
def test_they_name_themselves(quantity, name):
    assert quantity.name == name
