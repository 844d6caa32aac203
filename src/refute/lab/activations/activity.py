"""Outputs of a trained network's hidden units: how many are zero or nearly zero."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from refute.decision.samples import Sample
from refute.experiment import Replicates
from refute.lab.bench.learning import partly_known
from refute.lab.bench.networks import Network
from refute.lab.bench.settings import named
from refute.lab.bench.trained import TrainedStack
from refute.lab.bench.training import Training
from refute.quantity import Recorded

NEAR_ZERO = 1e-3
"""Outputs below this in absolute value count as near zero, as small weights do."""


@dataclass(frozen=True)
class ActivityAfterTraining(Training):
    """A training that also records the outputs of the hidden units on the test samples:

    - "zero activations": share of the outputs that are exactly 0;
    - "activations near zero": share of the outputs below 0.001 in absolute value;
    - "distance of mean outputs from 0": absolute value of a unit's mean output, averaged over
      units.

    For a network that diverged to NaN these are unknown: the shares lie between 0 and 1, the
    distance between 0 and infinity.
    """

    def observe(self, run: TrainedStack, replicates: Replicates) -> dict[str, Sample]:
        with torch.no_grad():
            on_test = run.net.signals(run.samples.take(run.samples.test)[0])
        outputs = torch.cat([h for _, h in on_test], 2)
        total = outputs[0].numel()
        known = ~outputs.isnan().flatten(1).any(1).cpu().numpy()
        return {
            **super().observe(run, replicates),
            "zero activations": partly_known(known, counts(outputs == 0), (0, total), total),
            "activations near zero": partly_known(
                known, counts(outputs.abs() < NEAR_ZERO), (0, total), total
            ),
            "distance of mean outputs from 0": partly_known(
                known, outputs.double().mean(1).abs().mean(1).cpu().numpy(), (0, np.inf)
            ),
        }


def after_training(key: str, network: Network, **settings: object) -> Recorded:
    """What :class:`ActivityAfterTraining` records under ``key``: "zero activations", ..."""
    training = ActivityAfterTraining(network=network, **settings)  # type: ignore[arg-type]
    when = "after training" if training.steps else "before training"
    return named(training, key, f"{key} {when}")


def counts(mask: Tensor) -> NDArray[np.int64]:
    """Count what is true in each replicate, (R,), of a mask (R, ...)."""
    true: NDArray[np.int64] = mask.flatten(1).sum(1).cpu().numpy().astype(np.int64)
    return true
