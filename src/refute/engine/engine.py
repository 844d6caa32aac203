"""The engine knows which chunks of replicates a quantity needs, and keeps what has been run.

Chunks are a constant of the experiment, so the numbers do not depend on where a chunk is run.
Claims that need the same experiment share what has been run of it, and an archive has what earlier
runs left of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from math import ceil
from typing import Protocol

from refute.decision.samples import Sample
from refute.engine.jobs import Job, Runner
from refute.engine.local import Local
from refute.ledger import Reused
from refute.quantity import Experiment, Quantity, Record, Replicates, Series
from refute.reuse.file_form import Chunk

Progress = Callable[[int, int], None]
"""Called with (chunks done, chunks in all) while experiments run."""


class Archive(Protocol):
    """Where chunks of earlier runs are, as far as whoever asks may use them."""

    def chunks(self, experiment: Experiment) -> Mapping[int, Chunk]:
        """The chunks that earlier runs measured, by their places."""

    def keep(self, experiment: Experiment, chunks: Mapping[int, Chunk]) -> None:
        """Keep all that there is of an experiment for later runs."""

    def replace(self, experiment: Experiment, chunks: Mapping[int, Chunk], *, why: str) -> None:
        """Keep this in place of what was found of an experiment, which was of no use."""

    @property
    def where(self) -> str:
        """The machine that measures now."""


class Engine:
    """Runs experiments from one root seed, on whatever ``runner`` computes them."""

    def __init__(self, *, seed: int = 0, device: str = "cpu", runner: Runner | None = None) -> None:
        self.seed, self.device = seed, device
        self._runner = Local() if runner is None else runner
        self._chunks: dict[Experiment, dict[int, Chunk]] = {}

    def sample(
        self,
        quantity: Quantity,
        n: int,
        progress: Progress | None = None,
        archive: Archive | None = None,
    ) -> Sample:
        """The first ``n`` replicates of a quantity; what the archive has of them is not run.

        Raises:
            MeasurementError: an experiment recorded more or fewer replicates than asked for.
        """
        experiments = tuple(dict.fromkeys(quantity.experiments()))
        if archive is not None:
            self._recall(experiments, n, archive)
        self._extend(experiments, n, progress, archive)
        try:
            return self._sample(quantity, n)
        except Exception as error:
            # A claim may break here by itself.  It breaks by a bad archive only if it does not
            # without.
            earlier = {one: self._forget_earlier(one) for one in experiments}
            if archive is None or not any(earlier.values()):
                raise
            self._extend(experiments, n, progress, archive)
            sample = self._sample(quantity, n)
            for experiment, were in earlier.items():
                now = self._chunks[experiment]
                if any(were[at].record.differs(now[at].record) for at in were.keys() & now.keys()):
                    archive.replace(experiment, now, why=repr(error))
            return sample

    def begin(self, quantity: Quantity, n: int, archive: Archive | None = None) -> None:
        """Have the first ``n`` replicates of a quantity begun, if there are workers to spare."""
        if archive is not None:
            self._recall(quantity.experiments(), n, archive)
        self._runner.begin(self._jobs(quantity, n))

    def ready(self, quantity: Quantity, n: int) -> bool:
        """Whether the first ``n`` replicates are there, or have ended: nobody need wait."""
        return all(map(self._runner.ended, self._jobs(quantity, n)))

    def _jobs(self, quantity: Quantity, n: int) -> list[Job]:
        missing = self._missing(dict.fromkeys(quantity.experiments()), n)
        return [self._job(*chunk) for chunk in missing]

    def series(self, quantity: Quantity, n: int) -> tuple[Series, ...]:
        """What those replicates left to plot."""
        return quantity.series(lambda experiment: self._record(experiment, n))

    def reused(self, quantity: Quantity, n: int) -> Reused | None:
        """What the first ``n`` replicates owe to earlier runs, if anything.

        Replicates are counted for every experiment of the quantity.
        """
        chunks: list[Chunk] = []
        reused = total = 0
        for experiment in dict.fromkeys(quantity.experiments()):
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

    def close(self) -> None:
        """Let the workers go."""
        self._runner.close()

    def _sample(self, quantity: Quantity, n: int) -> Sample:
        return quantity.sample(lambda experiment: self._record(experiment, n))

    def _record(self, experiment: Experiment, n: int) -> Record:
        parts = [self._chunks[experiment][at].record for at in _places(experiment, n)]
        return Record.join(parts).first(n)

    def _recall(self, experiments: Iterable[Experiment], n: int, archive: Archive) -> None:
        for experiment in experiments:
            held = self._chunks.setdefault(experiment, {})
            if not held.keys() >= set(_places(experiment, n)):
                self._chunks[experiment] = {**archive.chunks(experiment), **held}

    def _forget_earlier(self, experiment: Experiment) -> dict[int, Chunk]:
        """Forget, and return, what earlier runs measured of an experiment."""
        held = self._chunks[experiment]
        earlier = {at: chunk for at, chunk in held.items() if chunk.earlier}
        self._chunks[experiment] = {at: held[at] for at in held.keys() - earlier.keys()}
        return earlier

    def _extend(
        self,
        experiments: Iterable[Experiment],
        n: int,
        progress: Progress | None,
        archive: Archive | None,
    ) -> None:
        missing = self._missing(experiments, n)
        where = "" if archive is None else archive.where
        results = self._runner.run([self._job(*chunk) for chunk in missing])
        if progress is not None and missing:
            progress(0, len(missing))
        try:
            for done, (place, record) in enumerate(results, 1):
                when = datetime.now(UTC).isoformat(timespec="seconds")
                experiment, at = missing[place]
                self._chunks[experiment][at] = Chunk(record, when, where)
                if progress is not None:
                    progress(done, len(missing))
        finally:  # of an interrupted run too, what was measured is kept
            if archive is not None:
                for experiment in experiments:
                    archive.keep(experiment, self._chunks[experiment])

    def _missing(self, experiments: Iterable[Experiment], n: int) -> list[tuple[Experiment, int]]:
        return [
            (experiment, at)
            for experiment in experiments
            for at in _places(experiment, n)
            if at not in self._chunks.setdefault(experiment, {})
        ]

    def _job(self, experiment: Experiment, at: int) -> Job:
        first = at * experiment.chunk
        return experiment, Replicates(
            first, experiment.chunk, self.seed, experiment.stream, self.device
        )


def _places(experiment: Experiment, n: int) -> range:
    """The chunks that hold the first ``n`` replicates."""
    return range(ceil(n / experiment.chunk))
