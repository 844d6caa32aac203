"""Which samples Keras trains on, and which it holds out, when ``fit`` is asked to split."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from refute.lab.bench.real_keras import own_warnings, real_keras


@dataclass(frozen=True)
class Used:
    """The numbers of the samples that a ``fit`` trained on and validated on, each once."""

    trained: frozenset[int]
    validated: frozenset[int]


def samples_used(count: int, **of_fit: Any) -> Used:
    """Fit a model of Keras to samples that are their own number, and see which it is given.

    Args:
        count: how many samples there are.
        of_fit: arguments of ``fit``; ``validation_data="all"`` gives the training data again.

    Raises:
        SkipTest: there is no Keras 3 here.
    """
    keras = real_keras()
    trained: set[int] = set()
    validated: set[int] = set()

    class Noting(keras.Model):  # type: ignore[misc, name-defined]
        def train_step(self, data: Any) -> dict[str, float]:
            trained.update(_numbers(data))
            return {"loss": 0.0}

        def test_step(self, data: Any) -> dict[str, float]:
            validated.update(_numbers(data))
            return {"loss": 0.0}

    network = Noting()
    network.built = True
    network.compile()
    samples = np.arange(count, dtype=np.float32)[:, None]
    if of_fit.get("validation_data") == "all":
        of_fit = {**of_fit, "validation_data": (samples, samples)}
    with own_warnings():
        network.fit(samples, samples, epochs=2, batch_size=32, verbose=0, **of_fit)
    return Used(frozenset(trained), frozenset(validated))


def _numbers(data: Any) -> list[int]:
    inputs: NDArray[np.float32] = real_keras().ops.convert_to_numpy(data[0])
    return [int(number) for number in inputs[:, 0]]
