"""Commands for answer keys: check them, list the rules for code, link their statements."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from refute.cli.defaults import CLAIMS, answers_beside
from refute.cli.terminal import as_json, say, stop, warn

ClaimsFolder = Annotated[Path, typer.Option(help="The claims folder, with its phrases.")]
LinkedKeys = Annotated[
    Path | None,
    typer.Option(help="A folder of linked keys to learn from; default: that beside the claims."),
]


def check(
    keys: Annotated[list[Path], typer.Argument(help="Answer keys: .md, .ipynb, .html, .docx.")],
    ledger: Annotated[
        Path | None,
        typer.Option(help="The ledger to grade against; default: your last run's, or Refute's."),
    ] = None,
    claims: ClaimsFolder = CLAIMS,
    answers: LinkedKeys = None,
    code: Annotated[
        bool,
        typer.Option("--code", help="Check only the code of keys, notebooks and Python files."),
    ] = False,
    everything: Annotated[
        bool,
        typer.Option(
            "--all", help="Also print the statements that are not, or only partly, checked."
        ),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    sarif: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Also write the findings to this file, as SARIF."),
    ] = None,
) -> None:
    """Grade answer keys against the last run, and check their code by rules; run nothing."""
    from refute.cli.checked_data import as_data
    from refute.cli.checking import as_sarif, checked, lines, table
    from refute.cli.ledgers import the_ledger
    from refute.files import Unwritable, write_whole
    from refute.keys.code.rules.table import RuleError
    from refute.ledger import LedgerError
    from refute.linking.likely import Likely

    run, shipped = None, False
    try:
        run, shipped = the_ledger(ledger, warn)
    except LedgerError as error:
        if not code:
            stop(str(error))
    answers = answers or answers_beside(claims)
    likely = None if run is None else Likely(run, claims, answers, warn)
    results = []
    for key in keys:
        result = checked(key, run, likely, only_code=code)
        results.append(result)
        if not json:
            for line in lines(result, run, everything=everything):
                say(line, err=result.fault is not None)
    if json:
        typer.echo(as_json(as_data(results, run, shipped=shipped)))
    elif len(results) > 1:
        say("\n" + "\n".join(table(results)))
    if sarif is not None:
        try:
            write_whole(sarif, as_sarif(results, run))
        except (RuleError, Unwritable) as error:
            stop(str(error))
    sys.exit(max(result.status for result in results))


def rules(json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """List the rules for the code of keys."""
    from refute.cli.code import rules_as_data
    from refute.keys.code.rules.table import RuleError

    try:
        listed = rules_as_data()
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
        bool, typer.Option("--confirm", help="Then confirm each proposal with a key press.")
    ] = False,
    ledger: Annotated[
        Path | None,
        typer.Option(help="The ledger with the claims; default: your last run's, or Refute's."),
    ] = None,
    claims: ClaimsFolder = CLAIMS,
    answers: LinkedKeys = None,
    ask: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="Get the proposals from a language model at this address."
        ),
    ] = None,
    model: Annotated[str | None, typer.Option(help="With --ask: the name of the model.")] = None,
    secret: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="With --ask: the environment variable that holds your API key."
        ),
    ] = "OPENAI_API_KEY",
    yes: Annotated[
        bool, typer.Option("--yes", help="With --ask: send without asking you first.")
    ] = False,
) -> None:
    """Propose claims for the statements of a key, in the links file beside it."""
    from refute.cli.linking import LinkError, confirm_each, language_model, propose
    from refute.files import Unwritable

    if (ask is None) != (model is None):
        stop("--ask URL and --model NAME belong together")
    try:
        proposer = None
        if ask is not None and model is not None:
            allowed = (lambda _: True) if yes else typer.confirm
            proposer = language_model(ask, model, os.environ.get(secret), say, allowed)
        answers = answers or answers_beside(claims)
        proposed = propose(key, ledger, claims, answers, warn, proposer)
        if proposed.caution is not None:
            warn(proposed.caution)
        say(proposed.summary)
        if confirm:
            confirm_each(proposed)
    except (LinkError, Unwritable) as error:
        stop(str(error))
