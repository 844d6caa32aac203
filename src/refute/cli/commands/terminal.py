"""What commands share: how they print, and how they stop."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, NoReturn

import typer

from refute.characters import as_json as in_json
from refute.characters import printable

CHANGED, BAD_INPUT = 1, 2
CLAIMS = Path("claims")


def as_json(data: Any) -> str:
    """What a command says, for programs."""
    import msgspec

    return in_json(msgspec.json.format(msgspec.json.encode(data), indent=2).decode())


def styled(text: str, style: str) -> str:
    """In a colour or in bold, unless the person wants none (no-color.org)."""
    if os.environ.get("NO_COLOR"):
        return text
    return typer.style(text, bold=True) if style == "bold" else typer.style(text, fg=style)


def say(text: str, *, err: bool = False) -> None:
    """Print lines, whoever wrote what they quote; without colours where nobody watches."""
    typer.echo(printable(text), err=err)


def stop(message: str) -> NoReturn:
    """Say what is wrong with what was given, and exit."""
    say(f"refute: {message}", err=True)
    raise SystemExit(BAD_INPUT)
