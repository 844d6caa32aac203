"""Key presses in a terminal, and lines: no key is lost, and none is taken for another."""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable

import typer

from refute.cli.terminal import say

_END_OF_TEXT, _END_OF_INPUT = "\x03", "\x04"
"""What Ctrl-C and Ctrl-D send."""


def pressed() -> str:
    """Wait for a key and return what it sends, or what several sent that were pressed before.

    ``typer.getchar`` discards keys that were pressed before it waits.

    Raises:
        KeyboardInterrupt: Ctrl-C was pressed.
        EOFError: Ctrl-D was pressed, or nobody can press a key any more.
    """
    if os.name == "nt":
        return typer.getchar()
    import termios  # neither is there on Windows
    import tty

    terminal = sys.stdin.fileno()
    usual = termios.tcgetattr(terminal)
    try:
        tty.setraw(terminal, termios.TCSADRAIN)
        sent = os.read(terminal, 32).decode(errors="replace")
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, usual)
    if _END_OF_TEXT in sent:
        raise KeyboardInterrupt
    if not sent or _END_OF_INPUT in sent:
        raise EOFError
    return sent


class Keys:
    """Returns one key press per call, even if a fast typist sends several at once."""

    def __init__(self, read: Callable[[], str] = pressed) -> None:
        self._read = read
        self._waiting: deque[str] = deque()

    def __call__(self) -> str:
        if not self._waiting:
            sent = self._read()
            # A sequence that starts with an escape is a single key, such as an arrow.
            self._waiting.extend([sent] if sent.startswith("\x1b") else sent)
        return self._waiting.popleft()

    def line(self, question: str, default: str) -> str:
        """Ask a question and return a line of text; Enter alone returns the default.

        The line begins with the keys that were sent together with the last one, as when it is
        pasted.
        """
        typed = ""
        while self._waiting:
            if (key := self._waiting.popleft()) in "\r\n":
                say(f"{question}: {typed}")
                return typed or default
            typed += key
        if not typed:
            return str(typer.prompt(question, default=default, show_default=bool(default)))
        rest = typer.prompt(f"{question}: {typed}", "", show_default=False, prompt_suffix="")
        return f"{typed}{rest}"
