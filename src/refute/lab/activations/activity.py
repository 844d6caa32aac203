"""What the hidden units of a trained network put out: zeros, and what is nearly zero."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from refute.decision.samples import Sample
from refute.lab.bench.learning import where
from refute.lab.bench.networks import Network
from refute.lab.bench.settings import named
from refute.lab.bench.trained import TrainedStack
from refute.lab.bench.training import Training
from refute.quantity import Recorded, Replicates

NEAR_ZERO = 1e-3
"""Outputs smaller than this count as near zero, the size at which small weights are counted."""


@dataclass(frozen=True)
class ActivityAfterTraining(Training):
    """A training that also records, over the hidden units:

    - "zero activations": share of the units' outputs on the test samples that are exactly 0;
    - "activations near zero": share of those outputs that are below 0.001 in absolute value;
    - "distance of mean outputs from 0": a unit's mean output over the test samples, in absolute
      value and averaged over the units.

    Nothing is known of a network that diverged to NaN: each share may be anything, and the
    distance anything from 0.
    """

    def observe(self, run: TrainedStack, replicates: Replicates) -> dict[str, Sample]:
        with torch.no_grad():
            on_test = run.net.signals(run.samples.take(run.samples.test)[0])
        outputs = torch.cat([h for _, h in on_test], 2)
        each = outputs[0].numel()
        known = ~outputs.isnan().flatten(1).any(1).cpu().numpy()
        return {
            **super().observe(run, replicates),
            "zero activations": where(known, _count(outputs == 0), (0, each), each),
            "activations near zero": where(
                known, _count(outputs.abs() < NEAR_ZERO), (0, each), each
            ),
            "distance of mean outputs from 0": where(
                known, outputs.double().mean(1).abs().mean(1).cpu().numpy(), (0, np.inf)
            ),
        }


def after_training(what: str, network: Network, **settings: object) -> Recorded:
    """A sample of :class:`ActivityAfterTraining`: "zero activations", ..."""
    training = ActivityAfterTraining(network=network, **settings)  # type: ignore[arg-type]
    when = "after training" if training.steps else "before training"
    return named(training, what, f"{what} {when}")


def _count(which: Tensor) -> NDArray[np.int64]:
    counts: NDArray[np.int64] = which.flatten(1).sum(1).cpu().numpy().astype(np.int64)
    return counts
