"""What is watched is what was trained: losses, counts of epochs, accuracy that is lost."""

from __future__ import annotations

import numpy as np

from refute.experiment import Replicates
from refute.lab.bench.data import Digits
from refute.lab.bench.networks import Network
from refute.lab.bench.training import Training
from refute.lab.practice.watching import (
    Watched,
    accuracy_lost,
    epochs_below_running_loss,
)

REPLICATES = Replicates(0, 2)
FEW = Digits(train_count=400)


def test_watching_a_training_does_not_change_it() -> None:
    watched = Watched(data=FEW, epochs=3).run(REPLICATES)
    trained = Training(data=FEW, steps=36).train(REPLICATES)
    inputs, labels = trained.samples.take(trained.samples.train[:, :360])
    logits = trained.net(inputs)
    losses = -logits.log_softmax(-1).gather(2, labels[..., None])[..., 0].mean(1)
    _, after_the_epoch, _ = watched.series
    np.testing.assert_allclose(after_the_epoch.values[:, -1], losses.detach().numpy(), rtol=1e-4)


def test_the_running_loss_begins_with_that_of_the_initial_weights() -> None:
    one_batch = Watched(data=Digits(train_count=32), epochs=3).run(REPLICATES)
    running, after, _ = one_batch.series
    # The second epoch's only minibatch is the training set as the first epoch left it.
    np.testing.assert_allclose(running.values[:, 1], after.values[:, 0], rtol=1e-4)


def test_epochs_are_counted_by_their_losses() -> None:
    record = Watched(Network(dropout=0.5), FEW, epochs=4).run(REPLICATES)
    running, _, validation = (series.values for series in record.series)
    below = (validation < running).sum(1)
    assert record.samples["below running"].lower.tolist() == below.tolist()
    assert record.samples["below running"].per == 4
    assert record.samples["below running, early"].per == 2


def test_accuracy_is_lost_only_where_the_loss_has_risen() -> None:
    watched = Watched(data=FEW)
    losses = np.array([[1.0, 0.5, 0.56], [1.0, 0.5, 0.54], [3.0, 2.0, 1.0]])
    right = np.array([[100, 200, 190], [100, 200, 190], [1, 2, 3]])
    known = watched._accuracies_if_risen(losses, right)
    best, end = known["accuracy at the lowest loss"], known["accuracy at the end"]
    assert (best.lower[0], best.upper[0]) == (200, 200)
    assert (end.lower[0], end.upper[0]) == (190, 190)
    for sample in (best, end):
        assert (sample.lower[1:] == 0).all()
        assert (sample.upper[1:] == 360).all()


def test_quantities_say_what_they_measure() -> None:
    assert epochs_below_running_loss(early=True).name == (
        "share of the first 2 epochs with a validation loss below the running training loss "
        "in the usual setting"
    )
    assert accuracy_lost(FEW, Watched.optimizer, 4).name == (
        "test accuracy at the lowest loss with 400 training images − "
        "test accuracy at the end with 400 training images"
    )
