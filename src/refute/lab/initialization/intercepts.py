"""Linear regression whose bias starts at zero: does it find the intercept?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from refute.decision.samples import Sample
from refute.experiment import Record, Replicates
from refute.lab.bench.device import TorchExperiment
from refute.lab.bench.kinds import Count, Natural
from refute.lab.bench.settings import named
from refute.quantity import Recorded

FEATURES, SAMPLES, NOISE = 5, 200, 0.1
STEPS, RATE = 200, 0.1


@dataclass(frozen=True)
class Intercepts(TorchExperiment):
    """Fit y = w·x + b* + noise by full-batch gradient descent on the squared error, from zero.

    Each replicate draws standard normal inputs and slopes w, noise of standard deviation ``NOISE``
    and an intercept b* of size 0.5 to 2 and either sign.  Records "bias / intercept", the bias
    after ``STEPS`` steps over b*.

    Args:
        learned: whether the bias is trained; otherwise it stays at zero.
        chunk: replicates fitted at a time.
        stream: which independent set of replicates.
    """

    learned: bool = True
    chunk: Count = 32
    stream: Natural = 0

    @property
    def setting(self) -> str:
        return "of linear regression from zero" + ("" if self.learned else ", the bias kept there")

    def measure(self, replicates: Replicates) -> Record:
        fits = [self._bias_over_intercept(replicates.generator(k, "data")) for k in replicates]
        return Record({"bias / intercept": Sample.exactly(np.array(fits))})

    def _bias_over_intercept(self, generator: np.random.Generator) -> float:
        x = generator.standard_normal((SAMPLES, FEATURES))
        slopes = generator.standard_normal(FEATURES)
        intercept = generator.uniform(0.5, 2) * generator.choice((-1, 1))
        y = x @ slopes + intercept + NOISE * generator.standard_normal(SAMPLES)
        weights: NDArray[np.float64] = np.zeros(FEATURES)
        bias = 0.0
        for _ in range(STEPS):
            errors = x @ weights + bias - y
            weights = weights - RATE * (errors @ x) / SAMPLES
            if self.learned:
                bias -= RATE * float(errors.mean())
        return float(bias / intercept)


def bias_over_intercept(*, learned: bool = True) -> Recorded:
    """The fitted bias over the intercept of the data; 1 if training found it."""
    return named(Intercepts(learned), "bias / intercept")
