"""Conditions as the ledger keeps them: their code, and the number or text that it evaluates to.

Code comes with its import lines, so that a report can print code that runs.
"""

from __future__ import annotations

from typing import Any

from refute.ledger import Condition
from refute.plugin.parts import parts_of

LARGEST = 1 << 62
"""Larger integers do not fit into every reader's numbers; NaN is not below it."""


def condition(given: Any) -> Condition:
    """One condition: its code and, if it is a number or text, its value."""
    code = repr(given)
    if isinstance(given, str):
        return Condition(code, str(given))
    if isinstance(given, int | float) and not isinstance(given, bool):
        return Condition(code, given if abs(given) < LARGEST else None)
    return Condition(code)


def imports_of(values: object) -> list[str]:
    """The import lines that the repr of these values needs, sorted; none for built-in types.

    A repr such as ``Fraction(1, 2)`` names its class.  Dataclasses, lists, tuples, sets and
    mappings are searched too.  A repr may leave out fields with default values; what it does not
    name needs no import.
    """
    by_module: dict[str, set[str]] = {}
    text = repr(values)
    for found in _classes(values):
        if f"{found.__name__}(" in text:
            by_module.setdefault(found.__module__, set()).add(found.__name__)
    return [
        f"from {module} import {', '.join(sorted(names))}"
        for module, names in sorted(by_module.items())
    ]


def _classes(values: object) -> set[type]:
    """The classes that the reprs of values and of their parts name first."""
    named = ((type(part), part) for part in parts_of(values))
    return {
        found
        for found, part in named
        if found.__module__ != "builtins" and repr(part).startswith(f"{found.__name__}(")
    }
