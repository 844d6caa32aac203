"""Training: the same numbers in any company, and what is recorded of a run."""

import pickle
from dataclasses import replace

import numpy as np
import pytest
import torch

from refute.engine.engine import Engine
from refute.engine.local import WorkerProcesses
from refute.experiment import Replicates
from refute.lab.bench.data import Digits
from refute.lab.bench.goals import Goal
from refute.lab.bench.initializers import Constant, Sparse
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import SGD, Adam
from refute.lab.bench.quantities import accuracy, at_the_end, steps_to_loss, training_of
from refute.lab.bench.recording import Crossing
from refute.lab.bench.stack.stepping import Penalty
from refute.lab.bench.synthetic import Images
from refute.lab.bench.training import Training
from refute.plugin.conditions import imports_of

SHORT = Training(Network(hidden=(20,)), steps=60, chunk=8)
FOUR = Replicates(first=0, count=4, seed=3)


@pytest.mark.parametrize("dropout", [0.0, 0.5])
def test_numbers_do_not_depend_on_the_number_of_workers(dropout: float) -> None:
    quantity = steps_to_loss(0.8, hidden=(20,), dropout=dropout, chunk=8)
    samples = []
    for workers in (1, 2, 4):
        engine = Engine(seed=5, runner=WorkerProcesses(workers))
        samples.append(engine.measure(quantity, 32).sample)
        engine.close()
    for other in samples[1:]:
        np.testing.assert_array_equal(samples[0].lower, other.lower)
        np.testing.assert_array_equal(samples[0].upper, other.upper)


def test_a_replicate_is_the_same_in_a_larger_sample() -> None:
    quantity = accuracy(Network(hidden=(20,)), steps=60, chunk=8)
    few, many = Engine(seed=5), Engine(seed=5)
    np.testing.assert_array_equal(
        few.measure(quantity, 32).sample.lower, many.measure(quantity, 64).sample.first(32).lower
    )
    assert len(set(many.measure(quantity, 64).sample.lower.tolist())) > 5
    few.close()
    many.close()


def test_accuracies_are_integer_counts_of_the_test_samples() -> None:
    sample = SHORT.run(FOUR).samples["test accuracy"]
    assert sample.per == 360
    assert sample.lower.dtype.kind == "i"
    assert (sample.lower > 250).all()  # it learns: chance would be 36


def test_accuracy_counts_what_the_networks_classify_right() -> None:
    run = SHORT.train(FOUR)
    x, y = run.samples.take(run.samples.test)
    expected = [(run.net(x)[row].argmax(1) == y[row]).sum().item() for row in range(4)]
    assert run.correct().tolist() == expected


def test_a_run_stops_when_its_whole_chunk_has_arrived() -> None:
    training = replace(SHORT, goal=Goal(0.8), steps=5000)
    run = training.train(FOUR)
    arrived = (run.losses <= 0.8).any(axis=1)
    assert arrived.all()
    assert not (run.losses[:, :-1] <= 0.8).any(axis=1).all(), "it could have stopped before"
    sample = training.run(FOUR).samples["arrival"]
    assert sample.capped == 0
    last = run.steps[run.losses.shape[1] - 1]
    assert (sample.upper <= last).all()


def test_a_run_that_does_not_arrive_is_known_only_beyond_its_budget() -> None:
    sample = replace(SHORT, goal=Goal(1e-6)).run(FOUR).samples["arrival"]
    np.testing.assert_array_equal(sample.lower, [60.0] * 4)
    np.testing.assert_array_equal(sample.upper, [np.inf] * 4)


def test_an_accuracy_can_be_the_goal() -> None:
    goal = Goal(0.8, "test accuracy")
    sample = replace(SHORT, goal=goal, steps=600).run(FOUR).samples["arrival"]
    assert sample.capped == 0
    assert ((sample.lower > 0) & (sample.lower < 100)).all()


def test_staying_is_read_off_the_whole_run() -> None:
    training = replace(SHORT, goal=Goal(0.8), staying=True, steps=120)
    run = training.train(FOUR)
    assert run.losses.shape[1] == len(run.steps), "it stopped before the end of its budget"
    sample = training.run(FOUR).samples["arrival"]
    np.testing.assert_array_equal(sample.lower, Crossing(0.8).last(run.steps, run.losses))
    reached = replace(training, staying=False).run(FOUR).samples["arrival"]
    assert (reached.lower <= sample.lower).all()


def test_diverged_runs_are_censored_and_never_nan() -> None:
    diverging = replace(SHORT, optimizer=SGD(lr=1e6), steps=30)
    record = diverging.run(FOUR)
    assert np.isinf(record.samples["training loss"].upper).all()
    assert np.isfinite(record.samples["training loss"].lower).all()
    assert np.isinf(record.samples["rise"].upper).all()
    assert (record.samples["test accuracy"].lower == 0).all()
    arrival = replace(diverging, goal=Goal(0.3)).run(FOUR).samples["arrival"]
    assert np.isinf(arrival.upper).all()


def test_a_run_does_not_wait_for_replicates_that_are_lost() -> None:
    class OneLost(Training):
        def start(self, replicates: Replicates):
            net = super().start(replicates)
            with torch.no_grad():
                net.weights[-1][1] = float("nan")
            return net

    training = OneLost(SHORT.network, steps=5000, goal=Goal(0.8), chunk=8)
    run, sound = training.train(FOUR), replace(SHORT, goal=Goal(0.8), steps=5000).run(FOUR)
    arrived = (run.losses <= 0.8).any(axis=1)
    assert arrived.tolist() == [True, False, True, True]
    assert not (run.losses[:, :-1] <= 0.8).any(axis=1)[arrived].all(), (
        "it could have stopped before"
    )
    sample, others = training.run(FOUR).samples["arrival"], sound.samples["arrival"]
    assert (sample.lower[1], sample.upper[1]) == (5000, np.inf)
    assert sample.upper[arrived].tolist() == others.upper[arrived].tolist()


def test_one_diverged_replicate_leaves_the_others_alone() -> None:
    """The loss is one sum over replicates, but its gradient is each replicate's own."""

    class OneBroken(Training):
        def start(self, replicates: Replicates):
            net = super().start(replicates)
            with torch.no_grad():
                net.weights[0][1] = float("nan")
            return net

    sound = SHORT.train(FOUR)
    broken = OneBroken(SHORT.network, steps=60, chunk=8).train(FOUR)
    assert torch.isnan(broken.net.weights[0][1]).all()
    for row in (0, 2, 3):
        assert torch.equal(broken.net.weights[0][row], sound.net.weights[0][row])


def test_a_learning_rate_of_zero_changes_nothing() -> None:
    run = replace(SHORT, optimizer=SGD(lr=0.0)).train(FOUR)
    start = SHORT.start(FOUR)
    for weight, initial in zip(run.net.weights, start.weights, strict=True):
        assert torch.equal(weight, initial)


def test_a_proximal_step_makes_exact_zeros_and_a_gradient_step_does_not() -> None:
    plain = replace(SHORT, optimizer=SGD(0.1, momentum=0.0), steps=200)
    by_gradient = replace(plain, penalty=Penalty(1, 0.01)).run(FOUR).samples["zero weights"]
    proximal = replace(plain, penalty=Penalty(1, 0.01, proximal=True)).run(FOUR)
    assert (by_gradient.lower == 0).all()
    count = proximal.samples["zero weights"]
    assert count.per == 61 * 20 + 20 * 10
    assert (count.lower > 0.05 * count.per).all()


def test_a_proximal_step_is_soft_thresholding_after_the_plain_step() -> None:
    step = replace(SHORT, optimizer=SGD(0.1, 0.0), steps=1)
    plain = step.train(FOUR).net.weights[0]
    proximal = replace(step, penalty=Penalty(1, 0.2, proximal=True)).train(FOUR).net.weights[0]
    expected = plain.sign() * (plain.abs() - 0.1 * 0.2).clamp(min=0)
    torch.testing.assert_close(proximal, expected)


def test_zeros_are_kept_only_on_request() -> None:
    sparse = replace(SHORT, network=Network(hidden=(20,), weights=Sparse(), activation="tanh"))
    kept = replace(sparse, keep_zeros=True).run(FOUR).samples["zero weights"]
    assert (kept.lower > 0.85 * kept.per).all()
    assert (sparse.run(FOUR).samples["zero weights"].lower < 0.05 * kept.per).all()


def test_small_weights_are_counted_by_size() -> None:
    samples = SHORT.run(FOUR).samples
    zero, thousandth, hundredth = (
        samples[key].lower for key in ("zero weights", "weights below 0.001", "weights below 0.01")
    )
    assert (zero == 0).all()
    assert (zero < thousandth).all()
    assert (thousandth < hundredth).all()
    weights = SHORT.train(FOUR).net.weights
    expected = sum((weight[0].abs() < 0.01).sum().item() for weight in weights)
    assert hundredth[0] == expected


def test_series_are_there_to_plot() -> None:
    loss, right, weights = SHORT.run(FOUR).series
    assert (loss.kind, right.kind, weights.kind) == ("curve", "curve", "histogram")
    assert loss.x[0] == 0
    assert loss.x[-1] == 60
    assert loss.values.shape == (4, len(loss.x))
    assert (loss.values[:, 0] > loss.values[:, -1]).all()
    assert right.values.shape == (4, len(right.x))
    np.testing.assert_allclose(weights.values.sum(1), 1, atol=0.01)


def test_series_of_chunks_that_stopped_at_different_steps_can_be_joined() -> None:
    engine = Engine(seed=1)
    quantity = steps_to_loss(0.8, hidden=(20,), chunk=8, steps=500)
    engine.measure(quantity, 32)
    (loss,) = engine.measure(quantity, 32).series
    assert loss.values.shape == (32, len(loss.x))
    engine.close()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"network": Network(inputs=64)}, "64 inputs and 10 outputs cannot learn 61 features"),
        ({"batch": 2000}, "a minibatch of 2000 of 1437 samples"),
        ({"staying": True}, "staying=True needs a goal"),
        ({"penalty": Penalty(1, 0.1, proximal=True)}, "proximal step needs plain SGD"),
    ],
    ids=str,
)
def test_trainings_that_cannot_be_are_refused(settings: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Training(**settings)


@pytest.mark.parametrize(
    "training",
    [
        Training(),
        Training(
            Network(3072, (30,) * 3, activation="selu", biases=Constant(0.1), dropout=0.1),
            Images("standardised"),
            Adam(0.01),
            goal=Goal(0.9, "test accuracy"),
            penalty=Penalty(1, 1e-3),
        ),
    ],
    ids=["usual", "unusual"],
)
def test_the_repr_is_code_and_equal_trainings_are_one(training: Training) -> None:
    names: dict[str, object] = {}
    exec("\n".join(imports_of(training)), names)
    again = eval(repr(training), names)
    assert again == training
    assert hash(again) == hash(training)
    assert pickle.loads(pickle.dumps(training)) == training


def test_names_say_what_differs_from_the_usual_setting() -> None:
    assert steps_to_loss().name == "steps to training loss 0.3 in the usual setting"
    assert steps_to_loss(dropout=0.5).name == "steps to training loss 0.3 with dropout 0.5"
    assert (
        accuracy(activation="selu", data=Digits(train_count=300), optimizer=Adam()).name
        == "test accuracy with SELU, 300 training images and Adam"
    )
    assert (
        at_the_end("zero weights", penalty=Penalty(1, 1e-3), steps=1760).name
        == "zero weights after 1760 steps with l1 penalty 0.001"
    )
    assert (steps_to_loss() / steps_to_loss()).name.endswith("(other seeds)")


def test_every_setting_that_changes_the_numbers_changes_the_name() -> None:
    """A label that leaves a setting out could lie."""
    others = {
        "hidden": (50,),
        "activation": "tanh",
        "weights": Constant(0.1),
        "biases": None,
        "dropout": 0.1,
        "normalization": "batch",
        "data": Digits(scaling="raw"),
        "optimizer": SGD(0.02),
        "batch": 64,
        "penalty": Penalty(2, 1e-3),
        "keep_zeros": True,
        "steps": 100,
    }
    names = {accuracy(**{key: value}).name for key, value in others.items()}
    assert len(names | {accuracy().name}) == len(others) + 1
    assert training_of(dropout=0.5, dropout_kind="alpha").differences == ["alpha dropout 0.5"]
