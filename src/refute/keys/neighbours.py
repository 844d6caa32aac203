"""What surrounds each statement of a key, which tells an answer from a task."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Neighbours:
    """What surrounds a statement in its key.

    Attributes:
        begins: whether it is the first of its block, which is a paragraph outside quotations.
        goes_on: whether another statement of the same block follows.
        numbered: whether it is in a numbered list.
        before: the statement before it, or empty.
        after: the statement after it, or empty.
        next_block: the first statement of the next block, or empty if that is a heading.
        beside: the first statements of the blocks before and after, if they are in bold or italics
            and those blocks go on.
        above: the last statement of the nearest block before that does not begin so.
    """

    begins: bool = False
    goes_on: bool = False
    numbered: bool = False
    before: str = ""
    after: str = ""
    next_block: str = ""
    beside: tuple[str, ...] = ()
    above: str = ""


ALONE = Neighbours()
"""The neighbours of a statement that is not in a key."""


@dataclass(frozen=True)
class StatingBlock:
    """A block that states something.

    Attributes:
        texts: its statements.
        plain: whether it is a paragraph outside quotations.
        numbered: whether it is in a numbered list.
        begins_set_apart: whether its first statement is in bold or italics.
        begins_with_heading: whether its first statement is a heading.
    """

    texts: tuple[str, ...]
    plain: bool
    numbered: bool
    begins_set_apart: bool
    begins_with_heading: bool

    @property
    def label(self) -> str:
        """Its first statement, if that may name what the rest of the block is about."""
        names = self.plain and self.begins_set_apart and len(self.texts) > 1
        return self.texts[0] if names else ""


def neighbours_in(blocks: Sequence[StatingBlock]) -> Iterator[Neighbours]:
    """Yield what is around each statement of these blocks, in reading order."""
    before = above = ""
    for at, block in enumerate(blocks):
        behind = blocks[at + 1] if at + 1 < len(blocks) else None
        adjacent = (blocks[at - 1] if at else None, behind)
        beside = tuple(other.label for other in adjacent if other and other.label)
        next_first = behind.texts[0] if behind else ""
        following = (*block.texts[1:], next_first)
        for place, (text, after) in enumerate(zip(block.texts, following, strict=True)):
            yield Neighbours(
                begins=place == 0 and block.plain,
                goes_on=place + 1 < len(block.texts),
                numbered=block.numbered,
                before=before,
                after=after,
                next_block="" if behind is None or behind.begins_with_heading else next_first,
                beside=beside,
                above=above,
            )
            before = text
        if not block.label:
            above = before
