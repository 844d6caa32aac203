"""A session of confirming proposals, statement by statement; every answer is saved at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from refute.decision.verdict import Link
from refute.keys.forces import other_force, words_of_force
from refute.keys.quoting import has_words
from refute.linking.links_file import LinksFile, Saying, saying_of
from refute.linking.proposing import Open


@dataclass(frozen=True)
class _Step:
    """The position of the session and the text of the file before a step."""

    at: int
    text: str


class LinkingSession:
    """Goes through the open statements of a key.

    Args:
        file: the links file of the key.
        waiting: the open statements.
        claims: the sentences of all claims, by id.
    """

    def __init__(self, file: LinksFile, waiting: Sequence[Open], claims: Mapping[str, str]) -> None:
        self._file, self._waiting, self._claims = file, waiting, claims
        self._at = 0
        self._steps: list[_Step] = []
        self._chosen: list[Link] = []

    @property
    def current(self) -> Open | None:
        """The statement to answer now; ``None`` after the last one."""
        return self._waiting[self._at] if self._at < len(self._waiting) else None

    @property
    def done(self) -> int:
        """The number of statements answered or skipped."""
        return self._at

    def linked(self, link: Link) -> Link:
        """The link with its force, or else with the force that the statement's words set."""
        return self.with_force(link)[0]

    def with_force(self, link: Link) -> tuple[Link, str | None]:
        """The link with its force, and the word of the statement that sets it, if one does."""
        assert self.current is not None
        if link.force != "plain":
            return link, None
        text = self.current.statement.text
        force = other_force(text, [link], [self._claims[link.claim]])
        if force is None:
            return link, None
        return replace(link, force=force), words_of_force(text)[force]

    def says(self, words: str) -> bool:
        """Whether the current statement, or its context, has these words, as a quote has them."""
        assert self.current is not None
        parts = (self.current.statement.text, *self.current.in_context.parts)
        return any(has_words(part, words) for part in parts)

    def choose(self, link: Link, *, plain: bool = False) -> None:
        """Add a link to the current statement, which may get others.

        ``plain`` ignores the force that its words set, which may be about something else, and
        writes that down if they set one.
        """
        by_words = self.linked(link)
        if plain:
            link = replace(link, chosen=by_words.force != link.force)
        others = [other for other in self._chosen if other.claim != link.claim]
        self._chosen = [*others, link if plain else by_words]

    def confirm(self, link: Link, *, plain: bool = False) -> None:
        """Save this link and those chosen before as the answer for the current statement."""
        self.choose(link, plain=plain)
        self._say(saying_of(self._chosen))

    def not_encoded(self, name: str) -> None:
        """Save that the current statement makes a claim that nobody has encoded.

        The links chosen before are also saved.
        """
        self._say({**saying_of(self._chosen), "not_encoded": [name]})

    def advice(self, reason: str) -> None:
        """Save that no experiment decides the current statement, and why."""
        self._say({"advice": reason})

    def no_claim(self) -> None:
        """Save that the current statement makes no claim."""
        self._say({"not_a_claim": True})

    def skip(self) -> None:
        """Leave the current statement open."""
        self._step()
        self._at += 1

    def undo(self) -> bool:
        """Undo the last step, or what was chosen since; return false if there was neither."""
        if self._chosen:
            self._chosen = []
            return True
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
