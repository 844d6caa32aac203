"""What measured claims will ask for, known before any of them has its turn.

One claim at a time asks for a few dozen chunks, and for no more until those are done: most of a
machine's cores, and nearly all of a cluster, would wait.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import pytest

from refute.decision.counts import decide
from refute.decision.outcome import Outcome
from refute.decision.regions import Region
from refute.engine.engine import Archive, Engine
from refute.engine.jobs import RunnerError
from refute.quantity import Quantity


class _Asked(Exception):
    """Ends the body of a check once it has said what it measures."""


@dataclass(eq=False)
class Ask:
    """A measurement that will be asked for; ``look`` counts the looks that left it undecided."""

    quantity: Quantity
    claimed: Region
    archive: Archive | None
    look: int = 0


class Lookahead:
    """Has the looks of all claims begun as early as can be, in the order of their turns.

    It decides nothing: when a claim has its turn, its decision is taken as if nobody had looked
    ahead, from replicates that are there already.
    """

    def __init__(self, engine: Engine, looks: Sequence[int]) -> None:
        self._engine, self._looks = engine, looks
        self._asks: list[Ask] = []

    def begin(
        self,
        items: Iterable[pytest.Item],
        archive_of: Callable[[pytest.Item], Archive | None],
    ) -> None:
        """Begin on the first look of whatever these items measure.

        Raises:
            RunnerError: there is nobody left to compute anything.
        """
        for item in items:
            found = asked(item)
            if found is not None:
                ask = Ask(*found, archive_of(item))
                self._engine.begin(ask.quantity, self._looks[0], ask.archive)
                self._asks.append(ask)

    def advance(self) -> None:
        """Begin the next look of whatever the last one is known to leave undecided."""
        for ask in [one for one in self._asks if self._engine.ready(one.quantity, self._n(one))]:
            self._asks.remove(ask)
            if self._undecided(ask) and ask.look + 1 < len(self._looks):
                ask.look += 1
                self._engine.begin(ask.quantity, self._n(ask), ask.archive)
                self._asks.append(ask)

    def _n(self, ask: Ask) -> int:
        return self._looks[ask.look]

    def _undecided(self, ask: Ask) -> bool:
        try:
            sample = self._engine.sample(ask.quantity, self._n(ask), archive=ask.archive)
            return decide(sample, ask.claimed).outcome is Outcome.UNDECIDED
        except RunnerError:
            raise
        except Exception:
            return False  # it will break again, and be told of, in its turn


def asked(item: pytest.Item) -> tuple[Quantity, Region] | None:
    """What a check measures; nothing, where only running it in its turn can tell."""
    if not isinstance(item, pytest.Function) or not hasattr(item, "callspec"):
        return None
    arguments = dict(item.callspec.params)
    if set(item._fixtureinfo.argnames) - arguments.keys() != {"measure"}:
        return None
    found: list[tuple[Quantity, Region]] = []

    def measure(quantity: Quantity, *, claimed: Region) -> None:
        found.append((quantity, claimed))
        raise _Asked

    try:
        item.obj(
            **{name: arguments[name] for name in item._fixtureinfo.argnames if name != "measure"},
            measure=measure,
        )
    except _Asked:
        return found[0]
    except Exception:
        return None  # it will break again, and be told of, in its turn
    return None
