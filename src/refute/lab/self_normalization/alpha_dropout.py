"""Does torch's alpha dropout keep the mean and variance of what it is put behind?

Klambauer et al. (2017, section "New dropout technique") set dropped units to SELU's lower limit
and rescale so that inputs of mean 0 and variance 1 keep both; what the layer does to other
inputs is measured here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from torch import Tensor, nn

from refute.decision.samples import Sample
from refute.lab.bench.data import Data
from refute.lab.bench.device import TorchExperiment
from refute.lab.bench.initializers import LECUN_NORMAL
from refute.lab.bench.networks import Network
from refute.lab.bench.settings import in_words, named
from refute.lab.bench.small_networks import torch_seeded
from refute.quantity import Record, Recorded, Replicates, Series


@dataclass(frozen=True)
class AlphaDropoutChanges(TorchExperiment):
    """Send the test samples through untrained networks with alpha dropout on.

    At each alpha dropout layer, the variance over samples and units is compared before and after
    it.  Records "variance after / before", at the layer where it changes most.  Series: the same
    by layer.
    """

    network: Network
    data: Data
    chunk: int = 8
    stream: int = 0

    @property
    def setting(self) -> str:
        return in_words(self.network.differences + self.data.differences)

    def measure(self, replicates: Replicates) -> Record:
        samples = self.data.draw(replicates)
        inputs, _ = samples.take(samples.test)
        ratios = np.array(
            [self._ratios(replicates, k, x) for k, x in zip(replicates, inputs, strict=True)]
        )
        worst = np.abs(np.log(ratios)).argmax(axis=1, keepdims=True)
        depth = np.arange(1.0, ratios.shape[1] + 1)
        series = Series(
            "variance after / before alpha dropout", "layers", "hidden layer", "ratio",
            depth, ratios, log_y=True,
        )  # fmt: skip
        change = Sample.exactly(np.take_along_axis(ratios, worst, axis=1)[:, 0])
        return Record({"variance after / before": change}, (series,))

    def _ratios(self, replicates: Replicates, replicate: int, inputs: Tensor) -> list[float]:
        """By layer: the variance after its dropout over the one before."""
        network = self.network.module(replicates, replicate).train()
        ratios = []
        signal = inputs
        with torch_seeded(int(replicates.generator(replicate, "masks").integers(2**63))):
            for layer in network:
                before, signal = signal, layer(signal)
                if isinstance(layer, nn.AlphaDropout):
                    ratios.append(change_of_variance(before, signal))
        return ratios


def change_of_variance(before: Tensor, after: Tensor) -> float:
    """The variance after over the variance before, over all elements."""
    return float(after.double().var(correction=0) / before.double().var(correction=0))


def alpha_dropout_change(
    activation: str, *, data: Data, depth: int = 20, width: int = 100, rate: float = 0.1
) -> Recorded:
    """By how much alpha dropout behind each hidden layer multiplies the variance, at worst."""
    network = Network(
        inputs=data.features,
        hidden=(width,) * depth,
        activation=activation,
        weights=LECUN_NORMAL,
        dropout=rate,
        dropout_kind="alpha",
    )
    what = "variance after / before alpha dropout (worst layer)"
    return named(AlphaDropoutChanges(network, data), "variance after / before", what)
