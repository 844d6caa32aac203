"""Readings and controls that can run themselves: measured, searched, timed, cited."""

from __future__ import annotations

import traceback
import unittest
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import pytest

from refute.claim import Case, Refuted
from refute.decision.outcome import Outcome
from refute.engine.state import use_one_thread
from refute.exceptions import in_words
from refute.ledger import Evidence, NotMeasured, Reused, Searched
from refute.plugin import searching
from refute.plugin.collecting import ClaimClass, case_of, claim_of
from refute.plugin.conditions import imports_of
from refute.plugin.limits import Ended, guarded
from refute.plugin.measuring import Measure
from refute.plugin.racing import RaceFixture
from refute.plugin.results import RESULT, Result
from refute.plugin.saying import said
from refute.plugin.unknown_settings import name_settings
from refute.reuse.imports import REFUTE

if TYPE_CHECKING:
    from refute.plugin.session import Session

SKIPS = (pytest.skip.Exception, pytest.xfail.Exception, unittest.SkipTest)
"""What a check raises to say that it cannot be run here."""


UNTIMED = pytest.StashKey[str]()


class Runnable(ABC):
    """One case of one claim, as a pytest item runs it.

    ``result`` is kept on the item.
    """

    def __init__(
        self, item: pytest.Function, case: Case, claim: ClaimClass, session: Session
    ) -> None:
        self.item, self.case, self.claim, self.session = item, case, claim, session
        self.result = item.stash[RESULT] = claim.results[case.name] = Result()

    def run(self) -> Result:
        """Run it and keep the result.

        Raises:
            BaseException: anything that the check raised except its own failure.
        """
        started = perf_counter()
        try:
            self.result.outcome, self.result.evidence = self.outcome()
        except SKIPS as skipped:
            self.result.outcome, self.result.evidence = Outcome.UNDECIDED, skip(skipped)
        except pytest.exit.Exception as error:
            self.result.error = "called pytest.exit: a check must not end the run"
            raise Ended(self.result.error) from error
        except BaseException as error:
            name_settings(error)
            self.result.error = in_words(error)
            raise
        finally:
            self.result.duration += perf_counter() - started
        return self.result

    @abstractmethod
    def outcome(self) -> tuple[Outcome, Evidence]:
        """The outcome with its evidence."""

    @property
    def arguments(self) -> dict[str, Any]:
        return {name: self.item.funcargs[name] for name in self.item._fixtureinfo.argnames}

    def own_failure(self, error: BaseException) -> bool:
        """Whether the exception is the check's own statement that something is wrong.

        Only an assertion written in the claims, or in the lab's checks, does.
        """
        if isinstance(error, Refuted):
            return True
        if not isinstance(error, AssertionError) or error.__traceback__ is None:
            return False
        frames = traceback.extract_tb(error.__traceback__)
        raised_in = Path(frames[-1].filename).resolve()
        homes = (self.claim.suite.folder.resolve(), REFUTE / "lab")
        return any(raised_in.is_relative_to(home) for home in homes)

    def failure(self, body: Callable[[], object]) -> BaseException | None:
        """The check's own failure while a body runs, if it fails."""
        try:
            body()
        except BaseException as error:
            if not self.own_failure(error):
                raise
            return error
        return None


class MeasuredCase(Runnable):
    """Replicates or pairs of timings decide: the check passes its quantity to an instrument."""

    def __init__(self, instrument: Measure | RaceFixture, *more: Any) -> None:
        super().__init__(*more)
        self.instrument = instrument

    def outcome(self) -> tuple[Outcome, Evidence]:
        with guarded():
            failure = self.failure(lambda: self.item.obj(**self.arguments))
        if failure is not None:
            raise TypeError(
                f"{self.case.name}: the check measures, so its measurement decides: remove its "
                "assertions"
            ) from failure
        if self.instrument.result is None:
            raise TypeError(f"{self.case.name}: the check ended without measuring anything")
        self.result.duration += self.instrument.seconds  # of what was run before its turn
        self.result.reused = self.instrument.reused
        return self.instrument.result


class UntimedCase(Runnable):
    """A timed case in a run that cannot time anything."""

    def outcome(self) -> tuple[Outcome, Evidence]:
        return Outcome.UNDECIDED, NotMeasured(self.item.stash[UNTIMED])


class SearchedCase(Runnable):
    """A search decides, unless an earlier search under the same conditions found nothing."""

    def outcome(self) -> tuple[Outcome, Evidence]:
        settings, archive = self.session.settings, self.session.reusing.archive(self.claim)
        check = self.item.originalname
        name = {
            "search": self.item.name,
            "claim": self.claim.info.id,
            "case": self.case.name,
            "role": self.case.role,
        }
        kept = None if archive is None else archive.search(check, name)
        if kept is not None and kept.examples <= settings.examples:
            self.result.reused = Reused(kept.examples, kept.examples, kept.when, kept.where)
            return searching.found_nothing(self.case.conditions, kept.examples)
        with guarded(settings.timeout) as timer:
            outcome, evidence = searching.search(
                self.item.obj,
                self.case.conditions,
                own_failure=self.own_failure,
                number=searching.number(settings.seed, self.claim.info.id, self.case.name),
                examples=settings.examples,
                # Nobody reads a control's counterexample; it matters only that there is one.
                shrink=self.case.role == "reading",
                progress=self.session.progress,
                begun=timer.start,
            )
        # A counterexample is not kept: it is believed only if it comes out again.
        if archive is not None and isinstance(evidence, Searched) and evidence.found is None:
            archive.keep_search(check, name, evidence.examples)
        return outcome, evidence


class AssertedCase(Runnable):
    """One given example decides: the check is exact, so one run is enough if a second agrees."""

    def outcome(self) -> tuple[Outcome, Evidence]:
        with guarded(self.session.settings.timeout) as timer:
            use_one_thread()
            failure = self.failure(lambda: self.item.obj(**self.arguments))
            for _ in searching.replays():
                timer.start()
                again = self.failure(lambda: self.item.obj(**self.arguments))
                if (again is None) != (failure is None):
                    raise searching.Unreplayable(self.case.name)
        if failure is None:
            return Outcome.HOLDS, Searched("every", 1, 0)
        return Outcome.FAILS, Searched(
            "every",
            1,
            1,
            counterexample=searching.code(self.case.conditions),
            message=searching.first_line(failure),
            imports=imports_of(self.case.conditions),
            said=said(self.case.conditions),
        )


def runnable(item: pytest.Function, session: Session) -> Runnable | None:
    """The item as a case that can run itself; ``None`` if it does not belong to a claim."""
    case, claim = case_of(item), claim_of(item)
    if case is None or claim is None:
        return None
    rest = (item, case, claim, session)
    if UNTIMED in item.stash:
        return UntimedCase(*rest)
    if searching.is_searched(case.conditions):
        return SearchedCase(*rest)
    for value in item.funcargs.values():
        if isinstance(value, Measure | RaceFixture):
            return MeasuredCase(value, *rest)
    return AssertedCase(*rest)


def skip(skipped: BaseException) -> NotMeasured:
    """The reason that a check gives for not being run."""
    reason = getattr(skipped, "msg", None) or str(skipped) or "no reason given"
    return NotMeasured(f"skipped: {reason}")


def result_of(
    item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport
) -> Result | None:
    """An item's result in this phase of its test, if any."""
    if call.when == "setup" and call.excinfo is not None:
        if report.failed:
            return Result(error=in_words(call.excinfo.value))
        return Result(Outcome.UNDECIDED, skip(call.excinfo.value))
    return item.stash.get(RESULT, None) if call.when == "call" else None
