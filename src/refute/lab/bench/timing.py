"""Work for timed claims: training steps, forward passes, single operations.

Every factory returns a :class:`refute.timing.Contender` that is named after its work.  Its buffers
exist before the clock starts, and it runs on one torch thread, because no claim is about how a
machine splits an operation among its cores.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

import torch
from torch import nn
from torch.nn import functional

from refute.lab.bench.activations import ActivationName, activation_module, activation_words
from refute.lab.bench.description import Description
from refute.lab.bench.kinds import Count, DropoutRate
from refute.timing import Contender

Mode = Literal["training", "evaluation"]

SEED = 0
"""Seed of the inputs; their values do not influence the time as long as they are ordinary."""


class Timed(Protocol):
    """A network that can be timed: it has a name and builds its torch module."""

    @property
    def name(self) -> str:
        """The network in words."""

    @property
    def inputs(self) -> int:
        """Number of input features."""

    @property
    def outputs(self) -> int:
        """Number of classes."""

    def module(self) -> nn.Module:
        """Build the torch module, which maps (batch, inputs) to (batch, outputs)."""


@dataclass(frozen=True)
class TimedStack(Description):
    """A dense stack of hidden layers with an activation and perhaps dropout and normalization.

    Args:
        widths: number of inputs, units of each hidden layer, number of outputs.
        activation: a key of :data:`refute.lab.bench.activations.ACTIVATIONS`.
        dropout: probability that dropout zeroes a hidden unit; ``None`` for no dropout module.
        after: which hidden layers dropout follows.
        normalized: whether batch normalization precedes each activation.
    """

    widths: tuple[Count, ...]
    activation: ActivationName = "relu"
    dropout: DropoutRate | None = None
    after: Literal["every layer", "the last"] = "every layer"
    normalized: bool = False

    @property
    def name(self) -> str:
        parts = "" if self.dropout is None else f" with dropout {self.dropout}"
        if self.dropout is not None and self.after == "the last":
            parts += " after the last hidden layer"
        parts += " with batch normalization" if self.normalized else ""
        return (
            f"{'-'.join(map(str, self.widths))} {activation_words(self.activation)} network{parts}"
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
            if self.dropout is not None and (self.after == "every layer" or at == len(hidden)):
                layers.append(nn.Dropout(self.dropout))
        return nn.Sequential(*layers, nn.Linear(self.widths[-2], self.widths[-1]))


def training_step(
    network: Timed, batch: int, optimizer: Literal["SGD", "Adam"] = "SGD"
) -> Contender:
    """One step of SGD with momentum 0.9, or of Adam, on the cross-entropy of one minibatch.

    The step is forward pass, backward pass and update; the minibatch is always the same.
    """
    module, features = module_and_inputs(network, batch)
    module.train()
    labels = torch.arange(batch) % network.outputs
    # At learning rate 0 the work is the same, but weights cannot drift into overflow or denormals,
    # whose time would be measured instead.
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
    """One forward pass without gradients, in training or evaluation mode."""
    module, features = module_and_inputs(network, batch)
    module.train(mode == "training")

    def run() -> None:
        with torch.no_grad():
            module(features)

    name = f"forward pass of {network.name} in {mode} mode, batch {batch}"
    return Contender(name, on_one_thread(run))


def prediction(network: Timed, batch: int) -> Contender:
    """One ordinary prediction: class probabilities in evaluation mode, without gradients."""
    module, features = module_and_inputs(network, batch)
    run = classification(module.eval(), features)
    return Contender(f"prediction of {network.name}, batch {batch}", run)


def classification(module: nn.Module, features: torch.Tensor) -> Callable[[], None]:
    """Return work that computes class probabilities in the module's own mode, without gradients."""

    def run() -> None:
        with torch.no_grad():
            module(features).softmax(-1)

    return on_one_thread(run)


def operation(activation: str, elements: int, *, backward: bool = True) -> Contender:
    """An activation on ``elements`` standard normal numbers, with its gradient if ``backward``.

    The gradient is taken with respect to the input and to the activation's parameters, if any.
    """
    generator = torch.Generator().manual_seed(SEED)
    module = activation_module(activation)
    inputs = torch.randn(elements, generator=generator, requires_grad=backward)
    output_gradient = torch.randn(elements, generator=generator)
    leaves = [inputs, *module.parameters()]

    def run() -> None:
        if backward:
            torch.autograd.grad(module(inputs), leaves, output_gradient)
        else:
            with torch.no_grad():
                module(inputs)

    passes = "forward and backward" if backward else "forward"
    return Contender(
        f"{activation_words(activation)} on {elements} elements, {passes}", on_one_thread(run)
    )


def module_and_inputs(network: Timed, batch: int) -> tuple[nn.Module, torch.Tensor]:
    """Return the network's module and a standard normal batch of shape (batch, inputs)."""
    generator = torch.Generator().manual_seed(SEED)
    return network.module(), torch.randn(batch, network.inputs, generator=generator)


def on_one_thread(run: Callable[[], None]) -> Callable[[], None]:
    """Return the same work on one torch thread; setting that costs a tenth of a microsecond."""

    def run_on_one_thread() -> None:
        torch.set_num_threads(1)
        run()

    return run_on_one_thread
