"""Is a network as often right as its softmax says?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from refute.decision.samples import Sample
from refute.experiment import Record, Replicates
from refute.lab.bench.learning import is_correct
from refute.lab.bench.networks import Network
from refute.lab.bench.settings import experiment_of, named
from refute.lab.bench.training import Training
from refute.quantity import Recorded

BINS = 15
"""As in Guo et al. (2017, 5)."""

DRAWS = 200
"""Outcomes that are drawn to find what chance alone gives."""


@dataclass(frozen=True)
class Confidence(Training):
    """Train, then compare confidence with accuracy on the test samples.

    The confidence is the largest softmax output.  Records "calibration error": the expected
    calibration error in 15 bins (Guo et al. 2017, 2), minus the average that it has if each
    prediction is right with a probability of its confidence.  On few samples that average is well
    above 0 (Bröcker and Smith 2007).
    """

    accuracy_curve: ClassVar[bool] = False

    def measure(self, replicates: Replicates) -> Record:
        run = self.train(replicates)
        inputs, labels = run.samples.take(run.samples.test)
        scores = run.net(inputs)
        confidences = scores.softmax(-1).amax(-1).cpu().double().numpy()
        right = is_correct(scores, labels).cpu().numpy()
        errors = []
        for k, own, outcomes in zip(replicates, confidences, right, strict=True):
            drawn = replicates.generator(k, "outcomes").random((DRAWS, len(own))) < own
            error, by_chance = (calibration_error(own, each) for each in (outcomes[None], drawn))
            errors.append(error.mean() - by_chance.mean())
        errors_of_all = Sample.exactly(np.array(errors))
        return Record({"calibration error": errors_of_all}, (run.loss_series(),))


def calibration_error(
    confidences: NDArray[np.float64], outcomes: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Expected calibration error of predictions (n,) for each row of outcomes (rows, n).

    It is the distance between mean confidence and share that is right, averaged over equal bins of
    confidence, each weighted by its number of predictions.
    """
    bins = np.minimum((confidences * BINS).astype(np.int64), BINS - 1)
    belongs = bins[:, None] == np.arange(BINS)
    gaps: NDArray[np.float64] = np.abs((confidences - outcomes) @ belongs).sum(1)
    return gaps / len(confidences)


def miscalibration(network: Network | None = None, **settings: Any) -> Recorded:
    """How far accuracy is from confidence, beyond what chance makes it.

    ``settings`` are fields of :class:`~refute.lab.bench.training.Training`, or of its network.
    """
    experiment = experiment_of(Confidence, network or Network(), settings)
    words = "expected calibration error beyond that of a calibrated network"
    return named(experiment, "calibration error", words)
