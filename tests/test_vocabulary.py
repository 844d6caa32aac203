"""Wrong arguments to what authors import are refused where they are given, in one line."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st

from refute import claim, control, no, reading, refuted_by, some, wording
from refute.decision.regions import Region
from refute.decision.samples import MeasurementError, Sample
from refute.experiment import Experiment, Record, Replicates
from refute.lab.bench.goals import Goal
from refute.lab.bench.quantities import steps_to_accuracy, steps_to_loss
from refute.plugin.measuring import refuse_misfits
from refute.plugin.racing import refuse_others
from refute.quantity import Difference, Quantity, Ratio, Recorded, Within
from refute.sketch import sketch
from refute.timing import Contender, Drawn, Race

NO_NUMBERS: tuple[Any, ...] = ("2", True, np.bool_(True), None, Decimal(2), 2j, [2], np.array([2]))
NO_SIZES: tuple[Any, ...] = (float("nan"), float("inf"), -float("inf"), np.float32("nan"))
NO_FACTORS: tuple[Any, ...] = (*NO_SIZES, 0, -2, -0.5, Fraction(-1, 3))

FACTORS = (wording.roughly, wording.equal_to, wording.or_more)
WITHOUT_ARGUMENTS = [
    word
    for name, word in inspect.getmembers(wording, inspect.isfunction)
    if word.__module__ == wording.__name__ and not name.startswith("_") and word not in FACTORS
]


@dataclass(frozen=True)
class Steps(Experiment):
    chunk: int = 8
    stream: int = 0

    def run(self, replicates: Replicates) -> Record:
        return Record({"steps": Sample.exactly(np.arange(len(replicates)))})


STEPS = Recorded(Steps(), "steps", "steps")
SLOWER = wording.slower()
WORK = Contender("work", lambda: None)
NOTHING: Any = lambda seed, at: None  # noqa: E731
SAMPLE = Sample.exactly(np.arange(8))


def check(self: object, x: int) -> None:
    assert x == 1


@dataclass(frozen=True)
class Wrong:
    """A wrong use, the error it raises, and what its message says."""

    name: str
    use: Callable[[], object]
    error: type[Exception]
    message: str


def call(function: Any, *given: Any) -> Callable[[], object]:
    return lambda: function(*given)


def entering(*exceptions: Any) -> None:
    with refuted_by(*exceptions):
        pass


WRONG = [
    *(
        Wrong(f"{word.__name__}({value!r})", call(word, value), TypeError, "a number")
        for word in FACTORS
        for value in NO_NUMBERS
    ),
    *(
        Wrong(f"{word.__name__}({value!r})", call(word, value), ValueError, "positive")
        for word in FACTORS
        for value in NO_FACTORS
    ),
    *(
        Wrong(f"{word.__name__}(2)", call(word, 2), TypeError, "takes 0 positional")
        for word in WITHOUT_ARGUMENTS
    ),
    *(
        Wrong(f"Region(low={v!r})", call(Region, "r", v), TypeError, "an edge is a number")
        for v in NO_NUMBERS
        if v is not None
    ),
    *(
        Wrong(f"Region(low={v!r})", call(Region, "r", v), ValueError, "leave an open end")
        for v in NO_SIZES
    ),
    Wrong("no edge", lambda: Region("r"), ValueError, "no edge"),
    Wrong("edges exchanged", lambda: Region("r", Fraction(2), Fraction(1)), ValueError, "is empty"),
    Wrong("no words", lambda: Region(2), TypeError, "give a text"),
    Wrong("empty words", lambda: Region(" ", Fraction(1)), ValueError, "without words"),
    Wrong(
        "of a mean",
        lambda: Region("r", Fraction(1), of="mean"),
        ValueError,
        "median or proportion",
    ),
    Wrong(
        "half open",
        lambda: Region("r", Fraction(1), low_open="no"),
        TypeError,
        "True or False",
    ),
    # goals
    *(
        Wrong(f"{goal.__name__}({v!r})", call(goal, v), ValueError, "give a number, above 0")
        for goal in (Goal, steps_to_loss, steps_to_accuracy)
        for v in (*NO_NUMBERS, *NO_SIZES, 0, -1)
    ),
    Wrong("accuracy of 1", lambda: steps_to_accuracy(1.0), ValueError, "between 0 and 1"),
    Wrong("accuracy in %", lambda: steps_to_accuracy(95), ValueError, "between 0 and 1"),
    Wrong("a goal of time", lambda: Goal(0.3, "seconds"), ValueError, "'training loss' or 'test"),
    # decorators
    Wrong("@claim", lambda: claim(type("T", (), {})), TypeError, '@claim("question/name")'),
    Wrong("@reading", lambda: reading(check), TypeError, '@reading("rate 0.5", rate=0.5)'),
    Wrong("@control", lambda: control(check), TypeError, '@control("no dropout", rate=0.0)'),
    Wrong("a claim of a check", call(claim("q/c"), check), TypeError, "on the class"),
    Wrong("a reading of a class", lambda: reading("r")(Steps), TypeError, "on a test method"),
    Wrong("a control of a property", call(control("r"), property(check)), TypeError, "on a test"),
    *(
        Wrong(f"{word.__name__}({v!r})", call(word, v), TypeError, "a strategy of")
        for word in (some, no)
        for v in (1, [1], None, st.integers, some(st.integers()))
    ),
    *(
        Wrong(f"refuted_by{given!r}", call(entering, *given), TypeError, "classes of")
        for given in ((), ("TypeError",), (TypeError("x"),), (TypeError, 1), (KeyboardInterrupt,))
    ),
    # quantities
    Wrong("over a number", lambda: STEPS / 2, TypeError, "not a quantity"),
    Wrong("minus a number", lambda: STEPS - 2, TypeError, "not a quantity"),
    Wrong("within a number", lambda: STEPS.within(2), TypeError, "a region is needed"),
    Wrong("within a share", lambda: STEPS.within(wording.most()), ValueError, "a region of values"),
    Wrong("within of a number", lambda: Within(2, SLOWER), TypeError, "a quantity is needed"),
    Wrong("a ratio of numbers", lambda: Ratio(2, STEPS), TypeError, "a quantity is needed"),
    Wrong("a difference", lambda: Difference(STEPS, "x"), TypeError, "a quantity is needed"),
    Wrong("recorded by nothing", lambda: Recorded(None, "k", "l"), TypeError, "an experiment is"),
    Wrong("recorded by a class", lambda: Recorded(Steps, "k", "l"), TypeError, "an experiment is"),
    Wrong("recorded as 1", lambda: Recorded(Steps(), 1, "l"), TypeError, "key=1: give a text"),
    Wrong("a record of an array", call(Record, {"k": np.zeros(8)}), TypeError, "give a sample"),
    Wrong("a record of a sample", lambda: Record(SAMPLE), TypeError, "samples by name"),
    Wrong("a record by number", call(Record, {1: SAMPLE}), TypeError, "by its name"),
    Wrong("a series of numbers", lambda: Record({}, (1,)), TypeError, "a tuple of Series"),
    *(
        Wrong(
            f"per={per!r}",
            call(Sample.exactly, np.arange(8), per),
            MeasurementError,
            "out of a positive integer",
        )
        for per in (0, -1, True, 8.0, "8", float("nan"))
    ),
    *(
        Wrong(f"measure({v!r})", call(refuse_misfits, v, SLOWER), TypeError, "a quantity is")
        for v in (0.5, None, "steps", Steps(), SLOWER, STEPS.within)
    ),
    *(
        Wrong(f"claimed={v!r}", call(refuse_misfits, STEPS, v), TypeError, "a region is")
        for v in (2, (0, 1), "slower", wording.slower, None)
    ),
    # races
    *(
        Wrong(
            f"race({side!r})",
            call(refuse_others, side, WORK, SLOWER),
            TypeError,
            "a contender is needed",
        )
        for side in (print, None, "work", STEPS)
    ),
    Wrong("claimed", lambda: refuse_others(WORK, WORK, (0, 1)), TypeError, "a region is needed"),
    Wrong("times", lambda: refuse_others(WORK, WORK, SLOWER, 2), TypeError, "one quantity over"),
    Wrong(
        "within a number",
        lambda: refuse_others(WORK, WORK, wording.most(), None, 2),
        TypeError,
        "a region is needed",
    ),
    Wrong(
        "within a share",
        lambda: refuse_others(WORK, WORK, wording.most(), None, wording.most()),
        TypeError,
        "a region of values",
    ),
    Wrong("a contender's work", lambda: Contender("work", 2), TypeError, "cannot be called"),
    Wrong("a contender's name", lambda: Contender(print, print), TypeError, "give a text"),
    Wrong("what is drawn", lambda: Drawn("work", WORK), TypeError, "cannot be called"),
    Wrong(
        "a draw of nothing",
        Race(WORK, Drawn("work", NOTHING)).contenders,
        TypeError,
        "return a Contender",
    ),
    Wrong("a sketch of nothing", lambda: sketch(None), TypeError, "returns a Series"),
]


def without_addresses(name: str) -> str:
    """The name of a case, the same in every process."""
    return re.sub(r" at 0x[0-9a-f]+", "", name)


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: without_addresses(wrong.name))
def test_a_wrong_argument_is_refused_in_one_line_that_says_what_is_expected(wrong: Wrong) -> None:
    with pytest.raises(wrong.error) as refused:
        wrong.use()
    message = str(refused.value)
    assert wrong.message in message
    assert "\n" not in message


def test_numbers_of_every_kind_are_factors_and_edges() -> None:
    for half in (0.5, Fraction(1, 2), np.float32(0.5), np.float64(0.5)):
        assert wording.roughly(half) == wording.roughly(Fraction(1, 2))
    assert wording.roughly(np.int64(2)) == wording.roughly(2)
    assert wording.roughly(np.float32(0.1)) == wording.roughly(0.1)


def test_every_quantity_is_one() -> None:
    assert isinstance(STEPS / STEPS, Quantity)
    assert isinstance((STEPS - STEPS).within(wording.higher()), Quantity)
