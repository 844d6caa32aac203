"""Mean and variance of a deep network's units by layer, before and after training.

Klambauer et al. (2017, Definition 1) define them for a unit's activation, across samples.  Both
are averaged over the units of a layer here.  The wording table has their bounds (``zero_mean``,
``unit_variance``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from refute.decision.samples import Sample
from refute.experiment import Record, Replicates, Series
from refute.lab.bench.data import DIGITS, Data
from refute.lab.bench.initializers import LECUN_NORMAL, Initializer
from refute.lab.bench.kinds import Positive
from refute.lab.bench.learning import learned, partly_known
from refute.lab.bench.networks import Network
from refute.lab.bench.random_numbers import standard_normal
from refute.lab.bench.signals import Signals, by_layer
from refute.lab.bench.stack.network import StackedNetwork
from refute.lab.bench.training import Training

Statistic = Literal["mean", "variance"]

SELU = Network(activation="selu", weights=LECUN_NORMAL)

SEEN = 500
"""Training images on which a trained network's layers are measured, as for untrained ones."""

ANYTHING = {"mean": (-np.inf, np.inf), "variance": (0.0, np.inf)}


@dataclass(frozen=True)
class ScaledSignals(Signals):
    """Signals of inputs multiplied by ``scale``, so that their variance is scale squared."""

    scale: Positive = 1.0

    @property
    def differences(self) -> list[str]:
        return [*super().differences, f"inputs of variance {self.scale**2:g}"]

    def _inputs(self, replicates: Replicates) -> Tensor:
        return super()._inputs(replicates) * self.scale


@dataclass(frozen=True)
class MomentsAfterTraining(Training):
    """A training that records the moments of its hidden layers at the end, with dropout off.

    Measured on ``SEEN`` training images, at each hidden layer l:

    - "mean at layer l": over images and units;
    - "variance at layer l": of a unit's output over images, averaged over units;
    - "drift of the variance": the factor by which training raised or lowered the variance, at the
      layer where it changed most;
    - "decades of the gradient": log10 of the norm of a random linear function's gradient at the
      first layer over that at the last;
    - "test accuracy".

    All but the accuracy are unknown for a network that was trained and did not learn.  Series: the
    standard deviation by layer, and the training loss.
    """

    accuracy_curve: ClassVar[bool] = False

    def measure(self, replicates: Replicates) -> Record:
        run = self.train(replicates)
        images, _ = run.samples.take(run.samples.train[:, :SEEN])
        means, variances = _moments(run.net, images)
        _, before = _moments(self.start(replicates), images)
        correct, tested = run.correct(), self.data.test_count
        able = learned(correct, tested) | (self.steps == 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            drift = np.exp(np.abs(np.log(variances / before)).max(axis=1))
        known = able & np.isfinite(drift)
        decades = _decades_of_gradient(run.net, images, replicates)
        samples = {
            "decades of the gradient": partly_known(
                able & np.isfinite(decades), decades, (-np.inf, np.inf)
            ),
            "test accuracy": Sample.exactly(correct, per=tested),
            "drift of the variance": partly_known(known, drift, (1.0, np.inf)),
        }
        for at in range(means.shape[1]):
            for statistic, values in (("mean", means), ("variance", variances)):
                at_layer = values[:, at].copy()
                samples[f"{statistic} at layer {at + 1}"] = partly_known(
                    able & np.isfinite(at_layer), at_layer, ANYTHING[statistic]
                )
        return Record(samples, (self._deviations(variances), run.loss_series()))

    def _deviations(self, variances: NDArray[np.float64]) -> Series:
        words = "standard deviation of a unit's output"
        x = np.arange(1.0, variances.shape[1] + 1)
        return Series(words, "layers", "hidden layer", words, x, np.sqrt(variances), log_y=True)


def _moments(
    net: StackedNetwork, images: Tensor
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean, and variance of a unit averaged over units: (R, layers) each."""
    with torch.no_grad():
        outputs = [h.double() for _, h in net.signals(images)]
    means = by_layer([h.mean((1, 2)) for h in outputs])
    return means, by_layer([h.var(1, correction=0).mean(1) for h in outputs])


def _decades_of_gradient(
    net: StackedNetwork, images: Tensor, replicates: Replicates
) -> NDArray[np.float64]:
    """log10 of the gradient's norm at the first hidden layer over that at the last, (R,)."""
    with torch.enable_grad():
        outputs = [h for _, h in net.signals(images)]
        cotangent = standard_normal(replicates, "cotangent", outputs[-1].shape[1:])
        first, last = torch.autograd.grad(outputs[-1], [outputs[0], outputs[-1]], cotangent)
    ratio = first.double().flatten(1).norm(dim=1) / last.double().flatten(1).norm(dim=1)
    decades: NDArray[np.float64] = ratio.log10().cpu().numpy()
    return decades


def untrained(
    *,
    depth: int = 20,
    width: int = 100,
    activation: str = "selu",
    weights: Initializer = LECUN_NORMAL,
    data: Data | None = DIGITS,
    dropping: bool = True,
    variance: float = 1.0,
    **settings: Any,
) -> Signals:
    """Signals of an untrained network, by default of SELU units with LeCun's weights.

    Args:
        depth: number of hidden layers.
        width: units of each.
        activation: of the hidden layers.
        weights: initializer of the weights.
        data: the inputs; ``None`` draws as many standard normal features as a layer has units.
        dropping: whether dropout, if the network has any, is active.
        variance: of every input feature.
        settings: fields of :class:`~refute.lab.bench.networks.Network`.
    """
    network = Network(
        inputs=width if data is None else data.features,
        hidden=(width,) * depth,
        activation=activation,
        weights=weights,
        **settings,
    )
    if variance != 1:
        return ScaledSignals(network, data, dropping=dropping, scale=variance**0.5)
    return Signals(network, data, dropping=dropping)


def trained(*, depth: int, network: Network = SELU, **settings: Any) -> MomentsAfterTraining:
    """A training of ``depth`` layers of 100 units, by default SELU with LeCun's weights.

    ``settings`` are fields of :class:`~refute.lab.bench.training.Training`; with ``steps=0`` the
    network stays as it starts.
    """
    return MomentsAfterTraining(network=replace(network, hidden=(100,) * depth), **settings)
