"""A small Monte Carlo prediction function as it is often written, and a model to call it on.

The model reports its output shape the way Keras does: the size of the batch is not known before
a batch comes, so that the first entry is ``None``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

Array = NDArray[np.float64]
Shape = tuple[int | None, ...]


@dataclass(frozen=True)
class Classifier:
    """A softmax layer behind dropout, with a batch to predict."""

    features: int
    classes: int
    samples: int
    rate: float
    seed: int

    @property
    def output_shape(self) -> Shape:
        """(None, classes): any batch size."""
        return (None, self.classes)

    def batch(self) -> Array:
        """Inputs, shape (samples, features)."""
        return np.random.default_rng(self.seed).normal(size=(self.samples, self.features))

    def one_pass(self, inputs: Array, masks: np.random.Generator) -> Array:
        """Class probabilities with dropout on, shape (samples, classes)."""
        weights = np.random.default_rng(self.seed + 1).normal(size=(self.features, self.classes))
        kept = masks.random(inputs.shape) >= self.rate
        scores = np.exp((inputs * kept / (1 - self.rate)) @ weights)
        probabilities: Array = scores / scores.sum(axis=1, keepdims=True)
        return probabilities


Allocation = Callable[[Classifier, Array, int], Shape]


def by_output_shape(model: Classifier, inputs: Array, passes: int) -> Shape:
    """Room for the passes by what the model says of its outputs."""
    return (passes, *model.output_shape)


def by_batch(model: Classifier, inputs: Array, passes: int) -> Shape:
    """Room for the passes by the number of inputs that came."""
    return (passes, len(inputs), *model.output_shape[1:])


def mean_and_spread(
    model: Classifier, inputs: Array, allocation: Allocation, passes: int = 10
) -> tuple[Array, Array]:
    """Mean and standard deviation over passes, each of shape (samples, classes).

    The results of the passes are written into an array of zeros made beforehand.
    """
    masks = np.random.default_rng(model.seed + 2)
    results = np.zeros(allocation(model, inputs, passes))  # type: ignore[type-var]  # the fault
    for at in range(passes):
        results[at] = model.one_pass(inputs, masks)
    return results.mean(axis=0), results.std(axis=0)


def classifiers() -> st.SearchStrategy[Classifier]:
    """Any small classifier and batch."""
    return st.builds(
        Classifier,
        features=st.integers(1, 20),
        classes=st.integers(2, 10),
        samples=st.integers(1, 40),
        rate=st.sampled_from((0.1, 0.2, 0.5)),
        seed=st.integers(0, 2**31),
    )
