"""Early stopping: when a training ends, and with which weights; in Keras, and rebuilt.

Validation losses are given epoch by epoch, and the weights are the number of the epoch that made
them, so that what is left of a training tells which epoch it is from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any

from hypothesis import strategies as st

from refute.lab.bench.real_keras import own_warnings, real_keras


@dataclass(frozen=True)
class Ended:
    """How a training ended: after so many epochs, with the weights of an epoch, from 1."""

    epochs: int
    weights: int


@dataclass
class Stopper:
    """The callback, line by line as Keras has it (``keras/src/callbacks/early_stopping.py``).

    Args:
        patience: epochs without an improvement that are waited for.
        restores: whether the best weights are put back in the end.
        resets: whether each training starts afresh; Keras's does.
    """

    patience: int
    restores: bool = True
    resets: bool = True
    best: float = field(default=inf, init=False)
    best_weights: int | None = field(default=None, init=False)
    wait: int = field(default=0, init=False)

    def fit(self, losses: Sequence[float]) -> Ended:
        """Train until the losses, or the callback's patience, end."""
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
    """Keras's own callback, in its own ``fit``; the arguments are those of :class:`Stopper`."""

    patience: int
    restores: bool = True
    resets: bool = True
    callback: Any = field(default=None, init=False)

    def fit(self, losses: Sequence[float]) -> Ended:
        """Train until the losses, or the callback's patience, end.

        Raises:
            SkipTest: there is no Keras 3 here.
        """
        if self.callback is None:
            self.callback = self._callback()
        network = _scripted(losses)
        sample = real_keras().ops.zeros((1, 1))
        with own_warnings():
            history = network.fit(
                sample, sample, epochs=len(losses), validation_data=(sample, sample),
                callbacks=[self.callback], verbose=0,
            )  # fmt: skip
            return Ended(len(history.epoch), int(network.trained))

    def _callback(self) -> Any:
        kind = real_keras().callbacks.EarlyStopping
        made = kind(patience=self.patience, restore_best_weights=self.restores)
        if not self.resets:
            made.on_train_begin()
            made.on_train_begin = lambda logs=None: None
        return made


def _scripted(losses: Sequence[float]) -> Any:
    """A model of Keras whose validation losses are given; it counts the epochs in its weight."""
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
    """What early stopping promises of these losses.

    The end comes with the first epoch that is ``patience`` epochs behind the best one so far, or
    with the last loss; what is left is the best.
    """
    for epoch in range(1, len(losses) + 1):
        so_far = list(losses[:epoch])
        best = 1 + so_far.index(min(so_far))
        if epoch - best >= patience:
            return Ended(epoch, best)
    return Ended(len(losses), 1 + list(losses).index(min(losses)))


def validation_losses() -> st.SearchStrategy[list[float]]:
    """Losses of up to forty epochs, some of them alike."""
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
"""Losses of a training that begins to overfit after its fourth epoch, and would recover late."""

STILL_FALLING = (2.2, 1.9, 1.5, 1.2, 1.1, 1.3, 1.0)
"""Losses of a training that is not done yet; worse, each of them, than a first training's best."""
