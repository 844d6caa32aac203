"""The command line: run claims, check and link keys, report, compare runs, list claims, add one.

Each command imports what it needs when it is called, so that all of them start fast.
"""

from __future__ import annotations

from importlib import metadata
from typing import Annotated

import typer

from refute.cli.commands.claims import list_, new, run
from refute.cli.commands.keys import check, link, rules
from refute.cli.commands.ledgers import diff, report
from refute.cli.terminal import INTERRUPTED, warn

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
TO_PYTEST = {"allow_extra_args": True, "ignore_unknown_options": True}

app.command(add_help_option=False, context_settings=TO_PYTEST)(run)
app.command()(check)
app.command()(rules)
app.command()(report)
app.command()(diff)
app.command("list")(list_)
app.command()(link)
app.command()(new)


def main() -> None:
    """Entry point of the ``refute`` command."""
    try:
        app()
    except SystemExit as ended:
        if ended.code == INTERRUPTED:
            warn("refute: interrupted")
        raise


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"refute {metadata.version('refute')}")
        raise typer.Exit


@app.callback()
def refute(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Fact-check deep-learning answer keys: each claim an experiment."""
