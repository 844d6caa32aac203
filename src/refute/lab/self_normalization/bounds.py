"""How far mean and variance of a network's layers are from 0 and 1: quantities of moments.

A network normalizes itself where the means and variances of all its layers lie within the bounds
of Klambauer et al. (2017, Theorem 1): ``zero_mean`` and ``unit_variance`` of the wording table.
:class:`OffBounds` says in one number how far it is from that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from refute.decision.regions import Region
from refute.decision.samples import Sample
from refute.lab.bench.initializers import LECUN_NORMAL, Initializer
from refute.lab.bench.learning import where
from refute.lab.bench.networks import Network
from refute.lab.bench.settings import named
from refute.lab.bench.signals import Signals
from refute.lab.self_normalization.convolutions import ConvolutionalSignals, Places
from refute.lab.self_normalization.moments import (
    ANYTHING,
    SELU,
    MomentsAfterTraining,
    Statistic,
    trained,
    untrained,
)
from refute.lab.self_normalization.topologies import SkippingSignals, Topology
from refute.quantity import Experiment, Quantity, Record, Recorded, Series
from refute.wording import unit_variance, zero_mean

Layers = Literal["every layer", "the last layer"]


@dataclass(frozen=True)
class OfLayers(Quantity):
    """One number made of what an experiment records at every hidden layer.

    Args:
        experiment: records "mean at layer l" and "variance at layer l".
        given: the setting in words, as they follow on the name.
        depth: hidden layers.
        layers: which of them count: "every layer", or "the last layer" alone.
        places: of a convolutional layer's units those that count.
    """

    experiment: Signals | MomentsAfterTraining | SkippingSignals | ConvolutionalSignals
    given: str
    depth: int
    layers: Layers = "every layer"
    places: Places | None = None

    @property
    def name(self) -> str:
        return f"{self.what} {self.setting}"

    @property
    def setting(self) -> str:
        return self.given + (" (other seeds)" if self.experiment.stream else "")

    def experiments(self) -> tuple[Experiment, ...]:
        return (self.experiment,)

    def by_layer(
        self, statistic: Statistic, records: Callable[[Experiment], Record]
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """A statistic (R, layers that count), and of each replicate whether it is known (R,)."""
        recorded = records(self.experiment).samples
        first = 1 if self.layers == "every layer" else self.depth
        layers = range(first, self.depth + 1)
        there = f" {self.places}" if self.places else ""
        each = [recorded[f"{statistic} at layer {layer}{there}"] for layer in layers]
        values = np.stack([sample.lower for sample in each], axis=1)
        known: NDArray[np.bool_] = np.all([sample.lower == sample.upper for sample in each], axis=0)
        return values.astype(np.float64), known

    def series(self, records: Callable[[Experiment], Record]) -> tuple[Series, ...]:
        """What the experiment left to plot, as this quantity's arm."""
        left = super().series(records)
        return tuple(replace(series, arm=self.name, setting=self.setting) for series in left)

    def on_streams(self, further: int) -> Self:
        moved = replace(self.experiment, stream=self.experiment.stream + further)
        return replace(self, experiment=moved)


@dataclass(frozen=True)
class Furthest(OfLayers):
    """A statistic at the layer where it is furthest from 0 (means) or, in logs, 1 (variances)."""

    statistic: Statistic = "variance"

    @property
    def what(self) -> str:
        words = {"mean": "mean output", "variance": "variance of a unit's output"}[self.statistic]
        from_where = {"mean": "0", "variance": "1"}[self.statistic]
        last = self.layers == "the last layer"
        return f"{words} at " + (
            "the last layer" if last else f"the layer furthest from {from_where}"
        )

    def sample(self, records: Callable[[Experiment], Record]) -> Sample:
        values, known = self.by_layer(self.statistic, records)
        with np.errstate(divide="ignore"):
            off = np.abs(values if self.statistic == "mean" else np.log(values))
        furthest = values[np.arange(len(values)), off.argmax(axis=1)]
        return where(known, furthest, ANYTHING[self.statistic])


@dataclass(frozen=True)
class OffBounds(OfLayers):
    """How far a network is from normalizing itself: at most 1 where it does.

    Of the layer that is furthest off, the mean in tenths, or the variance as a power of the bound
    on its side of 1, whichever is more: 1 is at the bounds of Theorem 1, 2 twice as far.
    """

    @property
    def what(self) -> str:
        layer = "the last layer" if self.layers == "the last layer" else "the worst layer"
        there = f", {self.places}" if self.places else ""
        return f"distance from mean 0 and variance 1, in bounds, at {layer}{there}"

    def sample(self, records: Callable[[Experiment], Record]) -> Sample:
        means, known = self.by_layer("mean", records)
        variances, also_known = self.by_layer("variance", records)
        off = np.maximum(_off(means, zero_mean()), _off_in_logs(variances, unit_variance()))
        return where(known & also_known, off.max(axis=1), (0.0, np.inf))


def _off(values: NDArray[np.float64], region: Region) -> NDArray[np.float64]:
    """Values over the bound of a region around 0 on their side of it."""
    assert region.low is not None
    assert region.high is not None
    low, high = float(region.low), float(region.high)
    off: NDArray[np.float64] = np.where(values > 0, values / high, values / low)
    return off


def _off_in_logs(values: NDArray[np.float64], region: Region) -> NDArray[np.float64]:
    """The same of positive values and a region around 1, in logarithms."""
    assert region.low is not None
    assert region.high is not None
    with np.errstate(divide="ignore"):
        logs: NDArray[np.float64] = np.log(values)
    low, high = np.log(float(region.low)), np.log(float(region.high))
    off: NDArray[np.float64] = np.where(logs > 0, logs / high, logs / low)
    return off


def at_the_start(
    statistic: Statistic, *, layers: Layers = "every layer", **settings: Any
) -> Furthest:
    """A statistic of an untrained network at the layer furthest off; see :func:`untrained`."""
    signals = untrained(**settings)
    return Furthest(signals, signals.setting, _depth(signals), layers, statistic=statistic)


def off_bounds(*, layers: Layers = "every layer", **settings: Any) -> OffBounds:
    """How far an untrained network is from normalizing itself; see :func:`untrained`."""
    signals = untrained(**settings)
    return OffBounds(signals, signals.setting, _depth(signals), layers)


def off_bounds_with_skips(topology: Topology, depth: int = 20) -> OffBounds:
    """How far an untrained network with skip connections is from normalizing itself."""
    signals = SkippingSignals(topology, depth)
    return OffBounds(signals, signals.setting, depth)


def off_bounds_of_convolutions(
    padding: Literal["zeros", "none"],
    places: Places = "everywhere",
    *,
    weights: Initializer = LECUN_NORMAL,
) -> OffBounds:
    """How far an untrained convolutional network is from normalizing itself, at some places."""
    signals = ConvolutionalSignals(padding, weights)
    return OffBounds(signals, signals.setting, signals.depth, places=places)


def after_training(
    statistic: Statistic, *, depth: int, network: Network = SELU, **settings: Any
) -> Furthest:
    """A statistic of a trained network at the layer furthest off; see :func:`trained`."""
    training = trained(depth=depth, network=network, **settings)
    return Furthest(training, _given(training), depth, statistic=statistic)


def off_bounds_after_training(*, depth: int, network: Network = SELU, **settings: Any) -> OffBounds:
    """How far a trained network is from normalizing itself; see :func:`trained`."""
    training = trained(depth=depth, network=network, **settings)
    return OffBounds(training, _given(training), depth)


def drift_of_variance(*, depth: int, network: Network = SELU, **settings: Any) -> Recorded:
    """How many times larger or smaller training makes a layer's variance; see :func:`trained`."""
    training = trained(depth=depth, network=network, **settings)
    by = f"after {training.steps} steps"
    return named(training, "drift of the variance", "change of a unit's variance", by=by)


def decades_of_gradient_after_training(
    *, depth: int, network: Network = SELU, **settings: Any
) -> Recorded:
    """Orders of magnitude from the last layer's gradient to the first's; see :func:`trained`."""
    training = trained(depth=depth, network=network, **settings)
    words, by = "gradient at the first layer over that at the last", f"after {training.steps} steps"
    return named(training, "decades of the gradient", words, by=by, unit="decades")


def whether_learned(*, depth: int, network: Network = SELU, **settings: Any) -> Recorded:
    """1 where a network classifies half of the test samples right; see :func:`trained`."""
    training = trained(depth=depth, network=network, **settings)
    return named(training, "learned", "having learned", by=f"after {training.steps} steps")


def _given(training: MomentsAfterTraining) -> str:
    return f"after {training.steps} steps {training.setting}"


def _depth(signals: Signals) -> int:
    return len(signals.network.hidden)
