"""Experiments from keyword settings, and the names of what they measure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from refute.lab.bench.data import Data
from refute.lab.bench.device import TorchExperiment
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import Optimizer
from refute.quantity import Recorded

Kind = TypeVar("Kind")


def experiment_of(kind: Callable[..., Kind], network: Network, settings: dict[str, Any]) -> Kind:
    """Make an experiment; each setting is a field of the network or of the experiment itself."""
    known = Network.__dataclass_fields__
    of_network = {name: value for name, value in settings.items() if name in known}
    of_experiment = {name: value for name, value in settings.items() if name not in known}
    return kind(network=replace(network, **of_network), **of_experiment)


def named(
    experiment: TorchExperiment, key: str, what: str | None = None, *, by: str = "", unit: str = ""
) -> Recorded:
    """Return the quantity that an experiment records under ``key``, named with its setting.

    Args:
        experiment: the experiment, which describes its setting.
        key: the sample's name in the record.
        what: the sample in words, if different from its key.
        by: how it is taken from the experiment: "after 1760 steps".
        unit: the unit of its numbers.
    """
    return Recorded(experiment, key, what or key, experiment.setting, by, unit)


def in_words(differences: list[str], *, usual: str = "in the usual setting") -> str:
    """List the differences from the usual setting: "with a, b and c"."""
    return "with " + _list(differences, "and") if differences else usual


def setting_of(*described: Network | Data | Optimizer) -> str:
    """List how networks, data and optimizers differ from the usual ones."""
    return in_words([words for each in described for words in each.differences])


def alternatives(numbers: Sequence[float]) -> str:
    """List the values that a setting is drawn from: "1, 2 or 4"."""
    return _list([f"{number:g}" for number in numbers], "or")


def _list(words: Sequence[str], conjunction: str) -> str:
    *head, last = words
    return f"{', '.join(head)} {conjunction} {last}" if head else last
