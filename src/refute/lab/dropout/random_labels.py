"""Labels drawn at random: nothing but memory can learn them, so what is learnt is capacity.

After Zhang et al. (2017, section 2) and Arpit et al. (2017).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from refute.lab.bench.data import Data, Digits, Samples
from refute.lab.bench.quantities import at_the_end
from refute.quantity import Recorded, Replicates


@dataclass(frozen=True)
class RandomLabels(Data):
    """Digits whose labels are drawn at random, each replicate's its own; tested on themselves.

    Args:
        train_count: images, all of which are test images too: "test accuracy" is the share of
            the labels that a network has learnt.
    """

    train_count: int = 300

    @property
    def features(self) -> int:
        return Digits().features

    @property
    def classes(self) -> int:
        return Digits().classes

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
                replicates.generator(k, "random labels").integers(self.classes, size=len(own))
                for k, own in zip(replicates, inputs, strict=True)
            ]
        )
        own = torch.arange(labels.size, device=replicates.device).view(labels.shape)
        return replace(
            digits,
            inputs=inputs.flatten(0, 1),
            labels=torch.from_numpy(labels).flatten().to(replicates.device),
            train=own,
            test=own,
        )


def labels_learnt(**settings: Any) -> Recorded:
    """Share of 300 random labels that a network knows, with dropout off, after its training.

    ``settings`` are fields of :class:`~refute.lab.bench.training.Training`, or of its network.
    """
    return at_the_end(
        "test accuracy", data=RandomLabels(), what="share of the labels learnt", **settings
    )
