"""Alternatives to ReLU, gated linear units among them, trained in the same network."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from refute.decision.samples import Sample
from refute.experiment import Record, Replicates
from refute.lab.activations.stacked_layers import (
    Layers,
    drawn_layers,
    forward,
    total_cross_entropy,
    train,
)
from refute.lab.bench.activations import ActivationName, activation_module, activation_words
from refute.lab.bench.data import DIGITS, minibatches
from refute.lab.bench.device import TorchExperiment
from refute.lab.bench.initializers import HE_NORMAL
from refute.lab.bench.kinds import Count, Natural
from refute.lab.bench.learning import is_correct
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
        logits = partial(forward, layers, activation_module(self.activation))
        batches = minibatches(samples, 32, replicates)
        train(layers, batches, STEPS, lambda x, y: total_cross_entropy(logits(x), y))
        images, labels = samples.take(samples.test)
        right = is_correct(logits(images), labels).sum(1)
        return Record({"test accuracy": Sample.exactly(right.cpu().numpy(), DIGITS.test_count)})

    def _layers(self, replicates: Replicates) -> Layers:
        width_factor = 2 if self.activation == "glu" else 1
        fan_ins = (DIGITS.features, *HIDDEN)
        fan_outs = (*(width_factor * units for units in HIDDEN), DIGITS.classes)
        fans = zip(fan_ins, fan_outs, strict=True)
        return drawn_layers(replicates, [(HE_NORMAL, *both) for both in fans])


def accuracy_in_relu_place(activation: str) -> Recorded:
    """Test accuracy of :class:`InReluPlace` with an activation, which may be ReLU itself."""
    return named(InReluPlace(activation), "test accuracy")
