"""Sketches: how to plot the example that a check was given.

A search runs a check on hundreds of examples and shows one, the counterexample.  Code that computes
with an example may say how to draw it; it is drawn only if somebody collects the sketches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from refute.experiment import Series

_sketchbook: ContextVar[list[Series] | None] = ContextVar("sketchbook", default=None)


def sketch(draw: Callable[[], Series]) -> None:
    """Offer a series with one row of values; ``draw`` is called only if it will be shown.

    Raises:
        TypeError: ``draw`` cannot be called.
    """
    if not callable(draw):
        raise TypeError(f"sketch({draw!r}): give a function that returns a Series")
    book = _sketchbook.get()
    if book is not None:
        book.append(draw())


@contextmanager
def sketches() -> Iterator[list[Series]]:
    """Collect the sketches made inside."""
    book: list[Series] = []
    token = _sketchbook.set(book)
    try:
        yield book
    finally:
        _sketchbook.reset(token)
