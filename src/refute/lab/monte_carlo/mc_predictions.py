"""How good Monte Carlo predictions are: networks trained with dropout, then asked in many ways."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Literal

import torch
from torch import Tensor

from refute.decision.samples import Sample
from refute.lab.bench.data import Data, Digits
from refute.lab.bench.networks import Network
from refute.lab.bench.settings import named
from refute.lab.bench.stack.masks import dropout_masks
from refute.lab.bench.stack.network import StackedNetwork
from refute.lab.bench.trained import TrainedStack
from refute.lab.bench.training import Training
from refute.lab.monte_carlo.spread import mistakes_told, noise_images, spread, strangers_told
from refute.quantity import Record, Recorded, Replicates

PASSES = (1, 5, 10, 50, 100)
SHARED = (10, 50)
"""Numbers of passes that are averaged with the same mask, too."""

SPREAD = (10, 100)
"""Numbers of passes whose spread is recorded."""

MISTAKES, STRANGERS = "mistakes told, 100 passes", "strangers told, 100 passes"
MISTAKES_OF_OTHERS = "mistakes told by the next image"
STRANGERS_AMONG_TESTS = "strangers told among test images"
WHAT_IS_TOLD = {
    MISTAKES: "share of pairs in which a wrong prediction is spread further than a right one",
    STRANGERS: "share of pairs in which an image of noise is spread further than a test image",
    MISTAKES_OF_OTHERS: "share of pairs in which the image after a wrong prediction is spread "
    "further than that after a right one",
    STRANGERS_AMONG_TESTS: "share of pairs in which a test image is spread further than another",
}

Score = Literal["test accuracy", "log loss"]


@dataclass(frozen=True)
class MonteCarloTraining(Training):
    """Train with dropout, then predict the test samples with dropout off and on.

    Records, each for the "ordinary prediction" (dropout off), for "1 pass" to "100 passes" with
    dropout on (the first so many of the same passes, class probabilities averaged), and for "10
    passes with one mask" and "50 passes with one mask":

    - "test accuracy, ...": test samples classified right, as counts;
    - "log loss, ...": the mean over test samples of -log of the true class's probability.

    And of the passes themselves, for 10 and 100 of them:

    - "spread, ...": their standard deviation, the mean over classes and test samples;
    - "error of the average, ...": that over the root of their number;
    - "mistakes told, 100 passes", "strangers told, 100 passes": in what share of pairs a wrong
      prediction is spread further than a right one, and an image of noise than a test image;
    - "mistakes told by the next image", "strangers told among test images": the same where there
      is nothing to tell, as each image has the spread of another, or all of them are test images.
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
        found = {}
        for count in SPREAD:
            mean = spread(passes[:count]).mean(1).cpu().numpy()
            found[f"spread, {prediction(count)}"] = Sample.exactly(mean)
            found[f"error of the average, {prediction(count)}"] = Sample.exactly(mean / sqrt(count))
        generators = [replicates.generator(k, "noise images") for k in replicates]
        noise = noise_images(x.shape, generators).to(x.device)
        strange = self._passes(run.net, noise, replicates, "strange passes", len(passes))
        usual, wrong = spread(passes), passes.mean(0).argmax(2) != y
        some, others = usual.chunk(2, dim=1)
        return found | {
            MISTAKES: mistakes_told(usual, wrong),
            MISTAKES_OF_OTHERS: mistakes_told(usual.roll(1, dims=1), wrong),
            STRANGERS: strangers_told(spread(strange), usual),
            STRANGERS_AMONG_TESTS: strangers_told(some, others),
        }

    def _scores(
        self, run: TrainedStack, replicates: Replicates, x: Tensor, y: Tensor, passes: Tensor
    ) -> dict[str, Sample]:
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
        of: which score.
        passes: how many passes to average, one of ``PASSES``; ``None`` for dropout off.
        one_mask: whether the passes (one of ``SHARED``) share one mask per sample.
        rate: of dropout, while training and in the passes.
        train_count: training images.
        data: other data than that many digits.
    """
    how = prediction(passes, one_mask=one_mask)
    trained = _trained(rate, train_count, data)
    return named(trained, f"{of}, {how}", of, by=f"of {how}")


def of_passes(
    what: Literal["spread", "error of the average"],
    passes: int,
    *,
    rate: float,
    train_count: int = 1437,
) -> Recorded:
    """How far passes over the test samples are spread, or how exact their average is.

    Args:
        what: the standard deviation of the passes, or that of their average.
        passes: how many, one of ``SPREAD``.
        rate: of dropout, while training and in the passes.
        train_count: training images.
    """
    how = prediction(passes)
    return named(_trained(rate, train_count), f"{what}, {how}", what, by=f"of {how}")


def told_by_spread(what: str, *, rate: float, train_count: int = 1437) -> Recorded:
    """In how many pairs the spread of 100 passes tells what it should, or cannot tell.

    Args:
        what: a key of ``WHAT_IS_TOLD``.
        rate: of dropout, while training and in the passes.
        train_count: training images.
    """
    by = f"over {prediction(max(PASSES))}"
    return named(_trained(rate, train_count), what, WHAT_IS_TOLD[what], by=by)


def _trained(rate: float, train_count: int, data: Data | None = None) -> MonteCarloTraining:
    data = data or Digits(train_count)
    network = Network(inputs=data.features, outputs=data.classes, dropout=rate)
    return MonteCarloTraining(network=network, data=data)
