"""No claim ends the run: by exiting, without end, by an interrupt of its own."""

import os
import sys
import time

import pytest

from refute.plugin.limits import TookTooLong, guarded
from tests.plugin.test_judging import claim_of

EXPERIMENT = """
import os
import time
from dataclasses import dataclass

import numpy as np

from refute.decision.samples import Sample
from refute.experiment import Experiment, Record
from refute.quantity import Recorded


@dataclass(frozen=True)
class Bad(Experiment):
    centre: float
    chunk: int = 16
    stream: int = 0

    def run(self, replicates):
        {}
        return Record({{"draw": Sample.exactly(np.zeros(len(replicates)))}})


def bad(centre):
    return Recorded(Bad(centre), "draw", f"draw around {{centre}}")
"""


def write_bad(stranger, line: str) -> None:
    (stranger.claims / "bad.py").write_text(EXPERIMENT.format(line))
    text = claim_of(
        "    def test_it(self, measure, x):\n        measure(bad(x), claimed=roughly(2))\n"
    )
    stranger.write("it", text.replace("from bench import drawn", "from bad import bad"))


def broken_and_the_others(stranger) -> str:
    """Why the reading of the claim has no outcome, while the others have their verdicts."""
    claims = {claim.id: claim for claim in stranger.ledger().claims}
    assert claims["draws/twice"].verdict == "DEPENDS"
    assert claims["whole/positive"].verdict == "REFUTED"
    assert claims["whole/it"].verdict == "NO VERDICT"
    return claims["whole/it"].readings[0].error


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("os._exit(0)", "ended two worker processes, the last with exit code 0"),
        ("os.abort()", "ended two worker processes, the last with Aborted"),
        ("raise SystemExit(0)", "SystemExit: 0"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("os.kill(os.getpid(), 2); raise ValueError('left alone')", "ValueError: left alone"),
    ],
)
def test_an_experiment_that_would_end_the_run_has_no_verdict(two_claims, line, said):
    write_bad(two_claims, line)

    result = two_claims.run()

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert said in broken_and_the_others(two_claims)
    result.stdout.fnmatch_lines(["NO VERDICT: whole/it*", "*report: reports/index.html*"])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("__import__('os')._exit(0)", "called os._exit(0): a check must not end the process"),
        ("raise KeyboardInterrupt", "raised KeyboardInterrupt: a check must not end the run"),
        ("pytest.exit('enough')", "called pytest.exit: a check must not end the run"),
        ("raise SystemExit(0)", "SystemExit: 0"),
    ],
)
def test_a_check_that_would_end_the_run_has_no_verdict(two_claims, line, said):
    two_claims.write(
        "it", claim_of(f"    def test_it(self, x):\n        {line}\n        assert x == 1\n")
    )

    result = two_claims.run()

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert said in broken_and_the_others(two_claims)


def test_an_endless_check_is_ended(two_claims):
    two_claims.write(
        "it",
        claim_of(
            "    def test_it(self, x):\n        while True:\n            try:\n"
            "                while True: x\n            except Exception:\n"
            "                pass\n        assert x\n"
        ),
    )

    result = two_claims.run("--refute-timeout", "1.5")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert "took longer than 1.5 s (--refute-timeout)" in broken_and_the_others(two_claims)


class Slow:
    """Python drops what a timer raises in a finalizer, too."""

    def __del__(self):
        time.sleep(1)


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX")
def test_a_timer_that_python_drops_rings_again_and_is_not_reported(monkeypatch):
    reported: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", reported.append)

    def body():
        with guarded(0.3):
            Slow()
            time.sleep(60)

    with pytest.raises(TookTooLong):
        body()
    assert reported == []


class Failing:
    def __del__(self):
        raise ValueError("in a finalizer")


def test_another_error_that_python_drops_is_reported(monkeypatch):
    reported = []
    monkeypatch.setattr(sys, "unraisablehook", lambda dropped: reported.append(dropped.exc_value))
    with guarded(60):
        Failing()
    assert [str(error) for error in reported] == ["in a finalizer"]
    assert sys.unraisablehook.__name__ == "<lambda>"


def test_an_endless_experiment_is_ended(two_claims):
    write_bad(two_claims, "time.sleep(600 if self.centre < 3 else 0)")

    result = two_claims.run("--refute-timeout", "3")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert "took longer than 3 s (--refute-timeout)" in broken_and_the_others(two_claims)
