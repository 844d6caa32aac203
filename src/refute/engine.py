"""The engine runs experiments in chunks of replicates, spread over worker threads.

Chunks are a constant of the experiment, and each is computed by one thread, so the numbers do
not depend on how many workers there are.  What has been run is kept: claims that need the same
experiment share it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from math import ceil

from refute.decision import MeasurementError, Sample
from refute.quantity import Experiment, Quantity, Record, Replicates, Series

Progress = Callable[[int, int], None]
"""Called with (chunks done, chunks in all) while experiments run."""


class Engine:
    """Runs experiments from one root seed.

    Raises:
        ValueError: there are no workers to run anything.
    """

    def __init__(self, *, seed: int = 0, workers: int = 1, device: str = "cpu") -> None:
        if workers < 1:
            raise ValueError(f"{workers} workers can run nothing: ask for at least 1")
        self.seed, self.workers, self.device = seed, workers, device
        self._chunks: dict[Experiment, list[Record]] = {}
        # One accelerator runs one chunk at a time; more would only queue for it.
        self._pool = ThreadPoolExecutor(1 if device != "cpu" else workers, "refute-worker")

    def sample(self, quantity: Quantity, n: int, progress: Progress | None = None) -> Sample:
        """The first ``n`` replicates of a quantity.

        Raises:
            MeasurementError: an experiment recorded more or fewer replicates than asked for.
        """
        self._extend(quantity.experiments(), n, progress)
        return quantity.sample(lambda experiment: self._record(experiment, n))

    def series(self, quantity: Quantity, n: int) -> tuple[Series, ...]:
        """What those replicates left to plot."""
        return quantity.series(lambda experiment: self._record(experiment, n))

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)

    def _record(self, experiment: Experiment, n: int) -> Record:
        chunks = self._chunks[experiment][: ceil(n / experiment.chunk)]
        return Record.join(chunks).first(n)

    def _extend(self, experiments: Iterable[Experiment], n: int, progress: Progress | None) -> None:
        jobs = [
            (experiment, self._replicates(experiment, at))
            for experiment in dict.fromkeys(experiments)
            for at in range(
                len(self._chunks.setdefault(experiment, [])), ceil(n / experiment.chunk)
            )
        ]
        results = self._pool.map(lambda job: _run(*job), jobs)
        for done, ((experiment, _), record) in enumerate(zip(jobs, results, strict=True), 1):
            self._chunks[experiment].append(record)
            if progress is not None:
                progress(done, len(jobs))

    def _replicates(self, experiment: Experiment, at: int) -> Replicates:
        first = at * experiment.chunk
        return Replicates(first, experiment.chunk, self.seed, experiment.stream, self.device)


def _run(experiment: Experiment, replicates: Replicates) -> Record:
    """Run one chunk; a replicate left out would pair those after it with the wrong partners."""
    record = experiment.run(replicates)
    rows = {name: len(sample) for name, sample in record.samples.items()}
    rows |= {one.name: len(one.values) for one in record.series}
    for name, found in rows.items():
        if found != replicates.count:
            raise MeasurementError(
                f"{experiment!r} recorded {found} of {replicates.count} replicates of {name!r}"
            )
    return record
