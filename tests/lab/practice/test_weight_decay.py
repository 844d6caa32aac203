"""Weight decay, written out, against torch's own optimizers."""

from dataclasses import replace

import pytest
import torch

from refute.lab.practice.weight_decay import STEPS, Regression, same_path

REGRESSION = Regression(features=3, rate=0.01, strength=0.5, seed=2)


def path_of(optimizer, **settings):
    """Weights after each step of one of torch's optimizers on the loss alone."""
    x, y, weights = REGRESSION._drawn()
    weights.requires_grad_()
    stepping = optimizer([weights], lr=REGRESSION.rate, **settings)
    path = []
    for _ in range(STEPS):
        (weights.grad,) = torch.autograd.grad((x @ weights - y).square().mean() / 2, weights)
        stepping.step()
        path.append(weights.detach().clone())
    return torch.stack(path)


def test_decay_beside_adam_is_adamw():
    expected = path_of(torch.optim.AdamW, weight_decay=REGRESSION.strength)
    assert same_path(REGRESSION.decayed("Adam"), expected)


@pytest.mark.parametrize(
    ("kind", "optimizer", "settings"),
    [
        ("plain SGD", torch.optim.SGD, {}),
        ("SGD with momentum", torch.optim.SGD, {"momentum": 0.9}),
        ("Adam", torch.optim.Adam, {}),
    ],
)
def test_a_penalty_is_what_torch_calls_weight_decay(kind, optimizer, settings):
    expected = path_of(optimizer, weight_decay=REGRESSION.strength, **settings)
    assert same_path(REGRESSION.penalised(kind), expected)


def test_the_first_step_of_sgd_with_momentum_is_that_of_plain_sgd():
    penalised = REGRESSION.penalised("SGD with momentum")
    assert same_path(penalised[:1], REGRESSION.decayed("plain SGD")[:1])
    assert not same_path(penalised, REGRESSION.decayed("SGD with momentum"))


def test_paths_depend_on_the_strength():
    stronger = replace(REGRESSION, strength=1.0)
    assert not same_path(stronger.decayed("plain SGD"), REGRESSION.decayed("plain SGD"))
