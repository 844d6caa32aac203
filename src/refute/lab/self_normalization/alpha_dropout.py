"""Do torch's alpha dropout and ordinary dropout keep the mean and variance of their inputs?

Klambauer et al. (2017, section "New dropout technique") set dropped units to SELU's lower limit
and rescale, so that inputs of mean 0 and variance 1 keep both.  Other inputs are measured here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from refute.decision.samples import Sample
from refute.experiment import Record, Replicates, Series
from refute.lab.bench.data import Data
from refute.lab.bench.device import TorchExperiment
from refute.lab.bench.initializers import LECUN_NORMAL
from refute.lab.bench.kinds import Count, Natural
from refute.lab.bench.networks import Network
from refute.lab.bench.settings import named, setting_of
from refute.lab.bench.small_networks import torch_seeded
from refute.quantity import Recorded


@dataclass(frozen=True)
class DropoutChanges(TorchExperiment):
    """Send the test samples through untrained networks with dropout on.

    Compares mean and variance, over samples and units, before and after each dropout layer.
    Records "variance after / before" and "mean after - before", each at the layer where the change
    is largest.  Series: the variances' ratio by layer.
    """

    network: Network
    data: Data
    chunk: Count = 8
    stream: Natural = 0

    @property
    def setting(self) -> str:
        return setting_of(self.network, self.data)

    def measure(self, replicates: Replicates) -> Record:
        drawn = self.data.draw(replicates)
        inputs, _ = drawn.take(drawn.test)
        changes = np.array(
            [self._changes(replicates, k, x) for k, x in zip(replicates, inputs, strict=True)]
        )
        ratios, shifts = changes[:, :, 0], changes[:, :, 1]
        depth = np.arange(1.0, ratios.shape[1] + 1)
        series = Series(
            f"variance after / before {self.kind}", "layers", "hidden layer", "ratio",
            depth, ratios, log_y=True,
        )  # fmt: skip
        samples = {
            "variance after / before": _at_its_largest(ratios, np.abs(np.log(ratios))),
            "mean after - before": _at_its_largest(shifts, np.abs(shifts)),
        }
        return Record(samples, (series,))

    @property
    def kind(self) -> str:
        """The kind of dropout, in words."""
        return "dropout" if self.network.dropout_kind == "standard" else "alpha dropout"

    def _changes(
        self, replicates: Replicates, replicate: int, inputs: Tensor
    ) -> list[tuple[float, float]]:
        """By dropout layer: the variance after it over that before, and the change of the mean."""
        network = self.network.module(replicates, replicate).train()
        changes = []
        signal = inputs
        with torch_seeded(int(replicates.generator(replicate, "masks").integers(2**63))):
            for layer in network:
                before, signal = signal, layer(signal)
                if isinstance(layer, nn.AlphaDropout | nn.Dropout):
                    shift = float(signal.double().mean() - before.double().mean())
                    changes.append((change_of_variance(before, signal), shift))
        return changes


def _at_its_largest(values: NDArray[np.float64], sizes: NDArray[np.float64]) -> Sample:
    """The values (R, layers) at each replicate's layer of largest size."""
    layers = sizes.argmax(axis=1, keepdims=True)
    return Sample.exactly(np.take_along_axis(values, layers, axis=1)[:, 0])


def change_of_variance(before: Tensor, after: Tensor) -> float:
    """Variance of ``after`` over that of ``before``, over all elements."""
    return float(after.double().var(correction=0) / before.double().var(correction=0))


def alpha_dropout_change(activation: str, **settings: Any) -> Recorded:
    """Factor by which dropout after a hidden layer multiplies the variance, at the worst layer."""
    changes = _dropout_changes(activation, **settings)
    label = f"variance after / before {changes.kind} (worst layer)"
    return named(changes, "variance after / before", label)


def alpha_dropout_shift(activation: str, **settings: Any) -> Recorded:
    """Distance by which dropout after a hidden layer shifts the mean, at the worst layer."""
    changes = _dropout_changes(activation, **settings)
    label = f"mean after less mean before {changes.kind} (worst layer)"
    return named(changes, "mean after - before", label)


def _dropout_changes(
    activation: str,
    *,
    data: Data,
    depth: int = 20,
    width: int = 100,
    rate: float = 0.1,
    kind: Literal["standard", "alpha"] = "alpha",
) -> DropoutChanges:
    network = Network(
        inputs=data.features,
        hidden=(width,) * depth,
        activation=activation,
        weights=LECUN_NORMAL,
        dropout=rate,
        dropout_kind=kind,
    )
    return DropoutChanges(network, data)
