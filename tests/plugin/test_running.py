"""Options, the terminal, and what a run leaves behind when it is cut short."""

import os
import re
import signal
import subprocess
import sys
import time
from unittest.mock import Mock

import pytest

from refute import ledger as ledgers
from refute.ledger import LedgerError
from refute.ledger.growing import Growing
from tests.plugin.stranger import unwrapped


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("--refute-workers", "0"), "*--refute-workers 0: at least 1 is needed*"),
        (("--refute-seed", "-1"), "*--refute-seed -1: give a seed of at least 0*"),
        (
            ("--refute-timeout", "inf"),
            "*--refute-timeout inf: give seconds, more than 0, at most 1e+06*",
        ),
        (
            ("--refute-timeout", "nan"),
            "*--refute-timeout nan: give seconds, more than 0, at most 1e+06*",
        ),
        (("--refute-effort", "heroic"), "*--refute-effort: invalid choice: 'heroic'*"),
        (("--refute-device", "abacus"), "*--refute-device: invalid choice: 'abacus'*"),
    ],
)
def test_a_bad_option_is_one_clear_line(two_claims, arguments, line):
    result = two_claims.run(*arguments)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([line])
    assert not (two_claims.pytester.path / "reports").exists()


def test_where_the_disk_is_full_the_verdicts_are_said_all_the_same(two_claims, monkeypatch):
    full = LedgerError("verdicts.json: cannot be written (No space left on device): make room")
    monkeypatch.setattr(Growing, "add", Mock(side_effect=full))
    monkeypatch.setattr(ledgers, "write", Mock(side_effect=full))

    result = two_claims.run()

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["± DEPENDS    draws/twice *", "ERROR: verdicts.json: cannot be *"])
    result.stdout.fnmatch_lines(["✗ REFUTED    whole/positive *"])
    result.stdout.no_fnmatch_line("Name (time in *")


def test_an_accelerator_that_is_not_there_is_one_clear_line(two_claims, monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")

    result = two_claims.pytester.runpytest_subprocess("claims", "--refute-device", "cuda")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--refute-device cuda: *"])


def test_a_reports_folder_that_cannot_be_written_is_known_before_any_work(two_claims):
    (two_claims.pytester.path / "reports").write_text("a file where the folder should be")

    result = two_claims.run()

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*reports*cannot be written*"])
    assert "cannot be written" not in result.stdout.str()
    result.assert_outcomes()


def test_one_line_for_each_claim_then_a_table_then_the_report(two_claims):
    result = two_claims.run()

    result.stdout.fnmatch_lines(
        [
            "*REFUTED*whole/positive*x = 0*s]",  # searched while workers measure
            "*DEPENDS*draws/twice*: 5*s]",
            "*= verdicts =*",
            "question*supported*refuted*depends*undecided*no verdict",
            "About draws*1*",
            "About whole numbers*1*",
            "all*",
            "? whole/positive",  # what is true instead of what is refuted, and the count, come last
            "  Not so for x = 0.",
            "2 claims: 1 refuted, 1 depends",
            "report: reports/index.html",
        ]
    )
    from_verdicts_on = result.stdout.str().partition("= verdicts =")[2].splitlines()
    assert all(len(line) <= 80 for line in from_verdicts_on)


def test_the_table_of_timings_is_shown_only_where_it_is_asked_for(two_claims):
    two_claims.pytester.makepyfile(
        test_time="def test_time(benchmark):\n    benchmark.pedantic(list, rounds=2)"
    )
    assert "benchmark: 1 test" not in two_claims.run("test_time.py").stdout.str()
    asked = two_claims.run("test_time.py", "--benchmark-columns=rounds")
    assert "benchmark: 1 test" in asked.stdout.str()


def test_quietly_only_the_totals_and_the_report(two_claims):
    result = two_claims.run("-q")

    text = result.stdout.str()
    assert "whole/positive" not in text
    result.stdout.fnmatch_lines(["2 claims: 1 refuted, 1 depends", "report: reports/index.html"])


def test_verbosely_every_reading_with_its_outcome(two_claims):
    result = two_claims.run("-v")

    result.stdout.fnmatch_lines(
        [
            "claims/test_draws.py::TestTwice::test_ratio?four? HOLDS*",
            "claims/test_draws.py::TestTwice::test_ratio?ten? FAILS*",
            "claims/test_draws.py::TestTwice::test_ratio?a draw against itself? FAILS*",
        ]
    )


def test_quick_effort_looks_at_fewer_replicates_and_thorough_at_all(two_claims):
    def replicates(*args):
        two_claims.run(*args)
        return {reading.evidence.n for reading in two_claims.ledger().claims[0].readings}

    assert replicates("--refute-effort", "quick") == {16}
    assert replicates("--refute-effort", "thorough") == {512}
    assert two_claims.ledger().run.effort == "thorough"


SLOW = '''
import time

from refute import claim, control, reading


@claim("whole/slow")
class TestSlow:
    """It takes its time."""

    @reading("one", x=1)
    @control("other", x=2)
    def test_it(self, race, x):
        time.sleep(60)
'''


def test_a_run_killed_midway_leaves_a_ledger_of_what_had_finished(two_claims):
    two_claims.run()
    full = two_claims.ledger()
    two_claims.write("zz_slow", SLOW)
    partial = two_claims.pytester.path / "reports" / "partial" / "verdicts.json"
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", "claims"],
        cwd=two_claims.pytester.path,
        stdout=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not _has(partial, 2):
            time.sleep(0.1)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()

    ledger = ledgers.read(partial)
    assert [claim.verdict for claim in ledger.claims] == ["DEPENDS", "REFUTED"]
    assert ledger.run.partial
    assert ledger.run.finished is None
    assert two_claims.ledger() == full


def _has(path, claims):
    return path.exists() and len(ledgers.read(path).claims) >= claims


def test_a_malformed_key_is_named_and_the_ledger_kept(two_claims):
    answers = two_claims.pytester.mkdir("answers")
    (answers / "key.md").write_text("1. Whole numbers are positive.\n")
    (answers / "key.toml").write_text("[[statement]\n")

    result = two_claims.run()

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert re.search(r"ERROR: \S*key.toml:1: ", unwrapped(result))
    assert "report: reports/index.html" in result.stdout.lines
    assert len(two_claims.ledger().claims) == 2
