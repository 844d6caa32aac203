"""Work for timed claims: training steps, forward passes, single operations.

Every factory here makes a :class:`refute.timing.Contender` whose name says what it does, whose
buffers exist before the clock starts, and which runs on one torch thread: how a machine shares
an operation among its cores is no part of any claim.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

import torch
from torch import nn
from torch.nn import functional

from refute.lab.bench.activations import activation_module, activation_words
from refute.timing import Contender

Mode = Literal["training", "evaluation"]

SEED = 0
"""What is computed has no influence on how long it takes; the values only have to be ordinary."""


class Timed(Protocol):
    """A network as timing needs it: it names itself, and builds its torch module."""

    @property
    def name(self) -> str:
        """What the network is, in words."""

    @property
    def inputs(self) -> int:
        """Input features."""

    @property
    def outputs(self) -> int:
        """Classes."""

    def module(self) -> nn.Module:
        """The torch module, from (batch, inputs) to (batch, outputs)."""


@dataclass(frozen=True)
class TimedStack:
    """A dense stack: per hidden layer an activation, and dropout or normalization where asked for.

    Args:
        widths: inputs, units of each hidden layer, outputs.
        activation: a name in :data:`refute.lab.bench.activations.ACTIVATIONS`.
        dropout: probability that dropout zeroes a hidden unit; ``None`` for no such module.
        behind: which hidden layers dropout follows.
        normalized: whether batch normalization stands before each activation.
    """

    widths: tuple[int, ...]
    activation: str = "relu"
    dropout: float | None = None
    behind: Literal["every layer", "the last"] = "every layer"
    normalized: bool = False

    @property
    def name(self) -> str:
        behind = "" if self.dropout is None else f" with dropout {self.dropout}"
        if self.dropout is not None and self.behind == "the last":
            behind += " behind the last hidden layer"
        behind += " with batch normalization" if self.normalized else ""
        return (
            f"{'-'.join(map(str, self.widths))} {activation_words(self.activation)} network{behind}"
        )

    @property
    def inputs(self) -> int:
        return self.widths[0]

    @property
    def outputs(self) -> int:
        return self.widths[-1]

    def module(self) -> nn.Sequential:
        layers: list[nn.Module] = []
        hidden = list(zip(self.widths[:-2], self.widths[1:-1], strict=True))
        for at, (fan_in, units) in enumerate(hidden, 1):
            layers.append(nn.Linear(fan_in, units))
            if self.normalized:
                layers.append(nn.BatchNorm1d(units))
            layers.append(activation_module(self.activation))
            if self.dropout is not None and (self.behind == "every layer" or at == len(hidden)):
                layers.append(nn.Dropout(self.dropout))
        return nn.Sequential(*layers, nn.Linear(self.widths[-2], self.widths[-1]))


def training_step(
    network: Timed, batch: int, optimizer: Literal["SGD", "Adam"] = "SGD"
) -> Contender:
    """One step of SGD with momentum 0.9, or of Adam, on the cross-entropy of one batch.

    Forward, backward and update; the batch, of shape (batch, inputs), is always the same.
    """
    module, features = prepared(network, batch)
    module.train()
    labels = torch.arange(batch) % network.outputs
    # No learning rate at all: the work is the same, and no run can drift into overflow or
    # denormals, which would be timed instead of the network.
    parameters = list(module.parameters())
    descent: torch.optim.Optimizer
    if optimizer == "Adam":
        descent = torch.optim.Adam(parameters, lr=0.0)
    else:
        descent = torch.optim.SGD(parameters, lr=0.0, momentum=0.9)

    def step() -> None:
        descent.zero_grad()
        torch.autograd.backward(functional.cross_entropy(module(features), labels))
        descent.step()

    return Contender(f"training step of {network.name}, batch {batch}", on_one_thread(step))


def forward(network: Timed, batch: int, mode: Mode) -> Contender:
    """One forward pass without gradients, in training or in evaluation mode."""
    module, features = prepared(network, batch)
    module.train(mode == "training")

    def run() -> None:
        with torch.no_grad():
            module(features)

    name = f"forward pass of {network.name} in {mode} mode, batch {batch}"
    return Contender(name, on_one_thread(run))


def prediction(network: Timed, batch: int) -> Contender:
    """One ordinary prediction: class probabilities with dropout off, without gradients."""
    module, features = prepared(network, batch)
    run = classification(module.eval(), features)
    return Contender(f"prediction of {network.name}, batch {batch}", run)


def classification(module: nn.Module, features: torch.Tensor) -> Callable[[], None]:
    """The module's class probabilities of the features, in its own mode, without gradients."""

    def run() -> None:
        with torch.no_grad():
            module(features).softmax(-1)

    return on_one_thread(run)


def operation(activation: str, elements: int, *, backward: bool = True) -> Contender:
    """An activation on ``elements`` standard normal numbers, with its gradient unless told not.

    The gradient is taken with respect to the input and, where the activation has any, its
    parameters.
    """
    generator = torch.Generator().manual_seed(SEED)
    module = activation_module(activation)
    numbers = torch.randn(elements, generator=generator, requires_grad=backward)
    arrived = torch.randn(elements, generator=generator)
    wanted = [numbers, *module.parameters()]

    def run() -> None:
        if backward:
            torch.autograd.grad(module(numbers), wanted, arrived)
        else:
            with torch.no_grad():
                module(numbers)

    passes = "forward and backward" if backward else "forward"
    return Contender(
        f"{activation_words(activation)} on {elements} elements, {passes}", on_one_thread(run)
    )


def prepared(network: Timed, batch: int) -> tuple[nn.Module, torch.Tensor]:
    """The network's module and a standard normal batch of shape (batch, inputs)."""
    generator = torch.Generator().manual_seed(SEED)
    return network.module(), torch.randn(batch, network.inputs, generator=generator)


def on_one_thread(run: Callable[[], None]) -> Callable[[], None]:
    """The same work on one torch thread; saying so costs a tenth of a microsecond."""

    def alone() -> None:
        torch.set_num_threads(1)
        run()

    return alone
