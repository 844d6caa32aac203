"""Frozen dataclasses that refuse settings of a wrong kind, and whose repr is readable code."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any

from refute.characters import cut_short, one_line
from refute.lab.bench.kinds import kinds_of

LONGEST = 60
"""Characters of a refused value that are shown."""


class Description:
    """Base of frozen dataclasses whose fields are checked when one is made.

    What a field may have follows from its annotation (:mod:`refute.lab.bench.kinds`).  A subclass
    with a ``__post_init__`` of its own calls this one first.

    If declared ``repr=False``, the repr leaves out defaults.  Evaluating it gives an equal object,
    as long as the defaults do not change.

    Raises:
        ValueError: a setting has a value of another kind; the message says which and what to give.
    """

    def __post_init__(self) -> None:
        own: Any = type(self)
        for name, (words, accepts) in kinds_of(own):
            if not accepts(value := getattr(self, name)):
                shown = cut_short(one_line(repr(value)), LONGEST)
                raise ValueError(f"{own.__name__}({name}={shown}): give {words}")

    def __repr__(self) -> str:
        described: Any = self
        arguments = [
            f"{field.name}={value!r}"
            for field in fields(described)
            if (value := getattr(self, field.name)) != field.default or field.default is MISSING
        ]
        return f"{type(self).__name__}({', '.join(arguments)})"
