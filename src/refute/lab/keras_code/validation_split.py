"""Which samples Keras trains on, and which it holds out, with ``validation_split``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from refute.lab.bench.real_keras import numpy_deprecations_ignored, real_keras


@dataclass(frozen=True)
class Used:
    """The numbers of the samples that ``fit`` trained on and validated on."""

    trained: frozenset[int]
    validated: frozenset[int]


def samples_used(count: int, **arguments: Any) -> Used:
    """Fit a Keras model to numbered samples, and record which ones it gets.

    Args:
        count: number of samples.
        arguments: arguments of ``fit``; ``validation_data="all"`` validates on all samples.

    Raises:
        SkipTest: Keras 3 is not installed.
    """
    keras = real_keras()
    trained: set[int] = set()
    validated: set[int] = set()

    class Recorder(keras.Model):  # type: ignore[misc, name-defined]
        def train_step(self, data: Any) -> dict[str, float]:
            trained.update(_sample_numbers(data))
            return {"loss": 0.0}

        def test_step(self, data: Any) -> dict[str, float]:
            validated.update(_sample_numbers(data))
            return {"loss": 0.0}

    network = Recorder()
    network.built = True
    network.compile()
    samples = np.arange(count, dtype=np.float32)[:, None]
    if arguments.get("validation_data") == "all":
        arguments = {**arguments, "validation_data": (samples, samples)}
    with numpy_deprecations_ignored():
        network.fit(samples, samples, epochs=2, batch_size=32, verbose=0, **arguments)
    return Used(frozenset(trained), frozenset(validated))


def _sample_numbers(data: Any) -> list[int]:
    inputs: NDArray[np.float32] = real_keras().ops.convert_to_numpy(data[0])
    return [int(number) for number in inputs[:, 0]]
