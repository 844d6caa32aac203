"""The engine's numbers depend on seeds alone: not on workers, not on order, not on looks."""

import os
import random
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import pytest

from refute.decision.counts import settle
from refute.decision.regions import Region
from refute.decision.samples import MeasurementError, Sample
from refute.engine.engine import Engine
from refute.engine.jobs import Job
from refute.engine.local import InProcess, WorkerProcesses
from refute.engine.vetting import refuse_malformed
from refute.experiment import Experiment, Record, Replicates, Series
from refute.quantity import Recorded
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


@dataclass(frozen=True)
class Entropy(Walk):
    """Nobody seeds it."""

    def run(self, replicates: Replicates) -> Record:
        return Record({"end": Sample.exactly(np.random.default_rng().normal(size=len(replicates)))})


@dataclass(frozen=True)
class Global(Walk):
    """It draws from the generators that all code shares."""

    def run(self, replicates: Replicates) -> Record:
        torch = pytest.importorskip("torch")
        drawn = [random.random() + np.random.rand() + torch.rand(1).item() for _ in replicates]
        return Record({"end": Sample.exactly(np.array(drawn))})


@dataclass(frozen=True)
class Copies(Walk):
    """Every chunk begins with the same seed."""

    def run(self, replicates: Replicates) -> Record:
        return Record(
            {"end": Sample.exactly(np.random.default_rng(0).normal(size=len(replicates)))}
        )


@dataclass(frozen=True)
class Masked(Walk):
    """It leaves replicates out by masking them."""

    def run(self, replicates: Replicates) -> Record:
        ends = super().run(replicates).samples["end"].lower
        return Record({"end": Sample.exactly(np.ma.masked_less(ends, 0))})


@dataclass(frozen=True)
class Hashes(Walk):
    """Its numbers come from how this process hashes texts, or from where it has its objects."""

    by: str = "hash"

    def run(self, replicates: Replicates) -> Record:
        number = hash("a text") if self.by == "hash" else id(replicates)
        draws = np.random.default_rng([number % 2**32, replicates.first]).normal(
            size=len(replicates)
        )
        return Record({"end": Sample.exactly(draws)})


@dataclass(frozen=True)
class Constant(Walk):
    """Every replicate measures the same."""

    def run(self, replicates: Replicates) -> Record:
        for replicate in replicates:
            self.draw(replicates, replicate)
        return Record({"end": Sample.exactly(np.zeros(len(replicates)))})

    def draw(self, replicates: Replicates, replicate: int) -> None:
        raise NotImplementedError


class OwnDraws(Constant):
    """As where no weight is zero."""

    def draw(self, replicates: Replicates, replicate: int) -> None:
        replicates.generator(replicate, "weights").normal()


class OwnDrawsOfParts(Constant):
    """A stacked network may be given some of the replicates."""

    def draw(self, replicates: Replicates, replicate: int) -> None:
        Replicates(replicate, 1, replicates.seed).generator(replicate, "weights").normal()


class GlobalDraws(Constant):
    """They come from the generator that is seeded for each chunk."""

    def draw(self, replicates: Replicates, replicate: int) -> None:
        random.random()


class NoDraws(Constant):
    """Somebody forgot the seeds, or there is no chance in it."""

    def draw(self, replicates: Replicates, replicate: int) -> None:
        pass


class OneGenerator(Constant):
    """Its own generator begins anew in every replicate."""

    def draw(self, replicates: Replicates, replicate: int) -> None:
        np.random.default_rng(0).normal()


class FirstGenerator(Constant):
    """The replicate's number is forgotten."""

    def draw(self, replicates: Replicates, replicate: int) -> None:
        replicates.generator(0, "weights").normal()


class SeedsNumpy(Constant):
    """As many training scripts do."""

    def draw(self, replicates: Replicates, replicate: int) -> None:
        np.random.seed(0)
        np.random.normal()


class SeedsTorch(Constant):
    """As many training scripts do."""

    def draw(self, replicates: Replicates, replicate: int) -> None:
        torch = pytest.importorskip("torch")
        torch.manual_seed(0)
        torch.rand(3)


@dataclass(frozen=True)
class Listed(Experiment):
    kept: tuple[int, ...]
    rates: list[int]
    chunk: int = 16
    stream: int = 0

    def run(self, replicates: Replicates) -> Record:
        raise NotImplementedError


class NoDataclass(Experiment):
    chunk, stream = 16, 0

    def run(self, replicates: Replicates) -> Record:
        raise NotImplementedError


@dataclass(frozen=True)
class NoChunk(Experiment):
    stream: int = 0

    def run(self, replicates: Replicates) -> Record:
        raise NotImplementedError


@pytest.fixture
def engine():
    """Everything in this process, where runs can be counted."""
    return Engine()


@pytest.fixture
def workers():
    engine = Engine(runner=WorkerProcesses(3))
    yield engine
    engine.close()


def end(experiment: Experiment) -> Recorded:
    return Recorded(experiment, "end", "end of the walk")


def numbers(workers: int, seed: int = 0, n: int = 64) -> bytes:
    engine = Engine(seed=seed, runner=WorkerProcesses(workers))
    try:
        sample = engine.measure(end(Walk()) - end(Walk(stream=1)), n).sample
        series = engine.measure(end(Walk()), n).series
        return sample.lower.tobytes() + series[0].values.tobytes()
    finally:
        engine.close()


def test_any_number_of_workers_gives_the_same_numbers_bit_for_bit():
    assert numbers(1) == numbers(2) == numbers(7)


def test_another_root_seed_gives_other_numbers():
    assert numbers(2) != numbers(2, seed=1)


def test_the_first_replicates_are_the_same_at_every_look(engine):
    few = engine.measure(end(Walk()), 32).sample.lower.copy()
    many = engine.measure(end(Walk()), 512).sample.lower
    assert np.array_equal(many[:32], few)
    assert np.array_equal(engine.measure(end(Walk()), 32).sample.lower, few)
    assert len(np.unique(many)) == 512


def test_replicates_once_run_are_shared_and_never_run_again(engine):
    engine.measure(end(Walk()), 32)
    engine.measure(end(Walk()), 64)
    engine.measure(end(Walk()) - end(Walk("other")), 64)
    assert sorted(first for walk, first in RUNS if walk == Walk()) == [0, 0, 24, 48]
    assert sorted(first for walk, first in RUNS if walk == Walk("other")) == [0, 0, 24, 48]


def test_an_experiment_named_twice_by_a_quantity_keeps_its_replicates_in_their_places(engine):
    class Twice(Recorded):
        def experiments(self) -> tuple[Experiment, ...]:
            return (self.experiment, self.experiment)

    engine.measure(Twice(Walk(), "end", "end of the walk"), 64)
    assert len(RUNS) == 3 + 1  # the first chunk again
    assert len(np.unique(engine.measure(end(Walk()), 512).sample.lower)) == 512


def test_the_series_have_one_row_per_replicate_and_come_once_per_experiment(engine):
    quantity = end(Walk()) - end(Walk("other"))
    engine.measure(quantity, 32)
    series = engine.measure(quantity, 32).series
    assert [each.values.shape for each in series] == [(32, 5), (32, 5)]


def test_progress_counts_the_chunks_that_are_run(engine):
    calls = []
    engine.measure(end(Walk()), 64, lambda done, of: calls.append((done, of)))
    assert calls == [(0, 3), (1, 3), (2, 3), (3, 3)]
    engine.measure(end(Walk()), 64, lambda done, of: calls.append((done, of)))
    assert len(calls) == 4  # nothing was left to run


def test_what_is_measured_while_progress_is_told_is_not_run_again(engine):
    quantity, calls = end(Walk()), []

    def meanwhile(done, of):
        calls.append((done, of))
        if not done:
            engine.measure(quantity, 32)

    engine.measure(quantity, 64, meanwhile)

    assert calls == [(0, 3), (3, 3)]
    assert [first for _, first in RUNS] == [0, 24, 0, 48]  # as ever, the first is run twice


def test_an_error_in_a_chunk_propagates_and_leaves_every_replicate_in_its_place(engine):
    with pytest.raises(ZeroDivisionError, match="in chunk two"):
        engine.measure(end(Breaks()), 96)
    again = engine.measure(end(Breaks()), 96).sample.lower
    assert np.array_equal(again, engine.measure(end(Walk()), 96).sample.lower)


def test_an_experiment_that_leaves_replicates_out_is_an_error(engine):
    with pytest.raises(MeasurementError, match=r"Short\(.*\) recorded 23 of 24 replicates"):
        engine.measure(end(Short()), 32)


@dataclass(frozen=True)
class Where(Walk):
    """Records the process that ran a replicate."""

    def run(self, replicates: Replicates) -> Record:
        return Record({"end": Sample.exactly(np.full(replicates.count, os.getpid()))})


def test_nothing_is_run_in_this_process_however_short():
    runner = WorkerProcesses(3)
    jobs = [Job(Where(), Replicates(at, 1)) for at in range(50)]
    processes = {int(record.samples["end"].lower[0]) for _, record in runner.run(jobs)}
    runner.close()
    assert os.getpid() not in processes
    assert len(processes) > 1


@pytest.mark.parametrize("runner", [InProcess, lambda: WorkerProcesses(2)])
def test_an_experiment_that_is_not_seeded_has_no_numbers(runner):
    engine = Engine(runner=runner())
    with pytest.raises(
        MeasurementError, match=r"Entropy\(.*gave different numbers when its first chunk"
    ):
        engine.measure(end(Entropy()), 32)
    with pytest.raises(MeasurementError, match="gave different numbers"):
        engine.measure(end(Entropy(chunk=8)), 32)  # the same code, with another number
    engine.close()


@pytest.mark.parametrize("runner", [InProcess, lambda: WorkerProcesses(2)])
def test_global_generators_have_a_stream_of_their_own_in_every_chunk(runner):
    engine = Engine(runner=runner())
    sample = engine.measure(end(Global(chunk=8)), 64).sample
    engine.close()
    assert len(set(sample.lower.tolist())) == 64
    assert np.array_equal(sample.lower, Engine().measure(end(Global(chunk=8)), 64).sample.lower)


def test_chunks_that_are_copies_of_each_other_are_refused(engine):
    with pytest.raises(MeasurementError, match=r"from 16 on are copies of those from 0 on"):
        engine.measure(end(Copies(chunk=16)), 32)
    with pytest.raises(MeasurementError, match="copies"):
        engine.measure(end(Copies(chunk=16)), 32)
    with pytest.raises(MeasurementError, match="copies"):
        engine.measure(end(Copies(chunk=8)), 32)  # pair after pair


def test_masked_numbers_are_refused(engine):
    with pytest.raises(MeasurementError, match="recorded 'end' as a masked array: record a number"):
        engine.measure(end(Masked()), 32)


@pytest.mark.parametrize("draws", [OwnDraws, OwnDrawsOfParts, GlobalDraws])
@pytest.mark.parametrize("chunk", [1, 8, 512])
def test_replicates_that_all_measure_the_same_by_chance_are_no_copies(engine, draws, chunk):
    assert len(engine.measure(end(draws(chunk=chunk)), 512).sample) == 512


@pytest.mark.parametrize("runner", [InProcess, lambda: WorkerProcesses(2)])
@pytest.mark.parametrize("draws", [NoDraws, OneGenerator, FirstGenerator, SeedsNumpy, SeedsTorch])
@pytest.mark.parametrize("chunk", [1, 8])
def test_replicates_that_are_one_number_many_times_are_refused(runner, draws, chunk):
    engine = Engine(runner=runner())
    with pytest.raises(MeasurementError, match=r"all 24 replicates are equal, and none drew a ran"):
        engine.measure(end(draws(chunk=chunk)), 24)
    engine.close()


def test_an_experiment_without_chance_is_refused_with_a_single_chunk_too(engine):
    with pytest.raises(MeasurementError, match="all 24 replicates are equal"):
        engine.measure(end(NoDraws(chunk=24)), 24)


@pytest.mark.parametrize("by", ["hash", "id"])
def test_numbers_that_come_from_hashes_or_addresses_are_refused(monkeypatch, by):
    monkeypatch.delenv("PYTHONHASHSEED", raising=False)
    engine = Engine(runner=WorkerProcesses(2))
    with pytest.raises(MeasurementError, match=r"gave different numbers when its first chunk"):
        engine.measure(end(Hashes(by=by)), 24)
    engine.close()


def test_what_is_refused_is_not_kept_for_later_runs():
    shelf = Shelf()
    for experiment in (Entropy(), Copies(chunk=16)):
        with pytest.raises(MeasurementError):
            Engine().measure(end(experiment), 32, archive=shelf)
    assert shelf.held == {}


@pytest.mark.parametrize(
    ("experiment", "message"),
    [
        (
            Listed((1,), [1]),
            r"Listed.rates cannot be distinguished from others .*: make it",
        ),
        (NoDataclass(), "NoDataclass is not a frozen dataclass"),
        (NoChunk(), "NoChunk.chunk is missing: give it a field `chunk: int = 8`"),
        (Walk(chunk=0), "Walk.chunk is 0: give it a field"),
        (Walk(chunk=2.0), "Walk.chunk is 2.0: give it"),
        (Walk(chunk=10**9), "Walk.chunk is 1000000000: a look needs at most 512 replicates"),
        (Walk(stream=-1), "Walk.stream is -1: give it a field `stream: int = 0`"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_experiment_that_cannot_be_run_is_refused_before_it_is(engine, experiment, message):
    quantity = Recorded(experiment, "end", "end")
    for ask in (engine.measure, engine.begin):
        for asked in (quantity, end(Walk()) / quantity, quantity - end(Walk())):
            with pytest.raises(TypeError, match=message):
                ask(asked, 32)
    assert RUNS == []


def test_what_is_no_experiment_is_refused():
    with pytest.raises(TypeError, match="str is not an Experiment"):
        refuse_malformed("walk")


def test_an_error_on_a_worker_propagates_and_leaves_every_replicate_in_its_place(workers):
    with pytest.raises(MeasurementError, match="recorded 23 of 24 replicates"):
        workers.measure(end(ShortLater()), 96)
    assert np.array_equal(
        workers.measure(end(Walk()), 96).sample.lower,
        Engine().measure(end(Walk()), 96).sample.lower,
    )


@pytest.mark.parametrize("number", [0, -2])
def test_no_workers_are_refused(number):
    with pytest.raises(
        ValueError, match=f"{number} workers cannot run anything: ask for at least 1"
    ):
        WorkerProcesses(number)


def test_looks_of_a_decision_extend_the_same_replicates(engine):
    region = Region("≥ −1", low=Fraction(-1))
    decision, sample = settle(lambda n: engine.measure(end(Walk()), n).sample, region)
    assert np.array_equal(sample.lower, engine.measure(end(Walk()), 512).sample.lower[: decision.n])


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
    first = Engine().measure(end(Walk()), 32, archive=shelf).sample
    ran = len(RUNS)
    engine = Engine()
    again = engine.measure(end(Walk()), 64, archive=shelf).sample
    assert RUNS[ran:] == [(Walk(), 48)]  # nothing is run again of what is reused
    assert again.lower[:32].tobytes() == first.lower.tobytes()
    assert again.lower.tobytes() == Engine().measure(end(Walk()), 64).sample.lower.tobytes()
    reused = engine.measure(end(Walk()), 64).reused
    assert (reused.number, reused.of, reused.where) == (48, 64, "here")
    assert reused.when == min(chunk.when for chunk in shelf.held[Walk()].values())
    engine.measure(end(Walk()) - end(Walk("fresh")), 32)
    half = engine.measure(end(Walk()) - end(Walk("fresh")), 32).reused
    assert (half.number, half.of) == (32, 64)
    assert sorted(shelf.held[Walk()]) == [0, 1, 2]


def test_an_interrupted_run_leaves_what_it_has_measured():
    shelf = Shelf()
    with pytest.raises(ZeroDivisionError):
        Engine().measure(end(Breaks()), 64, archive=shelf)
    assert list(shelf.held[Breaks()]) == [0]


def test_an_archive_without_the_sample_that_is_needed_is_replaced():
    shelf = Shelf()
    Engine().measure(end(Walk()), 32, archive=shelf)
    meant = dict(shelf.held[Walk()])
    shelf.held[Walk()] = {
        at: replace(chunk, record=Record({"another": chunk.record.samples["end"]}))
        for at, chunk in meant.items()
    }
    engine = Engine()
    sample = engine.measure(end(Walk()), 32, archive=shelf).sample
    assert sample.lower.tobytes() == Engine().measure(end(Walk()), 32).sample.lower.tobytes()
    assert engine.measure(end(Walk()), 32).reused is None
    assert len(shelf.replaced) == 1
    assert shelf.held[Walk()].keys() == meant.keys()
    assert "end" in shelf.held[Walk()][0].record.samples


def test_a_claim_that_breaks_by_itself_does_not_blame_the_archive():
    shelf = Shelf()
    Engine().measure(end(Walk()), 32, archive=shelf)
    with pytest.raises(MeasurementError, match="records 'end', not 'missing'"):
        Engine().measure(Recorded(Walk(), "missing", "missing"), 32, archive=shelf)
    assert shelf.replaced == []
