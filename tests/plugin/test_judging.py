"""What makes a run fail, and what it says then."""

import pytest

HEAD = """
import pytest
from hypothesis import strategies as st

from bench import drawn
from refute import Refuted, claim, control, reading, refuted_by
from refute.wording import roughly, slower
"""


def claim_of(body, *, readings='@reading("r", x=1)', controls='@control("c", x=2)', extra=""):
    return (
        f'{HEAD}\n@claim("whole/it", correction="Else."{extra})\nclass TestIt:\n'
        f'    """A sentence."""\n\n    {readings}\n    {controls}\n{body}'
    )


def verdict(stranger):
    (claim,) = stranger.ledger().claims
    return claim.verdict


def test_a_changed_outcome_fails_and_prints_all_that_is_needed(stranger):
    stranger.write(
        "it",
        claim_of(
            "    def test_it(self, measure, x):\n"
            "        measure(drawn(4.0 * x) / drawn(2.0), claimed=roughly(2))\n",
            readings='@reading("four", published="fails", x=1)',
            controls='@control("sixteen", x=4)',
        ),
    )

    result = stranger.run("--refute-seed", "5")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        [
            "not as expected: fails; here: holds",
            "whole/it: A sentence.",
            "reading “four”: draw around 4.0 / draw around 2.0: *24 replicates*claimed roughly 2*",
            "seed 5; reproduce with: pytest '*::test_it?four?' --refute-seed 5 --refute-fresh",
            "NOT AS EXPECTED: whole/it: “four”: expected: fails; here: holds: *",
            "  pytest '*::TestIt::test_it?four?' --refute-seed 5 --refute-fresh",
        ]
    )


def test_only_a_project_with_a_log_of_corrections_is_sent_to_it(stranger):
    unexpected = claim_of(
        "    def test_it(self, x):\n        assert x < 2\n",
        readings='@reading("r", published="fails", x=1)',
    )
    stranger.write("it", unexpected)

    alone = stranger.run().stdout.str()
    docs = stranger.pytester.mkdir("docs")
    (docs / "corrections.md").write_text("# Corrections\n")
    logged = stranger.run().stdout.str()

    assert "expected: fails; here: holds" in alone
    assert "corrections.md" not in alone
    assert "publish" not in alone
    assert "docs/corrections.md says what to do" in logged


def test_a_control_that_does_not_flip_voids_its_claim(stranger):
    stranger.write("it", claim_of("    def test_it(self, x):\n        assert x < 3\n"))

    result = stranger.run()

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert verdict(stranger) == "NO VERDICT"
    result.stdout.fnmatch_lines(
        [
            "the control does not flip: it holds, like the readings of its check",
            "control “c”: *",
            "NO VERDICT: whole/it: has a check that proves nothing: the control “c” came out*",
        ]
    )


def test_a_control_is_judged_by_what_its_reading_measured_not_by_what_is_published(stranger):
    # The reading is published wrongly; the control is opposite to what it measures.
    stranger.write(
        "it",
        claim_of(
            "    def test_it(self, x):\n        assert x < 2\n",
            readings='@reading("r", published="fails", x=1)',
        ),
    )

    result = stranger.run()

    result.assert_outcomes(failed=1, passed=1)
    assert verdict(stranger) == "SUPPORTED"


@pytest.mark.parametrize(
    "crash",
    [
        "raise ValueError('no such layer')",
        "int('x')",
        "abs(1, 2)",
        "__import__('numpy').testing.assert_allclose(x, 5)",
    ],
)
def test_an_exception_that_is_not_the_check_s_own_failure_is_an_error(stranger, crash):
    stranger.write(
        "it", claim_of(f"    def test_it(self, x):\n        {crash}\n        assert x == 1\n")
    )

    result = stranger.run()

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    (claim,) = stranger.ledger().claims
    assert claim.verdict == "NO VERDICT"
    assert [reading.outcome for reading in claim.readings] == [None, None]
    assert all(reading.error for reading in claim.readings)
    result.stdout.fnmatch_lines(["reading “r” broke: an error is never a verdict"])


def test_an_error_in_setup_is_an_error_of_the_reading(stranger):
    stranger.write(
        "it",
        claim_of("    def test_it(self, x, missing_fixture):\n        assert x == 1\n"),
    )

    result = stranger.run()

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert verdict(stranger) == "NO VERDICT"


def test_a_declared_exception_refutes(stranger):
    stranger.write(
        "it",
        claim_of(
            "    def test_it(self, x):\n        with refuted_by(ZeroDivisionError):\n"
            "            1 / (x - 1)\n",
            readings='@reading("r", published="fails", x=1)',
        ),
    )

    result = stranger.run()

    assert result.ret == 0
    assert verdict(stranger) == "REFUTED"
    (claim,) = stranger.ledger().claims
    assert claim.readings[0].evidence.counterexample == "x=1"
    assert "ZeroDivisionError" in claim.readings[0].evidence.message


def test_a_check_that_ends_without_measuring_is_an_error(stranger):
    stranger.write(
        "it",
        claim_of(
            "    def test_it(self, measure, x):\n        if x > 5:\n"
            "            measure(drawn(4.0), claimed=roughly(2))\n"
        ),
    )

    result = stranger.run()

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*the check ended without measuring anything*"])


def test_measuring_twice_is_an_error(stranger):
    line = "        measure(drawn(4.0) / drawn(2.0), claimed=roughly(2))\n"
    stranger.write("it", claim_of(f"    def test_it(self, measure, x):\n{line}{line}"))

    result = stranger.run()

    result.stdout.fnmatch_lines(["*one measure per check*"])


def test_a_noisy_property_is_an_error(stranger):
    stranger.write(
        "it",
        claim_of(
            "    def test_it(self, x):\n        import random\n"
            "        assert random.SystemRandom().random() < 0.7\n",
            readings='@reading("r", x=st.integers())',
            controls='@control("c", x=st.integers())',
        ),
    )

    result = stranger.run()

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert verdict(stranger) == "NO VERDICT"


UNDECIDABLE = claim_of(
    "    def test_it(self, measure, x):\n"
    "        measure(drawn(x) / drawn(2.0), claimed=slower())\n",
    readings='@reading("at the edge", x=2.2)',
    controls='@control("equal", x=2.0)',
).replace("drawn(x)", "drawn(x, 0.1001)")


def test_an_undecided_reading_is_named_loudly_and_fails_only_a_strict_run(stranger):
    stranger.write("it", UNDECIDABLE)

    result = stranger.run()

    assert result.ret == 0
    assert verdict(stranger) == "UNDECIDED"
    result.assert_outcomes(passed=1, skipped=1)
    result.stdout.fnmatch_lines(
        ["UNDECIDED: whole/it: “at the edge”: expected: holds; here: undecided: *", "  *512 *"]
    )
    lines = result.stdout.str().partition("= verdicts =")[2].splitlines()
    assert all(len(line) <= 80 for line in lines)
    assert stranger.run("--refute-strict").ret == pytest.ExitCode.TESTS_FAILED


def test_what_is_published_as_undecided_may_be_undecided_in_a_strict_run(stranger):
    text = UNDECIDABLE.replace('"at the edge"', '"at the edge", published="undecided"')
    stranger.write("it", text)

    result = stranger.run("--refute-strict")

    assert result.ret == 0
    assert "UNDECIDED: whole/it" not in result.stdout.str()


def test_a_reading_that_decides_what_is_published_as_undecided_is_named(stranger):
    stranger.write(
        "it",
        claim_of(
            "    def test_it(self, x):\n        assert x < 2\n",
            readings='@reading("r", published="undecided", x=1)',
        ),
    )

    result = stranger.run()

    assert result.ret == 0
    result.stdout.fnmatch_lines(["DECIDED: whole/it: “r”: expected: undecided; here: holds*"])


def test_a_timed_outcome_that_differs_here_is_no_changed_verdict(stranger):
    from tests.plugin.stranger import TIMED

    stranger.write(
        "timed",
        TIMED.replace('"twice", ', '"twice", published="fails", ').replace(
            '@claim("draws/slower")', '@claim("draws/slower", correction="It is {twice}.")'
        ),
    )

    result = stranger.run()

    assert result.ret == 0
    result.stdout.fnmatch_lines(["DIFFERS ON THIS MACHINE: draws/slower: “twice”*"])
    assert stranger.run("--refute-strict").ret == pytest.ExitCode.TESTS_FAILED


def test_a_control_that_flips_only_what_differs_here_leaves_the_claim_undecided(stranger):
    from tests.plugin.stranger import TIMED

    stranger.write(
        "timed",
        TIMED.replace('"twice", ', '"twice", published="fails", ')
        .replace('@control("once", times=1)', '@control("three times", times=3)')
        .replace('@claim("draws/slower")', '@claim("draws/slower", correction="It is {twice}.")'),
    )

    result = stranger.run()

    (claim,) = stranger.ledger().claims
    assert [reading.outcome for reading in claim.readings] == ["holds", "holds"]
    assert claim.verdict == "UNDECIDED"
    assert claim.why == "has no reading on this machine that “three times” could flip."
    assert result.ret == 0
    assert "does not flip" not in result.stdout.str()


def test_a_documentary_claim_is_decided_by_its_sources(stranger):
    stranger.write(
        "it",
        f'{HEAD}\n@claim("whole/it", "gauss1809, 3", documentary="REFUTED", correction="Else.")\n'
        'class TestIt:\n    """He meant it."""\n',
    )

    result = stranger.run()

    assert result.ret == 0
    (claim,) = stranger.ledger().claims
    assert claim.verdict == "REFUTED"
    assert claim.readings[0].evidence.says == "Gauss 1809, 3"


def test_a_control_that_would_flip_what_is_still_undecided_is_no_broken_control(stranger):
    # It comes out like the one reading that is decided; the other may yet be its opposite.
    stranger.write(
        "it",
        claim_of(
            "    def test_it(self, measure, x):\n"
            "        measure(drawn(x, 0.1001) / drawn(2.0), claimed=slower())\n",
            readings='@reading("far beyond", x=4.0)\n'
            '    @reading("near the edge", x=2.2, published="fails")',
            controls='@control("farther", x=6.0)',
            extra=', depends="holds far beyond"',
        ),
    )

    result = stranger.run("--refute-effort", "quick")

    (claim,) = stranger.ledger().claims
    assert [reading.outcome for reading in claim.readings] == ["holds", "undecided", "holds"]
    assert claim.verdict == "UNDECIDED"
    assert "does not flip" not in result.stdout.str()
    assert result.ret == 0


def test_what_broke_says_why_in_the_last_lines_and_its_control_is_not_blamed(stranger):
    body = (
        "    def test_it(self, measure, x):\n        measure(drawn(2.0) if x > 1 else 0.5, "
        "claimed=roughly(2))\n"
    )
    stranger.write("it", claim_of(body))

    result = stranger.run()

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert verdict(stranger) == "NO VERDICT"
    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines(
        [
            "NO VERDICT: whole/it: broke in “r”.",
            "  “r” broke: TypeError: measure(0.5, ...): a quantity is needed, *",
            "    *per replicate, such as*",
            "  pytest *",
        ]
    )
    result.stdout.no_fnmatch_line("*does not flip*")
