"""What changed between two runs in words, as a snapshot to read when it changes."""

from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from refute.cli.changes import lines
from refute.ledger import Ledger
from refute.prose.changes import changes
from tests import snapshots
from tests.difference.runs import FOUND, OTHER, Suite, numbers, on, run

SNAPSHOT = Path(__file__).parent / "snapshots" / "changes.txt"

SEARCH, STEPS, TIME = Suite(), Suite(evidence=numbers(2.03)), numbers(2.03, timed=True)
FAILS = {"outcome": "fails", "verdict": "REFUTED"}
PAIRS: dict[str, tuple[Ledger, Ledger]] = {
    "nothing changed": (SEARCH.ledger(), run(SEARCH.ledger(), seed=1)),
    "the same run": (SEARCH.ledger(), SEARCH.ledger()),
    "a verdict": (SEARCH.ledger(), run(Suite(**FAILS, evidence=FOUND).ledger(), seed=1)),
    "an outcome": (
        SEARCH.ledger(),
        run(Suite(outcome="undecided", evidence=FOUND).ledger(), seed=1),
    ),
    "a number": (STEPS.ledger(), run(Suite(evidence=numbers(2.4)).ledger(), seed=1)),
    "a time": (
        Suite(evidence=TIME).ledger(),
        run(Suite(**FAILS, evidence=numbers(1.2, timed=True)).ledger(), seed=1),
    ),
    "another installation": (SEARCH.ledger(), on(SEARCH.ledger(), torch="2.14.0")),
    "a claim added": (SEARCH.ledger(), run(SEARCH.ledger(OTHER), seed=1)),
    "a claim removed": (SEARCH.ledger(OTHER), run(SEARCH.ledger(), seed=1)),
    "a claim not run": (
        SEARCH.ledger(OTHER),
        run(SEARCH.ledger(replace(OTHER, complete=False, verdict=None)), partial=True),
    ),
    "a claim asked differently": (
        SEARCH.ledger(),
        run(Suite(conditions="0.6", published="fails").ledger(statement="It is so."), seed=1),
    ),
}


def said() -> Iterator[str]:
    for title, (old, new) in PAIRS.items():
        yield f"=== {title}"
        yield from lines(changes(old, new), lambda text, _: text)


def test_changes_are_worded_as_in_the_snapshot() -> None:
    snapshots.matches("\n".join(said()) + "\n", SNAPSHOT)
