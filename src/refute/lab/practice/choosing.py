"""The best of several networks, chosen by some images: is it as good on others?"""

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
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import SGD
from refute.lab.bench.settings import named
from refute.lab.bench.stack.network import StackedNetwork, stack
from refute.lab.bench.stack.stepping import Stepper
from refute.lab.practice.labels import random_labels
from refute.quantity import Difference, Record, Replicates

Labels = Literal["right", "random"]
By = Literal["test images", "validation images"]

TRAINED_ON, KEPT = 320, 360
"""Images that networks are trained on, and images for validation and for testing, each."""

SMALL = Network(hidden=(30,))
RATES, STARTS = (0.003, 0.01, 0.03, 0.1), 3
"""Twelve networks: four learning rates of SGD with momentum 0.9, three initial weights."""

USUAL_RATE = 0.01
EPOCHS, BATCH = 5, 32


@dataclass(frozen=True)
class Choosing(TorchExperiment):
    """Networks of one hidden layer of 30 units; the best epoch of the best of them is chosen.

    It is the one that classifies most of some test images right, or of as many validation images;
    of several, the first.  Records the accuracy of both choices on those test images and on fresh
    ones, which nobody has looked at before: "test images, chosen by validation images" and so on.

    Args:
        many: whether there are twelve networks, or one at learning rate 0.01.
        images: that it is chosen by, at most 360.
        labels: "random" ones leave nothing to learn.
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
            self._right(seen, _starting_anew(replicates, start), rate, parts)
            for start in range(starts)
            for rate in rates
        ]
        # One row for each replicate, with all its networks of all epochs.
        table = {name: np.concatenate([run[name] for run in runs], 1) for name in parts}
        each = np.arange(replicates.count)
        return Record(
            {
                f"{on}, chosen by {by}": Sample.exactly(
                    table[on][each, table[by].argmax(1)], per=parts[on].shape[1]
                )
                for on in ("test images", "fresh images")
                for by in ("test images", "validation images")
            }
        )

    def _right(
        self, samples: Samples, replicates: Replicates, rate: float, parts: dict[str, Tensor]
    ) -> dict[str, NDArray[np.int64]]:
        """By part of the images, those that each network classifies right after each epoch."""
        net = stack(SMALL, replicates)
        step = Stepper(net, SGD(lr=rate), BATCH)
        batches = minibatches(samples, BATCH, replicates)
        shown = {name: samples.take(which) for name, which in parts.items()}
        counts: dict[str, list[Tensor]] = {name: [] for name in parts}
        for _ in range(EPOCHS):
            for _ in range(TRAINED_ON // BATCH):
                step(*next(batches), None)
            for name, (inputs, labels) in shown.items():
                counts[name].append(_correct(net, inputs, labels))
        return {name: torch.stack(each, 1).cpu().numpy() for name, each in counts.items()}


def _starting_anew(replicates: Replicates, start: int) -> Replicates:
    """The same replicates with other weights and another order, far from other streams."""
    return replace(replicates, stream=replicates.stream + 1000 * start)


def _correct(net: StackedNetwork, inputs: Tensor, labels: Tensor) -> Tensor:
    logits = net(inputs)
    right: Tensor = (logits.argmax(-1) == labels) & ~logits.isnan().any(-1)
    return right.sum(1)


def inflation(
    *, many: bool, images: int = KEPT, labels: Labels = "right", by: By = "test images"
) -> Difference:
    """Accuracy of the chosen network on the test images, less that on fresh ones."""
    choosing = Choosing(many, images, labels)
    on_test, on_fresh = (
        named(choosing, f"{on}, chosen by {by}", f"accuracy on {on}", by=f", chosen by {by},")
        for on in ("test images", "fresh images")
    )
    return on_test - on_fresh
