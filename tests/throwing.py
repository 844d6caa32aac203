"""An experiment whose numbers are next to free."""

from dataclasses import dataclass

import numpy as np

from refute.decision.samples import Sample
from refute.experiment import Experiment, Record, Replicates


@dataclass(frozen=True)
class Throw(Experiment):
    """One random number a replicate, shifted."""

    shift: float = 0.0
    chunk: int = 16
    stream: int = 0

    def run(self, replicates: Replicates) -> Record:
        values = [replicates.generator(k, "throw").normal() + self.shift for k in replicates]
        return Record({"value": Sample.exactly(np.array(values))})
