"""Timed pairs: how one piece of work is raced against another.

One replicate is the median ratio of nine interleaved pairs (A B, B A, A B, ...), each side doing
at least a millisecond of work.  Neighbouring pairs are not independent, so the replicates of
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
    """Work to be timed: ``run`` does it once, ``name`` says what it is."""

    name: str
    run: Callable[[], object]

    def __post_init__(self) -> None:
        _refuse(self.name, self.run, "run", "the work to time: lambda: step()")


@dataclass(frozen=True)
class Drawn:
    """Work that each replicate draws anew: ``draw(seed, replicate)`` is what that one times."""

    name: str
    draw: Callable[[int, int], Contender]

    def __post_init__(self) -> None:
        _refuse(self.name, self.draw, "draw", "a function of seed and replicate")


def _refuse(name: object, function: object, field: str, what: str) -> None:
    """Refuse work that has no name, or cannot be done, before anything is run.

    Raises:
        TypeError: the name is no text, or the function is none.
    """
    if not isinstance(name, str):
        raise TypeError(f"a contender is called {name!r}: its name is a text that says what it is")
    if not callable(function):
        raise TypeError(f"{name!r}: {field}={function!r} cannot be called: give {what}")


class Race:
    """One contender's time over another's; ``seed`` is for those that are drawn."""

    def __init__(self, one: Contender | Drawn, other: Contender | Drawn, *, seed: int = 0) -> None:
        self.one, self.other, self.seed = one, other, seed
        self._pair: Pair | None = None

    @property
    def name(self) -> str:
        return f"time of {self.one.name} / time of {self.other.name}"

    def replicate(self, at: int = 0) -> float:
        """The median ratio of nine interleaved pairs; ``at`` is the replicate's number."""
        if self._pair is None or isinstance(self.one, Drawn) or isinstance(self.other, Drawn):
            self._pair = Pair(*self.contenders(at))
        return self._pair.ratio()

    def contenders(self, at: int = 0) -> tuple[Contender, Contender]:
        """Who runs in a replicate."""
        one, other = (
            side.draw(self.seed, at) if isinstance(side, Drawn) else side
            for side in (self.one, self.other)
        )
        return one, other


class Pair:
    """Two contenders, with how often each must be repeated."""

    def __init__(self, one: Contender, other: Contender) -> None:
        self.one, self.other = one, other
        self._repeats = _repeats(one), _repeats(other)

    def ratio(self) -> float:
        """The median ratio of nine interleaved pairs."""
        enabled = gc.isenabled()
        gc.disable()  # a collection would be charged to whichever side it happens to hit
        try:
            ratios = [self._timed(flipped=bool(at % 2)) for at in range(PAIRS)]
        finally:
            if enabled:
                gc.enable()
        return float(np.median(ratios))

    def _timed(self, *, flipped: bool) -> float:
        if flipped:
            other = _seconds(self.other, self._repeats[1])
            one = _seconds(self.one, self._repeats[0])
        else:
            one = _seconds(self.one, self._repeats[0])
            other = _seconds(self.other, self._repeats[1])
        return one / other


def _seconds(contender: Contender, repeats: int) -> float:
    """Time of the work done once, from ``repeats`` of it."""
    start = perf_counter()
    for _ in range(repeats):
        contender.run()
    return (perf_counter() - start) / repeats


def _quickest(contender: Contender, repeats: int) -> float:
    """The least of three timings: one that was interrupted would leave too few repeats."""
    return min(_seconds(contender, repeats) for _ in range(3))


def _repeats(contender: Contender) -> int:
    """How often the work must be repeated to fill the least time, found after a warm-up."""
    contender.run()
    repeats = 1
    while (seconds := _quickest(contender, repeats) * repeats) < LEAST_SECONDS:
        # No more than needed: every race of a run pays for it hundreds of times.
        wanted = ceil(repeats * LEAST_SECONDS / max(seconds, 1e-9))
        repeats = min(max(repeats + 1, wanted), 1 << 20)
        if repeats == 1 << 20:
            break
    return repeats
