"""Where code is in its key: the line and the column of an expression or a statement."""

from __future__ import annotations

import ast
from typing import NamedTuple


class Place(NamedTuple):
    """A line and a column of the key, from 1; columns count characters."""

    line: int
    column: int


NOWHERE = Place(0, 0)
"""The place of what the program does not write."""


def place_of(node: ast.expr | ast.stmt) -> Place:
    """Return where a node begins, in the tree of a :class:`~.program.ParsedBlock`."""
    return Place(node.lineno, node.col_offset + 1)
