"""Alternatives to ReLU, gated linear units among them, trained in the same network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812 (its usual name)
from torch import Tensor, nn

from refute.decision.samples import Sample
from refute.experiment import Record, Replicates
from refute.lab.bench.activations import ActivationName, activation_module, activation_words
from refute.lab.bench.data import DIGITS, minibatches
from refute.lab.bench.device import TorchExperiment
from refute.lab.bench.initializers import HE_NORMAL
from refute.lab.bench.kinds import Count, Natural
from refute.lab.bench.learning import is_correct
from refute.lab.bench.optimizers import USUAL_OPTIMIZER
from refute.lab.bench.settings import named
from refute.quantity import Recorded

HIDDEN = (100, 100)
STEPS = 660


@dataclass(frozen=True)
class InReluPlace(TorchExperiment):
    """Train two hidden layers of 100 on digits for 15 epochs, with another activation than ReLU.

    "glu" multiplies one half of a layer's outputs by the sigmoid of the other half (Dauphin et al.
    2017, section 2; Shazeer 2020 uses it in Transformers), so the linear map before it has twice
    as many outputs.  "softmax" is taken over the units of a layer.  Minibatches of 32, SGD with
    momentum 0.9 and learning rate 0.01, He's weights (as in Dauphin et al.), biases 0.  Records
    "test accuracy".
    """

    activation: ActivationName = "relu"
    chunk: Count = 8
    stream: Natural = 0

    @property
    def setting(self) -> str:
        if self.activation == "glu":
            return "with GLU in layers of 200, which it halves"
        return f"with {activation_words(self.activation)} in layers of 100"

    def measure(self, replicates: Replicates) -> Record:
        samples = DIGITS.draw(replicates)
        layers = self._layers(replicates)
        optimizer = USUAL_OPTIMIZER.build([parameter for layer in layers for parameter in layer])
        activate = activation_module(self.activation)
        batches = minibatches(samples, 32, replicates)
        for _ in range(STEPS):
            x, y = next(batches)
            with torch.enable_grad():
                logits = _forward(layers, activate, x)
                # Summing the replicates' mean losses gives each replicate its own gradients.
                loss = F.cross_entropy(logits.flatten(0, 1), y.flatten(), reduction="sum") / 32
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            optimizer.step()
        images, labels = samples.take(samples.test)
        right = is_correct(_forward(layers, activate, images), labels).sum(1)
        return Record({"test accuracy": Sample.exactly(right.cpu().numpy(), DIGITS.test_count)})

    def _layers(self, replicates: Replicates) -> list[tuple[nn.Parameter, nn.Parameter]]:
        """Weights (R, fan_in, fan_out) and biases (R, 1, fan_out) of each layer."""
        width_factor = 2 if self.activation == "glu" else 1
        fan_ins = (DIGITS.features, *HIDDEN)
        fan_outs = (*(width_factor * units for units in HIDDEN), DIGITS.classes)
        generators = [replicates.generator(k, "weights") for k in replicates]
        layers = []
        for fan_in, fan_out in zip(fan_ins, fan_outs, strict=True):
            drawn = [torch.from_numpy(HE_NORMAL.draw(own, fan_in, fan_out)) for own in generators]
            weights = torch.stack(drawn).to(replicates.device)
            biases = weights.new_zeros(len(weights), 1, fan_out)
            layers.append((nn.Parameter(weights), nn.Parameter(biases)))
        return layers


def accuracy_in_relu_place(activation: str) -> Recorded:
    """Test accuracy of :class:`InReluPlace` with an activation, which may be ReLU itself."""
    return named(InReluPlace(activation), "test accuracy")


def _forward(
    layers: list[tuple[nn.Parameter, nn.Parameter]], activate: Callable[[Tensor], Tensor], x: Tensor
) -> Tensor:
    h = x
    for weights, biases in layers[:-1]:
        h = activate(torch.baddbmm(biases, h, weights))
    weights, biases = layers[-1]
    return torch.baddbmm(biases, h, weights)
