"""The context of a statement: its heading, what introduces it, and the statement before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from refute.keys.tree import Block, Group, Key, Statement

_INTRODUCES = (":", "?")


@dataclass(frozen=True)
class StatementInContext:
    """A statement with its context.

    ``before`` is the statement before it in the same block, and ``intro`` the sentence or question
    that introduces it, or the list that it is in.
    """

    statement: Statement
    before: str = ""
    heading: str = ""
    intro: str = ""

    @property
    def parts(self) -> tuple[str, ...]:
        """What there is of heading, introduction and statement before it."""
        return tuple(filter(None, (self.heading, self.intro, self.before)))

    @property
    def context(self) -> str:
        return " ".join(self.parts)


def statements_in_context(key: Key) -> list[StatementInContext]:
    """Return every statement of a key with its context, in reading order."""
    return list(_Walk(key).of(key.tree, ""))


class _Walk:
    def __init__(self, key: Key) -> None:
        self._statements = iter(key.statements)
        self._heading = ""

    def of(self, group: Group, introduced_by: str) -> Iterator[StatementInContext]:
        """Yield the statements of a group; ``introduced_by`` is the sentence before the group."""
        intro = introduced_by
        for child in group.children:
            if isinstance(child, Group):
                yield from self.of(child, intro)
                continue
            last = ""
            for statement in self._of_block(child, intro):
                yield statement
                last = statement.statement.text
            if child.kind == "heading":
                self._heading, intro = last, introduced_by
            elif last.endswith(_INTRODUCES) or group.kind == "item":
                intro = last or intro

    def _of_block(self, block: Block, intro: str) -> Iterator[StatementInContext]:
        before = ""
        for _ in block.stated():
            statement = next(self._statements)
            heading = "" if block.kind == "heading" else self._heading
            yield StatementInContext(statement, before, heading, intro)
            before = statement.text
