"""``refute link``: proposes claims for the statements of a key, for a person to confirm."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from refute.cli.ledgers import the_ledger
from refute.cli.terminal import warn
from refute.grading.key import known_claims
from refute.keys.links import link
from refute.keys.reader import read_key
from refute.keys.source import AnswerKeyError
from refute.keys.tree import Block, Key
from refute.ledger import ClaimRecord, Ledger, LedgerError
from refute.linking.asking import AskError, Endpoint, ask, plan
from refute.linking.learning import Lessons
from refute.linking.links_file import LinksFile
from refute.linking.matcher import Matcher, Proposal
from refute.linking.phrases import no_phrases
from refute.linking.proposing import Open, open_statements
from refute.plurals import counted

Proposer = Callable[[Sequence[Open], Mapping[str, str]], Sequence[tuple[Proposal, ...]]]
"""Returns proposals for each statement, given the sentences of the claims by id."""


class LinkError(Exception):
    """Links cannot be proposed; the message says why and what to do."""


@dataclass(frozen=True)
class Proposed:
    """What was proposed for a key.

    Attributes:
        file: the links file with the proposals, already written.
        waiting: the open statements of the key, with their proposals.
        statements: the number of statements of the key, without headings that make no claim.
        code: the number of its code blocks that are not linked yet, for which nothing is proposed.
        formulas: the same of its displayed formulas.
        claims: all claims, by id.
        matcher: finds claims by words.
        caution: one line if there are no phrases to learn from.
    """

    file: LinksFile
    waiting: list[Open]
    statements: int
    code: int
    formulas: int
    claims: dict[str, ClaimRecord]
    matcher: Matcher
    caution: str | None = None

    @property
    def summary(self) -> str:
        """What was proposed, in one line."""
        some = sum(bool(statement.close) for statement in self.waiting)
        left = len(self.waiting) + self.code + self.formulas
        kinds = {"code block": self.code, "displayed formula": self.formulas}
        among = " and ".join(counted(count, kind) for kind, count in kinds.items() if count)
        return (
            f"{self.file.path}: {counted(self.statements, 'statement')}, {left} not linked yet: "
            f"claims proposed for {some}, none for {left - some}{among and f', among them {among}'}"
        )


def propose(
    key: Path,
    ledger: Path | None,
    claims: Path,
    answers: Path,
    tell: Callable[[str], None] = warn,
    proposer: Proposer | None = None,
) -> Proposed:
    """Write proposals for a key into its links file.

    Args:
        key: the key.
        ledger: of a run of all claims; by default that of the last run here.
        claims: the claims folder, with the phrases to learn from.
        answers: a folder of keys; the matcher also learns from those that a person has linked.
        tell: called with one line about the run if it is the one Refute comes with.
        proposer: makes the proposals instead of the matcher.

    Raises:
        LinkError: something cannot be read, or the language model cannot be asked.
        Unwritable: the links file cannot be written.
    """
    try:
        run, _ = the_ledger(ledger, tell)
        linked = link(read_key(key), known_claims(run))
        elsewhere = _about_code_elsewhere(run, key)
        lessons = Lessons(run, claims, answers)
        matcher = lessons.matcher.without(elsewhere)
        waiting = open_statements(linked, matcher)
        known = {claim.id: claim for claim in run.claims}
        caution = None
        if proposer is None and waiting and not lessons.book.claims:
            caution = no_phrases(claims, "claims are proposed for fewer statements")
        elif proposer is not None:
            sentences = {id: claim.statement for id, claim in known.items() if id not in elsewhere}
            proposals = proposer(waiting, sentences)
            waiting = [
                replace(statement, proposals=found)
                for statement, found in zip(waiting, proposals, strict=True)
            ]
        file = LinksFile(key)
        file.propose(
            (statement.own, [proposal.link for proposal in statement.close])
            for statement in waiting
            if statement.close
        )
        file.save()
    except (AnswerKeyError, AskError, LedgerError) as error:
        raise LinkError(str(error)) from None
    open_ = Counter(
        block.kind
        for block, entry in zip(_blocks_of_statements(linked.key), linked.entries, strict=True)
        if entry is None or entry.is_open
    )
    return Proposed(
        file, waiting, linked.numbered, open_["code"], open_["formula"], known, matcher, caution
    )


def _blocks_of_statements(key: Key) -> Iterator[Block]:
    """Yield the block of each statement of a key, in reading order."""
    return (block for block in key.blocks for _ in block.stated())


def _about_code_elsewhere(run: Ledger, key: Path) -> set[str]:
    """The claims about the code of another key, which say nothing about this one."""
    here = key.resolve().as_posix()
    return {
        claim.id
        for claim in run.claims
        if (path := claim.key_of_code) is not None and not here.endswith(f"/{path}")
    }


def confirm_each(proposed: Proposed) -> None:
    """Go through the statements with the person at the terminal.

    Raises:
        LinkError: there is no terminal, or somebody else changed the links file meanwhile.
        Unwritable: it cannot be written.
    """
    if not sys.stdin.isatty():
        raise LinkError("--confirm needs a terminal; the proposals are written")
    from refute.cli.confirming import Confirming
    from refute.linking.session import LinkingSession

    sentences = {id: claim.statement for id, claim in proposed.claims.items()}
    session = LinkingSession(proposed.file, proposed.waiting, sentences)
    try:
        Confirming(session, proposed.claims, proposed.matcher).run(len(proposed.waiting))
    except AnswerKeyError as error:
        raise LinkError(str(error)) from None


def language_model(
    url: str,
    model: str,
    secret: str | None,
    tell: Callable[[str], None],
    allowed: Callable[[str], bool],
) -> Proposer:
    """Return a proposer that asks a language model.

    Args:
        url: the base address of its endpoint.
        model: its name there.
        secret: the person's API key; ``None`` if the endpoint needs none.
        tell: called with what will be sent, and with the progress.
        allowed: asks the person whether to send it.

    Raises:
        LinkError: the address must not be used.
    """
    try:
        endpoint = Endpoint(url, model, secret)
    except AskError as error:
        raise LinkError(str(error)) from None

    def proposer(
        waiting: Sequence[Open], claims: Mapping[str, str]
    ) -> Sequence[tuple[Proposal, ...]]:
        planned = plan(endpoint, waiting, claims)
        if not planned.batches:
            return []
        tell(planned.summary)
        if not allowed("Send it?"):
            raise AskError("nothing was sent or written")
        return ask(planned, claims, tell=tell)

    return proposer
