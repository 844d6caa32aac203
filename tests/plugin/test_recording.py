"""Whatever a claim says reaches the ledger."""

import re

import pytest

from refute.ledger import ReadingRecord
from refute.plugin.recording import reading_record
from refute.plugin.results import Result
from tests import make
from tests.plugin.stranger import unwrapped
from tests.plugin.test_judging import claim_of

IS_ONE = "    def test_it(self, x):\n        assert x == 1\n"


def test_a_lone_surrogate_and_a_huge_message_reach_the_ledger(stranger):
    stranger.write(
        "it",
        claim_of(
            "    def test_it(self, x):\n        assert x == 2, chr(0xD800) + 'x' * 200_000\n",
            readings='@reading("r", published="fails", x=1)',
        ),
    )
    stranger.run()
    evidence = stranger.ledger().claims[0].readings[0].evidence
    assert evidence.message.startswith("\\ud800xxx")
    assert 100_000 < len(evidence.message) < 100_100


def test_a_skip_is_undecided_with_its_reason_and_the_run_goes_on(stranger):
    body = (
        "    def test_it(self, x):\n        if x == 1:\n"
        "            pytest.skip('no such machine')\n        assert x == 1\n"
    )
    stranger.write("it", claim_of(body))
    result = stranger.run()
    assert result.ret == 0
    (claim,) = stranger.ledger().claims
    assert claim.verdict == "UNDECIDED"
    assert claim.readings[0].evidence.reason == "skipped: no such machine"


SKIPS = [
    ("pytest.skip('no such machine', allow_module_level=True)\n", "no such machine"),
    ("raise __import__('unittest').SkipTest('no such machine')\n", "no such machine"),
    (
        "pytest.importorskip('no_such_module')\n",
        "could not import 'no_such_module': No module named 'no_such_module'",
    ),
    ("pytest.skip('no\\nmachine \\x1b[31m', allow_module_level=True)\n", "no machine \ufffd[31m"),
]


@pytest.mark.parametrize(("skips", "reason"), SKIPS)
@pytest.mark.parametrize("more", [(), ("-n", "2", "--benchmark-disable")])
def test_the_claims_of_a_file_that_skips_itself_are_named_without_a_verdict(
    stranger, skips, reason, more
):
    stranger.write("good", claim_of(IS_ONE).replace("whole/it", "whole/good"))
    stranger.write("skips", f"import pytest\n{skips}{claim_of(IS_ONE)}")

    result = stranger.run(*more)

    assert result.ret == 0
    assert "2 claims: 1 supported, 1 not run" in result.stdout.lines
    said = f"SKIPPED FILE: claims/test_skips.py: {reason}: no verdict for whole/it"
    assert said in unwrapped(result)
    skipped, good = stranger.ledger(partial=True).claims
    assert (good.id, good.verdict) == ("whole/good", "SUPPORTED")
    assert (skipped.id, skipped.statement) == ("whole/it", "A sentence.")
    assert (skipped.verdict, skipped.complete, skipped.readings) == (None, False, [])
    assert skipped.why == f"was not run, because its file is skipped: {reason}."
    page = (stranger.pytester.path / "reports" / "partial" / "index.html").read_text()
    assert f"whole/it {skipped.why}</a>".replace("'", "&#39;") in page
    assert not (stranger.pytester.path / "reports" / "verdicts.json").exists()


def test_a_strict_run_fails_if_a_file_with_claims_skips_itself(stranger):
    stranger.write("good", claim_of(IS_ONE).replace("whole/it", "whole/good"))
    stranger.write("skips", f"import pytest\n{SKIPS[0][0]}{claim_of(IS_ONE)}")

    assert stranger.run("--refute-strict").ret == pytest.ExitCode.TESTS_FAILED


def test_a_file_that_skips_itself_names_classes_if_an_id_cannot_be_read(stranger):
    computed = claim_of(IS_ONE).replace('"whole/it"', '"whole" + "/it"')
    stranger.write("skips", f"import pytest\n{SKIPS[0][0]}{computed}")
    (stranger.claims / "test_no_claims.py").write_text(f"import pytest\n{SKIPS[0][0]}")

    result = stranger.run()

    result.stdout.fnmatch_lines(["SKIPPED FILE: *test_skips.py: *: no verdict for TestIt"])
    result.stdout.no_fnmatch_line("*test_no_claims.py: no such machine: no verdict*")


def test_a_claim_that_another_file_has_is_that_of_the_file_that_runs(stranger):
    stranger.write("a", f"import pytest\n{SKIPS[0][0]}{claim_of(IS_ONE)}")
    stranger.write("b", claim_of(IS_ONE))

    assert stranger.run().ret == 0
    (claim,) = stranger.ledger(partial=True).claims
    assert claim.verdict == "SUPPORTED"
    assert claim.location.startswith("claims/test_b.py:")


def test_people_read_the_beginning_of_what_is_long(stranger):
    long = "'x' * 100_000"
    stranger.write(
        "it",
        claim_of(
            f"    def test_it(self, x):\n        assert x == 2, {long}\n",
            readings='@reading("r", x=1)',
        ),
    )
    stranger.write(
        "skips",
        claim_of(
            f"    def test_it(self, x):\n        if x == 1:\n            pytest.skip({long})\n"
            f"        assert x == 1\n"
        ).replace("whole/it", "whole/skips"),
    )
    stranger.write(
        "breaks",
        claim_of(
            f"    def test_it(self, x):\n        raise ValueError({long})\n        assert x\n"
        ).replace("whole/it", "whole/breaks"),
    )

    result = stranger.run("--tb=no", "-q")

    page = (stranger.pytester.path / "reports" / "index.html").read_text()
    assert "more characters)" in result.stdout.str()
    for line in result.stdout.lines:
        assert line.count("x") < 2500
    assert "x" * 500 in page
    assert "x" * 2500 not in page
    ledger = (stranger.pytester.path / "reports" / "verdicts.json").read_text()
    assert len(re.findall("x{99000,}", ledger)) >= 3


def test_no_character_of_a_claim_acts_on_the_terminal(stranger):
    stranger.write(
        "it",
        claim_of(
            "    def test_it(self, x):\n        assert x == 2, '\\x1b]8;;http://a\\x07\\u202e'\n",
            readings='@reading("r\\x1b[2J", published="fails", x=1)',
        ).replace("Else.", "Else \\x1b[2J\\u202e."),
    )

    stranger.write(
        "breaks",
        claim_of(
            "    def test_it(self, x):\n"
            "        red = '\\x1b[31m\\u202e at line 1\\n\\x9b2J' + 'y' * 200_000\n"
            "        raise ValueError(f'red {red}')\n"
            "        assert x\n"
        ).replace("whole/it", "whole/breaks"),
    )

    said = stranger.run().stdout.str()

    assert "REFUTED" in said
    assert "ValueError: red \ufffd[31m\ufffd at line 1" in said
    assert len(said) < 50_000
    assert "Else \ufffd[2J\ufffd." in said
    assert not {"\x1b", "\x9b", "\x07", "\u202e"} & set(said)


def test_the_record_that_was_judged_is_the_one_that_is_reported(monkeypatch):
    made = []

    def once(*of: object) -> ReadingRecord:
        made.append(make.reading("rate 0.5", "holds", None))
        return made[-1]

    monkeypatch.setattr("refute.plugin.recording._reading_record", once)
    result = Result()
    records = [reading_record(None, None, result, None) for _ in range(2)]
    assert records == made * 2
