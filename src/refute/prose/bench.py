"""Whether the lab's bench agrees with torch, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from refute.ledger import Bench

SHOWN = 5
"""The most wrong points that are listed."""


class WrongPoint(Protocol):
    """A point in which the bench and torch differ, from a ledger or just found."""

    @property
    def part(self) -> str: ...
    @property
    def what(self) -> str: ...
    @property
    def detail(self) -> str: ...


def bench_in_words(bench: Bench) -> str:
    """The result in a line: "agrees with torch 2.13 in 153 points"."""
    version = ".".join(bench.torch.split(".")[:2])
    if not bench.wrong:
        return f"agrees with torch {version} in {bench.points} points"
    parts = ", ".join(dict.fromkeys(point.part for point in bench.wrong))
    return f"differs from torch {version} in {len(bench.wrong)} of {bench.points} points ({parts})"


def disagreements(bench: Bench | None) -> list[str]:
    """What is wrong with the bench, in lines; none if it agrees, or was not checked."""
    return [] if bench is None else wrong_points(bench.wrong)


def wrong_points(wrong: Sequence[WrongPoint], most: int = SHOWN) -> list[str]:
    """A line for each of the first wrong points, and how many more there are."""
    lines = [f"{point.part}, {point.what}: {point.detail}" for point in wrong[:most]]
    more = len(wrong) - len(lines)
    return [*lines, f"and {more} more"] if more else lines
