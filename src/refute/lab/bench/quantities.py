"""Quantities of training runs, which name themselves.

A name says what is measured and how the setting differs from the lab's usual one: "steps to
training loss 0.3 with SELU and dropout 0.5".
"""

from __future__ import annotations

from typing import Any

from refute.lab.bench.goals import Goal
from refute.lab.bench.networks import Network
from refute.lab.bench.pruning import Pruning
from refute.lab.bench.settings import experiment_of, named
from refute.lab.bench.training import Training
from refute.quantity import Recorded


def steps_to_loss(
    loss: float = 0.3, network: Network | None = None, *, steps: int = 6600, **settings: Any
) -> Recorded:
    """Minibatches until the training loss, in eval mode, has fallen to ``loss``.

    Args:
        loss: the loss to reach.
        network: the network; by default the usual one.
        steps: the budget; a run that needs more is known only as [steps, infinity).
        settings: fields of :class:`~refute.lab.bench.training.Training` or of its network.
    """
    return arrival(Goal(loss), network, steps=steps, **settings)


def steps_to_accuracy(
    accuracy: float, network: Network | None = None, *, steps: int = 6600, **settings: Any
) -> Recorded:
    """Minibatches until this share of the test samples is classified correctly."""
    return arrival(Goal(accuracy, "test accuracy"), network, steps=steps, **settings)


def arrival(goal: Goal, network: Network | None = None, **settings: Any) -> Recorded:
    """Minibatches until a goal is reached; with ``staying=True``, until it is reached for good."""
    training = training_of(network, goal=goal, **settings)
    verb = "steps to stay at" if training.staying else "steps to"
    return named(training, "arrival", f"{verb} {goal.words}", unit="steps")


def accuracy(
    network: Network | None = None, *, pruning: Pruning | None = None, **settings: Any
) -> Recorded:
    """Test accuracy at the end of training, as exact counts.

    With one of :data:`~refute.lab.bench.pruning.PRUNINGS`, it is the accuracy after pruning.
    """
    return at_the_end("test accuracy", network, pruning=pruning, **settings)


def rise_after_minimum(network: Network | None = None, **settings: Any) -> Recorded:
    """The largest training loss after the smallest one, divided by the smallest."""
    words = "largest loss after the smallest / smallest loss"
    return named(training_of(network, **settings), "rise", words, unit="times")


def at_the_end(
    key: str,
    network: Network | None = None,
    *,
    what: str | None = None,
    pruning: Pruning | None = None,
    **settings: Any,
) -> Recorded:
    """What a training without a goal records under ``key`` at its end, perhaps after pruning.

    All quantities of the same training share one run.
    """
    training = training_of(network, **settings)
    by = "" if training.steps == Training.steps else f"after {training.steps} steps"
    pruned = "" if pruning is None else f", {pruning.words}"
    by = f"{pruned}, {by}".rstrip() if pruned else by
    return named(training, key + pruned, what or key, by=by)


def training_of(network: Network | None = None, **settings: Any) -> Training:
    """Make a training; each setting is a field of ``Training`` or of its network."""
    return experiment_of(Training, network or Network(), settings)
