"""The page, and the work of making it, grow in proportion to the claims and statements.

Work is counted in calls of functions: the same on every machine, however busy.  Seconds are
measured by ``benchmarks/reporting.py``.
"""

from __future__ import annotations

import cProfile
from pathlib import Path

import pytest

from refute.ledger import write
from refute.report import Written, write_report
from tests.make import material_at
from tests.report.generated import claim_ids, generated_ledger, write_keys

CLAIMS, STATEMENTS = 75, 250


def made(folder: Path, claims: int, statements: int) -> tuple[int, int]:
    """The bytes of a page, and the calls that made it."""
    ids = claim_ids(claims)
    write(generated_ledger(ids), folder / "verdicts.json")
    write_keys(folder / "answers", statements, ids)
    profile = cProfile.Profile()
    written = profile.runcall(_read_and_report, folder)
    return written.page.stat().st_size, _calls(profile)


def _read_and_report(folder: Path) -> Written:
    return write_report(material_at(folder / "verdicts.json", folder / "answers"), folder)


def _calls(profile: cProfile.Profile) -> int:
    return sum(entry.callcount for entry in profile.getstats())


@pytest.fixture(scope="module")
def sizes(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[int, int]]:
    """An empty run's page, one of some size, and one of twice that size."""
    return [
        made(tmp_path_factory.mktemp("growth"), CLAIMS * times, STATEMENTS * times)
        for times in (1, 0, 1, 2)  # the first one loads what is loaded once
    ][1:]


def test_twice_the_claims_and_statements_are_at_most_2_2_times_the_page(
    sizes: list[tuple[int, int]],
) -> None:
    (nothing, _), (once, _), (twice, _) = sizes
    assert nothing < 50_000
    assert (twice - nothing) / (once - nothing) == pytest.approx(2, rel=0.1)


def test_twice_the_claims_and_statements_are_at_most_2_2_times_the_work(
    sizes: list[tuple[int, int]],
) -> None:
    (_, nothing), (_, once), (_, twice) = sizes
    assert (twice - nothing) / (once - nothing) == pytest.approx(2, rel=0.1)
