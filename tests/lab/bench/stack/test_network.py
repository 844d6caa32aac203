"""A stacked replicate is the network trained alone, to round-off.

Formulas are compared in double precision, where nothing but a right one comes this close.  Of
float32 only that is asked which holds on every processor: the same loss.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import pytest
import torch
import torch.nn.functional as F  # noqa: N812 (its usual name)
from torch import nn

from refute.experiment import Replicates
from refute.lab.bench.data import Digits, Samples, minibatches
from refute.lab.bench.initializers import LECUN_NORMAL, FanInUniform
from refute.lab.bench.networks import Network, Skip, layer_outputs
from refute.lab.bench.optimizers import SGD, Adam, Optimizer
from refute.lab.bench.stack.masks import Drop, dropout_masks
from refute.lab.bench.stack.network import StackedNetwork, stack
from refute.lab.bench.stack.stepping import Penalty
from refute.lab.bench.training import Training

STEPS = 12
REPLICATES = Replicates(first=5, count=3, seed=11)


@dataclass(frozen=True)
class DoubleDigits(Digits):
    def draw(self, replicates: Replicates) -> Samples:
        samples = super().draw(replicates)
        return replace(samples, inputs=samples.inputs.double())


@dataclass(frozen=True)
class DoubleTraining(Training):
    """A training whose numbers all have 53 bits."""

    def start(self, replicates: Replicates) -> StackedNetwork:
        return stack(self.network, replicates, torch.float64)


class Replayed(nn.Module):
    """Dropout whose masks are given: what stands in the plain network for ``nn.Dropout``."""

    def __init__(self) -> None:
        super().__init__()
        self.drop: Drop | None = None

    def forward(self, h: torch.Tensor) -> torch.Tensor:
        if not self.training:
            return h
        assert self.drop is not None
        return self.drop(h[None])[0]


def trained_alone(training: Training, k: int) -> tuple[nn.Sequential, Samples]:
    """Replicate k as a user would train it: Sequential, torch.optim, one network."""
    alone = Replicates(first=k, count=1, seed=REPLICATES.seed)
    samples = training.data.draw(alone)
    net = training.network.module(alone, k, samples.inputs.dtype)
    for layers in (net, *(part for part in net if isinstance(part, Skip))):
        for at, module in enumerate(layers):
            if isinstance(module, nn.Dropout | nn.AlphaDropout):
                layers[at] = Replayed()
    replayed = [module for module in net.modules() if isinstance(module, Replayed)]
    optimizer = plain_optimizer(training.optimizer, net)
    batches = minibatches(samples, training.batch, alone)
    masks = dropout_masks(training.network, alone, training.batch)
    for _ in range(STEPS):
        x, y = next(batches)
        for module, drop in zip(replayed, next(masks) or (), strict=True):
            module.drop = drop
        loss = F.cross_entropy(net(x[0]), y[0]) + plain_penalty(training.penalty, net)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return net, samples


def plain_optimizer(description: Optimizer, net: nn.Sequential) -> torch.optim.Optimizer:
    if isinstance(description, Adam):
        return torch.optim.Adam(net.parameters(), lr=description.lr)
    return torch.optim.SGD(
        net.parameters(),
        lr=description.lr,
        momentum=description.momentum,
        nesterov=description.nesterov,
    )


def plain_penalty(penalty: Penalty | None, net: nn.Sequential) -> torch.Tensor:
    if penalty is None:
        return torch.zeros(())
    weights = [linear.weight for linear in linears_of(net)]
    return penalty.strength * sum(
        ((weight.abs() if penalty.norm == 1 else weight**2).sum() for weight in weights),
        torch.zeros(()),
    )


def assert_same(training: Training) -> None:
    settings = {field.name: getattr(training, field.name) for field in fields(Training)}
    settings |= {"data": DoubleDigits(), "steps": STEPS, "batch": 32}
    training = DoubleTraining(**settings)
    run = training.train(REPLICATES)
    for row, k in enumerate(REPLICATES):
        net, samples = trained_alone(training, k)
        linears = linears_of(net)
        started = linears_of(training.network.module(REPLICATES, k))
        for linear, weight, start in zip(linears, run.net.weights, started, strict=True):
            close(weight[row].T, linear.weight)
            assert (linear.weight - start.weight).abs().max() > 1e-4, "nothing was trained"
        net.eval()
        x, _ = samples.take(samples.test[0])
        close(run.net(x)[row], net(x))


def linears_of(net: nn.Sequential) -> list[nn.Linear]:
    return [module for module in net.modules() if isinstance(module, nn.Linear)]


def close(actual: torch.Tensor, expected: torch.Tensor) -> None:
    torch.testing.assert_close(actual, expected, rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize(
    "training",
    [
        Training(),
        Training(optimizer=SGD(nesterov=True)),
        Training(Network(hidden=(50,) * 8, activation="elu")),
        Training(Network(normalization="batch", dropout=0.2), optimizer=Adam()),
    ],
    ids=["usual", "nesterov", "deep elu", "norm, dropout and adam"],
)
def test_in_float32_the_loss_falls_as_it_does_alone(training: Training) -> None:
    """To a hundredth of its fall, which is 40 times what round-off did to it in 480 networks.

    Weights say less: Adam divides by a gradient's size, so that one which is nothing but round-off
    moves a weight by a whole step, in a direction that depends on the processor.  What has no
    gradient has no influence on the loss.
    """
    training = replace(training, steps=STEPS)
    run = training.train(REPLICATES)
    for row, k in enumerate(REPLICATES):
        net, samples = trained_alone(training, k)
        start = training.network.module(REPLICATES, k)
        x, y = samples.take(samples.train[0])
        with torch.no_grad():
            before, alone = (F.cross_entropy(module.eval()(x), y) for module in (start, net))
            stacked = F.cross_entropy(run.net(x)[row], y)
        assert alone < 0.7 * before, "nothing was learned"
        assert (stacked - alone).abs() < 0.01 * (before - alone)


@pytest.mark.parametrize(
    "activation",
    [
        "relu",
        "leaky relu",
        "elu",
        "selu",
        "tanh",
        "sigmoid",
        "gelu",
        "silu",
        "mish",
        "softplus",
        "prelu",
        "identity",
    ],
)
def test_every_activation_trains_as_alone(activation: str) -> None:
    assert_same(Training(Network(activation=activation, slope=0.2)))


@pytest.mark.parametrize(
    "settings",
    [
        {"dropout": 0.5},
        {"dropout": 0.1, "dropout_kind": "alpha", "activation": "selu"},
        {"normalization": "batch"},
        {"normalization": "batch after"},
        {"normalization": "batch after", "dropout": 0.2, "activation": "gelu"},
        {"normalization": "batch", "dropout": 0.2, "activation": "prelu"},
        {"hidden": ()},
        {"hidden": (20,) * 6, "weights": LECUN_NORMAL, "biases": FanInUniform()},
        {"biases": None},
        {"skip": True},
        {"skip": True, "hidden": (61, 61, 50, 50, 10), "activation": "elu", "dropout": 0.2},
        {"skip": True, "hidden": (61,), "normalization": "batch", "activation": "gelu"},
    ],
    ids=str,
)
def test_every_kind_of_network_trains_as_alone(settings: dict[str, object]) -> None:
    assert_same(Training(replace(Network(), **settings)))


@pytest.mark.parametrize(
    "optimizer",
    [SGD(0.05, 0.0), SGD(), SGD(nesterov=True), SGD(0.05, 0.99999), SGD(0.05, 0.5), Adam()],
    ids=repr,
)
def test_every_optimizer_trains_as_alone(optimizer: Optimizer) -> None:
    assert_same(Training(optimizer=optimizer))


@pytest.mark.parametrize("penalty", [Penalty(1, 1e-3), Penalty(2, 1e-2)], ids=repr)
@pytest.mark.parametrize("optimizer", [SGD(), SGD(0.05, 0.0), Adam()], ids=repr)
def test_a_penalty_is_the_gradient_of_its_term_in_the_loss(
    penalty: Penalty, optimizer: Optimizer
) -> None:
    assert_same(Training(optimizer=optimizer, penalty=penalty))


def test_replicates_differ_in_weights_split_order_and_masks() -> None:
    net = stack(Network(), REPLICATES)
    samples = Digits().draw(REPLICATES)
    x, _ = next(minibatches(samples, 32, REPLICATES))
    masks: Sequence[Drop] | None = next(dropout_masks(Network(dropout=0.5), REPLICATES, 32))
    assert masks is not None
    for tensor in (net.weights[0], samples.train, samples.test, x, masks[0].scale):
        assert not torch.equal(tensor[0], tensor[1])
        assert not torch.equal(tensor[1], tensor[2])


def test_eval_mode_uses_running_statistics_of_each_replicate() -> None:
    net = stack(Network(normalization="batch"), REPLICATES)
    x = torch.randn(3, 64, 61)
    first = net(x)
    net(x, training=True)
    assert not torch.allclose(net(x), first)
    torch.testing.assert_close(net(x)[:, :1], net(x[:, :1]))  # no dependence on the batch


def test_signals_of_layers_with_skips_are_what_leaves_each_layer() -> None:
    network = Network(hidden=(61, 40, 40), skip=True, dropout=0.5)
    net = stack(network, REPLICATES)
    x = torch.randn(10, 61)
    for row, k in enumerate(REPLICATES):
        *hidden, logits = layer_outputs(network.module(REPLICATES, k).eval(), x)
        for (_, h), alone in zip(net.signals(x), hidden, strict=True):
            torch.testing.assert_close(h[row], alone)
        torch.testing.assert_close(net(x)[row], logits)


def test_signals_are_what_the_forward_pass_computes() -> None:
    net = stack(Network(activation="tanh"), REPLICATES)
    x = torch.randn(10, 61)
    (z, h), (_, last) = net.signals(x)
    torch.testing.assert_close(torch.tanh(z), h)
    torch.testing.assert_close(torch.baddbmm(net.biases[-1], last, net.weights[-1]), net(x))
