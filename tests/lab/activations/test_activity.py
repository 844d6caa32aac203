"""What hidden units do after training: dead ones, zeros, and networks that were lost."""

import torch

from refute.lab.activations.activity import ActivityAfterTraining, after_training
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import SGD
from refute.quantity import Replicates

SMALL = (Network(hidden=(7, 5)), 20)


def run(replicates=4, **settings):
    training = ActivityAfterTraining(**{"network": SMALL[0], "steps": SMALL[1], **settings})
    return training, training.run(Replicates(0, replicates, 5))


def test_counts_equal_those_of_the_same_networks_looked_at_one_by_one():
    training, record = run()
    with torch.no_grad():
        finished = training.train(Replicates(0, 4, 5))
    test_inputs = finished.samples.take(finished.samples.test)[0]
    train_inputs = finished.samples.take(finished.samples.train)[0]
    for at in range(4):
        zeros = dead = 0
        for which, rows in (("test", test_inputs[at]), ("train", train_inputs[at])):
            h = rows
            for weight, bias in zip(
                finished.net.weights[:-1], finished.net.biases[:-1], strict=True
            ):
                before = h @ weight[at] + bias[at]
                h = before.relu()
                if which == "test":
                    zeros += int((h == 0).sum())
                else:
                    dead += int((before <= 0).all(0).sum())
        assert record.samples["zero activations"].lower[at] == zeros
        assert record.samples["dead units"].lower[at] == dead
    assert record.samples["zero activations"].per == 360 * 12
    assert record.samples["dead units"].per == 12


def test_units_that_never_fire_are_dead_and_those_of_leaky_relu_are_not():
    from refute.lab.bench.initializers import Constant

    low = {"biases": Constant(-1000.0), "hidden": (7, 5)}
    _, relu = run(network=Network(**low))
    _, leaky = run(network=Network(activation="leaky relu", **low), optimizer=SGD(1e-9))
    assert (relu.samples["dead units"].lower == 12).all()
    assert (leaky.samples["dead units"].upper == 0).all()


def test_of_a_network_lost_to_nan_nothing_is_known():
    _, record = run(network=Network(hidden=(7, 5), activation="leaky relu"), optimizer=SGD(1e6))
    dead = record.samples["dead units"]
    assert (dead.lower == 0).all()
    assert (dead.upper == 12).all()


def test_what_any_training_records_is_recorded_too():
    _, record = run()
    assert "test accuracy" in record.samples
    assert after_training("dead units", SMALL[0]).name == (
        "dead units after training with hidden layers of 7-5"
    )
