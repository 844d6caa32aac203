"""A terminal: programs run on a real pseudo-terminal, and what that leaves on its screen."""

import os
import re
import struct
import subprocess
from pathlib import Path

import pytest

CONTROL = re.compile(r"\x1b\[([0-9;]*)([A-Za-z])|([\r\n])|([^\x1b\r\n])")


def watched(
    command: list[str], where: Path, *, columns: int = 100, rows: int = 24, **environment: str
) -> str:
    """Run a program on a pseudo-terminal; return every character that it sent there."""
    fcntl = pytest.importorskip("fcntl")
    termios = pytest.importorskip("termios")
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    kept = {name: value for name, value in os.environ.items() if name not in ("CI", "BUILD_NUMBER")}
    process = subprocess.Popen(
        command,
        cwd=where,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**kept, "TERM": "xterm", **environment},
    )
    os.close(theirs)
    sent = b""
    try:
        while data := os.read(ours, 65536):
            sent += data
    except OSError:
        pass  # how Linux says that the other end was closed
    finally:
        os.close(ours)
        process.wait()
    return sent.decode()


def screen(sent: str, columns: int = 100) -> list[str]:
    """The lines that a terminal of so many columns ends up with, however far they scrolled."""
    lines: list[list[str]] = [[]]
    row = column = 0
    for match in CONTROL.finditer(sent):
        count, action, control, character = match.groups()
        if character is not None:
            if column == columns:  # the margin is crossed when something follows, not before
                row, column = row + 1, 0
            _reach(lines, row, column)
            lines[row][column : column + 1] = character
            column += 1
        elif control == "\r":
            column = 0
        elif control == "\n":
            row += 1
        elif action == "A":
            row -= int(count or 1)
        elif action == "C":
            column = min(column + int(count or 1), columns - 1)
        elif action == "K":
            assert count in ("", "0")
            _reach(lines, row, column)
            del lines[row][column:]
        else:
            assert action == "m", match[0]
        _reach(lines, row, 0)
    return ["".join(line).rstrip() for line in lines]


def _reach(lines: list[list[str]], row: int, column: int) -> None:
    while len(lines) <= row:
        lines.append([])
    lines[row] += " " * (column - len(lines[row]))
