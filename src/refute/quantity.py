"""Quantities: what a reading measures, named by itself and paired by replicate.

An :class:`Experiment` runs replicates and records named samples; a :class:`Quantity` is one of
them, or a ratio, a difference or a share of others.  Quantities are descriptions: nothing runs
until an engine draws replicates for them, and a quantity's name is made from what it measures,
so that a label cannot lie.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import lcm
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from refute.decision.regions import Region
from refute.decision.samples import MeasurementError, Sample

SeriesKind = Literal["curve", "layers", "histogram", "trajectory", "function", "setting"]


@dataclass(frozen=True)
class Series:
    """Something to plot: values per replicate along ``x``.

    ``values`` has shape (replicates, len(x)).  The report draws

    - "curve", "layers" and "histogram" as quantiles over replicates;
    - "trajectory", a position that is the same in every replicate, as a line, with its crossings
      of zero;
    - "function", a function of a number, as a line with the points of ``marks`` on it;
    - "setting", what each replicate drew (``x`` is one placeholder), against the outcomes.

    Args:
        log_y: whether the values are drawn on a logarithmic axis.
        arm: which side of a comparison left it, in words; quantities fill it in.
        setting: what sets that side apart; quantities fill it in too.
        marks: points (x, y) that stand out, such as a counterexample.
        labels: of a setting that is no number: what the values 0, 1, ... stand for.
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
    """What some replicates of an experiment left: samples by name, and series to plot.

    Raises:
        MeasurementError: of what was counted out of ``per``, there are more than that, or fewer
            than none.
    """

    samples: dict[str, Sample]
    series: tuple[Series, ...] = ()

    def __post_init__(self) -> None:
        for name, sample in self.samples.items():
            if sample.per is None:
                continue
            off = (sample.lower < 0) | (sample.upper > sample.per)
            if off.any():
                at = int(np.argmax(off))
                found = sample.upper[at] if sample.lower[at] >= 0 else sample.lower[at]
                raise MeasurementError(f"replicate {at}: {name!r} counts {found} of {sample.per}")

    def first(self, n: int) -> Record:
        samples = {name: sample.first(n) for name, sample in self.samples.items()}
        series = tuple(replace(one, values=one.values[:n]) for one in self.series)
        return Record(samples, series)

    def differs(self, other: Record) -> bool:
        """Whether any sample has another name, unit, type or bit in the other record."""
        return self._bits() != other._bits()

    @staticmethod
    def join(parts: Sequence[Record]) -> Record:
        """Put the records of consecutive replicates end to end.

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
            replace(one, values=np.concatenate([part.series[at].values for part in parts]))
            for at, one in enumerate(head.series)
        )
        return Record(samples, series)

    def _bits(self) -> object:
        return {
            name: (sample.per, sample.integers, sample.lower.tobytes(), sample.upper.tobytes())
            for name, sample in self.samples.items()
        }

    def _units(self) -> object:
        samples = {name: sample.per for name, sample in self.samples.items()}
        return samples, [(one.name, one.x.tolist()) for one in self.series]


@dataclass(frozen=True)
class Replicates:
    """Consecutive replicates of one run: which ones, from which root seed, on which device.

    ``generator(k, purpose)`` is replicate ``k``'s own stream of random numbers for one purpose
    ("weights", "data", "masks").  Two arms given the same replicates share those streams, which
    is what pairs them.
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
        """Independent for every (root seed, stream, replicate, purpose)."""
        words = (self.seed, self.stream, replicate, int.from_bytes(purpose.encode()))
        return np.random.default_rng(np.random.SeedSequence(words))


class Experiment(ABC):
    """Something that can be run for any replicate: a frozen dataclass with an eval-able repr.

    Two equal experiments give the same numbers, and run once.  ``chunk`` replicates are run at a
    time; it is a constant of the experiment, never of the machine.  ``stream`` selects other
    seeds for the same experiment.  If it, or anything among its fields, reads files, a property
    ``files`` of that object gives their paths: numbers are reused only while those stay the same.
    """

    chunk: int
    stream: int

    @abstractmethod
    def run(self, replicates: Replicates) -> Record:
        """Run these replicates; one number each in every sample, in order."""


class Quantity(ABC):
    """Something with one value per replicate."""

    @property
    @abstractmethod
    def name(self) -> str:
        """What is measured, in words, with its setting."""

    @property
    def what(self) -> str:
        """What is measured, whatever its setting; empty where that cannot be said of all of it."""
        return self.name

    @property
    def setting(self) -> str:
        """Under which setting, as it follows on ``what``: "with dropout 0.5"."""
        return ""

    @property
    def unit(self) -> str:
        """Of one value: "steps", "s", "decades", "times" for a ratio; empty for plain numbers."""
        return ""

    @abstractmethod
    def experiments(self) -> tuple[Experiment, ...]:
        """What must be run."""

    @abstractmethod
    def sample(self, records: Callable[[Experiment], Record]) -> Sample:
        """The values, from the records of the experiments."""

    @abstractmethod
    def on_streams(self, further: int) -> Self:
        """The same quantity with every experiment's stream moved on by ``further``."""

    def other_seeds(self) -> Self:
        """The same quantity from independent replicates, which share no stream with these."""
        streams = [experiment.stream for experiment in self.experiments()]
        return self.on_streams(1 + max(streams) - min(streams))

    def series(self, records: Callable[[Experiment], Record]) -> tuple[Series, ...]:
        """What the experiments left to plot, each once."""
        return tuple(one for which in self.experiments() for one in records(which).series)

    def __truediv__(self, other: Quantity) -> Ratio:
        return Ratio(self, _unpaired_from_itself(self, other))

    def __sub__(self, other: Quantity) -> Difference:
        return Difference(self, _unpaired_from_itself(self, other))

    def within(self, region: Region) -> Within:
        """Whether a replicate's value lies in ``region``: to ask in what share of them it does."""
        return Within(self, region)


def _unpaired_from_itself(one: Quantity, other: Quantity) -> Quantity:
    """An arm paired with itself on the same seeds could not differ: give it other seeds.

    Raises:
        TypeError: the other is no quantity.
    """
    if not isinstance(other, Quantity):
        raise TypeError(
            f"{one.name} is compared with {other!r}: a quantity is compared with another quantity; "
            "a number is an edge of the region that is claimed"
        )
    return other.other_seeds() if one == other else other


@dataclass(frozen=True)
class Recorded(Quantity):
    """A sample that an experiment records under ``key``.

    Two that differ in their words alone are the same numbers, and so are equal.

    Args:
        label: what it is, in words: "test accuracy".
        given: under which setting, as it follows on that: "with dropout 0.5".
        by: how it is taken from the experiment, between the two: "of 10 passes".
        measured_in: its unit.
    """

    experiment: Experiment
    key: str
    label: str = field(compare=False)
    given: str = field(default="", compare=False)
    by: str = field(default="", compare=False)
    measured_in: str = field(default="", compare=False)

    @property
    def name(self) -> str:
        return _joined(self.label, *self._setting)

    @property
    def what(self) -> str:
        return self.label

    @property
    def setting(self) -> str:
        return _joined(*self._setting).strip(" ,:")

    @property
    def _setting(self) -> tuple[str, str, str]:
        return self.by, self.given, "(other seeds)" if self.experiment.stream else ""

    @property
    def unit(self) -> str:
        return self.measured_in

    def experiments(self) -> tuple[Experiment, ...]:
        return (self.experiment,)

    def sample(self, records: Callable[[Experiment], Record]) -> Sample:
        return records(self.experiment).samples[self.key]

    def series(self, records: Callable[[Experiment], Record]) -> tuple[Series, ...]:
        """What the experiment left to plot, as this quantity's arm."""
        left = super().series(records)
        return tuple(replace(one, arm=self.name, setting=self.setting) for one in left)

    def on_streams(self, further: int) -> Self:
        moved: Any = replace(self.experiment, stream=self.experiment.stream + further)  # type: ignore[type-var]
        return replace(self, experiment=moved)


@dataclass(frozen=True)
class _Pair(Quantity):
    one: Quantity
    other: Quantity

    @property
    def what(self) -> str:
        """What both sides measure, if it is the same."""
        return self.one.what if self.one.what == self.other.what else ""

    @property
    def unit(self) -> str:
        """The unit of either side."""
        return self.one.unit

    def experiments(self) -> tuple[Experiment, ...]:
        return tuple(dict.fromkeys(self.one.experiments() + self.other.experiments()))

    def series(self, records: Callable[[Experiment], Record]) -> tuple[Series, ...]:
        """What both sides left to plot.

        Two numbers of the same experiments have what they left in common, and their setting.
        """
        if self.one.experiments() == self.other.experiments():
            given = {getattr(each, "given", "") for each in (self.one, self.other)}
            arm = given.pop() if len(given) == 1 else ""
            return tuple(replace(one, arm=arm, setting=arm) for one in super().series(records))
        return self.one.series(records) + self.other.series(records)

    def on_streams(self, further: int) -> Self:
        return replace(self, one=self.one.on_streams(further), other=self.other.on_streams(further))


class Ratio(_Pair):
    """One positive quantity over another, replicate by replicate.

    Integers are divided once, so that a ratio equal to an edge meets it exactly.
    """

    @property
    def name(self) -> str:
        return f"{self.one.name} / {self.other.name}"

    def sample(self, records: Callable[[Experiment], Record]) -> Sample:
        top, bottom = self.one.sample(records), self.other.sample(records)
        if (top.lower < 0).any() or (bottom.lower <= 0).any():
            raise MeasurementError(f"{self.name}: a ratio needs positive numbers")
        with np.errstate(invalid="ignore", over="ignore"):
            least = _times(top.lower, bottom.scale) / _times(bottom.upper, top.scale)
            most = _times(top.upper, bottom.scale) / _times(bottom.lower, top.scale)
        # Two infinite runs compare in no way: the ratio may be anything.
        return Sample(_defined(least, otherwise=0), _defined(most, otherwise=np.inf))


class Difference(_Pair):
    """One quantity less another, replicate by replicate; exact where both are integer counts."""

    @property
    def name(self) -> str:
        return f"{self.one.name} − {self.other.name}"

    def sample(self, records: Callable[[Experiment], Record]) -> Sample:
        one, other = self.one.sample(records), self.other.sample(records)
        if one.integers and other.integers:
            per = lcm(one.scale, other.scale)
            ours, theirs = per // one.scale, per // other.scale
            least: NDArray[Any] = _times(one.lower, ours) - _times(other.upper, theirs)
            most: NDArray[Any] = _times(one.upper, ours) - _times(other.lower, theirs)
            return Sample(least, most, None if one.per is None and other.per is None else per)
        with np.errstate(invalid="ignore"):
            least = one.lower / one.scale - other.upper / other.scale
            most = one.upper / one.scale - other.lower / other.scale
        # Two infinite runs compare in no way: the difference may be anything.
        return Sample(_defined(least, otherwise=-np.inf), _defined(most, otherwise=np.inf))


def _times(values: NDArray[Any], factor: int) -> NDArray[Any]:
    """Values times a factor, exact where they are integers."""
    if values.dtype == np.int64 and values.size and int(abs(values).max()) * factor >= 1 << 62:
        raise MeasurementError(
            f"{int(abs(values).max())} times {factor} is too large to be exact: record floats"
        )
    product: NDArray[Any] = values * factor
    return product


def _defined(bounds: NDArray[Any], *, otherwise: float) -> NDArray[np.float64]:
    return np.where(np.isnan(bounds), otherwise, bounds).astype(np.float64)


@dataclass(frozen=True)
class Within(Quantity):
    """1 where a quantity lies in a region, 0 where it does not; [0, 1] where a cap hides it."""

    quantity: Quantity
    region: Region

    def __post_init__(self) -> None:
        if not isinstance(self.region, Region):
            raise TypeError(
                f"within({self.region!r}): a region is needed, as the words of refute.wording name "
                "them: within(roughly(2))"
            )
        if self.region.of != "median":
            raise ValueError(f"no single replicate can be {self.region.words!r}: it has no share")

    @property
    def name(self) -> str:
        return f"share of replicates whose {self.quantity.name} is {self.region.words}"

    @property
    def what(self) -> str:
        return self.quantity.what

    @property
    def unit(self) -> str:
        return self.quantity.unit

    def experiments(self) -> tuple[Experiment, ...]:
        return self.quantity.experiments()

    def series(self, records: Callable[[Experiment], Record]) -> tuple[Series, ...]:
        return self.quantity.series(records)

    def sample(self, records: Callable[[Experiment], Record]) -> Sample:
        return inside(self.quantity.sample(records), self.region)

    def on_streams(self, further: int) -> Self:
        return replace(self, quantity=self.quantity.on_streams(further))


def inside(sample: Sample, region: Region) -> Sample:
    """1 where a value lies in a region, 0 where it does not; [0, 1] where a cap hides it."""
    surely = np.ones(len(sample), dtype=np.bool_)
    possibly = np.ones(len(sample), dtype=np.bool_)
    for edge in region.edges:
        beside = sample.beside(edge)
        surely &= beside[0]
        possibly &= beside[1]
    return Sample(surely.astype(np.int64), possibly.astype(np.int64))


def _joined(*parts: str) -> str:
    """Words one after the other; a comma or colon that begins a part follows on without a space."""
    return " ".join(part for part in parts if part).replace(" ,", ",").replace(" :", ":")
