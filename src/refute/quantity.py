"""Quantities: what a reading measures, as one number per replicate.

An :class:`Experiment` runs replicates and records named samples.  A :class:`Quantity` is one of
these samples, or a ratio, a difference or a share of other quantities.  Quantities are only
descriptions: nothing runs until an engine draws replicates for them.  A quantity is named after
what it measures, so that a label cannot lie.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
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
    were left; empty if nothing was drawn from them either.  ``None`` if one did, or nobody looked.
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


class Quantity(ABC):
    """Something with one value per replicate."""

    @property
    @abstractmethod
    def name(self) -> str:
        """What is measured, in words, including its setting."""

    @property
    def what(self) -> str:
        """What is measured, without its setting; empty if its parts measure different things."""
        return self.name

    @property
    def setting(self) -> str:
        """The setting, as it follows ``what``: "with dropout 0.5"."""
        return ""

    @property
    def unit(self) -> str:
        """The unit of a value: "steps", "s", "decades", "times" (a ratio), or empty (a number)."""
        return ""

    @abstractmethod
    def experiments(self) -> tuple[Experiment, ...]:
        """Return the experiments that must be run."""

    @abstractmethod
    def sample(self, records: Callable[[Experiment], Record]) -> Sample:
        """Compute the values from the records of the experiments."""

    @abstractmethod
    def on_streams(self, offset: int) -> Self:
        """Return the same quantity with ``offset`` added to every experiment's stream."""

    def other_seeds(self) -> Self:
        """Return the same quantity for independent replicates, which share no stream with these."""
        streams = [experiment.stream for experiment in self.experiments()]
        return self.on_streams(1 + max(streams) - min(streams))

    def series(self, records: Callable[[Experiment], Record]) -> tuple[Series, ...]:
        """Return the series that the experiments recorded, each once."""
        return tuple(series for each in self.experiments() for series in records(each).series)

    def __truediv__(self, other: Quantity) -> Ratio:
        return Ratio(self, _second_arm(self, other))

    def __sub__(self, other: Quantity) -> Difference:
        return Difference(self, _second_arm(self, other))

    def within(self, region: Region) -> Within:
        """Return whether each value lies in ``region``, to ask for the share that does."""
        return Within(self, region)


def _second_arm(first: Quantity, second: Quantity) -> Quantity:
    """The second arm of a comparison, with other seeds if it equals the first.

    An arm compared with itself on the same seeds could not differ.

    Raises:
        TypeError: the second arm is not a quantity.
    """
    if not isinstance(second, Quantity):
        raise TypeError(
            f"{first.name} is compared with {second!r}, which is not a quantity: to compare it "
            "with a number, claim a region with that edge"
        )
    return second.other_seeds() if first == second else second


def _refuse_no_quantity(what: str, arm: object) -> None:
    if not isinstance(arm, Quantity):
        raise TypeError(f"{what} of {arm!r}: a quantity is needed, with one value per replicate")


@dataclass(frozen=True)
class Recorded(Quantity):
    """A sample that an experiment records under ``key``.

    Two that differ only in their words have the same numbers, so they are equal.

    Args:
        label: what it is, in words: "test accuracy".
        given: the setting, as it follows the label: "with dropout 0.5".
        by: how it is derived from the experiment, between the two: "of 10 passes".
        measured_in: its unit.

    Raises:
        TypeError: the experiment is none, or a name is not a text.
    """

    experiment: Experiment
    key: str
    label: str = field(compare=False)
    given: str = field(default="", compare=False)
    by: str = field(default="", compare=False)
    measured_in: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if not isinstance(self.experiment, Experiment):
            raise TypeError(f"Recorded({self.experiment!r}, ...): an experiment is needed")
        for name in ("key", "label", "given", "by", "measured_in"):
            if not isinstance(getattr(self, name), str):
                raise TypeError(f"Recorded: {name}={getattr(self, name)!r}: give a text")

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
        samples = records(self.experiment).samples
        if self.key not in samples:
            recorded = ", ".join(map(repr, samples)) or "nothing"
            raise MeasurementError(f"{self.experiment!r} records {recorded}, not {self.key!r}")
        return samples[self.key]

    def series(self, records: Callable[[Experiment], Record]) -> tuple[Series, ...]:
        """Return the series that the experiment recorded, as those of this quantity's arm."""
        return tuple(
            replace(series, arm=self.name, setting=self.setting)
            for series in super().series(records)
        )

    def on_streams(self, offset: int) -> Self:
        moved: Any = replace(self.experiment, stream=self.experiment.stream + offset)  # type: ignore[type-var]
        return replace(self, experiment=moved)


@dataclass(frozen=True)
class _Pair(Quantity):
    one: Quantity  # ledgers record the repr, so these names stay
    other: Quantity

    def __post_init__(self) -> None:
        for arm in (self.one, self.other):
            _refuse_no_quantity(type(self).__name__, arm)

    @property
    def what(self) -> str:
        """What both arms measure, if it is the same."""
        return self.one.what if self.one.what == self.other.what else ""

    @property
    def unit(self) -> str:
        """The unit of the first arm."""
        return self.one.unit

    def experiments(self) -> tuple[Experiment, ...]:
        ours = self.one.experiments()
        # Without hashes: the engine refuses an experiment that has none, and says why.
        return ours + tuple(each for each in self.other.experiments() if each not in ours)

    def series(self, records: Callable[[Experiment], Record]) -> tuple[Series, ...]:
        """Return the series of both arms.

        If both arms are numbers of the same experiments, they share the series and the setting.
        """
        if self.one.experiments() == self.other.experiments():
            given = {getattr(arm, "given", "") for arm in (self.one, self.other)}
            setting = given.pop() if len(given) == 1 else ""
            return tuple(
                replace(series, arm=setting, setting=setting) for series in super().series(records)
            )
        return self.one.series(records) + self.other.series(records)

    def on_streams(self, offset: int) -> Self:
        one, other = self.one.on_streams(offset), self.other.on_streams(offset)
        return replace(self, one=one, other=other)


class Ratio(_Pair):
    """The ratio of two positive quantities, replicate by replicate.

    Integers are divided only once, so that a ratio equal to an edge meets it exactly.
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
        # Two infinite values cannot be compared: their ratio may be anything.
        return Sample(_defined(least, otherwise=0), _defined(most, otherwise=np.inf))


class Difference(_Pair):
    """The difference of two quantities, replicate by replicate; exact if both are counts."""

    @property
    def name(self) -> str:
        return f"{self.one.name} − {self.other.name}"

    def sample(self, records: Callable[[Experiment], Record]) -> Sample:
        left, right = self.one.sample(records), self.other.sample(records)
        if left.integers and right.integers:
            per = lcm(left.scale, right.scale)
            by_left, by_right = per // left.scale, per // right.scale
            least: NDArray[Any] = _times(left.lower, by_left) - _times(right.upper, by_right)
            most: NDArray[Any] = _times(left.upper, by_left) - _times(right.lower, by_right)
            return Sample(least, most, None if left.per is None and right.per is None else per)
        with np.errstate(invalid="ignore"):
            least = left.lower / left.scale - right.upper / right.scale
            most = left.upper / left.scale - right.lower / right.scale
        # Two infinite values cannot be compared: their difference may be anything.
        return Sample(_defined(least, otherwise=-np.inf), _defined(most, otherwise=np.inf))


def _times(values: NDArray[Any], factor: int) -> NDArray[Any]:
    """Multiply values by a factor; integers are multiplied exactly."""
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
    """1 if a quantity lies in a region, 0 if it does not, [0, 1] if a capped run hides it."""

    quantity: Quantity
    region: Region

    def __post_init__(self) -> None:
        _refuse_no_quantity("Within", self.quantity)
        if not isinstance(self.region, Region):
            raise TypeError(
                f"within({self.region!r}): a region is needed, such as within(roughly(2)) of "
                "refute.wording"
            )
        if self.region.of != "median":
            raise ValueError(
                f"{self.region.words!r} is a share of replicates, which a single one does not "
                "have: give a region of values"
            )

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

    def on_streams(self, offset: int) -> Self:
        return replace(self, quantity=self.quantity.on_streams(offset))


def inside(sample: Sample, region: Region) -> Sample:
    """Return 1 if a value lies in a region, 0 if not, [0, 1] if a capped run hides it."""
    certainly = np.ones(len(sample), dtype=np.bool_)
    possibly = np.ones(len(sample), dtype=np.bool_)
    for edge in region.edges:
        beside = sample.beside(edge)
        certainly &= beside[0]
        possibly &= beside[1]
    return Sample(certainly.astype(np.int64), possibly.astype(np.int64))


def _joined(*parts: str) -> str:
    """Join words with spaces, but without a space before a comma or colon."""
    return " ".join(part for part in parts if part).replace(" ,", ",").replace(" :", ":")
