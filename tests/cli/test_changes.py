"""The difference of two runs, as printed on a terminal."""

from msgspec.structs import replace

from refute.cli.changes import lines
from refute.ledger import NotMeasured, Reused
from refute.prose.changes import changes
from refute.prose.numbers import estimate, interval
from tests import make
from tests.difference.runs import FOUND, OTHER, Suite, numbers, on, run


def text(old, new, keys=()):
    return "\n".join(lines(changes(old, new, keys), lambda words, style: words))


def test_a_changed_verdict_is_shown_with_its_reading_and_both_findings():
    old = Suite().ledger(OTHER)
    new = on(
        Suite(outcome="fails", evidence=FOUND, verdict="REFUTED").ledger(OTHER), torch="2.14.0"
    )

    assert (
        text(old, new)
        == """\
old: 2026-03-01 12:33 UTC, seed 0, default effort
new: 2026-03-01 12:33 UTC, seed 0, default effort

         old     new
  torch  2.13.0  2.14.0

Verdicts that changed: 1
  ✓ SUPPORTED → ✗ REFUTED  dropout/slower
    Dropout slows training down by roughly a factor of two.
    reading “rate 0.5”: ✓ holds → ✗ fails
      no counterexample in 100 examples → counterexample: Network(seed=7)

1 verdict of 2 claims changed."""
    )


def test_when_nothing_changed_it_says_so_and_with_what():
    told = text(Suite(evidence=numbers(2)).ledger(), Suite(evidence=numbers(2.01)).ledger())

    assert "Seed, effort, machine and libraries are the same." in told
    assert "No verdict and no outcome changed (1 claim compared)." in told
    assert "1 number measured in both runs: 0 the same, 1 different with overlapping" in told
    assert "Verdicts that changed" not in told


def test_a_moved_interval_is_shown_with_both_intervals_and_the_claimed_region():
    old, new = numbers(2.0), numbers(2.5)
    told = text(Suite(evidence=old).ledger(), Suite(evidence=new).ledger())

    assert "Intervals that moved under the same outcome: 1\n  dropout/slower\n" in told
    assert "reading “rate 0.5”: ✓ holds\n" in told
    before, after = (f"{estimate(x)} ({interval(x)})" for x in (old, new))
    assert f"      {before} → {after}; claimed roughly 2 (1.5 to 2.7)\n" in told
    assert "1 moved (intervals with no point in common)." in told


def test_times_are_shown_with_their_machine():
    old = Suite(evidence=numbers(2.0, timed=True)).ledger()
    new = Suite(outcome="fails", evidence=numbers(1.0, timed=True), verdict="REFUTED").ledger()

    here, there = text(old, new), text(old, on(new, cpu="Another Processor"))

    assert "(timed, on the same machine; its interval moved)" in here
    assert "Verdicts that changed: 1" in here
    assert "Claims that differ only because of timing: 1" in there
    assert "(timed, on another machine; its interval moved)" in there
    assert "Verdicts that changed" not in there
    assert "that moved, the outcome being the same" not in here + there
    assert "1 ratio of times: 1 moved." in there


def test_a_reason_for_not_measuring_is_given_once_for_all_readings_of_a_claim():
    skipped = NotMeasured("timing is\nswitched off")
    readings = [
        make.reading(name, "undecided", skipped, published="holds") for name in ("rate 0.5", "two")
    ]
    old = Suite(evidence=numbers(2.0, timed=True))
    both = [old.reading(), old.reading(name="two")]

    told = text(old.ledger(readings=both), old.ledger(readings=readings, verdict="UNDECIDED"))

    back = text(old.ledger(readings=readings, verdict="UNDECIDED"), old.ledger(readings=both))

    assert "2 readings and controls not measured now: timing is switched off" in told
    assert "2 readings and controls not measured before: timing is switched off" in back
    assert "Verdicts that changed" not in told


def test_statements_of_the_keys_follow_their_claims():
    old = Suite(controlled=False).ledger(OTHER)
    new = Suite(outcome="fails", verdict="REFUTED", controlled=False).ledger(OTHER)
    key = make.key(
        "Dropout is slower. It is not. Any value is fine.",
        '[[statement]]\nquote = "Dropout is slower."\nasserts = ["dropout/slower"]\n'
        '[[statement]]\nquote = "It is not."\ndenies = ["dropout/slower"]\n'
        '[[statement]]\nquote = "Any value is fine."\nasserts = ["init/other"]\n',
        new,
    )

    told = text(old, new, [key])

    assert "Statements of the keys that changed: 2\n" in told
    assert "  chapter-11.md:1: supported → refuted: Dropout is slower.\n" in told
    assert "  chapter-11.md:1: refuted → supported: It is not.\n" in told
    assert "Any value is fine." not in told


def test_statements_that_differ_only_in_timing_are_listed_separately():
    timed, slower = (numbers(centre, timed=True) for centre in (2.0, 1.0))
    old = Suite(evidence=timed, controlled=False).ledger()
    new = Suite(outcome="fails", evidence=slower, verdict="REFUTED", controlled=False).ledger()
    new = on(new, cpu="Another Processor")
    links = '[[statement]]\nquote = "Dropout is slower."\nasserts = ["dropout/slower"]\n'

    told = text(old, new, [make.key("Dropout is slower.", links, new)])

    assert (
        "Statements of the keys that changed only because of timing: 1\n"
        "  chapter-11.md:1: supported → refuted: Dropout is slower."
    ) in told
    assert "Statements of the keys that changed:" not in told


def test_a_statement_that_a_partial_run_did_not_reach_did_not_change():
    old, new = Suite().ledger(OTHER), run(Suite().ledger(), partial=True)
    links = '[[statement]]\nquote = "Any value is fine."\nasserts = ["init/other"]\n'

    told = text(old, new, [make.key("Any value is fine.", links, new)])

    assert "Statements" not in told
    assert "1 claim was not compared: a partial run did not finish it." in told


def test_claims_that_were_added_or_removed_are_shown_with_their_verdict():
    assert "Claims added: 1\n  ✗ REFUTED  init/other: Any value is fine." in text(
        Suite().ledger(), Suite().ledger(OTHER)
    )
    assert "Claims removed: 1\n  ✗ REFUTED  init/other: Any value is fine." in text(
        Suite().ledger(OTHER), Suite().ledger()
    )


def test_claims_asked_or_published_differently_are_listed_apart_from_results():
    told = text(
        Suite().ledger(),
        Suite(conditions="0.2", published="fails").ledger(statement="Other words."),
    )

    assert "Claims asked or expected differently: 1\n  dropout/slower\n" in told
    assert "reworded; it was: Dropout slows training down" in told
    assert "reading “rate 0.5” is now published as: fails; it was: holds" in told
    assert "measured with different conditions: “rate 0.5”" in told
    assert "No verdict and no outcome changed" in told


def test_a_reading_that_became_one_of_the_letter_is_reported():
    old = Suite().ledger()
    (claim,) = old.claims
    reading, control = claim.readings
    literal = replace(claim, readings=[replace(reading, of="letter"), control])

    told = text(old, replace(old, claims=[literal]))

    assert "reading “rate 0.5” is now of the letter; it was of the sense" in told


def test_a_changed_outcome_of_a_changed_check_says_that_the_check_changed():
    told = text(Suite().ledger(), Suite(outcome="fails", verdict="REFUTED", code="x").ledger())
    assert "✓ holds → ✗ fails (the source of its check changed)" in told


def test_a_run_against_itself_says_so():
    ledger = Suite().ledger()
    assert text(ledger, ledger).endswith(
        "Both ledgers are of the same run: nothing can have changed."
    )


def test_text_of_strangers_drives_no_terminal():
    new = Suite(outcome="fails", verdict="REFUTED").ledger(statement="\x1b[2J\x9b31mx\u202ey")
    new = on(run(new, started="\x1b]0;title\x07", finished=None), **{"\x1b[1m": "\x1b[2m"})
    new = replace(new, claims=[replace(claim, id="dropout/slower") for claim in new.claims])

    told = text(Suite().ledger(), new)

    assert not set(told) & {"\x1b", "\x9b", "\x07", "\u202e"}


def test_reused_numbers_are_marked():
    suite = Suite(evidence=numbers(2))
    reused = Reused(64, 64, "2026-02-28T12:00:00+00:00", "A Processor")
    control = suite.claim().readings[1]

    told = text(suite.ledger(), suite.ledger(readings=[suite.reading(reused=reused), control]))

    assert "1 the same (1 taken from earlier runs, not measured again)" in told
