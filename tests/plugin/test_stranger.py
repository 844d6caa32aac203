"""A stranger's repository gets verdicts, evidence and a report, however pytest is called."""

import re

import msgspec
import pytest

from refute.ledger import ClaimRecord, Measured, Searched
from tests.plugin.stranger import unwrapped


def evidence(claim: ClaimRecord) -> list[object]:
    """What a claim's readings measured, without how long it took or how it was called."""
    return [(reading.name, reading.outcome, reading.evidence) for reading in claim.readings]


def by_id(claims: list[ClaimRecord]) -> dict[str, ClaimRecord]:
    return {claim.id: claim for claim in claims}


def test_two_claims_written_from_nothing_get_their_verdicts(two_claims):
    result = two_claims.run()

    assert result.ret == 0
    claims = by_id(two_claims.ledger().claims)
    assert {id: claim.verdict for id, claim in claims.items()} == {
        "draws/twice": "DEPENDS",
        "whole/positive": "REFUTED",
    }
    ten = claims["draws/twice"].readings[1]
    assert isinstance(ten.evidence, Measured)
    assert ten.evidence.n == 24
    assert ten.evidence.estimate == pytest.approx(5)
    counterexample = claims["whole/positive"].readings[0].evidence
    assert isinstance(counterexample, Searched)
    assert counterexample.counterexample == "x=0"
    assert claims["draws/twice"].correction == "It is 5 times as many."
    assert claims["whole/positive"].correction == "Not so for x = 0."
    page = (two_claims.pytester.path / "reports" / "index.html").read_text()
    assert "A draw is roughly twice a draw around two." in page


def test_the_ledger_says_how_to_reproduce_every_reading(two_claims):
    two_claims.run("--refute-seed", "3")

    for claim in two_claims.ledger().claims:
        for reading in claim.readings:
            command = reading.command.replace("pytest ", "", 1)
            assert "--refute-seed 3" in command
            assert reading.nodeid in command


@pytest.mark.parametrize(
    "arguments",
    [
        ("-k", "TestPositive"),
        ("claims/test_whole.py",),
        ("claims/test_whole.py::TestPositive",),
    ],
)
def test_a_selection_runs_partially_with_the_same_evidence(two_claims, arguments):
    two_claims.run()
    full = two_claims.ledger()

    folder = () if arguments[0].startswith("claims") else ("claims",)
    result = two_claims.pytester.runpytest_inprocess(*folder, *arguments)

    assert result.ret == 0
    result.stdout.fnmatch_lines(["partial run:*"])
    part = two_claims.ledger(partial=True)
    assert part.run.partial
    (claim,) = part.claims
    assert evidence(claim) == evidence(by_id(full.claims)["whole/positive"])
    assert two_claims.ledger() == full


@pytest.mark.parametrize(
    "selection",
    [
        ("claims/test_draws.py::TestTwice::test_ratio[four]",),
        ("claims", "-k", "four"),
        ("claims", "-k", "itself"),
    ],
)
def test_an_incomplete_claim_has_no_verdict(two_claims, selection):
    result = two_claims.pytester.runpytest_inprocess(*selection)

    assert result.ret == 0
    (claim,) = two_claims.ledger(partial=True).claims
    assert (claim.complete, claim.verdict) == (False, None)
    assert "not run" in claim.why


def test_stopping_at_the_first_failure_leaves_the_rest_incomplete(two_claims):
    text = (two_claims.claims / "test_whole.py").read_text()
    two_claims.write("whole", text.replace('published="fails"', 'published="holds"'))

    result = two_claims.run("-x")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    (claim,) = two_claims.ledger(partial=True).claims
    assert claim.id == "whole/positive"  # searches come first
    assert claim.verdict is None


def test_last_failed_runs_only_what_failed_and_gives_no_verdict(two_claims):
    text = (two_claims.claims / "test_draws.py").read_text()
    two_claims.write("draws", text.replace('reading("four"', 'reading("four", published="fails"'))
    two_claims.run("-p", "cacheprovider")

    result = two_claims.run("--lf", "-p", "cacheprovider")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    (claim,) = two_claims.ledger(partial=True).claims
    assert [reading.name for reading in claim.readings] == ["four"]
    assert claim.verdict is None


def test_two_processes_give_the_same_evidence(two_claims):
    two_claims.run()
    alone = two_claims.ledger()

    result = two_claims.pytester.runpytest_subprocess("claims", "-n", "2")

    assert result.ret == 0
    both = by_id(two_claims.ledger().claims)
    assert {id: evidence(claim) for id, claim in both.items()} == {
        claim.id: evidence(claim) for claim in alone.claims
    }


def test_continuous_integration_gives_the_same_evidence(two_claims, monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    two_claims.run()
    alone = two_claims.ledger()

    monkeypatch.setenv("CI", "1")
    result = two_claims.pytester.runpytest_subprocess("claims")

    assert result.ret == 0
    assert [evidence(claim) for claim in two_claims.ledger().claims] == [
        evidence(claim) for claim in alone.claims
    ]


def test_a_timed_claim_is_raced(three_claims):
    result = three_claims.pytester.runpytest_subprocess("claims", "--benchmark-columns=rounds")

    assert result.ret == 0
    claim = by_id(three_claims.ledger().claims)["draws/slower"]
    assert claim.verdict == "SUPPORTED"
    (twice, once) = claim.readings
    assert isinstance(twice.evidence, Measured)
    assert twice.evidence.timed
    assert 1.5 < twice.evidence.estimate < 2.7
    assert once.outcome == "fails"
    result.stdout.fnmatch_lines(["*benchmark: 2 tests*"])


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("-p", "no:benchmark"), "pytest-benchmark is not loaded"),
        (("--benchmark-skip",), "--benchmark-skip"),
        (("--benchmark-disable",), "--benchmark-disable"),
        (("-n", "2"), "run without -n"),
    ],
)
def test_without_timing_a_timed_claim_is_undecided_and_says_why(three_claims, arguments, reason):
    result = three_claims.pytester.runpytest_subprocess("claims", *arguments)

    assert result.ret == 0
    claims = by_id(three_claims.ledger().claims)
    assert claims["draws/slower"].verdict == "UNDECIDED"
    assert claims["whole/positive"].verdict == "REFUTED"
    assert re.search(f"UNDECIDED: draws/slower: [^.]*{reason}", unwrapped(result))


def test_a_timed_claim_that_is_not_timed_fails_a_strict_run(three_claims):
    result = three_claims.run("--benchmark-skip", "--refute-strict")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*UNDECIDED: draws/slower: *"])


def test_another_seed_measures_other_numbers_and_decides_the_same(two_claims):
    two_claims.run()
    first = two_claims.ledger()

    two_claims.run("--refute-seed", "1")

    second = two_claims.ledger()
    assert [claim.verdict for claim in second.claims] == [claim.verdict for claim in first.claims]
    assert evidence(second.claims[0]) != evidence(first.claims[0])


def test_the_number_of_workers_changes_no_number(two_claims):
    two_claims.run("--refute-workers", "1")
    first = two_claims.ledger()

    two_claims.run("--refute-workers", "3")

    second = two_claims.ledger()
    assert [evidence(claim) for claim in first.claims] == [
        evidence(claim) for claim in second.claims
    ]


def test_a_project_without_claims_is_left_alone(pytester):
    pytester.makepyfile(test_ordinary="def test_it():\n    assert True\n")

    result = pytester.runpytest_inprocess()

    result.assert_outcomes(passed=1)
    assert "verdicts" not in result.stdout.str()
    assert not (pytester.path / "reports").exists()


def test_the_plugin_does_not_import_torch(pytester):
    pytester.makepyfile(
        test_ordinary="import sys\n\ndef test_it():\n    assert 'torch' not in sys.modules\n"
    )

    result = pytester.runpytest_subprocess()

    result.assert_outcomes(passed=1)


def test_evidence_crosses_processes_as_plain_json(two_claims):
    two_claims.pytester.runpytest_subprocess("claims", "-n", "2")

    encoded = msgspec.json.encode(two_claims.ledger())
    assert b"NaN" not in encoded
    assert b"Infinity" not in encoded
