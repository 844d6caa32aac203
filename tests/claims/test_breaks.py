"""Where what a claim rests on is broken, its outcome changes: no claim passes by itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.claims.breaks import table
from tests.claims.broken_runs import CLAIMS, files_of

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="breaks are made in forks")

EVERY = bool(os.environ.get("REFUTE_EVERY_BREAK"))
"""Whether those are run too that take a second or more."""

BREAKS = {name: each for name, each in table().items() if EVERY or not each.dear}


class BrokenRuns:
    """The process that runs claims with something broken."""

    def __init__(self) -> None:
        own = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.claims.broken_runs"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=CLAIMS.parent, env=own,
        )  # fmt: skip

    def run(self, name: str) -> dict[str, Any]:
        """What came of the readings that a break must change, and what pytest said."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{name}\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def end(self) -> None:
        self._process.communicate()


@pytest.fixture(scope="module")
def broken_runs() -> Iterator[BrokenRuns]:
    runs = BrokenRuns()
    yield runs
    runs.end()


@pytest.mark.parametrize("name", BREAKS)
def test_what_a_claim_rests_on_changes_its_outcome(name: str, broken_runs: BrokenRuns) -> None:
    expected = BREAKS[name].outcomes
    answer = broken_runs.run(name)
    found = {reading: came["outcome"] for reading, came in answer["readings"].items()}
    assert found == expected, answer["said"]
    for came in answer["readings"].values():
        assert came["failed"] or came["outcome"] == "undecided", "the run did not mind"


def test_every_question_has_a_break() -> None:
    questions = {path.name for path in CLAIMS.iterdir() if any(path.glob("test_*.py"))}
    assert {each.claim.partition("/")[0] for each in BREAKS.values()} == questions


def test_every_break_names_readings_that_there_are() -> None:
    for name, each in table().items():
        claim = "".join(Path(file).read_text() for file in files_of(each.claim))
        assert all(f'"{reading}"' in claim for reading in each.outcomes), name
