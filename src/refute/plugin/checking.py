"""Run one reading or control, and judge what came out of it."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from zlib import crc32

import pytest

from refute.claim import Case, Refuted
from refute.decision.outcome import Outcome
from refute.ledger import Cited, Evidence, NotMeasured, Reused, Searched
from refute.plugin import searching
from refute.plugin.collecting import ClaimClass, Documentary
from refute.plugin.conditions import imports_of
from refute.plugin.measuring import Measure
from refute.plugin.progress import Progress
from refute.plugin.racing import RaceFixture
from refute.plugin.reusing import ClaimArchive
from refute.plugin.saying import said
from refute.plugin.settings import Settings

LAB = Path(__file__).parents[1] / "lab"


@dataclass
class Result:
    """What a case came to: an outcome with its evidence, or an error."""

    outcome: Outcome | None = None
    evidence: Evidence | None = None
    error: str | None = None
    reused: Reused | None = None
    duration: float = 0.0
    started: float = field(default_factory=perf_counter)

    def stop(self) -> None:
        self.duration = perf_counter() - self.started


RESULT = pytest.StashKey[Result]()
UNTIMED = pytest.StashKey[str]()


def run_case(
    item: pytest.Function,
    case: Case,
    claim: ClaimClass,
    settings: Settings,
    archive: ClaimArchive | None,
    progress: Progress,
) -> Result:
    """Run a reading or control and keep what came of it on the item.

    A search that found nothing in an earlier run is taken from the archive.

    Raises:
        Exception: whatever the check raised that is not its own failure.
    """
    result = item.stash[RESULT] = Result()
    try:
        result.outcome, result.evidence = _outcome(item, case, claim, settings, archive, progress)
    except BaseException as error:
        result.error = "".join(traceback.format_exception_only(error)).strip()
        raise
    finally:
        result.stop()
    return result


def _outcome(
    item: pytest.Function,
    case: Case,
    claim: ClaimClass,
    settings: Settings,
    archive: ClaimArchive | None,
    progress: Progress,
) -> tuple[Outcome, Evidence]:
    if UNTIMED in item.stash:
        return Outcome.UNDECIDED, NotMeasured(item.stash[UNTIMED])
    if searching.is_searched(case.conditions):
        return _searched(item, case, claim, settings, archive, progress)
    own_failure = _tells_own_failure(claim.suite.folder)
    arguments = {name: item.funcargs[name] for name in item._fixtureinfo.argnames}
    instrument = next(
        (value for value in arguments.values() if isinstance(value, Measure | RaceFixture)), None
    )
    failure = None
    try:
        item.obj(**arguments)
    except BaseException as error:
        if not own_failure(error):
            raise
        failure = error
    if instrument is None or failure is not None:
        return _of_one_example(case, failure)
    if instrument.result is None:
        raise TypeError(f"{case.name}: the check ended without measuring anything")
    if isinstance(instrument, RaceFixture):
        item.stash[RESULT].started -= instrument.seconds
    else:
        item.stash[RESULT].reused = instrument.reused
    return instrument.result


def _searched(
    item: pytest.Function,
    case: Case,
    claim: ClaimClass,
    settings: Settings,
    archive: ClaimArchive | None,
    progress: Progress,
) -> tuple[Outcome, Searched]:
    """Search, unless an earlier search under the same conditions found nothing."""
    name = {"search": item.name, "claim": claim.info.id, "case": case.name, "role": case.role}
    kept = None if archive is None else archive.search(name)
    if kept is not None and kept.examples <= settings.examples:
        item.stash[RESULT].reused = Reused(kept.examples, kept.examples, kept.when, kept.where)
        return searching.found_nothing(case.conditions, kept.examples)
    outcome, evidence = searching.search(
        item.obj,
        case.conditions,
        own_failure=_tells_own_failure(claim.suite.folder),
        number=_number(settings.seed, claim.info.id, case.name),
        examples=settings.examples,
        # Nobody reads a control's counterexample: that there is one is all it has to show.
        shrink=case.role == "reading",
        progress=progress,
    )
    # What was found is not kept: it is believed only where it comes out so again.
    if archive is not None and evidence.counterexample is None and evidence.witness is None:
        archive.keep_search(name, evidence.examples)
    return outcome, evidence


def _of_one_example(case: Case, failure: BaseException | None) -> tuple[Outcome, Evidence]:
    """A check of one given case: exact, so that once decides."""
    if failure is None:
        return Outcome.HOLDS, Searched("every", 1, 0)
    code = ", ".join(f"{name}={value!r}" for name, value in case.conditions.items())
    return Outcome.FAILS, Searched(
        "every",
        1,
        1,
        counterexample=code,
        message=searching.first_line(failure),
        imports=imports_of(case.conditions),
        said=said(case.conditions),
    )


def result_of(
    item: pytest.Item,
    claim: ClaimClass,
    call: pytest.CallInfo[None],
    report: pytest.TestReport,
) -> Result | None:
    """What an item came to in this phase of its test, if anything."""
    if call.when == "setup" and report.failed:
        return Result(error=call.excinfo.exconly() if call.excinfo else "setup failed")
    if call.when != "call":
        return None
    return cite(claim) if isinstance(item, Documentary) else item.stash.get(RESULT, None)


def cite(claim: ClaimClass) -> Result:
    """The result of a documentary claim: what its sources say."""
    outcome = Outcome.HOLDS if claim.info.documentary == "SUPPORTED" else Outcome.FAILS
    return Result(outcome, Cited("; ".join(claim.info.sources)))


def _tells_own_failure(folder: Path) -> Callable[[BaseException], bool]:
    """Only an assertion written in the claims, or in the lab's checks, refutes."""

    def own_failure(error: BaseException) -> bool:
        if isinstance(error, Refuted):
            return True
        if not isinstance(error, AssertionError) or error.__traceback__ is None:
            return False
        frames = traceback.extract_tb(error.__traceback__)
        raised_in = Path(frames[-1].filename).resolve()
        return any(raised_in.is_relative_to(home) for home in (folder.resolve(), LAB))

    return own_failure


def _number(seed: int, id: str, name: str) -> int:
    """The seed of a search: its own for every reading, whatever else is selected."""
    return crc32(f"{seed} {id} {name}".encode())
