"""Does torch's alpha dropout keep the mean and variance of what it is put behind?

Klambauer et al. (2017, section "New dropout technique") set dropped units to SELU's lower limit
and rescale so that inputs of mean 0 and variance 1 keep both; what the layer does to other
inputs is measured here.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log

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

MEAN_WITHIN = 0.1
"""Standard deviations of the layer's input by which its mean may move."""

VARIANCE_WITHIN = 1.1
"""Factor by which the variance may change either way: what ``wording.preserved`` allows."""


@dataclass(frozen=True)
class AlphaDropoutShifts(TorchExperiment):
    """Send the test samples through untrained networks with alpha dropout on.

    At each alpha dropout layer, mean and variance over samples and units are compared before and
    after it.  Records "worst layer": the largest of |change of mean| / (0.1 standard deviations)
    and |log of the variances' ratio| / log 1.1, over the layers.  Series: the variances' ratio
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
        shifts = [self._shifts(replicates, k, x) for k, x in zip(replicates, inputs, strict=True)]
        moved, ratio = (
            np.array([[shift[at] for shift in layers] for layers in shifts]) for at in (0, 1)
        )
        worst = np.maximum(moved / MEAN_WITHIN, np.abs(np.log(ratio)) / log(VARIANCE_WITHIN))
        depth = np.arange(1.0, ratio.shape[1] + 1)
        series = Series(
            "variance after / before alpha dropout", "layers", "hidden layer", "ratio",
            depth, ratio, log_y=True,
        )  # fmt: skip
        return Record({"worst layer": Sample.exactly(worst.max(axis=1))}, (series,))

    def _shifts(
        self, replicates: Replicates, replicate: int, inputs: Tensor
    ) -> list[tuple[float, float]]:
        """By layer: how far the mean moved, in standard deviations, and the variances' ratio."""
        network = self.network.module(replicates, replicate).train()
        shifts = []
        signal = inputs
        with torch_seeded(int(replicates.generator(replicate, "masks").integers(2**63))):
            for layer in network:
                before, signal = signal, layer(signal)
                if isinstance(layer, nn.AlphaDropout):
                    shifts.append(shift(before, signal))
        return shifts


def shift(before: Tensor, after: Tensor) -> tuple[float, float]:
    """How far the mean moved, in standard deviations of ``before``, and the variances' ratio."""
    before, after = before.double(), after.double()
    moved = (after.mean() - before.mean()).abs() / before.std(correction=0)
    return float(moved), float(after.var(correction=0) / before.var(correction=0))


def alpha_dropout_shift(
    activation: str, *, data: Data, depth: int = 20, width: int = 100, rate: float = 0.1
) -> Recorded:
    """How much alpha dropout behind each hidden layer changes mean and variance, at worst."""
    network = Network(
        inputs=data.features,
        hidden=(width,) * depth,
        activation=activation,
        weights=LECUN_NORMAL,
        dropout=rate,
        dropout_kind="alpha",
    )
    what = "change of mean and variance by alpha dropout (worst layer)"
    return named(AlphaDropoutShifts(network, data), "worst layer", what)
