"""Counts of things, with their noun in the singular or the plural."""

from __future__ import annotations


def counted(count: int, noun: str) -> str:
    """``1 claim``, ``2 claims``."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
