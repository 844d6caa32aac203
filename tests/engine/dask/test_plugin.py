"""``pytest claims/ --refute-engine dask://HOST:PORT``, as the person who runs it sees it."""

import re
import subprocess
import sys

import distributed
import pytest

from refute.ledger import Measured
from tests.engine.dask.conftest import kill, until
from tests.plugin.conftest import stranger, three_claims, two_claims
from tests.plugin.test_conforming import EXACT

# Fixtures; and what pytester must not import a second time.
__all__ = ["distributed", "stranger", "three_claims", "two_claims"]

STALLS = '''
import time
from dataclasses import dataclass
from pathlib import Path

from bench import Draw, drawn
from refute import claim, control, reading
from refute.quantity import Recorded
from refute.wording import roughly


@dataclass(frozen=True)
class Stalls(Draw):
    begun: str = ""
    chunk: int = 32

    def run(self, replicates):
        Path(self.begun).touch()
        time.sleep(600)


@claim("draws/zzz")
class TestStalls:
    """It takes forever."""

    @reading("forever", centre=4.0)
    @control("for long", centre=2.0)
    def test_forever(self, measure, centre):
        begun = str(Path(__file__).with_name("begun"))
        stalls = Recorded(Stalls(centre, begun=begun), "draw", "stalls")
        measure(stalls / drawn(2.0), claimed=roughly(2))
'''


def found(ledger):
    """What a ledger holds of each reading, but for times."""
    return {
        (claim.id, reading.name): (
            claim.verdict,
            reading.outcome,
            reading.evidence if not timed(reading) else None,
        )
        for claim in ledger.claims
        for reading in claim.readings
    }


def timed(reading):
    return isinstance(reading.evidence, Measured) and reading.evidence.timed


def test_a_cluster_finds_what_this_machine_finds_and_times_nothing(three_claims, two_workers):
    three_claims.run().assert_outcomes(passed=7)
    here = three_claims.ledger()
    result = three_claims.run("--refute-engine", two_workers.url)
    result.assert_outcomes(passed=7)
    there = three_claims.ledger()

    assert found(there) == found(here)
    measured = [value for value in found(here).values() if isinstance(value[2], Measured)]
    assert len(measured) == 3  # with estimate, interval, counts, every replicate
    result.stdout.fnmatch_lines(["timed claims ran on this machine, not on the cluster"])
    assert there.run.workers == 2
    assert re.match(
        r"2 Dask workers of tcp://\S+: 2 of .*; timed claims ran on",
        there.run.environment["cluster"],
    )
    assert "cluster" not in here.run.environment


@pytest.mark.parametrize(
    "engine",
    [
        "tcp://host:8786",
        "dask://host",
        "dask://host:port",
        "dask://:8786",
        "dask://host:1/x",
        "x",
        "dask://[::1",
        "dask://host:99999",
    ],
)
def test_an_engine_that_is_none_is_refused(two_claims, engine):
    result = two_claims.run("--refute-engine", engine)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    message = (
        f"ERROR: --refute-engine {engine}: give local, or dask://HOST:PORT of a Dask scheduler"
    )
    assert lines(result.stderr.lines) == [message]


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("dask://me:secret@host:8786", "dask://...@host:8786"),
        ("dask://me:secret@a@host:8786", "dask://...@host:8786"),
        ("me:secret@host:8786", "...@host:8786"),
        ("dask://host:1?token=secret@", "dask://...@"),
    ],
)
def test_a_password_in_an_address_is_refused_and_not_shown(two_claims, address, shown):
    for beside in ([], ["-n2"]):
        result = two_claims.run("--refute-engine", address, *beside)
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        assert lines(result.stderr.lines) == [
            f"ERROR: --refute-engine {shown}: a Dask scheduler takes no name and no password: "
            "say dask://HOST:PORT"
        ]
        assert "secret" not in result.stdout.str()


def test_a_cluster_and_test_processes_beside_one_another_are_refused(two_claims):
    result = two_claims.run("-n2", "--refute-engine", "dask://127.0.0.1:1")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: --refute-engine *: run without -n: the cluster's *"])


def test_without_the_extra_it_is_asked_for(two_claims, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "refute.engine.dask.client", raising=False)
    result = two_claims.run("--refute-engine", "dask://127.0.0.1:1")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert lines(result.stderr.lines) == [
        "ERROR: --refute-engine: distributed is not installed: pip install 'refute[dask]'"
    ]


def test_an_unreachable_scheduler_is_one_clear_line_and_nothing_is_run(two_claims):
    result = two_claims.pytester.run(
        sys.executable, "-m", "pytest", "claims", "--refute-engine", "dask://127.0.0.1:1"
    )
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert lines(result.stderr.lines) == [
        "ERROR: --refute-engine: tcp://127.0.0.1:1: no Dask scheduler answers there within 5 s"
    ]
    assert not (two_claims.pytester.path / "reports").exists()


def test_a_worker_whose_torch_is_wrong_ends_a_run_that_uses_the_lab_in_one_line(
    stranger, loopback, broken_torch
):
    stranger.write("equal", EXACT)
    loopback.workers(1, *broken_torch)

    result = stranger.pytester.run(
        sys.executable, "-m", "pytest", "claims", "--refute-engine", loopback.url
    )

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    (line,) = lines(result.stderr.lines)
    assert re.fullmatch(
        r"ERROR: --refute-engine: tcp://\S+: worker tcp://\S+ has a bench that is wrong "
        r"\(activation SELU, .*, and \d+ more\): its numbers would prove nothing: "
        r"install torch again there",
        line,
    )
    assert not (stranger.pytester.path / "reports").exists()


def test_a_scheduler_lost_in_mid_run_ends_it_in_one_line_and_keeps_what_was_found(
    two_claims, loopback
):
    two_claims.write("zzz", STALLS)
    loopback.workers(5)  # two will stall, and one runs a first chunk again
    with subprocess.Popen(
        [sys.executable, "-m", "pytest", "claims", "--refute-engine", loopback.url],
        cwd=two_claims.pytester.path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as run:
        try:
            until((two_claims.claims / "begun").exists)
            until((two_claims.pytester.path / "reports" / "partial").exists)
            until(lambda: len(two_claims.ledger(partial=True).claims) == 2)
            kill(loopback.scheduler)
            said, _ = run.communicate(timeout=60)
        finally:
            run.kill()
    assert run.returncode == pytest.ExitCode.INTERRUPTED
    lines = [line for line in said.splitlines() if "--refute-engine:" in line]
    assert len(lines) == 1
    assert "the connection to the scheduler was lost" in lines[0]
    assert not re.search("Traceback|distributed[.]|asyncio|tornado", said)
    ledger = two_claims.ledger(partial=True)
    assert {claim.id: claim.verdict for claim in ledger.claims} == {
        "draws/twice": "DEPENDS",
        "whole/positive": "REFUTED",
    }


def test_nothing_of_dask_is_imported_unless_it_is_asked_for(two_claims):
    (two_claims.pytester.path / "conftest.py").write_text(
        "import sys\n"
        "def pytest_unconfigure():\n"
        "    print('IMPORTED', [m for m in ('dask', 'distributed') if m in sys.modules])\n"
    )
    result = two_claims.pytester.run(sys.executable, "-m", "pytest", "claims")
    result.stdout.fnmatch_lines(["IMPORTED []"])


def lines(text):
    return [line for line in text if line.strip()]


HELPS = '''
import time
from dataclasses import dataclass
from pathlib import Path

from bench import Draw, drawn
from refute import claim, control, reading
from refute.quantity import Recorded
from refute.wording import roughly


@dataclass(frozen=True)
class Waits(Draw):
    """Its only chunk ends when that of another claim has begun."""

    own: str = ""
    other: str = ""
    chunk: int = 32

    def run(self, replicates):
        Path(self.own).touch()
        deadline = time.monotonic() + 20
        while not Path(self.other).exists():
            assert time.monotonic() < deadline, "nobody came"
            time.sleep(0.01)
        return super().run(replicates)


def waits(own, other):
    here = Path(__file__).parent
    return Recorded(Waits(4.0, own=str(here / own), other=str(here / other)), "draw", own)


@claim("draws/first")
class TestFirst:
    """It has to wait for the second."""

    @reading("four", centre=4.0)
    @control("two", centre=2.0)
    def test_ratio(self, measure, centre):
        found = waits("first", "second") if centre == 4.0 else drawn(2.0)
        measure(found, claimed=roughly(4))


@claim("draws/second")
class TestSecond:
    """It has to wait for the first."""

    @reading("four", centre=4.0)
    @control("two", centre=2.0)
    def test_ratio(self, measure, centre):
        found = waits("second", "first") if centre == 4.0 else drawn(2.0)
        measure(found, claimed=roughly(4))


@claim("draws/broken")
class TestBroken:
    """It breaks before it measures."""

    @reading("four", centre=4.0)
    @control("two", centre=2.0)
    def test_ratio(self, measure, centre):
        raise ZeroDivisionError("before it measures")
'''


def test_claims_share_the_cluster_before_their_turn(stranger, loopback):
    loopback.workers(4)  # both of them wait, and so do the second runs of their first chunks
    stranger.write("helps", HELPS)
    result = stranger.run("--refute-engine", loopback.url)
    result.assert_outcomes(passed=4, failed=2)
    verdicts = {claim.id: claim.verdict for claim in stranger.ledger().claims}
    assert verdicts == {
        "draws/first": "SUPPORTED",
        "draws/second": "SUPPORTED",
        "draws/broken": "NO VERDICT",
    }
