"""Where code is in its key: the line and the column of an expression or a statement."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field


@dataclass(frozen=True, order=True)
class Place:
    """A line and a column of the key, from 1; columns count characters.

    ``end`` is the line and the column after the last character, if they are known.  Places that
    begin together are equal, wherever they end.
    """

    line: int
    column: int
    end: tuple[int, int] | None = field(default=None, compare=False)


NOWHERE = Place(0, 0)
"""The place of what the program does not write."""


def place_of(node: ast.expr | ast.stmt) -> Place:
    """Return where a node begins and ends, in the tree of a :class:`~.program.ParsedBlock`."""
    start, end = (node.lineno, node.col_offset + 1), None
    if node.end_lineno is not None and node.end_col_offset is not None:
        end = node.end_lineno, node.end_col_offset + 1
    return Place(*start, end if end is not None and end > start else None)
