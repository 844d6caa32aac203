"""Moments of trained networks."""

from refute.experiment import Replicates
from refute.lab.bench.networks import Network
from refute.lab.bench.trained import TrainedStack
from refute.lab.self_normalization.moments import MomentsAfterTraining


def test_networks_are_tested_once_at_the_end_since_no_curve_of_the_accuracy_is_recorded(
    monkeypatch,
):
    tested = []
    correct = TrainedStack.correct

    def noted(run):
        tested.append(run.losses.shape[1])
        return correct(run)

    monkeypatch.setattr(TrainedStack, "correct", noted)

    record = MomentsAfterTraining(Network(hidden=(8, 8)), steps=40).run(Replicates(0, 2))

    losses = next(series for series in record.series if series.name == "training loss")
    assert tested == [len(losses.x)]
    assert set(record.samples) > {"test accuracy", "mean at layer 2", "variance at layer 1"}
