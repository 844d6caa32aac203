"""Small networks trained in float64 with torch's own modules, before and after."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import torch
import torch.nn.functional as F  # noqa: N812 (its usual name)
from torch import Tensor, nn

from refute.lab.bench.description import Description
from refute.lab.bench.device import one_thread
from refute.lab.bench.gradients import gradient_of
from refute.lab.bench.initializers import Constant, Nudged
from refute.lab.bench.kinds import Count
from refute.lab.bench.networks import layer_outputs, linear_layers
from refute.lab.bench.optimizers import SGD, Adam, Optimizer
from refute.lab.bench.small_networks import SmallNetwork, torch_seeded
from refute.plurals import counted

PLAIN = SGD(momentum=0.0)


@dataclass(frozen=True, repr=False)
class SmallTraining(Description):
    """Full-batch training of a small network on its inputs, with targets drawn from its seed.

    Args:
        small: the network and its inputs.
        optimizer: a description of torch's optimizer.
        steps: number of steps.
        loss: cross-entropy with one class for each sample, or squared error.
        same_targets: with squared error, whether all outputs have the same targets.
    """

    small: SmallNetwork
    optimizer: Optimizer = PLAIN
    steps: Count = 1
    loss: Literal["cross entropy", "squared error"] = "cross entropy"
    same_targets: bool = False

    @property
    def said(self) -> str:
        return f"{self.small.said}, after {counted(self.steps, 'step')}"


@dataclass(frozen=True)
class Trained:
    """A network before and after training, layer by layer.

    Attributes:
        started: initial weights, shape (fan_out, fan_in + 1), with the bias in the last column.
        gradients: gradients of the first step, of the same shape.
        weights: final weights, of the same shape.
        activations: hidden activations on fresh inputs after training, shape (samples, units).
        outputs: outputs on the same inputs, shape (samples, outputs).
    """

    started: tuple[Tensor, ...]
    gradients: tuple[Tensor, ...]
    weights: tuple[Tensor, ...]
    activations: tuple[Tensor, ...]
    outputs: Tensor


def train(training: SmallTraining) -> Trained:
    """Build the network and train it.

    Raises:
        ArithmeticError: training diverged.
    """
    return _train(training, training.small.build(torch.float64))


def train_one_neuron_per_layer(training: SmallTraining) -> Trained:
    """Train the equivalent network in which one unit replaces each hidden layer of equal units.

    The outgoing weight of a unit that replaces n equal units is n times theirs, so both networks
    start as the same function.  A weight between layers of m and n equal units replaces the sum
    over m copies and receives the gradients of n, so m/n times the learning rate keeps the
    functions the same under SGD, with or without momentum.

    Raises:
        ValueError: weights are not equal, or the optimizer rescales gradients.
        ArithmeticError: training diverged.
    """
    network = training.small.network
    laws = [law.law if isinstance(law, Nudged) else law for law in network.initializers]
    if not all(isinstance(law, Constant) for law in laws) or isinstance(training.optimizer, Adam):
        raise ValueError(f"no single unit is equivalent to the layers of {training!r}")
    narrow = replace(network, hidden=(1,) * len(network.hidden), weights=tuple(laws))
    module = replace(training.small, network=narrow).build(torch.float64)
    copies = (1, *network.hidden, 1)
    for linear, units in zip(linear_layers(module), copies, strict=False):
        with torch.no_grad():
            linear.weight.mul_(units)
    rate = training.optimizer.lr
    rates = [(rate * m / n, rate / n) for m, n in pairwise(copies)]
    return _train(training, module, rates)


def _train(
    training: SmallTraining,
    module: nn.Sequential,
    rates: Sequence[tuple[float, float]] | None = None,
) -> Trained:
    """Train ``module``; ``rates`` are each layer's learning rates of weights and biases."""
    small, maps = training.small, linear_layers(module)
    optimizer = training.optimizer.build(
        _groups(maps, rates or [(training.optimizer.lr,) * 2] * len(maps))
    )
    inputs, loss_of = small.inputs(torch.float64), _loss(training)
    started = _joined((linear.weight, linear.bias) for linear in maps)
    gradients: tuple[Tensor, ...] = ()
    with one_thread(), torch_seeded(small.seed):
        for _ in range(training.steps):
            optimizer.zero_grad()
            torch.autograd.backward(loss_of(module(inputs)))
            gradients = gradients or _joined(
                (gradient_of(linear.weight), gradient_of(linear.bias)) for linear in maps
            )
            optimizer.step()
        with torch.no_grad():
            fresh = small.inputs(torch.float64, purpose="fresh inputs")
            *activations, outputs = layer_outputs(module.eval(), fresh)
    trained = _joined((linear.weight, linear.bias) for linear in maps)
    if not all(bool(tensor.isfinite().all()) for tensor in (*trained, outputs)):
        raise ArithmeticError(f"training diverged: {training!r}")
    return Trained(started, gradients, trained, tuple(activations), outputs)


def _groups(
    maps: Iterable[nn.Linear], rates: Iterable[tuple[float, float]]
) -> list[dict[str, object]]:
    """Parameter groups for an optimizer, each parameter with its own learning rate."""
    return [
        {"params": [parameter], "lr": rate}
        for linear, both in zip(maps, rates, strict=True)
        for parameter, rate in zip((linear.weight, linear.bias), both, strict=True)
    ]


def _loss(training: SmallTraining) -> Callable[[Tensor], Tensor]:
    small = training.small
    count, generator = small.network.outputs, small.generator("targets")
    if training.loss == "cross entropy":
        classes = torch.from_numpy(generator.integers(count, size=small.samples))
        return lambda outputs: F.cross_entropy(outputs, classes)
    targets = torch.from_numpy(generator.standard_normal((small.samples, count)))
    if training.same_targets:
        targets = targets[:, :1].expand(-1, count)
    return lambda outputs: F.mse_loss(outputs, targets)


def _joined(layers: Iterable[tuple[Tensor, Tensor]]) -> tuple[Tensor, ...]:
    """Copies of each layer's weights, with the bias as another column."""
    return tuple(
        torch.cat([weight.detach(), bias.detach()[:, None]], dim=1) for weight, bias in layers
    )
