"""The engine knows which chunks of replicates a quantity needs, and keeps what has been run.

Chunks are a constant of the experiment, so the numbers do not depend on where a chunk is run.
Claims that need the same experiment share what has been run of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import ceil

from refute.decision import Sample
from refute.quantity import Experiment, Quantity, Record, Replicates, Series
from refute.runners import Job, Local, Runner

Progress = Callable[[int, int], None]
"""Called with (chunks done, chunks in all) while experiments run."""


class Engine:
    """Runs experiments from one root seed, on whatever ``runner`` computes them."""

    def __init__(self, *, seed: int = 0, device: str = "cpu", runner: Runner | None = None) -> None:
        self.seed, self.device = seed, device
        self._runner = Local() if runner is None else runner
        self._chunks: dict[tuple[Experiment, int], Record] = {}

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
        self._runner.close()

    def _record(self, experiment: Experiment, n: int) -> Record:
        parts = [self._chunks[experiment, at] for at in _places(experiment, n)]
        return Record.join(parts).first(n)

    def _extend(self, experiments: Iterable[Experiment], n: int, progress: Progress | None) -> None:
        missing = [
            (experiment, at)
            for experiment in dict.fromkeys(experiments)
            for at in _places(experiment, n)
            if (experiment, at) not in self._chunks
        ]
        results = self._runner.run([self._job(*chunk) for chunk in missing])
        for done, (place, record) in enumerate(results, 1):
            self._chunks[missing[place]] = record
            if progress is not None:
                progress(done, len(missing))

    def _job(self, experiment: Experiment, at: int) -> Job:
        first = at * experiment.chunk
        return experiment, Replicates(
            first, experiment.chunk, self.seed, experiment.stream, self.device
        )


def _places(experiment: Experiment, n: int) -> range:
    """The chunks that hold the first ``n`` replicates."""
    return range(ceil(n / experiment.chunk))
