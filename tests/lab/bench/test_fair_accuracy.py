"""Arms that share their settings, and the accuracy of each at the rate that suits it best."""

import numpy as np
import pytest
import torch

from refute.experiment import Replicates
from refute.lab.bench import fair_accuracy as module
from refute.lab.bench.data import Samples, minibatches
from refute.lab.bench.fair_accuracy import (
    COMMON_COUNT,
    TASKS,
    FairAccuracy,
    Population,
    fair_accuracy,
)
from refute.lab.bench.initializers import LECUN_NORMAL
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import SGD
from refute.lab.bench.stack.network import stack
from refute.lab.bench.stack.stepping import Stepper

CHUNK = Replicates(4, 3, seed=2)
SMALL = Population(("diabetes", "breast cancer"), depths=(1, 2), widths=(8,))


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(module, "STEPS", 12)


def drawn(experiment, replicates=CHUNK):
    return [series.values[:, 0] for series in experiment.run(replicates).series]


def test_every_arm_draws_the_same_settings(quick):
    relu = FairAccuracy(Network(), SMALL)
    selu = FairAccuracy(Network(activation="selu", weights=LECUN_NORMAL), SMALL)
    for ours, theirs in zip(drawn(relu), drawn(selu), strict=True):
        assert np.array_equal(ours, theirs)


def test_every_task_depth_and_width_is_drawn_about_equally_often():
    many, population = Replicates(0, 800), Population()
    settings = [population.draw(many.generator(k, "setting")) for k in many]
    for values, count in zip(zip(*settings, strict=True), (len(TASKS), 4, 2), strict=True):
        _, counts = np.unique(values, return_counts=True)
        expected = len(settings) / count
        assert len(counts) == count
        assert (np.abs(counts - expected) < 5 * expected**0.5).all()


def test_a_replicate_measures_what_it_measures_alone(quick):
    experiment = FairAccuracy(Network(), SMALL)
    together = experiment.run(CHUNK).samples["test accuracy"].lower
    alone = [
        experiment.run(Replicates(k, 1, seed=2)).samples["test accuracy"].lower[0] for k in CHUNK
    ]
    # Sums that are added in another order may change the class of a single sample.
    assert np.abs(together - alone).max() <= COMMON_COUNT / 200


@pytest.mark.parametrize("rate", module.RATES)
def test_an_only_rate_trains_as_usual(monkeypatch, quick, rate):
    monkeypatch.setattr(module, "RATES", (rate,))
    population = Population(("diabetes",), depths=(2,), widths=(8,))
    found = FairAccuracy(Network(), population).run(CHUNK).samples["test accuracy"]
    data = TASKS["diabetes"]
    samples, _ = module.hold_out_validation(data.draw(CHUNK))
    network = Network(inputs=10, hidden=(8, 8), outputs=2)
    net = stack(network, CHUNK)
    step, batches = Stepper(net, SGD(lr=rate), 32), minibatches(samples, 32, CHUNK)
    for _ in range(12):
        step(*next(batches), None)
    inputs, labels = samples.take(samples.test)
    with torch.no_grad():
        right = (net(inputs).argmax(2) == labels).sum(1).numpy()
    assert np.abs(found.lower - right * COMMON_COUNT // 200).max() <= COMMON_COUNT / 200


@pytest.mark.parametrize("network", [Network(activation="prelu"), Network(biases=None)])
def test_leaving_out_lost_networks_changes_no_number(monkeypatch, network):
    monkeypatch.setattr(module, "STEPS", 60)
    monkeypatch.setattr(module, "RATES", (0.03, 1e6, 0.1, 1e4))
    experiment = FairAccuracy(network, Population(("digits, 300 images",), (4,), (8,)))
    left_out, of_rows = [], Stepper.of_rows

    def noted(step, rows):
        left_out.append(rows)
        return of_rows(step, rows)

    monkeypatch.setattr(Stepper, "of_rows", noted)
    found = experiment.run(CHUNK).samples["test accuracy"]
    assert left_out
    monkeypatch.setattr(module, "WATCHED", 61)
    with_them = experiment.run(CHUNK).samples["test accuracy"]
    assert found.lower.tolist() == with_them.lower.tolist()


def test_networks_with_normalization_or_dropout_stay_together(monkeypatch, quick):
    monkeypatch.setattr(module, "RATES", (0.03, 1e30))
    monkeypatch.setattr(module, "WATCHED", 1)
    monkeypatch.delattr(Stepper, "of_rows")
    for network in (Network(normalization="batch"), Network(dropout=0.5)):
        found = FairAccuracy(network, SMALL).run(CHUNK).samples["test accuracy"]
        assert len(found) == CHUNK.count


def test_a_lost_network_has_the_score_of_nan():
    class Lost:
        def __call__(self, inputs):
            return torch.full((1, 4, 2), float("nan"))

    samples = Samples(torch.zeros(4, 1), torch.zeros(4, dtype=torch.int64), *[torch.arange(4)] * 2)
    scores = module._validation_scores(Lost(), samples, samples.train.view(1, 4))
    assert scores.tolist() == [module.LOST]


def test_the_rate_is_chosen_by_accuracy_then_loss_and_nan_is_worst():
    class Net:
        def __call__(self, inputs):
            return inputs

    sure, unsure = [5.0, 0.0], [0.5, 0.0]
    wrong, lost = [0.0, 5.0], [float("nan"), 0.0]
    logits = torch.tensor([[sure, wrong], [sure, unsure], [unsure, unsure], [lost, lost]])
    samples = Samples(
        logits.view(8, 2),
        torch.zeros(8, dtype=torch.int64),
        torch.arange(8).view(4, 2),
        torch.arange(8),
    )
    scores = module._validation_scores(Net(), samples, samples.train)
    assert scores.argsort(descending=True).tolist() == [1, 2, 0, 3]


def test_validation_samples_are_not_trained_on():
    samples = TASKS["diabetes"].draw(CHUNK)
    trained, kept = module.hold_out_validation(samples)
    assert torch.equal(torch.cat([trained.train, kept], 1), samples.train)


def test_all_test_counts_divide_the_common_one():
    assert all(COMMON_COUNT % task.test_count == 0 for task in TASKS.values())


def test_arms_and_populations_name_themselves():
    usual = fair_accuracy()
    assert usual.name == "test accuracy with ReLU, in settings drawn at random"
    deep = fair_accuracy(among=Population(depths=(8,)), activation="tanh", dropout=0.2)
    assert deep.name == (
        "test accuracy with tanh and dropout 0.2, in settings drawn at random, 8 hidden layers"
    )
