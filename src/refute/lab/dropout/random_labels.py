"""Random labels, which a network can only memorize: what it learns of them measures its capacity.

After Zhang et al. (2017, section 2) and Arpit et al. (2017).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any

import numpy as np
import torch

from refute.experiment import Replicates
from refute.lab.bench.data import DIGITS, Data, Digits, Samples
from refute.lab.bench.kinds import between
from refute.lab.bench.quantities import at_the_end
from refute.quantity import Recorded


@dataclass(frozen=True)
class RandomLabels(Data):
    """Digits with random labels, drawn anew for each replicate.

    The test samples are the training samples, so "test accuracy" is the share of labels learned.

    Args:
        train_count: number of images.
    """

    train_count: Annotated[int, between(1, 1797)] = 300

    @property
    def features(self) -> int:
        return DIGITS.features

    @property
    def classes(self) -> int:
        return DIGITS.classes

    @property
    def test_count(self) -> int:
        return self.train_count

    @property
    def differences(self) -> list[str]:
        return [f"{self.train_count} random labels"]

    def draw(self, replicates: Replicates) -> Samples:
        digits = Digits(self.train_count).draw(replicates)
        inputs, _ = digits.take(digits.train)
        labels = np.stack(
            [
                replicates.generator(k, "random labels").integers(self.classes, size=len(images))
                for k, images in zip(replicates, inputs, strict=True)
            ]
        )
        indices = torch.arange(labels.size, device=replicates.device).view(labels.shape)
        return replace(
            digits,
            inputs=inputs.flatten(0, 1),
            labels=torch.from_numpy(labels).flatten().to(replicates.device),
            train=indices,
            test=indices,
        )


def labels_learnt(**settings: Any) -> Recorded:
    """Share of 300 random labels that a trained network predicts, with dropout off.

    ``settings`` are fields of :class:`~refute.lab.bench.training.Training`, or of its network.
    """
    return at_the_end(
        "test accuracy", data=RandomLabels(), what="share of the labels learnt", **settings
    )
