"""Commands for claims: run them, list them, add one."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from refute.cli.defaults import CLAIMS
from refute.cli.terminal import as_json, say, stop, warn


def run(context: typer.Context) -> None:
    """Run the claims: `refute run -h` lists the options; pytest gets all other arguments."""
    from refute.cli.running import RunError
    from refute.cli.running import run as run_pytest

    try:
        code = run_pytest(context.args, CLAIMS)
    except RunError as error:
        stop(str(error))
    sys.exit(code)


def list_(
    folder: Annotated[
        Path | None,
        typer.Argument(help="The claims folder; default: that of --ledger, or claims."),
    ] = None,
    question: Annotated[
        str | None, typer.Option(help="Only claims of this question, such as selu.")
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(help="Only claims of this kind: measured, searched, timed, cited or code."),
    ] = None,
    verdict: Annotated[
        str | None, typer.Option(help="Only claims with this verdict in the ledger.")
    ] = None,
    ledger: Annotated[
        Path | None,
        typer.Option(help="The ledger for --verdict; default: your last run's, or Refute's."),
    ] = None,
    no_outcomes: Annotated[
        bool,
        typer.Option(
            "--no-outcomes", help="Leave out outcomes and corrections, to link a key without them."
        ),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List claims, each with its question, readings, controls and sources."""
    from refute.cli.ledgers import home_of, the_ledger
    from refute.cli.listing import (
        ListingError,
        Wanted,
        known_verdict,
        list_claims,
        with_verdict,
        without_outcomes,
    )
    from refute.ledger import LedgerError

    ids = None
    try:
        if verdict is not None:  # first: importing the claims takes seconds
            wanted = known_verdict(verdict)
            run, _ = the_ledger(ledger, warn)
            ids = with_verdict(run, wanted)
            if folder is None and (home := home_of(run, ledger)) is not None:
                folder = home.claims
        elif ledger is not None:
            stop(f"--ledger {ledger}: is used only with --verdict: add --verdict VERDICT")
        claims = Wanted(question, kind, ids).among(list_claims(folder or CLAIMS, warn))
    except (LedgerError, ListingError) as error:
        stop(str(error))
    if no_outcomes:
        claims = [without_outcomes(claim) for claim in claims]
    if json:
        typer.echo(as_json(claims))
        return
    if not claims:
        warn("no claim matches")
    title = None
    for claim in claims:
        if claim.title != title:
            title = claim.title
            say(f"\n{title}")
        say(f"  {claim.id}: {claim.statement}")
        for case in (*claim.readings, *claim.controls):
            published = f" ({case.published})" if case.published else ""
            letter = " (by the letter)" if case.of == "letter" else ""
            say(f"    {case.role}: {case.name}{letter}{published}")
        for source in claim.sources:
            say(f"    source: {source.key}{f', {source.where}' if source.where else ''}")
        if "cited" not in claim.kinds:
            say(f"    run: pytest {shlex.quote(claim.location)}")


def new(
    id: Annotated[
        str | None, typer.Argument(metavar="QUESTION/ID", help="The id of the new claim.")
    ] = None,
    folder: Annotated[Path, typer.Option(help="The claims folder.")] = CLAIMS,
    links: Annotated[
        Path | None, typer.Option(metavar="KEY", help="Write the links file of this key instead.")
    ] = None,
) -> None:
    """Write the skeleton of a claim, or of a key's links file."""
    from refute.cli.links_skeleton import write_links_skeleton
    from refute.cli.skeleton import SkeletonError, write_skeleton
    from refute.files import Unwritable
    from refute.keys.source import AnswerKeyError

    if (id is None) == (links is None):
        stop("name either a claim (QUESTION/ID) or a key (--links KEY)")
    if links is not None:
        try:
            say(f"{write_links_skeleton(links)}: now say in each entry what the statement claims")
        except (AnswerKeyError, SkeletonError, Unwritable) as error:
            stop(str(error))
        return
    assert id is not None
    try:
        path, todo = write_skeleton(id, folder)
    except (SkeletonError, Unwritable) as error:
        stop(str(error))
    say(f"{path}: added {id}; now:")
    for line in todo:
        say(f"  {line}")
