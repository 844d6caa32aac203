"""Networks whose units start alike, and what training makes of them.

A :class:`SmallNetwork` is one line of code: widths, the law of its weights, its data, optimizer
and seed.  It is built and trained in float64 with torch's own optimizers, and then asked whether
the units of a layer are still copies of one another.  A layer of copies stays one because the
gradient treats units that are exchangeable alike (Goodfellow et al. 2016, 8.4).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from typing import Literal

import torch
import torch.nn.functional as F  # noqa: N812 (its usual name)
from torch import Tensor

from refute.lab.bench.device import one_thread

ROUND_OFF = 1e-9
"""Relative spread that float64 may add in a few steps; units closer than that count as equal."""

SAMPLES = 16
"""Samples in the one batch that a network trains on, and in the fresh one it is asked about."""

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": torch.relu,
    "leaky relu": F.leaky_relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
}

OPTIMIZERS: dict[str, Callable[..., torch.optim.Optimizer]] = {
    "sgd": torch.optim.SGD,
    "momentum": lambda groups, lr: torch.optim.SGD(groups, lr=lr, momentum=0.9),
    "adam": torch.optim.Adam,
}


@dataclass(frozen=True)
class EqualWeights:
    """One value for all weights of a layer: ``values`` has one for each layer.

    ``nudge`` is added to a single weight of the first unit of the first layer.
    """

    values: tuple[float, ...]
    nudge: float = 0.0

    def draw(self, layer: int, shape: tuple[int, int], generator: torch.Generator) -> Tensor:
        """The weights of a layer, of shape (fan_out, fan_in)."""
        weights = torch.full(shape, self.values[layer], dtype=torch.float64)
        if layer == 0:
            weights[0, 0] += self.nudge
        return weights


@dataclass(frozen=True)
class RandomWeights:
    """Weights drawn one by one from a law, in units of He's sqrt(2 / fan_in).

    Each is ``mean`` plus ``scale`` times a draw of mean 0 and variance 1.  "two values" is the
    law of a coin: -1 or 1.
    """

    law: Literal["normal", "uniform", "laplace", "two values"] = "normal"
    scale: float = 1.0
    mean: float = 0.0

    def draw(self, layer: int, shape: tuple[int, int], generator: torch.Generator) -> Tensor:
        """The weights of a layer, of shape (fan_out, fan_in)."""
        uniform = torch.rand(shape, generator=generator, dtype=torch.float64) - 0.5
        if self.law == "normal":
            standard = torch.randn(shape, generator=generator, dtype=torch.float64)
        elif self.law == "uniform":
            standard = sqrt(12) * uniform
        elif self.law == "laplace":
            standard = -uniform.sign() * torch.log1p(-2 * uniform.abs()) / sqrt(2)
        else:
            standard = uniform.sign()
        return sqrt(2 / shape[1]) * (self.mean + self.scale * standard)


@dataclass(frozen=True)
class SmallNetwork:
    """A dense network with the few samples that it trains on.

    Args:
        widths: units of each layer: inputs, hidden layers, outputs.
        weights: how the weights are filled.
        seed: fixes inputs, targets, random weights and dropout masks.
        activation: of the hidden layers, a key of ``ACTIVATIONS``.
        bias: the common starting value of every bias.
        loss: cross entropy with one class per sample, or squared error.
        same_targets: with squared error, whether all outputs are to fit the same numbers.
        optimizer: a key of ``OPTIMIZERS``.
        learning_rate: the optimizer's.
        steps: full-batch steps to train.
        dropout: rate of dropout on the hidden layers while training.
    """

    widths: tuple[int, ...]
    weights: EqualWeights | RandomWeights
    seed: int
    activation: str = "tanh"
    bias: float = 0.0
    loss: Literal["cross entropy", "squared error"] = "cross entropy"
    same_targets: bool = False
    optimizer: str = "sgd"
    learning_rate: float = 0.01
    steps: int = 1
    dropout: float = 0.0


@dataclass(frozen=True)
class Trained:
    """A network before and after training, per layer.

    Weights and gradients have shape (fan_out, fan_in + 1), the bias in the last column;
    activations and outputs, on fresh samples, have shape (samples, units).
    """

    started: tuple[Tensor, ...]
    gradients: tuple[Tensor, ...]
    weights: tuple[Tensor, ...]
    activations: tuple[Tensor, ...]
    outputs: Tensor


def train(network: SmallNetwork) -> Trained:
    """Build a network and train it for its steps.

    Raises:
        ArithmeticError: training diverged, so that nothing can be said.
    """
    return _train(network, *_parameters(network))


def train_one_neuron_per_layer(network: SmallNetwork) -> Trained:
    """Train the network of one unit per hidden layer that stands for a layer of n equal units.

    The unit's outgoing weight is n times theirs: so it starts as the same function.  A weight
    between layers of m and n equal units stands for the sum over m copies and receives the
    gradient of n, so a learning rate m/n times theirs keeps it the same function (``sgd`` and
    ``momentum``).

    Raises:
        ValueError: the weights are no equal ones, or the optimizer rescales gradients.
        ArithmeticError: training diverged.
    """
    if not isinstance(network.weights, EqualWeights) or network.optimizer == "adam":
        raise ValueError(f"no single unit stands for the layers of {network!r}")
    copies = (1, *network.widths[1:-1], 1)
    shapes = pairwise((network.widths[0], *[1] * (len(network.widths) - 2), network.widths[-1]))
    weights = [
        torch.full((fan_out, fan_in), value * m, dtype=torch.float64)
        for (fan_in, fan_out), value, m in zip(shapes, network.weights.values, copies, strict=False)
    ]
    biases = [torch.full((len(one),), network.bias, dtype=torch.float64) for one in weights]
    of_weights = [network.learning_rate * m / n for m, n in pairwise(copies)]
    of_biases = [network.learning_rate / n for n in copies[1:]]
    return _train(network, weights, biases, of_weights, of_biases)


def units_identical(trained: Trained, *, within: float = ROUND_OFF) -> bool:
    """Whether the units of every hidden layer are copies of one another, up to round-off.

    They are when incoming weights and bias, outgoing weights, and activations agree.
    """
    incoming = trained.weights[:-1]
    outgoing = [weights[:, :-1].T for weights in trained.weights[1:]]
    activations = [one.T for one in trained.activations]
    return all(spread(one) <= within for one in (*incoming, *outgoing, *activations))


def outputs_identical(trained: Trained) -> bool:
    """Whether the units of the output layer are copies of one another, up to round-off."""
    return spread(trained.weights[-1]) <= ROUND_OFF and spread(trained.outputs.T) <= ROUND_OFF


def units_told_apart(trained: Trained) -> bool:
    """Whether no two units of a hidden layer are alike: in weights, first gradient, or at the end.

    Units that start apart and receive different gradients learn different things.
    """
    layers = (*trained.started[:-1], *trained.gradients[:-1], *trained.weights[:-1])
    return all(smallest_distance(one) > ROUND_OFF for one in layers)


def every_layer_moved(trained: Trained) -> bool:
    """Whether training changed anything in each layer."""
    return all(
        not torch.equal(before, after)
        for before, after in zip(trained.started, trained.weights, strict=True)
    )


def outputs_agree(one: Trained, other: Trained, *, within: float = 1e-6) -> bool:
    """Whether two networks compute the same outputs for the fresh samples, relative to those."""
    largest = max(float(one.outputs.abs().max()), float(other.outputs.abs().max()))
    return float((one.outputs - other.outputs).abs().max()) <= within * largest


def spread(rows: Tensor) -> float:
    """The largest difference between two rows in one column, relative to the largest entry."""
    largest = float(rows.abs().max())
    return float((rows.amax(0) - rows.amin(0)).max()) / largest if largest else 0.0


def smallest_distance(rows: Tensor) -> float:
    """The largest entry by which the two closest rows differ, relative to the largest entry."""
    apart = (rows[:, None] - rows[None]).abs().amax(-1)
    apart.fill_diagonal_(torch.inf)
    largest = float(rows.abs().max())
    return float(apart.min()) / largest if largest else 0.0


def _parameters(network: SmallNetwork) -> tuple[list[Tensor], list[Tensor]]:
    generator = torch.Generator().manual_seed(network.seed)
    weights = [
        network.weights.draw(layer, (fan_out, fan_in), generator)
        for layer, (fan_in, fan_out) in enumerate(pairwise(network.widths))
    ]
    biases = [torch.full((len(one),), network.bias, dtype=torch.float64) for one in weights]
    return weights, biases


def _train(
    network: SmallNetwork,
    weights: Sequence[Tensor],
    biases: Sequence[Tensor],
    rates_of_weights: Iterable[float] | None = None,
    rates_of_biases: Iterable[float] | None = None,
) -> Trained:
    parameters = [one.requires_grad_() for one in (*weights, *biases)]
    rates = [
        *(rates_of_weights or [network.learning_rate] * len(weights)),
        *(rates_of_biases or [network.learning_rate] * len(biases)),
    ]
    groups = [{"params": [one], "lr": rate} for one, rate in zip(parameters, rates, strict=True)]
    optimizer = OPTIMIZERS[network.optimizer](groups, lr=network.learning_rate)
    # Weights are drawn from the seed itself; everything else from the next one.
    generator = torch.Generator().manual_seed(network.seed + 1)
    inputs = _normal((SAMPLES, network.widths[0]), generator)
    loss_of = _loss(network, generator)
    started = _joined(weights, biases)
    gradients: tuple[Tensor, ...] = ()
    with one_thread():
        for step in range(max(network.steps, 1)):
            optimizer.zero_grad()
            *_, outputs = _forward(network, weights, biases, inputs, generator)
            loss_of(outputs).backward()  # type: ignore[no-untyped-call]
            if step == 0:
                gradients = _joined(
                    *[[_gradient(one) for one in ones] for ones in (weights, biases)]
                )
            if network.steps:
                optimizer.step()
        with torch.no_grad():
            fresh = _normal((SAMPLES, network.widths[0]), generator)
            *activations, outputs = _forward(network, weights, biases, fresh, None)
    trained = _joined(weights, biases)
    if not all(bool(one.isfinite().all()) for one in (*trained, outputs)):
        raise ArithmeticError(f"training diverged: {network!r}")
    return Trained(started, gradients, trained, tuple(activations), outputs)


def _forward(
    network: SmallNetwork,
    weights: Sequence[Tensor],
    biases: Sequence[Tensor],
    inputs: Tensor,
    masks: torch.Generator | None,
) -> list[Tensor]:
    """Hidden activations, then outputs; with ``masks``, dropout is active."""
    layers = [inputs]
    for weight, bias in zip(weights[:-1], biases[:-1], strict=True):
        hidden = ACTIVATIONS[network.activation](F.linear(layers[-1], weight, bias))
        if network.dropout and masks is not None:
            kept = torch.rand(hidden.shape, generator=masks) >= network.dropout
            hidden = hidden * kept / (1 - network.dropout)
        layers.append(hidden)
    return [*layers[1:], F.linear(layers[-1], weights[-1], biases[-1])]


def _loss(network: SmallNetwork, generator: torch.Generator) -> Callable[[Tensor], Tensor]:
    outputs = network.widths[-1]
    if network.loss == "cross entropy":
        classes = torch.randint(outputs, (SAMPLES,), generator=generator)
        return lambda found: F.cross_entropy(found, classes)
    targets = _normal((SAMPLES, outputs), generator)
    if network.same_targets:
        targets = targets[:, :1].expand(-1, outputs)
    return lambda found: F.mse_loss(found, targets)


def _normal(shape: tuple[int, int], generator: torch.Generator) -> Tensor:
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def _gradient(parameter: Tensor) -> Tensor:
    assert parameter.grad is not None
    return parameter.grad


def _joined(weights: Sequence[Tensor], biases: Sequence[Tensor]) -> tuple[Tensor, ...]:
    """Weights with their bias as one more column, cut loose from what happens to them later."""
    return tuple(
        torch.cat([weight.detach(), bias.detach()[:, None]], dim=1)
        for weight, bias in zip(weights, biases, strict=True)
    )
