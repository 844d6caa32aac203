"""``refute run``: runs pytest on the claims folder, with short names for Refute's options."""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from refute.cli.defaults import no_claims_folder
from refute.cli.terminal import INTERRUPTED
from refute.plugin.settings import CLAIMS, add_options

PREFIX = "--refute-"

_DESCRIPTION = "Run the claims. Other arguments go to pytest: -k, -x, node ids, ..."


_PYTEST = f"""
import runpy, signal, sys
try:
    runpy.run_module("pytest", run_name="__main__", alter_sys=True)
except KeyboardInterrupt:
    sys.exit({INTERRUPTED})
finally:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
"""
"""As ``python -m pytest``; an interrupt before pytest listens, or after, leaves no traceback."""


class RunError(Exception):
    """The run cannot start; the message says why and what to do."""


class _Options(argparse.ArgumentParser):
    """Collects the plugin's options instead of pytest's parser."""

    def getgroup(self, name: str, description: str = "") -> _Options:
        return self

    def addoption(self, name: str, **settings: Any) -> None:
        settings.pop("type", None)  # pytest checks the values
        self.add_argument(f"--{name.removeprefix(PREFIX)}", **settings)


def run(arguments: Sequence[str], claims: Path) -> int:
    """Run pytest on the claims in its own process, and return its exit code.

    Every option of the plugin has a short name: ``--seed 1`` becomes ``--refute-seed 1``.

    Raises:
        RunError: the arguments name nothing to run, and there is no claims folder here.
    """
    options = _Options(
        prog="refute run",
        usage="refute run [OPTIONS] [PYTEST ARGUMENTS]",
        description=_DESCRIPTION,
        allow_abbrev=False,
    )
    add_options(options)  # type: ignore[arg-type]
    _, rest = options.parse_known_args(arguments)
    pytest_arguments = [_prefixed(argument, options) for argument in arguments]
    if claims.is_dir():  # pytest knows which arguments are values of its options, and which paths
        pytest_arguments.insert(0, f"{CLAIMS}={claims}")
    elif not any(Path(argument.partition("::")[0]).exists() for argument in rest):
        raise RunError(no_claims_folder(claims))
    # In its own process, because pytest rewrites assertions only in modules not imported yet.
    with _deaf():
        code = subprocess.call([sys.executable, "-c", _PYTEST, *pytest_arguments])
    return code if code >= 0 else 128 - code  # as shells count those that a signal ended


@contextmanager
def _deaf() -> Iterator[None]:
    """Leave interrupts to pytest, which is sent them too: it ends the run, keeps what it has
    measured and reports it, and this process waits until that is done.
    """
    before = signal.getsignal(signal.SIGINT)
    if callable(before):  # not ignored: pytest would inherit that
        signal.signal(signal.SIGINT, lambda number, frame: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _prefixed(argument: str, options: argparse.ArgumentParser) -> str:
    name, equals, value = argument.partition("=")
    known = name.startswith("--") and name in options._option_string_actions
    return f"{PREFIX}{name[2:]}{equals}{value}" if known else argument
