"""Binary classification with one output unit: its activation and its loss."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import torch
from torch import Tensor, nn

from refute.decision.samples import Sample
from refute.experiment import Record, Replicates
from refute.lab.activations.numbers import Number
from refute.lab.activations.stacked_layers import Layers, drawn_layers, forward, train
from refute.lab.bench.activations import activation_module
from refute.lab.bench.data import minibatches
from refute.lab.bench.device import TorchExperiment
from refute.lab.bench.initializers import GLOROT_NORMAL, HE_NORMAL
from refute.lab.bench.kinds import Count, Natural
from refute.lab.bench.settings import named
from refute.lab.bench.tasks import Patients
from refute.quantity import Recorded

TUMOURS = Patients("breast cancer")
HIDDEN, BATCH, STEPS = 30, 32, 140

Unit = Literal[
    "sigmoid, log loss",
    "tanh, squared error",
    "tanh, log loss",
    "half of 1 + tanh, log loss",
]


class _Output(NamedTuple):
    activation: Callable[[Tensor], Tensor]
    loss: Callable[[Tensor, Tensor], Tensor]
    boundary: float


@dataclass(frozen=True)
class BinaryOutput(TorchExperiment):
    """Train 30-30-1 networks to tell malignant tumours from benign ones, for 20 epochs.

    The hidden layer uses ReLU and He's weights, the output unit Glorot's; SGD has momentum 0.9 and
    learning rate 0.01.  Labels are 0 and 1 for the log loss, -1 and 1 for the squared error.
    Records "test accuracy": an output counts as the class whose label is nearer.
    """

    unit: Unit = "sigmoid, log loss"
    chunk: Count = 8
    stream: Natural = 0

    @property
    def setting(self) -> str:
        return f"with an output unit of {self.unit}"

    def measure(self, replicates: Replicates) -> Record:
        samples = TUMOURS.draw(replicates)
        fans = ((HE_NORMAL, TUMOURS.features, HIDDEN), (GLOROT_NORMAL, HIDDEN, 1))
        layers, output = drawn_layers(replicates, fans), _OUTPUTS[self.unit]

        def total_loss(x: Tensor, y: Tensor) -> Tensor:
            return output.loss(_outputs(output, layers, x), y.float()).sum() / BATCH

        train(layers, minibatches(samples, BATCH, replicates), STEPS, total_loss)
        x, y = samples.take(samples.test)
        right = ((_outputs(output, layers, x) > output.boundary) == (y == 1)).sum(1)
        return Record({"test accuracy": Sample.exactly(right.cpu().numpy(), TUMOURS.test_count)})


def accuracy_with_output(unit: Unit) -> Recorded:
    """Test accuracy of :class:`BinaryOutput` with an output unit and its loss."""
    return named(BinaryOutput(unit), "test accuracy")


def _outputs(output: _Output, layers: Layers, x: Tensor) -> Tensor:
    """Outputs of the output unit, shape (R, samples)."""
    return output.activation(forward(layers, torch.relu, x))[..., 0]


def _log_loss(outputs: Tensor, labels: Tensor) -> Tensor:
    return -torch.where(labels == 1, outputs, 1 - outputs).log()


def _squared_error(outputs: Tensor, labels: Tensor) -> Tensor:
    return (outputs - (2 * labels - 1)).square()


_OUTPUTS: dict[Unit, _Output] = {
    "sigmoid, log loss": _Output(torch.sigmoid, _log_loss, 0.5),
    "tanh, squared error": _Output(torch.tanh, _squared_error, 0.0),
    "tanh, log loss": _Output(torch.tanh, _log_loss, 0.5),
    "half of 1 + tanh, log loss": _Output(lambda z: (1 + torch.tanh(z)) / 2, _log_loss, 0.5),
}


def cross_entropy(activation: str, number: Number) -> float:
    """Torch's binary cross-entropy of an output unit, for a sample of the second class.

    Raises:
        RuntimeError: torch rejects the output, because it lies outside [0, 1].
    """
    with torch.no_grad():
        output = activation_module(activation)(number.tensor())
        return float(nn.BCELoss()(output, torch.ones_like(output)))
