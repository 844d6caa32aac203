"""What is printed has room in a terminal of 80 columns."""

import pytest

from refute.plugin.terminal import WIDTH, wrapped
from tests.plugin.stranger import unwrapped

COMMAND = f"  pytest claims/test_it.py::TestIt --refute-seed 0 --refute-fresh {'x' * WIDTH}"


def test_long_lines_are_divided_and_what_belongs_to_them_is_indented():
    text = f"NO VERDICT: {'a word ' * 20}\n  “r” broke: {'another word ' * 20}\nshort"

    lines = wrapped(text).split("\n")

    assert max(map(len, lines)) <= WIDTH
    assert lines[0].startswith("NO VERDICT: a word")
    assert lines[1].startswith("  a word") or lines[1].startswith("  word")
    assert [line for line in lines if line.startswith("  “r” broke: ")]
    assert lines[-1] == "short"
    assert " ".join(" ".join(lines).split()) == " ".join(text.split())


def test_a_word_without_end_is_divided_too():
    assert max(map(len, wrapped(f"broke: {'x' * 1000}").split("\n"))) <= WIDTH


def test_what_is_there_to_be_copied_stays_whole():
    path = "/a/path/" + "of/many/folders/" * 10
    assert wrapped(COMMAND) == COMMAND
    assert path in wrapped(f"ERROR: {path}: is not there")
    assert "--refute-fresh" in wrapped(f"{'x' * 72} --refute-fresh takes all of them again")


@pytest.mark.parametrize("how", [(), ("-n", "2")])
def test_a_run_of_claims_names_no_settings_of_benchmarks(two_claims, how):
    result = two_claims.pytester.runpytest_subprocess("claims", *how)

    assert "benchmark: " not in result.stdout.str()
    lines = [line for line in result.stdout.lines if not line.startswith(("rootdir", "plugins"))]
    assert max(map(len, lines)) <= WIDTH
    assert "report: reports/" in unwrapped(result)


def test_other_runs_and_those_that_ask_for_benchmarks_name_their_settings(two_claims):
    run = two_claims.pytester.runpytest_inprocess
    two_claims.pytester.makepyfile(test_other="def test_it():\n    pass")

    run("test_other.py").stdout.fnmatch_lines(["benchmark: *"])
    run("claims", "test_other.py").stdout.fnmatch_lines(["benchmark: *"])
    run("claims", "--benchmark-columns=rounds").stdout.fnmatch_lines(["benchmark: *"])


def test_a_single_reading_says_what_it_measured_although_its_claim_has_no_verdict(two_claims):
    result = two_claims.run("-k", "test_ratio and four")

    said = unwrapped(result)
    assert "draws/twice: “four”: holds: draw around 4.0 / draw around 2.0: 2" in said
    assert "“ten”" not in said
    assert "1 claim: 1 incomplete" in result.stdout.lines
