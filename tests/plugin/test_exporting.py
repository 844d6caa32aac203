"""Exports at the end of a run: asked for by name, and no reason to lose the run."""

from __future__ import annotations

import json
import re
from pathlib import Path
from unittest.mock import Mock
from xml.etree import ElementTree

import msgspec
import pytest

import refute.export.formats
import refute.export.ro_crate
import refute.export.summary
import refute.grading.folder
from refute import ledger as ledgers
from refute.grading.key import grade_file
from refute.report import write_report
from tests.make import material_at
from tests.plugin.stranger import unwrapped

KEY = "1. Whole numbers are positive.\n"
LINKS = '[[statement]]\nquote = "Whole numbers are positive."\nasserts = ["whole/positive"]\n'

# pytester forgets what a run inside this process imported: what stays must be there before it.
PRELOADED = (refute.export.formats, refute.export.summary, refute.export.ro_crate)


@pytest.fixture
def with_key(two_claims):
    answers = two_claims.pytester.mkdir("answers")
    (answers / "key.md").write_text(KEY)
    (answers / "key.toml").write_text(LINKS)
    return two_claims


def test_several_formats_beside_the_ledger_or_where_they_are_told(with_key):
    result = with_key.run(
        "--refute-report", "sarif", "--refute-report=summary=out/page.md",
        "--refute-report", "github",
    )  # fmt: skip

    assert result.ret == 0
    result.stdout.fnmatch_lines(
        [
            "report: reports/index.html",
            "sarif: reports/verdicts.sarif",
            "summary: out/page.md",
            "::error file=answers/key.md,line=1,endLine=1,col=4,endColumn=31,title=refuted*",
        ]
    )
    root = with_key.pytester.path
    (found,) = json.loads((root / "reports" / "verdicts.sarif").read_text())["runs"][0]["results"]
    place = found["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "answers/key.md"
    assert (root / "out" / "page.md").read_text().startswith("# Answer keys, fact-checked")


def test_the_end_of_a_run_reads_nothing_back_and_grades_each_key_once(with_key, monkeypatch):
    with_key.run()
    read, graded = Mock(wraps=ledgers.read), Mock(wraps=grade_file)
    monkeypatch.setattr(ledgers, "read", read)
    monkeypatch.setattr(refute.grading.folder, "grade_file", graded)
    result = with_key.run("--refute-report", "ctrf", "--refute-report", "sarif")
    monkeypatch.undo()

    assert result.ret == 0
    # The one ledger that is read is that of the run before, to be kept and compared with.
    read.assert_called_once_with(with_key.pytester.path / "reports" / "verdicts.json")
    graded.assert_called_once()


def test_what_a_run_reports_is_what_its_ledger_would_report(with_key):
    with_key.run("--refute-report", "ctrf", "--refute-report", "ro-crate")
    reports = with_key.pytester.path / "reports"
    names = ["index.html", "ctrf.json", "refute-crate.zip"]
    written = {name: (reports / name).read_bytes() for name in names}
    material = material_at(Path("reports/verdicts.json"), Path("answers"))
    write_report(material, reports)
    for name in ("ctrf", "ro-crate"):
        refute.export.formats.write(refute.export.formats.order(name), material)

    assert {name: (reports / name).read_bytes() for name in names} == written


def test_an_export_of_a_partial_run_lies_beside_the_partial_ledger(with_key):
    result = with_key.run("--refute-report", "ctrf", "-k", "TestPositive")

    result.stdout.fnmatch_lines(["ctrf: reports/partial/ctrf.json"])


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        ("pdf", "*--refute-report 'pdf': unknown format: choose one of markdown, *"),
        ("sarif=", "*--refute-report 'sarif=': no path after =: write sarif or sarif=PATH*"),
    ],
)
def test_a_format_that_is_none_is_known_before_any_work(with_key, asked, line):
    result = with_key.run("--refute-report", asked)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([line])
    assert not (with_key.pytester.path / "reports").exists()


def test_an_export_that_fails_is_named_and_loses_nothing_else(with_key):
    (with_key.pytester.path / "file").write_text("in the way")
    result = with_key.run("--refute-report", "sarif=file/x", "--refute-report", "summary")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        [
            "report: reports/index.html",
            "summary: reports/summary.md",
            "ERROR: --refute-report sarif: file/x: cannot be written*",
        ]
    )
    assert len(with_key.ledger().claims) == 2
    assert (with_key.pytester.path / "reports" / "index.html").exists()


def test_a_fault_of_an_export_s_own_is_named_and_loses_nothing_else(with_key, monkeypatch):
    monkeypatch.setattr(refute.export.summary, "render", lambda material: 1 / 0)
    result = with_key.run("--refute-report", "summary", "--refute-report", "ctrf")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        ["ctrf: reports/ctrf.json", "ERROR: --refute-report summary: *ZeroDivisionError*"]
    )
    assert len(with_key.ledger().claims) == 2


def test_without_keys_an_export_of_keys_says_so(two_claims):
    result = two_claims.run("--refute-report", "sarif")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert re.search(r"ERROR: --refute-report sarif: \S*answers: no answer key", unwrapped(result))


# --- JUnit XML, which pytest writes --------------------------------------------------------

OPEN = '''
from bench import drawn
from refute import claim, control, reading
from refute.wording import slower


@claim("draws/open")
class TestOpen:
    """A draw at the edge is larger."""

    @reading("at the edge", x=2.2)
    @control("equal", x=2.0)
    def test_it(self, measure, x):
        measure(drawn(x, 0.1001) / drawn(2.0), claimed=slower())


@claim("draws/meant", "gauss1809, 3", documentary="SUPPORTED")
class TestMeant:
    """He meant it."""


@claim("draws/broken")
class TestBroken:
    """It breaks."""

    @reading("r", x=1)
    @control("c", x=2)
    def test_it(self, x):
        assert x / 0
'''


def cases(stranger):
    tree = ElementTree.parse(stranger.pytester.path / "junit.xml")
    return {case.get("name"): case for case in tree.iter("testcase")}


def properties(case):
    return {each.get("name"): each.get("value") for each in case.iter("property")}


@pytest.mark.parametrize("arguments", [(), ("-o", "junit_family=xunit1"), ("-n", "2")])
def test_junit_has_claim_outcome_estimate_and_interval_and_nothing_else(two_claims, arguments):
    two_claims.write("open", OPEN)
    if arguments[:1] == ("-n",):
        two_claims.pytester.runpytest_subprocess("claims", "--junitxml=junit.xml", *arguments)
    else:
        two_claims.run("--junitxml=junit.xml", *arguments)
    found = cases(two_claims)

    measured = properties(found["test_ratio[four]"])
    assert set(measured) == {"claim", "outcome", "estimate", "interval"}
    assert (measured["claim"], measured["outcome"]) == ("draws/twice", "holds")
    low, high = msgspec.json.decode(measured["interval"])
    assert low <= float(measured["estimate"]) <= high
    assert properties(found["test_positive[every integer]"]) == {
        "claim": "whole/positive", "outcome": "fails",
    }  # fmt: skip
    assert properties(found["documentary"]) == {"claim": "draws/meant", "outcome": "holds"}
    broken = next(case for case in found.values() if case.find("failure") is not None)
    assert properties(broken) == {"claim": "draws/broken", "outcome": "error"}


def test_junit_skips_what_is_undecided_with_its_reason(two_claims):
    two_claims.write("open", OPEN)
    two_claims.run("--junitxml=junit.xml")

    skipped = cases(two_claims)["test_it[at the edge]"].find("skipped").get("message")
    assert skipped.startswith("draws/open: A draw at the edge is larger.")
    assert "512 replicates" in skipped
    assert "would settle it" in skipped
