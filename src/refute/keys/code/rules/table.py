"""All rules: Refute's own, and those that installed packages add.

A package adds a :class:`~refute.keys.code.rules.answers.Rule` by an entry point of the group
``refute.code_rules``.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points

from refute.keys.code.rules import comparing, dropout, layers, selu, training
from refute.keys.code.rules.answers import Rule

GROUP = "refute.code_rules"


class RuleError(Exception):
    """A rule of an installed package that cannot be used; the message says which and why."""


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, by id.

    Raises:
        RuleError: an entry point cannot be loaded, is no rule, or has an id that is taken.
    """
    found = {
        value.id: value
        for module in (layers, selu, dropout, training, comparing)
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
            raise RuleError(f"{entry.value}: is no Rule: make it one with @rule(...)")
        if added.id in found:
            raise RuleError(f"{entry.value}: {added.id} is taken: give the rule an id of its own")
        found[added.id] = added
    return tuple(found[id] for id in sorted(found))
