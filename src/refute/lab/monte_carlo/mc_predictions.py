"""How good Monte Carlo predictions are: networks trained with dropout, then asked in many ways."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from refute.decision.samples import Sample
from refute.lab.bench.data import Digits
from refute.lab.bench.networks import Network
from refute.lab.bench.settings import named
from refute.lab.bench.stack.masks import dropout_masks
from refute.lab.bench.stack.network import StackedNetwork
from refute.lab.bench.trained import TrainedStack
from refute.lab.bench.training import Training
from refute.quantity import Record, Recorded, Replicates

PASSES = (1, 5, 10, 50, 100)
SHARED = (10, 50)
"""Numbers of passes that are averaged with the same mask, too."""

Score = Literal["test accuracy", "log loss"]


@dataclass(frozen=True)
class MonteCarloTraining(Training):
    """Train with dropout, then predict the test samples with dropout off and on.

    Records, each for the "ordinary prediction" (dropout off), for "1 pass" to "100 passes" with
    dropout on (the first so many of the same passes, class probabilities averaged), and for "10
    passes with one mask" and "50 passes with one mask":

    - "test accuracy, ...": test samples classified right, as counts;
    - "log loss, ...": the mean over test samples of -log of the true class's probability.
    """

    def measure(self, replicates: Replicates) -> Record:
        run = self.train(replicates)
        return Record(self._scores(run, replicates), run.series())

    def _scores(self, run: TrainedStack, replicates: Replicates) -> dict[str, Sample]:
        x, y = run.samples.take(run.samples.test)
        passes = self._passes(run.net, x, replicates, "passes", max(PASSES))
        first_of_others = self._passes(run.net, x, replicates, "one mask", 1)
        predictions = {prediction(None): run.net(x).softmax(2)}
        for count in PASSES:
            predictions[prediction(count)] = passes[:count].mean(0)
        for count in SHARED:
            alike = first_of_others.expand(count, *passes.shape[1:])
            predictions[prediction(count, one_mask=True)] = alike.mean(0)
        scores = {}
        for name, probabilities in predictions.items():
            right = (probabilities.argmax(2) == y).sum(1).cpu().numpy()
            scores[f"test accuracy, {name}"] = Sample.exactly(right, per=self.data.test_count)
            scores[f"log loss, {name}"] = Sample.exactly(log_loss(probabilities, y).cpu().numpy())
        return scores

    def _passes(
        self, net: StackedNetwork, x: Tensor, replicates: Replicates, purpose: str, count: int
    ) -> Tensor:
        """Class probabilities with dropout on, shape (count, R, samples, classes)."""
        masks = dropout_masks(self.network, replicates, x.shape[1], purpose=purpose)
        return torch.stack([net(x, next(masks)).softmax(2) for _ in range(count)])


def log_loss(probabilities: Tensor, labels: Tensor) -> Tensor:
    """Mean of -log of the labels' probabilities, shape (R,), in double precision.

    Args:
        probabilities: shape (R, samples, classes).
        labels: shape (R, samples).
    """
    of_labels = probabilities.double().gather(2, labels[..., None]).squeeze(2)
    # Where a probability underflows, the smallest normal number stands for it (87 nats).
    return -of_labels.clamp_min(torch.finfo(torch.float32).tiny).log().mean(1)


def prediction(passes: int | None, *, one_mask: bool = False) -> str:
    """What a prediction is called; ``None`` passes is the ordinary prediction."""
    if passes is None:
        return "ordinary prediction"
    count = "1 pass" if passes == 1 else f"{passes} passes"
    return f"{count} with one mask" if one_mask else count


def score(
    of: Score, passes: int | None, *, one_mask: bool = False, rate: float, train_count: int = 1437
) -> Recorded:
    """A score on the test samples of the usual network, trained with dropout at ``rate``.

    Args:
        of: which score.
        passes: how many passes to average, one of ``PASSES``; ``None`` for dropout off.
        one_mask: whether the passes (one of ``SHARED``) share one mask per sample.
        rate: of dropout, while training and in the passes.
        train_count: training images.
    """
    training = MonteCarloTraining(network=Network(dropout=rate), data=Digits(train_count))
    how = prediction(passes, one_mask=one_mask)
    return named(training, f"{of}, {how}", of, by=f"of {how}")
