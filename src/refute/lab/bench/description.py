"""Descriptions: frozen dataclasses whose repr is code, short enough to read."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any


class Description:
    """Base of frozen dataclasses, declared with ``repr=False``, that leave out what is usual.

    Evaluating the repr gives an equal description, as long as the defaults stay what they are.
    """

    def __repr__(self) -> str:
        described: Any = self
        told = [
            f"{field.name}={value!r}"
            for field in fields(described)
            if (value := getattr(self, field.name)) != field.default or field.default is MISSING
        ]
        return f"{type(self).__name__}({', '.join(told)})"
