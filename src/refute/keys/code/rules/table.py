"""All rules: Refute's own, and those of installed packages.

A package adds a :class:`~refute.keys.code.rules.answers.Rule` through the entry point group
``refute.code_rules``.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules

from refute.keys.code import rules as package
from refute.keys.code.rules.answers import Rule

GROUP = "refute.code_rules"


class RuleError(Exception):
    """A rule of an installed package cannot be used; the message says which and why."""


@cache
def rules() -> tuple[Rule, ...]:
    """Return every rule, sorted by id.

    Raises:
        RuleError: an entry point cannot be loaded, is not a rule, or has an id that is taken.
    """
    by_id = {rule.id: rule for rule in _own_rules()}
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


def _own_rules() -> Iterator[Rule]:
    """Yield the rules of every module beside this one."""
    for module in iter_modules(package.__path__, f"{package.__name__}."):
        for value in vars(import_module(module.name)).values():
            if isinstance(value, Rule):
                yield value
