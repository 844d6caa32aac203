"""All rules: Refute's own, and those of installed packages.

A package adds a :class:`~refute.keys.code.rules.answers.Rule` through the entry point group
``refute.code_rules``.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points

from refute.keys.code.rules import (
    comparing,
    dropout,
    gradients,
    initial_weights,
    layers,
    monte_carlo,
    outputs,
    refitting,
    registering,
    scaling,
    selu,
    training,
)
from refute.keys.code.rules.answers import Rule

GROUP = "refute.code_rules"


_MODULES = (
    comparing,
    dropout,
    gradients,
    initial_weights,
    layers,
    monte_carlo,
    outputs,
    refitting,
    registering,
    scaling,
    selu,
    training,
)


class RuleError(Exception):
    """A rule of an installed package cannot be used; the message says which and why."""


@cache
def rules() -> tuple[Rule, ...]:
    """Return every rule, sorted by id.

    Raises:
        RuleError: an entry point cannot be loaded, is not a rule, or has an id that is taken.
    """
    by_id = {
        value.id: value
        for module in _MODULES
        for value in vars(module).values()
        if isinstance(value, Rule)
    }
    for entry in entry_points(group=GROUP):
        try:
            added = entry.load()
        except Exception as error:
            raise RuleError(
                f"{entry.value}: cannot be loaded ({error}): fix or remove it"
            ) from None
        if not isinstance(added, Rule):
            raise RuleError(f"{entry.value}: is not a rule: decorate it with @rule(...)")
        if added.id in by_id:
            raise RuleError(f"{entry.value}: the id {added.id} is taken: choose another one")
        by_id[added.id] = added
    return tuple(by_id[id] for id in sorted(by_id))
