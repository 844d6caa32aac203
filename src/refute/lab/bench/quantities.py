"""Quantities that read like a sentence and name themselves.

A name states what is measured and what differs from the lab's usual setting: "steps to training
loss 0.3 with SELU and dropout 0.5".
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from refute.lab.bench.networks import Network
from refute.lab.bench.training import Goal, Training
from refute.quantity import Quantity, Recorded

USUAL = "in the usual setting"


def in_words(differences: list[str]) -> str:
    """The settings that differ from the usual ones: "with a, b and c"."""
    if not differences:
        return USUAL
    *others, last = differences
    return "with " + (f"{', '.join(others)} and {last}" if others else last)


def steps_to_loss(
    loss: float = 0.3, network: Network | None = None, *, steps: int = 6600, **settings: Any
) -> Quantity:
    """Minibatches until the training loss is down to ``loss``, in eval mode.

    ``steps`` is the budget: a run that needs more counts as [steps, infinity).  ``settings`` are
    fields of :class:`~refute.lab.bench.training.Training`, or of its network.
    """
    return arrival(Goal(loss), network, steps=steps, **settings)


def steps_to_accuracy(
    accuracy: float, network: Network | None = None, *, steps: int = 6600, **settings: Any
) -> Quantity:
    """Minibatches until that share of the test samples is classified right."""
    return arrival(Goal(accuracy, "test accuracy"), network, steps=steps, **settings)


def arrival(goal: Goal, network: Network | None = None, **settings: Any) -> Quantity:
    """Minibatches until a goal is reached, or with ``staying=True`` reached for good."""
    training = training_of(network, goal=goal, **settings)
    verb = "steps to stay at" if training.staying else "steps to"
    return _named(training, "arrival", f"{verb} {goal.words}", unit="steps")


def accuracy(network: Network | None = None, **settings: Any) -> Quantity:
    """Share of the test samples classified right at the end, as exact counts."""
    return recorded("test accuracy", network, **settings)


def training_loss(network: Network | None = None, **settings: Any) -> Quantity:
    """Training loss at the end, in eval mode."""
    return recorded("training loss", network, **settings)


def rise_after_minimum(network: Network | None = None, **settings: Any) -> Quantity:
    """Largest training loss after the smallest, over the smallest."""
    words = "largest loss after the smallest / smallest loss"
    return _named(training_of(network, **settings), "rise", words, unit="times")


def zero_weights(network: Network | None = None, **settings: Any) -> Quantity:
    """Share of the weights that are exactly zero after training."""
    return recorded("zero weights", network, what="share of zero weights", **settings)


def weights_below(threshold: float, network: Network | None = None, **settings: Any) -> Quantity:
    """Share of the weights that are smaller than ``threshold`` in absolute value."""
    key = f"weights below {threshold:g}"
    return recorded(key, network, what=f"share of {key}", **settings)


def recorded(
    key: str, network: Network | None = None, *, what: str | None = None, **settings: Any
) -> Quantity:
    """Any sample that a training records under ``key``."""
    training = training_of(network, **settings)
    what = what or key
    return _named(training, key, what, by=_budget(training))


def training_of(network: Network | None = None, **settings: Any) -> Training:
    """A training whose settings are fields of Training or of Network, whichever has them."""
    network, settings = network_of(network or Network(), settings)
    return Training(network=network, **settings)


def network_of(network: Network, settings: dict[str, Any]) -> tuple[Network, dict[str, Any]]:
    """The network with those settings that are its fields, and the settings that are not."""
    known = Network.__dataclass_fields__
    changed = replace(network, **{key: value for key, value in settings.items() if key in known})
    return changed, {key: value for key, value in settings.items() if key not in known}


def _budget(training: Training) -> str:
    return "" if training.steps == Training.steps else f"after {training.steps} steps"


def _named(training: Training, key: str, what: str, *, by: str = "", unit: str = "") -> Recorded:
    return Recorded(training, key, what, in_words(training.differences), by, unit)
