"""Quantities: what a reading measures, as one number per replicate.

A :class:`Quantity` is a sample that an experiment records, or a ratio, a difference or a share of
other quantities.  Quantities are only descriptions: nothing runs until an engine draws replicates
for them.  A quantity is named after what it measures, so that a label cannot lie.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import lcm
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from refute.decision.regions import Region
from refute.decision.samples import MeasurementError, Sample
from refute.experiment import Experiment, Record, Series


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
    first: Quantity
    second: Quantity

    def __post_init__(self) -> None:
        for arm in (self.first, self.second):
            _refuse_no_quantity(type(self).__name__, arm)

    @property
    def what(self) -> str:
        """What both arms measure, if it is the same."""
        return self.first.what if self.first.what == self.second.what else ""

    @property
    def unit(self) -> str:
        """The unit of the first arm."""
        return self.first.unit

    def experiments(self) -> tuple[Experiment, ...]:
        ours = self.first.experiments()
        # Without hashes: the engine refuses an experiment that has none, and says why.
        return ours + tuple(each for each in self.second.experiments() if each not in ours)

    def series(self, records: Callable[[Experiment], Record]) -> tuple[Series, ...]:
        """Return the series of both arms.

        If both arms are numbers of the same experiments, they share the series and the setting.
        """
        if self.first.experiments() == self.second.experiments():
            given = {getattr(arm, "given", "") for arm in (self.first, self.second)}
            setting = given.pop() if len(given) == 1 else ""
            return tuple(
                replace(series, arm=setting, setting=setting) for series in super().series(records)
            )
        return self.first.series(records) + self.second.series(records)

    def on_streams(self, offset: int) -> Self:
        first, second = self.first.on_streams(offset), self.second.on_streams(offset)
        return replace(self, first=first, second=second)


class Ratio(_Pair):
    """The ratio of two positive quantities, replicate by replicate.

    Integers are divided only once, so that a ratio equal to an edge meets it exactly.
    """

    @property
    def name(self) -> str:
        return f"{self.first.name} / {self.second.name}"

    def sample(self, records: Callable[[Experiment], Record]) -> Sample:
        top, bottom = self.first.sample(records), self.second.sample(records)
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
        return f"{self.first.name} − {self.second.name}"

    def sample(self, records: Callable[[Experiment], Record]) -> Sample:
        left, right = self.first.sample(records), self.second.sample(records)
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
