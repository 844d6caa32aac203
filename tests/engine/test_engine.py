"""The engine's numbers depend on seeds alone: not on workers, not on order, not on looks."""

import os
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import pytest

from refute.decision.counts import settle
from refute.decision.regions import Region
from refute.decision.samples import MeasurementError, Sample
from refute.engine import local
from refute.engine.engine import Engine
from refute.engine.local import Local
from refute.quantity import Experiment, Record, Recorded, Replicates, Series
from refute.reuse.file_form import Chunk


@dataclass(frozen=True)
class Walk(Experiment):
    """A random walk; its end is the sample, its path the series."""

    label: str = "walk"
    chunk: int = 24  # divides none of the looks
    stream: int = 0

    def run(self, replicates: Replicates) -> Record:
        RUNS.append((self, replicates.first))
        steps = np.array([replicates.generator(k, "steps").normal(size=5) for k in replicates])
        path = Series("path", "curve", "step", "place", np.arange(5.0), steps.cumsum(axis=1))
        return Record({"end": Sample.exactly(steps.sum(axis=1))}, (path,))


@dataclass(frozen=True)
class Breaks(Walk):
    """Its second chunk raises, the first time."""

    def run(self, replicates: Replicates) -> Record:
        record = super().run(replicates)
        if replicates.first == self.chunk and not BROKEN:
            BROKEN.append(replicates.first)
            raise ZeroDivisionError("in chunk two")
        return record


@dataclass(frozen=True)
class Short(Walk):
    """It leaves the last replicate of every chunk out."""

    def run(self, replicates: Replicates) -> Record:
        return super().run(replicates).first(replicates.count - 1)


@dataclass(frozen=True)
class ShortLater(Walk):
    """It leaves a replicate out of its second chunk."""

    def run(self, replicates: Replicates) -> Record:
        record = super().run(replicates)
        return record.first(replicates.count - 1) if replicates.first == self.chunk else record


RUNS: list[tuple[Experiment, int]] = []
BROKEN: list[int] = []


@pytest.fixture(autouse=True)
def _fresh():
    RUNS.clear()
    BROKEN.clear()


@pytest.fixture
def engine():
    engine = Engine(runner=Local(3))
    yield engine
    engine.close()


def end(experiment: Experiment) -> Recorded:
    return Recorded(experiment, "end", "end of the walk")


def numbers(workers: int, seed: int = 0, n: int = 64) -> bytes:
    engine = Engine(seed=seed, runner=Local(workers))
    try:
        sample = engine.sample(end(Walk()) - end(Walk(stream=1)), n)
        series = engine.series(end(Walk()), n)
        return sample.lower.tobytes() + series[0].values.tobytes()
    finally:
        engine.close()


def test_any_number_of_workers_gives_the_same_numbers_bit_for_bit():
    assert numbers(1) == numbers(2) == numbers(7)


def test_another_root_seed_gives_other_numbers():
    assert numbers(2) != numbers(2, seed=1)


def test_the_first_replicates_are_the_same_at_every_look(engine):
    few = engine.sample(end(Walk()), 32).lower.copy()
    many = engine.sample(end(Walk()), 512).lower
    assert np.array_equal(many[:32], few)
    assert np.array_equal(engine.sample(end(Walk()), 32).lower, few)
    assert len(np.unique(many)) == 512


def test_replicates_once_run_are_shared_and_never_run_again(engine):
    engine.sample(end(Walk()), 32)
    engine.sample(end(Walk()), 64)
    engine.sample(end(Walk()) - end(Walk("other")), 64)
    assert len(RUNS) == len(set(RUNS))
    assert sorted(first for one, first in RUNS if one == Walk()) == [0, 24, 48]


def test_an_experiment_named_twice_by_a_quantity_keeps_its_replicates_in_their_places(engine):
    class Twice(Recorded):
        def experiments(self) -> tuple[Experiment, ...]:
            return (self.experiment, self.experiment)

    engine.sample(Twice(Walk(), "end", "end of the walk"), 64)
    assert len(RUNS) == 3
    assert len(np.unique(engine.sample(end(Walk()), 512).lower)) == 512


def test_the_series_have_one_row_per_replicate_and_come_once_per_experiment(engine):
    quantity = end(Walk()) - end(Walk("other"))
    engine.sample(quantity, 32)
    series = engine.series(quantity, 32)
    assert [one.values.shape for one in series] == [(32, 5), (32, 5)]


def test_progress_counts_the_chunks_that_are_run(engine):
    told = []
    engine.sample(end(Walk()), 64, lambda done, of: told.append((done, of)))
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]
    engine.sample(end(Walk()), 64, lambda done, of: told.append((done, of)))
    assert len(told) == 4  # nothing was left to run


def test_an_error_in_a_chunk_propagates_and_leaves_every_replicate_in_its_place(engine):
    with pytest.raises(ZeroDivisionError, match="in chunk two"):
        engine.sample(end(Breaks()), 96)
    again = engine.sample(end(Breaks()), 96).lower
    assert np.array_equal(again, engine.sample(end(Walk()), 96).lower)


def test_an_experiment_that_leaves_replicates_out_is_an_error(engine):
    with pytest.raises(MeasurementError, match=r"Short\(.*\) recorded 23 of 24 replicates"):
        engine.sample(end(Short()), 32)


@dataclass(frozen=True)
class Where(Walk):
    """Records the process that ran a replicate."""

    def run(self, replicates: Replicates) -> Record:
        return Record({"end": Sample.exactly(np.full(replicates.count, os.getpid()))})


@pytest.fixture
def eager(monkeypatch):
    """Any work is worth starting workers for."""
    monkeypatch.setattr(local, "WORTH_WORKERS", 0.0)


def test_long_work_runs_on_worker_processes(eager, engine):
    processes = set(engine.sample(end(Where()), 512).lower)
    assert os.getpid() in processes  # the first chunk, which told that the work was long
    assert len(processes) > 1


def test_short_work_is_not_worth_starting_workers_for(engine):
    assert set(engine.sample(end(Where()), 512).lower) == {os.getpid()}


@pytest.mark.parametrize(("workers", "device"), [(1, "cpu"), (3, "cuda")])
def test_one_worker_or_an_accelerator_keeps_all_work_in_this_process(eager, workers, device):
    engine = Engine(device=device, runner=Local(workers))
    assert set(engine.sample(end(Where()), 96).lower) == {os.getpid()}
    engine.close()


def test_worker_processes_give_the_same_numbers_bit_for_bit(eager):
    assert numbers(1) == numbers(2) == numbers(3)


def test_an_error_on_a_worker_propagates_and_leaves_every_replicate_in_its_place(eager, engine):
    with pytest.raises(MeasurementError, match="recorded 23 of 24 replicates"):
        engine.sample(end(ShortLater()), 96)
    assert np.array_equal(
        engine.sample(end(Walk()), 96).lower, Engine().sample(end(Walk()), 96).lower
    )


@pytest.mark.parametrize("workers", [0, -2])
def test_no_workers_are_refused(workers):
    with pytest.raises(ValueError, match=f"{workers} workers can run nothing: ask for at least 1"):
        Local(workers)


def test_looks_of_a_decision_extend_the_same_replicates(engine):
    region = Region("≥ −1", low=Fraction(-1))
    decision, sample = settle(lambda n: engine.sample(end(Walk()), n), region)
    assert np.array_equal(sample.lower, engine.sample(end(Walk()), 512).lower[: decision.n])


class Shelf:
    """An archive in memory."""

    where = "here"

    def __init__(self) -> None:
        self.held: dict[Experiment, dict[int, Chunk]] = {}
        self.replaced: list[str] = []

    def chunks(self, experiment):
        found = self.held.get(experiment, {})
        return {at: replace(chunk, earlier=True) for at, chunk in found.items()}

    def keep(self, experiment, chunks):
        self.held[experiment] = dict(chunks)

    def replace(self, experiment, chunks, *, why):
        self.replaced.append(why)
        self.keep(experiment, chunks)


def test_what_an_archive_has_is_not_run_and_the_numbers_are_the_same():
    shelf = Shelf()
    first = Engine().sample(end(Walk()), 32, archive=shelf)
    ran = len(RUNS)
    engine = Engine()
    again = engine.sample(end(Walk()), 64, archive=shelf)
    assert RUNS[ran:] == [(Walk(), 48)]
    assert again.lower[:32].tobytes() == first.lower.tobytes()
    assert again.lower.tobytes() == Engine().sample(end(Walk()), 64).lower.tobytes()
    reused = engine.reused(end(Walk()), 64)
    assert (reused.number, reused.of, reused.where) == (48, 64, "here")
    assert reused.when == min(chunk.when for chunk in shelf.held[Walk()].values())
    engine.sample(end(Walk()) - end(Walk("fresh")), 32)
    half = engine.reused(end(Walk()) - end(Walk("fresh")), 32)
    assert (half.number, half.of) == (32, 64)
    assert sorted(shelf.held[Walk()]) == [0, 1, 2]


def test_an_interrupted_run_leaves_what_it_has_measured():
    shelf = Shelf()
    with pytest.raises(ZeroDivisionError):
        Engine().sample(end(Breaks()), 64, archive=shelf)
    assert list(shelf.held[Breaks()]) == [0]


def test_an_archive_without_the_sample_that_is_needed_is_replaced():
    shelf = Shelf()
    Engine().sample(end(Walk()), 32, archive=shelf)
    meant = dict(shelf.held[Walk()])
    shelf.held[Walk()] = {
        at: replace(chunk, record=Record({"another": chunk.record.samples["end"]}))
        for at, chunk in meant.items()
    }
    engine = Engine()
    sample = engine.sample(end(Walk()), 32, archive=shelf)
    assert sample.lower.tobytes() == Engine().sample(end(Walk()), 32).lower.tobytes()
    assert engine.reused(end(Walk()), 32) is None
    assert len(shelf.replaced) == 1
    assert shelf.held[Walk()].keys() == meant.keys()
    assert "end" in shelf.held[Walk()][0].record.samples


def test_a_claim_that_breaks_by_itself_does_not_blame_the_archive():
    shelf = Shelf()
    Engine().sample(end(Walk()), 32, archive=shelf)
    with pytest.raises(KeyError):
        Engine().sample(Recorded(Walk(), "missing", "missing"), 32, archive=shelf)
    assert shelf.replaced == []
