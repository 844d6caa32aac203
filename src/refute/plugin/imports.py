"""Where the names of an example's code come from, so that a report can print code that runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any


def imports_of(values: object) -> list[str]:
    """The import lines that the repr of these values needs, sorted; none for built-in types.

    A class is named by a repr that begins with it, such as ``Fraction(1, 2)``.  Dataclasses are
    looked into, and so are lists, tuples, sets and mappings.
    """
    by_module: dict[str, set[str]] = {}
    for found in _classes(values):
        by_module.setdefault(found.__module__, set()).add(found.__name__)
    return [
        f"from {module} import {', '.join(sorted(names))}"
        for module, names in sorted(by_module.items())
    ]


def _classes(value: object) -> Iterator[type]:
    named = type(value)
    if named.__module__ != "builtins" and repr(value).startswith(f"{named.__name__}("):
        yield named
    if is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _classes(getattr(value, field.name))
    elif isinstance(value, Mapping):
        yield from _classes([*value.keys(), *value.values()])
    elif isinstance(value, list | tuple | set | frozenset):
        yield from _of_each(value)


def _of_each(values: Any) -> Iterator[type]:
    for value in values:
        yield from _classes(value)
