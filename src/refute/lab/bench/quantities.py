"""Quantities of trainings, which read like a sentence and name themselves.

A name states what is measured and what differs from the lab's usual setting: "steps to training
loss 0.3 with SELU and dropout 0.5".
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
    """Minibatches until the training loss is down to ``loss``, in eval mode.

    ``steps`` is the budget: a run that needs more counts as [steps, infinity).  ``settings`` are
    fields of :class:`~refute.lab.bench.training.Training`, or of its network.
    """
    return arrival(Goal(loss), network, steps=steps, **settings)


def steps_to_accuracy(
    accuracy: float, network: Network | None = None, *, steps: int = 6600, **settings: Any
) -> Recorded:
    """Minibatches until that share of the test samples is classified right."""
    return arrival(Goal(accuracy, "test accuracy"), network, steps=steps, **settings)


def arrival(goal: Goal, network: Network | None = None, **settings: Any) -> Recorded:
    """Minibatches until a goal is reached, or with ``staying=True`` reached for good."""
    training = training_of(network, goal=goal, **settings)
    verb = "steps to stay at" if training.staying else "steps to"
    return named(training, "arrival", f"{verb} {goal.words}", unit="steps")


def accuracy(
    network: Network | None = None, *, pruning: Pruning | None = None, **settings: Any
) -> Recorded:
    """Share of the test samples classified right at the end, as exact counts.

    With ``pruning``, one of :data:`~refute.lab.bench.pruning.PRUNINGS`, after that.
    """
    return at_the_end("test accuracy", network, pruning=pruning, **settings)


def rise_after_minimum(network: Network | None = None, **settings: Any) -> Recorded:
    """Largest training loss after the smallest, over the smallest."""
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
    """What a training without a goal records under ``key`` at its end, pruned or not.

    All that such a training records shares its one run.
    """
    training = training_of(network, **settings)
    by = "" if training.steps == Training.steps else f"after {training.steps} steps"
    pruned = "" if pruning is None else f", {pruning.words}"
    by = f"{pruned}, {by}".rstrip() if pruned else by
    return named(training, key + pruned, what or key, by=by)


def training_of(network: Network | None = None, **settings: Any) -> Training:
    """A training whose settings are fields of Training or of Network, whichever has them."""
    return experiment_of(Training, network or Network(), settings)
