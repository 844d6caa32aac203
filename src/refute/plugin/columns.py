"""Text in the columns of a terminal."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size


def cut(text: str, columns: int) -> str:
    """The text in this many columns, where wide characters count twice, or its beginning."""
    if cell_len(text) <= columns:
        return text
    if columns <= 2:
        return "…"[: max(columns, 0)]
    return set_cell_size(text, columns - 2).rstrip() + " …"
