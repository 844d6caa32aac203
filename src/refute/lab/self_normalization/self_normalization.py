"""Does a deep network keep its activations at mean 0 and variance 1?

Klambauer et al. (2017, Definition 1 and Theorem 1) speak of the mean and the variance of a
unit's activation across samples, and prove that SELU layers with suitable weights map means in
[-0.1, 0.1] and variances in [0.8, 1.5] into that same domain.  Here both are judged at once, by
how far the worse of them is out: a mean that stays at 0 while the variance vanishes, as with
ELU, is no self-normalization.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import log
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from refute.decision.samples import Sample, Values
from refute.lab.bench.data import Data, Digits
from refute.lab.bench.initializers import LECUN_NORMAL, Initializer
from refute.lab.bench.networks import Network
from refute.lab.bench.quantities import in_words
from refute.lab.bench.signals import DEEP, Signals
from refute.quantity import Experiment, Quantity, Record

MEAN_WITHIN = 0.1
VARIANCE_WITHIN = 1.25
"""Variances from 1/1.25 = 0.8 to 1.25: the lower end is the theorem's, the upper its mirror."""

DIGITS = Digits()

Over = Literal["each unit", "all units pooled"]
Layers = Literal["every layer", "the last layer"]


@dataclass(frozen=True)
class NormalizationError(Quantity):
    """How far means and variances of :class:`~refute.lab.bench.signals.Signals` are from 0 and 1.

    The worse of |mean| and |log variance|, each in units of its tolerance: 1 is just tolerated.

    Args:
        signals: the network, its inputs, and whether its dropout is active.
        over: whether a variance is that of "each unit" across samples, averaged over the units,
            or of "all units pooled", which also counts how units differ from one another.
        layers: the worst of "every layer", or "the last layer" alone.
    """

    signals: Signals
    over: Over = "each unit"
    layers: Layers = "every layer"

    @property
    def name(self) -> str:
        return f"{self.what}, {self.setting}"

    @property
    def what(self) -> str:
        return f"distance from mean 0 and variance 1 ({self.over}, {self.layers})"

    @property
    def setting(self) -> str:
        network = self.signals.network
        depth = "" if network.hidden != DEEP.hidden else "20 hidden layers of 100 "
        other = " (other seeds)" if self.signals.stream else ""
        return depth + in_words(self.signals.differences) + other

    def experiments(self) -> tuple[Signals, ...]:
        return (self.signals,)

    def sample(self, records: Callable[[Experiment], Record]) -> Sample:
        recorded = records(self.signals).samples
        depth = len(self.signals.network.hidden)
        variance = "variance" if self.over == "each unit" else "pooled variance"
        errors = [
            normalization_errors(
                recorded[f"mean at layer {layer}"].lower,
                recorded[f"{variance} at layer {layer}"].lower,
            )
            for layer in range(1 if self.layers == "every layer" else depth, depth + 1)
        ]
        return Sample.exactly(np.max(errors, axis=0))

    def on_streams(self, further: int) -> Self:
        return replace(self, signals=replace(self.signals, stream=self.signals.stream + further))


def normalization_errors(means: Values, variances: Values) -> NDArray[np.float64]:
    """The worse of |mean| and |log variance| of a layer, each in units of its tolerance."""
    with np.errstate(divide="ignore"):
        of_variance = np.abs(np.log(variances)) / log(VARIANCE_WITHIN)
    worse: NDArray[np.float64] = np.maximum(np.abs(means) / MEAN_WITHIN, of_variance)
    return worse


def normalization_error(
    *,
    depth: int = 20,
    width: int = 100,
    activation: str = "selu",
    weights: Initializer = LECUN_NORMAL,
    data: Data | None = DIGITS,
    dropping: bool = True,
    over: Over = "each unit",
    layers: Layers = "every layer",
    **settings: Any,
) -> NormalizationError:
    """How far a deep network, SELU with LeCun's weights, is from mean 0 and variance 1.

    ``data`` ``None`` draws as many standard normal inputs as there are units in a layer.
    Dropout, if there is any, is active unless ``dropping`` is false.  ``settings`` are fields of
    :class:`~refute.lab.bench.networks.Network`.
    """
    network = Network(
        inputs=width if data is None else data.features,
        hidden=(width,) * depth,
        activation=activation,
        weights=weights,
        **settings,
    )
    return NormalizationError(Signals(network, data, dropping=dropping), over, layers)
