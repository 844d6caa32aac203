"""Frozen dataclasses whose repr is short, readable code."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any


class Description:
    """Base of frozen dataclasses whose repr leaves out defaults; declare them ``repr=False``.

    Evaluating the repr gives an equal object, as long as the defaults do not change.
    """

    def __repr__(self) -> str:
        described: Any = self
        arguments = [
            f"{field.name}={value!r}"
            for field in fields(described)
            if (value := getattr(self, field.name)) != field.default or field.default is MISSING
        ]
        return f"{type(self).__name__}({', '.join(arguments)})"
