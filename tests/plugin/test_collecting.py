"""Mistakes in a claims file are named at collection, one clear line each."""

import subprocess
import sys
from pathlib import Path

import pytest

HEAD = """
import unittest

import pytest
from hypothesis import strategies as st

from refute import claim, control, reading
"""

GOOD = '''
@claim("whole/good")
class TestGood:
    """A sentence."""

    @reading("one", x=1)
    @control("other", x=2)
    def test_it(self, x):
        assert x == 1
'''

DEPENDS = ', depends="holds for one, not for two"'
DEPENDING = GOOD.replace('"whole/good"', f'"whole/good", correction="Not two."{DEPENDS}').replace(
    '    @control("other", x=2)',
    '    @reading("two", x=2, published="fails")\n    @control("other", x=3)',
)

MISTAKES = {
    "a claim without a docstring": (
        GOOD.replace('"""A sentence."""', ""),
        "*test_bad.py:*: whole/good: no docstring: write the claim in one plain sentence*",
    ),
    "a malformed id": (
        GOOD.replace("whole/good", "Whole Good"),
        "*Whole Good: malformed id: write question/name*",
    ),
    "an unknown question": (
        GOOD.replace("whole/good", "half/good"),
        "*half/good: unknown question 'half': add it to claims/questions.toml*",
    ),
    "an id that is no text": (
        GOOD.replace('"whole/good"', "[1]"),
        "*test_bad.py:*: [[]1]: malformed id: write question/name*",
    ),
    "a source that is no text": (
        GOOD.replace('"whole/good"', '"whole/good", 2015'),
        "*whole/good: source 2015 is not a text: write key and place, such as 'he2015, 2.2'*",
    ),
    "a correction that is no text": (
        GOOD.replace('"whole/good"', '"whole/good", correction=["Not two."]'),
        "*whole/good: correction is ['Not two.']: write one sentence*".replace("[", "[[]"),
    ),
    "a documentary claim that is decided by a number": (
        '@claim("whole/good", "gauss1809", documentary=1)\nclass TestGood:\n    """A claim."""\n',
        "*whole/good: a documentary claim is SUPPORTED or REFUTED by its sources*",
    ),
    "a depends that is no text": (
        GOOD.replace('"whole/good"', '"whole/good", depends=2'),
        "*whole/good: depends is 2: write one sentence*",
    ),
    "a reading that is called by a number": (
        GOOD.replace('reading("one"', "reading(1"),
        "*whole/good: a reading or control is called 1: name its conditions in words*",
    ),
    "a control without a name": (
        GOOD.replace('"other"', '" "'),
        "*whole/good: a reading or control is called ' ': name its conditions in words*",
    ),
    "an outcome that is a list": (
        GOOD.replace("x=1)", 'x=1, published=["holds"])'),
        "*whole/good: reading 'one': published must be holds, fails or undecided*",
    ),
    "an unknown source": (
        GOOD.replace('"whole/good"', '"whole/good", "euler1748, 2"'),
        "*whole/good: unknown source 'euler1748': add it to claims/sources.bib*",
    ),
    "a claim without a reading": (
        '@claim("whole/good")\nclass TestGood:\n    """A sentence."""\n',
        "*whole/good: no reading: put @reading(...) on a test method*",
    ),
    "a check without a reading": (
        GOOD + "\n    def test_more(self):\n        assert True\n",
        "*whole/good: test_more: a check without a reading*",
    ),
    "a check without a control": (
        GOOD.replace('    @control("other", x=2)\n', ""),
        "*whole/good: test_it: no control: put @control(...) on it*",
    ),
    "a control without a reading": (
        GOOD.replace('    @reading("one", x=1)\n', ""),
        "*whole/good: test_it: a control without a reading to flip*",
    ),
    "readings that set different conditions": (
        GOOD.replace('control("other", x=2)', 'control("other", y=2)'),
        "*whole/good: test_it: “one” sets x, and “other” does not: set the same conditions in all*",
    ),
    "readings that set no condition": (
        GOOD.replace(", x=1", "").replace(", x=2", "").replace("self, x", "self"),
        "*whole/good: test_it: its readings set no condition*",
    ),
    "a condition that the check does not take": (
        GOOD.replace("def test_it(self, x)", "def test_it(self)"),
        "*whole/good: test_it: takes no argument x, which its readings set*",
    ),
    "a condition that has no repr": (
        GOOD.replace("x=1", "x=10**5000"),
        "*whole/good: reading 'one': x cannot be shown: its repr raises ValueError: Exceeds the*",
    ),
    "two parts of one name": (
        GOOD.replace('"other"', '"one"'),
        "*whole/good: two readings or controls are called 'one'*",
    ),
    "a body that asserts nothing": (
        GOOD.replace("assert x == 1", "x == 1"),
        "*whole/good: test_it: neither measures nor asserts anything*",
    ),
    "a body that asserts a constant": (
        GOOD.replace("assert x == 1", "assert True"),
        "*whole/good: test_it: asserts a constant, so its readings and controls all come out the*",
    ),
    "a body that always fails": (
        GOOD.replace("assert x == 1", "assert False, 'whatever x is'"),
        "*whole/good: test_it: asserts a constant, so its readings and controls all come out the*",
    ),
    "a body that only skips": (
        GOOD.replace("assert x == 1", "raise unittest.SkipTest('later')"),
        "*whole/good: test_it: skips, but neither measures nor asserts anything: write the check *",
    ),
    "a body that skips as pytest does": (
        GOOD.replace("assert x == 1", "pytest.skip('later')"),
        "*whole/good: test_it: skips, but neither measures nor asserts anything: write the check *",
    ),
    "an outcome that does not exist": (
        GOOD.replace("x=1)", 'x=1, published="perhaps")'),
        "*whole/good: reading 'one': published must be holds, fails or undecided*",
    ),
    "a reading of nothing": (
        GOOD.replace("x=1)", 'x=1, of="spirit")'),
        "*whole/good: reading 'one': of must be sense or letter*",
    ),
    "a claim of the letter alone": (
        GOOD.replace("x=1)", 'x=1, of="letter")'),
        "*whole/good: no reading of the sense: at least one must say what the sentence means*",
    ),
    "a false claim without a correction": (
        GOOD.replace("x=1)", 'x=1, published="fails")'),
        "*whole/good: no correction: say in one sentence what is true instead*",
    ),
    "a claim that depends and does not say on what": (
        DEPENDING.replace(DEPENDS, ""),
        "*whole/good: no depends: it holds in some readings of its sense and fails in others*",
    ),
    "a correction that names no reading": (
        GOOD.replace('"whole/good"', '"whole/good", correction="It is {two}."'),
        "*whole/good: correction: no reading is called 'two'*",
    ),
    "a correction that asks for what is not kept": (
        GOOD.replace('"whole/good"', '"whole/good", correction="It is {one:sum}."'),
        "*whole/good: correction: 'sum' is unknown: use one of estimate, low*",
    ),
    "noise drawn by a search": (
        GOOD.replace("x=1", "x=st.integers()").replace("self, x", "self, measure, x"),
        "*whole/good: test_it: a search would hunt for noise in measure*",
    ),
    "a timed check that wants more": (
        GOOD.replace("self, x", "self, race, tmp_path, x"),
        "*whole/good: test_it: a timed check takes its conditions and race, nothing else*",
    ),
    "readings on a class that is no claim": (
        GOOD.replace('@claim("whole/good")\n', ""),
        "*TestGood: has readings but is not a claim: decorate the class with @claim*",
    ),
    "a documentary claim with a check": (
        GOOD.replace('"whole/good"', '"whole/good", "gauss1809", documentary="SUPPORTED"'),
        "*whole/good: a documentary claim is cited, not measured: it has no checks*",
    ),
    "a documentary claim without sources": (
        '@claim("whole/good", documentary="SUPPORTED")\nclass TestGood:\n    """A sentence."""\n',
        "*whole/good: a documentary claim needs the sources that decide it*",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_clear_line(stranger, mistake):
    text, line = MISTAKES[mistake]
    stranger.write("bad", HEAD + text)

    result = stranger.run()

    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines([line])
    assert "Traceback" not in result.stdout.str()
    assert not (stranger.pytester.path / "reports").exists()


@pytest.mark.parametrize(
    "body",
    [
        "if x != 1:\n            assert False, 'it is not'",
        "if x != 1:\n            raise AssertionError",
        "if x != 1:\n            raise AssertionError('it is not')",
    ],
)
def test_a_failure_under_a_condition_is_an_assertion(stranger, body):
    stranger.write("good", HEAD + GOOD.replace("assert x == 1", body))

    assert stranger.run().ret == 0
    assert stranger.ledger().claims[0].verdict == "SUPPORTED"


@pytest.mark.parametrize(
    ("decorated", "line"),
    [
        (GOOD.replace('@claim("whole/good")', "@claim"), "@claim without arguments: write @claim*"),
        (GOOD.replace('@reading("one", x=1)', "@reading"), "@reading without arguments: write *"),
        (GOOD.replace('@control("other", x=2)', "@control"), "@control without arguments: write*"),
    ],
)
def test_a_decorator_without_arguments_is_named_where_it_stands(stranger, decorated, line):
    stranger.write("bad", HEAD + decorated)

    result = stranger.run()

    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["claims/test_bad.py:*: in *", f"E   TypeError: {line}"])


def test_where_one_claim_has_a_mistake_nothing_is_run(stranger):
    stranger.write("bad", HEAD + MISTAKES["a check without a control"][0])
    stranger.write("good", HEAD + GOOD.replace("whole/good", "whole/better"))

    result = stranger.run()

    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert not (stranger.pytester.path / "reports").exists()


@pytest.mark.parametrize("more", [(), ("-n", "2", "--benchmark-disable")])
def test_the_rest_is_run_where_pytest_is_to_continue_and_the_report_says_what_is_missing(
    stranger, more
):
    stranger.write("bad", HEAD + MISTAKES["a check without a control"][0])
    stranger.write(
        "silent",
        HEAD + MISTAKES["a claim without a docstring"][0].replace("whole/good", "whole/silent"),
    )
    stranger.write("worse", HEAD + MISTAKES["an unknown question"][0])
    stranger.write("good", HEAD + GOOD.replace("whole/good", "whole/better"))

    result = stranger.run("--continue-on-collection-errors", *more)

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*half/good: unknown question*", "*report: reports/partial/*"])
    missing, *more_missing, run = stranger.ledger(partial=True).claims
    assert [(claim.id, claim.why) for claim in more_missing] == [
        (
            "whole/silent",
            "is written incorrectly: no docstring: write the claim in one plain sentence.",
        )
    ]
    assert (run.id, run.verdict) == ("whole/better", "SUPPORTED")
    assert (missing.id, missing.verdict, missing.complete) == ("whole/good", None, False)
    why = (
        "is written incorrectly: test_it: no control: put @control(...) on it, to show that it can "
        "fail."
    )
    assert missing.why == why
    page = (stranger.pytester.path / "reports" / "partial" / "index.html").read_text()
    assert f'<a href="#claim-whole-good">whole/good {why}</a>' in page


def test_the_good_claim_that_the_mistakes_are_made_from_is_collected(stranger):
    stranger.write("good", HEAD + GOOD)

    assert stranger.run().ret == 0


def test_a_claim_that_depends_on_its_letter_alone_needs_no_depends(stranger):
    letter = DEPENDING.replace(DEPENDS, "").replace('"two", x=2', '"two", x=2, of="letter"')
    stranger.write("good", HEAD + letter)

    assert stranger.run().ret == 0
    (claim,) = stranger.ledger().claims
    assert claim.verdict == "SUPPORTED"
    assert claim.strictly


def test_a_claim_that_depends_says_on_what(stranger):
    stranger.write("good", HEAD + DEPENDING)

    assert stranger.run().ret == 0
    (claim,) = stranger.ledger().claims
    assert (claim.verdict, claim.why) == ("DEPENDS", "holds for one, not for two.")


def test_a_duplicate_id_names_the_first_claim_that_has_it(stranger):
    stranger.write("one", HEAD + GOOD)
    stranger.write("two", HEAD + GOOD)

    result = stranger.run()

    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(
        ["*whole/good: duplicate id: claims/test_one.py::TestGood already has it*"]
    )


def test_several_mistakes_are_several_lines(stranger):
    bad = GOOD.replace('"""A sentence."""', "").replace("whole/good", "half/good")
    stranger.write("bad", HEAD + bad)

    result = stranger.run()

    result.stdout.fnmatch_lines(["*half/good: no docstring*", "*half/good: unknown question*"])


def test_a_claims_file_without_questions_says_what_to_write(stranger):
    (stranger.claims / "questions.toml").unlink()
    stranger.write("good", HEAD + GOOD)

    result = stranger.run()

    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["*claims: no questions.toml here or above: create one*"])


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("questions.toml", "whole = ", "*questions.toml: is not valid TOML*"),
        ("questions.toml", "whole = 3", "*questions.toml: question 'whole' has no title*"),
        ("sources.bib", "@book{gauss1809, author={", "*sources.bib: is not valid BibTeX*"),
    ],
)
def test_a_broken_file_of_the_suite_is_named(stranger, name, text, line):
    (stranger.claims / name).write_text(text)
    stranger.write("good", HEAD + GOOD)

    result = stranger.run()

    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines([line])


def test_a_file_that_ends_python_where_it_is_imported_is_named(stranger):
    stranger.write("good", HEAD + GOOD)
    stranger.write("ending", "import sys\n\nsys.exit(0)\n")

    result = stranger.run("--continue-on-collection-errors")

    line = "claims/test_ending.py:3: exits Python when it is imported (SystemExit: 0): remove that"
    result.stdout.fnmatch_lines([line, "1 claim: *"])
    result.stdout.no_fnmatch_line("*INTERNALERROR*")
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_an_interpreter_that_strips_assertions_is_refused_in_two_short_lines(two_claims):
    command = (sys.executable, "-O", "-m", "pytest", "claims", "-p", "no:cacheprovider")

    result = two_claims.pytester.run(*command)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["ERROR: python -O *", "*rest on: run without it"], consecutive=True
    )
    result.stderr.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*not executed by the underlying*")  # 259 columns, of pytest


def test_so_it_is_where_every_warning_is_an_error_as_here():
    result = subprocess.run(
        [sys.executable, "-O", "-m", "pytest", "claims/test_cited.py", "-p", "no:cacheprovider"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
    )

    assert result.returncode == pytest.ExitCode.USAGE_ERROR
    assert "ERROR: python -O (PYTHONOPTIMIZE) strips the assertions" in result.stderr
    assert "Traceback" not in result.stderr


def test_more_edges_than_the_error_rate_allows_fail_collection(stranger):
    readings = "\n".join(f'    @reading("r{n}", x={n})' for n in range(700))
    stranger.write(
        "many",
        HEAD
        + GOOD.replace('    @reading("one", x=1)', readings)
        .replace("self, x", "self, measure, x")
        .replace("assert x == 1", "measure(x, claimed=x)"),
    )

    result = stranger.run()

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["*701 measured readings may settle 1402 edges, more than the 1400*"]
    )


@pytest.mark.parametrize(
    ("word", "code"),
    [("slower()", pytest.ExitCode.OK), ("roughly(2)", pytest.ExitCode.USAGE_ERROR)],
)
def test_edges_are_those_of_the_regions_that_readings_claim(stranger, word, code):
    readings = "\n".join(f'    @reading("r{n}", x={n})' for n in range(700))
    stranger.write(
        "many",
        "from bench import drawn\nfrom refute.wording import roughly, slower\n"
        + HEAD
        + GOOD.replace('    @reading("one", x=1)', readings)
        .replace("self, x", "self, measure, x")
        .replace("assert x == 1", f"measure(drawn(x) / drawn(1.0), claimed={word})"),
    )

    assert stranger.run("--collect-only", "-q").ret == code


def test_timed_readings_are_run_last(stranger):
    from tests.plugin.stranger import TIMED

    stranger.write("a_timed", TIMED)
    stranger.write("b_good", HEAD + GOOD)

    result = stranger.run("--collect-only", "-q")

    lines = [line for line in result.outlines if "::" in line]
    assert ["TestGood" in line for line in lines] == [True, True, False, False]


def test_a_claim_that_code_made_under_another_name_is_run(stranger):
    stranger.write(
        "made", HEAD + GOOD + '\nTestGood.__name__ = TestGood.__qualname__ = "TestMade"\n'
    )

    stranger.run("--refute-fresh").assert_outcomes(passed=2)
