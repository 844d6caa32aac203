"""The parts of a condition or an experiment, as its code names them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any


def parts_of(value: Any) -> Iterator[Any]:
    """Yield a value and everything in its fields and items."""
    yield value
    if is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from parts_of(getattr(value, field.name))
    elif isinstance(value, Mapping):
        for pair in value.items():
            yield from parts_of(pair)
    elif isinstance(value, tuple | list | set | frozenset):
        for item in value:
            yield from parts_of(item)
