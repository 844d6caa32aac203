"""Refute as a pytest plugin: hooks only; what they do is in the modules beside this one.

Without a claim class in sight it does nothing, and it never imports torch: claims do.
"""

from __future__ import annotations

import shlex
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import pytest

from refute.plugin.against import add_option
from refute.plugin.collecting import (
    PART,
    ClaimClass,
    Documentary,
    claim_of,
    code_of,
    guard_assertions,
    guard_edges,
    line_of,
    make_claim,
    parametrize,
    part_of,
    turn,
    uses_race,
)
from refute.plugin.settings import add_options, read_settings

if TYPE_CHECKING:
    from refute.ledger import ReadingRecord
    from refute.plugin.checking import Result
    from refute.plugin.measuring import Measure
    from refute.plugin.racing import RaceFixture
    from refute.plugin.recording import Outline
    from refute.plugin.session import Session

SESSION: pytest.StashKey[Session] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    add_options(parser)
    add_option(parser)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"{PART}(part): a reading or control of a claim")
    settings = read_settings(config)
    from refute.plugin.session import Session

    session = config.stash[SESSION] = Session(config, settings)
    if not _is_worker(config):
        from refute.plugin.telling import Telling

        config.pluginmanager.register(Telling(session), "refute-telling")


def pytest_unconfigure(config: pytest.Config) -> None:
    if SESSION in config.stash:
        config.stash[SESSION].close()


# --- collection ----------------------------------------------------------------------------


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makeitem(
    collector: pytest.Collector, name: str, obj: object
) -> ClaimClass | None:
    return make_claim(collector, name, obj)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    parametrize(metafunc)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=turn)


def pytest_collection_finish(session: pytest.Session) -> None:
    guard_assertions(session.items)
    guard_edges(session.items)
    claims = [claim for item in session.items if (claim := claim_of(item)) is not None]
    if not claims or session.config.option.collectonly or _is_worker(session.config):
        return
    state = session.config.stash[SESSION]
    state.connect()
    state.begin(claims[0].suite)
    state.watch()
    state.foresight.begin(session.items, state.archive_of)
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and len(claims) == len(session.items) and reporter.verbosity <= 0:
        reporter.showfspath = False  # verdicts take the place of file names and dots


# --- running -------------------------------------------------------------------------------


@pytest.fixture
def measure(request: pytest.FixtureRequest) -> Measure:
    """Measure a quantity against the region that the claim names: once in a check."""
    from refute.plugin.measuring import Measure

    session = request.config.stash[SESSION]
    archive = session.archive_of(request.node)
    return Measure(
        session.engine, session.settings.looks, session.progress, archive, session.foresight.advance
    )


@pytest.fixture
def race(request: pytest.FixtureRequest) -> RaceFixture | None:
    """Race a contender against another, and hold the ratio against the claimed region."""
    from refute.plugin.checking import UNTIMED
    from refute.plugin.racing import RaceFixture, why_not_timed

    reason = why_not_timed(request.config)
    if reason is not None:
        request.node.stash[UNTIMED] = reason
        return None
    meeting = request.config.stash[SESSION].meeting
    meeting.hold([item for item in request.session.items if uses_race(item)])  # type: ignore[misc]
    fixture = RaceFixture(meeting.entry(request.node.nodeid))
    fixture.record(request.getfixturevalue("benchmark"))
    return fixture


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    part, claim = part_of(pyfuncitem), claim_of(pyfuncitem)
    if part is None or claim is None:
        return None
    from refute.engine.jobs import RunnerError
    from refute.plugin.checking import run_part
    from refute.plugin.judging import judge

    session = pyfuncitem.config.stash[SESSION]
    try:
        session.foresight.advance()
        archive = session.reusing.archive(claim)
        with session.running(pyfuncitem) as progress:
            result = run_part(pyfuncitem, part, claim, session.settings, archive, progress)
    except RunnerError as error:  # no fault of this claim, and no other would fare better
        pytest.exit(f"--refute-engine: {error}")
    record = _record(pyfuncitem, part.name, result)
    judge(pyfuncitem, claim, record, session.settings)
    return True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    claim = claim_of(item)
    if claim is not None:
        _attach(item, claim, call, report)
    return report


def _attach(
    item: pytest.Item, claim: ClaimClass, call: pytest.CallInfo[None], report: pytest.TestReport
) -> None:
    """Put the evidence on the report, as plain JSON types."""
    from refute.plugin.checking import RESULT, Result, cite
    from refute.plugin.properties import leave_properties
    from refute.plugin.recording import Payload, pack

    if isinstance(item, Documentary):
        result = cite(claim) if call.when == "call" else None
    elif call.when == "call":
        result = item.stash.get(RESULT, None)
    elif call.when == "setup" and report.failed:
        result = Result(error=call.excinfo.exconly() if call.excinfo else "setup failed")
    else:
        result = None
    if result is None:
        return
    part = part_of(item)
    record = _record(item, "its sources" if part is None else part.name, result)
    leave_properties(item, report, claim.info.id, record)
    notes = item.config.stash[SESSION].notes
    report.refute = pack(Payload(_outline(item, claim), record, notes))  # type: ignore[attr-defined]
    if result.error is not None:
        report.sections.append(("refute", _where_it_broke(item, claim, record)))


def _where_it_broke(item: pytest.Item, claim: ClaimClass, record: ReadingRecord) -> str:
    seed = item.config.stash[SESSION].settings.seed
    return (
        f"{claim.info.id}: {claim.statement}\n{record.role} “{record.name}” broke: an error is "
        f"never a verdict\nseed {seed}; reproduce with: {record.command}"
    )


def _outline(item: pytest.Item, claim: ClaimClass) -> Outline:
    from refute.plugin.recording import Outline

    parts = [part.name for check in claim.checks for part in check.parts]
    return Outline(
        id=claim.info.id,
        statement=" ".join(claim.statement.split()),
        correction=claim.info.correction,
        depends=claim.info.depends,
        documentary=claim.info.documentary,
        citations=claim.citations,
        path=str(claim.path),
        location=_location(claim, claim.obj),
        nodeid=claim.nodeid,
        command=_command(item.config, claim.nodeid),
        parts=parts or ["its sources"],
    )


def _record(item: pytest.Item, name: str, result: Result) -> ReadingRecord:
    from refute.ledger import ReadingRecord
    from refute.plugin.conditions import condition

    claim, part = claim_of(item), part_of(item)
    assert claim is not None
    check = next((one for one in claim.checks if part in one.parts), None)
    published = None if part is None else part.published
    return ReadingRecord(
        name=name,
        check="sources" if check is None else check.name,
        role="reading" if part is None else part.role,
        conditions={} if part is None else {k: condition(v) for k, v in part.conditions.items()},
        published=published,  # type: ignore[arg-type]
        outcome=None if result.outcome is None else result.outcome.value,
        evidence=result.evidence,
        error=result.error,
        duration=round(result.duration, 3),
        nodeid=item.nodeid,
        location=_location(claim, claim.obj if check is None else check.function),
        command=_command(item.config, item.nodeid),
        code="" if check is None else code_of(check.function),
        reused=result.reused,
        of="sense" if part is None else part.of,  # type: ignore[arg-type]
    )


def _location(claim: ClaimClass, obj: Any) -> str:
    return f"{claim.nodeid.partition('::')[0]}:{line_of(obj)}"


def _command(config: pytest.Config, nodeid: str) -> str:
    settings = config.stash[SESSION].settings
    words = ["pytest", nodeid, "--refute-seed", str(settings.seed)]
    if settings.effort != "default":
        words += ["--refute-effort", settings.effort]
    # Who reproduces a number wants it measured, not looked up.
    return shlex.join([*words, "--refute-fresh"])


@pytest.hookimpl(tryfirst=True)
def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, str] | None:
    # No letter: a line for each claim takes the place of a dot for each reading.
    payload = getattr(report, "refute", None)
    if payload is None:
        return None
    if report.when == "setup":
        return "error", "", "ERROR"
    outcome = payload["reading"]["outcome"]
    return report.outcome, "", "FAILED" if report.failed else outcome.upper()


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")
