"""Training losses that grow beyond the loss at the start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from refute.decision.samples import Sample
from refute.experiment import Record, Replicates
from refute.lab.bench.networks import Network
from refute.lab.bench.recording import largest_finite
from refute.lab.bench.settings import experiment_of, named
from refute.lab.bench.training import Training
from refute.quantity import Recorded


@dataclass(frozen=True)
class Growing(Training):
    """Train, and compare the largest training loss with the loss before training.

    Records "largest loss / initial loss": 1 if no later loss is larger.  Where a loss is NaN or
    infinite, it is known only as [largest finite ratio, infinity).
    """

    accuracy_curve: ClassVar[bool] = False

    def measure(self, replicates: Replicates) -> Record:
        run = self.train(replicates)
        largest = largest_finite(run.losses) / run.losses[:, 0]
        finite = np.isfinite(run.losses).all(axis=1)
        growth = Sample(largest, np.where(finite, largest, np.inf))
        return Record({"largest loss / initial loss": growth}, (run.loss_series(),))


def growth_of_loss(**settings: Any) -> Recorded:
    """The largest training loss divided by the loss before training.

    ``settings`` are fields of :class:`~refute.lab.bench.training.Training`, or of its network.
    """
    experiment = experiment_of(Growing, Network(), settings)
    return named(experiment, "largest loss / initial loss", unit="times")
