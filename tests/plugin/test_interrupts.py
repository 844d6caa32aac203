"""A person ends a run, even if the interrupt is caught or dropped; a second one ends it at once."""

import gc
import os
import signal
import sys
import time
from dataclasses import dataclass

import numpy as np
import pytest

from refute.decision.samples import Sample
from refute.decision.table import TABLE
from refute.engine.engine import Engine
from refute.experiment import Experiment, Record
from refute.plugin.interrupts import INTERRUPTS
from refute.plugin.limits import Ended, guarded
from refute.plugin.measuring import Measure
from refute.plugin.progress import Progress
from refute.quantity import Recorded
from refute.wording import roughly
from tests.interrupting import interrupted
from tests.plugin.stranger import unwrapped
from tests.plugin.test_judging import claim_of
from tests.plugin.test_limits import write_bad

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are POSIX")


@pytest.mark.parametrize("line", ["time.sleep(600)", "while True: pass"])
def test_one_interrupt_ends_a_run_and_leaves_what_had_finished(two_claims, line):
    write_bad(two_claims, line)

    run = interrupted(
        *("-m", "pytest", "claims", "--refute-workers", "2"),
        where=two_claims.pytester.path,
        ready=lambda: len(claims_so_far(two_claims)) == 2,
    )

    assert run.code == pytest.ExitCode.INTERRUPTED
    assert "KeyboardInterrupt" in run.output
    assert [claim.verdict for claim in claims_so_far(two_claims)] == ["DEPENDS", "REFUTED"]


def claims_so_far(stranger):
    try:
        return stranger.ledger(partial=True).claims
    except Exception:
        return []


INTERRUPTED_AGAIN = """
import os
import time

import pytest


@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    config.add_cleanup(lambda: again("cleanup"))


def again(here):
    if here == "{0}":
        os.kill(os.getpid(), 2)
        time.sleep(60)


def pytest_keyboard_interrupt():
    again("pytest_keyboard_interrupt")


def pytest_sessionfinish():
    again("pytest_sessionfinish")


def pytest_terminal_summary():
    again("pytest_terminal_summary")


def pytest_unconfigure():
    again("pytest_unconfigure")
"""
SHUTDOWN = [
    "pytest_keyboard_interrupt",
    "pytest_sessionfinish",
    "pytest_terminal_summary",
    "pytest_unconfigure",
    "cleanup",
]


def assert_ended_at_once(run, two_claims):
    """It ended in one line; what was found by then is kept."""
    assert run.code == pytest.ExitCode.INTERRUPTED
    assert run.errors == "refute: interrupted twice: ended at once\n"
    assert "Traceback" not in run.output
    assert "INTERNALERROR" not in run.output
    assert [claim.verdict for claim in claims_so_far(two_claims)] == ["DEPENDS", "REFUTED"]


@pytest.mark.parametrize("again", SHUTDOWN)
def test_a_second_interrupt_ends_a_run_at_once_in_one_line(two_claims, again):
    write_bad(two_claims, "time.sleep(600)")
    two_claims.pytester.makeconftest(INTERRUPTED_AGAIN.format(again))

    # A chunk that is run again, to see whether it comes out alike, needs another worker, and the
    # chunks that never end may hold two.
    run = interrupted(
        *("-m", "pytest", "claims", "--refute-workers", "3"),
        where=two_claims.pytester.path,
        ready=lambda: len(claims_so_far(two_claims)) == 2,
    )

    assert_ended_at_once(run, two_claims)


@pytest.mark.parametrize("again", ["pytest_keyboard_interrupt", "pytest_sessionfinish"])
def test_so_does_one_in_a_run_of_several_processes(two_claims, again):
    write_bad(two_claims, "time.sleep(600)")
    conftest = INTERRUPTED_AGAIN.format(again).replace(
        "os.kill(os.getpid(), 2)",
        "os.killpg(0, 2)",  # as a terminal does
    )
    two_claims.pytester.makeconftest(
        conftest.replace("if here ==", "if 'PYTEST_XDIST_WORKER' not in os.environ and here ==")
    )

    run = interrupted(
        *("-m", "pytest", "claims", "-n", "2", "--benchmark-disable"),
        where=two_claims.pytester.path,
        ready=lambda: len(claims_so_far(two_claims)) == 2,
    )

    assert_ended_at_once(run, two_claims)


PATIENCE = """
from pathlib import Path


def pytest_unconfigure(config):
    dsession = config.pluginmanager.get_plugin("dsession")
    if dsession is not None:
        Path("patience").write_text(str(dsession.nodemanager.EXIT_TIMEOUT))
"""


@pytest.mark.parametrize("first_only", [True, False])
def test_an_interrupted_run_does_not_wait_for_what_its_processes_compute(two_claims, first_only):
    write_bad(two_claims, "time.sleep(600)")
    two_claims.pytester.makeconftest(PATIENCE)

    run = interrupted(
        *("-m", "pytest", "claims", "-n", "2"),
        where=two_claims.pytester.path,
        ready=lambda: len(claims_so_far(two_claims)) == 2,
        first_only=first_only,
    )

    assert run.code == pytest.ExitCode.INTERRUPTED
    assert "KeyboardInterrupt" in run.output
    assert [claim.verdict for claim in claims_so_far(two_claims)] == ["DEPENDS", "REFUTED"]
    assert (two_claims.pytester.path / "patience").read_text() == "1"  # second; by itself 10


def test_so_does_one_while_claims_are_imported(two_claims):
    two_claims.write(
        "again",
        "import os\ntry:\n    os.kill(os.getpid(), 2)\nfinally:\n    os.kill(os.getpid(), 2)\n",
    )

    result = two_claims.pytester.runpytest_subprocess("claims")

    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert result.stderr.lines == ["refute: interrupted twice: ended at once"]
    assert not (two_claims.pytester.path / "reports").exists()


def test_a_session_of_python_outlives_a_second_interrupt(listening, monkeypatch):
    monkeypatch.setattr(sys, "ps1", ">>> ", raising=False)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            interrupt()


MADE_ANOTHER_ERROR = """
import os
import time

import {1}


def compile(*given, **settings):
    try:
        os.kill(os.getpid(), 2)
        time.sleep(10)
    except KeyboardInterrupt:
        raise SystemError("compile returned a result with an exception set") from None


{0} = compile
"""


@pytest.mark.parametrize(
    "where",
    [
        "refute.plugin.mistakes.asserts",
        "refute.plugin.lookahead.Lookahead.begin",
        "refute.plugin.measuring.Measure.__init__",
        "refute.plugin.checking.runnable",
        "refute.linking.likely.material",
    ],
)
def test_an_interrupt_that_became_another_error_ends_the_run_as_an_interrupt(two_claims, where):
    """As inside ``ast.parse``, which reports it as an error of its own."""
    module = ".".join(word for word in where.split(".")[:3])
    two_claims.pytester.makeconftest(MADE_ANOTHER_ERROR.format(where, module))

    result = two_claims.pytester.runpytest_subprocess("claims")

    assert result.ret == pytest.ExitCode.INTERRUPTED
    output = result.stdout.str() + result.stderr.str()
    assert "nterrupt" in output
    assert "SystemError" not in output
    assert "INTERNALERROR" not in output


def interrupt():
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(10)


@pytest.fixture
def listening():
    INTERRUPTS.listen(lambda: None)
    yield
    INTERRUPTS.stop()


def test_code_of_a_claim_is_interrupted_by_a_person_and_by_nobody_else(listening):
    def interrupted_by_a_person():
        with guarded():
            interrupt()

    with pytest.raises(Ended, match="must not end the run"), guarded():
        raise KeyboardInterrupt
    INTERRUPTS.raise_again()  # nobody has interrupted anything
    with pytest.raises(KeyboardInterrupt):
        interrupted_by_a_person()


class Finalized:
    """Python drops what is raised in a finalizer, an interrupt too."""

    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_interrupt_that_python_drops_is_raised_again(listening):
    handler = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), guarded():
        Finalized()
    with pytest.raises(KeyboardInterrupt):
        INTERRUPTS.raise_again()
    INTERRUPTS.stop()
    assert signal.getsignal(signal.SIGINT) is not handler


@dataclass(frozen=True)
class Dropping(Experiment):
    """Every chunk of it drops an interrupt."""

    log: str
    chunk: int = 8
    stream: int = 0

    def run(self, replicates):
        with open(self.log, "a") as log:
            log.write(".")
        Finalized()
        return Record({"draw": Sample.exactly(np.arange(len(replicates)))})


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_interrupt_that_python_dropped_ends_a_measurement_after_the_chunk(listening, tmp_path):
    log = tmp_path / "log"
    measure = Measure(Engine(), TABLE, Progress())

    with pytest.raises(KeyboardInterrupt):
        measure(Recorded(Dropping(str(log)), "draw", "a draw"), claimed=roughly(2))

    assert log.read_text() == "."


def test_an_interrupt_while_garbage_is_collected_is_raised_after_it(listening, monkeypatch):
    def callback(phase, info):
        if phase == "stop":
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0)

    gc.collect()  # what other tests left
    dropped: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", dropped.append)
    gc.callbacks.append(callback)
    try:
        gc.collect()
    finally:
        gc.callbacks.remove(callback)

    assert dropped == []
    with pytest.raises(KeyboardInterrupt):
        INTERRUPTS.raise_again()


def test_what_an_interrupt_left_half_imported_is_not_reported_as_an_error(two_claims):
    two_claims.pytester.makeconftest(
        "def pytest_terminal_summary():\n    raise ImportError('partially initialized module')\n"
    )
    two_claims.write("again", "import os\nos.kill(os.getpid(), 2)\n")

    result = two_claims.pytester.runpytest_subprocess("claims")

    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert result.stderr.lines == ["Exit: interrupted"]
    assert "Traceback" not in result.stdout.str()


def test_a_run_ends_at_the_next_check_where_python_dropped_an_interrupt(two_claims):
    two_claims.write(
        "a_first",
        claim_of(
            "    def test_it(self, x):\n        drop()\n        assert x == 1\n",
        ).replace(
            "from bench import drawn",
            "import os\n\n\nclass Finalized:\n    def __del__(self):\n"
            "        os.kill(os.getpid(), 2)\n\n\ndef drop():\n    Finalized()\n",
        ),
    )

    result = two_claims.pytester.runpytest_subprocess("claims", "-W", "ignore")

    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert two_claims.ledger(partial=True).claims == []


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_interrupt_that_a_claim_catches_is_raised_again(listening):
    def body():
        with guarded():
            try:
                interrupt()
            except KeyboardInterrupt:
                raise ValueError("caught") from None

    with pytest.raises(KeyboardInterrupt):
        body()


@pytest.mark.parametrize(
    "body",
    [
        "    def test_it(self, race, x):\n        race(WORK, WORK, claimed=slower())\n",
        "    def test_it(self, x):\n        drop()\n        assert x\n",
    ],
    ids=["race", "search"],
)
def test_an_interrupt_that_python_dropped_ends_what_repeats_at_once(two_claims, body):
    readings = '@reading("r", x=1)' if "race" in body else '@reading("r", x=st.integers(1))'
    two_claims.write(
        "a_first",
        claim_of(body, readings=readings).replace(
            "from bench import drawn",
            "import os\nimport time\nfrom refute.timing import Contender\n\n\n"
            "class Finalized:\n    def __del__(self):\n        os.kill(os.getpid(), 2)\n\n\n"
            "def drop():\n    with open('tries', 'a') as file:\n        file.write('.')\n"
            "    Finalized()\n    time.sleep(0.002)\n\n\nWORK = Contender('work', drop)\n",
        ),
    )

    result = two_claims.pytester.runpytest_subprocess("claims/test_a_first.py", "-W", "ignore")

    assert result.ret == pytest.ExitCode.INTERRUPTED
    tries = (two_claims.pytester.path / "tries").read_text()
    # One replicate of a race: nine times on each side, and a few to see how long the work takes.
    assert len(tries) < (40 if "race" in body else 3)


INTERRUPTED_WHERE = """
import os

import refute.difference.earlier
import refute.export.formats
import refute.ledger
import refute.plugin.gathering
import refute.report


def interrupted(*given, **settings):
    os.kill(os.getpid(), 2)


{} = interrupted
"""


@pytest.mark.parametrize(
    ("where", "said", "left"),
    [
        (
            "refute.plugin.gathering.keep",
            "ERROR: interrupted before the ledger was written: reports/partial/verdicts.json has "
            "the complete claims",
            "partial",
        ),
        (
            "refute.report.write_report",
            "ERROR: interrupted before the page was written: refute report reports/verdicts.json "
            "writes it",
            "",
        ),
        (
            "refute.export.formats.write",
            "ERROR: interrupted before all formats were written: refute report "
            "reports/verdicts.json --format FORMAT",
            "",
        ),
    ],
)
def test_an_interrupt_at_the_end_of_a_run_leaves_what_was_written_and_is_one_line(
    two_claims, where, said, left
):
    two_claims.pytester.makeconftest(INTERRUPTED_WHERE.format(where))

    result = two_claims.pytester.runpytest_subprocess("claims", "--refute-report", "summary")

    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert said in unwrapped(result)
    assert "Traceback" not in result.stdout.str() + result.stderr.str()
    ledger = two_claims.ledger(partial=left == "partial")
    assert [claim.verdict for claim in ledger.claims] == ["DEPENDS", "REFUTED"]


@pytest.mark.parametrize(
    ("where", "said"),
    [("pytest_terminal_summary", "Exit: interrupted"), ("refute.plugin.session.Session.close", "")],
)
def test_an_interrupt_after_that_is_one_line_or_too_late(two_claims, where, said):
    two_claims.pytester.makeconftest(
        INTERRUPTED_WHERE.format(where).replace("refute.report", "refute.plugin.session")
    )

    result = two_claims.pytester.runpytest_subprocess("claims")

    assert result.ret == (pytest.ExitCode.INTERRUPTED if said else pytest.ExitCode.OK)
    assert result.stderr.str().strip() == said
    assert two_claims.ledger().claims


def test_an_interrupt_before_pytest_has_a_terminal_is_one_line(two_claims):
    two_claims.pytester.makeconftest(INTERRUPTED_WHERE.format("refute.plugin.read_settings"))

    result = two_claims.pytester.runpytest_subprocess("claims")

    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert (result.stdout.str().strip(), result.stderr.str().strip()) == ("", "Exit: interrupted")


DROPPED = """
import os

import refute.plugin.exporting


class Finalized:
    def __del__(self):
        os.kill(os.getpid(), 2)


refute.plugin.exporting.Exports.write = lambda exports, graded: Finalized() and None
"""


def test_an_interrupt_that_python_drops_at_the_end_is_told(two_claims):
    two_claims.pytester.makeconftest(DROPPED)

    result = two_claims.pytester.runpytest_subprocess("claims", "-W", "ignore")

    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["ERROR: interrupted after everything was written"])
    assert two_claims.ledger().claims
