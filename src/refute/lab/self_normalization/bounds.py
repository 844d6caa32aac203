"""How far the means and variances of a network's layers are from 0 and 1, as quantities.

A network normalizes itself if the means and variances of all its layers lie within the bounds of
Klambauer et al. (2017, Theorem 1): ``zero_mean`` and ``unit_variance`` of the wording table.
:class:`OffBounds` is the distance from these bounds in one number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from refute.decision.regions import Region
from refute.decision.samples import Sample
from refute.experiment import Experiment, Record, Series
from refute.lab.bench.description import Description
from refute.lab.bench.initializers import LECUN_NORMAL, Initializer
from refute.lab.bench.kinds import Count
from refute.lab.bench.learning import partly_known
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
from refute.quantity import Quantity, Recorded
from refute.wording import unit_variance, zero_mean

Layers = Literal["every layer", "the last layer"]


@dataclass(frozen=True)
class OfLayers(Description, Quantity):
    """One number from what an experiment records at every hidden layer.

    Args:
        experiment: records "mean at layer l" and "variance at layer l".
        given: the setting in words, to follow the name.
        depth: number of hidden layers.
        layers: which of them count: "every layer" or "the last layer".
        places: which units of a convolutional layer count.
    """

    experiment: Signals | MomentsAfterTraining | SkippingSignals | ConvolutionalSignals
    given: str
    depth: Count
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
        """A statistic of the layers that count, (R, layers), and whether it is known, (R,)."""
        recorded = records(self.experiment).samples
        first = 1 if self.layers == "every layer" else self.depth
        layers = range(first, self.depth + 1)
        places = f" {self.places}" if self.places else ""
        samples = [recorded[f"{statistic} at layer {layer}{places}"] for layer in layers]
        values = np.stack([sample.lower for sample in samples], axis=1)
        known: NDArray[np.bool_] = np.all(
            [sample.lower == sample.upper for sample in samples], axis=0
        )
        return values.astype(np.float64), known

    def series(self, records: Callable[[Experiment], Record]) -> tuple[Series, ...]:
        """The experiment's series, as an arm named after this quantity."""
        recorded = super().series(records)
        return tuple(replace(series, arm=self.name, setting=self.setting) for series in recorded)

    def on_streams(self, further: int) -> Self:
        moved = replace(self.experiment, stream=self.experiment.stream + further)
        return replace(self, experiment=moved)


@dataclass(frozen=True)
class Furthest(OfLayers):
    """A statistic at the layer where it is furthest from 0 (mean) or, in logs, 1 (variance)."""

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
        return partly_known(known, furthest, ANYTHING[self.statistic])


@dataclass(frozen=True)
class OffBounds(OfLayers):
    """How far a network is from normalizing itself: at most 1 if it does.

    The distance of a mean is its size over the bound on its side of 0; that of a variance is the
    same in logarithms, relative to 1.  The largest distance over all layers counts: 1 is at a bound
    of Theorem 1, 2 is twice as far.
    """

    @property
    def what(self) -> str:
        layer = "the last layer" if self.layers == "the last layer" else "the worst layer"
        places = f", {self.places}" if self.places else ""
        return f"distance from mean 0 and variance 1, in bounds, at {layer}{places}"

    def sample(self, records: Callable[[Experiment], Record]) -> Sample:
        means, known = self.by_layer("mean", records)
        variances, also_known = self.by_layer("variance", records)
        off = np.maximum(_off(means, zero_mean()), _off_in_logs(variances, unit_variance()))
        return partly_known(known & also_known, off.max(axis=1), (0.0, np.inf))


def _off(values: NDArray[np.float64], region: Region) -> NDArray[np.float64]:
    """Values over the bound, on their side of 0, of a region around 0."""
    assert region.low is not None
    assert region.high is not None
    low, high = float(region.low), float(region.high)
    off: NDArray[np.float64] = np.where(values > 0, values / high, values / low)
    return off


def _off_in_logs(values: NDArray[np.float64], region: Region) -> NDArray[np.float64]:
    """The same in logarithms, for positive values and a region around 1."""
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
    """A statistic of an untrained network at its worst layer; settings as in :func:`untrained`."""
    signals = untrained(**settings)
    return Furthest(signals, signals.setting, _depth(signals), layers, statistic=statistic)


def off_bounds(*, layers: Layers = "every layer", **settings: Any) -> OffBounds:
    """Distance of an untrained network from the bounds; settings as in :func:`untrained`."""
    signals = untrained(**settings)
    return OffBounds(signals, signals.setting, _depth(signals), layers)


def off_bounds_with_skips(topology: Topology) -> OffBounds:
    """Distance of an untrained network with skip connections from the bounds."""
    signals = SkippingSignals(topology)
    return OffBounds(signals, signals.setting, signals.depth)


def off_bounds_of_convolutions(
    padding: Literal["zeros", "none"],
    places: Places = "everywhere",
    *,
    weights: Initializer = LECUN_NORMAL,
) -> OffBounds:
    """Distance of an untrained convolutional network from the bounds, at some places."""
    signals = ConvolutionalSignals(padding, weights)
    return OffBounds(signals, signals.setting, signals.depth, places=places)


def after_training(
    statistic: Statistic, *, depth: int, network: Network = SELU, **settings: Any
) -> Furthest:
    """A statistic of a trained network at its worst layer; settings as in :func:`trained`."""
    training = trained(depth=depth, network=network, **settings)
    return Furthest(training, _given(training), depth, statistic=statistic)


def off_bounds_after_training(*, depth: int, network: Network = SELU, **settings: Any) -> OffBounds:
    """Distance of a trained network from the bounds; settings as in :func:`trained`."""
    training = trained(depth=depth, network=network, **settings)
    return OffBounds(training, _given(training), depth)


def drift_of_variance(*, depth: int, network: Network = SELU, **settings: Any) -> Recorded:
    """Factor by which training raises or lowers the variance; settings as in :func:`trained`."""
    training = trained(depth=depth, network=network, **settings)
    by = f"after {training.steps} steps"
    return named(training, "drift of the variance", "change of a unit's variance", by=by)


def decades_of_gradient_after_training(
    *, depth: int, network: Network = SELU, **settings: Any
) -> Recorded:
    """Orders of magnitude by which a trained network's gradient grows from last to first layer.

    Settings as in :func:`trained`.
    """
    training = trained(depth=depth, network=network, **settings)
    words, by = "gradient at the first layer over that at the last", f"after {training.steps} steps"
    return named(training, "decades of the gradient", words, by=by, unit="decades")


def accuracy_after_training(*, depth: int, network: Network = SELU, **settings: Any) -> Recorded:
    """Test accuracy of a trained network; settings as in :func:`trained`."""
    training = trained(depth=depth, network=network, **settings)
    return named(training, "test accuracy", by=f"after {training.steps} steps")


def _given(training: MomentsAfterTraining) -> str:
    return f"after {training.steps} steps {training.setting}"


def _depth(signals: Signals) -> int:
    return len(signals.network.hidden)
