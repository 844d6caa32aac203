"""Model selection: the best network's accuracy on the images that chose it, and on fresh ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from refute.decision.samples import Sample
from refute.experiment import Record, Replicates
from refute.lab.bench.data import DIGITS, Data, Samples, minibatches
from refute.lab.bench.device import TorchExperiment
from refute.lab.bench.kinds import Count, Natural
from refute.lab.bench.learning import is_correct
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import SGD
from refute.lab.bench.settings import named
from refute.lab.bench.stack.network import stack
from refute.lab.bench.stack.stepping import Stepper
from refute.lab.practice.labels import random_labels
from refute.quantity import Difference, Recorded

Labels = Literal["right", "random"]
By = Literal["test images", "validation images"]

TRAINED_ON = 320
"""Number of training images."""

HIDDEN = (30,)
RATES, STARTS = (0.003, 0.01, 0.03, 0.1), 3
"""Twelve networks: four learning rates of SGD with momentum 0.9, three initializations."""

USUAL_RATE = 0.01
BATCH = 32

DIVISIONS = 200
"""Number of random test sets over which the optimism of a choice is averaged."""

SETS: dict[By, str] = {"test images": "the test set", "validation images": "a validation set"}

Correct = NDArray[np.bool_]


@dataclass(frozen=True)
class Choosing(TorchExperiment):
    """Train networks with a hidden layer of 30 units, and choose the best epoch of the best one.

    The choice is the first network and epoch with the highest accuracy on some test images, or on
    as many validation images.

    Samples:

    - "test images, chosen by validation images" and so on: the accuracy of both choices on those
      test images, and on fresh images that no choice has used.
    - "optimism, chosen by test images" and "..., chosen by validation images": the accuracy of the
      choice on the test images minus its accuracy on fresh images, averaged over ``DIVISIONS``
      random divisions of all images that are not for training.
    - "optimism in standard errors, chosen by ...": the same, divided by the standard error that the
      chosen network's accuracy has on that many images.

    Args:
        many: whether there are twelve networks, or one at learning rate 0.01.
        images: number of images to choose by, at most as many as the data have test images.
        labels: "right", or "random" to leave nothing to learn.
        epochs: number of epochs of training.
        trained_on: number of images to train on; as many are left for validation as for testing,
            and some that are fresh.
        data: the digits, or other samples.
        chunk: replicates that run together.
        stream: which independent set of replicates.

    Raises:
        ValueError: there are not as many images to choose by.
    """

    many: bool
    images: Count = 360
    labels: Labels = "right"
    epochs: Count = 5
    trained_on: Count = TRAINED_ON
    data: Data = DIGITS
    chunk: Count = 16
    stream: Natural = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.images > self.data.test_count:
            raise ValueError(f"Choosing(images={self.images}): give at most {self.data.test_count}")

    @property
    def setting(self) -> str:
        count = f"{len(RATES) * STARTS} networks" if self.many else "one network"
        labels = "" if self.labels == "right" else f", {self.labels} labels"
        epoch = "the best epoch" if self.epochs == 5 else f"the best of {self.epochs} epochs"
        images = "images" if self.data == DIGITS else f"samples, {self.data.differences[0]}"
        return f"of {epoch} of {count}, {self.images} {images}{labels}"

    def measure(self, replicates: Replicates) -> Record:
        samples = self.data.draw(replicates)
        if self.labels == "random":
            samples = random_labels(samples, replicates, self.data.classes)
        # Images for testing, then those for validation, then fresh ones.
        others = torch.cat([samples.test, samples.train[:, self.trained_on :]], 1)
        rates, starts = (RATES, STARTS) if self.many else ((USUAL_RATE,), 1)
        seen = replace(samples, train=samples.train[:, : self.trained_on])
        runs = [
            self._correct(seen, _restarted(replicates, start), rate, others)
            for start in range(starts)
            for rate in rates
        ]
        # For each replicate, all epochs of all its networks.
        correct = np.concatenate(runs, 1)
        return Record(self._of_one_division(correct) | self._of_many(correct, replicates))

    def _of_one_division(self, correct: Correct) -> dict[str, Sample]:
        tested = self.data.test_count
        parts = {
            "test images": correct[:, :, : self.images],
            "validation images": correct[:, :, tested : tested + self.images],
            "fresh images": correct[:, :, 2 * tested :],
        }
        counts = {name: part.sum(2) for name, part in parts.items()}
        rows = np.arange(len(correct))
        return {
            f"{on}, chosen by {by}": Sample.exactly(
                counts[on][rows, counts[by].argmax(1)], per=parts[on].shape[2]
            )
            for on in ("test images", "fresh images")
            for by in ("test images", "validation images")
        }

    def _of_many(self, correct: Correct, replicates: Replicates) -> dict[str, Sample]:
        optimism: dict[str, list[float]] = {}
        for k, candidates in zip(replicates, correct, strict=True):
            for by, points, errors in self._optimism(candidates, replicates.generator(k, "parts")):
                optimism.setdefault(f"optimism, chosen by {by}", []).append(points)
                in_errors = f"optimism in standard errors, chosen by {by}"
                optimism.setdefault(in_errors, []).append(errors)
        return {name: Sample.exactly(np.array(values)) for name, values in optimism.items()}

    def _optimism(
        self, correct: Correct, generator: np.random.Generator
    ) -> Iterator[tuple[By, float, float]]:
        """Yield the optimism of either choice among candidates, (candidates, images)."""
        order = generator.permuted(np.tile(np.arange(correct.shape[1]), (DIVISIONS, 1)), axis=1)
        on_test = correct[:, order[:, : self.images]].sum(2)
        on_validation = correct[:, order[:, self.images : 2 * self.images]].sum(2)
        on_fresh = correct.sum(1)[:, None] - on_test - on_validation
        fresh_count, each = correct.shape[1] - 2 * self.images, np.arange(DIVISIONS)
        choices: dict[By, NDArray[np.int64]] = {
            "test images": on_test,
            "validation images": on_validation,
        }
        for by, chosen_by in choices.items():
            chosen = chosen_by.argmax(0)
            honest = (on_fresh[chosen, each] / fresh_count).mean()
            optimism = (on_test[chosen, each] / self.images).mean() - honest
            yield by, optimism, optimism / np.sqrt(honest * (1 - honest) / self.images)

    def _correct(
        self, samples: Samples, replicates: Replicates, rate: float, others: Tensor
    ) -> Correct:
        """Train, and say which of the other images are right after each epoch: (R, epochs, n)."""
        net = stack(Network(samples.inputs.shape[1], HIDDEN, self.data.classes), replicates)
        step = Stepper(net, SGD(lr=rate), BATCH)
        batches = minibatches(samples, BATCH, replicates)
        inputs, labels = samples.take(others)
        correct: list[Tensor] = []
        for _ in range(self.epochs):
            for _ in range(self.trained_on // BATCH):
                step(*next(batches), None)
            correct.append(is_correct(net(inputs), labels))
        return torch.stack(correct, 1).cpu().numpy()


def _restarted(replicates: Replicates, start: int) -> Replicates:
    """Return the replicates with other weights and data order, far from all other streams."""
    return replace(replicates, stream=replicates.stream + 1000 * start)


def inflation(
    *, many: bool, images: int = 360, labels: Labels = "right", by: By = "test images"
) -> Difference:
    """Accuracy of the chosen network on the test images minus its accuracy on fresh images."""
    choosing = Choosing(many, images, labels)
    on_test, on_fresh = (
        named(choosing, f"{on}, chosen by {by}", f"accuracy on {on}", by=f", chosen by {by},")
        for on in ("test images", "fresh images")
    )
    return on_test - on_fresh


def optimism(
    choosing: Choosing, *, by: By = "test images", in_standard_errors: bool = False
) -> Recorded:
    """By how much the chosen network's accuracy on the test images is too high on average.

    Args:
        choosing: the networks, and the images to choose by.
        by: which images choose.
        in_standard_errors: whether it is divided by the standard error of that accuracy.
    """
    what = "optimism in standard errors" if in_standard_errors else "optimism"
    unit = ", in standard errors" if in_standard_errors else ""
    return named(
        choosing,
        f"{what}, chosen by {by}",
        f"optimism of the test accuracy{unit}",
        by=f", chosen by {SETS[by]},",
    )
