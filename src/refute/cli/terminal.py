"""How commands print and how they stop."""

from __future__ import annotations

import os
from typing import Any, NoReturn

import typer

from refute.characters import as_json as in_json
from refute.characters import printable

CHANGED, BAD_INPUT, INTERRUPTED = 1, 2, 130


def as_json(data: Any) -> str:
    """Encode the output of a command as JSON."""
    import msgspec

    return in_json(msgspec.json.format(msgspec.json.encode(data), indent=2).decode())


def styled(text: str, style: str) -> str:
    """Colour a text, or make it bold, unless NO_COLOR is set (no-color.org)."""
    if os.environ.get("NO_COLOR"):
        return text
    return typer.style(text, bold=True) if style == "bold" else typer.style(text, fg=style)


def say(text: str, *, err: bool = False) -> None:
    """Print text that may quote strangers, as printable characters only."""
    typer.echo(printable(text), err=err)


def warn(text: str) -> None:
    """Print a line to standard error, so that a program that reads the output does not get it."""
    say(text, err=True)


def stop(message: str) -> NoReturn:
    """Print what is wrong with the input, and exit with code 2."""
    say(f"refute: {message}", err=True)
    raise SystemExit(BAD_INPUT)
