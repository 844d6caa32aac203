"""Property claims: Hypothesis searches, Refute keeps what it found.

The search is a fixed function of the root seed and the reading's name: neither a machine's
Hypothesis profile nor a database of earlier runs affects it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from math import inf
from time import perf_counter
from typing import Any
from zlib import crc32

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis.errors import Flaky
from hypothesis.statistics import collector
from hypothesis.strategies import SearchStrategy

from refute.claim import Quantified
from refute.decision.outcome import Outcome
from refute.engine.state import seed_generators, use_one_thread
from refute.ledger import NotMeasured, Quantifier, Searched
from refute.plugin.conditions import imports_of
from refute.plugin.evidence import series_record
from refute.plugin.limits import TookTooLong
from refute.plugin.progress import Progress
from refute.plugin.saying import said
from refute.sketch import sketches

SHRINKS = 300
"""How many runs of the body are spent on making a counterexample smaller."""

SHRINKING_SECONDS = 30.0
"""How long Hypothesis may think about a smaller counterexample: on one of a thousand numbers, it
thinks for minutes without running the body."""

REPLAYS = 10
"""How often a decisive example is run again, each time with different global generators."""

ENOUGH_SECONDS, LEAST_REPLAYS = 1.0, 3
"""No more replays after this many seconds, once there were this many."""


class Unreplayable(Exception):
    """A check that both passed and failed under the same conditions, which ``what`` names."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} gave both outcomes: a property must be deterministic")


def replays() -> Iterator[int]:
    """The numbers of the replays; each seeds the generators of Python, numpy and torch."""
    started = perf_counter()
    for number in range(1, REPLAYS + 1):
        if number > LEAST_REPLAYS and perf_counter() - started > ENOUGH_SECONDS:
            return
        seed_generators(number)
        yield number


class _Spent(BaseException):
    """Raised through Hypothesis when the budget for shrinking is spent."""


def is_searched(conditions: Mapping[str, Any]) -> bool:
    """Whether any condition is drawn."""
    return any(isinstance(value, SearchStrategy | Quantified) for value in conditions.values())


def search(
    body: Callable[..., object],
    conditions: Mapping[str, Any],
    *,
    own_failure: Callable[[BaseException], bool],
    number: int,
    examples: int,
    shrink: bool,
    progress: Progress | None = None,
    begun: Callable[..., object] = lambda seconds=inf: None,
) -> tuple[Outcome, Searched | NotMeasured]:
    """Draw examples for a check and decide by its quantifier.

    Args:
        body: the check; it fails for an example by raising what ``own_failure`` accepts.
        conditions: strategies (or ``some``/``no`` of them) and plain values.
        own_failure: distinguishes the check's own failure from a crash.
        number: the seed of the search.
        examples: the most examples to draw.
        shrink: whether to look for a smaller counterexample.
        progress: called for every example.
        begun: called before each run of the body; called with some seconds after a run that found
            something, it raises ``TookTooLong`` once they are over.

    torch is limited to one thread; the caller restores it.

    Returns:
        The outcome and its evidence; undecided, and why, where too few examples could be drawn.

    Raises:
        Unreplayable: a replay of the example has another outcome.
        Exception: anything else that the check raised; a crash is not a refutation.
    """
    use_one_thread()
    hunt = _Hunt(body, conditions, own_failure, examples, progress or Progress(), begun)
    phases = [Phase.generate, Phase.shrink] if shrink else [Phase.generate]
    try:
        _run(hunt, number=number, examples=examples, phases=phases)
    except _Spent:
        pass
    except BaseException as error:
        if hunt.is_thinking and (_rang(error) or (hunt.is_late and isinstance(error, Exception))):
            pass  # interrupted while it draws, Hypothesis may call what it draws next inconsistent
        elif isinstance(error, Flaky):  # Hypothesis replays what it finds before this module does
            raise (error if hunt.best is None else Unreplayable(code(hunt.best))) from None
        elif not (isinstance(error, _Found) or own_failure(error)):
            raise
    return hunt.conclude()


def _rang(error: BaseException | None) -> bool:
    """Whether this came from the timer, or what Hypothesis made of one."""
    while error is not None and not isinstance(error, TookTooLong):
        error = error.__context__
    return error is not None


def number(seed: int, claim: str, case: str) -> int:
    """The seed of a search: different for every reading, independent of what is selected."""
    return crc32(f"{seed} {claim} {case}".encode())


def found_nothing(conditions: Mapping[str, Any], examples: int) -> tuple[Outcome, Searched]:
    """Decide, by its quantifier, a search that found nothing in the examples that it drew."""
    quantifier = _quantifier(conditions)
    outcomes = {"every": Outcome.HOLDS, "some": Outcome.UNDECIDED, "no": Outcome.FAILS}
    return outcomes[quantifier], Searched(quantifier, examples, 0)


class _Found(Exception):
    """For an example, the body did what the search was looking for."""


class _Hunt:
    """What a search has seen so far."""

    def __init__(
        self,
        body: Callable[..., object],
        conditions: Mapping[str, Any],
        own_failure: Callable[[BaseException], bool],
        examples: int,
        progress: Progress,
        begun: Callable[..., object],
    ) -> None:
        self.body, self.own_failure, self._begun = body, own_failure, begun
        self._of, self._progress = examples, progress
        self.conditions, self.quantifier = conditions, _quantifier(conditions)
        opened = {
            name: value.strategy if isinstance(value, Quantified) else value
            for name, value in conditions.items()
        }
        self.drawn = {n: v for n, v in opened.items() if isinstance(v, SearchStrategy)}
        self.fixed = {n: v for n, v in opened.items() if n not in self.drawn}
        self.examples = self.found = self.since_found = 0
        self.exhausted = False
        self.is_thinking = False
        """Whether something was found, and Hypothesis looks for something smaller to run."""
        self.best: dict[str, Any] | None = None
        self._until = 0.0
        self.message: str | None = None

    def example(self, **values: Any) -> None:
        """Run the body once; raise if it does what the search is looking for."""
        if self.best is None:
            self._progress.examples(self.examples, self._of)
        else:
            self.since_found += 1
            if self.since_found > SHRINKS:
                raise _Spent
            self._progress.shrinking(self.since_found, SHRINKS)
        failure = self._failure(values)
        if self.best is None:
            self.examples += 1
        if (failure is not None) != (self.quantifier == "every"):
            if self.best is not None:
                self._think()
            return
        self.found += self.best is None
        self.best = values
        self.message = first_line(failure) if failure is not None else None
        self._think()
        raise failure if failure is not None else _Found

    @property
    def is_late(self) -> bool:
        """Whether the time for finding something smaller is over."""
        return self.best is not None and perf_counter() >= self._until

    def conclude(self) -> tuple[Outcome, Searched | NotMeasured]:
        """Replay what was found, several times, and decide."""
        if self.best is None:
            return self._nothing()
        self._begun()  # what limited the thinking must not end this
        example = code(self.best)
        with sketches() as drawn:
            self._replay(self.best)
        series = [series_record(sketch) for sketch in drawn]
        for _ in replays():
            self._replay(self.best)
        if self.quantifier == "every":
            return Outcome.FAILS, Searched(
                "every",
                self.examples,
                self.found,
                counterexample=example,
                message=self.message,
                series=series,
                imports=imports_of(self.best),
                said=said(self.best),
            )
        return Outcome.HOLDS, Searched(
            self.quantifier,
            self.examples,
            0,
            witness=example,
            series=series,
            imports=imports_of(self.best),
            said=said(self.best),
        )

    def _nothing(self) -> tuple[Outcome, Searched | NotMeasured]:
        if self.examples < self._of and not self.exhausted:
            return Outcome.UNDECIDED, NotMeasured(
                f"only {self.examples} of {self._of} examples met the conditions of their "
                "strategies and assumptions: draw such examples directly"
            )
        return found_nothing(self.conditions, self.examples)

    def _replay(self, values: Mapping[str, Any]) -> None:
        if (self._failure(values) is not None) != (self.quantifier == "every"):
            raise Unreplayable(code(values))

    def _think(self) -> None:
        """Limit the time until the body is run again."""
        self._until = self._until or perf_counter() + SHRINKING_SECONDS
        self.is_thinking = True
        self._begun(max(self._until - perf_counter(), 0.001))

    def _failure(self, values: Mapping[str, Any]) -> BaseException | None:
        self.is_thinking = False
        self._begun()
        try:
            self.body(**self.fixed, **values)
        except BaseException as error:
            if self.own_failure(error):
                return error
            raise
        return None


def code(values: Mapping[str, Any]) -> str:
    """An example as the arguments of its check."""
    return ", ".join(f"{name}={value!r}" for name, value in values.items())


def _quantifier(conditions: Mapping[str, Any]) -> Quantifier:
    quantifiers = {v.quantifier for v in conditions.values() if isinstance(v, Quantified)}
    if len(quantifiers) > 1:
        raise TypeError("one check asks both for some and for no example")
    return quantifiers.pop() if quantifiers else "every"


def _run(hunt: _Hunt, *, number: int, examples: int, phases: list[Phase]) -> None:
    @seed(number)
    @settings(
        max_examples=examples,
        phases=phases,
        database=None,
        deadline=None,
        derandomize=False,
        print_blob=False,
        report_multiple_bugs=False,
        stateful_step_count=50,
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
        backend="hypothesis",
    )
    @given(**hunt.drawn)
    def run(**values: Any) -> None:
        hunt.example(**values)

    def count(statistics: Mapping[str, Any]) -> None:
        hunt.exhausted = statistics.get("stopped-because") == "nothing left to do"

    with collector.with_value(count):  # type: ignore[arg-type]
        run()


def first_line(error: BaseException) -> str | None:
    """A failure's message, unless it only says that an assertion is false."""
    try:
        line = next(iter(str(error).strip().splitlines()), "")
    except Exception:
        return f"{type(error).__name__}, which cannot say what is wrong"
    return None if line in ("", "assert False", "assert not True") else line
