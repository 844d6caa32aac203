"""Model selection: the best network's accuracy on the images that chose it, and on fresh ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from refute.decision.samples import Sample
from refute.lab.bench.data import Digits, Samples, minibatches
from refute.lab.bench.device import TorchExperiment
from refute.lab.bench.learning import is_correct
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import SGD
from refute.lab.bench.settings import named
from refute.lab.bench.stack.network import stack
from refute.lab.bench.stack.stepping import Stepper
from refute.lab.practice.labels import random_labels
from refute.quantity import Difference, Record, Replicates

Labels = Literal["right", "random"]
By = Literal["test images", "validation images"]

TRAINED_ON, KEPT = 320, 360
"""Number of training images, and of images for validation and for testing each."""

SMALL = Network(hidden=(30,))
RATES, STARTS = (0.003, 0.01, 0.03, 0.1), 3
"""Twelve networks: four learning rates of SGD with momentum 0.9, three initializations."""

USUAL_RATE = 0.01
EPOCHS, BATCH = 5, 32


@dataclass(frozen=True)
class Choosing(TorchExperiment):
    """Train networks with a hidden layer of 30 units, and choose the best epoch of the best one.

    The choice is the first network and epoch with the highest accuracy on some test images, or on
    as many validation images.

    Samples: the accuracy of both choices on those test images, and on fresh images that no choice
    has used: "test images, chosen by validation images" and so on.

    Args:
        many: whether there are twelve networks, or one at learning rate 0.01.
        images: number of images to choose by, at most 360.
        labels: "right", or "random" to leave nothing to learn.
        chunk: replicates that run together.
        stream: which independent set of replicates.
    """

    many: bool
    images: int = KEPT
    labels: Labels = "right"
    chunk: int = 16
    stream: int = 0

    @property
    def setting(self) -> str:
        count = f"{len(RATES) * STARTS} networks" if self.many else "one network"
        labels = "" if self.labels == "right" else f", {self.labels} labels"
        return f"of the best epoch of {count}, {self.images} images{labels}"

    def measure(self, replicates: Replicates) -> Record:
        samples = Digits().draw(replicates)
        if self.labels == "random":
            samples = random_labels(samples, replicates, Digits().classes)
        parts = {
            "validation images": samples.train[:, TRAINED_ON : TRAINED_ON + self.images],
            "test images": samples.test[:, : self.images],
            "fresh images": samples.train[:, TRAINED_ON + KEPT :],
        }
        rates, starts = (RATES, STARTS) if self.many else ((USUAL_RATE,), 1)
        seen = replace(samples, train=samples.train[:, :TRAINED_ON])
        runs = [
            self._correct_counts(seen, _restarted(replicates, start), rate, parts)
            for start in range(starts)
            for rate in rates
        ]
        # A row for each replicate, with all epochs of all its networks.
        table = {name: np.concatenate([run[name] for run in runs], 1) for name in parts}
        rows = np.arange(replicates.count)
        return Record(
            {
                f"{on}, chosen by {by}": Sample.exactly(
                    table[on][rows, table[by].argmax(1)], per=parts[on].shape[1]
                )
                for on in ("test images", "fresh images")
                for by in ("test images", "validation images")
            }
        )

    def _correct_counts(
        self, samples: Samples, replicates: Replicates, rate: float, parts: dict[str, Tensor]
    ) -> dict[str, NDArray[np.int64]]:
        """Train, and count the correct images of each part after each epoch, (R, epochs)."""
        net = stack(SMALL, replicates)
        step = Stepper(net, SGD(lr=rate), BATCH)
        batches = minibatches(samples, BATCH, replicates)
        images = {name: samples.take(indices) for name, indices in parts.items()}
        counts: dict[str, list[Tensor]] = {name: [] for name in parts}
        for _ in range(EPOCHS):
            for _ in range(TRAINED_ON // BATCH):
                step(*next(batches), None)
            for name, (inputs, labels) in images.items():
                counts[name].append(is_correct(net(inputs), labels).sum(1))
        return {name: torch.stack(each, 1).cpu().numpy() for name, each in counts.items()}


def _restarted(replicates: Replicates, start: int) -> Replicates:
    """Return the replicates with other weights and data order, far from all other streams."""
    return replace(replicates, stream=replicates.stream + 1000 * start)


def inflation(
    *, many: bool, images: int = KEPT, labels: Labels = "right", by: By = "test images"
) -> Difference:
    """Accuracy of the chosen network on the test images minus its accuracy on fresh images."""
    choosing = Choosing(many, images, labels)
    on_test, on_fresh = (
        named(choosing, f"{on}, chosen by {by}", f"accuracy on {on}", by=f", chosen by {by},")
        for on in ("test images", "fresh images")
    )
    return on_test - on_fresh
