"""Whether the lab's bench agrees with torch, in words."""

from __future__ import annotations

from refute.ledger import Bench

SHOWN = 5
"""The most wrong points that are listed."""


def bench_in_words(bench: Bench) -> str:
    """The result in a line: "agrees with torch 2.13 in 153 points"."""
    version = ".".join(bench.torch.split(".")[:2])
    if not bench.wrong:
        return f"agrees with torch {version} in {bench.points} points"
    parts = ", ".join(dict.fromkeys(point.part for point in bench.wrong))
    return f"differs from torch {version} in {len(bench.wrong)} of {bench.points} points ({parts})"


def disagreements(bench: Bench | None) -> list[str]:
    """A line for each of the first wrong points, and how many more there are."""
    wrong = [] if bench is None else bench.wrong
    lines = [f"{point.part}, {point.what}: {point.detail}" for point in wrong[:SHOWN]]
    more = len(wrong) - len(lines)
    return [*lines, f"and {more} more"] if more else lines
