"""``refute run``: pytest on the claims folder, with the options of Refute under short names."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from refute.plugin.settings import add_options

PREFIX = "--refute-"

_DESCRIPTION = "Run the claims. Anything else is handed to pytest: -k, -x, node ids, ..."


class RunError(Exception):
    """A run that cannot be begun; the message says why and what to do."""


class _Options(argparse.ArgumentParser):
    """Takes the plugin's options where pytest's own parser would."""

    def getgroup(self, name: str, description: str = "") -> _Options:
        return self

    def addoption(self, name: str, **settings: Any) -> None:
        settings.pop("type", None)  # pytest checks what it is given
        self.add_argument(f"--{name.removeprefix(PREFIX)}", **settings)


def run(arguments: Sequence[str], claims: Path) -> int:
    """Run pytest on the claims, in a process of its own; the code is pytest's.

    ``--seed 1`` is handed on as ``--refute-seed 1``, and so is every option of the plugin.

    Raises:
        RunError: nothing was named to run, and there is no claims folder here.
    """
    options = _Options(
        prog="refute run",
        usage="refute run [OPTIONS] [PYTEST ARGUMENTS]",
        description=_DESCRIPTION,
        allow_abbrev=False,
    )
    add_options(options)  # type: ignore[arg-type]
    _, rest = options.parse_known_args(arguments)
    handed_on = [_prefixed(argument, options) for argument in arguments]
    if not any(Path(argument.partition("::")[0]).exists() for argument in rest):
        if not claims.is_dir():
            raise RunError(f"{claims}: no such folder: run this beside your claims folder")
        handed_on.append(str(claims))
    # A process of its own: pytest rewrites assertions only in what is not imported yet.
    return subprocess.call([sys.executable, "-m", "pytest", *handed_on])


def _prefixed(argument: str, options: argparse.ArgumentParser) -> str:
    name, equals, value = argument.partition("=")
    known = name.startswith("--") and name in options._option_string_actions
    return f"{PREFIX}{name[2:]}{equals}{value}" if known else argument
