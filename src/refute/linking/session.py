"""Confirming what is proposed for a key, statement by statement; every step is saved at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from refute.decision.verdict import Link
from refute.keys.forces import other_force
from refute.linking.links_file import LinksFile, Saying, saying_of
from refute.linking.proposing import Open


@dataclass(frozen=True)
class _Step:
    """Where the session was, and what the file said, before a step."""

    at: int
    text: str


class Session:
    """The statements of a key in turn.

    Args:
        file: the key's links file.
        waiting: the statements that are to be linked.
        claims: every claim's own sentence, by id.
    """

    def __init__(self, file: LinksFile, waiting: Sequence[Open], claims: Mapping[str, str]) -> None:
        self._file, self._waiting, self._claims = file, waiting, claims
        self._at = 0
        self._steps: list[_Step] = []
        self._chosen: list[Link] = []

    @property
    def current(self) -> Open | None:
        """The statement whose turn it is; ``None`` when all have had theirs."""
        return self._waiting[self._at] if self._at < len(self._waiting) else None

    @property
    def done(self) -> int:
        """How many statements have had their turn."""
        return self._at

    def linked(self, link: Link) -> Link:
        """The link with its own force, or else that which the current statement's words set."""
        assert self.current is not None
        if link.force != "plain":
            return link
        force = other_force(self.current.said.statement.text, [link], [self._claims[link.claim]])
        return link if force is None else replace(link, force=force)

    def choose(self, link: Link, *, plain: bool = False) -> None:
        """The current statement makes this claim, or denies it, and others too.

        ``plain``: without the force that its words set, as they may be about another claim.
        """
        chosen = [one for one in self._chosen if one.claim != link.claim]
        self._chosen = [*chosen, link if plain else self.linked(link)]

    def confirm(self, link: Link, *, plain: bool = False) -> None:
        """The current statement makes this claim, or denies it, besides those that were chosen."""
        self.choose(link, plain=plain)
        self._say(saying_of(self._chosen))

    def advice(self, reason: str) -> None:
        """No experiment decides the current statement; ``reason`` says why."""
        self._say({"advice": reason})

    def no_claim(self) -> None:
        """The current statement asserts nothing."""
        self._say({"not_a_claim": True})

    def skip(self) -> None:
        """Leave the current statement as it is."""
        self._step()
        self._at += 1

    def undo(self) -> bool:
        """Take the last step back; false where there was none."""
        if not self._steps:
            return False
        step = self._steps.pop()
        self._at, self._chosen = step.at, []
        if self._file.text != step.text:
            self._file.text = step.text
            self._file.save()
        return True

    def _say(self, saying: Saying) -> None:
        assert self.current is not None
        self._step()
        self._file.say(self.current.own, saying)
        self._file.save()
        self._at += 1

    def _step(self) -> None:
        self._steps.append(_Step(self._at, self._file.text))
        self._chosen = []
