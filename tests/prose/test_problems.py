"""What makes a run fail and what else its reader must know, as a snapshot to read."""

from pathlib import Path

from msgspec.structs import replace

from refute.ledger import Bench, Disagreement
from refute.prose.problems import doubts, problems, timed_readings, what_to_do
from refute.wording import slower
from tests import make, snapshots
from tests.make import case, claim, measured

SNAPSHOT = Path(__file__).parent / "snapshots" / "problems.txt"

OUTCOME, EVIDENCE = measured(slower(), 2.0)
TIMED = make.reading("timed", OUTCOME, replace(EVIDENCE, timed=True), published="fails")
CONTROL = case("no dropout", "undecided", role="control")
BROKEN = replace(case("b", None), error="Traceback\nValueError: 0")
CLAIMS = [
    claim("q/as-published", "SUPPORTED", [case("a", "holds", published="holds")]),
    claim("q/contradicted", "SUPPORTED", [case("a", "holds", published="fails")]),
    claim("q/broken", "NO VERDICT", [BROKEN], why="broke in “b”."),
    claim("q/no-reading", "NO VERDICT", [], why="has no reading."),
    claim("q/open", "UNDECIDED", [case("a", "undecided", published="holds")]),
    claim("q/open-control", "UNDECIDED", [case("a", "holds", published="holds"), CONTROL]),
    claim("q/settled", "SUPPORTED", [case("a", "holds", published="undecided")]),
    claim("q/timed", "SUPPORTED", [TIMED]),
]


def test_problems_and_doubts_are_those_of_the_snapshot() -> None:
    ledger = make.ledger(CLAIMS)
    bench = Bench("2.13.0+cpu", 153, [Disagreement("nn.SELU", "values", "1 instead of 2")])
    ledger = replace(ledger, run=replace(ledger.run, bench=bench))
    lines = ["problems:", *problems(ledger), "", "doubts:", *doubts(ledger)]
    snapshots.matches("\n".join(lines) + "\n", SNAPSHOT)


def test_only_a_run_that_timed_something_says_so() -> None:
    assert timed_readings(make.ledger(CLAIMS))
    assert not timed_readings(make.ledger(CLAIMS[:-1]))


def test_a_project_without_a_log_of_corrections_has_no_instructions(tmp_path: Path) -> None:
    assert what_to_do(tmp_path) is None
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/corrections.md").touch()
    assert what_to_do(tmp_path) == "docs/corrections.md says what to do"
