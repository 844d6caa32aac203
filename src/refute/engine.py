"""The engine runs experiments in chunks of replicates, spread over worker processes.

Chunks are a constant of the experiment, and each is computed by one thread, so the numbers do
not depend on how many workers there are, nor on where a chunk is run.  What has been run is kept:
claims that need the same experiment share it.

Workers are processes because threads would wait for Python's lock half of the time
(``benchmarks/README.md``).  Starting them takes a second or two, so work that is done sooner than
that is done at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import ceil
from time import perf_counter

from refute.decision import MeasurementError, Sample
from refute.quantity import Experiment, Quantity, Record, Replicates, Series

Progress = Callable[[int, int], None]
"""Called with (chunks done, chunks in all) while experiments run."""

Job = tuple[Experiment, Replicates]

WORTH_WORKERS = 1.0
"""Seconds of remaining work for which worker processes are started."""


class Engine:
    """Runs experiments from one root seed.

    Experiments are sent to worker processes: their classes must be importable there, as those
    of any module in a claims folder are.  With one worker, or an accelerator, which one process
    at a time should use, all is run in this process.

    Raises:
        ValueError: there are no workers to run anything.
    """

    def __init__(self, *, seed: int = 0, workers: int = 1, device: str = "cpu") -> None:
        if workers < 1:
            raise ValueError(f"{workers} workers can run nothing: ask for at least 1")
        self.seed, self.workers, self.device = seed, workers, device
        self._chunks: dict[Experiment, list[Record]] = {}
        self._alone = workers == 1 or device != "cpu"
        self._started = False

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
        """Let the workers go."""
        if self._started:
            from joblib.externals.loky import get_reusable_executor

            get_reusable_executor().shutdown(wait=True)

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
        for done, ((experiment, _), record) in enumerate(
            zip(jobs, self._results(jobs), strict=True), 1
        ):
            self._chunks[experiment].append(record)
            if progress is not None:
                progress(done, len(jobs))

    def _results(self, jobs: Sequence[Job]) -> Iterator[Record]:
        """The records of the jobs, in their order."""
        here = 0
        while here < len(jobs) and not self._started:
            started = perf_counter()
            yield _run(*jobs[here])
            here += 1
            left = (perf_counter() - started) * (len(jobs) - here)
            self._started = not self._alone and left > WORTH_WORKERS
        if here < len(jobs):
            yield from self._from_workers(jobs[here:])

    def _from_workers(self, jobs: Sequence[Job]) -> Iterator[Record]:
        from joblib import Parallel, delayed

        parallel = Parallel(
            n_jobs=self.workers,
            backend="loky",
            batch_size=1,
            pre_dispatch="all",
            return_as="generator",
            inner_max_num_threads=1,
        )
        results: Iterator[Record] = parallel(delayed(_run)(*job) for job in jobs)
        yield from results

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
