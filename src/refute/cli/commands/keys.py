"""Commands on answer keys: check them, list the rules for code, link their statements."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from refute.cli.commands.terminal import CLAIMS, as_json, say, stop


def check(
    keys: Annotated[list[Path], typer.Argument(help="Answer keys: .md, .ipynb, .html, .docx.")],
    ledger: Annotated[
        Path | None,
        typer.Option(help="The ledger to grade against; default: your last run's, or Refute's."),
    ] = None,
    code: Annotated[
        bool,
        typer.Option("--code", help="Only the code: of keys, notebooks (.ipynb) and .py files."),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    sarif: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write what is found to this file as SARIF, too."),
    ] = None,
) -> None:
    """Grade answer keys against the last run, and their code by rules; nothing is run."""
    from refute.cli.checking import as_data, as_sarif, checked, lines, table
    from refute.cli.ledgers import the_ledger
    from refute.keys.code.rules.table import RuleError
    from refute.ledger import LedgerError, write_whole
    from refute.linking.likely import Likely

    run, shipped = None, False
    try:
        run, shipped = the_ledger(ledger, say if not json else None)
    except LedgerError as error:
        if not code:
            stop(str(error))
    likely = None if run is None else Likely(run, CLAIMS, Path("answers"))
    found = []
    for key in keys:
        found.append(checked(key, run, likely, only_code=code))
        if not json:
            for line in lines(found[-1], run):
                say(line, err=found[-1].fault is not None)
    if json:
        data = as_data(found, run, shipped)
        typer.echo(as_json(data))
    elif len(found) > 1:
        say("\n" + "\n".join(table(found)))
    if sarif is not None:
        try:
            write_whole(sarif, as_sarif(found, run))
        except (LedgerError, RuleError) as error:
            stop(str(error))
    sys.exit(max(one.status for one in found))


def rules(json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """List the rules by which code is checked."""
    from refute.cli.code import table
    from refute.keys.code.rules.table import RuleError

    try:
        listed = table()
    except RuleError as error:
        stop(str(error))
    if json:
        typer.echo(as_json(listed))
        return
    for rule in listed:
        say(f"{rule['id']} ({rule['severity']}): {rule['title']}")
        say(f"    {rule['fix']}")


def link(
    key: Annotated[Path, typer.Argument(help="The answer key.")],
    confirm: Annotated[
        bool, typer.Option("--confirm", help="Then go through them, one key press each.")
    ] = False,
    ledger: Annotated[
        Path | None,
        typer.Option(
            help="The ledger that knows the claims; default: your last run's, or Refute's."
        ),
    ] = None,
    claims: Annotated[Path, typer.Option(help="The claims folder, with its phrases.")] = CLAIMS,
    answers: Annotated[Path, typer.Option(help="Linked keys to learn from.")] = Path("answers"),
    ask: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Let a language model behind this address propose."),
    ] = None,
    model: Annotated[str | None, typer.Option(help="With --ask: the model's name.")] = None,
    secret: Annotated[
        str, typer.Option(metavar="NAME", help="With --ask: the variable with the account's key.")
    ] = "OPENAI_API_KEY",
    yes: Annotated[bool, typer.Option("--yes", help="With --ask: send without asking.")] = False,
) -> None:
    """Propose claims for the statements of a key, in the links file beside it."""
    from refute.cli.linking import LinkError, asker, confirm_each, propose

    if (ask is None) != (model is None):
        stop("--ask URL and --model NAME belong together")
    try:
        asks = None
        if ask is not None and model is not None:
            allowed = (lambda _: True) if yes else typer.confirm
            asks = asker(ask, model, os.environ.get(secret), say, allowed)
        proposed = propose(key, ledger, claims, answers, say, asks)
        say(proposed.told)
        if confirm:
            confirm_each(proposed)
    except LinkError as error:
        stop(str(error))
