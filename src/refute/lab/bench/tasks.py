"""Tasks that are harder than the usual digits: few samples, noise, winding class boundaries.

With all training images, most networks classify nearly all digits correctly, which leaves no room
for differences.  Smaller data sets that come with scikit-learn, and synthetic tasks with a known
answer, leave more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from refute.experiment import Replicates
from refute.lab.bench.data import Data, Samples, split, standardised
from refute.lab.bench.kinds import Count

Inputs = NDArray[np.float64]
Labels = NDArray[np.int64]


_PATIENTS = {"breast cancer": 569, "diabetes": 442}


@dataclass(frozen=True)
class Patients(Data):
    """Medical data sets of two classes that come with scikit-learn, every feature standardised.

    Args:
        of: "breast cancer" has 569 tumours, malignant or benign, with 30 features (Street,
            Wolberg & Mangasarian 1993).  "diabetes" has 442 patients with 10 features (Efron et
            al. 2004); the class is whether the disease progresses faster than the median, which
            the features predict only in part.
        train_count: number of training samples.
        test_count: number of test samples.

    Raises:
        ValueError: there are not as many patients.
    """

    of: Literal["breast cancer", "diabetes"]
    train_count: Count = 240
    test_count: Count = 200

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.train_count + self.test_count > (there_are := _PATIENTS[self.of]):
            raise ValueError(
                f"{self.of}: {self.train_count} training and {self.test_count} test samples: give "
                f"at most {there_are} together"
            )

    @property
    def features(self) -> int:
        return int(_patients(self.of)[0].shape[1])

    @property
    def classes(self) -> int:
        return 2

    @property
    def differences(self) -> list[str]:
        return [self.of]

    def draw(self, replicates: Replicates) -> Samples:
        return split(*_patients(self.of), self.train_count, self.test_count, replicates)


@lru_cache(maxsize=2)
def _patients(of: str) -> tuple[Inputs, Labels]:
    from sklearn.datasets import load_breast_cancer, load_diabetes

    if of == "breast cancer":
        inputs, labels = load_breast_cancer(return_X_y=True)
    else:
        inputs, progress = load_diabetes(return_X_y=True)
        labels = progress > np.median(progress)
    return standardised(inputs), labels.astype(np.int64)


@dataclass(frozen=True)
class Synthetic(Data):
    """A task with a known answer; every replicate draws its own samples.

    Args:
        of: "spirals" has three classes, each a noisy arm that winds one and a quarter times around
            the origin of a plane (after Lang & Witbrock 1988).  "waves" has points with four
            normal coordinates; the class is the sign of a sum of eight sine waves in random
            directions, which is smooth and favours no activation.  "disc" has points with two
            normal coordinates; the class is whether a point lies inside the circle that contains
            half of them.  "disc and a one" adds a third coordinate that is always 1.  "quadrants"
            has the points of "disc"; the class is the sign of the product of their coordinates, as
            in XOR.
        train_count: number of training samples.
        test_count: number of test samples.
    """

    of: Literal["spirals", "waves", "disc", "disc and a one", "quadrants"]
    train_count: Count = 600
    test_count: Count = 1000

    @property
    def features(self) -> int:
        return _TASKS[self.of].features

    @property
    def classes(self) -> int:
        return _TASKS[self.of].classes

    @property
    def differences(self) -> list[str]:
        return [self.of]

    def draw(self, replicates: Replicates) -> Samples:
        count = self.train_count + self.test_count
        drawn = [_TASKS[self.of].draw(replicates.generator(k, "data"), count) for k in replicates]
        inputs = np.concatenate([points for points, _ in drawn]).astype(np.float32)
        labels = np.concatenate([classes for _, classes in drawn])
        # The pool holds replicate after replicate, each in random order already.
        own = torch.arange(len(drawn) * count, device=replicates.device).view(len(drawn), count)
        return Samples(
            torch.from_numpy(inputs).to(replicates.device),
            torch.from_numpy(labels).to(replicates.device),
            own[:, : self.train_count],
            own[:, self.train_count :],
        )


class _Task(NamedTuple):
    features: int
    classes: int
    draw: Callable[[np.random.Generator, int], tuple[Inputs, Labels]]


ARMS, TURNS, BLUR = 3, 1.25, 0.05
"""Number of spiral arms, their turns, and the standard deviation of the noise, for arms that end at
distance 1 from the origin."""

WAVES, COORDINATES = 8, 4
"""Number of sine waves, and of coordinates of a point."""

MEDIAN_SQUARE = 2 * np.log(2)
"""Median of the squared distance from the origin of a point with two normal coordinates."""


def _spirals(generator: np.random.Generator, count: int) -> tuple[Inputs, Labels]:
    labels = generator.integers(ARMS, size=count)
    radius = np.sqrt(generator.random(count))  # the density is the same at every radius
    angle = 2 * np.pi * (TURNS * radius + labels / ARMS)
    points = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1)
    return standardised(points + BLUR * generator.standard_normal(points.shape)), labels


def _waves(generator: np.random.Generator, count: int) -> tuple[Inputs, Labels]:
    directions = generator.standard_normal((COORDINATES, WAVES))
    phases = 2 * np.pi * generator.random(WAVES)
    amplitudes = generator.standard_normal(WAVES)
    points = generator.standard_normal((count, COORDINATES))
    return points, (np.sin(points @ directions + phases) @ amplitudes > 0).astype(np.int64)


def _disc(generator: np.random.Generator, count: int) -> tuple[Inputs, Labels]:
    points = generator.standard_normal((count, 2))
    return points, ((points**2).sum(1) < MEDIAN_SQUARE).astype(np.int64)


def _disc_and_a_one(generator: np.random.Generator, count: int) -> tuple[Inputs, Labels]:
    points, labels = _disc(generator, count)
    return np.column_stack([points, np.ones(count)]), labels


def _quadrants(generator: np.random.Generator, count: int) -> tuple[Inputs, Labels]:
    points = generator.standard_normal((count, 2))
    return points, (points.prod(1) > 0).astype(np.int64)


_TASKS = {
    "spirals": _Task(2, ARMS, _spirals),
    "waves": _Task(COORDINATES, 2, _waves),
    "disc": _Task(2, 2, _disc),
    "disc and a one": _Task(3, 2, _disc_and_a_one),
    "quadrants": _Task(2, 2, _quadrants),
}
