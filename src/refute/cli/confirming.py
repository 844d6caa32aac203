"""Confirming proposals in a terminal: one key press for most statements."""

from __future__ import annotations

import textwrap
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import click

from refute.characters import one_line, printable
from refute.decision.verdict import Link
from refute.ledger import ClaimRecord
from refute.linking.context import Said
from refute.linking.matcher import MOST, Matcher, Proposal
from refute.linking.proposing import Open
from refute.linking.session import Session
from refute.prose.marks import shown

_KEYS = (
    "1-5 confirm · t then 1-5 turn round (asserts/denies) · p then 1-5 plain, not (can/always) · "
    "+ then 1-5 this one and more · ? then 1-5 what is true instead · c another claim · "
    "a advice · n no claim · s skip · u undo · q leave"
)
_CHOOSE = "1-5 choose, t then 1-5 turned round, any other key: none of these"
_BEFORE = {"t": "Turned round", "p": "Plain", "+": "One of several"}
"""Keys that may be pressed before a number."""
_ADVICE = "says what to do"
_WIDTH = 79


class Keys:
    """Key presses one by one, though a person who types fast sends several at once."""

    def __init__(self, read: Callable[[], str] = click.getchar) -> None:
        self._read = read
        self._waiting: deque[str] = deque()

    def __call__(self) -> str:
        if not self._waiting:
            read = self._read()
            # What begins with an escape is one key, such as an arrow.
            self._waiting.extend([read] if read.startswith("\x1b") else read)
        return self._waiting.popleft()


class Confirming:
    """A person's way through the open statements of a key.

    ``key`` gives one key press, ``line`` asks for a line of text, given what Enter alone stands
    for, ``tell`` prints a line.
    """

    def __init__(
        self,
        session: Session,
        claims: Mapping[str, ClaimRecord],
        matcher: Matcher,
        *,
        key: Callable[[], str] | None = None,
        line: Callable[[str, str], str] = lambda asked, default: str(
            click.prompt(asked, default=default, show_default=bool(default))
        ),
        tell: Callable[[str], None] = lambda text: click.echo(printable(text)),
    ) -> None:
        self._session, self._claims, self._matcher = session, claims, matcher
        self._key, self._line, self._tell = key or Keys(), line, tell
        self._advice = _ADVICE

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
                asked = "Why does no experiment decide it?"
                if reason := self._line(asked, self._advice).strip():
                    self._advice = reason  # often the same again
                    self._session.advice(reason)
            case "c":
                self._another(current)
            case "?":
                if (proposal := _chosen(current.proposals, self._key())) is not None:
                    self._explain(proposal.link.claim)
            case _:
                if not self._confirm(current.proposals, pressed):
                    self._tell("No such key here.")
        return True

    def _confirm(self, proposals: Sequence[Proposal], pressed: str) -> bool:
        """Confirm the proposal of a number, turned round, made plain, or as one of several.

        False where what was pressed is no number of a proposal.
        """
        before: set[str] = set()
        while pressed in _BEFORE:
            before.add(pressed)
            self._tell(f"{_BEFORE[pressed]}: which one?")
            pressed = self._key()
        if (proposal := _chosen(proposals, pressed)) is None:
            return False
        link = replace(proposal.link, asserts=proposal.link.asserts != ("t" in before))
        if "+" in before:
            self._session.choose(link, plain="p" in before)
            self._tell(f"Chosen: {link.claim}. Which other one?")
        else:
            self._session.confirm(link, plain="p" in before)
        return True

    def _another(self, current: Open) -> None:
        """Ask for a claim by its id, or by words, and then for its stance."""
        words = self._line("Its id, or words of it", "").strip()
        if not words:
            return
        found = self._named(words) or self._like(current, words)
        if not found:
            self._tell("No claim is like that.")
            return
        self._list(found[:MOST])
        if (more := len(found) - MOST) > 0:
            self._tell(f"  and {more} more: give more words, if it is none of these")
        self._tell(_CHOOSE)
        self._confirm(found[:MOST], self._key())

    def _named(self, words: str) -> list[Proposal]:
        """The claim of this id, or those whose id and sentence have all these words."""
        if words in self._claims:
            return [Proposal(Link(words), 1.0)]
        asked = words.lower().replace("-", " ").split()
        found = [
            id
            for id, record in self._claims.items()
            if all(word in f"{id} {record.statement}".lower() for word in asked)
        ]
        # Shorter ids first: they have least besides what was asked for.
        return [Proposal(Link(id), 1.0) for id in sorted(found, key=len)]

    def _like(self, current: Open, words: str) -> list[Proposal]:
        """The claims that a statement in these words may make."""
        asked = replace(current.said.statement, text=words)
        (found,) = self._matcher.propose([Said(asked)])
        return [Proposal(Link(one.link.claim), one.score) for one in found]

    def _explain(self, claim: str) -> None:
        """What was found out about a claim: its correction and its readings."""
        record = self._claims[claim]
        if record.correction:
            self._tell(_wrapped(f"instead: {one_line(record.correction)}", "     "))
        for reading in record.role("reading"):
            outcome = reading.outcome or "no outcome"
            self._tell(_wrapped(f"{one_line(reading.name)}: {outcome}", "     "))

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


def _chosen(proposals: Sequence[Proposal], pressed: str) -> Proposal | None:
    """The proposal of a number that was pressed."""
    if not (pressed.isascii() and pressed.isdigit() and 0 < int(pressed) <= len(proposals)):
        return None
    return proposals[int(pressed) - 1]


def _wrapped(text: str, indent: str) -> str:
    return textwrap.fill(text, _WIDTH, initial_indent=indent, subsequent_indent=indent)
