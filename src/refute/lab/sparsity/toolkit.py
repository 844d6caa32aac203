"""Pruning by the TensorFlow Model Optimization Toolkit, in a separate process.

TensorFlow then need not share a process with torch, and the toolkit works only with Keras 2
(``tf_keras``).  The process runs this file as a script, which prints one line of JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from unittest import SkipTest

INSTALL = "pip install 'refute[tensorflow]'"
NEEDED = ("tensorflow", "tf_keras", "tensorflow_model_optimization")
GOAL = 0.8
"""Share of the weights that the schedule zeroes."""


@dataclass(frozen=True)
class PrunedByTheToolkit:
    """A network that the toolkit has pruned.

    Attributes:
        zeros: share of the weights that are zero, without biases.
        dense_accuracy: share of the test digits classified right before pruning.
        accuracy: the same after pruning.
    """

    zeros: float
    dense_accuracy: float
    accuracy: float


@cache
def pruned_by_the_toolkit(*, trained_on: bool = False) -> PrunedByTheToolkit:
    """Train a network on digits, prune it while training continues, and strip the wrappers.

    Args:
        trained_on: whether to train one more epoch after stripping, when nothing keeps pruned
            weights at zero.

    Raises:
        SkipTest: a package that it needs is not installed.
        RuntimeError: the process failed; the message has its last line of errors, or its status.
    """
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise SkipTest(f"{missing[0]} is not installed: {INSTALL}")
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0", "CUDA_VISIBLE_DEVICES": ""}
    process = subprocess.run(
        [sys.executable, Path(__file__), json.dumps(trained_on)],
        env={**os.environ, "TF_USE_LEGACY_KERAS": "1", **quiet},
        capture_output=True,
        text=True,
        check=False,
    )
    if process.returncode:
        # A process that was killed leaves no message.
        errors = process.stderr.strip().splitlines() or [f"exit status {process.returncode}"]
        raise RuntimeError(f"the toolkit's process failed: {errors[-1]}")
    return PrunedByTheToolkit(**json.loads(process.stdout.splitlines()[-1]))


def _prune(trained_on: bool) -> dict[str, float]:
    """What the process does: prune over five epochs by Zhu and Gupta's schedule (2017, 3)."""
    import importlib

    import numpy as np
    from sklearn.datasets import load_digits

    keras: Any = importlib.import_module("tf_keras")
    toolkit: Any = importlib.import_module("tensorflow_model_optimization").sparsity.keras
    keras.utils.set_random_seed(0)
    images, labels = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(labels))
    x, y = (images / 16).astype(np.float32)[order], labels[order]
    train, test = (x[:1437], y[:1437]), (x[1437:], y[1437:])

    def fitted(model: Any, epochs: int, *callbacks: Any) -> Any:
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        model.fit(*train, epochs=epochs, batch_size=32, verbose=0, callbacks=callbacks)
        return model

    layers = [
        keras.Input((64,)),
        keras.layers.Dense(100, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
    dense = fitted(keras.Sequential(layers), 15)
    before = dense.evaluate(*test, verbose=0)[1]
    steps = 5 * -(-len(train[1]) // 32)
    schedule = toolkit.PolynomialDecay(0.0, GOAL, 0, int(0.8 * steps), frequency=10)
    wrapped = toolkit.prune_low_magnitude(dense, pruning_schedule=schedule)
    pruned = toolkit.strip_pruning(fitted(wrapped, 5, toolkit.UpdatePruningStep()))
    if trained_on:
        fitted(pruned, 1)
    else:
        pruned.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    weights = [matrix for matrix in pruned.get_weights() if matrix.ndim == 2]
    zeros = sum(int((matrix == 0).sum()) for matrix in weights)
    return {
        "zeros": zeros / sum(matrix.size for matrix in weights),
        "dense_accuracy": float(before),
        "accuracy": float(pruned.evaluate(*test, verbose=0)[1]),
    }


if __name__ == "__main__":
    print(json.dumps(_prune(json.loads(sys.argv[1]))))
