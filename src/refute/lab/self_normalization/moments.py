"""Mean and variance of a deep network's units, at the layer that is furthest from 0 and 1.

Klambauer et al. (2017, Definition 1) speak of the mean and the variance of a unit's activation
across samples.  Both are averaged over the units of a layer here; what they may be is in the
wording table (``zero_mean``, ``unit_variance``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from refute.decision.samples import Sample
from refute.lab.bench.data import Data, Digits
from refute.lab.bench.initializers import LECUN_NORMAL, Initializer
from refute.lab.bench.learning import learned, where
from refute.lab.bench.networks import Network
from refute.lab.bench.signals import Signals
from refute.lab.bench.training import Training
from refute.quantity import Experiment, Quantity, Record, Replicates, Series

Statistic = Literal["mean", "variance"]
Layers = Literal["every layer", "the last layer"]

DIGITS = Digits()

SEEN = 500
"""Training images on which a trained network's layers are measured, as many as untrained ones'."""

ANYTHING = {"mean": (-np.inf, np.inf), "variance": (0.0, np.inf)}


@dataclass(frozen=True)
class ScaledSignals(Signals):
    """Signals whose inputs are ``scale`` times as large: their variance is scale squared."""

    scale: float = 1.0

    @property
    def differences(self) -> list[str]:
        return [*super().differences, f"inputs of variance {self.scale**2:g}"]

    def _inputs(self, replicates: Replicates) -> Tensor:
        return super()._inputs(replicates) * self.scale


@dataclass(frozen=True)
class MomentsAfterTraining(Training):
    """A training that also records what leaves its hidden layers at the end, dropout off.

    Over ``SEEN`` training images, at each hidden layer l: "mean at layer l", over images and
    units, and "variance at layer l", of a unit's output over images, averaged over units.
    "learned" is 1 where the network learned, or was not trained at all.  Series: the standard
    deviation by layer.
    """

    def measure(self, replicates: Replicates) -> Record:
        run = self.train(replicates)
        images, _ = run.samples.take(run.samples.train[:, :SEEN])
        with torch.no_grad():
            outputs = [h.double() for _, h in run.net.signals(images)]
        means = _by_layer([h.mean((1, 2)) for h in outputs])
        variances = _by_layer([h.var(1, correction=0).mean(1) for h in outputs])
        able = learned(run.correct(), self.data.test_count) | (self.steps == 0)
        samples = {"learned": Sample.exactly(able.astype(np.int64))}
        for at in range(means.shape[1]):
            for statistic, values in (("mean", means), ("variance", variances)):
                of_layer = values[:, at].copy()
                samples[f"{statistic} at layer {at + 1}"] = where(
                    able & np.isfinite(of_layer), of_layer, ANYTHING[statistic]
                )
        return Record(samples, (self._deviations(variances), run.loss_series()))

    def _deviations(self, variances: NDArray[np.float64]) -> Series:
        words = "standard deviation of a unit's output"
        x = np.arange(1.0, variances.shape[1] + 1)
        return Series(words, "layers", "hidden layer", words, x, np.sqrt(variances), log_y=True)


def _by_layer(values: list[Tensor]) -> NDArray[np.float64]:
    """Values (R, layers) from one tensor (R,) per layer."""
    stacked: NDArray[np.float64] = torch.stack(values, 1).cpu().numpy()
    return stacked


@dataclass(frozen=True)
class Furthest(Quantity):
    """A statistic at the layer where it is furthest from 0 (means) or, in logs, 1 (variances).

    Args:
        experiment: records "mean at layer l" and "variance at layer l".
        statistic: which of the two.
        given: the setting in words, as they follow on the name.
        depth: hidden layers.
        layers: which of them count: "every layer", or "the last layer" alone.
    """

    experiment: Signals | MomentsAfterTraining
    statistic: Statistic
    given: str
    depth: int
    layers: Layers = "every layer"

    @property
    def name(self) -> str:
        return f"{self.what} {self.setting}"

    @property
    def what(self) -> str:
        words = {"mean": "mean output", "variance": "variance of a unit's output"}[self.statistic]
        from_where = {"mean": "0", "variance": "1"}[self.statistic]
        last = self.layers == "the last layer"
        return f"{words} at " + (
            "the last layer" if last else f"the layer furthest from {from_where}"
        )

    @property
    def setting(self) -> str:
        return self.given + (" (other seeds)" if self.experiment.stream else "")

    def experiments(self) -> tuple[Experiment, ...]:
        return (self.experiment,)

    def sample(self, records: Callable[[Experiment], Record]) -> Sample:
        recorded = records(self.experiment).samples
        first = 1 if self.layers == "every layer" else self.depth
        layers = range(first, self.depth + 1)
        each = [recorded[f"{self.statistic} at layer {layer}"] for layer in layers]
        values = np.stack([sample.lower for sample in each], axis=1)
        known = np.all([sample.lower == sample.upper for sample in each], axis=0)
        with np.errstate(divide="ignore"):
            off = np.abs(values if self.statistic == "mean" else np.log(values))
        furthest = values[np.arange(len(values)), off.argmax(axis=1)]
        return where(known, furthest, ANYTHING[self.statistic])

    def series(self, records: Callable[[Experiment], Record]) -> tuple[Series, ...]:
        """What the experiment left to plot, as this quantity's arm."""
        left = super().series(records)
        return tuple(replace(series, arm=self.name, setting=self.setting) for series in left)

    def on_streams(self, further: int) -> Self:
        moved = replace(self.experiment, stream=self.experiment.stream + further)
        return replace(self, experiment=moved)


def at_the_start(
    statistic: Statistic,
    *,
    depth: int = 20,
    width: int = 100,
    activation: str = "selu",
    weights: Initializer = LECUN_NORMAL,
    data: Data | None = DIGITS,
    dropping: bool = True,
    variance: float = 1.0,
    layers: Layers = "every layer",
    **settings: Any,
) -> Furthest:
    """A statistic of an untrained network, SELU with LeCun's weights unless said otherwise.

    ``data`` ``None`` draws as many standard normal inputs as there are units in a layer, and
    ``variance`` is that of every input.  Dropout, if there is any, is active unless ``dropping``
    is false.  ``settings`` are fields of :class:`~refute.lab.bench.networks.Network`.
    """
    network = Network(
        inputs=width if data is None else data.features,
        hidden=(width,) * depth,
        activation=activation,
        weights=weights,
        **settings,
    )
    signals = Signals(network, data, dropping=dropping)
    if variance != 1:
        signals = ScaledSignals(network, data, dropping=dropping, scale=variance**0.5)
    return Furthest(signals, statistic, signals.setting, depth, layers)


def after_training(statistic: Statistic, *, depth: int, **settings: Any) -> Furthest:
    """A statistic of a trained network of SELU layers of 100 units with LeCun's weights.

    ``settings`` are fields of :class:`~refute.lab.bench.training.Training`; no ``steps`` at all
    leave the network as it starts.  Nothing is known of a network that did not learn.
    """
    network = Network(hidden=(100,) * depth, activation="selu", weights=LECUN_NORMAL)
    training = MomentsAfterTraining(network=network, **settings)
    given = f"after {training.steps} steps {training.setting}"
    return Furthest(training, statistic, given, depth)
