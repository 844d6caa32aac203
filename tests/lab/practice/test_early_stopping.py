"""Early stopping stops and hands back what Keras' own does."""

from __future__ import annotations

import os

import pytest

from refute.lab.practice.early_stopping import Stopping

FALLS_AND_RISES = (3.0, 1.0, 2.0, 0.5, 0.7, 0.6, 0.9, 0.1)


@pytest.mark.parametrize(
    ("patience", "last", "best"), [(0, 2, 1), (1, 2, 1), (2, 5, 3), (3, 6, 3), (4, 7, 7)]
)
def test_it_stops_when_patience_is_at_an_end(patience: int, last: int, best: int) -> None:
    stopping = Stopping(FALLS_AND_RISES, patience)
    assert stopping.last_epoch == stopping.epoch_of_final_weights(restoring=False) == last
    assert stopping.best_epoch == stopping.epoch_of_final_weights(restoring=True) == best


def test_losses_that_fall_to_the_end_are_all_run() -> None:
    assert Stopping((3.0, 2.0, 1.0), 0).epoch_of_final_weights(restoring=False) == 2


@pytest.mark.parametrize("patience", range(6))
@pytest.mark.parametrize("restoring", [False, True])
@pytest.mark.parametrize("losses", [FALLS_AND_RISES, FALLS_AND_RISES[::-1], (2.0, 3.0, 4.0, 1.0)])
def test_keras_does_the_same(losses: tuple[float, ...], patience: int, restoring: bool) -> None:
    os.environ.setdefault("KERAS_BACKEND", "torch")
    keras = pytest.importorskip("keras", exc_type=ImportError)

    class Model:
        """What the callback needs of a model: its weights are the epoch that it is in."""

        stop_training, epoch = False, -1

        def get_weights(self) -> int:
            return self.epoch

        def set_weights(self, epoch: int) -> None:
            self.epoch = epoch

    callback = keras.callbacks.EarlyStopping(
        patience=patience, restore_best_weights=restoring, mode="min"
    )
    model = Model()
    callback.set_model(model)
    callback.on_train_begin()
    for epoch, loss in enumerate(losses):
        model.epoch = epoch
        callback.on_epoch_end(epoch, {"val_loss": loss})
        if model.stop_training:
            break
    callback.on_train_end()
    assert Stopping(losses, patience).epoch_of_final_weights(restoring=restoring) == model.epoch
