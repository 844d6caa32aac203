"""Races: the time that one piece of work takes, compared with another.

One replicate is the median ratio of nine interleaved pairs (A B, B A, A B, ...), with at least a
millisecond of work on each side.  Neighbouring pairs are not independent, so the replicates of
different races are taken in turn, which puts those of one race far apart in time.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from time import perf_counter

import numpy as np

PAIRS = 9
LEAST_SECONDS = 1e-3


@dataclass(frozen=True)
class Contender:
    """Work to be timed: ``run`` does it once, and ``name`` says what it is."""

    name: str
    run: Callable[[], object]

    def __post_init__(self) -> None:
        _refuse(self.name, self.run, "run", "the work to time: lambda: step()")


@dataclass(frozen=True)
class Drawn:
    """Work that is different in each replicate: ``draw(seed, replicate)`` returns the contender."""

    name: str
    draw: Callable[[int, int], Contender]

    def __post_init__(self) -> None:
        _refuse(self.name, self.draw, "draw", "a function of seed and replicate")


def _refuse(name: object, function: object, field: str, what: str) -> None:
    """Refuse work without a name, or that cannot be called, before anything is run.

    Raises:
        TypeError: the name is not a text, or the function is not callable.
    """
    if not isinstance(name, str):
        raise TypeError(f"a contender has the name {name!r}: give a text that says what it is")
    if not callable(function):
        raise TypeError(f"{name!r}: {field}={function!r} cannot be called: give {what}")


class Race:
    """The time of one contender over that of another; ``seed`` is for those that are drawn."""

    def __init__(self, left: Contender | Drawn, right: Contender | Drawn, *, seed: int = 0) -> None:
        self.left, self.right, self.seed = left, right, seed
        self._pair: Pair | None = None

    @property
    def name(self) -> str:
        return f"time of {self.left.name} / time of {self.right.name}"

    def replicate(self, at: int = 0) -> float:
        """Return the median ratio of nine interleaved pairs, for replicate ``at``."""
        if self._pair is None or isinstance(self.left, Drawn) or isinstance(self.right, Drawn):
            self._pair = Pair(*self.contenders(at))
        return self._pair.ratio()

    def contenders(self, at: int = 0) -> tuple[Contender, Contender]:
        """Return the contenders of replicate ``at``.

        Raises:
            TypeError: something else was drawn.
        """
        return _drawn(self.left, self.seed, at), _drawn(self.right, self.seed, at)


def _drawn(side: Contender | Drawn, seed: int, at: int) -> Contender:
    contender = side.draw(seed, at) if isinstance(side, Drawn) else side
    if not isinstance(contender, Contender):
        raise TypeError(
            f"{side.name!r}: draw({seed}, {at}) returned {contender!r}: return a Contender"
        )
    return contender


class Pair:
    """Two contenders, and how often each must be repeated."""

    def __init__(self, left: Contender, right: Contender) -> None:
        self.left, self.right = left, right
        self._repeats = _repeats(left), _repeats(right)

    def ratio(self) -> float:
        """Return the median ratio of nine interleaved pairs."""
        enabled = gc.isenabled()
        gc.disable()  # a collection would be charged to whichever side is running
        try:
            ratios = [self._timed(flipped=bool(at % 2)) for at in range(PAIRS)]
        finally:
            if enabled:
                gc.enable()
        return float(np.median(ratios))

    def _timed(self, *, flipped: bool) -> float:
        if flipped:
            right = _seconds(self.right, self._repeats[1])
            left = _seconds(self.left, self._repeats[0])
        else:
            left = _seconds(self.left, self._repeats[0])
            right = _seconds(self.right, self._repeats[1])
        return left / right


def _seconds(contender: Contender, repeats: int) -> float:
    """The time of doing the work once, from ``repeats`` times."""
    start = perf_counter()
    for _ in range(repeats):
        contender.run()
    return (perf_counter() - start) / repeats


def _quickest(contender: Contender, repeats: int) -> float:
    """The least of three timings: an interrupted one would lead to too few repeats."""
    return min(_seconds(contender, repeats) for _ in range(3))


def _repeats(contender: Contender) -> int:
    """How often the work must be repeated to fill the least time, found after a warm-up."""
    contender.run()
    repeats = 1
    while (seconds := _quickest(contender, repeats) * repeats) < LEAST_SECONDS:
        # No more than needed, as every race of a run pays for it hundreds of times.
        wanted = ceil(repeats * LEAST_SECONDS / max(seconds, 1e-9))
        repeats = min(max(repeats + 1, wanted), 1 << 20)
        if repeats == 1 << 20:
            break
    return repeats
