"""Quality of Monte Carlo predictions: networks trained with dropout, evaluated in several ways."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Literal

import torch
from torch import Tensor

from refute.decision.samples import Sample
from refute.experiment import Record, Replicates
from refute.lab.bench.data import Data, Digits
from refute.lab.bench.learning import is_correct
from refute.lab.bench.networks import Network
from refute.lab.bench.random_numbers import standard_normal
from refute.lab.bench.settings import named
from refute.lab.bench.stack.masks import dropout_masks
from refute.lab.bench.stack.network import StackedNetwork
from refute.lab.bench.trained import TrainedStack
from refute.lab.bench.training import Training
from refute.lab.monte_carlo.spread import auc_of_mistakes, auc_of_unfamiliar, spread
from refute.quantity import Recorded

PASSES = (1, 5, 10, 50, 100)
SHARED = (10, 50)
"""Numbers of passes that are also averaged with one shared mask."""

SPREAD = (10, 100)
"""Numbers of passes whose spread is recorded."""

MISTAKES, STRANGERS = "mistakes told, 100 passes", "strangers told, 100 passes"
MISTAKES_OF_OTHERS = "mistakes told by the next image"
STRANGERS_AMONG_TESTS = "strangers told among test images"
AUC_IN_WORDS = {
    MISTAKES: "share of pairs in which the passes disagree more about a wrong prediction than "
    "about a right one",
    STRANGERS: "share of pairs in which the passes disagree more about an image of noise than "
    "about a test image",
    MISTAKES_OF_OTHERS: "share of pairs in which the passes disagree more about the image after a "
    "wrong prediction than about that after a right one",
    STRANGERS_AMONG_TESTS: "share of pairs in which the passes disagree more about a test image "
    "than about another",
}

Score = Literal["test accuracy", "log loss"]


@dataclass(frozen=True)
class MonteCarloTraining(Training):
    """Train with dropout, then predict the test samples with dropout off and on.

    Predictions are the "ordinary prediction" (dropout off), "1 pass" to "100 passes" with dropout
    on (class probabilities averaged over the first passes of one sequence), and "10 passes with one
    mask" and "50 passes with one mask".  Records for each:

    - "test accuracy, ...": test samples classified right, as counts;
    - "log loss, ...": mean over test samples of -log of the true class's probability.

    Records for 10 and 100 passes:

    - "spread, ...": standard deviation over passes, averaged over classes and test samples;
    - "error of the average, ...": the spread over the square root of the number of passes.

    Records for the spread of 100 passes as a score that ranks predictions, the area under the ROC
    curve (AUC):

    - "mistakes told, 100 passes": wrong predictions against right ones;
    - "strangers told, 100 passes": images of noise against test images;
    - "mistakes told by the next image", "strangers told among test images": the same without
      anything to detect, because each image has the spread of the next one, or because both groups
      are test images.
    """

    def measure(self, replicates: Replicates) -> Record:
        run = self.train(replicates)
        x, y = run.samples.take(run.samples.test)
        passes = self._passes(run.net, x, replicates, "passes", max(PASSES))
        samples = self._scores(run, replicates, x, y, passes)
        samples |= self._spreads(run, replicates, x, y, passes)
        return Record(samples, run.series())

    def _spreads(
        self, run: TrainedStack, replicates: Replicates, x: Tensor, y: Tensor, passes: Tensor
    ) -> dict[str, Sample]:
        samples = {}
        for count in SPREAD:
            mean, name = spread(passes[:count]).mean(1).cpu().numpy(), prediction(count)
            samples[f"spread, {name}"] = Sample.exactly(mean)
            samples[f"error of the average, {name}"] = Sample.exactly(mean / sqrt(count))
        # Standard normal, scaled as standardised images are.
        noise = standard_normal(replicates, "noise images", x.shape[1:])
        on_noise = self._passes(run.net, noise, replicates, "strange passes", len(passes))
        on_test, wrong = spread(passes), ~is_correct(passes.mean(0), y)
        some, others = on_test.chunk(2, dim=1)
        return samples | {
            MISTAKES: auc_of_mistakes(on_test, wrong),
            MISTAKES_OF_OTHERS: auc_of_mistakes(on_test.roll(1, dims=1), wrong),
            STRANGERS: auc_of_unfamiliar(spread(on_noise), on_test),
            STRANGERS_AMONG_TESTS: auc_of_unfamiliar(some, others),
        }

    def _scores(
        self, run: TrainedStack, replicates: Replicates, x: Tensor, y: Tensor, passes: Tensor
    ) -> dict[str, Sample]:
        one_pass = self._passes(run.net, x, replicates, "one mask", 1)
        predictions = {prediction(None): run.net(x).softmax(2)}
        for count in PASSES:
            predictions[prediction(count)] = passes[:count].mean(0)
        for count in SHARED:
            same_passes = one_pass.expand(count, *passes.shape[1:])
            predictions[prediction(count, one_mask=True)] = same_passes.mean(0)
        scores = {}
        for name, probabilities in predictions.items():
            right = is_correct(probabilities, y).sum(1).cpu().numpy()
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
    """Mean of -log of the labels' probabilities, shape (R,), in float64.

    Args:
        probabilities: shape (R, samples, classes).
        labels: shape (R, samples).
    """
    label_probabilities = probabilities.double().gather(2, labels[..., None]).squeeze(2)
    # A probability that underflows counts as the smallest normal number, 87 nats.
    return -label_probabilities.clamp_min(torch.finfo(torch.float32).tiny).log().mean(1)


def prediction(passes: int | None, *, one_mask: bool = False) -> str:
    """The name of a prediction; ``None`` passes is the ordinary prediction."""
    if passes is None:
        return "ordinary prediction"
    count = "1 pass" if passes == 1 else f"{passes} passes"
    return f"{count} with one mask" if one_mask else count


def score(
    of: Score,
    passes: int | None,
    *,
    one_mask: bool = False,
    rate: float,
    train_count: int = 1437,
    data: Data | None = None,
) -> Recorded:
    """A score on the test samples of the usual network, trained with dropout at ``rate``.

    Args:
        of: the score.
        passes: number of passes to average, one of ``PASSES``; ``None`` for dropout off.
        one_mask: whether the passes (one of ``SHARED``) share one mask per sample.
        rate: dropout rate, in training and in the passes.
        train_count: number of training images.
        data: data other than the digits.
    """
    name = prediction(passes, one_mask=one_mask)
    trained = _trained(rate, train_count, data)
    return named(trained, f"{of}, {name}", of, by=f"of {name}")


def statistic_of_passes(
    statistic: Literal["spread", "error of the average"],
    passes: int,
    *,
    rate: float,
    train_count: int = 1437,
) -> Recorded:
    """The spread of passes over the test samples, or the standard error of their average.

    Args:
        statistic: which of the two.
        passes: number of passes, one of ``SPREAD``.
        rate: dropout rate, in training and in the passes.
        train_count: number of training images.
    """
    name = prediction(passes)
    return named(_trained(rate, train_count), f"{statistic}, {name}", statistic, by=f"of {name}")


def auc_of_spread(key: str, *, rate: float, train_count: int = 1437) -> Recorded:
    """How well the spread of 100 passes ranks predictions, as an area under the ROC curve.

    Args:
        key: what the spread is to detect, a key of ``AUC_IN_WORDS``.
        rate: dropout rate, in training and in the passes.
        train_count: number of training images.
    """
    by = f"over {prediction(max(PASSES))}"
    return named(_trained(rate, train_count), key, AUC_IN_WORDS[key], by=by)


def _trained(rate: float, train_count: int, data: Data | None = None) -> MonteCarloTraining:
    data = data or Digits(train_count)
    network = Network(inputs=data.features, outputs=data.classes, dropout=rate)
    return MonteCarloTraining(network=network, data=data)
