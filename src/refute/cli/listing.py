"""The claims of a folder, listed without running them."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from refute.ledger import Citation
from refute.plugin.collecting import ClaimClass


class ListedPart(msgspec.Struct, frozen=True):
    """A reading or control of a listed claim."""

    name: str
    check: str
    role: str
    of: str
    published: str | None


class ListedClaim(msgspec.Struct, frozen=True):
    """A claim as ``refute list`` shows it."""

    id: str
    question: str
    title: str
    statement: str
    readings: list[ListedPart]
    controls: list[ListedPart]
    sources: list[Citation]
    documentary: str | None
    correction: str | None
    depends: str | None
    location: str


class ListingError(Exception):
    """A folder whose claims cannot be collected; the message is pytest's, one line each."""


class _Collected:
    """A pytest plugin that keeps what is collected."""

    def __init__(self) -> None:
        self.claims: list[ClaimClass] = []
        self.errors: list[str] = []

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        parents = (item.parent for item in session.items)
        found = dict.fromkeys(node for node in parents if isinstance(node, ClaimClass))
        self.claims = list(found)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.errors.append(report.longreprtext)


def list_claims(folder: Path) -> list[ListedClaim]:
    """Collect the claims of a folder.

    Raises:
        ListingError: there is no such folder, or a claim in it has mistakes.
    """
    if not folder.exists():
        raise ListingError(f"{folder}: no such folder: run this beside your claims folder")
    collected = _Collected()
    quietly = ["--collect-only", "-p", "no:terminal", "-W", "ignore::pytest.PytestWarning"]
    status = pytest.main([str(folder), *quietly], plugins=[collected])
    if collected.errors:
        raise ListingError("\n".join(collected.errors))
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise ListingError(f"{folder}: cannot be collected; run `pytest --collect-only {folder}`")
    return [_listed(node) for node in collected.claims]


def _listed(node: ClaimClass) -> ListedClaim:
    question = node.suite.questions[node.info.id.split("/")[0]]
    cases = [
        ListedPart(case.name, check.name, case.role, case.of, case.published)
        for check in node.checks
        for case in check.cases
    ]
    return ListedClaim(
        id=node.info.id,
        question=question.id,
        title=question.title,
        statement=" ".join(node.statement.split()),
        readings=[case for case in cases if case.role == "reading"],
        controls=[case for case in cases if case.role == "control"],
        sources=node.citations,
        documentary=node.info.documentary,
        correction=node.info.correction,
        depends=node.info.depends,
        location=node.nodeid,
    )
