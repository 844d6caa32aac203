"""Is a network as often right as its softmax says?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from refute.decision.samples import Sample
from refute.experiment import Record, Replicates
from refute.lab.bench.learning import is_correct
from refute.lab.bench.networks import Network
from refute.lab.bench.settings import experiment_of, named
from refute.lab.bench.training import Training
from refute.quantity import Recorded


@dataclass(frozen=True)
class Confidence(Training):
    """Train, then compare confidence with accuracy on the test samples.

    The confidence is the mean of the largest softmax output.  Records "confidence minus accuracy":
    above 0 for an overconfident network (Guo et al. 2017, 2).
    """

    accuracy_curve: ClassVar[bool] = False

    def measure(self, replicates: Replicates) -> Record:
        run = self.train(replicates)
        inputs, labels = run.samples.take(run.samples.test)
        scores = run.net(inputs)
        confidence = scores.softmax(-1).amax(-1).mean(1)
        accuracy = is_correct(scores, labels).float().mean(1)
        gap = (confidence - accuracy).cpu().double().numpy()
        return Record({"confidence minus accuracy": Sample.exactly(gap)}, (run.loss_series(),))


def overconfidence(network: Network | None = None, **settings: Any) -> Recorded:
    """How much more often a network should be right, by its softmax, than it is.

    ``settings`` are fields of :class:`~refute.lab.bench.training.Training`, or of its network.
    """
    experiment = experiment_of(Confidence, network or Network(), settings)
    return named(experiment, "confidence minus accuracy")
