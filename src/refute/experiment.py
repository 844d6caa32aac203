"""Experiments: what runs replicates and records one number for each, under names.

An :class:`Experiment` runs :class:`Replicates`, each with its own random numbers, and returns a
:class:`Record`: samples by name, and :class:`Series` to plot.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from refute.decision.samples import MeasurementError, Sample

SeriesKind = Literal["curve", "layers", "histogram", "trajectory", "function", "setting"]


@dataclass(frozen=True)
class Series:
    """Something to plot: values per replicate along ``x``.

    ``values`` has shape (replicates, len(x)).  The report draws

    - "curve", "layers" and "histogram" as quantiles over replicates;
    - "trajectory", a position that is the same in every replicate, as a line with its zero
      crossings;
    - "function", a function of a number, as a line with the points of ``marks`` on it;
    - "setting", what each replicate drew (``x`` is one placeholder), against the outcomes.

    Args:
        log_y: whether to use a logarithmic axis for the values.
        arm: the arm that recorded it, in words; filled in by quantities.
        setting: what distinguishes that arm; filled in by quantities.
        marks: points (x, y) to highlight, such as a counterexample.
        labels: what the values 0, 1, ... stand for, if a setting is not a number.
    """

    name: str
    kind: SeriesKind
    x_label: str
    y_label: str
    x: NDArray[np.float64]
    values: NDArray[np.float64]
    log_y: bool = False
    arm: str = ""
    setting: str = ""
    marks: tuple[tuple[float, float], ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Record:
    """What replicates of an experiment recorded: samples by name, and series to plot.

    Raises:
        TypeError: the samples are not a dict of samples by name, or the series something else.
        MeasurementError: a count is negative, or more than ``per``.
    """

    samples: dict[str, Sample]
    series: tuple[Series, ...] = ()
    shared: bytes | None = field(default=None, init=False, repr=False, compare=False)
    """If no replicate asked for a generator of its own, the state in which the global generators
    were left; empty if nothing was drawn from them either.  ``None`` if one did, or this was not
    checked.
    """

    def __post_init__(self) -> None:
        if not isinstance(self.samples, dict):
            raise TypeError(
                f"Record({self.samples!r}): give samples by name, such as "
                '{"steps": Sample.exactly(steps)}'
            )
        for name, sample in self.samples.items():
            if not isinstance(name, str) or not isinstance(sample, Sample):
                raise TypeError(
                    f"a record has {name!r}: {sample!r}: give a sample by its name, such as "
                    '"steps": Sample.exactly(steps)'
                )
        if not all(isinstance(each, Series) for each in self.series):
            raise TypeError(f"the series of a record are {self.series!r}: give a tuple of Series")
        for name, sample in self.samples.items():
            if sample.per is None:
                continue
            off = (sample.lower < 0) | (sample.upper > sample.per)
            if off.any():
                at = int(np.argmax(off))
                count = sample.upper[at] if sample.lower[at] >= 0 else sample.lower[at]
                raise MeasurementError(f"replicate {at}: {name!r} counts {count} of {sample.per}")

    def first(self, n: int) -> Record:
        samples = {name: sample.first(n) for name, sample in self.samples.items()}
        series = tuple(replace(each, values=each.values[:n]) for each in self.series)
        return Record(samples, series)

    def differs(self, other: Record) -> bool:
        """Whether any sample differs in name, unit, type or a single bit."""
        return self._bits() != other._bits()

    @staticmethod
    def join(parts: Sequence[Record]) -> Record:
        """Concatenate the records of consecutive replicates.

        Raises:
            MeasurementError: they recorded different things, or in different units.
        """
        head = parts[0]
        if any(part._units() != head._units() for part in parts):
            raise MeasurementError("two chunks of an experiment recorded different things")
        samples = {
            name: Sample(
                np.concatenate([part.samples[name].lower for part in parts]),
                np.concatenate([part.samples[name].upper for part in parts]),
                sample.per,
            )
            for name, sample in head.samples.items()
        }
        series = tuple(
            replace(each, values=np.concatenate([part.series[at].values for part in parts]))
            for at, each in enumerate(head.series)
        )
        return Record(samples, series)

    def _bits(self) -> object:
        return {
            name: (sample.per, sample.integers, sample.lower.tobytes(), sample.upper.tobytes())
            for name, sample in self.samples.items()
        }

    def _units(self) -> object:
        samples = {name: sample.per for name, sample in self.samples.items()}
        return samples, [(each.name, each.x.tolist()) for each in self.series]


ASKED: ContextVar[set[int] | None] = ContextVar("ASKED", default=None)
"""Collects the replicates whose own generators are asked for, if somebody wants to know."""


@dataclass(frozen=True)
class Replicates:
    """Consecutive replicates of a run: their numbers, the root seed and the device.

    ``generator(k, purpose)`` is replicate ``k``'s own stream of random numbers for one purpose
    ("weights", "data", "masks").  Arms that are given the same replicates share these streams,
    which pairs them.
    """

    first: int
    count: int
    seed: int = 0
    stream: int = 0
    device: str = "cpu"

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.first, self.first + self.count))

    def __len__(self) -> int:
        return self.count

    def generator(self, replicate: int, purpose: str) -> np.random.Generator:
        """Return a generator, independent for each root seed, stream, replicate and purpose."""
        if (asked := ASKED.get()) is not None:
            asked.add(replicate)
        words = (self.seed, self.stream, replicate, int.from_bytes(purpose.encode()))
        return np.random.default_rng(np.random.SeedSequence(words))


class Experiment(ABC):
    """Something that can be run for any replicate: a frozen dataclass with an eval-able repr.

    Equal experiments give the same numbers and run only once.  ``chunk`` replicates are run
    together; this number belongs to the experiment, not to the machine.  ``stream`` selects other
    seeds for the same experiment.  If the experiment or one of its fields reads files, a property
    ``files`` of that object gives their paths; numbers are reused only if the files are unchanged.
    """

    chunk: int
    stream: int

    @abstractmethod
    def run(self, replicates: Replicates) -> Record:
        """Run these replicates; every sample has one number for each, in order."""
