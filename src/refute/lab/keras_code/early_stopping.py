"""When early stopping ends a training, and with which weights: in Keras, and rebuilt.

The validation loss of every epoch is given, and the weights are set to the number of the epoch, so
that the final weights show which epoch they come from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any

from hypothesis import strategies as st

from refute.lab.bench.real_keras import numpy_deprecations_ignored, real_keras


@dataclass(frozen=True)
class Ended:
    """How a training ended.

    Args:
        epochs: number of epochs that it took.
        weights: the epoch, counted from 1, whose weights are left.
    """

    epochs: int
    weights: int


@dataclass
class Stopper:
    """Keras's callback, rebuilt line by line from ``keras/src/callbacks/early_stopping.py``.

    Args:
        patience: epochs without improvement after which training stops.
        restores: whether the best weights are restored at the end.
        resets: whether its state is reset when training starts, as in Keras.
    """

    patience: int
    restores: bool = True
    resets: bool = True
    best: float = field(default=inf, init=False)
    best_weights: int | None = field(default=None, init=False)
    wait: int = field(default=0, init=False)

    def fit(self, losses: Sequence[float]) -> Ended:
        """Train until the losses or the patience run out."""
        if self.resets:
            self.best, self.best_weights, self.wait = inf, None, 0
        epoch = 0
        for epoch, loss in enumerate(losses, 1):
            if self.best_weights is None:
                self.best_weights = epoch
            self.wait += 1
            if loss < self.best:
                self.best, self.best_weights, self.wait = loss, epoch, 0
            elif self.wait >= self.patience and epoch > 1:
                break
        return Ended(epoch, self.best_weights or epoch if self.restores else epoch)


@dataclass
class KerasStopper:
    """Keras's own callback in Keras's ``fit``; the arguments are those of :class:`Stopper`."""

    patience: int
    restores: bool = True
    resets: bool = True
    callback: Any = field(default=None, init=False, repr=False)

    def fit(self, losses: Sequence[float]) -> Ended:
        """Train until the losses or the patience run out.

        Raises:
            SkipTest: Keras 3 is not installed.
        """
        if self.callback is None:
            self.callback = self._callback()
        network = _scripted(losses)
        sample = real_keras().ops.zeros((1, 1))
        with numpy_deprecations_ignored():
            history = network.fit(
                sample, sample, epochs=len(losses), validation_data=(sample, sample),
                callbacks=[self.callback], verbose=0,
            )  # fmt: skip
            return Ended(len(history.epoch), int(network.trained))

    def _callback(self) -> Any:
        early_stopping = real_keras().callbacks.EarlyStopping
        callback = early_stopping(patience=self.patience, restore_best_weights=self.restores)
        if not self.resets:
            callback.on_train_begin()
            callback.on_train_begin = lambda logs=None: None
        return callback


def _scripted(losses: Sequence[float]) -> Any:
    """Make a Keras model with given validation losses, whose only weight counts the epochs."""
    keras = real_keras()

    class Scripted(keras.Model):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.trained = self.add_weight(shape=(), initializer="zeros")
            self.epoch = 0
            self.built = True

        def train_step(self, data: Any) -> dict[str, float]:
            self.epoch += 1
            self.trained.assign(self.epoch)
            return {"loss": 0.0}

        def call(self, inputs: Any) -> Any:
            return 0 * inputs + losses[self.epoch - 1]

    network = Scripted()
    network.compile(loss=lambda true, predicted: predicted)
    return network


def expected(losses: Sequence[float], patience: int) -> Ended:
    """Return how early stopping is documented to end a training with these losses.

    It ends at the first epoch that is ``patience`` epochs after the best one so far, or with the
    last loss, and leaves the weights of the best epoch.
    """
    for epoch in range(1, len(losses) + 1):
        so_far = list(losses[:epoch])
        best = 1 + so_far.index(min(so_far))
        if epoch - best >= patience:
            return Ended(epoch, best)
    return Ended(len(losses), 1 + list(losses).index(min(losses)))


def validation_losses() -> st.SearchStrategy[list[float]]:
    """Strategy for the losses of 2 to 40 epochs, in which values may repeat."""
    return st.lists(st.integers(1, 30).map(lambda tenths: tenths / 10), min_size=2, max_size=40)


FALLING_AND_RISING = (
    2.0,
    1.6,
    1.7,
    1.3,
    1.3,
    1.4,
    1.5,
    1.6,
    1.8,
    1.7,
    1.9,
    2.0,
    2.2,
    2.1,
    2.3,
    1.0,
)
"""Losses of a training that overfits after its fourth epoch, but would recover late."""

STILL_FALLING = (2.2, 1.9, 1.5, 1.2, 1.1, 1.3, 1.0)
"""Losses of a training that is not finished; none is below the lowest of ``FALLING_AND_RISING``."""
