"""The engine knows which chunks of replicates a quantity needs, and keeps what has been run.

Chunks are fixed for each experiment, so the numbers do not depend on where a chunk is run.  Claims
that need the same experiment share its chunks, and an archive has those of earlier runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Protocol

from refute.decision.samples import Sample
from refute.engine.jobs import Job, Runner
from refute.engine.local import InProcess
from refute.engine.vetting import (
    kind,
    refuse_constants,
    refuse_copies,
    refuse_malformed,
    refuse_masked,
    refuse_unsteady,
)
from refute.experiment import Experiment, Record, Replicates, Series
from refute.ledger import Reused
from refute.quantity import Quantity
from refute.reuse.file_form import Chunk
from refute.reuse.surroundings import now

ChunkCounter = Callable[[int, int], None]
"""Called with (chunks done, all chunks) while experiments run."""


class Archive(Protocol):
    """Chunks of earlier runs that a claim may use."""

    def chunks(self, experiment: Experiment) -> Mapping[int, Chunk]:
        """The chunks that earlier runs measured, by their positions."""

    def keep(self, experiment: Experiment, chunks: Mapping[int, Chunk]) -> None:
        """Keep all chunks of an experiment for later runs."""

    def replace(self, experiment: Experiment, chunks: Mapping[int, Chunk], *, why: str) -> None:
        """Keep these chunks instead of those found for an experiment, which were of no use."""

    @property
    def where(self) -> str:
        """The machine that measures now."""


class Steadiness(Protocol):
    """Kinds of experiments whose first chunk has been run twice and gave the same numbers."""

    def knows(self, experiment: Experiment) -> bool:
        """Whether it has been done for this kind, with the code as it is now."""

    def note(self, experiment: Experiment) -> None:
        """Record that this kind of experiment has been run twice."""


@dataclass(frozen=True)
class Measurement:
    """The first replicates of a quantity.

    Args:
        sample: one value each.
        series: what they recorded to plot.
        reused: how much was measured by earlier runs, if anything, counted for every experiment.
    """

    sample: Sample
    series: tuple[Series, ...]
    reused: Reused | None


class Engine:
    """Runs experiments from one root seed, with any ``runner``.

    Without ``steadiness``, the first chunk of every kind of experiment is run twice.
    """

    def __init__(
        self,
        *,
        seed: int = 0,
        device: str = "cpu",
        runner: Runner | None = None,
        steadiness: Steadiness | None = None,
    ) -> None:
        self.seed, self.device = seed, device
        self._steadiness = steadiness
        self._runner = InProcess() if runner is None else runner
        self._chunks: dict[Experiment, dict[int, Chunk]] = {}
        self._again: dict[str, Experiment] = {}
        self._refused: dict[Experiment | str, Exception] = {}

    def measure(
        self,
        quantity: Quantity,
        n: int,
        counter: ChunkCounter | None = None,
        archive: Archive | None = None,
    ) -> Measurement:
        """The first ``n`` replicates of a quantity; those in the archive are not run.

        Raises:
            TypeError: an experiment is not a frozen dataclass with ``chunk`` and ``stream``.
            MeasurementError: an experiment recorded more or fewer replicates than asked for, or
                other numbers when it was run again, or copies.
        """
        experiments = _experiments(quantity)
        if archive is not None:
            self._recall(experiments, n, archive)
        self._extend(experiments, n, counter, archive)
        try:
            return self._measurement(quantity, n)
        except Exception as error:
            # A claim may break here by itself. The archive is to blame only if the claim runs
            # without it.
            earlier = {each: self._forget_earlier(each) for each in experiments}
            if archive is None or not any(earlier.values()):
                raise
            self._extend(experiments, n, counter, archive)
            measurement = self._measurement(quantity, n)
            for experiment, were in earlier.items():
                anew = self._chunks[experiment]
                both = were.keys() & anew.keys()
                if any(were[at].record.differs(anew[at].record) for at in both):
                    archive.replace(experiment, anew, why=repr(error))
            return measurement

    def begin(self, quantity: Quantity, n: int, archive: Archive | None = None) -> set[Job]:
        """Start the first ``n`` replicates of a quantity, if workers are free.

        Returns:
            The jobs that have not ended yet.
        """
        experiments = _experiments(quantity)
        if archive is not None:
            self._recall(experiments, n, archive)
        jobs = self._missing(experiments, n)
        self._runner.begin(jobs)
        return {job for job in jobs if not self._runner.ended(job)}

    def finished(self) -> list[Job]:
        """The jobs that have ended since the last call."""
        return self._runner.finished()

    def close(self) -> None:
        """Let the workers go."""
        self._runner.close()

    def _measurement(self, quantity: Quantity, n: int) -> Measurement:
        records = {each: self._record(each, n) for each in _experiments(quantity)}
        sample = quantity.sample(records.__getitem__)
        return Measurement(sample, quantity.series(records.__getitem__), self._reused(records, n))

    def _record(self, experiment: Experiment, n: int) -> Record:
        parts = [self._chunks[experiment][at].record for at in _places(experiment, n)]
        return Record.join(parts).first(n)

    def _reused(self, experiments: Iterable[Experiment], n: int) -> Reused | None:
        chunks: list[Chunk] = []
        reused = total = 0
        for experiment in experiments:
            for at in _places(experiment, n):
                chunk = self._chunks[experiment][at]
                count = min(experiment.chunk, n - at * experiment.chunk)
                total += count
                if chunk.earlier:
                    chunks.append(chunk)
                    reused += count
        if not chunks:
            return None
        oldest = min(chunks, key=lambda chunk: chunk.when)
        return Reused(reused, total, oldest.when, oldest.where)

    def _recall(self, experiments: Iterable[Experiment], n: int, archive: Archive) -> None:
        for experiment in experiments:
            held = self._chunks.setdefault(experiment, {})
            if not held.keys() >= set(_places(experiment, n)):
                self._chunks[experiment] = {**archive.chunks(experiment), **held}

    def _forget_earlier(self, experiment: Experiment) -> dict[int, Chunk]:
        """Forget what earlier runs measured for an experiment, and return it."""
        held = self._chunks[experiment]
        earlier = {at: chunk for at, chunk in held.items() if chunk.earlier}
        self._chunks[experiment] = {at: held[at] for at in held.keys() - earlier.keys()}
        return earlier

    def _extend(
        self,
        experiments: Iterable[Experiment],
        n: int,
        counter: ChunkCounter | None,
        archive: Archive | None,
    ) -> None:
        """Run what is missing, and keep what can be trusted."""
        self._refuse(experiments)
        jobs = self._missing(experiments, n)
        chunks = _count(jobs)
        if counter is not None and chunks:
            counter(0, chunks)
            jobs = self._missing(experiments, n)  # it may have measured some of them itself
        done = chunks - _count(jobs)
        second: dict[Experiment, Record] = {}
        try:
            for place, record in self._runner.run(jobs):
                job = jobs[place]
                if job.again:
                    second[job.experiment] = record
                    continue
                self._take(job, record, "" if archive is None else archive.where)
                done += 1
                if counter is not None:
                    counter(done, chunks)
        finally:  # the measurements of an interrupted run are kept too
            for experiment in experiments:
                self._vet(experiment, second.get(experiment))
                if archive is not None and not self._refusals(experiment):
                    archive.keep(experiment, self._chunks[experiment])
        self._refuse(experiments)

    def _take(self, job: Job, record: Record, where: str) -> None:
        at = job.replicates.first // job.experiment.chunk
        self._chunks[job.experiment][at] = Chunk(record, now(), where)

    def _vet(self, experiment: Experiment, second: Record | None) -> None:
        """Note what must not be trusted, now or when it is asked for again."""
        records = {at: chunk.record for at, chunk in self._chunks[experiment].items()}
        try:
            refuse_masked(experiment, records)
            refuse_copies(experiment, records)
            refuse_constants(experiment, records)
        except Exception as error:
            self._refused[experiment] = error
        try:
            if second is not None and 0 in records:
                refuse_unsteady(experiment, records[0], second)
                if self._steadiness is not None:
                    self._steadiness.note(experiment)
        except Exception as error:
            self._refused[kind(experiment)] = error

    def _refusals(self, experiment: Experiment) -> list[Exception]:
        keys = (experiment, kind(experiment))
        return [self._refused[key] for key in keys if key in self._refused]

    def _refuse(self, experiments: Iterable[Experiment]) -> None:
        for experiment in experiments:
            for error in self._refusals(experiment):
                raise error

    def _missing(self, experiments: Iterable[Experiment], n: int) -> list[Job]:
        """The chunks to run, then those to run again."""
        jobs = [
            self._job(experiment, at)
            for experiment in experiments
            for at in _places(experiment, n)
            if at not in self._chunks.setdefault(experiment, {})
        ]
        again = [
            job._replace(again=True)
            for job in jobs
            if not job.replicates.first and self._must_run_twice(job.experiment)
        ]
        return jobs + again

    def _must_run_twice(self, experiment: Experiment) -> bool:
        """Whether this is the first experiment of a kind not known to be steady, and all
        processors are alike.
        """
        if self.device != "cpu" or not self._runner.alike:
            return False
        if self._again.setdefault(kind(experiment), experiment) != experiment:
            return False
        return self._steadiness is None or not self._steadiness.knows(experiment)

    def _job(self, experiment: Experiment, at: int) -> Job:
        first = at * experiment.chunk
        return Job(
            experiment,
            Replicates(first, experiment.chunk, self.seed, experiment.stream, self.device),
        )


def _count(jobs: Iterable[Job]) -> int:
    """The chunks that are run for the first time."""
    return sum(not job.again for job in jobs)


def _experiments(quantity: Quantity) -> tuple[Experiment, ...]:
    """The experiments that a quantity needs, each once.

    Raises:
        TypeError: one of them is not an experiment that the engine can run.
    """
    for experiment in quantity.experiments():
        refuse_malformed(experiment)
    return tuple(dict.fromkeys(quantity.experiments()))


def _places(experiment: Experiment, n: int) -> range:
    """The chunks that hold the first ``n`` replicates."""
    return range(ceil(n / experiment.chunk))
