"""``refute link``: claims proposed for the statements of a key, and confirmed by a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from refute.cli.ledgers import the_ledger
from refute.keys.grading import known_claims
from refute.keys.links import link
from refute.keys.reader import read_key
from refute.keys.source import AnswerKeyError
from refute.ledger import ClaimRecord, LedgerError
from refute.linking.asking import AskError, Endpoint, ask, plan
from refute.linking.learning import Lessons
from refute.linking.links_file import LinksFile
from refute.linking.matcher import Matcher, Proposal
from refute.linking.proposing import Open, open_statements

Asks = Callable[[Sequence[Open], Mapping[str, str]], Sequence[tuple[Proposal, ...]]]
"""Proposes for statements, given every claim's sentence by its id."""


class LinkError(Exception):
    """Links that cannot be proposed; the message says why and what to do."""


@dataclass(frozen=True)
class Proposed:
    """What was proposed for a key and is written down; ``statements`` counts all of the key."""

    file: LinksFile
    waiting: list[Open]
    statements: int
    claims: dict[str, ClaimRecord]
    matcher: Matcher

    @property
    def told(self) -> str:
        """What was done, in one line."""
        some = sum(bool(one.proposals) for one in self.waiting)
        return (
            f"{self.file.path}: {self.statements} statements, {len(self.waiting)} to be linked: "
            f"claims proposed for {some}, none for {len(self.waiting) - some}"
        )


def propose(
    key: Path,
    ledger: Path | None,
    claims: Path,
    answers: Path,
    tell: Callable[[str], None] | None = None,
    asks: Asks | None = None,
) -> Proposed:
    """Write what is proposed for a key into its links file.

    Args:
        key: the key.
        ledger: of a run, which knows all claims; by default of the last one here.
        claims: the claims folder, with the phrases to learn from.
        answers: a folder of keys; those that a person has linked teach too.
        tell: is told where the claims' numbers come from, if from no run of one's own.
        asks: who proposes instead of the matcher.

    Raises:
        LinkError: something cannot be read or written.
    """
    try:
        run, _ = the_ledger(ledger, tell)
        linked = link(read_key(key), known_claims(run))
        matcher = Lessons(run, claims, answers).matcher
        waiting = open_statements(linked, matcher)
        known = {claim.id: claim for claim in run.claims}
        if asks is not None:
            sentences = {id: claim.statement for id, claim in known.items()}
            waiting = [
                replace(one, proposals=found)
                for one, found in zip(waiting, asks(waiting, sentences), strict=True)
            ]
        file = LinksFile(key)
        file.propose(
            (one.own, [best.link for best in one.proposals]) for one in waiting if one.proposals
        )
        file.save()
    except (AnswerKeyError, AskError, LedgerError) as error:
        raise LinkError(str(error)) from None
    return Proposed(file, waiting, len(linked.key.statements), known, matcher)


def confirm_each(proposed: Proposed) -> None:
    """Go through the statements with the person at the terminal."""
    from refute.cli.confirming import Confirming
    from refute.linking.session import Session

    sentences = {id: claim.statement for id, claim in proposed.claims.items()}
    session = Session(proposed.file, proposed.waiting, sentences)
    Confirming(session, proposed.claims, proposed.matcher).run(len(proposed.waiting))


def asker(
    url: str,
    model: str,
    secret: str | None,
    tell: Callable[[str], None],
    allowed: Callable[[str], bool],
) -> Asks:
    """Who proposes by asking a language model, after saying what is sent and being allowed to.

    Raises:
        LinkError: the address is none that may be asked.
    """
    try:
        endpoint = Endpoint(url, model, secret)
    except AskError as error:
        raise LinkError(str(error)) from None

    def asks(waiting: Sequence[Open], claims: Mapping[str, str]) -> Sequence[tuple[Proposal, ...]]:
        planned = plan(endpoint, waiting, claims)
        if not planned.batches:
            return []
        tell(planned.told)
        if not allowed("Send it?"):
            raise AskError("nothing was sent, and nothing written")
        return ask(planned, claims, tell=tell)

    return asks
