"""Confirming proposals in a terminal: one key press for most statements."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import click

from refute.characters import one_line, printable
from refute.decision.verdict import Link
from refute.ledger import ClaimRecord
from refute.linking.context import Said
from refute.linking.matcher import Matcher, Proposal
from refute.linking.proposing import Open
from refute.linking.session import Session
from refute.prose.marks import shown

_KEYS = (
    "1-5 confirm · t then 1-5 turn round (asserts/denies) · + then 1-5 this one and more · "
    "c another claim · a advice · n no claim · s skip · u undo · q leave"
)
_WIDTH = 79


class Confirming:
    """A person's way through the open statements of a key.

    ``key`` gives one key press, ``line`` asks for a line of text, ``tell`` prints a line.
    """

    def __init__(
        self,
        session: Session,
        claims: Mapping[str, ClaimRecord],
        matcher: Matcher,
        *,
        key: Callable[[], str] = click.getchar,
        line: Callable[[str], str] = lambda asked: str(click.prompt(asked, default="")),
        tell: Callable[[str], None] = lambda text: click.echo(printable(text)),
    ) -> None:
        self._session, self._claims, self._matcher = session, claims, matcher
        self._key, self._line, self._tell = key, line, tell

    def run(self, of: int) -> None:
        """Go through them until all have had their turn, or the person leaves."""
        while (current := self._session.current) is not None:
            self._show(current, self._session.done + 1, of)
            if not self._step(current):
                break
        left = of - self._session.done
        self._tell(f"{self._session.done} of {of} seen, {left} left; every answer is saved.")

    def _step(self, current: Open) -> bool:
        """Act on one key press; false to leave."""
        pressed = self._key()
        match pressed:
            case "q" | "\x04":
                return False
            case "s" | " ":
                self._session.skip()
            case "u":
                if not self._session.undo():
                    self._tell("Nothing to take back.")
            case "n":
                self._session.no_claim()
            case "a":
                if reason := self._line("Why does no experiment decide it?").strip():
                    self._session.advice(reason)
            case "c":
                self._another(current)
            case _:
                self._confirm(current.proposals, pressed)
        return True

    def _confirm(self, proposals: Sequence[Proposal], pressed: str) -> None:
        """Confirm the proposal of a number; first it may be turned round, or one of several."""
        turned = more = False
        while pressed in ("t", "+"):
            turned, more = turned or pressed == "t", more or pressed == "+"
            pressed = self._key()
        if not (pressed.isascii() and pressed.isdigit() and 0 < int(pressed) <= len(proposals)):
            self._tell(_wrapped(_KEYS, ""))
            return
        link = proposals[int(pressed) - 1].link
        link = replace(link, asserts=link.asserts != turned)
        if more:
            self._session.choose(link)
            self._tell(f"Chosen: {link.claim}. Which other one?")
        else:
            self._session.confirm(link)

    def _another(self, current: Open) -> None:
        """Ask for a claim by its id, or by words, and then for its stance."""
        words = self._line("Its id, or words of it").strip()
        if not words:
            return
        if words in self._claims:
            found: Sequence[Proposal] = (Proposal(Link(words), 1.0),)
        else:
            asked = replace(current.said.statement, text=words)
            (found,) = self._matcher.propose([Said(asked)])
            found = [Proposal(Link(one.link.claim), one.score) for one in found]
        if not found:
            self._tell("No claim is like that.")
            return
        self._list(found)
        self._confirm(found, self._key())

    def _show(self, current: Open, number: int, of: int) -> None:
        statement, said = current.said.statement, current.said
        self._tell(f"\n{number} of {of}, line {statement.line}")
        if said.context:
            self._tell(_wrapped(f"… {one_line(said.context)}", "  "))
        self._tell(_wrapped(f"“{one_line(statement.text)}”", "  "))
        self._list(current.proposals)
        self._tell(_wrapped(_KEYS, ""))

    def _list(self, proposals: Sequence[Proposal]) -> None:
        if not proposals:
            self._tell("  No claim is proposed.")
        for number, proposal in enumerate(proposals, start=1):
            link, record = proposal.link, self._claims[proposal.link.claim]
            mark = shown(record.final_verdict)
            force = self._session.linked(link).force
            said = link.stance if force == "plain" else f"{link.stance} ({force})"
            self._tell(f"  {number}  {said} {link.claim}  {mark.sign} {mark.word}")
            self._tell(_wrapped(one_line(record.statement), "     "))


def _wrapped(text: str, indent: str) -> str:
    return textwrap.fill(text, _WIDTH, initial_indent=indent, subsequent_indent=indent)
