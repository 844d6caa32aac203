"""Refute as a pytest plugin: only the hooks; the other modules of this package do the work.

If there is no claim class, it only removes the empty folder of pytest-benchmark.  It never imports
torch; claims do.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from refute.plugin import benchmark_folder
from refute.plugin.collecting import (
    CASE,
    ClaimClass,
    case_of,
    claim_of,
    ended_python,
    guard_assertions,
    make_claim,
    parametrize,
    turn,
)
from refute.plugin.settings import add_options, read_settings, run_claims_by_default, use_cifar
from refute.suite import folder_of

if TYPE_CHECKING:
    from refute.plugin.measuring import Measure
    from refute.plugin.racing import RaceFixture
    from refute.plugin.session import Session

SESSION: pytest.StashKey[Session] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    add_options(parser)


def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> None:
    run_claims_by_default(early_config.known_args_namespace, args)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"{CASE}(case): a reading or control of a claim")
    benchmark_folder.look(config)
    try:
        _begin(config)
    except KeyboardInterrupt:  # pytest has no terminal yet, and would say nothing
        pytest.exit("interrupted", pytest.ExitCode.INTERRUPTED)


def _begin(config: pytest.Config) -> None:
    settings = read_settings(config)
    use_cifar(settings.cifar)
    from refute.plugin.interrupts import INTERRUPTS
    from refute.plugin.session import Session

    config.add_cleanup(INTERRUPTS.stop)  # one of the last things that pytest does
    session = config.stash[SESSION] = Session(config, settings)
    if not _is_worker(config):
        from refute.plugin.reporting import Reporting

        config.pluginmanager.register(Reporting(session), "refute-reporting")


def pytest_unconfigure(config: pytest.Config) -> None:
    use_cifar(None)
    benchmark_folder.remove_if_empty(config)
    if SESSION in config.stash:
        with suppress(KeyboardInterrupt):  # all is written and said; workers end with this process
            config.stash[SESSION].close()


# --- collection ----------------------------------------------------------------------------


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makeitem(
    collector: pytest.Collector, name: str, obj: object
) -> ClaimClass | None:
    return make_claim(collector, name, obj)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    parametrize(metafunc)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    if folder_of(collector.path) is None:
        return (yield)
    from refute.plugin.interrupts import INTERRUPTS
    from refute.plugin.payloads import pack
    from refute.plugin.recording import rejected, skipped

    session = collector.config.stash[SESSION]
    session.listen()
    with INTERRUPTS.heeded():
        try:
            report = yield
        except SystemExit as ended:  # pytest would end, with all its frames as the reason
            return ended_python(collector, ended)
    if isinstance(collector, ClaimClass):
        found = rejected(collector, session.settings)
        if found is not None:
            report.refute_rejected = pack(found)  # type: ignore[attr-defined]
    if report.skipped and isinstance(collector, pytest.Module):
        file = skipped(collector, report, session.settings)
        if file is not None:
            report.refute_skipped = pack(file)  # type: ignore[attr-defined]
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=turn)


def pytest_collection_finish(session: pytest.Session) -> None:
    from refute.plugin.edges import guard_edges

    guard_assertions(session.items)
    guard_edges(session.items)
    claims = [claim for item in session.items if (claim := claim_of(item)) is not None]
    if not claims or session.config.option.collectonly or _stops(session):
        return
    from refute.plugin.interrupts import INTERRUPTS

    with INTERRUPTS.heeded():
        _prepare(session, claims)


def _stops(session: pytest.Session) -> bool:
    """Whether pytest runs nothing because something could not be collected."""
    goes_on = session.config.option.continue_on_collection_errors or _is_worker(session.config)
    return bool(session.testsfailed) and not goes_on


def _prepare(session: pytest.Session, claims: list[ClaimClass]) -> None:
    """Do what takes a while before the first check runs."""
    from refute.plugin.conforming import bench_of

    state = session.config.stash[SESSION]
    state.bench = bench_of(claims)
    if _is_worker(session.config):
        return
    state.connect()
    state.begin(claims[0].suite)
    state.watch()
    state.lookahead.begin(session.items, state.archive_of)
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and len(claims) == len(session.items) and reporter.verbosity <= 0:
        reporter.showfspath = False  # verdicts replace file names and dots


# --- running -------------------------------------------------------------------------------


@pytest.fixture
def measure(request: pytest.FixtureRequest) -> Measure:
    """Measure a quantity against the region that the claim names; once per check."""
    from refute.plugin.measuring import Measure

    session = request.config.stash[SESSION]
    archive = session.archive_of(request.node)
    return Measure(
        session.engine, session.settings.table, session.progress, archive, session.lookahead.advance
    )


@pytest.fixture
def race(request: pytest.FixtureRequest) -> RaceFixture | None:
    """Race one contender against another, and compare the ratio with the claimed region."""
    from refute.plugin.checking import UNTIMED
    from refute.plugin.racing import RaceFixture, why_not_timed

    reason = why_not_timed(request.config)
    if reason is not None:
        request.node.stash[UNTIMED] = reason
        return None
    session = request.config.stash[SESSION]
    races = session.races
    races.hold(request.session.items, session.archive_of)
    fixture = RaceFixture(races.held(request.node.nodeid))
    fixture.record(request.getfixturevalue("benchmark"))
    return fixture


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    if case_of(pyfuncitem) is None:
        return None
    from refute.engine.jobs import RunnerError
    from refute.plugin.checking import runnable
    from refute.plugin.judging import judge
    from refute.plugin.recording import reading_record

    session = pyfuncitem.config.stash[SESSION]
    case = runnable(pyfuncitem, session)
    if case is None:
        return None
    try:
        session.lookahead.advance()
        with session.running(pyfuncitem):
            result = case.run()
    except RunnerError as error:  # not the fault of this claim, and it would affect all others
        pytest.exit(f"--refute-engine: {error}")
    record = reading_record(pyfuncitem, case.claim, result, session.settings)
    judge(case.claim, record, session.settings)
    return True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    claim = claim_of(item)
    if claim is None:
        return (yield)
    from refute.plugin.checking import result_of
    from refute.plugin.interrupts import INTERRUPTS
    from refute.plugin.payloads import pack
    from refute.plugin.recording import leave_properties, payload, where_it_broke
    from refute.plugin.terminal import make_presentable
    from refute.plugin.tracebacks import hide_own_frames
    from refute.plugin.unknown_settings import name_settings

    INTERRUPTS.raise_again()  # instead of an error that it led to
    if call.excinfo is not None:
        name_settings(call.excinfo.value)
    report = yield
    result = result_of(item, call, report)
    if result is not None:
        state = item.config.stash[SESSION]
        # The evidence is attached to the report, as plain JSON types.
        found = payload(item, claim, result, state.settings, state.notes, state.bench)
        leave_properties(item, report, found)
        report.refute = pack(found)  # type: ignore[attr-defined]
        if not item.config.option.fulltrace:
            hide_own_frames(report, item.config.invocation_params.dir)
        make_presentable(report)
        if result.error is not None:
            report.sections.append(("refute", where_it_broke(found, state.settings.seed)))
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, str] | None:
    # No letter: a line for each claim replaces a dot for each reading.
    payload = getattr(report, "refute", None)
    if payload is None:
        return None
    if report.when == "setup" and report.failed:
        return "error", "", "ERROR"
    outcome = payload["reading"]["outcome"] or "error"
    return report.outcome, "", "FAILED" if report.failed else outcome.upper()


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")
