"""Timed claims: all races of a run are held together, once everything else has finished."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np
import pytest

from refute.decision.counts import Decision, decide
from refute.decision.outcome import Outcome
from refute.decision.regions import Region
from refute.decision.samples import Sample
from refute.decision.table import Table
from refute.engine.engine import Archive, Engine
from refute.ledger import Measured, Reused
from refute.plugin import dry_run
from refute.plugin.collecting import name_of, uses_race
from refute.plugin.evidence import measured, race_record
from refute.plugin.limits import guarded
from refute.plugin.measuring import refuse_no_region
from refute.plugin.progress import Progress
from refute.quantity import Ratio, inside
from refute.timing import PAIRS, Contender, Drawn, Race


@dataclass
class HeldRace:
    """One race of the run, with the replicates it has so far.

    ``times`` is how many units of work one side takes over the other's.  ``counts`` has as many of
    its replicates as the next look needs; ``reused`` says how many of them are from the
    ``archive``.  With ``within``, a replicate counts as 1 if its time lies in that region.
    """

    name: str
    race: Race
    claimed: Region
    times: Ratio | None = None
    within: Region | None = None
    archive: Archive | None = None
    counts: Sample | None = None
    reused: Reused | None = None
    ratios: list[float] = field(default_factory=list)
    decision: Decision | None = None
    seconds: float = 0.0
    error: BaseException | None = None

    def run(self) -> None:
        """Take one more replicate."""
        started = perf_counter()
        self.ratios.append(self.race.replicate(len(self.ratios)))
        self.seconds += perf_counter() - started

    @property
    def settled(self) -> bool:
        return self.decision is not None and self.decision.outcome is not Outcome.UNDECIDED

    def look(self, table: Table) -> None:
        self.decision = decide(self.sample, self.claimed, table)

    @property
    def sample(self) -> Sample:
        """For each replicate, the number that is compared with the region."""
        whole = self._whole_work()
        return whole if self.within is None else inside(whole, self.within)

    def _whole_work(self) -> Sample:
        """The time of one side's whole work over the other's."""
        timed = np.array(self.ratios)
        if self.counts is None:
            return Sample.exactly(timed)
        counts = self.counts.first(len(timed))
        return Sample(timed * counts.lower / counts.scale, timed * counts.upper / counts.scale)


class RaceSchedule:
    """All races of a run, which take turns replicate by replicate.

    Neighbouring pairs of timings are not independent; when races take turns, the replicates of one
    race are far apart in time.
    """

    def __init__(self, table: Table, progress: Progress, engine: Engine, limit: float) -> None:
        self._table, self._progress, self._engine, self._limit = table, progress, engine, limit
        self._races: dict[str, HeldRace | BaseException] | None = None

    def hold(
        self,
        items: Sequence[pytest.Item],
        archive_of: Callable[[pytest.Item], Archive | None] = lambda item: None,
    ) -> None:
        """Time the races among these items, once."""
        if self._races is not None:
            return
        seed = self._engine.seed
        timed = [item for item in items if isinstance(item, pytest.Function) and uses_race(item)]
        self._races = {item.nodeid: _enter(item, seed, self._limit) for item in timed}
        races = []
        for item in timed:
            race = self._races[item.nodeid]
            if isinstance(race, HeldRace):
                race.archive = archive_of(item)
                races.append(race)
        with self._progress.of("", f"{len(races)} races in turn"):
            self._race(races)

    def _race(self, races: Sequence[HeldRace]) -> None:
        taken = 0
        for look in self._table.looks:
            racing = [race for race in races if not (race.settled or race.error)]
            if not racing:
                break
            self._progress.look(look)
            # All of it, before the next pair is timed.
            for race in racing:
                self._begin_to_count(race, look)
            for race in racing:
                self._count(race, look)
            for at in range(taken, look):
                self._tell(racing[at % len(racing)], at - taken, look - taken)
                for race in racing:
                    self._replicate(race)
            taken = look
            for race in racing:
                if race.error is None:
                    race.look(self._table)

    def _begin_to_count(self, race: HeldRace, look: int) -> None:
        """Let the workers go on with the next race while the last chunks of one are computed."""
        if race.times is not None:
            with suppress(Exception):  # counting will raise it again
                self._engine.begin(race.times, look, race.archive)

    def _count(self, race: HeldRace, look: int) -> None:
        if race.times is not None:
            try:
                counted = self._engine.measure(race.times, look, archive=race.archive)
            except Exception as error:
                race.error = error
            else:
                race.counts, race.reused = counted.sample, counted.reused

    def _replicate(self, race: HeldRace) -> None:
        if race.error is not None:
            return
        try:
            with guarded(self._limit):
                race.run()
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            race.error = error

    def _tell(self, race: HeldRace, done: int, of: int) -> None:
        """Show each race on the progress line, between replicates, while nothing is timed."""
        self._progress.pairs(race.name, race.decision, PAIRS * done, PAIRS * of)

    def held(self, nodeid: str) -> HeldRace:
        """The race of an item.

        Raises:
            BaseException: what building or running its contenders raised.
        """
        assert self._races is not None
        race = self._races[nodeid]
        if isinstance(race, BaseException):
            raise race
        if race.error is not None:
            raise race.error
        return race


class RaceFixture:
    """The ``race`` fixture: one contender's time over another's, against the claimed region."""

    def __init__(self, held: HeldRace) -> None:
        self._held = held
        self.result: tuple[Outcome, Measured] | None = None

    @property
    def seconds(self) -> float:
        """How long the race took, before this check ran."""
        return self._held.seconds

    @property
    def reused(self) -> Reused | None:
        """How much of the counts earlier runs measured; times are never reused."""
        return self._held.reused

    def __call__(
        self,
        left: Contender | Drawn,
        right: Contender | Drawn,
        *,
        claimed: Region,
        times: Ratio | None = None,
        within: Region | None = None,
    ) -> None:
        """Race two contenders.

        Args:
            left: the work whose time is the numerator.
            right: the work that it is compared with.
            claimed: the region that the words of the claim name, for the ratio.
            times: how often the work of each side is done, as a ratio, such as steps until trained.
                The time of all of it is compared with the region.
            within: if ``claimed`` is about a proportion: count the replicates whose ratio of times
                lies in this region.

        Raises:
            TypeError: this check has raced already.
        """
        if self.result is not None:
            raise TypeError("one race per check: this one has raced already")
        decision = self._held.decision
        assert decision is not None
        evidence = measured(
            race_record(self._held.race, self._held.times, self._held.within),
            self._held.claimed,
            decision,
            self._held.sample,
            timed=True,
        )
        self.result = decision.outcome, evidence

    def record(self, benchmark: Callable[..., object]) -> None:
        """Leave an entry in pytest-benchmark's table: the numerator's work, and the ratio."""
        held, decision = self._held, self._held.decision
        assert decision is not None
        benchmark.extra_info.update(  # type: ignore[attr-defined]
            quantity=held.race.name,
            ratio=decision.estimate,
            interval=[decision.low, decision.high],
            replicates=decision.n,
        )
        left, _ = held.race.contenders()
        benchmark.pedantic(left.run, rounds=PAIRS)  # type: ignore[attr-defined]


def refuse_others(
    left: object, right: object, claimed: object, times: object = None, within: object = None
) -> None:
    """Refuse what cannot be raced, before anything is run.

    Raises:
        TypeError: a side is not a contender, or there is no region, or one for another kind of
            quantity.
    """
    for side in (left, right):
        if not isinstance(side, Contender | Drawn):
            raise TypeError(
                f"race({side!r}, ...): a contender is needed, with a name and the work to time: "
                'Contender("a step with dropout", step)'
            )
    refuse_no_region(claimed)
    assert isinstance(claimed, Region)
    if within is not None and not isinstance(within, Region):
        raise TypeError(f"within={within!r}: a region is needed, such as within=slower()")
    if within is not None and within.of != "median":
        raise TypeError(
            f"within: {within.words!r} is a share of replicates, which a single replicate does "
            "not have: give a region of values, such as within=slower()"
        )
    if (claimed.of == "proportion") != (within is not None):
        raise TypeError(
            f"{claimed.words!r} is about a {claimed.of}: "
            "give within=region for a proportion, and only then"
        )
    if times is not None and not isinstance(times, Ratio):
        raise TypeError(
            f"times={times!r}: how often either side's work is done is one quantity over another, "
            "such as steps_to_loss(dropout=0.5) / steps_to_loss(dropout=0)"
        )


def why_not_timed(config: pytest.Config) -> str | None:
    """Why nothing can be timed in this run; ``None`` if timing works."""
    if hasattr(config, "workerinput"):
        return "timing needs the machine to itself: run without -n"
    if not config.pluginmanager.has_plugin("benchmark"):
        return "timing is switched off: pytest-benchmark is not loaded (-p no:benchmark)"
    for option in ("--benchmark-skip", "--benchmark-disable"):
        if config.getoption(option):
            return f"timing is switched off ({option})"
    return None


def _enter(item: pytest.Function, seed: int, limit: float) -> HeldRace | BaseException:
    """Run the body up to its race, to learn its contenders."""

    def race(
        left: Contender | Drawn,
        right: Contender | Drawn,
        *,
        claimed: Region,
        times: Ratio | None = None,
        within: Region | None = None,
    ) -> HeldRace:
        refuse_others(left, right, claimed, times, within)
        return HeldRace(name_of(item), Race(left, right, seed=seed), claimed, times, within)

    held = dry_run.asked(item, "race", race, limit=limit)
    return held or TypeError("a check with race must race: its body ended without a race")
