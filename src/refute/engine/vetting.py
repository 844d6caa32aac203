"""What an experiment must satisfy before its numbers are trusted.  It can be distinguished from
others, it gives the same numbers for the same seeds, and its replicates are not copies of each
other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from math import lgamma, log

import numpy as np

from refute.decision.samples import MeasurementError
from refute.decision.table import TABLE
from refute.experiment import Experiment, Record

CHANCE = 1e-9
"""Chunks are called copies if chance would make them equal at most this often."""

MOST = TABLE.looks[-1]
"""The most replicates that a chunk may have: no look needs more, and memory is finite."""

_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d*)?(?:[eE][-+]?\d+)?")


def refuse_malformed(experiment: Experiment) -> None:
    """Refuse an experiment that cannot be distinguished from others or does not define its chunks.

    Raises:
        TypeError: it is not a frozen dataclass of hashable fields, or lacks ``chunk`` or
            ``stream``, or its chunk is larger than any look.
    """
    name = type(experiment).__name__
    if not isinstance(experiment, Experiment):
        raise TypeError(f"{name} is not an Experiment: derive it from refute.experiment.Experiment")
    if not is_dataclass(experiment) or not type(experiment).__dataclass_params__.frozen:
        raise TypeError(f"{name} is not a frozen dataclass: put @dataclass(frozen=True) on it")
    try:
        hash(experiment)
    except TypeError as error:
        raise TypeError(
            f"{name}.{_unhashable(experiment)} cannot be distinguished from others "
            f"({error}): make it a tuple, or a frozen dataclass"
        ) from None
    for word, least in (("chunk", 1), ("stream", 0)):
        number = getattr(experiment, word, None)
        if not isinstance(number, int) or isinstance(number, bool) or number < least:
            found = "missing" if number is None else repr(number)
            raise TypeError(
                f"{name}.{word} is {found}: give it a field `{word}: int = {8 * least}`, "
                f"{least} or more"
            )
    if experiment.chunk > MOST:
        raise TypeError(
            f"{name}.chunk is {experiment.chunk}: a look needs at most {MOST} "
            "replicates; 8 divides the number at every look"
        )


def _unhashable(experiment: Experiment) -> str:
    for field in fields(experiment):  # type: ignore[arg-type]
        try:
            hash(getattr(experiment, field.name))
        except TypeError:
            return field.name
    return "__hash__"


def kind(experiment: Experiment) -> str:
    """Its type and repr without the numbers: experiments of one kind run the same code."""
    return f"{type(experiment).__module__}.{_NUMBER.sub('#', repr(experiment))}"


def refuse_unsteady(experiment: Experiment, first: Record, second: Record) -> None:
    """Refuse an experiment whose first chunk gave different numbers when run again.

    Raises:
        MeasurementError: the two records differ.
    """
    if first.differs(second):
        raise MeasurementError(
            f"{experiment!r} gave different numbers when its first chunk was run again: draw every "
            "random number from replicates.generator(k, purpose), and let nothing depend on hash() "
            "of a text, on the order of a set, or on id()"
        )


def refuse_masked(experiment: Experiment, records: Mapping[int, Record]) -> None:
    """Refuse an experiment that recorded masked numbers, which no count would count.

    Raises:
        MeasurementError: a sample is a masked array.
    """
    for record in records.values():
        for name, sample in record.samples.items():
            if np.ma.isMaskedArray(sample.lower) or np.ma.isMaskedArray(sample.upper):
                raise MeasurementError(
                    f"{experiment!r} recorded {name!r} as a masked array: record a number for each "
                    "replicate, in a plain array"
                )


def refuse_copies(experiment: Experiment, records: Mapping[int, Record]) -> None:
    """Refuse an experiment whose chunks are equal though chance would not make them so.

    If replicates are independent, every order of a chunk's rows is equally likely.  So a second
    chunk with the same rows has them in the same order with the probability of a single order.
    Rows that are all equal have only one order, and prove nothing.

    Raises:
        MeasurementError: the chunks are copies.
    """
    first: dict[bytes, int] = {}
    improbability = 0.0
    copies = []
    for at, record in sorted(records.items()):
        rows = _rows(record)
        earlier = first.setdefault(rows.tobytes(), at)
        if earlier != at:
            improbability += _log_orders(rows)
            copies.append((earlier, at))
    if improbability >= -log(CHANCE):
        original, copy = (chunk * experiment.chunk for chunk in copies[0])
        raise MeasurementError(
            f"{experiment!r}: the replicates from {copy} on are copies of those from {original} "
            "on: draw every random number from replicates.generator(k, purpose)"
        )


def refuse_constants(experiment: Experiment, records: Mapping[int, Record]) -> None:
    """Refuse an experiment whose replicates are all equal because nothing in them is random.

    Replicates may all be equal by chance, as where no weight is zero.  But if they drew nothing, or
    two chunks left the global generators in the same state, which they did not begin with, there
    was no chance: somebody forgot the seeds, or a number that is not random is measured.

    Raises:
        MeasurementError: all replicates are one and the same.
    """
    rows = [row.tobytes() for record in records.values() for row in _rows(record)]
    shared = [record.shared for record in records.values() if record.shared is not None]
    without_chance = b"" in shared or len({*shared}) < len(shared)
    if without_chance and len(rows) > 1 and len({*rows}) == 1:
        raise MeasurementError(
            f"{experiment!r}: all {len(rows)} replicates are equal, and none drew a random number "
            "of its own: draw every random number from replicates.generator(k, purpose); assert a "
            "number that is not random instead of measuring it"
        )


def _rows(record: Record) -> np.ndarray:
    """What was recorded for each replicate, one row each."""
    bounds = [bound for sample in record.samples.values() for bound in (sample.lower, sample.upper)]
    return np.stack([bound.astype(np.float64) for bound in bounds], axis=1)


def _log_orders(rows: np.ndarray) -> float:
    """The logarithm of the number of distinguishable orders of these rows."""
    _, counts = np.unique(rows, axis=0, return_counts=True)
    return lgamma(len(rows) + 1) - sum(lgamma(count + 1) for count in counts)
