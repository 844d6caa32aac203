"""An experiment of one's own: models that err at random, alone and averaged."""

from dataclasses import dataclass

import numpy as np

from refute.decision.samples import Sample
from refute.experiment import Experiment, Record, Replicates
from refute.quantity import Recorded

INPUTS = 2000
"""On so many inputs a variance is known to about 3 %."""


@dataclass(frozen=True)
class AveragedErrors(Experiment):
    """The errors of ``models`` predictions of the same numbers, averaged input by input.

    Every error is a standard normal draw; ``shared`` is the part of its variance that all models
    have in common.
    """

    models: int
    shared: float
    chunk: int = 8
    stream: int = 0

    def run(self, replicates: Replicates) -> Record:
        """Record the variance of the averaged error over the inputs."""
        variances = []
        for replicate in replicates:
            common = replicates.generator(replicate, "common").normal(size=INPUTS)
            own = replicates.generator(replicate, "own").normal(size=(self.models, INPUTS))
            errors = np.sqrt(self.shared) * common + np.sqrt(1 - self.shared) * own
            variances.append(errors.mean(axis=0).var())
        return Record({"variance": Sample.exactly(np.array(variances))})


def variance_of_error(models: int, shared: float) -> Recorded:
    """The variance of the error of so many models' average."""
    setting = f"of {models} averaged models" if models > 1 else "of one model"
    return Recorded(AveragedErrors(models, shared), "variance", "variance of the error", setting)
