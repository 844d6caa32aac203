"""Which of Refute's own experiments need not run twice.

An experiment is run twice to find numbers that no seed fixes.  This is a property of its code.  So
for Refute's lab, the run of the ledger that comes with Refute does it once for everybody: the
ledger names every kind of experiment that passed, by a digest of what it depended on.  Where
anything differs here, and for experiments that are not Refute's, it is done again.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from refute.experiment import Experiment
from refute.ledger import LedgerError
from refute.ledger.shipped import shipped


class Steadiness:
    """Kinds of experiments that are steady, as this run or the shipped ledger's found.

    Args:
        digest: of everything on which the steadiness of an experiment depends; ``None`` if only
            running it twice can show it.
        fresh: whether every kind is run twice again.
    """

    def __init__(self, digest: Callable[[Experiment], str | None], *, fresh: bool) -> None:
        self._digest, self._fresh = digest, fresh
        self._steady: set[str] = set()

    @property
    def digests(self) -> list[str]:
        """Of the kinds that this run has run twice, or did not have to."""
        return sorted(self._steady)

    def knows(self, experiment: Experiment) -> bool:
        """Whether the shipped ledger's run has run this kind twice, under the same conditions."""
        if self._fresh:
            return False
        digest = self._digest(experiment)
        if digest is None or digest not in self._shipped:
            return False
        self._steady.add(digest)
        return True

    def note(self, experiment: Experiment) -> None:
        """Note that this run has run the kind twice, and that it is steady."""
        digest = self._digest(experiment)
        if digest is not None:
            self._steady.add(digest)

    @cached_property
    def _shipped(self) -> frozenset[str]:
        try:
            ledger = shipped()
        except LedgerError:
            return frozenset()  # commands that need the ledger say what is wrong with it
        return frozenset(() if ledger is None else ledger.run.steady or ())
