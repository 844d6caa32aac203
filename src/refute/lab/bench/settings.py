"""How settings are given to an experiment, and how what it measures is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from refute.lab.bench.device import TorchExperiment
from refute.lab.bench.networks import Network
from refute.quantity import Recorded

Kind = TypeVar("Kind")


def experiment_of(kind: Callable[..., Kind], network: Network, settings: dict[str, Any]) -> Kind:
    """An experiment whose settings are fields of its own or of its network, whichever has them."""
    known = Network.__dataclass_fields__
    changed = {name: value for name, value in settings.items() if name in known}
    others = {name: value for name, value in settings.items() if name not in known}
    return kind(network=replace(network, **changed), **others)


def named(
    experiment: TorchExperiment, key: str, what: str | None = None, *, by: str = "", unit: str = ""
) -> Recorded:
    """What an experiment records under ``key``, named by the setting that it is measured in.

    Args:
        experiment: says what its setting is.
        key: of the sample.
        what: the sample in words, if they are not its key.
        by: how it is taken from the experiment: "after 1760 steps".
        unit: what it is counted in.
    """
    return Recorded(experiment, key, what or key, experiment.setting, by, unit)


def in_words(differences: list[str], *, usual: str = "in the usual setting") -> str:
    """The settings that differ from the usual ones: "with a, b and c"."""
    if not differences:
        return usual
    *others, last = differences
    return "with " + (f"{', '.join(others)} and {last}" if others else last)
