"""Key presses: none is lost, and each is taken by itself."""

from __future__ import annotations

import os
import sys
import tty
from collections.abc import Iterator
from threading import Timer

import pytest

from refute.cli.keyboard import Keys, pressed


@pytest.fixture
def keyboard(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The side of a terminal that keys are pressed at; a second after, somebody presses "z"."""
    ours, theirs = os.openpty()
    late = Timer(1, os.write, (ours, b"z"))
    with os.fdopen(theirs, "r") as terminal:
        monkeypatch.setattr(sys, "stdin", terminal)
        late.start()
        yield ours
        late.cancel()
        late.join()
    os.close(ours)


def test_keys_pressed_at_once_are_handled_separately() -> None:
    sent = iter(["+1t2", "\x1b[A", "q"])
    keys = Keys(lambda: next(sent))
    assert [keys() for _ in range(6)] == ["+", "1", "t", "2", "\x1b[A", "q"]


@pytest.mark.parametrize(
    ("sent", "line", "then"),
    [
        ("cno dead\rq", "no dead", "q"),
        ("c\rq", "usual", "q"),
        ("cno ", "no dead units", "q"),
        ("c", "dead units", "q"),
    ],
)
def test_keys_sent_with_a_key_that_asks_for_a_line_are_its_beginning(
    monkeypatch: pytest.MonkeyPatch, sent: str, line: str, then: str
) -> None:
    monkeypatch.setattr("typer.prompt", lambda *_, **__: "dead units")
    sent_at_once = iter([sent, "q"])
    keys = Keys(lambda: next(sent_at_once))
    assert keys() == "c"
    assert keys.line("Which?", "usual") == line
    assert keys() == then


def test_a_key_pressed_before_anybody_waits_for_it_is_not_lost(keyboard: int) -> None:
    os.write(keyboard, b"n")
    assert pressed() == "n"


@pytest.mark.parametrize(
    ("sent", "expected"), [(b"\x03", KeyboardInterrupt), (b"\x04", EOFError)], ids=["c", "d"]
)
def test_control_keys_end_the_session(
    keyboard: int, sent: bytes, expected: type[BaseException]
) -> None:
    tty.setraw(sys.stdin.fileno())  # else the terminal handles them, as nobody waits yet
    os.write(keyboard, sent)
    with pytest.raises(expected):
        pressed()
