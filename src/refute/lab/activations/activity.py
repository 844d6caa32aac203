"""What the hidden units of a trained network do: dead ones, zeros among their outputs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from refute.decision.samples import Sample
from refute.lab.bench.activations import activation_module
from refute.lab.bench.networks import Network
from refute.lab.bench.quantities import in_words
from refute.lab.bench.training import Run, Training
from refute.quantity import Recorded

NEAR_ZERO = 1e-3
"""Outputs smaller than this count as near zero, the size at which small weights are counted."""


@dataclass(frozen=True)
class ActivityAfterTraining(Training):
    """A training that also records, over the hidden units:

    - "zero activations": share of the units' outputs on the test samples that are exactly 0;
    - "activations near zero": share of those outputs that are below 0.001 in absolute value;
    - "dead units": share of the units whose activation has a derivative of exactly 0 on every
      training sample, so that no gradient reaches their incoming weights.

    Of a network that diverged to NaN nothing is known: it may be any share.
    """

    def observe(self, run: Run) -> dict[str, Sample]:
        with torch.no_grad():
            on_test = run.net.signals(run.samples.take(run.samples.test)[0])
            on_train = run.net.signals(run.samples.take(run.samples.train)[0])
        outputs = torch.cat([h for _, h in on_test], 2)
        before = torch.cat([z for z, _ in on_train], 2)
        dead = (self._derivative(before) == 0).all(1).sum(1)
        each, units = outputs[0].numel(), outputs.shape[2]
        lost = _numbers(outputs.isnan().flatten(1).any(1)) > 0
        return {
            **super().observe(run),
            "zero activations": _known(_count(outputs == 0), lost, each),
            "activations near zero": _known(_count(outputs.abs() < NEAR_ZERO), lost, each),
            "dead units": _known(_numbers(dead), lost, units),
        }

    def _derivative(self, before: Tensor) -> Tensor:
        """The activation's derivative at each pre-activation, as back-propagation computes it."""
        module = activation_module(self.network.activation, self.network.slope)
        with torch.enable_grad():
            leaf = before.clone().requires_grad_()
            (gradient,) = torch.autograd.grad(module(leaf).sum(), leaf)
        return gradient


def after_training(what: str, network: Network, **settings: object) -> Recorded:
    """A sample of :class:`ActivityAfterTraining`: "dead units", "zero activations", ..."""
    training = ActivityAfterTraining(network=network, **settings)  # type: ignore[arg-type]
    return Recorded(training, what, f"{what} after training", in_words(training.differences))


def _known(counts: NDArray[np.int64], lost: NDArray[np.bool_], per: int) -> Sample:
    """Counts out of ``per``, or any such count of what was lost."""
    return Sample(np.where(lost, 0, counts), np.where(lost, per, counts), per)


def _count(which: Tensor) -> NDArray[np.int64]:
    return _numbers(which.flatten(1).sum(1))


def _numbers(counts: Tensor) -> NDArray[np.int64]:
    numbers: NDArray[np.int64] = counts.cpu().numpy().astype(np.int64)
    return numbers
