"""``refute list``: the claims of a folder, without running them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import msgspec
from msgspec.structs import replace

from refute.cli.collecting import collect
from refute.cli.defaults import no_claims_folder
from refute.decision.verdict import Verdict
from refute.key_code import KeyCode
from refute.ledger import Citation, Ledger, question_of
from refute.plugin.checks import CheckInfo
from refute.plugin.collecting import ClaimClass

Kind = Literal["measured", "searched", "timed", "cited", "code"]
"""What decides a check: replicates, examples, races, sources, or the code of a key."""

VERDICTS = tuple(str(verdict) for verdict in Verdict)


class ListedCase(msgspec.Struct, frozen=True):
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
    kinds: list[Kind]
    readings: list[ListedCase]
    controls: list[ListedCase]
    sources: list[Citation]
    documentary: str | None
    correction: str | None
    depends: str | None
    location: str


def without_outcomes(claim: ListedClaim) -> ListedClaim:
    """The claim without what is known about it, for a person who links keys."""
    return replace(
        claim,
        readings=[replace(case, published=None) for case in claim.readings],
        documentary=None,
        correction=None,
        depends=None,
    )


class ListingError(Exception):
    """The claims of a folder cannot be listed; the message says why."""


def list_claims(folder: Path, tell: Callable[[str], None]) -> list[ListedClaim]:
    """Collect the claims of a folder.

    Args:
        folder: the claims folder.
        tell: called with one line about each file that skips itself.

    Raises:
        ListingError: the folder does not exist, a file in it cannot be imported, or a claim in it
            has mistakes.
    """
    if not folder.exists():
        raise ListingError(no_claims_folder(folder))
    if folder.is_file() and folder.suffix != ".py":
        raise ListingError(
            f"{folder}: is neither a claims folder nor a claims file: for the claims of a "
            f"ledger, use --verdict VERDICT --ledger {folder}"
        )
    collected = collect(folder)
    if collected.errors:
        raise ListingError("\n".join(collected.errors))
    for line in collected.skipped:
        tell(line)
    return [_listed(node) for node in collected.claims]


@dataclass(frozen=True)
class Wanted:
    """Which claims to list; ``None`` means all.

    Attributes:
        question: the part of the id before the slash.
        kind: the kind of at least one check of the claim.
        with_verdict: the ids of the claims with the wanted verdict.
    """

    question: str | None = None
    kind: str | None = None
    with_verdict: Set[str] | None = None

    def among(self, claims: Iterable[ListedClaim]) -> list[ListedClaim]:
        """Return the wanted claims, in their order.

        Raises:
            ListingError: there is no such question or kind.
        """
        claims = list(claims)
        if self.question is not None:
            _known("question", self.question, dict.fromkeys(c.question for c in claims))
        if self.kind is not None:
            _known("kind", self.kind, get_args(Kind))
        return [
            claim
            for claim in claims
            if self.question in (None, claim.question)
            and (self.kind is None or self.kind in claim.kinds)
            and (self.with_verdict is None or claim.id in self.with_verdict)
        ]


def known_verdict(verdict: str) -> str:
    """Return a verdict in upper case.

    Raises:
        ListingError: there is no such verdict.
    """
    _known("verdict", verdict.upper(), VERDICTS)
    return verdict.upper()


def with_verdict(ledger: Ledger, verdict: str) -> set[str]:
    """Return the ids of the claims with a verdict."""
    return {claim.id for claim in ledger.claims if claim.verdict == verdict}


def _known(option: str, value: str, known: Collection[str]) -> None:
    if value not in known:
        raise ListingError(f"--{option} {value}: choose one of {', '.join(known)}")


def _listed(node: ClaimClass) -> ListedClaim:
    question = node.suite.questions[question_of(node.info.id)]
    cases = [
        ListedCase(case.name, check.name, case.role, case.of, case.published)
        for check in node.checks
        for case in check.cases
    ]
    return ListedClaim(
        id=node.info.id,
        question=question.id,
        title=question.title,
        statement=node.statement,
        kinds=_kinds(node),
        readings=[case for case in cases if case.role == "reading"],
        controls=[case for case in cases if case.role == "control"],
        sources=node.citations,
        documentary=node.info.documentary,
        correction=node.info.correction,
        depends=node.info.depends,
        location=node.nodeid,
    )


def _kinds(node: ClaimClass) -> list[Kind]:
    if node.info.documentary is not None:
        return ["cited"]
    return list(dict.fromkeys(map(_kind, node.checks)))


def _kind(check: CheckInfo) -> Kind:
    if check.instrument is not None:
        return "measured" if check.instrument == "measure" else "timed"
    conditions = (value for case in check.cases for value in case.conditions.values())
    return "code" if any(isinstance(value, KeyCode) for value in conditions) else "searched"
