"""Minimisers of convex problems with a penalty, and how many of their weights are zero."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from refute.decision.samples import Sample
from refute.experiment import Experiment, Record, Replicates
from refute.lab.bench.data import DIGITS
from refute.lab.bench.description import Description
from refute.lab.bench.kinds import Count, Natural, NonNegative
from refute.quantity import Recorded


@dataclass(frozen=True)
class LinearFit(Description, Experiment):
    """Linear one-against-rest models of digits that minimise a penalised squared error.

    Fitted by scikit-learn's solvers for the lasso (l1) and ridge regression (l2).  Records "zero
    weights"; weights of pixels that are constant over the training images are zero under any
    penalty and are not counted as zero.
    """

    penalty: Literal["lasso", "ridge"]
    strength: NonNegative = 0.01
    chunk: Count = 8
    stream: Natural = 0

    def run(self, replicates: Replicates) -> Record:
        from sklearn.linear_model import Lasso, Ridge

        samples = DIGITS.draw(replicates)
        zeros = []
        for indices in samples.train:
            inputs, labels = (drawn.numpy() for drawn in samples.take(indices))
            targets = np.eye(10)[labels]
            model = (Lasso if self.penalty == "lasso" else Ridge)(alpha=self.strength)
            weights = model.fit(inputs.astype(np.float64), targets).coef_
            zeros.append(int((weights[:, np.ptp(inputs, axis=0) > 0] == 0).sum()))
        count = Sample.exactly(np.array(zeros), per=DIGITS.features * 10)
        return Record({"zero weights": count})


def zero_weights_of_minimiser(penalty: Literal["lasso", "ridge"]) -> Recorded:
    """Share of zero weights in the minimiser of a squared error with ``penalty``."""
    return Recorded(LinearFit(penalty), "zero weights", "share of zero weights", f", {penalty}")
