"""A prediction function for Monte Carlo dropout as written for old Keras, line by line.

Stand-ins take the place of Keras, which the lab does not need: a :class:`Classifier` that reports
its output shape as a Keras model does, and the two backend functions that the code calls, for each
generation of Keras:

- ``KERAS_3``, in TensorFlow 2.16 and later: the backend has neither function;
- ``KERAS_2``, in earlier TensorFlow 2: ``learning_phase()`` is the number 0, and ``function``
  builds a model, all of whose inputs must be symbolic;
- ``KERAS_OF_GRAPHS``, with TensorFlow 1's graphs: both work.

The code itself was run with TensorFlow 2.21, 2.15, and 2.15 with graphs; it stopped at the same
lines, with the same exceptions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from refute.lab.bench.description import Description
from refute.lab.bench.kinds import Count, DropoutRate, Natural
from refute.lab.bench.real_keras import numpy_deprecations_ignored, real_keras
from refute.plurals import counted

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Symbol:
    """A symbolic Keras tensor: a model's input or output, or the learning phase."""

    name: str
    of: Classifier | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Classifier(Description):
    """Dropout followed by a softmax layer, with a batch to predict."""

    features: Count
    classes: Count
    samples: Count
    rate: DropoutRate
    seed: Natural

    @property
    def said(self) -> str:
        """The units, the rate and the size of the batch in words."""
        layers = f"{counted(self.features, 'feature')} and {self.classes} classes"
        return f"{layers}, dropout {self.rate:g}, {counted(self.samples, 'sample')}"

    @property
    def input(self) -> Symbol:
        return Symbol("input", self)

    @property
    def output(self) -> Symbol:
        return Symbol("output", self)

    @property
    def output_shape(self) -> tuple[int | None, ...]:
        """(None, classes), as for any batch size."""
        return (None, self.classes)

    def batch(self) -> Array:
        """Inputs, shape (samples, features)."""
        return np.random.default_rng(self.seed).normal(size=(self.samples, self.features))

    def masks(self) -> np.random.Generator:
        """A generator of dropout masks for a sequence of passes."""
        return np.random.default_rng(self.seed + 2)

    def one_pass(self, inputs: Array, masks: np.random.Generator) -> Array:
        """Class probabilities with dropout on, shape (samples, classes)."""
        weights = np.random.default_rng(self.seed + 1).normal(size=(self.features, self.classes))
        kept = masks.random(inputs.shape) >= self.rate
        scores = np.exp((inputs * kept / (1 - self.rate)) @ weights)
        probabilities: Array = scores / scores.sum(axis=1, keepdims=True)
        return probabilities


# --- the backends of Keras -------------------------------------------------------------------


@dataclass(frozen=True)
class Keras3:
    """Keras 3, without ``function`` and ``learning_phase``."""

    def __getattr__(self, name: str) -> Any:
        """Say what is missing as Keras does, of its own backend.

        Raises:
            AttributeError: always, as there is nothing else.
        """
        raise AttributeError(f"module 'keras.backend' (Keras 3) has no attribute {name!r}")


@dataclass(frozen=True)
class Keras2:
    """Keras 2 with eager execution: the phase is a number, which cannot be a model's input."""

    def learning_phase(self) -> Any:
        """0, which means inference."""
        return 0

    def function(
        self, inputs: Sequence[Any], outputs: Sequence[Symbol]
    ) -> Callable[[Sequence[Any]], list[Array]]:
        """A function from input values to outputs.

        Raises:
            ValueError: an input is not symbolic.
        """
        for tensor in inputs:
            if not isinstance(tensor, Symbol):
                raise ValueError(f"a model's inputs are tensors of Keras, not {tensor!r}")
        (output,) = outputs
        assert output.of is not None
        model, masks = output.of, output.of.masks()
        return lambda values: [model.one_pass(values[0], masks)]


@dataclass(frozen=True)
class KerasOfGraphs(Keras2):
    """Keras with TensorFlow 1's graphs: the phase is a tensor, fed like an input."""

    def learning_phase(self) -> Symbol:
        """The symbolic phase; feeding 1 switches dropout on."""
        return Symbol("phase")


KERAS_3, KERAS_2, KERAS_OF_GRAPHS = Keras3(), Keras2(), KerasOfGraphs()


# --- the function, and how it is written today -----------------------------------------------


def as_in_the_key(K: Any, network: Classifier, batch: Array, passes: int) -> tuple[Array, Array]:  # noqa: N803 (its usual name)
    """Mean and standard deviation over passes, by the key's lines in their order."""
    noisy = K.function([network.input, K.learning_phase()], [network.output])
    outputs: Any = np.zeros((passes,) + network.output_shape)  # noqa: RUF005 (so written)
    for k in range(passes):
        outputs[k] = noisy([batch, 1])[0]
    return outputs.mean(axis=0), outputs.std(axis=0)


def by_calling_the_model(
    K: Any,  # noqa: N803 (its usual name)
    network: Classifier,
    batch: Array,
    passes: int,
) -> tuple[Array, Array]:
    """The same by calling the model, as ``network(batch, training=True)`` does in Keras."""
    masks = network.masks()
    outputs = np.stack([network.one_pass(batch, masks) for _ in range(passes)])
    return outputs.mean(axis=0), outputs.std(axis=0)


def repaired(
    noisy: Callable[[Array], Array], batch: Array, output_shape: Sequence[Any], passes: int
) -> tuple[Array, Array]:
    """The key's lines with two repairs that let them run.

    Args:
        noisy: computes one pass with dropout on, in place of ``K.function``'s result.
        batch: inputs, shape (samples, ...).
        output_shape: of the model; the number of samples replaces its first entry, ``None``.
        passes: number of passes.
    """
    outputs = np.zeros((passes, len(batch), *output_shape[1:]))
    for k in range(passes):
        outputs[k] = noisy(batch)
    return outputs.mean(axis=0), outputs.std(axis=0)


@dataclass(frozen=True)
class Passes(Description):
    """How passes with dropout on are computed.

    Args:
        library: "numpy" for :class:`Classifier`, "Keras" for the same layers in Keras 3.
        mask: whether each pass draws a "new" mask, or the first is "kept" for all.
    """

    library: Literal["numpy", "Keras"]
    mask: Literal["new", "kept"] = "new"

    def of(self, model: Classifier) -> Callable[[Array], Array]:
        """A function that computes one pass per call, with the model's shape, rate and seed.

        Raises:
            SkipTest: the library is Keras, and Keras 3 is not installed.
        """
        if self.library == "Keras":
            return _keras_passes(model, kept=self.mask == "kept")
        masks = model.masks()
        if self.mask == "kept":
            return lambda inputs: model.one_pass(inputs, model.masks())
        return lambda inputs: model.one_pass(inputs, masks)


def _keras_passes(model: Classifier, *, kept: bool) -> Callable[[Array], Array]:
    keras = real_keras()
    keras.utils.set_random_seed(model.seed % 2**31)
    network = keras.Sequential(
        [
            keras.Input((model.features,)),
            keras.layers.Dropout(model.rate),
            keras.layers.Dense(model.classes, activation="softmax"),
        ]
    )

    def one_pass(inputs: Array) -> Array:
        if kept:
            keras.utils.set_random_seed(model.seed % 2**31)
        with numpy_deprecations_ignored():
            outputs: Array = keras.ops.convert_to_numpy(network(inputs, training=True))
        return outputs

    return one_pass


def classifiers(features: int = 1, samples: int = 1) -> st.SearchStrategy[Classifier]:
    """Draw small classifiers with their batches.

    Args:
        features: the least number of features; with a few, the masks of passes practically never
            agree.
        samples: the least number of samples.
    """
    return st.builds(
        Classifier,
        features=st.integers(features, 20),
        classes=st.integers(2, 10),
        samples=st.integers(samples, 40),
        rate=st.sampled_from((0.1, 0.2, 0.5)),
        seed=st.integers(0, 2**31),
    )
