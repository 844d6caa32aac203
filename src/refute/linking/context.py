"""What leads to a statement: the heading above it, what introduces it, what stands before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from refute.keys.tree import Block, Group, Key, Statement

_INTRODUCES = (":", "?")


@dataclass(frozen=True)
class Said:
    """A statement with what leads to it.

    ``before`` is the statement that it follows in its block; ``above`` are the heading that it
    stands under, and the sentence or question that introduces it or its list.
    """

    statement: Statement
    before: str = ""
    above: str = ""

    @property
    def context(self) -> str:
        return f"{self.above} {self.before}".strip()


def said_in(key: Key) -> list[Said]:
    """Every statement of a key with what leads to it, in reading order."""
    return list(_Walk(key).of(key.tree, ""))


class _Walk:
    def __init__(self, key: Key) -> None:
        self._statements = iter(key.statements)
        self._heading = ""

    def of(self, group: Group, introduced_by: str) -> Iterator[Said]:
        """The statements of a group; ``introduced_by`` is what stands before the group."""
        intro = introduced_by
        for child in group.children:
            if isinstance(child, Group):
                yield from self.of(child, intro)
                continue
            last = ""
            for said in self._of_block(child, intro):
                yield said
                last = said.statement.text
            if child.kind == "heading":
                self._heading, intro = last, introduced_by
            elif last.endswith(_INTRODUCES) or group.kind == "item":
                intro = last or intro

    def _of_block(self, block: Block, intro: str) -> Iterator[Said]:
        before = ""
        for _, _, states in block.stretches():
            if not states:
                continue
            statement = next(self._statements)
            heading = "" if block.kind == "heading" else self._heading
            yield Said(statement, before, f"{heading} {intro}".strip())
            before = statement.text
