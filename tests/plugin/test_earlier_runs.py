"""The complete run before the last one is kept, and the report says what changed since."""

import pytest
from msgspec.structs import replace

from refute import ledger as ledgers
from refute.ledger import LedgerError, Question


def previous(stranger):
    return ledgers.read(stranger.pytester.path / "reports" / "previous.json")


def changes(stranger, folder="reports"):
    page = (stranger.pytester.path / folder / "index.html").read_text(encoding="utf-8")
    start = page.index('<section id="changes"')
    return " ".join(page[start : page.index("</section>", start)].split())


def test_the_first_complete_run_has_nothing_to_compare_with_and_says_so(two_claims):
    result = two_claims.run()

    assert result.ret == 0
    assert not (two_claims.pytester.path / "reports" / "previous.json").exists()
    assert "No earlier complete run is kept beside the ledger." in changes(two_claims)
    result.stdout.no_fnmatch_line("since the run of *")


def test_a_complete_run_keeps_the_one_before_it_and_says_what_changed(two_claims):
    two_claims.run("--refute-seed", "1")
    path = two_claims.claims / "test_draws.py"
    path.write_text(path.read_text().replace("centre=10.0", "centre=4.1"))

    result = two_claims.run("--refute-seed", "2")

    assert (previous(two_claims).run.seed, two_claims.ledger().run.seed) == (1, 2)
    result.stdout.fnmatch_lines(
        ["since the run of *, seed 1, default effort: 1 verdict*", "  *changed."]
    )
    assert 'href="#claim-draws-twice">A draw is roughly twice' in changes(two_claims)
    assert "Compared with the run of" in changes(two_claims)
    assert "<td>1</td><td>2</td>" in changes(two_claims)


def test_a_partial_run_keeps_nothing_and_is_compared_with_the_last_complete_one(two_claims):
    two_claims.run("--refute-seed", "1")
    two_claims.run("--refute-seed", "2")

    result = two_claims.run("--refute-seed", "3", "-k", "Positive")

    assert (previous(two_claims).run.seed, two_claims.ledger().run.seed) == (1, 2)
    result.stdout.fnmatch_lines(
        ["since the run of *, seed 2, default effort: *", "  *(1 claim compared)."]
    )
    assert "seed 2, default effort" in changes(two_claims, "reports/partial")
    notes = [
        line for line in result.stdout.lines if line.startswith(("since the run", "partial run"))
    ]
    assert len(notes) == 2
    assert all(len(line) <= 80 for line in notes)


def test_a_run_that_is_stopped_in_the_middle_keeps_nothing(two_claims):
    two_claims.run("--refute-seed", "1")
    two_claims.run("--refute-seed", "2")
    path = two_claims.claims / "test_whole.py"
    path.write_text(path.read_text().replace("assert x > 0", "assert x / 0 > 0"))

    two_claims.run("--refute-seed", "3", "-x")

    assert (previous(two_claims).run.seed, two_claims.ledger().run.seed) == (1, 2)
    assert two_claims.ledger(partial=True).run.seed == 3


def test_a_run_killed_between_its_two_ledgers_loses_none(two_claims, monkeypatch):
    two_claims.run("--refute-seed", "1")
    two_claims.run("--refute-seed", "2")
    write = ledgers.write

    def killed(ledger, path):
        if path.name == "verdicts.json" and path.parent.name == "reports":
            raise LedgerError("no space left")
        write(ledger, path)

    monkeypatch.setattr(ledgers, "write", killed)
    result = two_claims.run("--refute-seed", "3")
    monkeypatch.undo()

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["ERROR: no space left"])
    assert (previous(two_claims).run.seed, two_claims.ledger().run.seed) == (2, 2)


def test_a_broken_earlier_ledger_is_named_in_the_report_and_fails_nothing(two_claims):
    two_claims.run()
    (two_claims.pytester.path / "reports" / "verdicts.json").write_text("{")

    result = two_claims.run()

    assert result.ret == 0
    assert "No earlier complete run is kept beside the ledger." in changes(two_claims)


# --- --refute-against ----------------------------------------------------------------------


def test_against_names_another_ledger_even_the_one_that_the_run_replaces(two_claims):
    two_claims.run("--refute-seed", "1")
    (two_claims.pytester.path / "first.json").write_bytes(
        (two_claims.pytester.path / "reports" / "verdicts.json").read_bytes()
    )
    two_claims.run("--refute-seed", "2")

    first = two_claims.run("--refute-seed", "3", "--refute-against", "first.json")
    first.stdout.fnmatch_lines(["since the run of *, seed 1, *"])
    own = two_claims.run("--refute-seed", "4", "--refute-against", "reports/verdicts.json")
    own.stdout.fnmatch_lines(["since the run of *, seed 3, *"])


@pytest.mark.parametrize("text", [None, "{", '{"format": "refute-ledger", "version": 99}'])
def test_a_ledger_that_cannot_be_read_stops_the_run_before_it_starts(two_claims, text):
    if text is not None:
        (two_claims.pytester.path / "bad.json").write_text(text)

    result = two_claims.run("--refute-against", "bad.json")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: --refute-against bad.json: *"])
    assert not (two_claims.pytester.path / "reports").exists()


def test_a_ledger_of_another_suite_fails_the_run_and_loses_nothing(two_claims, stranger):
    two_claims.run("-k", "Twice")
    partial = two_claims.pytester.path / "reports" / "partial" / "verdicts.json"
    ledger = ledgers.read(partial)
    claims = [replace(claim, id="other/claim", question="other") for claim in ledger.claims]
    questions = [Question("other", "Others")]
    ledgers.write(
        replace(ledger, claims=claims, questions=questions),
        two_claims.pytester.path / "other.json",
    )

    result = two_claims.run("--refute-against", "other.json")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["ERROR: other.json: have no claim in common: compare two runs *"])
    assert "have no claim in common" in changes(two_claims)
    assert not two_claims.ledger().run.partial
