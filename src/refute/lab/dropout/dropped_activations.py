"""How many activations of a layer dropout sets to zero."""

from __future__ import annotations

from dataclasses import dataclass

from refute.decision.samples import Sample
from refute.experiment import Record, Replicates
from refute.lab.bench.data import DIGITS
from refute.lab.bench.device import TorchExperiment
from refute.lab.bench.kinds import Count, DropoutRate, Natural
from refute.lab.bench.networks import Network
from refute.lab.bench.settings import named
from refute.lab.bench.stack.masks import dropout_masks
from refute.lab.bench.stack.network import stack
from refute.quantity import Recorded


@dataclass(frozen=True)
class DroppedActivations(TorchExperiment):
    """Count a hidden layer's zero activations in one forward pass of a minibatch of 32 digits.

    The activation is tanh, whose own outputs are not zero.  Records "zero activations".
    """

    rate: DropoutRate
    training: bool = True
    chunk: Count = 32
    stream: Natural = 0

    @property
    def setting(self) -> str:
        return f"with dropout {self.rate:g}"

    def measure(self, replicates: Replicates) -> Record:
        network, batch = Network(activation="tanh", dropout=self.rate), 32
        samples = DIGITS.draw(replicates)
        inputs, _ = samples.take(samples.train[:, :batch])
        masks = next(dropout_masks(network, replicates, batch)) if self.training else None
        _, activations = stack(network, replicates).signals(inputs, masks)[0]
        zeros = (activations == 0).sum((1, 2)).cpu().numpy()
        return Record({"zero activations": Sample.exactly(zeros, per=batch * network.hidden[0])})


def zero_activations(*, rate: float, training: bool = True) -> Recorded:
    """Share of a hidden layer's activations that are zero with dropout at ``rate``."""
    mode = "in training" if training else "in evaluation"
    dropped = DroppedActivations(rate, training)
    return named(dropped, "zero activations", "share of zero activations", by=mode)
