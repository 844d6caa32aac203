"""Sketches: what a check leaves to plot of the one example that it was given.

A search runs a check on hundreds of examples and shows one, the counterexample.  Whatever
computes with an example may say how to draw it; it is drawn only while somebody looks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from refute.quantity import Series

_sketchbook: ContextVar[list[Series] | None] = ContextVar("sketchbook", default=None)


def sketch(draw: Callable[[], Series]) -> None:
    """Leave a series, with one row of values; ``draw`` is called only if it will be kept."""
    book = _sketchbook.get()
    if book is not None:
        book.append(draw())


@contextmanager
def sketches() -> Iterator[list[Series]]:
    """Collect what is sketched inside."""
    book: list[Series] = []
    token = _sketchbook.set(book)
    try:
        yield book
    finally:
        _sketchbook.reset(token)
