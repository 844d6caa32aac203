"""Finds out what measured claims will ask for before they run.  A single claim asks for a few dozen
chunks, and for no more until those are done; meanwhile most of a machine's cores, and nearly all of
a cluster, would be idle.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import pytest

from refute.decision.counts import decide
from refute.decision.outcome import Outcome
from refute.decision.regions import Region
from refute.decision.table import Table
from refute.engine.engine import Archive, Engine
from refute.engine.jobs import Job, RunnerError
from refute.plugin import dry_run
from refute.plugin.measuring import refuse_misfits
from refute.quantity import Quantity


@dataclass(eq=False)
class Ask:
    """A measurement that will be asked for.

    ``look`` counts the looks that left it undecided; ``waits`` are the unfinished jobs of this
    look.
    """

    quantity: Quantity
    claimed: Region
    archive: Archive | None
    look: int = 0
    waits: set[Job] = field(default_factory=set)


class Lookahead:
    """Starts the looks of all claims as early as possible, in the order in which the claims run.
    It decides nothing: when a claim runs, it is decided as if there had been no lookahead, from
    replicates that exist already.
    """

    def __init__(self, engine: Engine, table: Table) -> None:
        self._engine, self._table = engine, table
        self._ready: deque[Ask] = deque()
        self._waiting: dict[Job, list[Ask]] = {}

    def begin(
        self,
        items: Iterable[pytest.Item],
        archive_of: Callable[[pytest.Item], Archive | None],
    ) -> None:
        """Start the first look of everything that these items measure.

        Raises:
            RunnerError: no worker is left.
        """
        for item in items:
            found = asked(item)
            if found is not None:
                self._begin(Ask(*found, archive_of(item)))

    def advance(self) -> None:
        """Start the next look of measurements that the last look has left undecided.  This examines
        only what has ended since the last call.
        """
        for job in self._engine.finished():
            for ask in self._waiting.pop(job, ()):
                ask.waits.discard(job)
                if not ask.waits:
                    self._ready.append(ask)
        for _ in range(len(self._ready)):
            ask = self._ready.popleft()
            if ask.look + 1 < len(self._table.looks) and self._undecided(ask):
                ask.look += 1
                self._begin(ask)

    def _begin(self, ask: Ask) -> None:
        try:
            ask.waits = self._engine.begin(ask.quantity, self._table.looks[ask.look], ask.archive)
        except RunnerError:
            raise
        except Exception:
            return  # it will break again, and be reported, in its turn
        for job in ask.waits:
            self._waiting.setdefault(job, []).append(ask)
        if not ask.waits:
            self._ready.append(ask)

    def _undecided(self, ask: Ask) -> bool:
        try:
            n = self._table.looks[ask.look]
            sample = self._engine.measure(ask.quantity, n, archive=ask.archive).sample
            return decide(sample, ask.claimed, self._table).outcome is Outcome.UNDECIDED
        except (KeyboardInterrupt, RunnerError):
            raise
        except BaseException:
            return False  # it will break again, and be reported, in its turn


def asked(item: pytest.Item) -> tuple[Quantity, Region] | None:
    """What a check measures; ``None`` if only its real run can show this."""

    def measure(quantity: Quantity, *, claimed: Region) -> tuple[Quantity, Region]:
        refuse_misfits(quantity, claimed)
        return quantity, claimed

    found = dry_run.asked(item, "measure", measure)
    # What it raised, it will raise again, and be reported, when it runs.
    return None if isinstance(found, BaseException) else found
